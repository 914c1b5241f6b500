"""One attempt at a source: from `begin`, which decides the race, to `finish` or `fail`.

Order of the writes, and what a crash after each leaves:

    1 sources   record running, with the first rows   a lease that expires; the sweep begins again
    2 timeline  copy of the record: running, open     the same
    3 sources   rows of a batch, lease prolonged      the next attempt knows what may stand in the other tables
    4 ids, timeline   the batch's sightings           the same
    5 sources   record done                           the sweep finds the copy open and compares
    6 all       rows of older attempts removed        the same (only when there was one)
    7 timeline  copy of the record: done              nothing to do
"""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from shared.core import times
from shared.core.errors import TryAgain
from shared.core.records import NearMiss, Sighting
from shared.index import keys, rows, source_record, stale_rows
from shared.index.rows import Origin, SightingRows
from shared.index.source_lease import SourceLease
from shared.index.source_record import DONE, FAILED, RUNNING, Failure, SourceRecord
from shared.storage import lease as leases
from shared.storage import tables as store
from shared.storage.parallel import pieces, run_all
from shared.storage.tables import IDS, MOST_ROWS, SOURCES, TIMELINE, Index, Row

FIRST: Final = MOST_ROWS - 2  # sightings that fit into the transaction that begins: less the record and its mark
MOST_FAILURES: Final = 8  # of one content; then it is left until somebody asks
_BATCH: Final = 5000  # sightings; fills transactions of the 256 partitions of `ids` with about 20 rows each
_PAUSE: Final = timedelta(minutes=5)
_LONGEST_PAUSE: Final = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Busy:
    """Another worker has the lease. If it reads another content, it now knows that it must run again."""

    record: SourceRecord


@dataclass(frozen=True, slots=True)
class AlreadyDone:
    """This very content was read before, by the same extraction."""

    record: SourceRecord


class SourceRun:
    """Holds the lease of the source. `counts` are the sightings written, by kind."""

    def __init__(
        self, lease: SourceLease, origin: Origin, first: Sequence[SightingRows], before: SourceRecord | None
    ) -> None:
        self._lease = lease
        self._index = lease.index
        self._origin = origin
        self._first = list(first)
        self._before = before
        self._shown = False
        self.counts: Counter[str] = Counter()
        self._span: tuple[datetime, datetime] | None = None
        self._count(self._first)

    @property
    def record(self) -> SourceRecord:
        return self._lease.record

    @property
    def fresh(self) -> bool:
        """Nothing was ever stored of this source before."""
        return self._before is None

    @classmethod
    def begin(
        cls,
        index: Index,
        source: str,
        *,
        etag: str,
        modified: datetime,
        size: int,
        worker: str,
        version: str = "",
        force: bool = False,
        first: Sequence[Sighting] = (),
    ) -> SourceRun | Busy | AlreadyDone:
        """Take the lease, or say why not. `force`: also if this content is done.

        `first`: sightings (at most FIRST) to store with the same request; they are not given to `write` again.
        """
        wish = SourceRecord(
            source=source,
            status=RUNNING,
            etag=etag,
            modified=times.text(modified),
            size=size,
            started=times.text(index.clock()),
            version=version,
            worker=worker,
        )

        def begin(row: Row | None) -> SourceRun | Busy | AlreadyDone:
            refusal = None if row is None else _refusal(index, row, wish, force=force)
            return refusal or cls._start(index, wish, first, row)

        return index.race(begin)

    @classmethod
    def _start(cls, index: Index, wish: SourceRecord, first: Sequence[Sighting], row: Row | None) -> SourceRun:
        before = source_record.from_row(row) if row else None
        wanted = _successor(before, wish, index.clock())
        origin = Origin(wanted.source, times.parse(wanted.modified or ""), wanted.started or "", wanted.attempt)
        made = [r for sighting in first if (r := rows.make(sighting, origin)) is not None]
        claims = [store.put(row) for row in (_own_row(wanted), *(r.source_row for r in made))]
        return cls(SourceLease.take(index, SOURCES, wanted, row, claims), origin, made, before)

    def renew(self) -> None:
        """To be called often during long work: prolongs the lease when it is time."""
        self._lease.renew()

    def write(self, sightings: Iterable[Sighting]) -> None:
        """Store sightings; each (kind, ID) once in a run."""
        for batch in pieces(sightings, _BATCH):
            made = [r for sighting in batch if (r := rows.make(sighting, self._origin)) is not None]
            for claim in store.batches((r.source_row for r in made), most=MOST_ROWS - 1):
                self._lease.touch([store.put(row) for row in claim])
            self._count(made)
            self._publish(made)

    def finish(
        self,
        *,
        counts: Mapping[str, int] | None = None,
        notices: Sequence[str] = (),
        near_misses: Sequence[NearMiss] = (),
        redacted: Mapping[str, int] | None = None,
        format: str | None = None,  # noqa: A002 - the public field's name
    ) -> SourceRecord:
        """Mark the source done. If `newer_etag` of the result is set, newer content was delivered meanwhile."""
        self._publish([])
        done: dict[str, Any] = {
            "status": DONE,
            "finished": times.text(self._index.clock()),
            "format": format,
            "counts": dict(self.counts if counts is None else counts),
            "notices": tuple(notices),
            "near_misses": tuple(near_misses),
            "redacted": dict(redacted or {}),
            "done_attempt": self.record.attempt,
            "failures": 0,
            "extra": self._told(),
        }
        if self.record.older_rows:  # The lease stays: nobody may write rows while older ones are removed.
            self._lease.save(lambda held: replace(held, **done))
            return stale_rows.finish(self._lease)
        self._lease.release(lambda held: replace(held, **done))
        self._lease.close_copy()
        return self.record

    def fail(self, code: str, message: str, *, retryable: bool) -> SourceRecord:
        """Mark the source failed. `retryable`: a transient failure; the sweep retries with a growing pause."""
        if self.record.status == DONE:  # It failed while tidying: nothing is lost, the rest is the sweep's.
            return self.record
        failures = self.record.failures + 1
        retryable = retryable and failures < MOST_FAILURES
        now = self._index.clock()
        pause = min(_PAUSE * 2 ** (failures - 1), _LONGEST_PAUSE)
        failed: dict[str, Any] = {
            "status": FAILED,
            "finished": times.text(now),
            "failures": failures,
            "error": Failure(code, message, retryable),
            "not_before": times.text(now + pause) if retryable else None,
        }
        self._lease.release(lambda held: replace(held, **failed))
        if self._shown:
            self._lease.close_copy()
            return self.record
        with contextlib.suppress(TryAgain):  # The record tells; without a copy the sweep finds it by the listing.
            self._show()
        return self.record

    def _count(self, made: Sequence[SightingRows]) -> None:
        self.counts.update(r.source_row["kind"] for r in made)
        moments = [keys.moment_of(r.source_row["timelineRow"]) for r in made]
        if moments:
            first, last = self._span or (moments[0], moments[0])
            self._span = min(first, *moments), max(last, *moments)

    def _told(self) -> dict[str, Any]:
        """The time that the source covers: lists of one source look there only."""
        if self._span is None:
            return {}
        return {"span": {"start": times.text(self._span[0]), "end": times.text(self._span[1])}}

    def _publish(self, made: list[SightingRows]) -> None:
        """The rows that answer queries; those that `begin` stored the claims of come first."""
        if not self._shown:
            self._show()
        made, self._first = self._first + made, []
        timelines = [row for r in made for row in r.timelines]
        run_all(
            self._lease,
            [*store.puts(self._index, IDS, [r.ids for r in made]), *store.puts(self._index, TIMELINE, timelines)],
        )

    def _show(self) -> None:
        """The record's place in the timeline is the time of its content: the copy of an older content goes at once."""
        self._lease.show()
        self._shown = True
        old = self._before.timeline_key() if self._before else None
        if old is not None and old != self.record.timeline_key():
            self._lease.check()
            self._index.delete_rows(TIMELINE, [old])


def _refusal(index: Index, row: Row, wish: SourceRecord, *, force: bool) -> Busy | AlreadyDone | None:
    """Why this source is not to be worked on now. Raises ConditionFailed when it changed under our hands."""
    known = source_record.from_row(row)
    same = (known.etag, known.version) == (wish.etag, wish.version)
    if known.status == DONE and same and not force:
        return AlreadyDone(known)
    if not known.leased(index.clock()):
        return None
    if known.etag == wish.etag or known.newer_etag == wish.etag:
        return Busy(known)
    leases.leave_mark(index, SOURCES, row, {"newerEtag": wish.etag, "open": True})
    return Busy(replace(known, newer_etag=wish.etag))


def _successor(before: SourceRecord | None, wish: SourceRecord, now: datetime) -> SourceRecord:
    """The record of the attempt that follows `before`."""
    if before is None:
        return wish
    same = (before.etag, before.version) == (wish.etag, wish.version)
    lost = before.lease_until is not None  # It was not given back: that worker may still be alive.
    alive = leases.alive_until(before, now)
    return replace(
        wish,
        attempt=before.attempt + 1,
        done_attempt=before.done_attempt,
        failures=before.failures + lost if same else 0,
        older_rows=True,
        alive_until=alive,
        stale=alive is not None and (before.stale or not same),
    )


def _own_row(held: SourceRecord) -> Row:
    """The row of `sources` that stands for the record's copy in the timeline, so that tidying finds old copies."""
    key = keys.source_row_key(held.source_id, held.attempt, keys.SOURCE_KIND, held.source_id.rjust(32, "0"))
    copy = held.timeline_row()
    return store.row_at(
        key,
        {
            "kind": keys.SOURCE_KIND,
            "etag": held.etag or "",
            "timelinePartition": store.key_of(copy).partition,
            "timelineRow": store.key_of(copy).row,
        },
    )


def give_up(index: Index, known: SourceRecord) -> None:
    """For a source that ended its worker each time, so that nobody was left to write why."""
    run = SourceRun.begin(
        index,
        known.source,
        etag=known.etag or "",
        modified=times.parse(known.modified or ""),
        size=known.size or 0,
        worker="sweep",
        version=known.version or "",
        force=True,
    )
    if isinstance(run, SourceRun):
        run.fail(
            "GaveUp",
            "Reading it ended the app again and again (its memory or its time?). Replay it to try once more.",
            retryable=False,
        )
