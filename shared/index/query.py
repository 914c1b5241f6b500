"""Reading the index: look-up by ID or prefix, lists newest first, sources. All paging is by opaque tokens.

A list is one range of keys with its filters pushed to the server. Storage may answer with few rows, or none, and a
place to go on; so each call makes at most MOST_REQUESTS and returns what it has with a token.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Any, Final, Generic, TypeVar

from shared import times
from shared.errors import BadRequest
from shared.index import keys, ledger, rows
from shared.index.ledger import Ledger
from shared.index.rows import StoredSighting
from shared.index.store import IDS, SOURCES, TIMELINE, Index, Token

T = TypeVar("T")
MOST_REQUESTS: Final = 4
MOST_ITEMS: Final = 1000
_TOKEN_VERSION: Final = 1
_SOURCE_FILTERS: Final = frozenset({"status", "name"})


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """`token` is None on the last page. A page may be empty and have a token."""

    items: list[T]
    token: str | None = None


@dataclass(frozen=True, slots=True)
class _Range:
    """Rows of one table between keys, and what they must equal."""

    table: str
    filter: str
    parameters: Mapping[str, Any]

    @property
    def digest(self) -> str:
        text = json.dumps([self.table, self.filter, dict(self.parameters)], sort_keys=True)
        return blake2b(text.encode(), digest_size=8).hexdigest()


def find(index: Index, hex32: str) -> list[StoredSighting]:
    """Everything known of an ID: one request."""
    wanted = _Range(
        IDS,
        "PartitionKey eq @partition and RowKey ge @low and RowKey lt @high",
        {"partition": hex32[:2], "low": f"{hex32}:", "high": f"{hex32};"},
    )
    return _page(index, wanted, MOST_ITEMS, None, rows.stored).items


def find_prefix(index: Index, hexprefix: str, top: int = 100, token: str | None = None) -> Page[StoredSighting]:
    """IDs that begin so (at least two digits), in their order."""
    wanted = _Range(
        IDS,
        "PartitionKey eq @partition and RowKey ge @low and RowKey lt @high",
        {"partition": hexprefix[:2], "low": hexprefix, "high": f"{hexprefix}g"},
    )
    return _page(index, wanted, top, token, rows.stored)


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
    wanted = _timeline(kind, since, until)
    for name, value in sorted((where or {}).items()):
        if name not in rows.FILTERS:
            raise BadRequest(f"{name!r} is no filter; there are {', '.join(sorted(rows.FILTERS))}.", target=name)
        wanted = _equal(wanted, rows.FILTERS[name], rows.filter_text(value))
    return _page(index, wanted, top, token, rows.stored)


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
    wanted = _timeline(keys.SOURCE_KIND, since, until)
    for name, value in sorted((where or {}).items()):
        if name not in _SOURCE_FILTERS:
            raise BadRequest(f"{name!r} is no filter; there are name and status.", target=name)
        wanted = _named(wanted, value) if name == "name" else _equal(wanted, name, value)
    return _page(index, wanted, top, token, ledger.from_row)


def get_source(index: Index, source_id: str) -> Ledger | None:
    row = index.get(SOURCES, *keys.ledger_key(source_id))
    return None if row is None else ledger.from_row(row)


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
    return _page(index, _Range(SOURCES, filter_, parameters | bounds), top, token, rows.stored)


def read_range(
    index: Index, table: str, filter_: str, parameters: Mapping[str, Any], top: int, token: str | None,
    read: Callable[[Mapping[str, Any]], T],
) -> Page[T]:  # fmt: skip
    """A page of any range of keys, for tables that other modules own."""
    return _page(index, _Range(table, filter_, parameters), top, token, read)


def _timeline(kind: str, since: datetime | None, until: datetime | None) -> _Range:
    """Newest first: `until` is the low end. RowKey bounds hold over all hours, see keys."""
    newest, oldest = until or times.LATEST, since or times.EARLIEST
    name = keys.kind_part(kind)
    return _Range(
        TIMELINE,
        "PartitionKey ge @first and PartitionKey le @last and RowKey ge @low and RowKey lt @high",
        {
            "first": f"{name}:{keys.inverted_hour(newest)}",
            "last": f"{name}:{keys.inverted_hour(oldest)}",
            "low": keys.inverted_ms(newest) + (";" if until else ""),
            "high": f"{keys.inverted_ms(oldest)};",
        },
    )


def _equal(wanted: _Range, column: str, value: str) -> _Range:
    return _Range(wanted.table, f"{wanted.filter} and {column} eq @{column}", {**wanted.parameters, column: value})


def _named(wanted: _Range, name: str) -> _Range:
    return _Range(wanted.table, f"{wanted.filter} and (name eq @name or source eq @name )",
                  {**wanted.parameters, "name": name})  # fmt: skip


def _page(
    index: Index, wanted: _Range, top: int, token: str | None, read: Callable[[Mapping[str, Any]], T]
) -> Page[T]:
    place = _decode(token, wanted.digest) if token else None
    items: list[T] = []
    for _ in range(MOST_REQUESTS):
        found, place = index.query(
            wanted.table, wanted.filter, wanted.parameters, page_size=top - len(items), token=place
        )
        items.extend(read(row) for row in found)
        if place is None or len(items) >= top:
            break
    return Page(items, None if place is None else _encode(place, wanted.digest))


def _encode(place: Token, digest: str) -> str:
    body = json.dumps([_TOKEN_VERSION, digest, place.get("PartitionKey"), place.get("RowKey")], separators=(",", ":"))
    return base64.urlsafe_b64encode(_seal(body) + body.encode()).decode().rstrip("=")


def _seal(body: str) -> bytes:
    return blake2b(body.encode(), digest_size=6).digest()  # against slips of the clipboard, not against attackers


def _decode(token: str, digest: str) -> Token:
    """A token holds only a place in the keys: who makes one up reads nothing that the query would not give."""
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        body = raw[6:].decode()
        version, owner, partition, row = json.loads(body)
        if raw[:6] == _seal(body) and (version, owner) == (_TOKEN_VERSION, digest):
            return {"PartitionKey": partition, "RowKey": row}
    except (ValueError, TypeError, binascii.Error):
        pass
    raise BadRequest("The continuation token is damaged or of another query. Start again without it.", target="token")
