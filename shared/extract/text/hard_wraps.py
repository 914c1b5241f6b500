"""Joins what a terminal or a mail tore with a line end at any place: a label and its digits, the URL of an entity."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from shared.core import ids
from shared.extract.text.labels import CONNECTION_ID, SAY, SESSION_EVENT, SESSION_ID
from shared.extract.text.position_map import Edit

if TYPE_CHECKING:
    from collections.abc import Iterator

BREAK = rb"(?: ?\n(?:[ \t]{0,2}>){0,8}[ \t]{0,4})?"  # a hard wrap, maybe in a quoted mail
WRAPPED = (b"sessionid", b"session id", b"session_id", b"x-connectionid", b"session started", b"session stopped")
_SAY = rb"(?:(?:is|was|value)[^0-9A-Za-z]{1,16})?"
# What the search looks for: what stands before the tear, or behind it where little stands before
_LEAST = 3
HEADS = tuple(
    dict.fromkeys(
        word[:length].rstrip() + end
        for word in WRAPPED
        for length in range(_LEAST + word.startswith(b"s"), len(word))
        for end in (b"\n", b" \n")
    )
)
TAILS = tuple(
    sign + tail
    for sign in (b"\n", b" ", b">")
    for tail in (b"ession", b"ssion", b"sion", b"-connectionid", b"connectionid")
)
LABELS = SESSION_ID + CONNECTION_ID + SESSION_EVENT
AFTER_HEAD = rb"[> \t]{0,8}[a-z_ -]{1,13}[^0-9A-Za-z]{1,16}(?:" + SAY + b")?[0-9A-Fa-f]{3}"
AFTER_TAIL = rb"[ _-]?(?:id|started|stopped)?[^0-9A-Za-z]{1,16}(?:" + SAY + b")?[0-9A-Fa-f]{3}"
AFTER_LABEL = rb"[^0-9A-Za-z\n]{1,6}[0-9A-Fa-f]{1,7}+ ?\n[> \t]{0,8}[0-9A-Fa-f]{8}"
_BREAK = re.compile(rb" ?\n(?:[ \t]{0,2}>){0,8}[ \t]{0,4}")
# the end of a line in a column, maybe with the place in the code behind it as rich has it, and the margin of the next
_FOLD = re.compile(rb"(?:[ \t]{2,80}[\w./-]{1,64}:\d{1,6})?[ \t\r]*\n[ \t>|]*")


def folded(text: bytes) -> bytes:
    """As if lines had been broken between words only: `fold -s`, YAML, columns of a console."""
    return _FOLD.sub(b" ", text)


def cut(text: bytes) -> bytes:
    """As if lines had been broken where the width ended: terminals, `fold`."""
    return _FOLD.sub(b"", text)


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


# A list of names and values, whose values go on below themselves: PowerShell's Format-List
VALUES = b"  : "
AFTER_VALUES = rb"[^\n]{1,400}\n {6,64}[^ \n]"
_VALUE = re.compile(rb"^[A-Za-z_@][\w@.]{0,60} {1,60}: (?=[^ \n])", re.MULTILINE)

_BLANK = 0x20


def value_edits(text: bytes) -> Iterator[Edit]:
    """Line ends and margins within such a value, which may be cut anywhere."""
    for match in _VALUE.finditer(text):
        margin = b"\n" + b" " * (match.end() - match.start())
        end = text.find(b"\n", match.end())
        while end >= 0 and text.startswith(margin, end) and text[end + len(margin) : end + len(margin) + 1].strip():
            yield end - (text[end - 1] == _BLANK), end + len(margin), b""  # the blank is what is left of a CR
            end = text.find(b"\n", end + 1)


_REST = re.compile(rb"[ \t\r]*\n[ \t>]*(?=\S*[/?=]|[-.&%])([0-9A-Za-z/_.?=&%-]{1,200})(?!\S)")


def whole_url(text: bytes, end: int) -> bytes:
    """What the lines below add to an URL that ends at `end`: nothing where it ended by itself."""
    more = _REST.match(text, end)
    return more[1] if more is not None and end - text.rfind(b"\n", 0, end) > _NARROW else b""


# An URL that goes to the end of its line, and a line that begins as it could go on
URL_WORDS = (b"cognitive.microsoft.com", b"speechtotext/")
AFTER_URL_WORD = rb"[^\s\"'<>]{0,160} ?\n[> \t|]{0,40}[0-9A-Za-z/_.-]"
_URL = re.compile(rb"https?://[^\s\"'<>]{8,400}(?= ?\n)")
_MORE = re.compile(rb"( ?\n[> \t|]{0,40})([0-9A-Za-z/_.?=&%-]{1,200})")
_ENTITY = re.compile(
    rb"/speechtotext/[0-9A-Za-z/_.-]{3,80}/[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}(?![0-9A-Fa-f-])"
)
_NARROW = 40  # no terminal and no mail wraps at less
_BREAKS = 4


def url_edits(text: bytes) -> Iterator[Edit]:
    """Line ends within an URL of an entity, which is whole without them and is not with them."""
    for match in _URL.finditer(text):
        start = text.rfind(b"\n", 0, match.start()) + 1
        if match.end() - start >= _NARROW and _ENTITY.search(match[0]) is None:
            yield from _breaks(text, match)


def _breaks(text: bytes, url: re.Match[bytes]) -> Iterator[Edit]:
    whole, end, found = url[0], url.end(), list[Edit]()
    while len(found) < _BREAKS and (more := _MORE.match(text, end)) is not None:
        found.append((*more.span(1), b""))
        whole, end = whole + more[2], more.end()
        if _ENTITY.search(whole) is not None:
            yield from found
            return
