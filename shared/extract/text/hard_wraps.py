"""Joins a label and its digits that a terminal or a mail tore with a line end at any place."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from shared.core import ids

if TYPE_CHECKING:
    from collections.abc import Iterator

BREAK = rb"(?: ?\n(?:[ \t]{0,2}>){0,8}[ \t]{0,4})?"  # a hard wrap, maybe in a quoted mail
WRAPPED = (b"sessionid", b"session id", b"session_id", b"x-connectionid", b"session started", b"session stopped")
_SAY = rb"(?:(?:is|was|value)[^0-9A-Za-z]{1,16})?"
_BREAK = re.compile(rb" ?\n(?:[ \t]{0,2}>){0,8}[ \t]{0,4}")


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
