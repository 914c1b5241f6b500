"""The support case from files alone: nothing is asked of an app, and nothing is stored."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from shared.cli.client import CommandError
from shared.cli.output import note
from shared.core import ids
from shared.support import case_document, document
from shared.support.case import Case, from_files

if TYPE_CHECKING:
    from shared.core.records import Sighting
    from shared.extract import Extraction

_MOST_IDS: Final = 50  # of a case, as in POST /api/cases
TITLE: Final = "Speech to text support case"


@dataclass(slots=True)
class Collected:
    """The cases, in the order in which their IDs appear; `more` is how many IDs were left out."""

    cases: list[Case] = field(default_factory=list)
    more: int = 0

    def to_json(self, title: str | None = None) -> dict[str, Any]:
        """As `POST /api/cases` has it; without what only an index knows."""
        return {"title": title or TITLE, "value": [case.to_json() for case in self.cases]}


def collect(found: Iterable[tuple[str, Extraction]], wanted: Collection[str] = ()) -> Collected:
    """The cases of all IDs in these files, or of the wanted ones (32 hex digits)."""
    seen: dict[str, list[tuple[str, Sighting]]] = {}
    more: set[str] = set()
    for name, sighting in _sightings(found):
        hex32 = ids.digits(sighting.id)
        if hex32 is None or (wanted and hex32 not in wanted):
            continue
        if hex32 in seen or len(seen) < _MOST_IDS:
            seen.setdefault(hex32, []).append((name, sighting))
        else:
            more.add(hex32)
    now = datetime.now(UTC)
    return Collected([from_files(hex32, sightings, now) for hex32, sightings in seen.items()], len(more))


def _sightings(found: Iterable[tuple[str, Extraction]]) -> Iterator[tuple[str, Sighting]]:
    for name, extraction in found:
        yield from ((name, sighting) for sighting in extraction.sightings)


def as_text(collected: Collected, form: str, title: str | None = None) -> str:
    """Markdown or plain text. Raises CommandError if there is no ID at all."""
    cases = collected.cases
    if not cases:
        raise CommandError("No ID was found, so there is no case.")
    if collected.more:
        note(f"the case has the first {_MOST_IDS} IDs; {collected.more} more were found: name the IDs you need")
    single = len(cases) == 1 and title is None
    blocks = case_document.report(cases[0]) if single else case_document.several(title or TITLE, cases, ())
    return document.to_markdown(blocks) if form == "markdown" else document.to_text(blocks)
