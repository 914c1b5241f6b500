"""Who may work on a source: a lease in its record, checked by storage with each write to the source's partition.

    worker A   begin --- writes --- (stops for minutes) .............. wakes: its clock says that the lease is over
    worker B                               begin: expired, takes over --- writes ---

Rows of `ids` and `timeline` are in other partitions, so no condition can stop A there. A looks at its own monotonic
clock before each of those writes and keeps a margin longer than a request with its repeats; what may still slip
through (a machine that froze between look and write) the sweep puts right, see `SourceRecord.alive_until`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

from shared.core import times
from shared.core.errors import LeaseLost, TryAgain
from shared.index import keys, source_record
from shared.index.source_record import SourceRecord
from shared.storage import tables
from shared.storage.tables import SOURCES, TIMELINE, ConditionFailed, Index, Row

log = logging.getLogger(__name__)

LEASE: Final = timedelta(seconds=90)
MARGIN: Final = timedelta(seconds=30)  # a write with its repeats ends within 8 seconds and one request's time-out
_RACES: Final = 10


class Lease:
    """The record of a source while we hold it. `record` is what storage has, as far as we know."""

    def __init__(self, index: Index, held: SourceRecord, etag: str, since: float) -> None:
        self.index = index
        self.record = held
        self._etag = etag
        self._since = since
        self._copy: str | None = None

    @property
    def _age(self) -> float:
        return self.index.monotonic() - self._since

    def check(self) -> None:
        """Raises LeaseLost when a write that starts now could end after the lease."""
        if self._age > (LEASE - MARGIN).total_seconds():
            raise LeaseLost(f"The lease on {self.record.source_id} ran out here. The sweep goes on with it.")

    def renew(self) -> None:
        """Prolong it when a third is over; a request only then."""
        if self._age > LEASE.total_seconds() / 3:
            self.touch(())

    def touch(self, rows: Sequence[Row]) -> None:
        """Write rows of the source's partition, only while the lease is ours, and prolong it by the way."""

        def operations(held: SourceRecord, etag: str) -> list[tables.Operation]:
            key = keys.record_key(held.source_id)
            columns = tables.row_at(key, {"leaseUntil": held.lease_until})
            return [tables.patch(columns, etag), *map(tables.put, rows)]

        self._write(lambda held: replace(held, lease_until=until(self.index)), operations)

    def save(self, change: Callable[[SourceRecord], SourceRecord]) -> SourceRecord:
        """Change the record, keeping a mark that somebody set meanwhile."""
        self._write(change, lambda held, etag: [tables.replace(held.row(), etag)])
        return self.record

    def show(self) -> None:
        """Write the copy in the timeline, whatever stands there. It is open then, so the sweep looks at it."""
        self.check()
        self._copy = self.index.submit(TIMELINE, [tables.put(self.record.timeline_row())])

    def close_copy(self) -> None:
        """Bring the copy up to date after the lease was given back, unless a newer attempt has begun.

        If that fails, the copy stays open and the sweep mends it: what was done is done.
        """
        if self._copy is None:
            self.show()
            return
        try:
            self.index.submit(TIMELINE, [tables.replace(self.record.timeline_row(), self._copy)])
        except TryAgain as error:
            log.info("the copy of %s stays open: %s", self.record.source_id, error.code)

    def _write(
        self,
        change: Callable[[SourceRecord], SourceRecord],
        operations: Callable[[SourceRecord, str], list[tables.Operation]],
    ) -> None:
        for _ in range(_RACES):
            started = self.index.monotonic()
            wanted = change(self.record)
            try:
                self._etag = self.index.submit(SOURCES, operations(wanted, self._etag))
            except ConditionFailed as failed:
                self._adopt(failed)
            else:
                self.record, self._since = wanted, started
                return
        raise LeaseLost(f"The record of {self.record.source_id} changes too often.")

    def _adopt(self, failed: ConditionFailed) -> None:
        """Others may only set `newer_etag` on a record that is ours. Anything else means that it no longer is."""
        current = source_record.from_row(failed.row) if failed.row else None
        if failed.row is None or current is None or current.holder != self.record.holder:
            raise LeaseLost(f"Another worker took over {self.record.source_id}.") from failed
        self.record = replace(self.record, newer_etag=current.newer_etag)
        self._etag = tables.etag_of(failed.row)


def until(index: Index) -> str:
    return times.text(index.clock() + LEASE)


def released(held: SourceRecord) -> SourceRecord:
    return replace(held, holder=None, lease_until=None)
