"""Rows under a header with a column of session IDs: nothing on a row says what its digits are.

    call,session_id       | Time | Session ID |     Time  SessionId      <tr><th>Session ID</th>...
    1,1e6f0a4c...         |------|------------|     ----  ---------      <tr><td>1e6f0a4c...</td>
                          | 10:0 | 1e6f0a4... |     10:00 1e6f0a4c...

CSV, TSV and spx output; Markdown, Jira, psql, mysql; PowerShell and sqlcmd; HTML.
"""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING, Protocol

from shared.core import ids

if TYPE_CHECKING:
    from collections.abc import Callable

    from shared.extract.text.window import Window

ROW_MAX = 64 * 1024
_QUOTED = re.compile(rb"(?:[ \t]{0,4}>){1,8} ?")  # in a mail
_HEADER_CELL = re.compile(rb"(?:[A-Za-z_#\x80-\xff][0-9A-Za-z_. ()\[\]/#%\x80-\xff-]{0,120})?")
# `recognizer.session.started.sessionid`, `stt_session_id`, but not `http_session_id`
_OF_SPEECH = re.compile(
    r"(?:.*\.)?(?:azure|speech|stt|asr|cognitive|reco|recognition|recogni[sz]er|transcription|transcript|voice|call|ms|sdk)*sessionid"
)
_SEPARATOR = re.compile(rb"[\s|+:=-]+")
_DASHES = re.compile(rb"-{2,}")
_CELL = re.compile(rb"<t[hd]\b[^<>\n]{0,200}>", re.IGNORECASE)
_ROW = re.compile(rb"<tr\b", re.IGNORECASE)
_AROUND = b" \t\r\"'`*"
_DIGITS = re.compile(rb"\s{0,16}(?:<[^<>\n]{1,80}>\s{0,8}){0,4}([0-9A-Fa-f]{32})(?![0-9A-Za-z])")


class Table(Protocol):
    def read(self, window: Window, found: Callable[[str, int], None]) -> bool:
        """All rows of this block: each ID and where it stands. False when the table has ended."""
        ...


def begin(window: Window, position: int) -> Table | None:
    """The table whose header has its column of IDs just before `position`."""
    if window.text[position - 4 : position].lower() == b"</th":
        return Markup(window, position)
    start, end = window.line_start(position - 1), window.line_end(position - 1)
    line = _unquoted(window.text[start:end]).strip(b"\xef\xbb\xbf\r")
    if b"\t" not in line and b"|" not in line and b"," not in line and b";" not in line:
        return Aligned.begin(window, start, end) or Delimited.begin(line, end)
    return Delimited.begin(line, end)


def _unquoted(line: bytes) -> bytes:
    quoted = _QUOTED.match(line)
    return line[quoted.end() :] if quoted else line


def _is_column(name: bytes) -> bool:
    text = name.decode("utf-8", "replace").lower().removesuffix("_s")  # as Log Analytics writes strings
    return _OF_SPEECH.fullmatch(re.sub(r"[ _-]", "", text)) is not None


def _taken(value: bytes, at: int, found: Callable[[str, int], None]) -> None:
    text = value.decode("latin-1").lower()
    if len(text) == 32 and ids.digits(text) == text and ids.is_version_4(text):
        found(text, at)


class Delimited:
    """Cells between tabs, commas, semicolons or bars."""

    def __init__(self, columns: tuple[int, ...], width: int, delimiter: bytes, position: int) -> None:
        self._columns = columns
        self._width = width
        self._delimiter = delimiter
        self._position = position

    @classmethod
    def begin(cls, line: bytes, end: int) -> Delimited | None:
        counts = {sign: line.count(sign) for sign in (b"\t", b"|", b";", b",")}
        plain = b";" if counts[b";"] > counts[b","] else b","
        delimiter = next((sign for sign in (b"\t", b"|") if counts[sign]), plain)
        header = line.replace(b"||", b"|") if delimiter == b"|" else line  # Jira writes `||` around names
        cells = [cell.strip(_AROUND) for cell in header.split(delimiter)]
        if not all(_HEADER_CELL.fullmatch(cell) for cell in cells):
            return None
        columns = tuple(n for n, name in enumerate(cells) if _is_column(name))
        return cls(columns, len(cells), delimiter, end + 1) if columns else None

    def read(self, window: Window, found: Callable[[str, int], None]) -> bool:
        position = max(self._position, window.fresh)
        while position < len(window.text):
            end = window.text.find(b"\n", position)
            end = len(window.text) if end < 0 else end
            line = _unquoted(window.text[position:end])
            cells = self._cells(line)
            if line.strip() and len(cells) < self._width and not self._goes_on(line):
                return False
            self._row(end - len(line), line, cells, found)
            position = end + 1
        self._position = 0
        return True

    def _goes_on(self, line: bytes) -> bool:
        """spx writes several events into one cell: rows with fewer columns can follow. Rulers hold no cells."""
        if self._delimiter == b"|":
            return _SEPARATOR.fullmatch(line) is not None
        return self._delimiter == b"\t" and b"\t" in line

    def _cells(self, line: bytes) -> list[bytes]:
        """Commas within quotes divide nothing."""
        line = line[:ROW_MAX].rstrip(b"\r ")
        if self._delimiter in (b"\t", b"|") or b'"' not in line:
            return line.split(self._delimiter)
        try:
            row = next(csv.reader([line.decode("latin-1")], delimiter=self._delimiter.decode()), [])
        except csv.Error:
            return []
        return [cell.encode("latin-1") for cell in row]

    def _row(self, position: int, line: bytes, cells: list[bytes], found: Callable[[str, int], None]) -> None:
        for column in self._columns:
            value = cells[column].strip(_AROUND) if column < len(cells) else b""
            if value:
                _taken(value, position + line.find(value), found)


class Aligned:
    """Columns by blanks, with a row of dashes under the header."""

    def __init__(self, column: int, position: int) -> None:
        self._column = column
        self._position = position

    @classmethod
    def begin(cls, window: Window, start: int, end: int) -> Aligned | None:
        header, below = window.text[start:end], window.text[end + 1 : window.line_end(end + 1)]
        if not _unquoted(below).strip() or _unquoted(below).strip(b" -\r"):
            return None
        runs = [match.start() for match in _DASHES.finditer(below)]
        for begins, ends in zip(runs, [*runs[1:], len(header)], strict=False):
            if _is_column(header[begins:ends].strip()):
                return cls(begins, end + 1 + len(below) + 1)
        return None

    def read(self, window: Window, found: Callable[[str, int], None]) -> bool:
        position = max(self._position, window.fresh)
        while position < len(window.text):
            end = window.text.find(b"\n", position)
            end = len(window.text) if end < 0 else end
            if not window.text[position:end].strip(b" \t>"):
                return False
            at = position + self._column
            _taken(window.text[at : min(at + 33, end)].rstrip(), at, found)
            position = end + 1
        self._position = 0
        return True


class Markup:
    """The cells of an HTML table that stand where its header has the column."""

    def __init__(self, window: Window, position: int) -> None:
        row = max((match.start() for match in _ROW.finditer(window.text, max(0, position - 8192), position)), default=0)
        self._column = len(_CELL.findall(window.text, row, position)) - 1
        self._position = position

    def read(self, window: Window, found: Callable[[str, int], None]) -> bool:
        text = window.text
        start = self._position or max(
            0, text.rfind(b"<tr", 0, window.fresh)
        )  # a row may have begun in the block before
        ends = text.find(b"</table", start)
        limit = ends if ends >= 0 else len(text)
        rows = [match.start() for match in _ROW.finditer(text, start, limit)]
        for begins, last in zip(rows, [*rows[1:], limit], strict=False):
            cells = list(_CELL.finditer(text, begins, last))
            match = _DIGITS.match(text, cells[self._column].end()) if 0 <= self._column < len(cells) else None
            if match is not None:
                _taken(match[1], match.start(1), found)
        self._position = 0
        return ends < 0
