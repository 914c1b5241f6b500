"""Tables in documents: HTML, the JSON of query services, INSERT statements."""

from __future__ import annotations

import re
from collections.abc import Iterator

from shared.extract.tables import Cell, Row, Wanted, column_name

_TAG = re.compile(rb"<(/?)(tr|th|td|table|thead|tbody)\b[^<>]{0,400}>|<[^<>]{0,400}>", re.IGNORECASE)
_ROWS_MAX = 256  # cells of one row


class Html:
    """Cells may stand on lines of their own; the first row has the names."""

    def __init__(self, wanted: Wanted) -> None:
        self._wanted = wanted
        self._names: list[str] | None = None
        self._cells: list[Cell] = []
        self._open = False
        self.over = False

    @classmethod
    def begin(cls, line: bytes, wanted: Wanted) -> Html | None:
        low = line.lower()
        return cls(wanted) if b"<tr" in low or b"<th>" in low or b"<th " in low else None

    def feed(self, line: bytes, position: int) -> Iterator[Row]:
        done = 0
        for tag in _TAG.finditer(line):
            self._text(line, done, tag.start(), position)
            done = tag.end()
            yield from self._tag(tag, position)
            if self.over:
                return
        self._text(line, done, len(line), position)

    def flush(self) -> Iterator[Row]:
        """A row without its end goes on in the next text."""
        return iter(())

    def _tag(self, tag: re.Match[bytes], position: int) -> Iterator[Row]:
        end, name = tag[1], (tag[2] or b"").lower()
        if name in (b"th", b"td"):
            self._open = not end
            if self._open and len(self._cells) < _ROWS_MAX:
                self._cells.append(Cell(b"", position + tag.end()))
        elif name == b"tr" or (name == b"table" and end):
            yield from self._row()
            self.over = self.over or name == b"table"

    def _text(self, line: bytes, start: int, end: int, position: int) -> None:
        text = line[start:end].strip(b" \t\r\"'`*")
        if not (self._open and text and self._cells):
            return
        before = self._cells[-1]
        at = before.position if before.text else position + line.find(text, start)
        self._cells[-1] = Cell(before.text + text, at)

    def _row(self) -> Iterator[Row]:
        cells, self._cells, self._open = self._cells, [], False
        if not cells:
            return
        if self._names is None:
            self._names = [column_name(cell.text) for cell in cells]
            self.over = not any(map(self._wanted, self._names))
        else:
            yield {name: cell for name, cell in zip(self._names, cells, strict=False) if name and cell.text}


_JSON = re.compile(rb'"((?:[^"\\]|\\.){0,4096})"|([\[\]{}:,])|([^\s"\[\]{}:,]+)')
_COLUMNS = re.compile(rb'"columns" ?:', re.IGNORECASE)
_NAME_KEYS = frozenset({"name", "columnname"})
_ROW_KEYS = frozenset({"rows", "data"})


class JsonTable:
    """`{"columns":[{"name":..}],"rows":[[..]]}`, on one line or many; names may be plain strings."""

    def __init__(self, wanted: Wanted) -> None:
        self._wanted = wanted
        self._part = ""  # columns, rows, or what is between them
        self._names: list[str] = []
        self._depth = 0
        self._key = ""
        self._last = ""
        self._cells: list[Cell] = []
        self.over = False

    @classmethod
    def begin(cls, line: bytes, wanted: Wanted) -> JsonTable | None:
        return cls(wanted) if _COLUMNS.search(line) else None

    def feed(self, line: bytes, position: int) -> Iterator[Row]:
        start = 0
        if not self._part:
            columns = _COLUMNS.search(line)
            start, self._part = (columns.end() if columns else 0), "columns"
        for token in _JSON.finditer(line, start):
            if token[2]:
                yield from self._sign(token[2])
            else:
                group = 1 if token[1] is not None else 3
                self._value(Cell(token[group], position + token.start(group)))
            if self.over:
                return

    def flush(self) -> Iterator[Row]:
        return iter(())

    def _value(self, cell: Cell) -> None:
        self._last = column_name(cell.text)
        if self._part == "rows":
            if len(self._cells) < _ROWS_MAX:
                self._cells.append(cell)
        elif self._part == "columns" and (self._key in _NAME_KEYS or (self._depth == 1 and not self._key)):
            self._names.append(column_name(cell.text))
        self._key = ""

    def _sign(self, sign: bytes) -> Iterator[Row]:
        if sign == b":":
            self._key = self._last
            if self._part == "columns" and self._names and self._names[-1] == self._last and self._depth == 1:
                self._names.pop()
        elif sign in b"[{":
            if self._part == "between" and self._key in _ROW_KEYS:
                self._part, self._depth = "rows", 0
            self._depth, self._key = self._depth + 1, ""
        elif sign in b"]}":
            self._depth -= 1
            yield from self._closed()

    def _closed(self) -> Iterator[Row]:
        if self._part == "columns" and self._depth <= 0:
            self._part, self._depth = "between", 0
            self.over = not any(map(self._wanted, self._names))
        elif self._part == "rows" and self._depth == 1:
            cells, self._cells = self._cells, []
            yield {name: cell for name, cell in zip(self._names, cells, strict=False) if name and cell.text}
        elif self._depth < 0 or (self._part == "rows" and self._depth == 0):
            self.over = True


_INSERT = re.compile(rb"(?i)(?:insert|replace) +into +[\w.\"'`\[\]]{1,128} *\(([^()]{1,2000})\) *values *")
_COMMA = re.compile(rb" *, *")
_VALUES = re.compile(rb"\( *((?:'(?:[^']|'')*'|[^()'])*)\)")
_VALUE = re.compile(rb" *(?:[NnEe]?'((?:[^']|'')*)'|([^,']*))(?:,|\Z)")


class Insert:
    """`INSERT INTO jobs(id,self) VALUES(1,'https://...')`: every statement names its columns."""

    def __init__(self, wanted: Wanted) -> None:
        self._wanted = wanted
        self.over = False

    @classmethod
    def begin(cls, line: bytes, wanted: Wanted) -> Insert | None:
        found = _INSERT.search(line)
        return cls(wanted) if found and any(wanted(column_name(name)) for name in found[1].split(b",")) else None

    def feed(self, line: bytes, position: int) -> Iterator[Row]:
        self.over = True
        for statement in _INSERT.finditer(line):
            names = [column_name(name) for name in statement[1].split(b",")]
            at = statement.end()
            while (values := _VALUES.match(line, at)) is not None:
                yield _row(names, line, *values.span(1), position)
                more = _COMMA.match(line, values.end())
                at = more.end() if more else len(line)

    def flush(self) -> Iterator[Row]:
        return iter(())


def _row(names: list[str], line: bytes, start: int, end: int, position: int) -> Row:
    cells = list[Cell]()
    while start < end and (value := _VALUE.match(line, start, end)) is not None and value.end() > start:
        group = 1 if value[1] is not None else 2
        text = value[group].strip()
        cells.append(Cell(text, position + value.start(group)))
        start = value.end()
    return {name: cell for name, cell in zip(names, cells, strict=False) if name and cell.text}
