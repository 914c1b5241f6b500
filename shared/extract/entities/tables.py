"""Tables: CSV and TSV with a header, `az -o table`, PowerShell's `Format-Table`, pandas, Markdown, boxes of lines."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator

from shared.extract.entities.rules import GUID_ONLY, LOCATIONS
from shared.speech.entity import norm

_CELL = re.compile(r"[\"']?[A-Za-z_@][\w@. \-]{0,63}[\"']?")
_LINES = "\xe2[\x94-\x96][\x80-\xbf]"  # of boxes, in UTF-8
_RULE = re.compile(rf"(?=.*(?:--|{_LINES}))(?:[\s|+:=\-]|{_LINES})+")
_UPRIGHT = re.compile("\xe2\x94[\x82\x83]|\xe2\x95\x91")
_WORD = re.compile(r"\S+")
_GAP = re.compile(r"\s{2,}")
_LINK = re.compile(r"\[[^\]]*\]\(<?(https?://[^\s)>]+)>?\)|<(https?://[^\s>]+)>")
# Columns that name the entity of the row; the values of all but `self` may be an ID alone.
_NAMES = frozenset({"self", "@self", "transcription", "transcriptionid", *LOCATIONS})


class Table:
    """Begun by a header with a column that names entities; `row` gives the cells of a line, `named` their names."""

    def __init__(self, names: list[str], starts: list[int], separator: str | None) -> None:
        self._names = names
        self._starts = starts
        self._separator = separator
        self._ruled = separator is not None  # columns of spaces are believed only with a ruler under their names

    @classmethod
    def begin(cls, line: str) -> Table | None:
        """The table that this line is the header of."""
        if len(line) > 4096 or not any(word in line.lower() for word in ("self", "transcription", "location")):
            return None
        line = _UPRIGHT.sub("|", line)
        separator = next((s for s in ("|", "\t", ";", ",") if s in line), None)
        if separator is not None:
            names = _split(line.replace("||", "|"), separator)
            starts: list[int] = []
        else:
            spans = [(m[0], m.start()) for m in _WORD.finditer(line)]
            names = [name for name, _ in spans]
            starts = [start for _, start in spans]
        if not any(_compared(name) in _NAMES for name in names) or not all(_CELL.fullmatch(n) or not n for n in names):
            return None
        return cls(names, starts, separator)

    def row(self, line: str) -> list[str] | None:
        """The cells; none for a ruler; None when the table is over."""
        if _RULE.fullmatch(line):
            self._ruled = True
            return []
        line = _UPRIGHT.sub("|", line)
        if not self._ruled:  # pandas: numbered rows, names flush right
            cells = _GAP.split(line.strip())
            return cells[1:] if cells[0].isdecimal() and len(cells) == len(self._names) + 1 else None
        if self._separator is None:
            return list(self._spans(line))
        cells = _split(line, self._separator)
        return cells if min(2, len(self._names)) <= len(cells) <= len(self._names) + 2 else None

    def more(self, cells: list[str], line: str) -> list[str] | None:
        """`cells` with what a console wrapped onto this line: some of its columns are empty. None if it is a row."""
        if self._separator is not None or not self._ruled or not cells or _RULE.fullmatch(line):
            return None
        added = list(self._spans(line))
        if all(added) or not any(added) or len(added) != len(cells) or not self._half(cells):
            return None
        return [one + two if "://" in one else f"{one} {two}".strip() for one, two in zip(cells, added, strict=True)]

    def named(self, cells: list[str]) -> Iterator[tuple[str, str]]:
        """Names and values of a row."""
        over = ""
        for name, cell in zip(self._names, cells, strict=False):
            value, over, label = f"{over} {cell}".strip(), "", name
            if _compared(name) in _NAMES:
                if value.startswith("http"):  # a header that is not quite above its column
                    value, _, over = value.partition(" ")
                link = _LINK.search(value)
                value = (link[1] or link[2]) if link else value
                label = "transcriptionId" if GUID_ONLY.fullmatch(value) else "self"
            if name and value:
                yield label, value.strip()

    def _half(self, cells: list[str]) -> bool:
        """Is the URL of this row not whole yet?"""
        values = [value for name, value in self.named(cells) if name == "self"]
        return any(not GUID_ONLY.search(value) for value in values)

    def _spans(self, line: str) -> Iterator[str]:
        start = 0
        for column in [*self._starts[1:], len(line)]:
            end = column
            while start < end < len(line) and not line[end - 1].isspace() and not line[end].isspace():
                end += 1  # a value wider than its column
            yield line[start:end].strip()
            start = end


def _compared(name: str) -> str:
    return norm(name.strip("\"'")).replace(" ", "")


def _split(line: str, separator: str) -> list[str]:
    if separator == "|":
        return [cell.strip().strip("`*") for cell in line.strip().removeprefix("|").removesuffix("|").split("|")]
    try:
        row = next(csv.reader([line], delimiter=separator, strict=False), [])
    except csv.Error:
        row = line.split(separator)
    return [cell.strip() for cell in row]
