"""Wall-clock stamps in the lines of native logs, and the prefix that says when a line was written.

[703573]: 57ms SPX_TRACE_VERBOSE:  x.cpp:505 Received audio chunk: time: 2026-11-22T05:41:24.8115092Z, size:3200.
 thread   count                                                          stamp
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from shared.extract.sessions.log_clock import absolute
from shared.extract.text.bytesearch import find, rfind

MARK = b"ms SPX_"
BEHIND = 4096  # an error block without prefixes is shorter
NEAR = 32 * 1024
_FAR = 128 * 1024
_TAIL = re.compile(rb"[\[(](\d{1,10})[\])]: {1,4}(\d{1,12})\Z")
_COUNT = re.compile(rb"[\])]: {1,4}(\d{1,12})ms SPX_")
_STAMPED = (b"ime: 20", b"ime=20")
_STARTED = b"Firing SessionStarted event: SessionId: "  # stands right before the first place
FALL_MS = 50  # threads write out of order by less


def prefix(text: bytes, mark: int) -> re.Match[bytes] | None:
    """Thread and count, as groups, in front of the `ms SPX_` at `mark`."""
    return _TAIL.search(text, max(0, mark - 28), mark)


def zeros(text: bytes, position: int, *, near: bool) -> Iterator[tuple[float, int]]:
    """What stamps around say of the time of 0 ms, and where each stands: the likeliest first, as a look costs time."""
    for at in _places(text, position, near=near):
        stamp = absolute(text[at : at + 48]) if at >= 0 else None
        mark = rfind(text, MARK, max(0, at - BEHIND), at) if stamp is not None else -1
        line = prefix(text, mark) if mark >= 0 else None
        if stamp is not None and line is not None:
            yield stamp - int(line[2]), at


def _places(text: bytes, position: int, *, near: bool) -> Iterator[int]:
    for word in _STAMPED:
        yield find(text, word, position, position + NEAR)
    if not near:
        for word in _STAMPED:
            yield find(text, word, position + NEAR, position + _FAR)
            yield rfind(text, word, max(0, position - _FAR), position)


def one_process(text: bytes, first: int, second: int) -> bool:
    """No session starts between two places, and the count does not fall: one process wrote what stands there."""
    start, end = min(first, second), max(first, second)
    if find(text, _STARTED, start, end - len(_STARTED)) >= 0:
        return False
    start = text.rfind(b"\n", 0, start) + 1
    ends = (_COUNT.search(text, begin, end) for begin in (start, text.rfind(b"\n", start, end) + 1))
    if _falls(match for match in ends if match is not None):
        return False
    # near by, another process would have started a session; farther away, every line is looked at
    return end - start <= NEAR or not _falls(_COUNT.finditer(text, start, end))


def _falls(counts: Iterable[re.Match[bytes]]) -> bool:
    latest = 0
    for match in counts:
        count = int(match[1])
        if count < latest - FALL_MS:
            return True
        latest = max(latest, count)
    return False
