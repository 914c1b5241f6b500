"""Requests to Table storage: reads, transactions, conditional writes. The only module that calls the Tables SDK.

A conditional write whose answer was lost is repeated, and then refused because of its own success. Therefore each one
carries a fresh mark in the column `write`, and a refusal is checked by reading the row: our mark there is a success.
"""

from __future__ import annotations

import json
import logging
import secrets
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import groupby
from threading import Lock
from typing import Any, Final, NamedTuple, TypeVar, cast

from azure.core import MatchConditions
from azure.core.exceptions import HttpResponseError, ResourceExistsError, ResourceNotFoundError
from azure.data.tables import TableClient, TableEntity, TableServiceClient, TableTransactionError, UpdateMode

from shared.storage import retry
from shared.storage.errors import ConditionFailed
from shared.storage.row_range import RowRange

T = TypeVar("T")
Row = dict[str, Any]
KEY_COLUMNS: Final = ("PartitionKey", "RowKey")  # for `select`: what `key_of` reads
log = logging.getLogger(__name__)

IDS: Final = "ids"
TIMELINE: Final = "timeline"
SOURCES: Final = "sources"
NOTES: Final = "notes"
MOST_ROWS: Final = 100  # of a transaction; Azurite answers 101 with a broken HTTP message
MOST_BYTES: Final = 3_670_016  # 3.5 MiB of the 4 that a transaction may have
_PART_BYTES: Final = 700  # what the multipart envelope adds to each row


class Key(NamedTuple):
    """Where a row stands."""

    partition: str
    row: str


class Place(NamedTuple):
    """Where storage goes on with a query: a row that need not exist."""

    partition: str | None
    row: str | None


@dataclass(frozen=True, slots=True)
class Operation:
    """One row of a transaction. `etag` is given for conditional changes only."""

    verb: str
    row: Row
    etag: str | None = None
    mode: UpdateMode | None = None

    @property
    def conditional(self) -> bool:
        return self.verb in ("create", "update")

    def for_sdk(self) -> Any:  # a tuple whose shape depends on the verb
        options: dict[str, Any] = {}
        if self.mode is not None:
            options["mode"] = self.mode
        if self.etag is not None:
            options |= {"etag": self.etag, "match_condition": MatchConditions.IfNotModified}
        return (self.verb, self.row, options) if options else (self.verb, self.row)


def create(row: Row) -> Operation:
    """Only if there is no such row."""
    return Operation("create", row)


def replace(row: Row, etag: str) -> Operation:
    """The whole row, only if it still is the version that we know."""
    return Operation("update", row, etag, UpdateMode.REPLACE)


def patch(row: Row, etag: str) -> Operation:
    """These columns, only if the row still is the version that we know."""
    return Operation("update", row, etag, UpdateMode.MERGE)


def put(row: Row) -> Operation:
    """The whole row, whatever was there."""
    return Operation("upsert", row, mode=UpdateMode.REPLACE)


def merge(row: Row) -> Operation:
    """These columns; the row is made if it is not there."""
    return Operation("upsert", row, mode=UpdateMode.MERGE)


def drop(key: Key) -> Operation:
    return Operation("delete", row_at(key))


def etag_of(row: Mapping[str, Any]) -> str:
    return str(cast(TableEntity, row).metadata["etag"])


def row_at(key: Key, columns: Mapping[str, Any] | None = None) -> Row:
    """A row as storage takes it."""
    return {"PartitionKey": key.partition, "RowKey": key.row, **(columns or {})}


def key_of(row: Mapping[str, Any]) -> Key:
    return Key(row["PartitionKey"], row["RowKey"])


class Index:
    """The tables, and a count of what was asked of them."""

    def __init__(
        self,
        tables: TableServiceClient,
        prefix: str = "",
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        sleep: Callable[[float], None] = time.sleep,
        monotonic: Callable[[], float] = time.monotonic,
        mark: Callable[[], str] = lambda: secrets.token_hex(8),
        patience: retry.Patience = retry.PATIENCE,
    ) -> None:
        self._tables = tables
        self._prefix = prefix
        self.mark = mark
        self._patience = patience
        self._lock = Lock()
        self._clients: dict[str, TableClient] = {}
        self.clock = clock
        self.sleep = sleep
        self.monotonic = monotonic
        self.requests: Counter[str] = Counter()

    def ensure_tables(self) -> None:
        """Make the tables that are missing. Also done when a request finds its table missing."""
        for table in (IDS, TIMELINE, SOURCES, NOTES):
            self._ensure(table)

    def get(self, table: str, partition: str, row: str) -> TableEntity | None:
        """One row, or None."""
        client = self._client(table)
        try:
            return self._call("get", table, lambda: client.get_entity(partition, row, **retry.REQUEST_OPTIONS))
        except ResourceNotFoundError:
            return None

    def query(
        self,
        wanted: RowRange,
        select: Sequence[str] | None = None,
        page_size: int | None = None,
        place: Place | None = None,
    ) -> tuple[list[TableEntity], Place | None]:
        """One request: at most `page_size` (1000) rows in key order, and where to go on (even without rows)."""
        client = self._client(wanted.table)
        token = None if place is None else {"PartitionKey": place.partition, "RowKey": place.row}

        def page() -> tuple[list[TableEntity], Place | None]:
            pages = client.query_entities(
                wanted.filter,
                parameters=dict(wanted.parameters),
                select=list(select) if select else None,
                results_per_page=page_size,
                **retry.REQUEST_OPTIONS,
            ).by_page(continuation_token=cast(Any, token))
            rows = list(next(pages, iter(())))
            ahead = cast(Any, pages).continuation_token
            return rows, Place(ahead.get("PartitionKey"), ahead.get("RowKey")) if ahead else None

        return self._call("query", wanted.table, page)

    def scan(
        self, wanted: RowRange, *, select: Sequence[str] | None = None, page_size: int | None = None
    ) -> Iterator[TableEntity]:
        """All rows of a range, page by page."""
        place: Place | None = None
        while True:
            rows, place = self.query(wanted, select, page_size, place)
            yield from rows
            if place is None:
                return

    def submit(self, table: str, operations: Sequence[Operation]) -> str:
        """One transaction: rows of one partition, at most MOST_ROWS and MOST_BYTES, of these one conditional.

        Returns the new ETag of the conditional row, else of the first. Raises ConditionFailed.
        """
        mark = self.mark()
        chosen = next((op for op in operations if op.conditional), None)
        if chosen is not None:
            chosen.row["write"] = mark
        batch = [op.for_sdk() for op in operations]
        client = self._client(table)
        try:
            answers = self._call(
                "transaction", table, lambda: client.submit_transaction(batch, **retry.REQUEST_OPTIONS)
            )
        except HttpResponseError as error:
            if chosen is None or error.status_code not in (404, 409, 412):
                raise
            return self._own_success(table, key_of(chosen.row), mark, error)
        return str(answers[operations.index(chosen) if chosen else 0].get("etag", ""))

    def _own_success(self, table: str, key: Key, mark: str, error: HttpResponseError) -> str:
        current = self.get(table, *key)
        if current is None or current.get("write") != mark:
            raise ConditionFailed(current) from error
        return etag_of(current)

    def upsert_rows(self, table: str, rows: Iterable[Row]) -> None:
        """Write whole rows of any partitions, in as few transactions as they need."""
        for write in puts(self, table, rows):
            write()

    def delete_rows(self, table: str, keys: Iterable[Key]) -> None:
        """Delete rows of any partitions; those that are not there count as deleted."""
        for write in deletions(self, table, keys):
            write()

    def delete_batch(self, table: str, keys: list[Key]) -> None:
        """Delete rows of one partition, at most MOST_ROWS."""
        while keys:
            try:
                self.submit(table, [drop(key) for key in keys])
            except TableTransactionError as error:
                if error.status_code != 404:
                    raise
                # The transaction names the row that is not there: go on without it.
                keys = keys[: error.index] + keys[error.index + 1 :]
            else:
                return

    def count(self, kind: str) -> None:
        with self._lock:
            self.requests[kind] += 1

    def repeat(self, action: Callable[[], T]) -> T:
        """A storage request with the patience of this index, also one that is not of tables."""
        return retry.call(action, sleep=self.sleep, patience=self._patience)

    def race(self, action: Callable[[Row | None], T]) -> T:
        """A conditional write, again with the row as it is now while others change it. Raises ConditionFailed."""
        return retry.race(action, sleep=self.sleep)

    def _client(self, table: str) -> TableClient:
        if table not in self._clients:
            self._clients[table] = self._tables.get_table_client(self._prefix + table)
        return self._clients[table]

    def _call(self, kind: str, table: str, action: Callable[[], T]) -> T:
        def counted() -> T:
            self.count(f"{kind} {table}")
            return action()

        try:
            return self.repeat(counted)
        except HttpResponseError as error:
            if getattr(error, "error_code", None) != "TableNotFound":
                raise
        self._ensure(table)
        return self.repeat(counted)

    def _ensure(self, table: str) -> None:
        def make() -> None:
            self.count(f"table {table}")
            try:
                self._tables.create_table(self._prefix + table, **retry.REQUEST_OPTIONS)
            except ResourceExistsError:
                return
            log.info("made table %s", self._prefix + table)

        self.repeat(make)


def puts(index: Index, table: str, rows: Iterable[Row]) -> list[Callable[[], object]]:
    """The requests of `upsert_rows`, for callers that look at their lease before each."""
    unique = {key_of(row): row for row in rows}  # the same row twice would refuse the whole transaction
    return [partial(index.submit, table, [put(row) for row in batch]) for batch in batches(unique.values())]


def deletions(index: Index, table: str, keys: Iterable[Key]) -> list[Callable[[], object]]:
    """The requests of `delete_rows`, likewise."""
    found = batches(map(row_at, set(keys)))
    return [partial(index.delete_batch, table, [key_of(row) for row in batch]) for batch in found]


def batches(rows: Iterable[Row], most: int = MOST_ROWS) -> Iterator[list[Row]]:
    """Rows grouped by partition and cut to what one transaction may hold."""
    ordered = sorted(rows, key=lambda row: cast(str, row["PartitionKey"]))
    for _, group in groupby(ordered, key=lambda row: row["PartitionKey"]):
        batch: list[Row] = []
        size = 0
        for row in group:
            weight = _PART_BYTES + len(json.dumps(row))
            if batch and (len(batch) == most or size + weight > MOST_BYTES):
                yield batch
                batch, size = [], 0
            batch.append(row)
            size += weight
        if batch:
            yield batch
