"""Flags jobs that wait or run for longer than STUCK_AFTER_MINUTES: they change no more, so no list brings them up."""

from __future__ import annotations

from typing import Final

from shared.inventory import changes
from shared.inventory.rows import Change
from shared.inventory.sync_context import SyncContext
from shared.storage.tables import Row

_MOST_STUCK: Final = 1000  # of one run


def flag_stuck(context: SyncContext) -> int:
    """How many were flagged now. Raises LeaseLost."""
    run = context.run
    found: list[Change] = []
    old: dict[str, Row] = {}
    for kind, hex32 in run.waiting_since(context.now() - context.stuck_after, _MOST_STUCK):
        held, stored = run.held(kind, hex32), run.stored(kind, hex32)
        if held is None or stored is None:
            continue
        now = context.now()
        extra = changes.flag(stored.sighting, now, context.stuck_after)
        found.append(changes.live(stored.sighting, run.source_id, held, extra=extra, now=now))
        old[hex32] = held
    if found:
        run.write(found, old)
    return len(found)
