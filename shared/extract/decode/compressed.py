"""A compressed stream, or several one after another (`cat a.gz b.gz`, log rotation, parallel compressors).

Where it breaks, it is taken up again at the next header: a writer that was killed left half a stream, and its
successor appended another. The break shows late, when the second header was already read as content of the first.

    |--- slice before ---|---- slice ----|
          first stream ~~H~~~~~~X                X: here it shows; H: here reading goes on
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.extract.decode.codecs import HEAD, Codec, Corrupt
from shared.extract.decode.stage import SLICE, Slices

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from shared.extract.decode.stage import Budget, Stage

PIECE = 256 * 1024
_NEW_STARTS = 100  # of a stream that is broken again and again


class Compressed:
    def __init__(self, codec: type[Codec], budget: Budget, inner: Callable[[], Stage]) -> None:
        self._make = codec
        self._budget = budget
        self._make_inner = inner
        self._inner = inner()
        self._slices = Slices()
        self._codec: Codec | None = None
        self._waiting = b""  # too short to tell what it is
        self._behind = b""  # what the stream that is being read had in the slice before
        self._begins_here = False  # that begins with the stream's own header
        self._lost = self._done = False
        self._starts = 0

    def feed(self, data: bytes) -> Iterator[bytes]:
        for piece in self._slices.feed(data):
            yield from self._take(piece)

    def flush(self) -> Iterator[bytes]:
        if not self._budget.full:
            yield from self._take(self._slices.rest(), last=True)
        while self._codec is not None:
            self._budget.notice(f"{self._make.name} data ends too early: the file is cut short; what it held was read")
            yield from self._look_back()
        yield from self._inner.flush()

    def _look_back(self) -> Iterator[bytes]:
        """Maybe the end of the file was another stream, and was read as content of this one without an error."""
        self._codec, data = None, b"" if self._budget.full else self._find_header(self._behind, last=True)
        if data:
            yield from self._break_off()
            self._lost = False
            yield from self._take(data, last=True)

    def _take(self, data: bytes, *, last: bool = False) -> Iterator[bytes]:
        data, self._waiting = self._waiting + data, b""
        while data and not self._done:
            try:
                data = self._start(data, last=last)
                if self._codec is not None and data:
                    yield from self._inflate(self._codec, data)
            except Corrupt as reason:
                self._budget.notice(f"{self._make.name} data is broken ({reason}); what could be read was read")
                yield from self._break_off()
                data = self._behind + data
                continue
            data = self._after(data)

    def _start(self, data: bytes, *, last: bool) -> bytes:
        """What the stream at hand goes on with, or a new one begins with. Nothing, when that is still to come."""
        if self._lost:
            data = self._find_header(data, last=last)
        elif self._codec is None and self._starts:
            data = self._next_stream(data, last=last)
        if self._codec is None and data and not self._lost:
            self._starts += 1
            self._behind, self._begins_here = b"", True
            self._codec = self._make(self._budget.engines)
        return data

    def _next_stream(self, data: bytes, *, last: bool) -> bytes:
        """Padding with zeros is common between streams, anything else is not ours."""
        data = data.lstrip(b"\0")
        if len(data) < HEAD and not last:
            self._waiting = data
            return b""
        if data and not self._make.magic_fits(data):
            self._budget.notice(f"bytes after the end of the {self._make.name} data were ignored")
            self._lost, self._behind, self._begins_here = True, b"", False
            return self._find_header(data, last=last)
        return data

    def _find_header(self, data: bytes, *, last: bool) -> bytes:
        if self._make.again is None or self._starts > _NEW_STARTS:
            self._done = True
            return b""
        match = self._make.again.search(data, 1 if self._begins_here else 0)
        self._begins_here = False
        if match is None:
            self._waiting = b"" if last else data[1 - HEAD :]
            return b""
        self._lost = False
        return data[match.start() :]

    def _inflate(self, codec: Codec, data: bytes) -> Iterator[bytes]:
        for piece in codec.pieces(data, PIECE):
            self._budget.grew(len(piece))
            yield from self._inner.feed(piece)

    def _after(self, data: bytes) -> bytes:
        """What comes behind the end of the stream; nothing, when it goes on."""
        if self._codec is None:
            return b""
        if not self._codec.ended:
            read = self._behind + data
            self._behind = read[-2 * SLICE :]
            self._begins_here = self._begins_here and len(read) <= 2 * SLICE
            return b""
        data, self._codec = self._codec.rest, None
        return data

    def _break_off(self) -> Iterator[bytes]:
        """What comes now is another text."""
        self._codec, self._lost = None, True
        yield from self._inner.flush()
        yield b"\n"
        self._inner = self._make_inner()
