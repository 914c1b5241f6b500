"""Quoted-printable, as mails are written: `=3D` for a sign, `=` at the end of a line that goes on."""

from __future__ import annotations

import re
from collections.abc import Iterator

from shared.extract.text.passes import UNSEEN, Pass, editing
from shared.extract.text.position_map import Edit

# other parts of a mail may be plain: `session_id=12...` with 32 digits is no escape
_SIGN = rb"=[ \t]*\n(?:> ?)*|=(?![0-9A-Fa-f]{32}(?![0-9A-Fa-f=]))(%s)"
_CAPITAL = re.compile(_SIGN % rb"[0-9A-F]{2}")
# few programs write small letters, and `language=de` in a plain part is no escape then
_SMALL = re.compile(_SIGN % rb"[0-9A-Fa-f]{2}")
_IS_SMALL = re.compile(rb"=(?:3d|0d|0a|c2|c3|e2)")


def _edits(text: bytes) -> Iterator[Edit]:
    pattern = _SMALL if b"=3D" not in text and _IS_SMALL.search(text) else _CAPITAL
    for match in pattern.finditer(text):
        yield *match.span(), bytes([int(match[1], 16)]) if match[1] else b""


QUOTED_PRINTABLE: tuple[Pass, ...] = (editing(_edits), *UNSEEN)
