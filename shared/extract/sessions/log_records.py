"""Which lines around an ID belong to its record: what a logger wrote at once, and nothing of the next session's.

2026-03-02T10:15:20Z ERROR CANCELED: ErrorDetails=...      a record begins with a stamp, a level, a list item or an
wss://westeurope.stt.speech.microsoft.com/...              opening bracket, behind a blank line or an opening tag; it
X-ConnectionId: 1e6f0a4c...                                ends where the next one begins

{                                                          brackets with a key in front belong to the record; a list
  "time": "2026-03-02T10:15:20Z",                          of objects within it does where the caller finds that it
  "scopes": [                                              names nobody else
    {
      "sessionId": "1e6f0a4c..."
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shared.extract.text.window import Window

LINES = 48  # of a record before and after its ID
REACH = 4096
_HEAD = 80  # of a line, in which a record shows that it begins
_LEVELS = rb"TRACE|DEBUG?|INFO|NOTICE|WARN(?:ING)?|ERROR?|CRIT(?:ICAL)?|FATAL|SEVERE"
_BEGINS = re.compile(
    rb"[^0-9A-Za-z\n]{0,24}(?:(?:" + _LEVELS + rb")\b(?!=)|<\d{1,3}>)"
    rb"|[^0-9A-Za-z\n]{0,8}(?:\d{4}[-/]\d\d[-/]\d\d[T ]|\d\d-\d\d \d\d:|\d{10}\.\d|\d\d[:/.]\d\d[:/. ]"
    rb"|[A-Z][a-z]{2} {1,2}\d{1,2} \d\d:|[IWEF]\d{4} \d\d:)"
    rb"|[\[(]\d{1,10}[\])]: {1,4}\d{1,12}ms SPX_|---|(?:time|ts|timestamp|level|at)="
    rb"|<[a-z0-9:]{0,16}(?:event|record|entry)\b"
    rb"|LogRecord\.Timestamp|__CURSOR=|(?:CANCELED|RECOGNIZED|SESSION (?:STARTED|STOPPED))\b",
)
_ITEM = re.compile(rb"([ \t]*)- [^-]")
_DEEPER = re.compile(rb"[ \t]*")
_OPENS = re.compile(rb"[^\n]{0,200}[{(\[][ \t\r]*\Z")
_OPENS_ITEM = re.compile(rb"[ \t]*[\]})]?[ \t]*,?[ \t]*[{(\[]+[ \t\r]*\Z")
_CLOSES = re.compile(rb"[ \t]{0,64}[\]})]+[,;]?[ \t\r]*\Z|</[a-z0-9:]{0,16}(?:event|record|entry)>")
_BLANK = b" \t\r>|"


class Record(NamedTuple):
    """Where a record begins and ends in the text of a window."""

    start: int
    end: int


def records(window: Window, position: int) -> Iterator[Record]:
    """The record around `position`; where it is an item of a list with a key, the one that holds the list, too."""
    start, opened, item = _start(window, position, window.line_start(position))
    yield Record(start, _end(window, position, opened))
    if item:
        outer, more, unnamed = _start(window, position, start)
        if more > unnamed:
            yield Record(outer, _end(window, position, opened + more))


def _start(window: Window, position: int, begin: int) -> tuple[int, int, bool]:
    """Where the record begins, at `begin` or before. How many brackets open on the way; is the last one's line bare?

    Lines before a bracket that nothing here opens belong to the record before.
    """
    found, opened, closed, item = begin, 0, 0, False
    for _ in range(LINES):
        if begin == 0 or item or (closed == 0 and _begins(window, begin)):
            break
        before = window.line_start(begin - 1)
        line = window.text[before : begin - 1]
        if not line.strip(_BLANK) or position - before > REACH:
            break
        begin = before
        if _CLOSES.match(line):
            closed += 1
        elif closed and _OPENS.match(line):
            closed -= 1
        elif _OPENS.match(line):
            opened, item = opened + 1, _OPENS_ITEM.match(line) is not None
        found = begin if closed == 0 else found
    return found, opened, item


def _begins(window: Window, line: int) -> bool:
    """Does a record begin with the line that begins at `line`?"""
    end = min(line + _HEAD, window.line_end(line))
    if _BEGINS.match(window.text, line, end):
        return True
    item = _ITEM.match(window.text, line, end)
    return item is not None and _more_below(window, line, len(item[1]))


def _more_below(window: Window, line: int, indent: int) -> bool:
    """An item of several lines; the items of one line each are one record."""
    below = window.line_end(line) + 1
    blanks = _DEEPER.match(window.text, below)
    return blanks is not None and len(blanks[0]) > indent and blanks.end() < window.line_end(below)


def _end(window: Window, position: int, opened: int) -> int:
    """Where the record ends that has `opened` brackets open at `position`."""
    text, end, still = window.text, window.line_end(position), max(opened, 1)
    for _ in range(LINES):
        after = end + 1
        until = window.line_end(after)
        line = text[after:until]
        if after >= len(text) or after - position > REACH or not line.strip(_BLANK) or _begins(window, after):
            break
        if still == 1 and _OPENS_ITEM.match(line):
            break
        still += (_OPENS.match(line) is not None) - (_CLOSES.match(line) is not None)
        end = until
        if not still:
            break
    return end
