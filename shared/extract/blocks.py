"""Cuts the decoded stream into blocks that end with a line.

Where a block ends depends on the bytes alone, never on how they were fed: blocks are taken at fixed multiples of
`BLOCK` and cut back to the last line end. Each carries the end of the one before it (`fresh` says how much), because
an ID can be torn over two lines and an error block spans several.

    |---- look back ----|------------- fresh -------------|\n
    a match counts where it ends in the fresh part
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

BLOCK = 1024 * 1024
LOOK_BACK = 4 * 1024


@dataclass(frozen=True, slots=True)
class Block:
    """`text` has only `\\n` as line end, at the offsets of the original: `\\r\\n` became ` \\n`, a lone `\\r` `\\n`."""

    text: bytes
    fresh: int
    offset: int
    line: int

    @property
    def first_fresh_line(self) -> int:
        return self.line + self.text.count(b"\n", 0, self.fresh)


class BlockCutter:
    """`feed` and `flush` give blocks; holds at most two of them, also for one line of a gigabyte."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._size = 0
        self._kept = b""
        self._behind = b""
        self._offset = 0
        self._line = 1

    def feed(self, chunk: bytes) -> Iterator[Block]:
        start = 0
        while self._size + len(chunk) - start >= BLOCK:
            end = start + BLOCK - self._size
            self._parts.append(chunk[start:end])
            start = end
            data = b"".join(self._parts)
            self._parts.clear()
            self._size = 0
            yield from self._cut(data)
        if start < len(chunk):
            self._parts.append(chunk[start:])
            self._size += len(chunk) - start
            if len(self._parts) > 4096:  # fed byte by byte: small pieces cost more than their bytes
                self._parts = [b"".join(self._parts)]

    def flush(self) -> Iterator[Block]:
        """The last block; it may hold nothing new but the end of what could not be judged before."""
        rest = self._kept + b"".join(self._parts)
        self._parts.clear()
        self._kept = b""
        self._size = 0
        yield self._block(rest)

    def _cut(self, data: bytes) -> Iterator[Block]:
        text = self._kept + data
        end = text.rfind(b"\n") + 1 or text.rfind(b"\r", 0, len(text) - 1) + 1
        if not end:  # one long line: cut it anywhere, but not between \r and \n
            end = len(text) - 1 if text.endswith(b"\r") else len(text)
        self._kept = text[end:]
        yield self._block(text[:end] if self._kept else text)

    def _block(self, raw: bytes) -> Block:
        fresh = raw
        if b"\r" in fresh:
            fresh = fresh.replace(b"\r\n", b" \n").replace(b"\r", b"\n")
        behind = self._behind
        block = Block(behind + fresh, len(behind), self._offset - len(behind), self._line - behind.count(b"\n"))
        self._offset += len(fresh)
        self._line += fresh.count(b"\n")
        tail = block.text[-LOOK_BACK:]
        first = tail.find(b"\n", 0, -1) + 1
        self._behind = tail[first:] if first < len(tail) else tail
        return block
