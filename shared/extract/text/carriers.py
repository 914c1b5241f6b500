"""Takes off what copying, mailing and collecting put around log text, and remembers where everything stood.

Colours, HTML and JSON escapes of single characters, quoted-printable, and container logs that tear a line into parts.
Blocks without any of that, nearly all, pass untouched: rows of the pattern table tell.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import partial
from typing import TYPE_CHECKING

from shared.extract.decode import zero_width
from shared.extract.text import escapes, hard_wraps

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Set as AbstractSet

Edits = list[tuple[int, int]]

# colours that a logger wrote as text: `\u001b[32m`
_ANSI_TEXT = re.compile(rb"(?:\\u001[bB]|\\x1[bB]|\\033|#033|\^\[)\[[0-9;]{0,20}m")
_ANSI = re.compile(rb"\x1b(?:\[[0-9;:?]*[ -/]*[@-~]|\][^\x07\x1b\n]{0,200}(?:\x07|\x1b\\)|[@-Z\\^_])")
# other parts of a mail may be plain: `session_id=12...` with 32 digits is no escape
_SOFT_BREAK = re.compile(rb"=[ \t]*\n(?:> ?)*|=(?![0-9A-Fa-f]{32}(?![0-9A-Fa-f=]))([0-9A-F]{2})")
# Few programs write small letters, and `language=de` in a plain part is no escape then
_SMALL_BREAK = re.compile(rb"=[ \t]*\n(?:> ?)*|=(?![0-9A-Fa-f]{32}(?![0-9A-Fa-f=]))([0-9A-Fa-f]{2})")
_SMALL = re.compile(rb"=(?:3d|0d|0a|c2|c3|e2)")
# `<time> stdout P part`, next line `<time> stdout F rest`: container runtimes cut lines at 16 KiB
_CRI_PART = re.compile(
    rb"(?m)^(?P<head>\S{20,40} (?P<stream>stdout|stderr)) P (?P<part>[^\n]*)\n\S{20,40} (?P=stream) (?=[PF] )[PF] "
)
# the same where the part is longer than what a block sees of the one before
_CRI_REST = re.compile(rb"\A(?!\S{20,40} std)(?P<part>[^\n]{3000,4096})\n\S{20,40} std(?:out|err) (?=[PF] )[PF] ")
# `{"log":"part","stream":"stdout","time":"..."}`: only the last part ends with a line end
_DOCKER_PART = re.compile(rb'(?<!\\n)", ?"stream": ?"std(?:out|err)"[^\n]{0,200}\} ?\n\{"log": ?"')


# What the pattern table may see in a block: its rows of these names, those of torn labels as one
KINDS = frozenset(("escaped-html", "escaped-code", "escaped-colour", "torn-line", "torn-json-line", "torn-label"))


class Unescape:
    """Keeps one thing from block to block: that the source is a quoted-printable mail."""

    def __init__(self) -> None:
        self.quoted_printable = False

    def clean(self, text: bytes, kinds: AbstractSet[str]) -> tuple[bytes, Edits]:
        """`kinds`: those of `KINDS` that were seen in this block."""
        edits: Edits = []
        for pattern, replacement in self._needed(text, kinds):
            text, edits = _apply(text, edits, pattern, replacement)
        return self.unwrap(text, edits) if "torn-label" in kinds else (text, edits)

    def _needed(self, text: bytes, kinds: AbstractSet[str]) -> Iterator[tuple[re.Pattern[bytes], _Replacement]]:
        if b"\x1b" in text:
            yield _ANSI, _nothing
        if self.quoted_printable:
            yield (_SMALL_BREAK if b"=3D" not in text and _SMALL.search(text) else _SOFT_BREAK), _printable
        if "escaped-colour" in kinds:
            yield _ANSI_TEXT, _nothing
        if "escaped-html" in kinds:
            yield from [(escapes.HTML, escapes.html)] * (2 if b"&amp;" in text else 1)
            yield escapes.WBR, _nothing
        if "escaped-code" in kinds:
            yield escapes.CODES, escapes.code
        if "torn-line" in kinds:
            yield from ((_CRI_REST, _joined), (_CRI_PART, _joined))
        if "torn-json-line" in kinds:
            yield _DOCKER_PART, _nothing
        if self.quoted_printable or (kinds and zero_width.may_hold(text)):
            yield from ((pattern, partial(_as, new)) for pattern, new in zero_width.RULES)

    @staticmethod
    def unwrap(text: bytes, edits: Edits) -> tuple[bytes, Edits]:
        """Joins a label and its digits that a terminal or a mail tore at any place; the gap between them may stay."""
        parts: list[bytes] = []
        steps: Edits = []
        length = done = 0
        for start, end in hard_wraps.breaks(text):
            parts.append(text[done:start])
            length += start - done
            done = end
            steps.append((length, done))
        if not steps:
            return text, edits
        return b"".join((*parts, text[done:])), _compose(edits, steps)


def _nothing(_match: re.Match[bytes]) -> tuple[int, bytes]:
    return 0, b""


def _printable(match: re.Match[bytes]) -> tuple[int, bytes]:
    return 0, bytes([int(match[1], 16)]) if match[1] else b""


def _as(new: bytes, _match: re.Match[bytes]) -> tuple[int, bytes]:
    return 0, new


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


def _compose(earlier: Edits, later: Edits) -> Edits:
    """The map of two rounds of edits in a row."""
    if not earlier:
        return later
    points = {at for at, _ in later}
    middles, sources = [middle for middle, _ in earlier], [source for _, source in later]
    found: Edits = []
    for at, middle in later:
        index = bisect_right(middles, middle) - 1
        found.append((at, earlier[index][1] + middle - middles[index] if index >= 0 else middle))
    for middle, raw in earlier:
        index = bisect_right(sources, middle) - 1
        at = middle + (later[index][0] - sources[index] if index >= 0 else 0)
        if at >= 0 and at not in points:
            found.append((at, raw))
    return sorted(found)


def forward(edits: Edits, raw: int) -> int:
    """Where the raw position `raw` stands in the cleaned text."""
    shift = 0
    for at, source in edits:
        if source > raw:
            break
        shift = at - source
    return max(0, raw + shift)
