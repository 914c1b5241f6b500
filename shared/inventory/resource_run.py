"""The index as an inventory writes it: rows of one Speech resource, its record and its lease.

    sources  {source id}  .                              record (the same record as a blob's) with the lease
                          .recent                        fingerprints of what changed lately: unchanged costs no request
                          {kind}:{32 hex}                what is known of an entity; `print` = all three tables hold it
                          history:{32 hex}:{inverted ms} each status, by the time it was entered
                          ~open:{ms}:{32 hex}            waits or runs since then
                          ~todo:{ms}:{32 hex}            files still to be read, the first to expire first
                          ~report:{32 hex}               what the files of a transcription said
                          ~label:{32 hex}                its display name is to be replaced
                          ~seen:{n}                      where a full pass stopped: the IDs it has seen, 16 bytes each

Write order of a batch: (1) `sources` rows without their fingerprint, with the record under its ETag, so that a worker
that lost its lease is stopped here; (2) `ids` and `timeline`; (3) the fingerprints, again with the record. A crash
leaves rows without a fingerprint, which count as changed when they are listed again.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from shared.core import times
from shared.core.stored import StoredSighting
from shared.index import keys, rows, source_record
from shared.index.rows import Origin, SightingRows
from shared.index.source_record import Failure, SourceRecord
from shared.inventory.rows import (
    GONE,
    OPEN,
    RECENT_ROW,
    REPORT,
    ROW_BYTES,
    SEEN,
    Change,
    batches,
    joined,
    pieces,
    recent_row,
    source_id,
    source_name,
)
from shared.inventory.state import ResourceState
from shared.storage import tables
from shared.storage.lease import Lease, leave_mark
from shared.storage.row_range import RowRange, successor
from shared.storage.tables import IDS, KEY_COLUMNS, SOURCES, TIMELINE, Index, Key, Operation, Row, deletions, puts

LEASE: Final = timedelta(minutes=10)  # one request with all its tries may take nearly that
_ONCE_MORE: Final = {"runOnceMore": True}


def read_record(index: Index, resource: str) -> SourceRecord | None:
    """The record of a resource, without a lease."""
    row = index.get(SOURCES, *keys.record_key(source_id(resource)))
    return None if row is None else source_record.from_row(row)


def ask_again(index: Index, resource: str) -> bool:
    """If a run has the lease, leave a mark that makes it (or its successor) run once more. False if none has."""

    def ask(_refused: Row | None) -> bool:
        row = index.get(SOURCES, *keys.record_key(source_id(resource)))
        if row is None or not source_record.from_row(row).leased(index.clock()):
            return False
        leave_mark(index, SOURCES, row, _ONCE_MORE)
        return True

    return index.race(ask)


class ResourceRun:
    """One worker's turn at one resource. `state` is the part of the record that the inventory owns; writes store it."""

    def __init__(self, lease: Lease[SourceRecord], recent: dict[bytes, bytes]) -> None:
        self._index = lease.index
        self._lease = lease
        self.state = ResourceState.from_json(lease.record.extra)
        self.recent = recent

    @classmethod
    def begin(cls, index: Index, resource: str, worker: str) -> ResourceRun | None:
        """The lease, or None while another run has it (that one is then asked to run once more)."""

        def take(_refused: Row | None) -> ResourceRun | None:
            row, recent = _opening(index, source_id(resource))
            before = source_record.from_row(row) if row is not None else None
            now = index.clock()
            if row is not None and before is not None and before.leased(now):
                leave_mark(index, SOURCES, row, _ONCE_MORE)
                return None
            taken = _taken(before, source_name(resource), worker, now)
            return cls(Lease.take(index, SOURCES, taken, row, length=LEASE), recent)

        return index.race(take)

    @property
    def _record(self) -> SourceRecord:
        return self._lease.record

    @property
    def source_id(self) -> str:
        return self._record.source_id

    @property
    def number(self) -> int:
        return self._record.attempt

    def known(self, kind: str) -> Iterator[Row]:
        """All rows of a kind, by ID, with the columns a pass compares: one request for 1000."""
        name = keys.kind_part(kind)
        yield from self._index.scan(
            RowRange.of(SOURCES, self.source_id).starting(f"{name}:"),
            select=(*KEY_COLUMNS, "print", "status", "state", "missed"),
        )

    def held(self, kind: str, hex32: str) -> Row | None:
        """What `sources` says of an entity."""
        return self._index.get(SOURCES, *keys.source_row_key(self.source_id, None, kind, hex32))

    def stored(self, kind: str, hex32: str) -> StoredSighting | None:
        """The whole of what is stored, from `ids`; after a crash perhaps only what `sources` knows."""
        row = self._index.get(IDS, *keys.id_key(hex32, kind, self.source_id)) or self.held(kind, hex32)
        return None if row is None else rows.stored(row)

    def waiting_since(self, before: datetime, most: int) -> list[tuple[str, str]]:
        """Kind and 32 hex of what has waited or run since before that time and was not flagged yet: one request."""
        wanted = RowRange.of(SOURCES, self.source_id).rows(OPEN, f"{OPEN}{times.epoch_ms(before):013d}")
        found, _ = self._index.query(wanted, page_size=most)
        return [(row["kind"], tables.key_of(row).row[-32:]) for row in found]

    def marked(self, prefix: str) -> list[str]:
        """The 32 hex of up to 100 rows whose keys begin so."""
        wanted = RowRange.of(SOURCES, self.source_id).starting(prefix)
        found, _ = self._index.query(wanted, select=KEY_COLUMNS, page_size=100)
        return [tables.key_of(row).row[-32:] for row in found]

    def drop(self, operations: Sequence[Operation]) -> None:
        """Rows of `sources` that only the inventory reads."""
        self._fenced([[one] for one in operations])

    def write(self, changes: Sequence[Change], old: Mapping[str, Row]) -> None:
        """Store these. `old` are the rows of `sources` that there were before, by 32 hex."""
        made = [(change, self._rows(change, old.get(change.hex32))) for change in changes]
        left = [rows.left_behind(row.source_row, old.get(change.hex32)) for change, row in made]
        self._fenced([[tables.put(row.source_row), *change.also] for change, row in made])
        self._each(puts(self._index, IDS, (row.ids for _, row in made)))
        self._each(puts(self._index, TIMELINE, (one for _, row in made for one in row.timelines)))
        self._each(deletions(self._index, TIMELINE, (key for found in left for key in found)))
        self._count([change for change, _ in made], old)
        self._fenced([[tables.merge(_printed(row.source_row, change.print))] for change, row in made])

    def count_anew(self, kind: str, counts: Mapping[str, int]) -> None:
        """What a full pass counted; from then on each change is added and taken away."""
        self.state = replace(self.state, statuses={**self.state.statuses, kind: dict(counts)})

    def _count(self, changes: Sequence[Change], old: Mapping[str, Row]) -> None:
        statuses = self._statuses()
        for change in changes:
            counts = statuses.setdefault(change.sighting.kind, {})
            before = old.get(change.hex32)
            if before is not None:
                _count_off(counts, before)
            name = _counted(change.state, change.sighting.status)
            counts[name] = counts.get(name, 0) + 1
        self.state = replace(self.state, statuses=statuses)

    def _statuses(self) -> dict[str, dict[str, int]]:
        """A copy to count in."""
        return {kind: dict(counts) for kind, counts in self.state.statuses.items()}

    def forget(self, held: Sequence[Row]) -> None:
        """Take entities out of `sources` (the last thing that names them), and out of the counts."""
        statuses = self._statuses()
        for row in held:
            _count_off(statuses.get(row["kind"], {}), row)
        self.state = replace(self.state, statuses=statuses)
        self._fenced([[tables.drop(tables.key_of(row))] for row in held])

    def merge(self, found: Iterable[Row]) -> None:
        """Columns of rows of `sources` that only the inventory reads."""
        self._fenced([[tables.merge(row)] for row in found])

    def renew(self, *, soon: bool = False) -> None:
        """Keep the lease, and the state as it is now; with `soon` only when a third of it is over. Raises LeaseLost."""
        if not soon or self._lease.due:
            self._fenced([])

    def finish(self, *, recent: Mapping[bytes, bytes] | None = None, error: Failure | None = None) -> bool:
        """Give the lease back. True if somebody asked for one more run meanwhile."""
        asked = False
        status = source_record.DONE if error is None else source_record.FAILED

        def finished(held: SourceRecord) -> SourceRecord:
            nonlocal asked
            asked = asked or held.run_once_more
            ended = times.text(self._index.clock())
            return replace(self._stated(held), status=status, finished=ended, error=error, run_once_more=False)

        also = [] if recent is None else [tables.put(recent_row(self.source_id, recent))]
        self._lease.release(finished, also)
        return asked

    def save_seen(self, seen: Iterable[bytes]) -> int:
        """Keep the IDs that a full pass has seen, until it goes on. How many."""
        total, keys_of_ids = 0, iter(seen)
        for number in itertools.count():
            packed = b"".join(itertools.islice(keys_of_ids, ROW_BYTES // 16))
            if not packed:
                break
            row = tables.row_at(Key(self.source_id, f"{SEEN}{number:06d}"))
            self._fenced([[tables.put(row | pieces(packed))]])
            total += len(packed) // 16
        return total

    def load_seen(self) -> Iterator[bytes]:
        for row in self._seen_rows():
            packed = joined(row)
            yield from (packed[at : at + 16] for at in range(0, len(packed), 16))

    def drop_seen(self) -> None:
        """The record is written first: it must not name a place in the list that these IDs belong to."""
        found = [tables.key_of(row) for row in self._seen_rows(select=KEY_COLUMNS)]
        if found:
            self.renew()
            self._index.delete_rows(SOURCES, found)

    def _seen_rows(self, select: Sequence[str] | None = None) -> Iterator[Row]:
        """One row at a time: each is large."""
        wanted = RowRange.of(SOURCES, self.source_id).starting(SEEN)
        yield from self._index.scan(wanted, select=select, page_size=None if select else 1)

    def _rows(self, change: Change, before: Row | None) -> SightingRows:
        now = self._index.clock()
        told = times.try_parse(before.get("time")) if before else None
        origin = Origin(self._record.source, told or now, times.text(now), None, self._record.name)
        made = rows.make(change.sighting, origin, state=change.state, extra=change.extra)
        if made is None:
            raise ValueError("an entity has an ID")
        made.source_row.update(change.held)
        return made

    def _stated(self, held: SourceRecord) -> SourceRecord:
        """The record with the state as it is now."""
        return replace(held, extra=self.state.to_json())

    def _fenced(self, groups: Sequence[Sequence[Operation]]) -> None:
        """These rows of our partition, as few transactions as possible, the record in each. Raises LeaseLost."""
        for batch in batches(groups):
            self._lease.save(self._stated, batch)

    def _each(self, writes: Iterable[Callable[[], object]]) -> None:
        """Of rows in other partitions, where only our clock says that the lease holds. Raises LeaseLost."""
        for write in writes:
            self._lease.check()
            write()


def read_history(index: Index, resource: str, hex32: str) -> list[Row]:
    """All states of an entity, newest first."""
    source = source_id(resource)
    return list(index.scan(RowRange.of(SOURCES, source).starting(f"history:{hex32}:")))


def read_report(index: Index, resource: str, hex32: str) -> dict[str, Any] | None:
    """What the files of a transcription said, or None if they were not read (yet)."""
    row = index.get(SOURCES, source_id(resource), f"{REPORT}{hex32}")
    return None if row is None else rows.json_of(row) | {"at": row["at"]}


def _opening(index: Index, source: str) -> tuple[Row | None, dict[bytes, bytes]]:
    """The record and the recent fingerprints: one request."""
    found, _ = index.query(RowRange.of(SOURCES, source).rows(keys.RECORD, successor(RECENT_ROW)))
    by_key = {tables.key_of(row).row: row for row in found}
    packed = joined(by_key[RECENT_ROW]) if RECENT_ROW in by_key else b""
    recent = {packed[at : at + 16]: packed[at + 16 : at + 24] for at in range(0, len(packed), 24)}
    return by_key.get(keys.RECORD), recent


def _taken(before: SourceRecord | None, source: str, worker: str, now: datetime) -> SourceRecord:
    start = before or SourceRecord(source=source, status=source_record.RUNNING, attempt=0)
    return replace(
        start,
        status=source_record.RUNNING,
        attempt=start.attempt + 1,
        started=times.text(now),
        finished=None,
        worker=worker,
        run_once_more=False,
    )


def _counted(state: str | None, status: str | None) -> str:
    return GONE if state == GONE else status or "none"


def _count_off(counts: dict[str, int], row: Row) -> None:
    name = _counted(row.get("state"), row.get("status"))
    counts[name] = counts.get(name, 1) - 1
    if counts[name] <= 0:
        del counts[name]


def _printed(held: Row, print_: bytes) -> Row:
    """What completes a row of `sources`: all tables hold it, and nothing of what was before."""
    done = tables.row_at(tables.key_of(held), {"print": print_.hex()})
    return done | ({rows.LEFT: ""} if rows.LEFT in held else {})
