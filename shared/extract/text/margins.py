"""Messages in a column, as rich writes them: what stands beside and between their lines is taken out.

[11/26/26 15:29:52] INFO     Session started, SessionId:          app.py:74
                             1e6f0a4c7d2b4f3a9c5d8e7f60718293
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shared.extract.text.position_map import Edit

# What the search looks for: a line that is filled up with blanks, and one that begins far to the right
FILLED = (b" \n        ",)
AFTER_FILLED = rb" {4,80}[^ \n]"
_FIRST = re.compile(
    rb"^(?:\[[0-9/:,. TZ-]{8,32}\]| {10,34}) (?:TRACE|DEBUG|INFO|WARNING|ERROR|CRITICAL|FATAL) {1,5}(?=\S)",
    re.MULTILINE,
)
_BESIDE = re.compile(rb" (?:[\w./-]{1,64}:\d{1,6}) *\Z")
_LINES = 400


def edits(text: bytes) -> Iterator[Edit]:
    """The line ends within a message, with the blanks and the place in the code around them."""
    for first in _FIRST.finditer(text):
        indent, end = first.end() - first.start(), text.find(b"\n", first.end())
        begin, width = first.end(), 0
        for _ in range(_LINES):
            if end < 0:
                return
            line = text[begin:end]
            beside = _BESIDE.search(line)
            column = line[: beside.start()] if beside is not None else line
            width, said = width or len(column), column.rstrip()
            below = end + 1 + indent
            if text[end + 1 : below].strip(b" ") or text[below : below + 1].strip(b" \n") == b"":
                yield begin + len(said), begin + len(line), b""
                break
            # a word that is longer than the column was cut where the column ends
            yield begin + len(said), below, b"" if len(said) >= width and b" " not in said else b" "
            begin, end = below, text.find(b"\n", below)
