"""Finds where the rows of the pattern table hit in a block: with Vectorscan, or word by word without it.

Both look for the words of all rows, and `re` reads on from there, so both give the same list. Vectorscan finds the
words at some 1.7 GB/s; one search for each word reads some 25 MB/s, a third of that without stringzilla.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, NamedTuple, Protocol

from shared.extract.sessions.patterns import TABLE, UNKNOWN
from shared.extract.text.bytesearch import find
from shared.extract.text.carriers import SEARCHED
from shared.extract.text.normaliser import Look

ROW_BITS = 7
ROW_MASK = (1 << ROW_BITS) - 1
_FIRST_CARRIER = len(TABLE)
# A hit is one number, end of the match << ROW_BITS | row: hundreds come with every megabyte.


class Row(Protocol):
    """What is looked for: a row of the pattern table or of the carriers."""

    @property
    def words(self) -> tuple[bytes, ...]: ...
    @property
    def then(self) -> bytes: ...
    @property
    def caseless(self) -> bool: ...
    @property
    def once(self) -> bool: ...


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
        self._searches = [(row, re.compile(_cased(p, p.then))) for row, p in enumerate(rows) if not p.words]
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
        for word in row.words:
            found.setdefault((word, row.caseless), []).append(number)
    return {
        _Word(word, caseless, rows[numbers[0]].once and not rows[numbers[0]].then): _reader(rows, tuple(numbers))
        for (word, caseless), numbers in found.items()
    }


@cache
def _reader(rows: tuple[Row, ...], numbers: tuple[int, ...]) -> _Reader:
    thens = [_cased(rows[number], rows[number].then) for number in numbers if rows[number].then]
    if not thens:
        return _Reader(numbers, None)
    return _Reader(numbers, re.compile(b"|".join(b"(" + then + b")" for then in thens)).match)


def _cased(row: Row, expression: bytes) -> bytes:
    return b"(?i:" + expression + b")" if row.caseless else expression


@cache
def _database(rows: tuple[Row, ...]) -> tuple[Any, Any] | None:
    try:
        import pyperscan
    except ImportError:
        return None
    flags: dict[bool, list[Any]] = {True: [pyperscan.Flag.SINGLEMATCH], False: []}
    patterns = []
    for word, reader in _words(rows).items():
        expression = re.escape(word.text)
        expression = b"(?i:" + expression + b")" if word.caseless else expression
        patterns.append(pyperscan.Pattern(expression, *flags[word.once], tag=reader))
    for number, row in enumerate(rows):
        if not row.words:
            tag = _Reader((number,), None)
            patterns.append(pyperscan.Pattern(_cased(row, row.then), *flags[row.once], tag=tag))
    return pyperscan.BlockDatabase(*patterns), pyperscan.Scan.Continue


def prefilter(rows: tuple[Row, ...], *, plain: bool = False) -> Prefilter:
    """The fast one where it can be had."""
    fast = None if plain else _database(rows)
    return PlainPrefilter(rows) if fast is None else VectorscanPrefilter(*fast)


class Search:
    """The pattern table and the carriers in one look: what the normaliser asks."""

    def __init__(self, *, plain: bool = False) -> None:
        self._prefilter = prefilter(TABLE + SEARCHED, plain=plain)

    def __call__(self, text: bytes) -> Look:
        hits = self._prefilter.scan(text)
        rows = frozenset({hit & ROW_MASK for hit in hits})
        carriers = [row for row in rows if row >= _FIRST_CARRIER]
        if not carriers:
            return Look(hits, rows, frozenset())
        hits = [hit for hit in hits if (hit & ROW_MASK) < _FIRST_CARRIER]
        return Look(hits, rows, frozenset(SEARCHED[row - _FIRST_CARRIER] for row in carriers))


def alarm(*, plain: bool = False) -> Prefilter:
    """For forms that the table does not know."""
    return prefilter((UNKNOWN,), plain=plain)
