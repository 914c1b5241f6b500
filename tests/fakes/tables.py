"""Table storage in memory, as far as the index uses it: the semantics and limits of Azurite, thousands of times faster.

A test may let a request fail or the process die at it (`TableDouble.plan`). A handful of the tests that use it also run
against Azurite, so that the two cannot drift apart unseen.
"""

from __future__ import annotations

import itertools
import operator
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from typing import Any, Final

from azure.core.exceptions import (
    HttpResponseError,
    ResourceExistsError,
    ResourceNotFoundError,
    ServiceRequestError,
    ServiceResponseError,
)
from azure.data.tables import TableEntity, TableTransactionError

from shared.storage.row_range import RowRange

Row = dict[str, Any]
Check = Callable[[Mapping[str, Any], Mapping[str, Any]], bool]
_TOKEN = re.compile(r"\s*([()]|[^\s()]+)")
_SIGNS: Final = {
    "eq": operator.eq,
    "ne": operator.ne,
    "gt": operator.gt,
    "ge": operator.ge,
    "lt": operator.lt,
    "le": operator.le,
}
_PAGE: Final = 1000
_MOST_ROWS: Final = 100
_MOST_BYTES: Final = 4 * 2**20
_ROW_BYTES: Final = 2**20
_VALUE_BYTES: Final = 64 * 2**10


def all_rows(table: str) -> RowRange:
    """All rows of a table."""
    return RowRange(table, "PartitionKey ge @first", {"first": ""})


class Crash(BaseException):
    """The process dies here: nothing of the code under test may catch it."""


class TableDouble:
    """Stands for a TableServiceClient."""

    def __init__(self) -> None:
        self.tables: dict[str, dict[tuple[str, str], TableEntity]] = {}
        self.requests: Counter[str] = Counter()
        # Asked before each request, with its number: None, refused, lost (done, but no answer), dies, dies after
        self.plan: Callable[[int], str | None] = lambda _number: None
        self.happened: Counter[str] = Counter()
        self._number = itertools.count(1)
        self._version = itertools.count(1)

    def create_table(self, name: str, **_options: Any) -> None:
        if name in self.tables:
            raise ResourceExistsError("the table exists")
        self.tables[name] = {}

    def get_table_client(self, name: str) -> Client:
        return Client(self, name)

    def request(self, kind: str, action: Callable[[], Any]) -> Any:
        """One request, with what the plan wants of it."""
        self.requests[kind] += 1
        fault = self.plan(next(self._number))
        if fault is not None:
            self.happened[fault] += 1
        if fault == "dies":
            raise Crash
        if fault == "refused":
            raise ServiceRequestError("no connection")
        answer = action()
        if fault == "dies after":
            raise Crash
        if fault == "lost":
            raise ServiceResponseError("the connection broke")
        return answer

    def etag(self) -> str:
        return f'W/"{next(self._version)}"'


class Client:
    def __init__(self, double: TableDouble, name: str) -> None:
        self._double, self._name = double, name
        self.keep: Callable[[Row], bool] = lambda _row: True  # what is not kept is forgotten at once (benchmarks)

    def _rows(self) -> dict[tuple[str, str], TableEntity]:
        if self._name not in self._double.tables:
            error = ResourceNotFoundError("no such table")
            error.error_code = "TableNotFound"  # type: ignore[attr-defined]  # the SDK sets it the same way
            error.status_code = 404
            raise error
        return self._double.tables[self._name]

    def get_entity(self, partition: str, row: str, **_options: Any) -> TableEntity:
        def get() -> TableEntity:
            found = self._rows().get((partition, row))
            if found is None:
                error = ResourceNotFoundError("no such row")
                error.status_code = 404
                raise error
            return _copy(found)

        found: TableEntity = self._double.request("get", get)
        return found

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

    def page(self, pages: Pages) -> list[TableEntity]:
        """The next page, in key order; leaves the place to go on in `continuation_token`."""

        def read() -> list[TableEntity]:
            rows = self._rows()
            check = parse_filter(pages.filter)
            start = pages.continuation_token or {}
            low = (start.get("PartitionKey", ""), start.get("RowKey", ""))
            found: list[TableEntity] = []
            pages.continuation_token = None
            wanted = pages.parameters.get("partition")
            candidates = [k for k in rows if k >= low and (wanted is None or k[0] == wanted)]
            for key in sorted(candidates):
                if check(rows[key], pages.parameters):
                    if len(found) == pages.size:
                        pages.continuation_token = {"PartitionKey": key[0], "RowKey": key[1]}
                        break
                    found.append(_copy(rows[key], pages.select))
            return found

        found: list[TableEntity] = self._double.request("query", read)
        return found

    def submit_transaction(self, operations: Sequence[Any], **_options: Any) -> list[dict[str, str]]:
        def apply() -> list[dict[str, str]]:
            rows = self._rows()
            self._check_limits(operations)
            before = {key: rows.get(key) for key in ((op[1]["PartitionKey"], op[1]["RowKey"]) for op in operations)}
            try:
                return [self._apply(rows, n, *op) for n, op in enumerate(operations)]
            except HttpResponseError:
                for key, row in before.items():  # all or nothing
                    if row is None:
                        rows.pop(key, None)
                    else:
                        rows[key] = row
                raise

        answers: list[dict[str, str]] = self._double.request("transaction", apply)
        return answers

    @staticmethod
    def _check_limits(operations: Sequence[Any]) -> None:
        keys = [(op[1]["PartitionKey"], op[1]["RowKey"]) for op in operations]
        sizes = [_size(op[1]) for op in operations]
        if not 1 <= len(keys) <= _MOST_ROWS or len({k[0] for k in keys}) != 1 or sum(sizes) > _MOST_BYTES:
            raise AssertionError("a transaction that storage would refuse")
        if len(set(keys)) != len(keys):
            raise AssertionError(f"the same row twice in a transaction: {keys}")
        if max(sizes) > _ROW_BYTES:
            raise AssertionError("a row over 1 MiB")

    def _apply(
        self,
        rows: dict[tuple[str, str], TableEntity],
        number: int,
        verb: str,
        row: Row,
        options: Mapping[str, Any] | None = None,
    ) -> dict[str, str]:
        options = options or {}
        key = (row["PartitionKey"], row["RowKey"])
        there = rows.get(key)
        if verb == "create" and there is not None:
            raise _refused(number, 409)
        if verb in ("update", "delete") and there is None:
            raise _refused(number, 404)
        if "etag" in options and there is not None and there.metadata["etag"] != options["etag"]:
            raise _refused(number, 412)
        if verb == "delete":
            del rows[key]
            return {}
        if verb != "delete" and not self.keep(row):
            return {"etag": self._double.etag()}
        merge = there is not None and getattr(options.get("mode"), "value", "") == "merge"
        new = TableEntity(**{**(there if merge and there else {}), **deepcopy(row)})
        etag = self._double.etag()
        new._metadata = {"etag": etag, "timestamp": None}
        rows[key] = new
        return {"etag": etag}


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


def _copy(row: TableEntity, select: Sequence[str] | None = None) -> TableEntity:
    kept = row if select is None else {name: row[name] for name in select if name in row}
    new = TableEntity(**kept)
    new._metadata = dict(row.metadata)  # type: ignore[assignment]  # the same two names
    return new


def _size(row: Row) -> int:
    total = 0
    for value in row.values():
        size = 2 * len(value) if isinstance(value, str) else len(value) if isinstance(value, bytes) else 8
        if size > _VALUE_BYTES:
            raise AssertionError("a column over 64 KiB")
        if isinstance(value, (dict, list, tuple)) or value is None:
            raise AssertionError(f"a column of a type that storage does not take: {type(value)}")
        total += size
    return total


def _refused(number: int, status: int) -> HttpResponseError:
    error = TableTransactionError(message=f"{number}:refused", index=number)
    error.status_code = status
    return error


_parsed: dict[str, Check] = {}


def parse_filter(text: str) -> Check:
    """OData: comparisons of a column with an @parameter; and, or, not, parentheses."""
    if text not in _parsed:
        tokens = _TOKEN.findall(text)
        _parsed[text] = _either(tokens)
        if tokens:
            raise AssertionError(f"cannot read the filter {text!r}")
    return _parsed[text]


def _either(tokens: list[str]) -> Check:
    checks = [_all(tokens)]
    while tokens and tokens[0] == "or":
        tokens.pop(0)
        checks.append(_all(tokens))
    return lambda row, given: any(check(row, given) for check in checks)


def _all(tokens: list[str]) -> Check:
    checks = [_one(tokens)]
    while tokens and tokens[0] == "and":
        tokens.pop(0)
        checks.append(_one(tokens))
    return lambda row, given: all(check(row, given) for check in checks)


def _one(tokens: list[str]) -> Check:
    token = tokens.pop(0)
    if token == "not":
        inner = _one(tokens)
        return lambda row, given: not inner(row, given)
    if token == "(":
        inner = _either(tokens)
        tokens.pop(0)
        return inner
    sign, parameter = _SIGNS[tokens.pop(0)], tokens.pop(0).removeprefix("@")
    # a column that is not there equals nothing, and nothing can be said of it
    return lambda row, given: token in row and bool(sign(row[token], given[parameter]))
