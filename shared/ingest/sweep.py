"""The sweep: what never fired, what was left half-done, what failed for a passing reason.

First the records that are still open, by their copies in the timeline; then the container's listing against all
copies, for blobs that were there before the app or whose event was lost (Event Grid replays nothing). Bounded in
time: the next sweep goes on with the listing where this one stopped. One bad source never stops the others.
"""

from __future__ import annotations

import logging
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Final

from azure.storage.blob import ContainerClient

from shared.core import times
from shared.core.events import Event, log_event
from shared.index import Index
from shared.ingest.reconcile import find_missed
from shared.ingest.recover import see_to_open
from shared.ingest.sweep_context import Ingest, Round, SweepReport
from shared.storage import tables
from shared.storage.tables import SOURCES, Key

log = logging.getLogger(__name__)

SETTLE: Final = timedelta(minutes=2)  # a blob that new is left to its own event
MOST_SECONDS: Final = 240.0
_OPEN_SHARE: Final = 0.6  # of the time, so that what keeps failing does not hide what was never seen


_LAST: Final = Key("sweep", ".last")  # beside the places in unfinished listings, which are named by containers
_ENDED: Final = "ended"


def last_sweep(index: Index) -> datetime | None:
    """When the last sweep ended, whether it saw everything or not. None: there was none."""
    row = index.get(SOURCES, *_LAST)
    return times.try_parse(str(row[_ENDED])) if row else None


def remember_sweep(index: Index) -> None:
    """Note that a sweep ended now."""
    index.submit(SOURCES, [tables.put(tables.row_at(_LAST, {_ENDED: times.text(index.clock())}))])


def sweep(
    container: ContainerClient,
    index: Index,
    ingest: Ingest,
    *,
    seconds: float = MOST_SECONDS,
    settle: timedelta = SETTLE,
) -> SweepReport:
    """Bring records and index to what the container holds, as far as the time allows."""
    work = Round(container, index, ingest, settle, index.monotonic() + seconds)
    see_to_open(work, until=seconds * (1 - _OPEN_SHARE))
    find_missed(work)
    log_event(log, logging.INFO, Event.SWEEP_DONE, **asdict(work.report))
    return work.report
