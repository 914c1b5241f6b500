"""The support case of one ID, as data: everything that is known, what it means, and what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from shared.core import times
from shared.core.records import ErrorInfo
from shared.speech.error_guide import Explanation, explain
from shared.speech.near_misses import FoundMiss
from shared.support import completeness, connection_ids
from shared.support.completeness import Item, Score
from shared.support.merged import Facts, gather

if TYPE_CHECKING:
    from shared.core.stored import Minted, Note, Noted, StoredSighting

SOON: Final = timedelta(hours=48)
_NOT_REACHED: Final = (
    "The service never saw this session: nothing answered the connection, so support will not find this ID. Mend "
    "the connection first, or hand over the ID of a session that did connect."
)
_MINTED_ONLY: Final = (
    "This X-ConnectionId was minted here, and no log or saved answer in the index holds it: perhaps it was never sent."
)
_STILL: Final = "Support may still find it by its ID; its results cannot be fetched any more."
_CAUSES: Final = {
    "expired": "its time to live is over",
    "deleted": "somebody deleted it, most likely",
    "resource-changed": "the settings now name another one in place of its Speech resource, most likely",
}
_STUCK: Final = (
    "It has waited or run for unusually long. At busy times 30 minutes of waiting are normal; after hours, hand over "
    "the ID with its region, and check that the address of its audio can still be read."
)
REACHED: Final = {
    "yes": "yes, the service answered",
    "no": "no, it never arrived there",
    "unknown": "not known from these logs",
}


@dataclass(frozen=True, slots=True)
class Case:
    """`warnings` are what a person must know before he sends it. The note is the person's own."""

    facts: Facts
    items: tuple[Item, ...]
    warnings: tuple[str, ...]
    explanations: tuple[tuple[ErrorInfo, Explanation], ...] = ()
    near_misses: tuple[FoundMiss, ...] = ()
    note: Note | None = None
    minted: Minted | None = None

    @property
    def score(self) -> Score:
        return completeness.score(self.items)

    @property
    def accepted(self) -> bool:
        """Does support take this ID?"""
        return bool(self.facts.seen) or not self.near_misses

    def to_json(self) -> dict[str, Any]:
        known = self.facts.known.to_json()
        found: dict[str, Any] = {
            "id": known.pop("id"),
            "kind": known.pop("kind"),
            "accepted": self.accepted,
            "warnings": list(self.warnings),
            "score": self.score.to_json(),
        }
        known.pop("error", None)
        found["known"] = known | {
            name: value for name, value in (("resource", self.facts.resource), ("state", self.facts.state)) if value
        }
        found["errors"] = [_error_json(error, meant) for error, meant in self.explanations]
        found["completeness"] = [item.to_json() for item in self.items]
        found["sources"] = [seen.to_json() for seen in self.facts.seen]
        if self.near_misses:
            found["nearMisses"] = [miss.to_json() for miss in self.near_misses]
        return found | {
            name: value.to_json() for name, value in (("note", self.note), ("minted", self.minted)) if value is not None
        }


def build(
    hex32: str, found: Sequence[StoredSighting], noted: Noted, now: datetime, near_misses: Sequence[FoundMiss] = ()
) -> Case:
    """The case of an ID from whatever is there, at least the ID itself."""
    facts = gather(hex32, found)
    if noted.minted is not None:
        facts = replace(facts, told={**facts.told, "minted": noted.minted.minted})
    accepted = bool(found) or not near_misses
    items = completeness.judge(facts, note=bool(noted.note and noted.note.note), accepted=accepted)
    warnings = [*_warnings(facts, noted, now, near_misses), *_reused(facts, noted, found)]
    explained = tuple((error, explain(error, facts.known.reached)) for error in facts.errors)
    return Case(
        facts,
        items,
        tuple(warnings),
        explained,
        tuple(near_misses),
        noted.note,
        noted.minted,
    )


def _reused(facts: Facts, noted: Noted, found: Sequence[StoredSighting]) -> list[str]:
    """Only for values that people make: a recognizer of the SDK keeps its ID for as long as it lives."""
    if not facts.is_session or not (noted.minted or (facts.known.found_by or "").startswith("connection-id")):
        return []
    seen = connection_ids.seen(found)
    return [f"It is used for more than one session: {seen.why}"] if seen.state == "reused" else []


def _warnings(facts: Facts, noted: Noted, now: datetime, near_misses: Sequence[FoundMiss]) -> list[str]:
    made = [] if facts.seen else _unseen(noted, near_misses)
    if facts.is_session and facts.known.reached == "no":
        made.append(_NOT_REACHED)
    if len(facts.regions) > 1:
        regions = ", ".join(facts.regions[:5])
        made.append(f"Its sources name different regions ({regions}). Find out which is right: support looks in one.")
    if facts.known.time is not None and facts.known.time.basis == "blob":
        made.append("The time is only that at which the file was stored; the log tells none.")
    return [*made, *_expiry(facts, now)]


def _unseen(noted: Noted, near_misses: Sequence[FoundMiss]) -> list[str]:
    if near_misses:
        return ["This is not an ID that support accepts; see below what it is."]
    if noted.minted is not None:
        return [_MINTED_ONLY]
    return ["No log or saved answer in the index holds this ID; only the note is known."]


def _expiry(facts: Facts, now: datetime) -> list[str]:
    if facts.is_session:
        return []
    expires = times.try_parse(facts.known.expires)
    if facts.told.get("flag") == "stuck" and facts.state != "gone":
        return [_STUCK, *_vanishing(expires, now)]
    if facts.state == "gone" or (facts.known.status or "").lower() == "deleted":
        return [_gone(facts)]
    return _vanishing(expires, now)


def _gone(facts: Facts) -> str:
    when = times.try_parse(facts.told.get("goneAt"))
    since = f" since {times.text(when)}" if when else ""
    cause = _CAUSES.get(facts.told.get("cause", ""), "it was deleted, or its time to live is over")
    return f"The service no longer lists it{since}: {cause}. {_STILL}"


def _vanishing(expires: datetime | None, now: datetime) -> list[str]:
    if expires is None:
        return []
    if expires <= now:
        return [f"Its time to live ended at {times.text(expires)}: the service deletes it and its results by itself."]
    if expires - now <= SOON:
        hours = max(1, (expires - now) // timedelta(hours=1))
        left = "1 hour" if hours == 1 else f"{hours} hours"
        return [f"It vanishes in {left} ({times.text(expires)}): fetch its results now, and send this case before."]
    return []


def _error_json(error: ErrorInfo, meant: Explanation) -> dict[str, Any]:
    return {**error.to_json(), "meaning": meant.meaning, "advice": list(meant.advice)}
