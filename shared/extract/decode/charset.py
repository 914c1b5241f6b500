"""Any text as UTF-8: UTF-16 and UTF-32 with and without a byte order mark, Latin-1, broken bytes, changes in mid-file.

Plain ASCII, nearly all that comes, passes through as it is. From the first other byte on the stream is taken in
windows, until one is plain again; where a window begins depends on the bytes alone, not on how they were fed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shared.extract.decode.zero_width import Invisible

if TYPE_CHECKING:
    from collections.abc import Iterator

WINDOW = 64 * 1024
BAD_LINES = 64  # in a window; with more of them it is converted as a whole
_SAMPLES = (32, 64, 128, 2048)  # characters; near by first: what is far may be in yet another encoding
_KEEP = 64  # bytes behind a window that are needed to judge its end
_DIRTY = re.compile(rb"[\x00\x80-\xff]")
_EIGHT = "utf-8"
_UNITS = {"utf-16-le": 2, "utf-16-be": 2, "utf-32-le": 4, "utf-32-be": 4}
# Six ASCII characters of a wide encoding in a row tell it, at whatever offset they begin. The one that begins first
# counts: each `A\0B\0` also reads as `\0B`, one byte later.
_RUNS = (
    rb"(?P<utf_32_le>(?:[\t\n\r\x20-\x7e]\x00\x00\x00){6,})|(?P<utf_32_be>(?:\x00\x00\x00[\t\n\r\x20-\x7e]){6,})"
    rb"|(?P<utf_16_le>(?:[\t\n\r\x20-\x7e]\x00){6,})|(?P<utf_16_be>(?:\x00[\t\n\r\x20-\x7e]){6,})"
)
_BEGINS = re.compile(_RUNS)
_SHORTER = re.compile(_RUNS.replace(b"{6,}", b"{4,}"))  # in the other byte order a run may be a letter shorter
# What all of them have, and what is found sooner
_MAYBE_WIDE = re.compile(rb"\x00[^\x00]\x00[^\x00]\x00[^\x00]\x00[^\x00]\x00|\x00\x00\x00[^\x00]\x00\x00\x00[^\x00]")
# In the low and the high bytes of UTF-16, what every change has
_LOW = re.compile(rb"\x00\x00\x00\x00|\x00[^\x00]\x00[^\x00]\x00[^\x00]\x00")
_HIGH = re.compile(rb"[\t\n\r\x20-\x7e]{11}")
_CHANGES = re.compile(_RUNS + rb"|(?P<utf_8>[\t\n\r\x20-\x7e]{24,})")
_BOMS = (
    (b"\xef\xbb\xbf", _EIGHT),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
_MARK_BEHIND = re.compile(rb"(?:\xff\xfe(?:\x00\x00)?|(?:\x00\x00)?\xfe\xff)\Z")
# What is no UTF-8 is taken for Latin-1, byte by byte
_LATIN_1 = {0xDC00 + byte: byte for byte in range(0x80, 0x100)}


class Charset:
    """`feed` and `flush` give UTF-8."""

    def __init__(self) -> None:
        self._pending = b""
        self._mode = _EIGHT
        self._plain = False
        self._begun = False
        self._last = b""  # of the plain bytes that went out: maybe the first half of a wide character
        self._gone = 0  # bytes of the pending ones that went out so
        self._invisible = Invisible()

    def feed(self, data: bytes) -> Iterator[bytes]:
        if self._plain and data.isascii() and b"\0" not in data:
            self._last = data[-1:] or self._last
            yield self._invisible.clean(data) if self._invisible.waits else data
            return
        if self._plain:
            self._plain = False
            self._pending, self._gone = self._last, len(self._last)
            self._invisible.after_ascii = True
        self._pending += data
        if len(self._pending) >= WINDOW + _KEEP:
            yield from self._windows(last=False)

    def flush(self) -> Iterator[bytes]:
        yield from self._windows(last=True)
        self._pending = b""
        yield self._invisible.flush()

    def _windows(self, *, last: bool) -> Iterator[bytes]:
        data, at = self._pending, 0
        if not self._begun:
            self._begun = True
            at = self._mark(data)
        while at < len(data) if last else len(data) - at >= WINDOW + _KEEP:
            plain = _plain_until(data, at) if self._mode == _EIGHT else at
            if plain - at > WINDOW or plain == len(data):
                yield self._out(data[at:plain])
                at = plain
                self._plain = plain == len(data)
                continue
            self._plain = False
            mode = self._mode
            used, text = self._convert(data[at : at + WINDOW + _KEEP], last=last and len(data) - at <= WINDOW + _KEEP)
            if text:
                yield self._out(text)
            if not used and self._mode == mode:
                break
            at += used
        self._last = data[-1:]
        self._pending = data[at:]

    def _out(self, text: bytes) -> bytes:
        text, self._gone = text[self._gone :], 0
        return self._invisible.clean(text)

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
        if _MAYBE_WIDE.search(data) is not None:
            run = _BEGINS.search(data)
            if run is not None and run.start() < end:
                run = _told_apart(data, run)
                self._mode = _mode_of(run)
                return run.start(), _utf8(_MARK_BEHIND.sub(b"", data[: run.start()]))
        if not last:
            end = _character_end(data, end)
        return end, _utf8(data[:end])

    def _wide(self, data: bytes, end: int, *, last: bool) -> tuple[int, bytes]:
        mode, unit = self._mode, _UNITS[self._mode]
        end -= 0 if last else end % unit
        ascii_ = _all_ascii(data[: end - end % unit], mode, unit)
        if ascii_ is not None and not end % unit:
            return end, ascii_
        change = self._change(data, end, unit)
        if change is not None:
            end, self._mode = change.start(), _mode_of(change)
        elif not last and _is_high_surrogate(data[end - 2 : end], mode):
            end -= 2
        whole = end - end % unit
        half = data[whole:end].strip(b"\0")  # of a character that is cut: the letter, if it is one
        text = data[:whole].decode(mode, "replace").replace("\ufeff", "").encode("utf-8", "replace")
        return end, text + half if half.isascii() else text

    def _change(self, data: bytes, end: int, unit: int) -> re.Match[bytes] | None:
        """Where another encoding begins, or the same one at an offset that does not fit: a byte was lost or put in."""
        if unit == 2 and not _may_change(data, self._mode):
            return None
        position = 0
        while (match := _CHANGES.search(data, position)) is not None and match.start() < end:
            own = match if self._fits(match, unit) else _other_reading(data, match)
            if own is None or not self._fits(own, unit):
                return _told_apart(data, match)
            position = own.end()
        return None

    def _fits(self, match: re.Match[bytes], unit: int) -> bool:
        return _mode_of(match) == self._mode and not match.start() % unit


def _told_apart(data: bytes, run: re.Match[bytes]) -> re.Match[bytes]:
    r"""`\n\0A\0B` is little-endian, or big-endian behind a line end or half a character: what follows has to tell."""
    other = _other_reading(data, run)
    if other is None or not run.start():
        return run
    little, unit = _mode_of(run).endswith("le"), _UNITS[_mode_of(run)]
    letter = max(run.start(), run.end() - 8 * unit) + (unit if little else unit - 1)  # one that both have
    for size in _SAMPLES:
        here, there = _sense(data, letter, _mode_of(run), size), _sense(data, letter, _mode_of(other), size)
        if here != there:
            return other if there > here else run
    return other if little and data[run.start()] == ord("\n") else run


def _other_reading(data: bytes, run: re.Match[bytes]) -> re.Match[bytes] | None:
    """The same letters in the other byte order."""
    mode = _mode_of(run)
    if mode not in _UNITS:
        return None
    other = _SHORTER.match(data, run.start() + (1 if mode.endswith("le") else _UNITS[mode] - 1))
    return other if other and _UNITS[_mode_of(other)] == _UNITS[mode] else None


def _sense(data: bytes, letter: int, mode: str, size: int) -> int:
    """How much like text it reads: between other letters, spaces and line ends show in the right encoding only."""
    unit = _UNITS[mode]
    start = letter if mode.endswith("le") else letter - unit + 1
    text = data[start : start + size * unit].decode(mode, "replace")
    return text.count(" ") + text.count("\n") - 4 * text.count("\ufffd")


def _mode_of(match: re.Match[bytes]) -> str:
    return (match.lastgroup or "").replace("_", "-")


def _may_change(data: bytes, mode: str) -> bool:
    little = mode.endswith("le")
    low, high = data[not little :: 2], data[little::2]
    return _LOW.search(low) is not None or _HIGH.search(high) is not None


def _all_ascii(data: bytes, mode: str, unit: int) -> bytes | None:
    """The fast way for a wide encoding that holds nothing but ASCII."""
    place = 0 if mode.endswith("le") else unit - 1
    text = data[place::unit]
    if b"\0" in text or not text.isascii():
        return None
    empty = all(not data[other::unit].strip(b"\0") for other in range(unit) if other != place)
    return text if empty else None


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


def _character_end(data: bytes, end: int) -> int:
    """Not within a character of several bytes."""
    for back in range(1, 4):
        if end - back > 0 and data[end - back] >= 0xC0:
            return end - back if len(data) >= end and _length(data[end - back]) > back else end
    return end


def _length(first: int) -> int:
    return 2 if first < 0xE0 else 3 if first < 0xF0 else 4


def _is_high_surrogate(unit: bytes, mode: str) -> bool:
    at = {"utf-16-le": 1, "utf-16-be": 0}.get(mode)
    return at is not None and len(unit) == 2 and 0xD8 <= unit[at] <= 0xDB
