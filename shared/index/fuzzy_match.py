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
from typing import Final

from shared.core import ids
from shared.storage.row_range import RowRange
from shared.storage.tables import IDS, KEY_COLUMNS, Index, key_of

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
    requests = [RowRange.of(IDS, value[:2]).starting(value[:n]) for n in (4, 3)]
    points = _points(sorted(v for v in wanted if v[:3] != value[:3]), value)
    requests += points[: MOST_REQUESTS - len(requests)]
    with ThreadPoolExecutor(_WORKERS) as pool:
        for keys in pool.map(lambda wanted_range: _row_keys(index, wanted_range), requests):
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


def _points(candidates: Sequence[str], value: str) -> list[RowRange]:
    """Ranges of exact IDs: first those of the value's own partition."""
    made: list[tuple[bool, RowRange]] = []
    for partition, group in groupby(candidates, key=lambda candidate: candidate[:2]):
        same = [f"{hex32}:" for hex32 in group]
        for start in range(0, len(same), _RANGES):
            wanted = RowRange.of(IDS, partition).starting_with_any(same[start : start + _RANGES])
            made.append((partition != value[:2], wanted))
    return [wanted for _, wanted in sorted(made, key=lambda ranked: ranked[0])]


def _row_keys(index: Index, wanted: RowRange) -> list[tuple[str, str]]:
    """32 hex and kind of the rows in this range."""
    found, _ = index.query(wanted, select=KEY_COLUMNS, page_size=_ROWS)
    row_keys = (key_of(row).row for row in found)
    return [_id_and_kind(row_key) for row_key in row_keys if ":~" not in row_key]


def _id_and_kind(row_key: str) -> tuple[str, str]:
    hex32, _, rest = row_key.partition(":")
    return hex32, rest.partition(":")[0]
