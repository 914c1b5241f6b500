"""A small world for tests of the index: real storage, a clock that only tests move, and a wire that can be cut.

The wire numbers every storage request. A test names a request and what happens there: the request is lost, its answer
is lost, the process dies before or after it, or something else happens first (another worker, a new content).
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, Self

from azure.core.exceptions import ServiceRequestError, ServiceResponseError
from azure.core.pipeline.transport import HttpTransport, RequestsTransport
from azure.data.tables import TableServiceClient
from azure.storage.blob import BlobServiceClient, ContainerClient

from shared.core.records import Sighting, TimeSpan
from shared.extract import Extraction
from shared.index import Index, keys
from shared.index.source_record import SourceRecord
from shared.ingest import SweepReport, ingest_blob, sweep
from shared.storage.lease import LEASE
from shared.storage.retry import Patience
from shared.storage.row_range import RowRange
from shared.storage.tables import IDS, SOURCES, TIMELINE

AT_ONCE = -timedelta(hours=1)  # the emulator's clock goes on while ours stands still
A, B, C = "a" * 32, "b" * 32, "c" * 32
OLD = f"session {A} 2026-11-01T10:00:00Z\nsession {B} 2026-11-01T10:00:00Z\n"
# A stays but moves in time, B vanishes, C is new.
NEW = f"session {A} 2026-11-02T11:00:00Z\nsession {C} 2026-11-02T12:00:00Z\n"


class Killed(BaseException):
    """The process is gone: not an Exception, so nothing of the app handles it."""


@dataclass
class Wire:
    """What happens to the request number `at` (from 1; 0 = none). `hits` counts that it did."""

    at: int = 0
    before: Callable[[], object] | None = None
    after: Callable[[], object] | None = None
    times: int = 1
    sent: int = 0
    hits: int = 0
    dead: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def arm(
        self,
        at: int,
        *,
        before: Callable[[], object] | None = None,
        after: Callable[[], object] | None = None,
        times: int = 1,
    ) -> None:
        self.at, self.before, self.after, self.times = at, before, after, times
        self.sent = self.hits = 0
        self.dead = False

    def mend(self) -> None:
        self.arm(0)

    def carry(self, send: Callable[[], Any]) -> Any:
        with self._lock:
            self.sent += 1
            struck = self.at > 0 and self.at <= self.sent < self.at + self.times
            self.hits += struck
            if self.dead:
                raise Killed
        if struck and self.before:
            self.before()
        answer = send()
        if struck and self.after:
            try:
                self.after()
            except BaseException:
                answer.internal_response.close()  # nobody reads it
                raise
        return answer

    def kill(self) -> None:
        self.dead = True
        raise Killed


def lose_request() -> None:
    raise ServiceRequestError("the test lost the request")


def lose_answer() -> None:
    raise ServiceResponseError("the test lost the answer")


class _Transport(HttpTransport[Any, Any]):
    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._inner = RequestsTransport()

    def send(self, request: Any, **options: Any) -> Any:
        return self._wire.carry(lambda: self._inner.send(request, **options))

    def open(self) -> None:
        self._inner.open()

    def close(self) -> None:
        self._inner.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *args: object) -> None:
        self.close()


class Clock:
    """Wall clock and monotonic clock in one. Sleeping moves it."""

    def __init__(self, now: datetime | None = None) -> None:
        self.moment = now or datetime.now(UTC)
        self.seconds = 1000.0

    def now(self) -> datetime:
        return self.moment

    def monotonic(self) -> float:
        return self.seconds

    def forward(self, span: timedelta) -> None:
        self.moment += span
        self.seconds += span.total_seconds()

    def set_to(self, other: Clock) -> None:
        self.moment, self.seconds = other.moment, other.seconds

    def sleep(self, seconds: float) -> None:
        self.forward(timedelta(seconds=seconds))


class Lines:
    """An extractor that a test can read: each line is `kind id [time]`."""

    def __init__(self, name: str = "") -> None:
        self._text = b""

    def feed(self, chunk: bytes, /) -> None:
        self._text += chunk

    def finish(self) -> Extraction:
        found = {}
        for line in self._text.decode().splitlines():
            kind, id_, *time = line.split()
            found[kind, id_] = Sighting(kind, id_, time=TimeSpan(time[0]) if time else None, region="westeurope")
        return Extraction("lines", _Kept(found.values()))


class _Kept(list[Sighting]):
    def close(self) -> None:
        self.clear()


class Worker:
    """One process of the app: clients of its own, over a wire of its own."""

    def __init__(self, connection: str, container: str, prefix: str, clock: Clock, name: str = "worker") -> None:
        self.wire = Wire()
        self.clock = clock
        self.name = name
        self._transport = _Transport(self.wire)
        tables = TableServiceClient.from_connection_string(connection, transport=self._transport)
        blobs = BlobServiceClient.from_connection_string(connection, transport=self._transport)
        self.container: ContainerClient = blobs.get_container_client(container)
        self.index = Index(
            tables,
            prefix,
            clock=clock.now,
            sleep=clock.sleep,
            monotonic=clock.monotonic,
            patience=Patience(tries=3),
        )

    def ingest(self, name: str, *, force: bool = False, extractor: Any = Lines, **options: Any) -> SourceRecord:
        blob = self.container.get_blob_client(name)
        return ingest_blob(blob, self.index, worker=self.name, force=force, extractor=extractor, **options)

    def sweep(self, **options: Any) -> SweepReport:
        return sweep(
            self.container,
            self.index,
            lambda name, force: self.ingest(name, force=force),
            settle=options.pop("settle", AT_ONCE),
            **options,
        )

    def close(self) -> None:
        self._transport.close()


class World:
    """A container, tables, and any number of workers."""

    def __init__(self, connection: str, container: ContainerClient, prefix: str) -> None:
        self._connection = connection
        self._container = str(container.container_name)
        self.container = container
        self.prefix = prefix
        self.clock = Clock()
        self._workers: list[Worker] = []
        self._names = 0
        self._reference: Worker | None = None
        self.main = self.worker("main")
        self.main.index.ensure_tables()
        self.main.index.requests.clear()

    def worker(self, name: str, clock: Clock | None = None, prefix: str | None = None) -> Worker:
        made = Worker(self._connection, self._container, prefix or self.prefix, clock or self.clock, name)
        self._workers.append(made)
        return made

    def drop(self, content: str | bytes, name: str | None = None) -> str:
        """Put a blob; without a name it is a new one."""
        if name is None:
            self._names += 1
            name = f"log {self._names}.txt"
        self.container.upload_blob(name, content, overwrite=True)
        return name

    def pass_lease(self) -> None:
        self.clock.forward(LEASE + timedelta(seconds=1))

    def rows(self, name: str) -> dict[str, list[str]]:
        """All rows of a blob by key, without what differs from run to run: who wrote them, when, in which attempt.

        A list of more than one is a row that stands there twice: left over from another attempt.
        """
        return self._rows(self.main.index, name)

    def _rows(self, index: Index, name: str) -> dict[str, list[str]]:
        source = keys.source_id(f"blob:{self._container}/{name}")
        found: dict[str, list[str]] = {}
        for table, row in _all_of(index, source):
            key = f"{table} {row['PartitionKey']} {_without_attempt(row['RowKey'])}"
            found.setdefault(key, []).append(_lasting(row))
        return found

    def expected(self, name: str) -> dict[str, list[str]]:
        """The rows that one undisturbed run of an empty index makes of what the blob holds now."""
        if self._reference is None:
            self._reference = self.worker("reference", prefix=f"{self.prefix}r")
        self._reference.ingest(name)
        return self._rows(self._reference.index, name)

    def strike(self, prepare: Callable[[Self], str], worker: Worker, **what: Any) -> Iterator[str]:
        """A new blob for each request of its work, with the worker's wire armed for that request; till all had theirs.

        The number of requests is not always the same: threads, and whether two contents are of the same second.
        """
        for step in count(1):
            name = prepare(self)
            worker.wire.arm(step, **what)
            yield name
            if not worker.wire.hits:
                assert step > 7
                return
            worker.wire.mend()

    def close(self) -> None:
        for worker in self._workers:
            worker.close()


_PASSING = {"attempt", "indexed", "started", "finished", "worker", "write", "doneAttempt"}


def _lasting(row: dict[str, Any]) -> str:
    return json.dumps({name: value for name, value in sorted(row.items()) if name not in _PASSING and name != "RowKey"})


def _without_attempt(key: str) -> str:
    return key[9:] if key[:8].isdigit() and key[8:9] == ":" else key


def _all_of(index: Index, source: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for table, wanted in ((IDS, "sourceId"), (TIMELINE, "sourceId"), (SOURCES, "PartitionKey")):
        for row in index.scan(RowRange(table, f"{wanted} eq @source", {"source": source})):
            yield table, row


def answers(rows: dict[str, list[str]]) -> dict[str, list[str]]:
    """The rows that look-ups and lists read, without the bookkeeping."""
    return {
        key: found
        for key, found in rows.items()
        if not key.startswith("sources ") and not key.startswith("timeline source:")
    }
