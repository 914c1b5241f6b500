"""Reading the index: look-up by ID or prefix, lists newest first, sources. All paging is by opaque tokens.

A list is one range of keys with its filters pushed to the server; see `facets` for the range that serves a filter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final, TypeVar

from shared.core import times
from shared.core.errors import BadRequest
from shared.core.stored import StoredSighting
from shared.index import keys, rows, secondary_index, sighting_json, source_record
from shared.index.pages import MOST_REQUESTS, Page, Range, Read, read_page, read_range
from shared.index.sighting_json import Shown
from shared.index.source_record import Ledger
from shared.storage.tables import IDS, SOURCES, TIMELINE, Index

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
    "read_range",
    "source_sightings",
    "timeline",
]


def find(index: Index, hex32: str) -> list[StoredSighting]:
    """Everything known of an ID: one request."""
    return read_page(index, _of_id(hex32, NOTED), MOST_ITEMS, None, rows.stored).items


def find_noted(index: Index, hex32: str) -> tuple[list[StoredSighting], bool]:
    """The same, and whether people wrote about it: still one request."""
    found = read_page(index, _of_id(hex32), MOST_ITEMS, None, lambda row: row).items
    known = [rows.stored(row) for row in found if not _is_note(row["RowKey"])]
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
) -> Page[Ledger]:
    """Ledgers by the time their source was modified, newest first. `where`: status, name (exact, with or without
    `blob:container/`)."""
    wanted = timeline(keys.SOURCE_KIND, since, until)
    for name, value in sorted((where or {}).items()):
        if name not in _SOURCE_FILTERS:
            raise BadRequest(f"{name!r} is no filter; there are name and status.", target=name)
        wanted = _named(wanted, value) if name == "name" else wanted.equal(name, value)
    return read_page(index, wanted, top, token, source_record.from_row)


def get_source(index: Index, source_id: str) -> Ledger | None:
    row = index.get(SOURCES, *keys.ledger_key(source_id))
    return None if row is None else source_record.from_row(row)


def source_sightings(
    index: Index, source_id: str, top: int = 100, token: str | None = None, *, known: Ledger | None = None
) -> Page[StoredSighting]:
    """What a source holds, by kind and ID, with the columns of its rows only. `known` saves reading the ledger."""
    known = known or get_source(index, source_id)
    if known is None:
        return Page([])
    filter_ = "PartitionKey eq @partition and RowKey ge @low and RowKey lt @high and kind ne @own"
    parameters = {"partition": source_id, "own": keys.SOURCE_KIND}
    if known.source.startswith("blob:"):
        attempt = keys.attempt_part(known.shown_attempt)
        bounds = {"low": f"{attempt}:", "high": f"{attempt};"}
    else:  # Names of kinds; the history of changes stands between them.
        filter_ += " and not (RowKey ge @history and RowKey lt @historyEnd )"
        bounds = {"low": "A", "high": "~", "history": "history:", "historyEnd": "history;"}
    return read_page(index, Range(SOURCES, filter_, parameters | bounds), top, token, rows.stored)


def timeline(kind: str, since: datetime | None, until: datetime | None) -> Range:
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
    if facet is not None:
        wanted = _facet_range(kind, facet, columns[facet.column], since, until)
    elif "sourceId" in columns:
        asked = timeline(kind, since, until)
        wanted = replace(timeline(kind, *_narrowed(index, columns["sourceId"], since, until)), owner=asked.digest)
    else:
        wanted = timeline(kind, since, until)
    for column, value in columns.items():
        wanted = wanted.equal(column, value)  # also of the facet's: two values could share a hash
    return read_page(index, wanted, top, token, read, select)


def _columns(where: Mapping[str, str]) -> dict[str, str]:
    for name in where:
        if name not in rows.FILTERS:
            raise BadRequest(f"{name!r} is no filter; there are {', '.join(sorted(rows.FILTERS))}.", target=name)
    return {rows.FILTERS[name]: rows.filter_text(value) for name, value in sorted(where.items())}


def _hours(start: str, since: datetime | None, until: datetime | None) -> Range:
    """RowKey bounds hold over all hours, see keys. A range that ends with an hour does not touch the next one."""
    newest = times.clamp(until) - timedelta(milliseconds=1) if until else times.LATEST
    oldest = since or times.EARLIEST
    return Range(
        TIMELINE,
        "PartitionKey ge @first and PartitionKey le @last and RowKey ge @low and RowKey lt @high",
        {
            "first": f"{start}:{keys.inverted_hour(newest)}",
            "last": f"{start}:{keys.inverted_hour(oldest)}",
            **_moments(since, until),
        },
    )


def _moments(since: datetime | None, until: datetime | None, before: str = "") -> dict[str, str]:
    newest, oldest = until or times.LATEST, since or times.EARLIEST
    low = keys.inverted_ms(newest) + (";" if until else "")
    return {"low": before + low, "high": f"{before}{keys.inverted_ms(oldest)};"}


def _facet_range(
    kind: str, facet: secondary_index.Facet, value: str, since: datetime | None, until: datetime | None
) -> Range:
    start = secondary_index.partition(kind, facet, value)
    if not facet.name:
        return _hours(start, since, until)
    bounds = _moments(since, until, f"{secondary_index.mark_of(value)}:")
    filter_ = "PartitionKey eq @partition and RowKey ge @low and RowKey lt @high"
    return Range(TIMELINE, filter_, {"partition": start, **bounds})


def _narrowed(
    index: Index, source_id: str, since: datetime | None, until: datetime | None
) -> tuple[datetime | None, datetime | None]:
    """The time that a source covers, as its ledger knows it (one request); a log covers hours, the index months."""
    known = get_source(index, source_id)
    span = known.span if known is not None else None
    if span is None:
        return since, until
    first, after = times.clamp(span[0]), times.clamp(span[1]) + timedelta(milliseconds=1)
    return max(since, first) if since else first, min(until, after) if until else after


def _of_id(hex32: str, end: str = "") -> Range:
    return Range(
        IDS,
        "PartitionKey eq @partition and RowKey ge @low and RowKey lt @high",
        {"partition": hex32[:2], "low": f"{hex32}:", "high": f"{hex32}:{end}" if end else f"{hex32};"},
    )


def _beginning(hexprefix: str) -> Range:
    filter_ = "PartitionKey eq @partition and RowKey ge @low and RowKey lt @high and kind ne @noted"
    return Range(IDS, filter_, {"partition": hexprefix[:2], "low": hexprefix, "high": f"{hexprefix}g", "noted": NOTED})


def _is_note(row_key: str) -> bool:
    return row_key.partition(":")[2].startswith(NOTED)


def _named(wanted: Range, name: str) -> Range:
    return Range(
        wanted.table, f"{wanted.filter} and (name eq @name or source eq @name )", {**wanted.parameters, "name": name}
    )
