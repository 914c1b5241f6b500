"""What is known of an ID as one object, and what to say of one that nothing is known of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from shared.core import ids
from shared.core.stored import Noted
from shared.speech.lookalikes import Likeness, likeness
from shared.support.merged import gather

if TYPE_CHECKING:
    from shared.core.stored import Minted, StoredSighting
    from shared.index.fuzzy_match import Similar
    from shared.speech.near_misses import FoundMiss
    from shared.storage.tables import Index

_LEDGERS: Final = 100  # the latest sources, looked through for a value that is no ID


def known_json(index: Index, hex32: str) -> tuple[dict[str, Any] | None, Noted]:
    """All sightings, what they say together, and what people wrote: one request, and one more if they wrote.

    None without a sighting; what people wrote is there all the same.
    """
    from shared.index import notes, query

    found, noted = query.find_noted(index, hex32)
    written = notes.notes_for(index, hex32) if noted else Noted()
    if not found:
        return None, written
    known = {**summary(hex32, found), "sightings": [f.to_json() for f in found]}
    return known | _written_json(written), written


def _written_json(written: Noted) -> dict[str, Any]:
    told = {"note": written.note, "minted": written.minted}
    return {name: value.to_json() for name, value in told.items() if value is not None}


def summary(hex32: str, found: Sequence[StoredSighting]) -> dict[str, Any]:
    """ID, kind, and `merged`: earliest start, best evidence, newest status."""
    facts = gather(hex32, found)
    merged = facts.known.to_json()
    told = {"resource": facts.resource, "state": facts.state, "regions": list(facts.regions[1:] and facts.regions)}
    errors = [error.to_json() for error in facts.errors]
    if len(errors) > 1:
        merged["errors"] = errors
    merged |= {name: value for name, value in told.items() if value}
    return {"id": merged.pop("id"), "kind": merged.pop("kind"), "merged": merged}


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value that nothing is known of."""

    value: str
    like: Likeness
    similar: tuple[Similar, ...] = ()
    written: Noted | None = None

    def to_json(self) -> dict[str, Any]:
        found: dict[str, Any] = {} if self.like.secret else {"value": self.value}
        found |= {"looksLike": self.like.name, "advice": self.like.advice}
        found |= {"similar": [{"id": one.id, "kind": one.kind} for one in self.similar]}
        return found | (_written_json(self.written) if self.written else {})

    def sentence(self) -> str:
        """The same for the message of an error."""
        note = " People wrote a note about it: GET /api/ids/{id}/note." if self.written and self.written.note else ""
        if not self.similar:
            return self.like.advice + note
        near = ", ".join(one.id for one in self.similar[:5])
        return f"Known IDs that differ from it in one character: {near}. {self.like.advice}{note}"


def unknown(
    index: Index, value: str, label: str = "", *, reason: str = "", look: bool = True, written: Noted | None = None
) -> Unknown:
    """`reason` is that of a near miss. `look`: also for known IDs that differ in one character."""
    from shared.index.fuzzy_match import similar
    from shared.speech.near_misses import explain

    if written is not None and written.minted is not None:  # nobody mistyped it
        return Unknown(value, _minted(written.minted), written=written)
    like = Likeness(reason, explain(reason)) if reason else likeness(value, label)
    bare = value.translate(_BARE).lower()
    asked = look and not like.secret and like.name != "documentation-example"
    alike = tuple(similar(index, bare)) if asked and not bare.strip("0123456789abcdef") else ()
    return Unknown(value, like, alike, written)


def _minted(minted: Minted) -> Likeness:
    return Likeness(
        "minted-connection-id",
        (
            f"It was minted here as an X-ConnectionId at {minted.minted}, and no log or saved answer in the index "
            "holds it yet: perhaps it was never sent. Drop the log of the program that sent it into the container. "
            f"GET /api/connection-ids/{minted.id} tells for whom it was made."
        ),
    )


def near_misses(index: Index, wanted: Iterable[str]) -> Mapping[str, list[FoundMiss]]:
    """Values that are no IDs are not indexed; the ledgers of the latest sources name them: one request or few."""
    from shared.index import query
    from shared.speech.near_misses import FoundMiss

    asked = set(wanted)
    found: dict[str, list[FoundMiss]] = {}
    if not asked:
        return found
    for ledger in query.list_sources(index, top=_LEDGERS).items:
        for miss in ledger.near_misses:
            hex32 = ids.digits(miss.value)
            if hex32 in asked:
                found.setdefault(hex32, []).append(FoundMiss(miss, ledger.source, ledger.source_id))
    return found


_BARE: Final = str.maketrans("", "", "{}()<>\"'` \t\r\n-")
