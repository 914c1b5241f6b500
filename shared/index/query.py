"""Reading the index: look-up by ID or prefix, lists newest first, sources. All paging is by opaque tokens.

A list is one range of keys with its filters pushed to the server; see `facets` for the range that serves a filter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, TypeVar

from shared.core import times
from shared.core.errors import BadRequest
from shared.core.stored import StoredSighting
from shared.index import keys, rows, secondary_index, sighting_json, source_record
from shared.index.pages import MOST_REQUESTS, Page, Read, read_page
from shared.index.sighting_json import Shown
from shared.index.source_record import SourceRecord
from shared.storage.row_range import RowRange
from shared.storage.tables import IDS, SOURCES, TIMELINE, Index, key_of

T = TypeVar("T")
MOST_ITEMS: Final = 1000
NOTED: Final = "~"  # where a kind stands in a row key of `ids`: people wrote about this ID, see `notes`
_SOURCE_FILTERS: Final = frozenset({"status", "name"})

__all__ = [
    "MOST_REQUESTS",
    "Page",
    "find",
    "find_noted",
    "find_prefix",
    "get_source",
    "list_shown",
    "list_sightings",
    "list_sources",
    "source_sightings",
    "timeline",
]


def find(index: Index, hex32: str) -> list[StoredSighting]:
    """Everything known of an ID: one request."""
    return read_page(index, _of_id(hex32, NOTED), MOST_ITEMS, None, rows.stored).items


def find_noted(index: Index, hex32: str) -> tuple[list[StoredSighting], bool]:
    """The same, and whether people wrote about it: still one request."""
    found = read_page(index, _of_id(hex32), MOST_ITEMS, None, lambda row: row).items
    known = [rows.stored(row) for row in found if not _is_note(key_of(row).row)]
    return known, len(known) < len(found)


def find_prefix(index: Index, hexprefix: str, top: int = 100, token: str | None = None) -> Page[StoredSighting]:
    """IDs that begin so (at least two digits), in their order."""
    return read_page(index, _beginning(hexprefix), top, token, rows.stored)


def find_prefix_shown(index: Index, hexprefix: str, top: int = 100, token: str | None = None) -> Page[Shown]:
    """The same, as an answer shows them."""
    return read_page(index, _beginning(hexprefix), top, token, sighting_json.shown, sighting_json.COLUMNS)


def list_sightings(
    index: Index,
    kind: str,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    where: Mapping[str, str] | None = None,
    top: int = 100,
    token: str | None = None,
) -> Page[StoredSighting]:
    """Sightings of a kind, newest first, from `since` to before `until`. `where`: names of rows.FILTERS."""
    return _list(index, kind, since, until, where or {}, top, token, rows.stored, None)


def list_shown(
    index: Index,
    kind: str,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    where: Mapping[str, str] | None = None,
    top: int = 100,
    token: str | None = None,
) -> Page[Shown]:
    """The same, as an answer shows them."""
    return _list(index, kind, since, until, where or {}, top, token, sighting_json.shown, sighting_json.COLUMNS)


def list_sources(
    index: Index,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    where: Mapping[str, str] | None = None,
    top: int = 100,
    token: str | None = None,
) -> Page[SourceRecord]:
    """Records by the time their source was modified, newest first. `where`: status, name (exact, with or without
    `blob:container/`)."""
    wanted = timeline(keys.SOURCE_KIND, since, until)
    for name, value in sorted((where or {}).items()):
        if name not in _SOURCE_FILTERS:
            raise BadRequest(f"{name!r} is no filter; there are name and status.", target=name)
        wanted = _named(wanted, value) if name == "name" else wanted.equal(name, value)
    return read_page(index, wanted, top, token, source_record.from_row)


def get_source(index: Index, source_id: str) -> SourceRecord | None:
    row = index.get(SOURCES, *keys.record_key(source_id))
    return None if row is None else source_record.from_row(row)


def source_sightings(
    index: Index, source_id: str, top: int = 100, token: str | None = None, *, known: SourceRecord | None = None
) -> Page[StoredSighting]:
    """What a source holds, by kind and ID, with the columns of its rows only. `known` saves reading the record."""
    known = known or get_source(index, source_id)
    if known is None:
        return Page([])
    wanted = RowRange.of(SOURCES, source_id)
    if known.source.startswith("blob:"):
        wanted = wanted.starting(f"{keys.attempt_part(known.shown_attempt)}:")
    else:  # names of kinds; the history of changes stands between them
        wanted = wanted.rows("A", "~").not_starting("history:")
    return read_page(index, wanted.unequal("kind", keys.SOURCE_KIND), top, token, rows.stored)


def timeline(kind: str, since: datetime | None, until: datetime | None) -> RowRange:
    """All of a kind in a time, newest first: `until` is the low end."""
    return _hours(keys.kind_part(kind), since, until)


def _list(
    index: Index,
    kind: str,
    since: datetime | None,
    until: datetime | None,
    where: Mapping[str, str],
    top: int,
    token: str | None,
    read: Read[T],
    select: Sequence[str] | None,
) -> Page[T]:
    columns = _columns(where)
    facet = secondary_index.serving(columns)
    asked = None
    if facet is not None:
        wanted = _facet_range(kind, facet, columns[facet.column], since, until)
    elif "sourceId" in columns:
        asked = timeline(kind, since, until)
        wanted = timeline(kind, *_narrowed(index, columns["sourceId"], since, until))
    else:
        wanted = timeline(kind, since, until)
    # also of the facet's: two values could share a hash
    return read_page(index, _where(wanted, columns), top, token, read, select, asked=asked and _where(asked, columns))


def _where(wanted: RowRange, columns: Mapping[str, str]) -> RowRange:
    for column, value in columns.items():
        wanted = wanted.equal(column, value)
    return wanted


def _columns(where: Mapping[str, str]) -> dict[str, str]:
    for name in where:
        if name not in rows.FILTERS:
            raise BadRequest(f"{name!r} is no filter; there are {', '.join(sorted(rows.FILTERS))}.", target=name)
    return {rows.FILTERS[name]: rows.filter_text(value) for name, value in sorted(where.items())}


def _hours(start: str, since: datetime | None, until: datetime | None) -> RowRange:
    """The bounds of the row key hold over all hours, see keys; a range that ends with an hour leaves the next alone."""
    newest = times.clamp(until) - timedelta(milliseconds=1) if until else times.LATEST
    oldest = since or times.EARLIEST
    first, last = f"{start}:{keys.inverted_hour(newest)}", f"{start}:{keys.inverted_hour(oldest)}"
    return RowRange.between(TIMELINE, first, last).rows(*_moments(since, until))


def _moments(since: datetime | None, until: datetime | None, before: str = "") -> tuple[str, str]:
    newest, oldest = until or times.LATEST, since or times.EARLIEST
    low = keys.inverted_ms(newest) + (";" if until else "")
    return before + low, f"{before}{keys.inverted_ms(oldest)};"


def _facet_range(
    kind: str, facet: secondary_index.Facet, value: str, since: datetime | None, until: datetime | None
) -> RowRange:
    start = secondary_index.partition(kind, facet, value)
    if not facet.name:
        return _hours(start, since, until)
    return RowRange.of(TIMELINE, start).rows(*_moments(since, until, f"{secondary_index.mark_of(value)}:"))


def _narrowed(
    index: Index, source_id: str, since: datetime | None, until: datetime | None
) -> tuple[datetime | None, datetime | None]:
    """The time that a source covers, as its record knows it (one request); a log covers hours, the index months."""
    known = get_source(index, source_id)
    span = known.span if known is not None else None
    if span is None:
        return since, until
    first, after = times.clamp(span[0]), times.clamp(span[1]) + timedelta(milliseconds=1)
    return max(since, first) if since else first, min(until, after) if until else after


def _of_id(hex32: str, end: str = "") -> RowRange:
    rows_of_id = RowRange.of(IDS, hex32[:2])
    return rows_of_id.rows(f"{hex32}:", f"{hex32}:{end}") if end else rows_of_id.starting(f"{hex32}:")


def _beginning(hexprefix: str) -> RowRange:
    return RowRange.of(IDS, hexprefix[:2]).starting(hexprefix).unequal("kind", NOTED)


def _is_note(row_key: str) -> bool:
    return row_key.partition(":")[2].startswith(NOTED)


def _named(wanted: RowRange, name: str) -> RowRange:
    return wanted.any_equal(("name", "source"), name)
