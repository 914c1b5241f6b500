"""Table storage in memory for millions of rows: sorted keys, and a count of the requests and of the rows looked at.

It evaluates the filters that the app really sends. How storage works through a filter: it starts at the lower bound of
the key (PartitionKey, and RowKey if one partition is asked for), looks at every row up to the upper bound, and gives up
with a continuation after a while. Rows are kept as the number of a sighting; `row(number)` makes its columns again.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

from azure.core.exceptions import ResourceNotFoundError
from azure.data.tables import TableEntity

from tests.fakes.tables import parse_filter

MOST_SCANNED: Final = 50_000  # rows of one request: what storage does in its five seconds is of this order
_PAGE: Final = 1000
_BOUND: Final = re.compile(r"(PartitionKey|RowKey) (eq|ge|gt|le|lt) @(\w+)")
_SPLIT: Final = "\x00"


class Look(Mapping[str, Any]):
    """A row while a filter looks at it: its keys and the columns that filters know, nothing copied."""

    __slots__ = ("_columns", "_key", "_names")

    def __init__(self, key: str, columns: tuple[Any, ...], names: Mapping[str, int]) -> None:
        self._key, self._columns, self._names = key, columns, names

    def __getitem__(self, name: str) -> Any:
        if name == "PartitionKey":
            return self._key.partition(_SPLIT)[0]
        if name == "RowKey":
            return self._key.partition(_SPLIT)[2]
        return self._columns[self._names[name]]

    def __contains__(self, name: object) -> bool:
        if name in ("PartitionKey", "RowKey"):
            return True
        at = self._names.get(str(name))
        return at is not None and self._columns[at] is not None

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


class BigTable:
    """`columns` are those that filters may name, one tuple for each number."""

    def __init__(
        self, names: Sequence[str], columns: list[tuple[Any, ...]], row: Callable[[int, str, str], Any]
    ) -> None:
        self.names = {name: at for at, name in enumerate(names)}
        self.columns = columns
        self.row = lru_cache(20_000)(row)
        self._pairs: list[tuple[str, int]] = []
        self.keys: list[str] = []
        self.numbers: list[int] = []

    def add(self, partition: str, row_key: str, number: int) -> None:
        self._pairs.append((f"{partition}{_SPLIT}{row_key}", number))

    def ready(self) -> None:
        self._pairs.sort()
        self.keys = [key for key, _ in self._pairs]
        self.numbers = [number for _, number in self._pairs]
        self._pairs = []


class BigTables:
    """Stands for a TableServiceClient."""

    def __init__(self, tables: Mapping[str, BigTable]) -> None:
        self.tables = tables
        self.requests: Counter[str] = Counter()
        self.scanned = 0

    def get_table_client(self, name: str) -> Client:
        return Client(self, self.tables[name])


class Client:
    def __init__(self, owner: BigTables, table: BigTable) -> None:
        self._owner, self._table = owner, table

    def get_entity(self, partition: str, row: str, **_options: Any) -> TableEntity:
        self._owner.requests["get"] += 1
        key = f"{partition}{_SPLIT}{row}"
        at = bisect_left(self._table.keys, key)
        if at == len(self._table.keys) or self._table.keys[at] != key:
            missing = ResourceNotFoundError("no such row")
            missing.status_code = 404  # by which the index tells it from other errors
            raise missing
        self._owner.scanned += 1
        return self._entity(at, None)

    def query_entities(
        self,
        filter_: str,
        *,
        parameters: Mapping[str, Any],
        select: Sequence[str] | None = None,
        results_per_page: int | None = None,
        **_options: Any,
    ) -> Pages:
        return Pages(self, filter_, parameters, select, min(results_per_page or _PAGE, _PAGE))

    def page(self, asked: Pages) -> list[TableEntity]:
        self._owner.requests["query"] += 1
        table, check = self._table, parse_filter(asked.filter)
        low, high = bounds(asked.filter, asked.parameters)
        place = asked.continuation_token
        start = bisect_left(table.keys, f"{place['PartitionKey']}{_SPLIT}{place['RowKey']}" if place else low)
        end = bisect_right(table.keys, high)
        asked.continuation_token = None
        found: list[TableEntity] = []
        for at in range(start, end):
            if len(found) == asked.size or at - start == MOST_SCANNED:
                partition, _, row = table.keys[at].partition(_SPLIT)
                asked.continuation_token = {"PartitionKey": partition, "RowKey": row}
                end = at
                break
            look = Look(table.keys[at], table.columns[table.numbers[at]], table.names)
            if check(look, asked.parameters):
                found.append(self._entity(at, asked.select))
        self._owner.scanned += max(0, end - start)
        return found

    def _entity(self, at: int, select: Sequence[str] | None) -> TableEntity:
        partition, _, row = self._table.keys[at].partition(_SPLIT)
        whole = self._table.row(self._table.numbers[at], partition, row)
        made = TableEntity(**(whole if select is None else {name: whole[name] for name in select if name in whole}))
        made._metadata = {"etag": "1", "timestamp": None}
        return made


class Pages(Iterator[list[TableEntity]]):
    """What `query_entities(...).by_page(token)` gives."""

    def __init__(
        self, client: Client, filter_: str, parameters: Mapping[str, Any], select: Sequence[str] | None, size: int
    ) -> None:
        self._client, self.filter, self.parameters, self.select, self.size = client, filter_, parameters, select, size
        self.continuation_token: Any = None
        self._ended = False

    def by_page(self, continuation_token: Any = None) -> Pages:
        self.continuation_token = continuation_token
        return self

    def __next__(self) -> list[TableEntity]:
        if self._ended:
            raise StopIteration
        found = self._client.page(self)
        self._ended = self.continuation_token is None
        return found


def bounds(filter_: str, parameters: Mapping[str, Any]) -> tuple[str, str]:
    """First and last key that storage looks at. Inside `or` and `not` nothing bounds, but the widest of the ranges."""
    told = [(column, sign, str(parameters[name])) for column, sign, name in _BOUND.findall(filter_)]
    same = next((value for column, sign, value in told if column == "PartitionKey" and sign == "eq"), None)
    if same is None:
        first = min((v for c, s, v in told if c == "PartitionKey" and s in ("ge", "gt")), default="")
        last = max((v for c, s, v in told if c == "PartitionKey" and s in ("le", "lt")), default="\U0010ffff")
        return first, f"{last}{_SPLIT}\U0010ffff"
    low = min((v for c, s, v in told if c == "RowKey" and s in ("ge", "gt")), default="")
    high = max((v for c, s, v in told if c == "RowKey" and s in ("le", "lt")), default="\U0010ffff")
    return f"{same}{_SPLIT}{low}", f"{same}{_SPLIT}{high}"


def filled(rows: Iterable[tuple[str, str, int]], table: BigTable) -> BigTable:
    for partition, row_key, number in rows:
        table.add(partition, row_key, number)
    table.ready()
    return table
