"""The value rules: what a session ID and an entity ID look like, and why something is neither.

A session ID is 32 hex digits (kept lower case). An entity ID is a GUID (kept lower case, dashed). Both are the same
32 digits in the index, so one look-up serves every spelling.
"""

from __future__ import annotations

import re

_DIGITS = re.compile(r"[0-9a-f]{32}")
_DRESS = str.maketrans("", "", "{}()<>\"'` \t\r\n-")
_V4 = re.compile(r"[0-9a-f]{12}4[0-9a-f]{3}[89ab][0-9a-f]{15}")

EXAMPLE = "9c9145db22a4462db58835a1ff33d4a0 (session) or 537216f8-0620-4a10-ae2d-00bdb423b36f (transcription)"

# Values of the documentation and of templates: people paste them, they identify nothing.
PLACEHOLDERS = frozenset({"0b734c41faf8430380d493127bd44631", "9f4ffa5113a846eba289aa98b28e766f", "0" * 32, "f" * 32})


def digits(value: str) -> str | None:
    """The 32 lower-case hex digits of an ID in any spelling (dashes, braces, quotes, case), else None."""
    bare = value.translate(_DRESS).lower()
    return bare if _DIGITS.fullmatch(bare) else None


def dashed(hex32: str) -> str:
    """`537216f8-0620-...` from 32 digits."""
    return f"{hex32[:8]}-{hex32[8:12]}-{hex32[12:16]}-{hex32[16:20]}-{hex32[20:]}"


def canonical(kind: str, hex32: str) -> str:
    """The written form of an ID of this kind: sessions bare, entities dashed."""
    return hex32 if kind == "session" else dashed(hex32)


def is_version_4(hex32: str) -> bool:
    """Session IDs made by the SDKs are version 4 GUIDs; those that users set for REST may be of any version."""
    return _V4.fullmatch(hex32) is not None


def prefix(value: str) -> str | None:
    """8 to 31 hex digits in any spelling, else None."""
    bare = value.translate(_DRESS).lower()
    return bare if 8 <= len(bare) < 32 and not bare.strip("0123456789abcdef") else None


def why_not(value: str) -> str:
    """One sentence for people: why a value is not an ID, and what an ID looks like."""
    bare = value.translate(_DRESS)
    wrong = bare.lower().strip("0123456789abcdef")
    if not bare:
        reason = "It is empty."
    elif wrong:
        reason = "It contains characters other than hex digits and dashes."
    elif len(bare) < 8:
        reason = f"It has {len(bare)} hex digits; a prefix search needs at least 8."
    else:
        reason = f"It has {len(bare)} hex digits instead of 32."
    return f"This is not an ID. {reason} An ID is 32 hex digits, with or without dashes, like {EXAMPLE}."
