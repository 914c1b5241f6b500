"""Finds where the rows of the pattern table hit in a block: with Vectorscan, or word by word without it.

Both look for the words of all rows, and `re` reads on from there, so both give the same list. Vectorscan finds the
words at some 1.7 GB/s; one search for each word reads some 25 MB/s, a third of that without stringzilla.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, NamedTuple, Protocol

from shared.extract.engines import Engines, fastest
from shared.extract.sessions.pattern import PatternTable
from shared.extract.sessions.patterns import TABLE, UNKNOWN
from shared.extract.text.bytesearch import find
from shared.extract.text.carriers import SEARCHED
from shared.extract.text.normaliser import Look

ROW_BITS = 7
ROW_MASK = (1 << ROW_BITS) - 1
# A hit is one number, end of the match << ROW_BITS | row: hundreds come with every megabyte.


class Row(Protocol):
    """What is looked for: a row of the pattern table or of the carriers."""

    @property
    def keywords(self) -> tuple[bytes, ...]: ...
    @property
    def tail(self) -> bytes: ...
    @property
    def caseless(self) -> bool: ...
    @property
    def per_block(self) -> bool: ...


class Prefilter(Protocol):
    def scan(self, text: bytes) -> list[int]:
        """Hits in ascending order. Of a row that is wanted once a block there may be one or more."""
        ...


class VectorscanPrefilter:
    """One per extractor: a scanner must not be used by two threads at once."""

    def __init__(self, database: Any, go_on: Any) -> None:
        self._found: list[tuple[None, _Reader, int, int]] = []
        append = self._found.append

        def on_match(*found: Any) -> Any:  # called for every word: nothing is done here that can be done later
            append(found)  # context, tag, start, end
            return go_on

        self._scanner = database.build(None, on_match)

    def scan(self, text: bytes) -> list[int]:
        self._found.clear()
        self._scanner.scan(text)
        hits = []
        for _, (rows, goes_on), _, end in self._found:
            if goes_on is None:
                hits.append(end << ROW_BITS | rows[0])
            elif (match := goes_on(text, end)) is not None:
                hits.append(match.end() << ROW_BITS | rows[(match.lastindex or 1) - 1])
        hits.sort()
        return hits


class PlainPrefilter:
    """Every word is looked for by itself."""

    def __init__(self, rows: tuple[Row, ...]) -> None:
        self._words = _words(rows)
        self._searches = [(row, re.compile(_cased(p, p.tail))) for row, p in enumerate(rows) if not p.keywords]
        self._caseless = any(word.caseless for word in self._words)

    def scan(self, text: bytes) -> list[int]:
        return sorted(self._hits(text))

    def _hits(self, text: bytes) -> Iterator[int]:
        texts = {False: text, True: text.lower() if self._caseless else text}
        for word, (rows, goes_on) in self._words.items():
            for end in _ends(texts[word.caseless], word):
                if goes_on is None:
                    yield end << ROW_BITS | rows[0]
                elif (match := goes_on(text, end)) is not None:
                    yield match.end() << ROW_BITS | rows[(match.lastindex or 1) - 1]
        for row, search in self._searches:
            for match in search.finditer(text):
                yield match.end() << ROW_BITS | row


class _Word(NamedTuple):
    """`once`: all rows want only the first one of a block."""

    text: bytes
    caseless: bool
    once: bool


class _Reader(NamedTuple):
    """What may follow a word: one group for each of the rows. Nothing: the word alone is a hit."""

    rows: tuple[int, ...]
    goes_on: Callable[[bytes, int], re.Match[bytes] | None] | None


def _ends(text: bytes, word: _Word) -> Iterator[int]:
    at = find(text, word.text)
    while at >= 0:
        yield at + len(word.text)
        at = -1 if word.once else find(text, word.text, at + 1)


@cache
def _words(rows: tuple[Row, ...]) -> dict[_Word, _Reader]:
    """Every word of the table, and how the rows that begin with it go on."""
    found: dict[tuple[bytes, bool], list[int]] = {}
    for number, row in enumerate(rows):
        for word in row.keywords:
            found.setdefault((word, row.caseless), []).append(number)
    return {
        _Word(word, caseless, rows[numbers[0]].per_block and not rows[numbers[0]].tail): _reader(rows, tuple(numbers))
        for (word, caseless), numbers in found.items()
    }


@cache
def _reader(rows: tuple[Row, ...], numbers: tuple[int, ...]) -> _Reader:
    thens = [_cased(rows[number], rows[number].tail) for number in numbers if rows[number].tail]
    if not thens:
        return _Reader(numbers, None)
    return _Reader(numbers, re.compile(b"|".join(b"(" + then + b")" for then in thens)).match)


def _cased(row: Row, expression: bytes) -> bytes:
    return b"(?i:" + expression + b")" if row.caseless else expression


@cache
def _database(rows: tuple[Row, ...], engine: Any) -> tuple[Any, Any]:
    flags: dict[bool, list[Any]] = {True: [engine.Flag.SINGLEMATCH], False: []}
    patterns = []
    for word, reader in _words(rows).items():
        expression = re.escape(word.text)
        expression = b"(?i:" + expression + b")" if word.caseless else expression
        patterns.append(engine.Pattern(expression, *flags[word.once], tag=reader))
    for number, row in enumerate(rows):
        if not row.keywords:
            tag = _Reader((number,), None)
            patterns.append(engine.Pattern(_cased(row, row.tail), *flags[row.per_block], tag=tag))
    return engine.BlockDatabase(*patterns), engine.Scan.Continue


def prefilter(rows: tuple[Row, ...], engines: Engines | None = None) -> Prefilter:
    """With the engines asked for, or the fastest."""
    engine = (engines or fastest()).scanner
    return PlainPrefilter(rows) if engine is None else VectorscanPrefilter(*_database(rows, engine))


class Search:
    """The pattern table and the carriers in one look: what the normaliser asks."""

    def __init__(self, engines: Engines | None = None, table: PatternTable = TABLE) -> None:
        self._first_carrier = len(table.rows)
        self._prefilter = prefilter(table.rows + SEARCHED, engines)

    def __call__(self, text: bytes) -> Look:
        hits, first = self._prefilter.scan(text), self._first_carrier
        rows = frozenset({hit & ROW_MASK for hit in hits})
        carriers = [row for row in rows if row >= first]
        if not carriers:
            return Look(hits, rows, frozenset())
        hits = [hit for hit in hits if (hit & ROW_MASK) < first]
        return Look(hits, rows, frozenset(SEARCHED[row - first] for row in carriers))


def alarm(engines: Engines | None = None) -> Prefilter:
    """For forms that the table does not know."""
    return prefilter((UNKNOWN,), engines)
