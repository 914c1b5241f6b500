"""Cuts the decoded stream into blocks that end with a line.

Where a block ends depends on the bytes alone, never on how they were fed: blocks are taken at fixed multiples of
`BLOCK` and cut back to the last line end. Each carries the end of the one before it (`fresh` says how much), because
an ID can be torn over two lines and an error block spans several.

    |---- look back ----|------------- fresh -------------|\n
    a match counts where it ends in the fresh part
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from shared.extract.text.bytesearch import count

BLOCK = 512 * 1024  # with what is looked up about it, it fits the second-level cache of a core
LOOK_BACK = 4 * 1024


class LineIndex:
    """Counts line ends. What was counted is kept."""

    def __init__(self, text: bytes) -> None:
        self._text = text
        self._asked = [0]
        self._counts = [0]

    def before(self, position: int) -> int:
        last = self._asked[-1]
        if position < last:
            index = bisect_right(self._asked, position) - 1
            return self._counts[index] + count(self._text, b"\n", self._asked[index], position)
        lines = self._counts[-1] + count(self._text, b"\n", last, position)
        self._asked.append(position)
        self._counts.append(lines)
        return lines


@dataclass(frozen=True, slots=True)
class Block:
    """`text` has only `\\n` as line end, at the offsets of the original: `\\r\\n` became ` \\n`, a lone `\\r` `\\n`.

    `lines` counts as editors and grep do: a lone `\\r`, with which programs draw progress, ends no line there.
    """

    text: bytes
    fresh: int
    offset: int
    line: int
    lines: LineIndex


class BlockCutter:
    """`feed` and `flush` give blocks; holds at most two of them, also for one line of a gigabyte.

    Bytes are copied once, into the block: a copy costs as much as a third of the search.
    """

    def __init__(self) -> None:
        self._parts: list[bytes | memoryview] = []  # since the last cut
        self._room = BLOCK  # until the next multiple of BLOCK
        self._behind = b""
        self._offset = 0
        self._line = 1

    def feed(self, chunk: bytes) -> Iterator[Block]:
        view, start = memoryview(chunk), 0
        while len(chunk) - start >= self._room:
            boundary = start + self._room
            cut = chunk.rfind(b"\n", start, boundary) + 1
            if cut:
                self._parts.append(view[start:cut])
                start, self._room = cut, BLOCK + boundary - cut
                yield from self._block(b"".join([self._behind, *self._parts]))
            else:
                self._parts.append(view[start:boundary])
                start, self._room = boundary, BLOCK
                yield from self._cut_before(b"".join(self._parts))
        if start < len(chunk):
            # of a chunk that is taken in part, the rest must not be kept alive
            self._parts.append(bytes(view[start:]) if start else chunk)
            self._room -= len(chunk) - start
            if len(self._parts) > 4096:  # fed byte by byte: small pieces cost more than their bytes
                self._parts = [b"".join(self._parts)]

    def flush(self) -> Iterator[Block]:
        """The last block; it may hold nothing new but the end of what could not be judged before."""
        yield from self._block(b"".join([self._behind, *self._parts]))
        self._room = BLOCK

    def _cut_before(self, text: bytes) -> Iterator[Block]:
        """No line ends in the newest part: cut at an earlier one, or within a long line, but not within `\\r\\n`."""
        end = text.rfind(b"\n") + 1 or text.rfind(b"\r", 0, len(text) - 1) + 1
        if not end:
            end = len(text) - 1 if text.endswith(b"\r") else len(text)
        yield from self._block(self._behind + text[:end])
        if end < len(text):
            self._parts = [text[end:]]

    def _block(self, raw: bytes) -> Iterator[Block]:
        self._parts.clear()
        behind = len(self._behind)
        text = raw
        if b"\r" in raw:
            raw = raw.replace(b"\r\n", b" \n")
            text = raw.replace(b"\r", b"\n")
        first, lines = self._line - count(self._behind, b"\n"), LineIndex(raw)
        yield Block(text, behind, self._offset - behind, first, lines)
        self._offset += len(raw) - behind
        self._line = first + lines.before(len(raw))
        tail = text[-LOOK_BACK:]
        first = tail.find(b"\n", 0, -1) + 1
        self._behind = raw[-len(tail) + (first if first < len(tail) else 0) :] if tail else b""
