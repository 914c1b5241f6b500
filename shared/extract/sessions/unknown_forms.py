"""The shape of words in front of an ID that no row of the table knows: how a new wording of an SDK is noticed."""

from __future__ import annotations

import re

_LABELED = re.compile(rb"(?i)session[^0-9\n]{1,41}$")
_OTHER_IDS = re.compile(rb"(?i)request|result|event|source|node|trace|user|service|device|priv|key")
_WORDS = frozenset(
    (
        "session",
        "id",
        "ids",
        "is",
        "was",
        "for",
        "with",
        "the",
        "of",
        "guid",
        "uuid",
        "connection",
        "started",
        "stopped",
        "speech",
        "stt",
        "event",
        "token",
        "handle",
        "key",
        "name",
        "value",
        "current",
        "new",
    )
)


def shape_of(before: bytes) -> str | None:
    """The words before an ID without anything of their content; None if they do not speak of a session."""
    match = _LABELED.search(before)
    if match is None or _OTHER_IDS.search(match[0]):
        return None
    said = match[0].decode("ascii", "replace")
    return re.sub(r"[A-Za-z_]+", lambda m: m[0] if m[0].lower() in _WORDS else "w", said) + "<id>"
