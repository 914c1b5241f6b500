"""Joins a label and its digits that a terminal or a mail tore with a line end at any place."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from shared.core import ids
from shared.extract.text.labels import CONNECTION_ID, SAY, SESSION_EVENT, SESSION_ID

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shared.extract.text.position_map import Edit

BREAK = rb"(?: ?\n(?:[ \t]{0,2}>){0,8}[ \t]{0,4})?"  # a hard wrap, maybe in a quoted mail
WRAPPED = (b"sessionid", b"session id", b"session_id", b"x-connectionid", b"session started", b"session stopped")
_SAY = rb"(?:(?:is|was|value)[^0-9A-Za-z]{1,16})?"
# What the search looks for: what stands before the tear, or behind it where little stands before
HEADS = (
    *(
        head + end
        for head in (b"sess", b"sessi", b"sessio", b"session", b"sessioni", b"session_", b"session_i", b"x-c", b"x-co")
        for end in (b"\n", b" \n")
    ),
    b"session i",
    b"session s",
    b"x-con",
)
TAILS = tuple(
    sign + tail
    for sign in (b"\n", b" ", b">")
    for tail in (b"ession", b"ssion", b"sion", b"-connectionid", b"connectionid")
)
LABELS = SESSION_ID + CONNECTION_ID + SESSION_EVENT
AFTER_HEAD = rb"(?:(?<=\n)|[a-z]{0,11} ?\n)[> \t]{0,8}[a-z_ -]{1,13}[^0-9A-Za-z]{1,16}(?:" + SAY + b")?[0-9A-Fa-f]{3}"
AFTER_TAIL = rb"[ _-]?(?:id|started|stopped)?[^0-9A-Za-z]{1,16}(?:" + SAY + b")?[0-9A-Fa-f]{3}"
AFTER_LABEL = rb"[^0-9A-Za-z\n]{1,6}[0-9A-Fa-f]{1,7}+ ?\n[> \t]{0,8}[0-9A-Fa-f]{8}"
_BREAK = re.compile(rb" ?\n(?:[ \t]{0,2}>){0,8}[ \t]{0,4}")


@cache
def _label() -> re.Pattern[bytes]:
    """A label, a gap and 32 digits, with a break anywhere. Few sources have one: compiled when it is needed."""
    labels = b"|".join(BREAK.join(re.escape(word[n : n + 1]) for n in range(len(word))) for word in WRAPPED)
    digits = rb"((?:[0-9A-Fa-f]" + BREAK + rb"){31}[0-9A-Fa-f])(?![0-9A-Fa-f])"
    return re.compile(b"(?i)(" + labels + rb")[^0-9A-Za-z]{1,16}" + _SAY + digits)


def edits(text: bytes) -> Iterator[Edit]:
    """The line ends that tear an ID or its label. A gap between the two may stay."""
    for match in _label().finditer(text):
        if b"\n" in match[0] and ids.is_version_4(_BREAK.sub(b"", match[2]).decode("ascii").lower()):
            for torn in (*_BREAK.finditer(text, *match.span(1)), *_BREAK.finditer(text, *match.span(2))):
                yield *torn.span(), b""
