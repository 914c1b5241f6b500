"""Finds where the rows of the pattern table hit in a block: with Vectorscan, or with `re` where its wheel is missing.

Both give the same list. Vectorscan reads about 1.5 GB/s with this table, `re` about 30 MB/s.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol

from shared.extract.patterns import TABLE, UNKNOWN, WRAP, Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

ROW_BITS = 7
ROW_MASK = (1 << ROW_BITS) - 1
# A hit is one number, end of the match << ROW_BITS | row: hundreds come with every megabyte.


class Prefilter(Protocol):
    def scan(self, text: bytes) -> list[int]:
        """Hits in ascending order."""
        ...


class VectorscanPrefilter:
    """One per extractor: a scanner must not be used by two threads at once."""

    def __init__(self, database: Any, go_on: Any) -> None:
        self._hits: list[int] = []
        append = self._hits.append

        def on_match(_context: object, row: int, _start: int, end: int) -> Any:
            append(end << ROW_BITS | row)
            return go_on

        self._scanner = database.build(None, on_match)

    def scan(self, text: bytes) -> list[int]:
        self._hits.clear()
        self._scanner.scan(text)
        self._hits.sort()
        return self._hits.copy()


class PlainPrefilter:
    """Lines on which any row hits are found by one alternation, then every row is tried on those lines alone.

    An anchor may reach over a line end, so a line is tried together with the start of the next one.
    """

    REACH = 64

    def __init__(self, rows: tuple[Pattern, ...]) -> None:
        self._any, self._rows = _compiled(rows)
        self._once = frozenset(number for number, row in enumerate(rows) if row.once)

    def scan(self, text: bytes) -> list[int]:
        hits: set[int] = set()
        for start, end in self._stretches(text):
            for number, row in enumerate(self._rows):
                hits.update(match.end() << ROW_BITS | number for match in row.finditer(text, start, end))
        return sorted(self._first_of_once(hits))

    def _first_of_once(self, hits: set[int]) -> Iterator[int]:
        seen: set[int] = set()
        for hit in sorted(hits):
            row = hit & ROW_MASK
            if row not in self._once or row not in seen:
                seen.add(row)
                yield hit

    def _stretches(self, text: bytes) -> Iterator[tuple[int, int]]:
        match = self._any.search(text)
        while match is not None:
            start = text.rfind(b"\n", 0, match.start()) + 1
            line_end = text.find(b"\n", match.end())
            end = len(text) if line_end < 0 else min(len(text), line_end + self.REACH)
            yield start, end
            match = self._any.search(text, line_end) if line_end >= 0 else None


@cache
def _compiled(rows: tuple[Pattern, ...]) -> tuple[re.Pattern[bytes], tuple[re.Pattern[bytes], ...]]:
    anchors = [row.anchor for row in rows]
    return re.compile(b"|".join(b"(?:" + anchor + b")" for anchor in anchors)), tuple(map(re.compile, anchors))


@cache
def _database(rows: tuple[Pattern, ...]) -> tuple[Any, Any] | None:
    try:
        import pyperscan
    except ImportError:
        return None
    flags: dict[bool, list[Any]] = {True: [pyperscan.Flag.SINGLEMATCH], False: []}
    patterns = [pyperscan.Pattern(row.anchor, *flags[row.once], tag=number) for number, row in enumerate(rows)]
    return pyperscan.BlockDatabase(*patterns), pyperscan.Scan.Continue


def prefilter(rows: tuple[Pattern, ...] = TABLE, *, plain: bool = False) -> Prefilter:
    """The fast one where it can be had. Compiling the table takes some 50 ms, once a process."""
    fast = None if plain else _database(rows)
    return PlainPrefilter(rows) if fast is None else VectorscanPrefilter(*fast)


def alarm(*, plain: bool = False) -> Prefilter:
    """For forms that the table does not know."""
    return prefilter((UNKNOWN,), plain=plain)


def wraps(*, plain: bool = False) -> Prefilter:
    """For labels that a hard wrap tore."""
    return prefilter((WRAP,), plain=plain)
