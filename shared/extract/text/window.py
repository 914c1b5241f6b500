"""A block as the readers of lines see it: its text, and where each position stands in the source."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shared.extract.text.blocks import Lines

LINE_MAX = 8 * 1024  # how far a reader looks along one line

_RUN = re.compile(rb"[0-9A-Fa-f]+")


@dataclass(slots=True)
class View:
    """`text` may be cleaned (escapes resolved, torn lines joined): `edits` then maps it back to `raw`.

    `edits`: (position in `text`, position in `raw`) after each edit, ascending. Matches that end at or before `fresh`
    belong to the block before. `last`: nothing comes after this text.
    """

    text: bytes
    raw: bytes
    fresh: int
    offset: int
    line: int
    last: bool
    lines: Lines
    edits: list[tuple[int, int]] = field(default_factory=list)

    def raw_position(self, position: int) -> int:
        if not self.edits:
            return position
        index = bisect_right(self.edits, (position, len(self.raw) + 1)) - 1
        if index < 0:
            return position
        at, raw_at = self.edits[index]
        return raw_at + position - at

    def place(self, position: int) -> tuple[int, int]:
        """(line, offset) in the source."""
        if self.edits:
            position = self.raw_position(position)
        return self.line + self.lines.before(position), self.offset + position

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
