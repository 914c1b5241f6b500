"""Who may work on something: a lease in its record, checked by storage with each write to the record's partition.

    worker A   take --- writes --- (stops for minutes) .............. wakes: its clock says that the lease is over
    worker B                            take: expired, takes over --- writes ---

Rows in other partitions carry no condition that could stop A there. A looks at its own monotonic clock before each of
those writes and keeps a margin longer than a request with its repeats; for what may still slip through (a machine that
froze between look and write) the record of B says until when A may write, see `LeaseRecord.alive_until`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final, Generic, Self, TypeVar

from shared.core import times
from shared.core.errors import LeaseLost
from shared.storage import tables
from shared.storage.errors import ConditionFailed
from shared.storage.tables import Index, Operation, Row

LEASE: Final = timedelta(seconds=90)
MARGIN: Final = timedelta(seconds=30)  # a write with its repeats ends within 8 seconds and one request's time-out


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseRecord(ABC):
    """A record that one worker at a time writes. Times are ISO 8601 text."""

    holder: str | None = None  # random, one per lease
    lease_until: str | None = None
    alive_until: str | None = None  # a worker that lost its lease may write other partitions until then

    @abstractmethod
    def row(self) -> Row:
        """What is stored, lease and all."""

    def leased(self, now: datetime) -> bool:
        return is_later(self.lease_until, now)

    def marked(self, row: Mapping[str, Any]) -> Self:  # noqa: ARG002 - subclasses read it
        """With the marks that others left in the row for the holder: the only columns that they may write."""
        return self

    def lease_columns(self) -> Row:
        return {
            "holder": self.holder or "",
            "leaseUntil": self.lease_until or "",
            "aliveUntil": self.alive_until or "",
        }


def lease_fields(row: Mapping[str, Any]) -> dict[str, str | None]:
    """The arguments of LeaseRecord in a stored row."""
    return {
        "holder": row.get("holder") or None,
        "lease_until": row.get("leaseUntil") or None,
        "alive_until": row.get("aliveUntil") or None,
    }


R = TypeVar("R", bound=LeaseRecord)


class Fence(Generic[R]):
    """A record written only while nobody else has changed it. `record` is what storage has, as far as we know.

    By itself for work that ends as soon as somebody takes the lease; `Lease` is for the one who has it.
    """

    def __init__(self, index: Index, table: str, record: R, etag: str) -> None:
        self.index = index
        self.record = record
        self._table = table
        self._etag = etag
        self._since = index.monotonic()

    def save(self, change: Callable[[R], R], operations: Sequence[Operation] = ()) -> R:
        """Change the record, with other rows of its partition. Raises LeaseLost."""

        def writes(wanted: R, etag: str) -> list[Operation]:
            return [tables.replace(wanted.row(), etag), *operations]

        return self._write(change, writes)

    def _write(self, change: Callable[[R], R], writes: Callable[[R, str], list[Operation]]) -> R:
        def write(_refused: Row | None) -> R:
            started = self.index.monotonic()
            wanted = change(self.record)
            try:
                self._etag = self.index.submit(self._table, writes(wanted, self._etag))
            except ConditionFailed as failed:
                self._adopt(failed)
                raise
            self.record, self._since = wanted, started
            return wanted

        try:
            return self.index.race(write)
        except ConditionFailed as failed:
            raise LeaseLost("Others change this record too often.") from failed

    def _adopt(self, failed: ConditionFailed) -> None:
        raise LeaseLost("Another worker took over.") from failed


class Lease(Fence[R]):
    """The record while we hold it. Renewed by each write to its partition; released with the last one."""

    def __init__(self, index: Index, table: str, record: R, etag: str, since: float, length: timedelta) -> None:
        super().__init__(index, table, record, etag)
        self._since = since
        self._length = length

    @classmethod
    def take(
        cls,
        index: Index,
        table: str,
        record: R,
        replaced: Row | None,
        operations: Sequence[Operation] = (),
        *,
        length: timedelta = LEASE,
    ) -> Self:
        """Write `record` with a new lease, and other rows of its partition, if its row still is `replaced` (or none).

        Raises ConditionFailed.
        """
        since = index.monotonic()
        held = replace(record, holder=index.mark(), lease_until=times.text(index.clock() + length))
        row = held.row()
        first = tables.create(row) if replaced is None else tables.replace(row, tables.etag_of(replaced))
        etag = index.submit(table, [first, *operations])
        return cls(index, table, held, etag, since, length)

    @property
    def due(self) -> bool:
        """Is a third of it over?"""
        return self._age > self._length.total_seconds() / 3

    @property
    def _age(self) -> float:
        return self.index.monotonic() - self._since

    def check(self) -> None:
        """Raises LeaseLost when a write that starts now could end after the lease."""
        if self._age > (self._length - MARGIN).total_seconds():
            raise LeaseLost("The lease ran out here. The next run or the sweep goes on with the work.")

    def renew(self) -> None:
        """Prolong it when that is due; a request only then."""
        if self.due:
            self.touch(())

    def touch(self, operations: Sequence[Operation]) -> None:
        """Write rows of the partition, only while the lease is ours, and prolong it by the way."""

        def writes(held: R, etag: str) -> list[Operation]:
            columns = tables.row_at(tables.key_of(held.row()), {"leaseUntil": held.lease_until})
            return [tables.patch(columns, etag), *operations]

        self._write(self._prolonged, writes)

    def save(self, change: Callable[[R], R], operations: Sequence[Operation] = ()) -> R:
        """Change the record and prolong the lease. Raises LeaseLost."""
        return super().save(lambda held: self._prolonged(change(held)), operations)

    def release(self, change: Callable[[R], R], operations: Sequence[Operation] = ()) -> R:
        """Change the record and give the lease back. `change` sees a mark that somebody left meanwhile."""
        return super().save(lambda held: replace(change(held), holder=None, lease_until=None), operations)

    def _prolonged(self, held: R) -> R:
        return replace(held, lease_until=times.text(self.index.clock() + self._length))

    def _adopt(self, failed: ConditionFailed) -> None:
        """Others may only leave a mark in a record that is ours. Anything else means that it no longer is."""
        if failed.row is None or lease_fields(failed.row)["holder"] != self.record.holder:
            raise LeaseLost("Another worker took over.") from failed
        self.record = self.record.marked(failed.row)
        self._etag = tables.etag_of(failed.row)


def leave_mark(index: Index, table: str, row: Row, mark: Mapping[str, Any]) -> None:
    """Tell whoever holds the lease in this row of more work. Raises ConditionFailed if it was changed since."""
    columns = tables.row_at(tables.key_of(row), mark)
    index.submit(table, [tables.patch(columns, tables.etag_of(row))])


def alive_until(before: LeaseRecord, now: datetime, length: timedelta = LEASE) -> str | None:
    """Until when a worker that lost its lease may still write: one lease after the end of its own. None if past."""
    ended = times.try_parse(before.lease_until)
    ends = [times.try_parse(before.alive_until), ended + length if ended else None]  # an even older one, the last one
    latest = max((end for end in ends if end is not None and end > now), default=None)
    return times.text(latest) if latest else None


def is_later(text: str | None, now: datetime) -> bool:
    """Is this stored time still to come?"""
    moment = times.try_parse(text)
    return moment is not None and moment > now
