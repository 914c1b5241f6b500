"""From positions in normalised text back to positions in the source: a chain of edits, each looked up when it is asked.

    source      Session ID: 1e6f\x1b[0m0a4c...
    normalised  Session ID: 1e6f0a4c...           position 16 -> 20

Most blocks are never asked, so the edits of a pass are found again only when the first position is.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import NamedTuple, Protocol

Edit = tuple[int, int, bytes]  # start and end in the text before, and its replacement


class Mapping(Protocol):
    """One step back towards the source, or all of them."""

    def source(self, position: int) -> int: ...


class _Points(NamedTuple):
    """Of each edit: where it ends in the new text and in the old one, and where it begins in the old one."""

    ends: list[int]
    sources: list[int]
    starts: list[int]


class Edits:
    """One pass over a text. `found` gives its edits in ascending order, and is called when they are needed."""

    def __init__(self, found: Callable[[], Iterable[Edit]]) -> None:
        self._found = found

    @cached_property
    def _points(self) -> _Points:
        ends, sources, starts = list[int](), list[int](), list[int]()
        shift = 0
        for start, end, new in self._found():
            starts.append(start)
            sources.append(end)
            shift += len(new) - (end - start)
            ends.append(end + shift)
        return _Points(ends, sources, starts)

    def source(self, position: int) -> int:
        """Within what an edit put in: in proportion, which is exact for encodings such as Base64."""
        ends, sources, starts = self._points
        index = bisect_right(ends, position)
        at, source = (ends[index - 1], sources[index - 1]) if index else (0, 0)
        found = source + position - at
        if index == len(ends) or found <= starts[index]:
            return found
        begin = at + starts[index] - source
        return starts[index] + (position - begin) * (sources[index] - starts[index]) // (ends[index] - begin)

    def forward(self, source: int) -> int:
        """Where a position of the text before stands in the text after; what was taken out, where it was."""
        ends, sources, _ = self._points
        index = bisect_right(sources, source)
        at, before = (ends[index - 1], sources[index - 1]) if index else (0, 0)
        return min(at + source - before, *ends[index : index + 1]) if index < len(ends) else at + source - before


class Chain:
    """Passes one after the other."""

    def __init__(self, steps: Iterable[Mapping]) -> None:
        self._steps = tuple(steps)[::-1]

    def source(self, position: int) -> int:
        for step in self._steps:
            position = step.source(position)
        return position


class SideBySide:
    """The first part of a text has one map, what follows from `cut` on, in the source from `raw_cut` on, another."""

    def __init__(self, first: Mapping, second: Mapping, cut: int, raw_cut: int) -> None:
        self._first = first
        self._second = second
        self._cut = cut
        self._raw_cut = raw_cut

    def source(self, position: int) -> int:
        if position < self._cut:
            return min(self._first.source(position), self._raw_cut)
        return self._raw_cut + self._second.source(position - self._cut)


def apply(text: bytes, edits: list[Edit]) -> bytes:
    """`text` with all edits made."""
    parts, done = list[bytes](), 0
    for start, end, new in edits:
        parts += (text[done:start], new)
        done = end
    return b"".join((*parts, text[done:]))
