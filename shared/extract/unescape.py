"""Takes off what copying, mailing and collecting put around log text, and remembers where everything stood.

Colours, HTML and JSON escapes of single characters, quoted-printable, and container logs that tear a line into parts.
Blocks without any of that, nearly all, pass untouched: rows of the pattern table tell.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from shared import ids
from shared.extract.patterns import BREAK, WRAPPED

if TYPE_CHECKING:
    from collections.abc import Iterator

Edits = list[tuple[int, int]]

# colours that a logger wrote as text: `\u001b[32m`
_ANSI_TEXT = re.compile(rb"(?:\\u001[bB]|\\x1[bB]|\\033|#033|\^\[)\[[0-9;]{0,20}m")
_ANSI = re.compile(rb"\x1b(?:\[[0-9;:?]*[ -/]*[@-~]|\][^\x07\x1b\n]{0,200}(?:\x07|\x1b\\)|[@-Z\\^_])")
_HTML = re.compile(rb"&(?:#x27|#39|#x22|#34|#x26|#38|#x3[dD]|#61|apos|quot|amp|lt|gt|nbsp);|<wbr ?/?>|&(?:#8203|shy);")
_HTML_TO = {
    b"&#x27;": b"'", b"&#39;": b"'", b"&apos;": b"'", b"&#x22;": b'"', b"&#34;": b'"', b"&quot;": b'"',
    b"&#x26;": b"&", b"&#38;": b"&", b"&amp;": b"&", b"&#x3d;": b"=", b"&#x3D;": b"=", b"&#61;": b"=",
    b"&lt;": b"<", b"&gt;": b">", b"&nbsp;": b" ",
}  # fmt: skip
_UNICODE = re.compile(rb"\\u00(2[267bfBF]|3[cdeCDE])")
# other parts of a mail may be plain: `session_id=12...` with 32 digits is no escape
_SOFT_BREAK = re.compile(rb"=[ \t]*\n(?:> ?)*|=(?![0-9A-Fa-f]{32}(?![0-9A-Fa-f=]))([0-9A-F]{2})")
# `<time> stdout P part`, next line `<time> stdout F rest`: container runtimes cut lines at 16 KiB
_CRI_PART = re.compile(
    rb"(?m)^(?P<head>\S{20,40} (?P<stream>stdout|stderr)) P (?P<part>[^\n]*)\n\S{20,40} (?P=stream) (?=[PF] )[PF] "
)


_WRAP_SAMPLE, _WRAP_WIDEST, _WRAP_STEP, _WRAP_LARGE = 8192, 260, 2048, 128 * 1024


class Unescape:
    """Keeps one thing from block to block: that the source is a quoted-printable mail."""

    def __init__(self) -> None:
        self.quoted_printable = False

    def clean(self, text: bytes, *, escaped: bool) -> tuple[bytes, Edits]:
        """`escaped`: the pattern table saw an escape or a torn line in this block."""
        edits: Edits = []
        for pattern, replacement in self._needed(text, escaped=escaped):
            text, edits = _apply(text, edits, pattern, replacement)
        return _unwrap(text, edits) if escaped else (text, edits)

    def _needed(self, text: bytes, *, escaped: bool) -> Iterator[tuple[re.Pattern[bytes], _Replacement]]:
        if b"\x1b" in text:
            yield _ANSI, _nothing
        if self.quoted_printable:
            yield _SOFT_BREAK, _printable
        if escaped:
            yield _ANSI_TEXT, _nothing
            yield _HTML, _html
            yield _UNICODE, _unicode
            yield _CRI_PART, _joined


def _nothing(_match: re.Match[bytes]) -> tuple[int, bytes]:
    return 0, b""


def _printable(match: re.Match[bytes]) -> tuple[int, bytes]:
    return 0, bytes([int(match[1], 16)]) if match[1] else b""


def _html(match: re.Match[bytes]) -> tuple[int, bytes]:
    return 0, _HTML_TO.get(match[0], b"")


def _unicode(match: re.Match[bytes]) -> tuple[int, bytes]:
    return 0, bytes([int(match[1], 16)])


def _joined(match: re.Match[bytes]) -> tuple[int, bytes]:
    """Keep the line up to its end, drop the line break and the head of the continuation."""
    return match.end("part") - match.start(), b""


if TYPE_CHECKING:
    from collections.abc import Callable

    _Replacement = Callable[[re.Match[bytes]], tuple[int, bytes]]


def _apply(text: bytes, edits: Edits, pattern: re.Pattern[bytes], replacement: _Replacement) -> tuple[bytes, Edits]:
    """`text` with every match replaced (but for the bytes it keeps), and the map back to the first text."""
    parts: list[bytes] = []
    steps: Edits = []
    length = done = position = 0
    while (match := pattern.search(text, position)) is not None:
        keep, new = replacement(match)
        upto = match.start() + keep
        parts += (text[done:upto], new)
        length += upto - done + len(new)
        done = match.end()
        steps.append((length, done))
        # a torn line may go on: look again from the end of what was joined
        position = max(done, match.start() + 1) if keep == 0 else done
    if not steps:
        return text, edits
    parts.append(text[done:])
    return b"".join(parts), _compose(edits, steps)


_BREAK = re.compile(rb" ?\n(?:[ \t]{0,2}>){0,8}[ \t]{0,4}")
_SAY = rb"(?:(?:is|was|value)[^0-9A-Za-z]{1,16})?"


@cache
def _torn_label() -> re.Pattern[bytes]:
    """A label, a gap and 32 digits, with a break anywhere. Few sources have one: compiled when it is needed."""
    labels = b"|".join(BREAK.join(re.escape(word[n : n + 1]) for n in range(len(word))) for word in WRAPPED)
    digits = rb"((?:[0-9A-Fa-f]" + BREAK + rb"){31}[0-9A-Fa-f])(?![0-9A-Fa-f])"
    return re.compile(b"(?i)(" + labels + rb")[^0-9A-Za-z]{1,16}" + _SAY + digits)


def _unwrap(text: bytes, edits: Edits) -> tuple[bytes, Edits]:
    """Joins a label and its digits that a terminal or a mail tore at any place; the gap between them may stay."""
    parts: list[bytes] = []
    steps: Edits = []
    length = done = 0
    for match in _torn_label().finditer(text):
        if not ids.is_version_4(_BREAK.sub(b"", match[2]).decode("ascii").lower()):
            continue
        for torn in (*_BREAK.finditer(text, *match.span(1)), *_BREAK.finditer(text, *match.span(2))):
            parts.append(text[done : torn.start()])
            length += torn.start() - done
            done = torn.end()
            steps.append((length, done))
    if not steps:
        return text, edits
    return b"".join((*parts, text[done:])), _compose(edits, steps)


def _compose(earlier: Edits, later: Edits) -> Edits:
    """The map of two rounds of edits in a row."""
    if not earlier:
        return later
    points = {at for at, _ in later}
    found: Edits = [(at, _back(earlier, middle)) for at, middle in later]
    for middle, raw in earlier:
        at = _forward(later, middle)
        if at is not None and at not in points:
            found.append((at, raw))
    return sorted(found)


def _back(edits: Edits, position: int) -> int:
    best = position
    for at, raw in edits:
        if at > position:
            break
        best = raw + position - at
    return best


def _forward(edits: Edits, middle: int) -> int | None:
    """Where a position of the text between the two rounds ended up, None if it was edited away."""
    shift = 0
    for at, source in edits:
        if source > middle:
            break
        shift = at - source
    return middle + shift if middle + shift >= 0 else None


def is_narrow(text: bytes) -> bool:
    """Hard-wrapped text has short lines only; logs have a long one soon, if not at once.

    In a short text, a mail or an issue, a long line proves nothing about the others.
    """
    if len(text) < _WRAP_LARGE:
        return True
    places = range(0, len(text) - _WRAP_WIDEST, _WRAP_STEP)
    if any(text.find(b"\n", at, at + _WRAP_WIDEST + 1) < 0 for at in places):
        return False
    return max(map(len, text[:_WRAP_SAMPLE].split(b"\n"))) <= _WRAP_WIDEST


def forward(edits: Edits, raw: int) -> int:
    """Where the raw position `raw` stands in the cleaned text."""
    shift = 0
    for at, source in edits:
        if source > raw:
            break
        shift = at - source
    return max(0, raw + shift)
