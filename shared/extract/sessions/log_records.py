"""Which lines around an ID belong to its record: what a logger wrote at once, and nothing of the next session's.

2026-03-02T10:15:20Z ERROR CANCELED: ErrorDetails=...      a record begins with a stamp, an opening bracket,
wss://westeurope.stt.speech.microsoft.com/...              behind a blank line or an opening tag; it ends where
X-ConnectionId: 1e6f0a4c...                                the next one begins
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from shared.extract.text.window import Window

LINES = 24  # of a record before and after its ID
REACH = 4096
_BEGINS = re.compile(
    rb"[^0-9A-Za-z\n]{0,8}(?:\d{4}[-/]\d\d[-/]\d\d[T ]|\d{10}\.\d|\d\d[:/.]\d\d[:/. ]|[A-Z][a-z]{2} {1,2}\d{1,2} \d\d:)"
    rb"|[\[(]\d{1,10}[\])]: {1,4}\d{1,12}ms SPX_|[ \t]*[{(\[][ \t]*$|---|- [^-]"
    rb"|<[a-z0-9:]{0,16}(?:event|record|entry)\b"
    rb"|LogRecord\.Timestamp|__CURSOR=|(?:CANCELED|RECOGNIZED|SESSION (?:STARTED|STOPPED))\b",
)
_ENDS = re.compile(rb"[ \t]{0,4}[\]})][,;]?[ \t]*$|</[a-z0-9:]{0,16}(?:event|record|entry)>")
_BLANK = b" \t\r>|"


class Record(NamedTuple):
    """Where a record begins and ends in the text of a window."""

    start: int
    end: int


def record(window: Window, position: int) -> Record:
    """The record around `position`."""
    return Record(_start(window, position), _end(window, position))


def _start(window: Window, position: int) -> int:
    text, begin = window.text, window.line_start(position)
    for _ in range(LINES):
        if begin == 0 or _BEGINS.match(text, begin, min(begin + 80, window.line_end(begin))):
            break
        before = window.line_start(begin - 1)
        line = text[before : begin - 1]
        if not line.strip(_BLANK) or _ENDS.match(line) or position - before > REACH:
            break
        begin = before
    return begin


def _end(window: Window, position: int) -> int:
    text, end = window.text, window.line_end(position)
    for _ in range(LINES):
        after = end + 1
        if after >= len(text) or after - position > REACH or _ENDS.match(text[window.line_start(end) : end]):
            break
        until = window.line_end(after)
        line = text[after:until]
        if not line.strip(_BLANK) or _BEGINS.match(line[:80]):
            break
        end = until
    return end
