"""What support will ask for: which of it is known, why it matters, and how to get the rest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from shared.support import advice
from shared.support.advice import Step
from shared.support.merged import Facts


@dataclass(frozen=True, slots=True)
class Item:
    """One question of support. `weight` 3: no case without it; 2: the next question; 1: saves a round."""

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
    known: Callable[[Facts], object]
    how: Callable[[Facts], Sequence[Step]]


def score(items: Sequence[Item]) -> Score:
    have = [item for item in items if item.present]
    return Score(len(have), len(items), sum(i.weight for i in have), sum(i.weight for i in items))


def judge(facts: Facts, *, note: bool = False, accepted: bool = True) -> tuple[Item, ...]:
    """`note`: a person wrote what went wrong. `accepted`: the ID is of a form that support takes."""
    rules = _SESSION if facts.is_session else _BATCH if facts.kind == "transcription" else _ENTITY
    items = []
    for rule in rules:
        present = bool(rule.known(facts))
        if rule.name == "id":
            present = present and accepted
        elif rule.name == "whatHappened":
            present = present or note
        items.append(Item(rule.name, rule.weight, present, rule.why, () if present else tuple(rule.how(facts))))
    return tuple(items)


def _exact_time(facts: Facts) -> bool:
    return facts.known.time is not None and facts.known.time.basis != "blob"


def _one_region(facts: Facts) -> bool:
    """Of two that contradict each other nobody knows which is right."""
    return facts.known.region is not None and len(facts.regions) < 2


def _session_id(facts: Facts) -> tuple[Step, ...]:
    return advice.sdk_steps(facts.known, "Let the program print the session ID when a session starts.", "session")


def _reached(facts: Facts) -> tuple[Step, ...]:
    if facts.known.reached == "no":
        return (
            Step(
                "The log shows that nothing answered: mend the connection first (see what happened), make it happen "
                "again, and use the ID of a session that did connect."
            ),
        )
    return _log(facts)


def _session_error(facts: Facts) -> tuple[Step, ...]:
    if facts.is_rest:
        return (_written(facts), *_log(facts))
    return (_written(facts), *advice.sdk_steps(facts.known, "Let the program print why it was canceled.", "error"))


def _batch_error(facts: Facts) -> tuple[Step, ...]:
    if facts.state == "gone":
        return (*_batch(facts), _written(facts))
    if facts.known.status in ("NotStarted", "Running"):  # it has no files yet
        return (_written(facts), *advice.batch_steps(facts.known))
    if facts.known.status == "Failed":
        return (*advice.batch_steps(facts.known), *advice.batch_steps(facts.known, files=True))
    return (_written(facts), *advice.batch_steps(facts.known, files=True))


def _written(facts: Facts) -> Step:
    text = "If nothing failed but the result was wrong, write down what was said, what was expected and what came back"
    return Step(text, f"PUT /api/ids/{facts.known.id}/note")


def _region(facts: Facts) -> tuple[Step, ...]:
    portal = Step("Azure portal: the Speech resource, Keys and Endpoint, Location/Region.")
    return (portal, *(_log(facts) if facts.is_session else _batch(facts)))


def _log(facts: Facts) -> tuple[Step, ...]:
    return advice.rest_steps() if facts.is_rest else advice.log_steps(facts.known)


def _sdk(facts: Facts) -> tuple[Step, ...]:
    no_sdk = Step("If the program calls the REST API for short audio there is no SDK: write that into the note.")
    return (*_log(facts), *([] if facts.known.sdk else [no_sdk]))


def _os(facts: Facts) -> tuple[Step, ...]:
    return (
        Step("Write down the system and its version that the program runs on, or let the log tell it."),
        *_log(facts),
    )


def _batch(facts: Facts) -> tuple[Step, ...]:
    if facts.state == "gone":
        return (Step("The service no longer has it: drop an answer that somebody saved into the container."),)
    return advice.batch_steps(facts.known)


_REGION_WHY: Final = "Support looks in one region only; the same ID elsewhere is not found."
_ID_WHY: Final = "It is the key by which support finds what the service logged."

_SESSION: Final = (
    _Rule("id", 3, _ID_WHY, lambda f: f.known.id, _session_id),
    _Rule("region", 3, _REGION_WHY, _one_region, _region),
    _Rule("time", 2, "The service's logs are searched by time, and kept for some time only.", _exact_time, _log),
    _Rule("reached", 2, "Only what reached the service is in its logs.", lambda f: f.known.reached == "yes", _reached),
    _Rule(
        "whatHappened",
        2,
        "The error's code and text, or what was wrong with the result.",
        lambda f: f.known.error,
        _session_error,
    ),
    _Rule(
        "sdkVersion",
        2,
        "The first advice is often to update; knowing the version saves that round.",
        lambda f: f.known.sdk and f.known.sdk.version,
        _sdk,
    ),
    _Rule("sdkLanguage", 1, "The SDKs of the languages differ.", lambda f: f.known.sdk and f.known.sdk.language, _sdk),
    _Rule("os", 1, "Audio, certificates and proxies differ by system.", lambda f: f.known.sdk and f.known.sdk.os, _os),
    _Rule(
        "language",
        1,
        "The language of recognition decides the model.",
        lambda f: f.known.language or f.known.locale,
        _log,
    ),
)
_ENTITY: Final = (
    _Rule("id", 3, _ID_WHY, lambda f: f.known.id, _batch),
    _Rule("region", 3, _REGION_WHY, _one_region, _region),
    _Rule("time", 2, "When it was created (UTC): jobs are found by day.", lambda f: f.known.created, _batch),
    _Rule("status", 2, "What the service says of it, and since when.", lambda f: f.known.status, _batch),
    _Rule(
        "whatHappened",
        2,
        "The error's code and text, or what was wrong with the result.",
        lambda f: f.known.error or f.told.get("flag") == "stuck",
        _batch_error,
    ),
    _Rule("self", 1, "The whole address (self) names resource and API version.", lambda f: f.known.self_url, _batch),
    _Rule("apiVersion", 1, "Fields and defaults changed between versions.", lambda f: f.known.api_version, _batch),
)
_BATCH: Final = (
    *_ENTITY,
    _Rule("locale", 1, "The language of recognition decides the model.", lambda f: f.known.locale, _batch),
    _Rule("model", 1, "Base or custom model: results differ.", lambda f: f.known.model or f.known.custom_model, _batch),
)
