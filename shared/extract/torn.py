"""Joins a label and its digits that a terminal or a mail tore with a line end at any place."""

from __future__ import annotations

import re
import threading
from functools import cache
from typing import TYPE_CHECKING

from shared import ids
from shared.extract.patterns import BREAK, WRAPPED, Pattern
from shared.extract.prefilter import prefilter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shared.extract.prefilter import Prefilter

_LARGE = 128 * 1024
_SAY = rb"(?:(?:is|was|value)[^0-9A-Za-z]{1,16})?"
_BREAK = re.compile(rb" ?\n(?:[ \t]{0,2}>){0,8}[ \t]{0,4}")
# How the second half of something torn looks at the beginning of a line: the rest of a label (no label begins so), a
# gap and digits; or the rest of the digits. Classes of characters, no words: with sixty words it takes twice as long.
_TAIL = rb"(?:[eiondct_-]|ar|rt|p[pe]|s[sit])[esionctarpd _-]{0,13}"
_SECOND_HALF = Pattern(
    "second-half",
    (),
    rb"\n[> \t]{0,8}(?:(?i:" + _TAIL + rb"[^0-9A-Za-z]{1,16}" + _SAY + rb")[0-9A-Fa-f]{8}|[0-9A-Fa-f]{25})",
    "hard wraps",
    note=True,
    once=True,
)
_kept = threading.local()


def is_narrow(text: bytes) -> bool:
    """Is it worth while to look for torn labels? In a large text only where a line begins like the rest of one.

    Short texts are always looked at; what this search needs would take longer to make.
    """
    return len(text) < _LARGE or bool(_second_half().scan(text))


def _second_half() -> Prefilter:
    """One a thread: a scanner must not be used by two at once."""
    found: Prefilter | None = getattr(_kept, "second_half", None)
    if found is None:
        found = _kept.second_half = prefilter((_SECOND_HALF,))
    return found


@cache
def _label() -> re.Pattern[bytes]:
    """A label, a gap and 32 digits, with a break anywhere. Few sources have one: compiled when it is needed."""
    labels = b"|".join(BREAK.join(re.escape(word[n : n + 1]) for n in range(len(word))) for word in WRAPPED)
    digits = rb"((?:[0-9A-Fa-f]" + BREAK + rb"){31}[0-9A-Fa-f])(?![0-9A-Fa-f])"
    return re.compile(b"(?i)(" + labels + rb")[^0-9A-Za-z]{1,16}" + _SAY + digits)


def breaks(text: bytes) -> Iterator[tuple[int, int]]:
    """Where the line ends stand that tear an ID or its label, ascending. A gap between the two may stay."""
    for match in _label().finditer(text):
        if b"\n" in match[0] and ids.is_version_4(_BREAK.sub(b"", match[2]).decode("ascii").lower()):
            for torn in (*_BREAK.finditer(text, *match.span(1)), *_BREAK.finditer(text, *match.span(2))):
                yield torn.span()
