"""Removing what has been gone for longer than RETENTION_DAYS. Nothing else ever removes a row of an inventory."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

from shared.core import times
from shared.index import keys, rows
from shared.inventory import rows as inventory_rows
from shared.inventory.resource_run import ResourceRun
from shared.storage import tables
from shared.storage.parallel import pieces
from shared.storage.row_range import RowRange
from shared.storage.tables import IDS, KEY_COLUMNS, SOURCES, TIMELINE, Index, Row

_BATCH: Final = 200


def forget_gone(
    index: Index, run: ResourceRun, kind: str, before: datetime, *, check_time: Callable[[], object] = lambda: None
) -> int:
    """Remove entities of a kind that are gone since before then. How many. The row of `sources` goes last.

    `check_time` may raise between two batches: the next run goes on.
    """
    name = keys.kind_part(kind)
    wanted = RowRange.of(SOURCES, run.source_id).starting(f"{name}:").below("goneAt", times.text(before))
    found = index.scan(wanted)
    removed = 0
    for part in pieces((row for row in found if row.get("state") == inventory_rows.GONE), _BATCH):
        check_time()
        index.delete_rows(IDS, (keys.id_key(tables.key_of(row).row[-32:], kind, run.source_id) for row in part))
        index.delete_rows(TIMELINE, (key for row in part for key in rows.timeline_keys_of(row)))
        for row in part:
            _forget_details(index, run.source_id, row)
        run.forget(part)
        removed += len(part)
    return removed


def _forget_details(index: Index, source: str, held: Row) -> None:
    """Its history, its report and the names of its audio files."""
    hex32 = tables.key_of(held).row[-32:]
    history = index.scan(RowRange.of(SOURCES, source).starting(f"history:{hex32}:"), select=KEY_COLUMNS)
    doomed = [tables.key_of(row) for row in history]
    if held.get("rescued"):
        report = index.get(SOURCES, source, f"{inventory_rows.REPORT}{hex32}")
        if report is not None:
            index.delete_rows(IDS, inventory_rows.audio_keys(inventory_rows.joined(report), hex32, source))
            doomed.append(tables.key_of(report))
    index.delete_rows(SOURCES, doomed)
