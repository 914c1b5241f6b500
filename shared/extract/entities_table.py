"""Tables: CSV and TSV with a header, `az -o table`, PowerShell's `Format-Table`, Markdown and boxes of `|`."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator

_CELL = re.compile(r"[\"']?[A-Za-z_@][\w@. \-]{0,63}[\"']?")
_RULE = re.compile(r"[\s|+:=\-]*-{2,}[\s|+:=\-]*")
_WORD = re.compile(r"\S+")
_NAMES = frozenset({"self", "_self", "@self"})


class Table:
    """Begun by a header that has a `self` column; `row` gives the named cells of a line."""

    def __init__(self, names: list[str], starts: list[int], separator: str | None) -> None:
        self._names = names
        self._starts = starts
        self._separator = separator
        self._ruled = separator is not None  # columns of spaces are believed only with a ruler under their names

    @classmethod
    def begin(cls, line: str) -> Table | None:
        """The table that this line is the header of."""
        if len(line) > 4096 or "self" not in line.lower():
            return None
        separator = next((s for s in ("|", "\t", ";", ",") if s in line), None)
        if separator is not None:
            names = _split(line, separator)
            starts: list[int] = []
        else:
            spans = [(m[0], m.start()) for m in _WORD.finditer(line)]
            names = [name for name, _ in spans]
            starts = [start for _, start in spans]
        if not any(name.lower() in _NAMES for name in names) or not all(_CELL.fullmatch(n) or not n for n in names):
            return None
        return cls(names, starts, separator)

    def row(self, line: str) -> list[tuple[str, str]] | None:
        """Names and values; empty for a ruler; None when the table is over."""
        if _RULE.fullmatch(line):
            self._ruled = True
            return []
        if not self._ruled:
            return None
        if self._separator is not None:
            cells = _split(line, self._separator)
            if len(cells) < min(2, len(self._names)) or len(cells) > len(self._names) + 2:
                return None
        else:
            cells = list(self._spans(line))
        return list(self._named(cells))

    def _named(self, cells: list[str]) -> Iterator[tuple[str, str]]:
        over = ""
        for name, cell in zip(self._names, cells, strict=False):
            value, over = f"{over} {cell}".strip(), ""
            if name.lower() in _NAMES and value.startswith("http"):  # a header that is not quite above its column
                value, _, over = value.partition(" ")
            if name and value:
                yield name, value.strip()

    def _spans(self, line: str) -> Iterator[str]:
        start = 0
        for column in [*self._starts[1:], len(line)]:
            end = column
            while start < end < len(line) and not line[end - 1].isspace() and not line[end].isspace():
                end += 1  # a value wider than its column
            yield line[start:end].strip()
            start = end


def _split(line: str, separator: str) -> list[str]:
    if separator == "|":
        return [cell.strip().strip("`*") for cell in line.strip().strip("|").split("|")]
    try:
        row = next(csv.reader([line], delimiter=separator, strict=False), [])
    except csv.Error:
        row = line.split(separator)
    return [cell.strip() for cell in row]
