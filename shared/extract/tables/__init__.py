"""Tables in text: feed lines, get rows of named cells, whatever a table is drawn with.

    tables = Tables(lambda name: name == "sessionid")
    for position, line in ...:
        for row in tables.feed(line, position):     {"sessionid": Cell(b"1e6f...", 1042), ...}
    rows = tables.flush()

A table begins with a header that has a column which is `wanted`. Names are compared as `column_name` writes them. A
row is held until the next line shows that it is whole.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple, Protocol

LINE_MAX = 64 * 1024
_QUOTED = re.compile(rb"(?:[ \t]{0,4}>){1,8} ?")  # in a mail
_NOT_OF_NAMES = re.compile(r"[^\w.]+|_")
_CATALOGUE = re.compile(r"_[a-z]$")  # as Log Analytics writes strings: `SessionId_s`


class Cell(NamedTuple):
    """`position` is that of its first sign, counted as the line's was."""

    text: bytes
    position: int


Row = dict[str, Cell]
Wanted = Callable[[str], bool]


class Form(Protocol):
    """A table that has begun. `over`: the last line did not belong to it."""

    over: bool

    def feed(self, line: bytes, position: int) -> Iterator[Row]: ...
    def flush(self) -> Iterator[Row]: ...


def column_name(name: bytes) -> str:
    """Letters, digits and dots in lower case: `Session ID`, `'session_id'` and `SessionId_s` are one name."""
    text = _CATALOGUE.sub("", name.decode("utf-8", "replace").strip("\"'` \t"))
    return _NOT_OF_NAMES.sub("", text).lower()


class Tables:
    """All tables of a text, one after the other."""

    def __init__(self, wanted: Wanted) -> None:
        self._wanted = wanted
        self._form: Form | None = None

    @property
    def active(self) -> bool:
        """The last line belonged to a table."""
        return self._form is not None

    def feed(self, line: bytes, position: int) -> Iterator[Row]:
        """The rows that this line completes; `line` without its end."""
        quote = _QUOTED.match(line)
        if quote is not None:
            line, position = line[quote.end() :], position + quote.end()
        line = line[:LINE_MAX]
        if self._form is not None:
            yield from self._form.feed(line, position)
            if not self._form.over:
                return
        self._form = begin(line, self._wanted)
        if self._form is not None:
            yield from self._form.feed(line, position)
            if self._form.over:
                self._form = None

    def flush(self) -> Iterator[Row]:
        """The row that waits for a line that does not come."""
        if self._form is not None:
            yield from self._form.flush()


def begin(line: bytes, wanted: Wanted) -> Form | None:
    """The table that this line begins."""
    from shared.extract.tables import documents, drawn

    for form in (documents.Html, documents.JsonTable, documents.Insert, drawn.Drawn):
        found: Form | None = form.begin(line, wanted)
        if found is not None:
            return found
    return None
