"""Removal of what older attempts at a source left and the last one lacks.

Runs under the lease: rows of `ids` are shared by all attempts, so a new attempt must not write them meanwhile. Old
and new rows of `sources` come in the same order and are merged, so memory stays flat however many there are.

While a worker that lost its lease may still be alive, its rows of `sources` stay as tombstones: they say what it may
yet write. The sweep comes back after that and removes both.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby
from typing import Final

from azure.data.tables import TableEntity

from shared.index import keys, rows, secondary_index, source_record
from shared.index.source_lease import SourceLease
from shared.index.source_record import SourceRecord
from shared.storage import tables
from shared.storage.errors import ConditionFailed
from shared.storage.lease import is_later
from shared.storage.parallel import pieces, run_all
from shared.storage.row_range import RowRange
from shared.storage.tables import IDS, KEY_COLUMNS, SOURCES, TIMELINE, Index, Key

_PIECE: Final = 5000
_NAME: Final = len(keys.attempt_part(0)) + 1  # where {kind}:{32 hex} begins in a row key
_COLUMNS: Final = (*KEY_COLUMNS, "kind", "timelinePartition", "timelineRow", *secondary_index.COLUMNS)


def take(index: Index, source_id: str) -> SourceLease | None:
    """The lease of a source that is done, to tidy it. None if somebody works on it, or it is not done."""
    row = index.get(SOURCES, *keys.record_key(source_id))
    known = source_record.from_row(row) if row else None
    if row is None or known is None or known.status != source_record.DONE or known.leased(index.clock()):
        return None
    try:
        lease = SourceLease.take(index, SOURCES, known, row)
    except ConditionFailed:
        return None
    lease.show()
    return lease


def forget_mark(index: Index, known: SourceRecord) -> SourceRecord:
    """Take the mark of a newer content off that turned out to be what was read. A still newer one stays."""
    lease = take(index, known.source_id)
    if lease is None:
        return known
    lease.release(
        lambda held: replace(held, newer_etag=None if held.newer_etag == known.newer_etag else held.newer_etag)
    )
    lease.close_copy()
    return lease.record


def finish(lease: SourceLease) -> SourceRecord:
    """Remove older rows, give the lease back, and bring the record's copy up to date."""
    index = lease.index
    waiting = is_later(lease.record.alive_until, index.clock())
    _remove_older(lease, keep_tombstones=waiting)

    def tidied(held: SourceRecord) -> SourceRecord:
        alive = held.alive_until if waiting else None
        return replace(held, older_rows=False, alive_until=alive, stale=waiting and held.stale)

    lease.release(tidied)
    lease.close_copy()
    return lease.record


def _remove_older(lease: SourceLease, *, keep_tombstones: bool) -> None:
    attempt = keys.attempt_part(lease.record.shown_attempt)
    older = _rows(lease, "0", attempt)
    for _, group in groupby(older, key=lambda row: tables.key_of(row).row[:_NAME]):
        current = _rows(lease, f"{attempt}:", f"{attempt};")
        for piece in pieces(_beside(group, current), _PIECE):
            _remove(lease, piece, keep_tombstones=keep_tombstones)


def _rows(lease: SourceLease, low: str, high: str) -> Iterator[TableEntity]:
    wanted = RowRange.of(SOURCES, lease.record.source_id).rows(low, high)
    return lease.index.scan(wanted, select=_COLUMNS)


def _beside(
    older: Iterator[TableEntity], current: Iterator[TableEntity]
) -> Iterator[tuple[TableEntity, TableEntity | None]]:
    """Each older row with the current row of the same kind and ID, if there is one."""
    candidate = next(current, None)
    for row in older:
        name = _name(row)
        while candidate is not None and _name(candidate) < name:
            candidate = next(current, None)
        yield row, candidate if candidate is not None and _name(candidate) == name else None


def _name(row: TableEntity) -> str:
    return tables.key_of(row).row[_NAME:]


def _remove(lease: SourceLease, piece: list[tuple[TableEntity, TableEntity | None]], *, keep_tombstones: bool) -> None:
    ids = [key for row, same in piece if same is None and (key := _ids_key(row)) is not None]
    moved = [
        key
        for row, same in piece
        for key in rows.timeline_keys_of(row) - (rows.timeline_keys_of(same) if same is not None else set())
    ]
    run_all(lease, [*tables.deletions(lease.index, IDS, ids), *tables.deletions(lease.index, TIMELINE, moved)])
    if not keep_tombstones:
        run_all(lease, tables.deletions(lease.index, SOURCES, [tables.key_of(row) for row, _ in piece]))


def _ids_key(row: TableEntity) -> Key | None:
    kind, _, hex32 = _name(row).rpartition(":")
    return None if kind == keys.SOURCE_KIND else keys.id_key(hex32, kind, tables.key_of(row).partition)
