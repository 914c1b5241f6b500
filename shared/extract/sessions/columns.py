"""Rows under a header with a column of session IDs: nothing on a row says what its digits are."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shared.core import ids
from shared.extract.tables import Row, Tables

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from shared.extract.text.window import Window

# `recognizer.session.started.sessionid`, `stt_session_id`, but not `http_session_id`
_OF_SPEECH = re.compile(
    r"(?:.*\.)?(?:azure|speech|stt|asr|cognitive|reco|recognition|recogni[sz]er|transcription|transcript|voice|call|ms"
    r"|sdk)*session\.?id"
)
_DIGITS = re.compile(rb"[0-9A-Fa-f]{32}(?![0-9A-Za-z])")
_BEGINNINGS = (b"<tr", b"<TR", b'columns"', b'Columns"')  # of a header that has lines of its own for each name
_HEADER = 8192


class Columns:
    """`header` for every column of IDs that the search finds, then `read` the window."""

    def __init__(self) -> None:
        self.next_file()

    def next_file(self) -> None:
        """A table ends with its file."""
        self._tables = Tables(is_column)
        self._starts: list[int] = []

    def header(self, window: Window, position: int) -> None:
        """A line with such a column ends, or goes on, at `position`."""
        low = max(0, position - _HEADER)
        self._starts.append(max(0, min([window.line_start(position - 1), *_begun(window.text, low, position)])))

    def read(self, window: Window, found: Callable[[str, int, Row], None]) -> None:
        """All rows of this window: each ID and where it stands."""
        starts, self._starts = self._starts[::-1], []
        position = self._next(starts, window.fresh if self._tables.active else 0)
        while position is not None and position < len(window.text):
            end = window.text.find(b"\n", position)
            end = len(window.text) if end < 0 else end
            _take(self._tables.feed(window.text[position:end], position), found)
            position = self._next(starts, end + 1)
        if self._tables.active:
            _take(self._tables.flush(), found)

    def _next(self, starts: list[int], position: int) -> int | None:
        """The next line of this table, or the header of the next one."""
        while starts and starts[-1] < position:
            starts.pop()
        if self._tables.active:
            return position
        return starts.pop() if starts else None


def _begun(text: bytes, low: int, position: int) -> Iterable[int]:
    for sign in _BEGINNINGS:
        at = text.rfind(sign, low, position)
        if at >= 0:
            yield text.rfind(b"\n", low, at) + 1


def is_column(name: str) -> bool:
    """Has such a column session IDs?"""
    return _OF_SPEECH.fullmatch(name) is not None


def _take(rows: Iterable[Row], found: Callable[[str, int, Row], None]) -> None:
    for row in rows:
        for name, cell in row.items():
            digits = _DIGITS.match(cell.text) if is_column(name) else None
            if digits is not None and ids.is_version_4(digits[0].decode("ascii").lower()):
                found(digits[0].decode("ascii").lower(), cell.position, row)
