"""Any text as UTF-8: UTF-16 with and without a byte order mark, Latin-1, broken bytes, a change in mid-file.

Plain ASCII, nearly all that comes, passes through as it is. From the first other byte on the stream is taken in
windows, until one is plain again; where a window begins depends on the bytes alone, not on how they were fed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

WINDOW = 64 * 1024
BAD_LINES = 64  # in a window; with more of them it is converted as a whole
_KEEP = 64  # bytes behind a window that are needed to judge its end
_DIRTY = re.compile(rb"[\x00\x80-\xff]")
_PLAIN_RUN = re.compile(rb"[\t\n\r\x20-\x7e]{24,}")
_LITTLE_RUN = re.compile(rb"(?:[\t\n\r\x20-\x7e]\x00){6,}")
_LITTLE_REST = re.compile(rb"\x00(?:[\t\n\r\x20-\x7e]\x00){5,}")
_BIG_RUN = re.compile(rb"(?:\x00[\t\n\r\x20-\x7e]){6,}")
_LITTLE, _BIG, _EIGHT = "utf-16-le", "utf-16-be", "utf-8"
_BOMS = ((b"\xef\xbb\xbf", _EIGHT), (b"\xff\xfe", _LITTLE), (b"\xfe\xff", _BIG))
# What is no UTF-8 is taken for Latin-1, byte by byte
_LATIN_1 = {0xDC00 + byte: byte for byte in range(0x80, 0x100)}


class Charset:
    """`feed` and `flush` give UTF-8."""

    def __init__(self) -> None:
        self._pending = b""
        self._mode = _EIGHT
        self._plain = False
        self._begun = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        if self._plain and data.isascii() and b"\0" not in data:
            yield data
            return
        if self._plain and _LITTLE_REST.match(data) is not None:
            # the first half of a UTF-16 character went out with the chunk before
            self._mode, data = _LITTLE, data[1:]
        self._plain = False
        self._pending += data
        if len(self._pending) >= WINDOW + _KEEP:
            yield from self._windows(last=False)

    def flush(self) -> Iterator[bytes]:
        yield from self._windows(last=True)
        self._pending = b""

    def _windows(self, *, last: bool) -> Iterator[bytes]:
        data, at = self._pending, 0
        if not self._begun:
            self._begun = True
            at = self._mark(data)
        while at < len(data) if last else len(data) - at >= WINDOW + _KEEP:
            plain = _plain_until(data, at) if self._mode == _EIGHT else at
            if plain - at > WINDOW or plain == len(data):
                yield data[at:plain]
                at = plain
                self._plain = plain == len(data)
                continue
            self._plain = False
            mode = self._mode
            used, text = self._convert(data[at : at + WINDOW + _KEEP], last=last and len(data) - at <= WINDOW + _KEEP)
            if text:
                yield text
            if not used and self._mode == mode:
                break
            at += used
        self._pending = data[at:]

    def _mark(self, data: bytes) -> int:
        for mark, mode in _BOMS:
            if data.startswith(mark):
                self._mode = mode
                return len(mark)
        return 0

    def _convert(self, data: bytes, *, last: bool) -> tuple[int, bytes]:
        """How many bytes were used, and their text. `data` is a window and what is needed to judge its end."""
        end = len(data) if last else min(len(data), WINDOW)
        return self._wide(data, end, last=last) if self._mode != _EIGHT else self._narrow(data, end, last=last)

    def _narrow(self, data: bytes, end: int, *, last: bool) -> tuple[int, bytes]:
        both = ((_LITTLE_RUN, _LITTLE), (_BIG_RUN, _BIG)) if b"\0" in data else ()
        runs = [(m.start(), mode) for pattern, mode in both if (m := pattern.search(data))]
        if runs and min(runs)[0] < end:
            end, self._mode = min(runs)
            return (end, _utf8(_without_mark(data[:end]))) if end else self._wide(data, len(data), last=last)
        if not last:
            end = _character_end(data, end)
        return end, _utf8(data[:end])

    def _wide(self, data: bytes, end: int, *, last: bool) -> tuple[int, bytes]:
        mode = self._mode
        change = _PLAIN_RUN.search(data)
        if change is not None and change.start() < end:
            end, self._mode = change.start() + change.start() % 2, _EIGHT
        else:
            end = min(end, WINDOW) if not last else end
            end -= end % 2 if not last else 0
            if not last and _is_high_surrogate(data[end - 2 : end], mode):
                end -= 2
        return end, data[: end - end % 2].decode(mode, "replace").replace("\ufeff", "").encode("utf-8", "replace")


def _plain_until(data: bytes, at: int) -> int:
    """Where the first byte stands that is not ASCII, less one: a NUL is the second half of a UTF-16 character."""
    while at < len(data):
        window = data[at : at + WINDOW]
        if not window.isascii() or b"\0" in window:
            dirty = _DIRTY.search(window)
            return max(0, at + dirty.start() - 1) if dirty else at
        at += WINDOW
    return len(data)


def _utf8(data: bytes) -> bytes:
    """Lines with bytes that are no UTF-8 are converted, the others stay."""
    parts: list[bytes] = []
    rest = memoryview(data)
    for _ in range(BAD_LINES):
        try:
            str(rest, "utf-8")
        except UnicodeDecodeError as error:
            done = len(data) - len(rest)
            start = data.rfind(b"\n", done, done + error.start) + 1 or done
            end = data.find(b"\n", done + error.start) + 1 or len(data)
            parts += (data[done:start], _latin(data[start:end]))
            rest = rest[end - done :]
        else:
            return b"".join([*parts, rest]) if parts else data
    return b"".join([*parts, _latin(bytes(rest))])


def _latin(line: bytes) -> bytes:
    return line.decode("utf-8", "surrogateescape").translate(_LATIN_1).encode("utf-8", "replace")


def _without_mark(data: bytes) -> bytes:
    return data[:-2] if data.endswith((b"\xff\xfe", b"\xfe\xff")) else data


def _character_end(data: bytes, end: int) -> int:
    """Not within a character of several bytes."""
    for back in range(1, 4):
        if end - back > 0 and data[end - back] >= 0xC0:
            return end - back if len(data) >= end and _length(data[end - back]) > back else end
    return end


def _length(first: int) -> int:
    return 2 if first < 0xE0 else 3 if first < 0xF0 else 4


def _is_high_surrogate(unit: bytes, mode: str) -> bool:
    return len(unit) == 2 and 0xD8 <= (unit[1] if mode == _LITTLE else unit[0]) <= 0xDB
