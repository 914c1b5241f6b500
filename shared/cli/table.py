"""Plain tables for a terminal. Values come from logs, so nothing that steers a terminal gets through."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

STEERING: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_GAP: Final = 2
_NARROWEST: Final = 10  # what a column keeps when a terminal is too narrow


def plain(value: object, width: int = 60) -> str:
    """One line that takes at most `width` cells of a terminal."""
    return _cut(STEERING.sub("?", str(value)), width)


def cells(text: str) -> int:
    """How many cells of a terminal a text takes: East Asian characters take two, combining ones none."""
    return len(text) if text.isascii() else sum(map(_cells_of, text))


def _cells_of(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _cut(text: str, width: int) -> str:
    if cells(text) <= width:
        return text
    kept, taken = [], 1  # the ellipsis
    for character in text:
        taken += _cells_of(character)
        if taken > width:
            break
        kept.append(character)
    return "".join(kept) + "…"


class Table:
    """Rows in blocks under one header; the first block gives the columns their widths.

    `width` is that of the terminal: longer columns are truncated until a row fits, except those in `whole` (part
    of an ID is of no use). `all_columns` keeps those without a value in the first block, which a later block may have.
    """

    def __init__(
        self,
        head: Sequence[str],
        write: Callable[[str], object],
        *,
        width: int | None = None,
        whole: Collection[str] = (),
        all_columns: bool = False,
    ) -> None:
        self._head, self._write, self._width = head, write, width
        self._whole, self._all = frozenset(whole), all_columns
        self._columns: list[tuple[int, int]] = []  # position and width

    def add(self, rows: Sequence[Sequence[str]]) -> None:
        """Write a block; the first also writes the header."""
        if not rows:
            return
        if not self._columns:
            self._columns = self._layout(rows)
            self._line(self._head)
        for row in rows:
            self._line(row)

    def _layout(self, rows: Sequence[Sequence[str]]) -> list[tuple[int, int]]:
        kept = [n for n in range(len(self._head)) if self._all or any(row[n] for row in rows)]
        widths = {n: max(cells(self._head[n]), *(cells(row[n]) for row in rows)) for n in kept}
        flexible = {n for n in kept if self._head[n] not in self._whole}
        excess = sum(widths.values()) + _GAP * (len(kept) - 1) - (self._width or 1_000_000)
        while excess > 0 and (wide := [n for n in flexible if widths[n] > _NARROWEST]):
            widest = max(wide, key=lambda n: widths[n])
            widths[widest] -= 1
            excess -= 1
        return list(widths.items())

    def _line(self, row: Sequence[str]) -> None:
        shown = [(self._fitted(row[n], n, width), width) for n, width in self._columns]
        line = (" " * _GAP).join(text + " " * (width - cells(text)) for text, width in shown)
        self._write(line.rstrip() + "\n")

    def _fitted(self, text: str, column: int, width: int) -> str:
        is_whole = self._width is None or self._head[column] in self._whole
        return text if is_whole else _cut(text, width)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """One block: columns padded to their widest cell; columns without any value are left out."""
    lines: list[str] = []
    Table(head, lines.append).add(rows)
    return "".join(lines)


def time_of(span: Mapping[str, Any]) -> str:
    """A `time` of the API for people: one that is not known is marked."""
    if "start" in span:
        return str(span["start"])
    local, bound = span.get("local"), span.get("notLaterThan")
    return f"{local} (zone not stated)" if local else f"not later than {bound}" if bound else ""
