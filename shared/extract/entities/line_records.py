"""Records that stand on lines: keys and values nested by indentation (YAML, `Format-List`, INI, pasted pieces of JSON).

A record ends at an empty line, at a line that is something else, or where one of its keys comes again. What is
indented deeper than its keys belongs to it (items of a list, text under `key: |`), whatever it says.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shared.extract.entities.parser import Parser

BLOCKS = frozenset({"|", ">", "|-", ">-", "|+", ">+"})  # of YAML: the value is on the lines below
_ITEM = re.compile(r"[ \t]*-[ \t]+\S")
_SECTION = re.compile(r"\s*\[{1,2}([A-Za-z_][\w.\-]{0,63})\]{1,2}\s*")


class Records:
    """The open `~` frames of a parser's tree."""

    def __init__(self, parser: Parser) -> None:
        self._parser = parser
        self._indents: list[int] = []  # of the open frames, outermost first
        self._pending: list[str | None] = []  # per frame: the key whose value is on deeper lines
        self._section: str | None = None  # `[model]` of TOML and INI: the key that what follows stands under

    def __len__(self) -> int:
        return len(self._indents)

    @property
    def awaited(self) -> str | None:
        """The key on the line above, whose value begins on this one."""
        return self._pending[-1] if self._pending else None

    def pair(self, line: str, column: int, start: int, key: str, value: str, *, item: bool) -> None:
        """`key: value` on a line of its own."""
        self.open(line, column, start, item=item, key=key)
        if not value or value in BLOCKS:
            if self._pending:
                self._pending[-1] = key
            return
        if self._pending:
            self._pending[-1] = None
        self._parser.text_value(key, value, start)

    def goes_on(self, line: str, start: int) -> bool:
        """Text that belongs to the open record, though it is no pair."""
        if not self._indents:
            return False
        indent = len(line) - len(line.lstrip(" \t"))
        if indent >= self._indents[-1] and _ITEM.match(line):
            return True
        if indent <= self._indents[-1]:
            return False
        key = self._pending[-1]
        if key is not None and self._parser.tree.wanted(key):
            self._parser.text_value(key, line.strip(), start)
            self._pending[-1] = None
        return True

    def section(self, line: str) -> bool:
        """The heading of a section, if this line is one."""
        match = _SECTION.fullmatch(line) if line.lstrip().startswith("[") else None
        if match is None:
            return False
        self.close()
        self._section = match[1].rpartition(".")[2]
        return True

    def open(self, line: str, column: int, start: int, *, item: bool = False, key: str | None = None) -> None:
        """Make the record open that a pair in this column belongs to."""
        tree, parser = self._parser.tree, self._parser
        indent = len(line[:column].expandtabs(8)) if column else 0
        outer = len(line) - len(line.lstrip(" \t")) if item else indent
        while self._indents and self._indents[-1] > outer:
            self._close_one()
        known = tree.wanted(key) if key else None
        repeated = known is not None and self._indents and not item and known in tree.stack[-1].fields
        if repeated and self._indents[-1] == indent:
            self._close_one()
        if self._indents and not item and self._indents[-1] >= indent:
            return
        if item and self._indents and self._indents[-1] == indent:
            self._close_one()
        if self._indents and not item and self._pending[-1] is None:
            return
        tree.open("~", self._pending[-1] if self._pending else self._section, parser.place(start))
        self._indents.append(indent)
        self._pending.append(None)

    def close(self) -> None:
        """The record is over."""
        while self._indents:
            self._close_one()

    def forget_section(self) -> None:
        """Something begins that no section of settings holds."""
        self._section = None

    def _close_one(self) -> None:
        self._parser.tree.close()
        self._indents.pop()
        self._pending.pop()
