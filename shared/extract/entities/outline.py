"""Records that only lines show: names at the beginning of lines, one below the other; deeper ones stand further in.

    values:
    - self: U             list ("-"), in it a record ("~")
      model:
        self: M           record under the name `model`
      status: Failed

A record ends where a line stands less far in, begins a new item or gives a name again, or is empty. Names may be flush
right: then their separators line up.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from shared.core.records import Place
    from shared.extract.entities.tree import Tree

_NAMES = 256
_NEAR = 16  # frames within which an opener is looked for
_OF_LINES = "~-"


@dataclass(frozen=True, slots=True)
class Line:
    """How a line begins: `indent` is where its text stands, `dash` where its item's dash, `separator` behind its name.

    `closing`: it begins with a closing bracket, which says itself what ends."""

    indent: int = 0
    dash: int | None = None
    separator: int | None = None
    blank: bool = False
    closing: bool = False


@dataclass(slots=True)
class Group:
    """A record of lines, or a list of them (its items have dashes)."""

    line: Line
    is_list: bool = False
    nested: bool = False  # under a name
    names: set[str] = field(default_factory=set)

    def ends(self, line: Line, *, pending: bool) -> bool:
        """Does `line` not belong to it? `pending`: a name waits for its value."""
        if line.closing:
            return False
        if self.is_list:
            return line.dash < self.line.indent if line.dash is not None else line.indent <= self.line.indent
        if line.separator is None and line.dash is None:
            return line.blank or not pending or line.indent <= self.line.indent
        start = line.indent if line.dash is None else line.dash
        lined_up = not self.nested and line.dash is None and line.separator == self.line.separator
        return self.line.indent > start and not lined_up

    def takes(self, name: str) -> bool:
        """False when it has the name already: then another record begins."""
        if name in self.names:
            return False
        if len(self.names) < _NAMES:
            self.names.add(name)
        return True


class Outline:
    """What is open: the frames of the tree, those of lines among them, and the name that waits for its value."""

    def __init__(self, tree: Tree, place: Callable[[int], Place]) -> None:
        self._tree = tree
        self._place = place  # of a position in the text
        self._groups: list[Group] = []  # of the frames of lines that are open, innermost last
        self._line = Line()
        self.pending: str | None = None

    @property
    def in_lines(self) -> bool:
        """The innermost open frame is one of lines."""
        return bool(self._tree.stack) and self._tree.stack[-1].bracket in _OF_LINES

    @property
    def in_brackets(self) -> bool:
        """Lines mean nothing there."""
        return len(self._tree.stack) > len(self._groups)

    def new_line(self, line: Line, at: int) -> None:
        """Ends what does not go on, and begins a list where a name is followed by an item."""
        self._line = line
        while self.in_lines and self._groups[-1].ends(line, pending=self.pending is not None):
            self.pop()
        if line.dash is not None and self.in_lines and not self._groups[-1].is_list:
            if self.pending is None:
                self.pop()
            else:
                self._open("-", line, at)
        if line.separator is None and line.dash is None and not self._tree.stack:
            self.pending = None

    def name(self, name: str, at: int) -> None:
        """A name comes: it belongs to the record of these lines, unless it stands within brackets."""
        if self._tree.stack and not self.in_lines:
            return
        group = self._groups[-1] if self._groups else None
        if group is not None and not group.is_list:
            if self._line.indent > group.line.indent and self.pending is not None:
                group = None
            elif not group.takes(name):
                self.pop()
                group = self._groups[-1] if self._groups else None
                if group is not None and not group.is_list:
                    group.takes(name)
        if group is None or group.is_list:
            self._open("~", self._line, at)
            self._groups[-1].takes(name)

    def value_at(self, path: list[str], value: str, at: int, *, cut: bool) -> None:
        """A value whose names are all written out, outermost first. `cut`: the text ends with it."""
        self._line = Line()
        self.pending = None
        self.name(path[-1] if len(path) == 1 else ".".join(path), at)
        for name in path[:-1]:
            self._tree.open("~", name, self._place(at))
        self._tree.scalar(path[-1], value, cut=cut)
        for _ in path[:-1]:
            self._tree.close()

    def open(self, bracket: str, at: int) -> None:
        """A bracket of the text, under the name that waits."""
        self._tree.open(bracket, self.pending, self._place(at))
        self.pending = None

    def _open(self, bracket: str, line: Line, at: int) -> None:
        indent = line.dash if bracket == "-" and line.dash is not None else line.indent
        group = Group(replace(line, indent=indent), bracket == "-", nested=self.pending is not None)
        self.open(bracket, at)
        self._groups.append(group)

    def close(self, opener: str) -> None:
        """A closing bracket. One without its opener ends an object whose beginning was cut off."""
        if any(frame.bracket == opener for frame in self._tree.stack[-_NEAR:]):
            while self.pop() != opener:
                pass
        elif self.in_lines:
            self._tree.stack[-1].doubtful = True
            self.pop()
        self.pending = None

    def pop(self) -> str:
        """Close the innermost; its bracket."""
        frame = self._tree.stack[-1]
        bracket = frame.bracket
        if bracket in _OF_LINES:
            self._groups.pop()
        value = self._tree.close()
        if bracket == "~" and frame.event and not self._tree.stack:
            self._tree.event = frame.event  # of headers above a body
        if isinstance(value, str):
            self._tree.scalar(frame.key, value)
        return bracket

    def flush(self) -> None:
        """Nothing goes on."""
        while self._tree.stack:
            self.pop()
        self.pending = None
