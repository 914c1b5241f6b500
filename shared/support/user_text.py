"""What a person writes (a note, an owner), made fit to be kept: no keys, no queries of URLs, no controls, capped."""

from __future__ import annotations

import re
from typing import Final

from shared.core import ids
from shared.core.redaction import clean

_BARE: Final = re.compile(r"(?<![0-9A-Za-z-])[0-9A-Fa-f]{32}(?![0-9A-Za-z-])")
_OPEN, _CLOSE = "\ue000", "\ue001"  # private use: taken out of what comes in
_KEPT: Final = re.compile(f"{_OPEN}(.{{36}}){_CLOSE}")
_LINES: Final = 40


def written(text: str, cap: int) -> str:
    """Several lines stay lines. Runs that look like a key become `[redacted]`; session IDs stay readable."""
    lines = (_line(line, cap) for line in text.splitlines()[:_LINES])
    return "\n".join(line for line in lines if line)[:cap]


def one_line(text: str, cap: int) -> str:
    return _line(" ".join(text.split()), cap)


def _line(line: str, cap: int) -> str:
    """32 hex digits may be an old key or a session ID. The SDKs' IDs are version 4 GUIDs, 1 of 64 keys looks so."""
    bare = "".join(c if c.isprintable() else " " for c in line)
    bare = bare.replace(_OPEN, " ").replace(_CLOSE, " ")
    marked = _BARE.sub(_mark, bare)
    return _KEPT.sub(lambda m: m[1].replace("-", ""), clean(marked, cap * 2) or "")[:cap].strip()


def _mark(found: re.Match[str]) -> str:
    hex32 = found[0].lower()
    return f"{_OPEN}{ids.dashed(hex32)}{_CLOSE}" if ids.is_version_4(hex32) else found[0]
