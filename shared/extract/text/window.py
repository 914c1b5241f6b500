"""A block as its readers see it: normalised text, what the search found in it, and the place of each position."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shared.extract.text.blocks import Block
    from shared.extract.text.position_map import Mapping

LINE_MAX = 8 * 1024  # how far a reader looks along one line

_RUN = re.compile(rb"[0-9A-Fa-f]+")


@dataclass(slots=True)
class Window:
    """What comes before `fresh` was in the window before: the look-back.

    A match that ends there is not new; who reads a stream takes `text[fresh:]` of every window.
    `hits`, `rows`: what the prefilter found in `text`. `last`: nothing comes after this text. `map`: None where no
    carrier was undone.
    """

    text: bytes
    fresh: int
    hits: Sequence[int]
    rows: Collection[int]
    last: bool
    block: Block
    map: Mapping | None = None

    def source(self, position: int) -> int:
        """The offset in the source."""
        return self.block.offset + (position if self.map is None else self.map.source(position))

    def place(self, position: int) -> tuple[int, int]:
        """(line, offset) in the source."""
        if self.map is not None:
            position = self.map.source(position)
        return self.block.line + self.block.lines.before(position), self.block.offset + position

    def line_start(self, position: int) -> int:
        low = max(0, position - LINE_MAX)
        return self.text.rfind(b"\n", low, position) + 1 or low

    def line_end(self, position: int) -> int:
        high = min(len(self.text), position + LINE_MAX)
        end = self.text.find(b"\n", position, high)
        return high if end < 0 else end

    def rest_of_line(self, position: int, most: int = 1024) -> bytes:
        return self.text[position : min(self.line_end(position), position + most)]

    def hex_run(self, position: int) -> bytes:
        """The hex digits from `position` on."""
        match = _RUN.match(self.text, position)
        return match[0] if match else b""


class Trail:
    """The windows of a stream, as long as somebody may ask for a place in them: positions count its whole text."""

    def __init__(self, keep: int) -> None:
        self._keep = keep
        self._starts: list[int] = []
        self._windows: list[Window] = []
        self.end = 0

    def add(self, window: Window) -> None:
        self._starts.append(self.end)
        self._windows.append(window)
        self.end += len(window.text) - window.fresh
        gone = bisect_right(self._starts, self.end - self._keep) - 1
        if gone > 0:
            del self._starts[:gone], self._windows[:gone]

    @property
    def held(self) -> int:
        """Bytes of text that are kept."""
        return sum(len(window.text) for window in self._windows)

    def place(self, position: int) -> tuple[int, int]:
        """(line, offset) in the source."""
        index = max(0, bisect_right(self._starts, position) - 1)
        window = self._windows[index]
        return window.place(window.fresh + position - self._starts[index])
