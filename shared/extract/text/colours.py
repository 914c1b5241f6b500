"""What terminals are told between the words: colours, links, movements."""

from __future__ import annotations

import re
from collections.abc import Iterator

from shared.extract.text.passes import Pass, removing
from shared.extract.text.position_map import Edit, Edits

_SEQUENCE = rb"\x1b(?:\[[0-9;:?]*[ -/]*[@-~]|\][^\x07\x1b\n]{0,200}(?:\x07|\x1b\\)|[@-Z\\^_])"
_ANY = re.compile(_SEQUENCE)
_TEXT = rb"(?:\\{1,8}(?:[uU]001[bB]|[xX]1[bB]|033|e)|#033|\^\[)\[[0-9;]{0,20}[mK]"
_LOOK = 16 * 1024
_FEW = 24


def _usual(text: bytes) -> tuple[bytes, Edits]:
    """A program uses few colours: each is taken out as a word, several times as fast as by an expression."""
    codes = sorted(set(_ANY.findall(text, 0, _LOOK)))[:_FEW]
    new, size = text, len(text)
    for code in codes:
        size -= text.count(code) * len(code)
        new = new.replace(code, b"")
    if len(new) != size:  # what was left fell together to another code: the expression shall do it
        new, codes = text, []
    return new, Edits(lambda: _found(codes, text))


def _found(codes: list[bytes], text: bytes) -> Iterator[Edit]:
    if codes:
        for match in re.finditer(b"|".join(map(re.escape, codes)), text):
            yield *match.span(), b""


COLOURS: tuple[Pass, ...] = (_usual, removing(_SEQUENCE))
COLOURS_AS_TEXT: tuple[Pass, ...] = (removing(_TEXT),)
