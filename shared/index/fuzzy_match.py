"""Known IDs that differ from a value in one character: what was typed or read wrongly.

A changed, lost, added or swapped digit leaves what stands before it, so nearly all candidates share the beginning of
the value and come with one range of keys. What is left (a slip in the first three digits) is looked for one by one:
each other beginning is a partition of its own. That is about 35 small requests, side by side, for unknown values only.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

from shared.core import ids
from shared.storage.tables import IDS, Index

MOST_REQUESTS: Final = 40
_DIGITS: Final = "0123456789abcdef"
_RANGES: Final = 7  # storage takes 15 comparisons in a filter: the partition, and two for each
_WORKERS: Final = 8
_ROWS: Final = 1000


@dataclass(frozen=True, slots=True)
class Similar:
    id: str
    kind: str


def similar(index: Index, value: str) -> list[Similar]:
    """By 31 to 33 hex digits; at most MOST_REQUESTS requests."""
    wanted = set(variants(value))
    if not wanted:
        return []
    found: dict[str, str] = {}
    requests = [{"partition": value[:2], "low0": value[:n], "high0": f"{value[:n]}g"} for n in (4, 3)]
    points = _points(sorted(v for v in wanted if v[:3] != value[:3]), value)
    requests += points[: MOST_REQUESTS - len(requests)]
    with ThreadPoolExecutor(_WORKERS) as pool:
        for keys in pool.map(lambda parameters: _row_keys(index, parameters), requests):
            for hex32, kind in keys:
                if hex32 in wanted and found.get(hex32, "unknown") == "unknown":
                    found[hex32] = kind
    return [Similar(ids.canonical(kind, hex32), kind) for hex32, kind in sorted(found.items())]


def variants(value: str) -> Iterator[str]:
    """All 32 digits that one slip makes of these 31 to 33."""
    if len(value) == 33:
        yield from (value[:i] + value[i + 1 :] for i in range(33))
    elif len(value) == 31:
        yield from (value[:i] + digit + value[i:] for i in range(32) for digit in _DIGITS)
    elif len(value) == 32:
        yield from (value[:i] + d + value[i + 1 :] for i in range(32) for d in _DIGITS if d != value[i])
        pairs = (i for i in range(31) if value[i] != value[i + 1])
        yield from (value[:i] + value[i + 1] + value[i] + value[i + 2 :] for i in pairs)


def _points(candidates: Sequence[str], value: str) -> list[dict[str, str]]:
    """Parameters of requests for exact IDs: first those of the value's own partition."""
    made: list[tuple[bool, dict[str, str]]] = []
    for partition, group in groupby(candidates, key=lambda candidate: candidate[:2]):
        same = list(group)
        for start in range(0, len(same), _RANGES):
            part = same[start : start + _RANGES]
            low = {f"low{n}": f"{hex32}:" for n, hex32 in enumerate(part)}
            high = {f"high{n}": f"{hex32};" for n, hex32 in enumerate(part)}
            made.append((partition != value[:2], {"partition": partition, **low, **high}))
    return [parameters for _, parameters in sorted(made, key=lambda ranked: ranked[0])]


def _row_keys(index: Index, parameters: dict[str, str]) -> list[tuple[str, str]]:
    """32 hex and kind of the rows in these ranges."""
    count = len(parameters) // 2
    ranges = " or ".join(f"(RowKey ge @low{n} and RowKey lt @high{n} )" for n in range(count))
    filter_ = f"PartitionKey eq @partition and ({ranges} )"
    found, _ = index.query(IDS, filter_, parameters, select=["PartitionKey", "RowKey"], page_size=_ROWS)
    return [_told(row) for row in found if ":~" not in row["RowKey"]]


def _told(row: Any) -> tuple[str, str]:
    hex32, _, rest = str(row["RowKey"]).partition(":")
    return hex32, rest.partition(":")[0]
