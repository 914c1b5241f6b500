"""What support will ask for: what is known of it, why it matters, and how to get the rest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from shared.support import advice
from shared.support.advice import Step
from shared.support.merged import MergedId


@dataclass(frozen=True, slots=True)
class Item:
    """One question of support. `weight` 3: no case without it; 2: the next question; 1: saves a round trip."""

    name: str
    weight: int
    present: bool
    why: str
    how: tuple[Step, ...] = ()

    def to_json(self) -> dict[str, Any]:
        found: dict[str, Any] = {"name": self.name, "weight": self.weight, "present": self.present, "why": self.why}
        return found if self.present else {**found, "how": [step.to_json() for step in self.how]}


@dataclass(frozen=True, slots=True)
class Score:
    present: int
    of: int
    points: int
    of_points: int

    def to_json(self) -> dict[str, int]:
        return {"present": self.present, "of": self.of, "points": self.points, "ofPoints": self.of_points}


@dataclass(frozen=True, slots=True)
class _Rule:
    name: str
    weight: int
    why: str
    value: Callable[[MergedId], object]
    how: Callable[[MergedId], Sequence[Step]]


def score(items: Sequence[Item]) -> Score:
    have = [item for item in items if item.present]
    return Score(len(have), len(items), sum(i.weight for i in have), sum(i.weight for i in items))


def judge(merged: MergedId, *, note: bool = False, accepted: bool = True) -> tuple[Item, ...]:
    """`note`: a person wrote what went wrong. `accepted`: support accepts this form of ID."""
    rules = _SESSION if merged.is_session else _BATCH if merged.kind == "transcription" else _ENTITY
    items = []
    for rule in rules:
        present = bool(rule.value(merged))
        if rule.name == "id":
            present = present and accepted
        elif rule.name == "whatHappened":
            present = present or note
        items.append(Item(rule.name, rule.weight, present, rule.why, () if present else tuple(rule.how(merged))))
    return tuple(items)


def _exact_time(merged: MergedId) -> bool:
    return merged.sighting.time is not None and merged.sighting.time.start is not None


def _one_region(merged: MergedId) -> bool:
    """If two contradict each other, neither is known to be right."""
    return merged.sighting.region is not None and len(merged.regions) < 2


def _session_id(merged: MergedId) -> tuple[Step, ...]:
    return advice.sdk_steps(merged.sighting, "Print the session ID when a session starts.", "session")


def _reached(merged: MergedId) -> tuple[Step, ...]:
    if merged.sighting.reached == "no":
        return (
            Step(
                "The log shows that nothing answered: fix the connection first (see what happened), reproduce the "
                "problem, and use the ID of a session that connected."
            ),
        )
    return _log(merged)


def _session_error(merged: MergedId) -> tuple[Step, ...]:
    if merged.is_rest:
        return (_written(merged), *_log(merged))
    return (_written(merged), *advice.sdk_steps(merged.sighting, "Print why recognition was canceled.", "error"))


def _batch_error(merged: MergedId) -> tuple[Step, ...]:
    if merged.state == "gone":
        return (*_batch(merged), _written(merged))
    if merged.sighting.status in ("NotStarted", "Running"):  # it has no files yet
        return (_written(merged), *advice.batch_steps(merged.sighting))
    if merged.sighting.status == "Failed":
        return (*advice.batch_steps(merged.sighting), *advice.batch_steps(merged.sighting, files=True))
    return (_written(merged), *advice.batch_steps(merged.sighting, files=True))


def _written(merged: MergedId) -> Step:
    text = "If nothing failed but the result was wrong, note what was said, what was expected and what was returned"
    return Step(text, f"PUT /api/ids/{merged.sighting.id}/note")


def _region(merged: MergedId) -> tuple[Step, ...]:
    portal = Step("Azure portal: the Speech resource, Keys and Endpoint, Location/Region.")
    return (portal, *(_log(merged) if merged.is_session else _batch(merged)))


def _log(merged: MergedId) -> tuple[Step, ...]:
    return advice.rest_steps() if merged.is_rest else advice.log_steps(merged.sighting)


def _sdk(merged: MergedId) -> tuple[Step, ...]:
    no_sdk = Step("If the application calls the REST API for short audio, there is no SDK: say so in the note.")
    return (*_log(merged), *([] if merged.sighting.sdk else [no_sdk]))


def _os(merged: MergedId) -> tuple[Step, ...]:
    return (
        Step("Note the operating system and version the application runs on, or get them from a log."),
        *_log(merged),
    )


def _batch(merged: MergedId) -> tuple[Step, ...]:
    if merged.state == "gone":
        return (
            Step("The service no longer has it: drop a saved response of the API into the container, if there is one."),
        )
    return advice.batch_steps(merged.sighting)


_REGION_WHY: Final = "Support searches one region only; the ID is not found in any other."
_ID_WHY: Final = "Support finds what the service logged by this ID."

_SESSION: Final = (
    _Rule("id", 3, _ID_WHY, lambda f: f.sighting.id, _session_id),
    _Rule("region", 3, _REGION_WHY, _one_region, _region),
    _Rule("time", 2, "The service's logs are searched by time and kept for a limited time.", _exact_time, _log),
    _Rule(
        "reached", 2, "Only what reached the service is in its logs.", lambda f: f.sighting.reached == "yes", _reached
    ),
    _Rule(
        "whatHappened",
        2,
        "The error code and message, or what was wrong with the result.",
        lambda f: f.sighting.error,
        _session_error,
    ),
    _Rule(
        "sdkVersion",
        2,
        "The first advice is often to update; knowing the version saves that round trip.",
        lambda f: f.sighting.sdk and f.sighting.sdk.version,
        _sdk,
    ),
    _Rule("sdkLanguage", 1, "The SDKs differ by language.", lambda f: f.sighting.sdk and f.sighting.sdk.language, _sdk),
    _Rule(
        "os",
        1,
        "Audio, certificates and proxies differ by operating system.",
        lambda f: f.sighting.sdk and f.sighting.sdk.os,
        _os,
    ),
    _Rule(
        "language",
        1,
        "The recognition language determines the model.",
        lambda f: f.sighting.language or f.sighting.locale,
        _log,
    ),
)
_ENTITY: Final = (
    _Rule("id", 3, _ID_WHY, lambda f: f.sighting.id, _batch),
    _Rule("region", 3, _REGION_WHY, _one_region, _region),
    _Rule("time", 2, "When it was created (UTC): jobs are searched by day.", lambda f: f.sighting.created, _batch),
    _Rule("status", 2, "Its status, and since when.", lambda f: f.sighting.status, _batch),
    _Rule(
        "whatHappened",
        2,
        "The error code and message, or what was wrong with the result.",
        lambda f: f.sighting.error or f.inventory.get("flag") == "stuck",
        _batch_error,
    ),
    _Rule(
        "self", 1, "The full URL (self) names the resource and the API version.", lambda f: f.sighting.self_url, _batch
    ),
    _Rule("apiVersion", 1, "Fields and defaults changed between versions.", lambda f: f.sighting.api_version, _batch),
)
_BATCH: Final = (
    *_ENTITY,
    _Rule("locale", 1, "The recognition language determines the model.", lambda f: f.sighting.locale, _batch),
    _Rule(
        "model",
        1,
        "Base or custom model: results differ.",
        lambda f: f.sighting.model or f.sighting.custom_model,
        _batch,
    ),
)
