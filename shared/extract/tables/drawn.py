"""Tables of lines: cells between signs (CSV, Markdown, boxes, psql), or columns by blanks.

call,session_id     │ (index) │ 'self'    │      self            status
1,1e6f0a4c...       ├─────────┼───────────┤      --------------  ------
                    │ 0       │ 'https:/' │      https://...     Failed
"""

from __future__ import annotations

import csv
import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from shared.extract.tables import Cell, Row, Wanted, column_name

if TYPE_CHECKING:
    from re import Match

_UPRIGHT = re.compile(rb"\|\|?|\xe2\x94[\x82\x83]|\xe2\x95\x91|\xe2\x94[\x86\x87\x8a\x8b]")
_RULER = re.compile(rb"(?=.*(?:--|==|\xe2\x94[\x80\x81]|\xe2\x95\x90))(?:[\s|+:=-]|\xe2[\x94\x95][\x80-\xbf])+")
_DASHES = re.compile(rb"-{2,}|={2,}|(?:\xe2\x94[\x80\x81]|\xe2\x95\x90){2,}")
_HEADER_CELL = re.compile(rb"(?:[A-Za-z_@#('\"`\x80-\xff][0-9A-Za-z_@. ()\[\]/#%'\"`\x80-\xff-]{0,120})?")
_CHUNK = re.compile(rb"\S+(?: \S+)*")
_WORD = re.compile(rb"\S+")
_CUT = re.compile(rb"(?:https?://\S{20,}|[0-9A-Fa-f]{4,31})")  # the beginning of an URL, or of an ID
_CORNERS = ("┌".encode(), "╔".encode(), "┏".encode(), "╭".encode())
_AROUND = b" \t\r\"'`*"
_WIDE = 4096  # no header is longer


class Drawn:
    """`feed` the header first."""

    def __init__(self, names: list[str], columns: Columns) -> None:
        self._names = names
        self._columns = columns
        self._held: Sequence[Cell] | None = None
        self._begun = False
        self.over = False

    @classmethod
    def begin(cls, line: bytes, wanted: Wanted) -> Drawn | None:
        if len(line) > _WIDE:
            return None
        columns = _columns(line)
        names = columns.header(line)
        if not all(map(_HEADER_CELL.fullmatch, names)):
            return None
        found = [column_name(name) for name in names]
        return cls(found, columns) if any(map(wanted, found)) or columns.may_have(wanted) else None

    def feed(self, line: bytes, position: int) -> Iterator[Row]:
        if not self._begun:
            self._begun = True
            return
        if _RULER.fullmatch(line):
            yield from self.flush()
            if line.lstrip().startswith(_CORNERS):
                self.over = True  # another table
                return
            self._names = [column_name(name) for name in self._columns.ruler(line)] or self._names
            return
        cells = self._columns.cells(line, position, len(self._names))
        if cells is None:
            self.over = bool(line.strip()) or self._columns.ends_with_blank
            yield from self.flush()
        elif self._held is not None and _goes_on(self._held, cells):
            self._held = _joined(self._held, cells)
        else:
            yield from self.flush()
            self._held = cells

    def flush(self) -> Iterator[Row]:
        held, self._held = self._held, None
        if held is not None:
            shift = 1 if len(held) == len(self._names) + 1 else 0  # an index without a name
            yield {name: cell for name, cell in zip(self._names, held[shift:], strict=False) if name and cell.text}


def _goes_on(row: Sequence[Cell], line: Sequence[Cell]) -> bool:
    """Narrow columns wrapped it: nothing stands where the row begins, or nothing but the rest of a word."""
    if len(row) != len(line) or any(more.text and not cell.text for cell, more in zip(row, line, strict=True)):
        return False
    first = next((n for n, cell in enumerate(row) if cell.text), 0)
    if not line[first].text:
        return any(more.text for more in line)
    empty = any(cell.text and not more.text for cell, more in zip(row, line, strict=True))
    return empty and all(_CUT.fullmatch(cell.text) for cell, more in zip(row, line, strict=True) if more.text)


def _joined(row: Sequence[Cell], line: Sequence[Cell]) -> list[Cell]:
    """An URL or an ID is wrapped anywhere, other text between words."""
    pairs = zip(row, line, strict=True)
    return [Cell(cell.text + _gap(cell.text, more.text) + more.text, cell.position) for cell, more in pairs]


def _gap(before: bytes, after: bytes) -> bytes:
    word = before.rpartition(b" ")[2]
    return b"" if not after or b"://" in word or len(word) > 20 else b" "


class Columns(ABC):
    """How the lines of a table are cut."""

    ends_with_blank = False

    @abstractmethod
    def header(self, line: bytes) -> list[bytes]:
        """The names."""

    @abstractmethod
    def cells(self, line: bytes, position: int, width: int) -> list[Cell] | None:
        """The cells of a row of `width` columns; None if the line is not a row."""

    def ruler(self, _line: bytes) -> list[bytes]:
        """Columns of blanks learn from it where they are, and so their names."""
        return []

    def may_have(self, _wanted: Wanted) -> bool:
        """A name that is wanted, when the ruler shows where names begin."""
        return False


def _columns(line: bytes) -> Columns:
    if _UPRIGHT.search(line):
        return Barred()
    counts = {sign: line.count(sign) for sign in (b"\t", b";", b",")}
    if not any(counts.values()):
        return Aligned()
    if counts[b"\t"]:
        return Separated(b"\t")
    return Separated(b";" if counts[b";"] > counts[b","] else b",")


class Barred(Columns):
    """Between bars, which may stand around too."""

    def header(self, line: bytes) -> list[bytes]:
        return [cell.text for cell in self.cut(line, 0)]

    def cells(self, line: bytes, position: int, width: int) -> list[Cell] | None:
        cells = self.cut(line, position)
        return cells if _UPRIGHT.search(line) and min(2, width) <= len(cells) <= width + 2 else None

    @staticmethod
    def cut(line: bytes, position: int) -> list[Cell]:
        ends = [match.span() for match in _UPRIGHT.finditer(line)]
        starts = [0, *(end for _, end in ends)]
        stops = [*(start for start, _ in ends), len(line)]
        cells = [_cell(line, start, stop, position) for start, stop in zip(starts, stops, strict=True)]
        first = 1 if ends and not line[: ends[0][0]].strip() else 0
        last = -1 if ends and not line[ends[-1][1] :].strip() else len(cells)
        return cells[first:last]


class Separated(Columns):
    """Between commas, semicolons or tabs; quotes as in CSV."""

    def __init__(self, sign: bytes) -> None:
        self._sign = sign

    def header(self, line: bytes) -> list[bytes]:
        return [cell.text for cell in self.cut(line, 0)]

    def cells(self, line: bytes, position: int, width: int) -> list[Cell] | None:
        cells = self.cut(line, position)
        if len(cells) >= width or (self._sign == b"\t" and len(cells) > 1):  # spx writes events into one cell
            return cells
        return None

    def cut(self, line: bytes, position: int) -> list[Cell]:
        quoted = b'"' in line and self._sign != b"\t"
        values = self._quoted(line) if quoted else line.split(self._sign)
        cells, at = list[Cell](), 0
        for value in values:
            text = value.strip(_AROUND)
            found = line.find(text, at) if text else at
            at = found + len(text) if found >= 0 else at
            cells.append(Cell(text, position + max(found, 0)))
        return cells

    def _quoted(self, line: bytes) -> list[bytes]:
        try:
            row = next(csv.reader([line.rstrip(b"\r ").decode("latin-1")], delimiter=self._sign.decode()), [])
        except csv.Error:
            return line.split(self._sign)
        return [value.encode("latin-1") for value in row]


class Aligned(Columns):
    """By blanks: a cell belongs to the name that it stands under, unless there are as many cells as names."""

    ends_with_blank = True

    def __init__(self) -> None:
        self._line = b""
        self._spans: list[tuple[int, int]] = []
        self._ruled = False

    def header(self, line: bytes) -> list[bytes]:
        self._line = line
        self._spans = [match.span() for match in _CHUNK.finditer(line)]
        if len(self._spans) == 1:
            self._spans = [match.span() for match in _WORD.finditer(line)]
        return self._names()

    def ruler(self, line: bytes) -> list[bytes]:
        self._ruled = True
        runs = [match.start() for match in _DASHES.finditer(line)]
        if len(runs) > 1 or not self._spans:
            ends = [*runs[1:], max(len(line), len(self._line))]
            self._spans = list(zip(runs, ends, strict=True))
        return self._names()

    def may_have(self, wanted: Wanted) -> bool:
        words = self._line.split()
        names = (b" ".join(words[n : n + size]) for n in range(len(words)) for size in (1, 2))
        return any(wanted(column_name(name)) for name in names)

    def _names(self) -> list[bytes]:
        return [self._line[start:end].strip(_AROUND) for start, end in self._spans]

    def cells(self, line: bytes, position: int, width: int) -> list[Cell] | None:
        if not line.strip():
            return None
        chunks = list(_CHUNK.finditer(line))
        if len(chunks) in (width, width + 1) and (len(chunks) == width or chunks[0][0].isdigit()):
            return [_of(match, position) for match in chunks] if self._ruled or width > 1 else None
        words = list(_WORD.finditer(line))
        if len(words) in (width, width + 1) and (len(words) == width or words[0][0].isdigit()):
            return [_of(match, position) for match in words]
        return self._under(line, words, position) if self._ruled else None

    def _under(self, line: bytes, words: list[Match[bytes]], position: int) -> list[Cell]:
        places: dict[int, tuple[int, int]] = {}
        for word in words:
            index = max(range(len(self._spans)), key=lambda n: _overlap(self._spans[n], word.span()))
            start, _ = places.get(index, word.span())
            places[index] = start, word.end()
        nothing = Cell(b"", position)
        return [_cell(line, *places[n], position) if n in places else nothing for n in range(len(self._spans))]


def _overlap(name: tuple[int, int], cell: tuple[int, int]) -> int:
    """How much they share; negative is how far they are apart."""
    return min(name[1], cell[1]) - max(name[0], cell[0])


def _of(match: Match[bytes], position: int) -> Cell:
    return _cell(match.string, match.start(), match.end(), position)


def _cell(line: bytes, start: int, end: int, position: int) -> Cell:
    text = line[start:end].strip(_AROUND)
    return Cell(text, position + (line.find(text, start) if text else start))
