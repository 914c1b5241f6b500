"""Free text made safe to show. Names, notes and messages are written by people, or by whoever made a log.

Markdown: a value goes into a code span, in which nothing is interpreted; prose has its markup escaped, and what
programs turn into links on their own (`https://`, `www.`) is broken up. Plain text is one line without controls.
"""

from __future__ import annotations

import re
from typing import Final

VALUE_CAP: Final = 256
MESSAGE_CAP: Final = 1000
_CUT: Final = "…"
_MARKUP: Final = re.compile(r"([\\`*\[\]<>|~&]|(?<![^\W_])_|_(?![^\W_]))")  # _ inside a word means nothing
_LINKS: Final = re.compile(r"://|www\.|@|mailto:|xmpp:", re.IGNORECASE)
_START: Final = re.compile(r"#|[-+=]|\d+(?=[.)])")
_TICKS: Final = re.compile(r"`+")


def plain(text: str, cap: int = VALUE_CAP) -> str:
    """One line: no control, format (bidi, zero-width) or unassigned characters, no half characters, capped."""
    kept = "".join(c if c.isprintable() else " " for c in text[: cap * 4])
    line = " ".join(kept.split())
    return line if len(line) <= cap else line[: cap - 1].rstrip() + _CUT


def markdown(text: str, cap: int = MESSAGE_CAP) -> str:
    """Prose: as read, whatever it holds. Not for the start of a line, see `at_start`."""
    escaped = _MARKUP.sub(r"\\\1", plain(text, cap))
    return _LINKS.sub(_broken, escaped)


def at_start(escaped: str) -> str:
    """Escaped prose that begins a line or a list item: no heading, list or rule."""
    found = _START.match(escaped)
    if found is None:
        return escaped
    first = found[0]
    return f"{first}\\{escaped[len(first) :]}" if first[0].isdigit() else f"\\{escaped}"


def code(text: str, cap: int = VALUE_CAP) -> str:
    """A value as a code span, whose fence is longer than any row of backticks in it."""
    value = plain(text, cap)
    if not value:
        return ""
    longest = max((len(run) for run in _TICKS.findall(value)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if longest else ""
    return f"{fence}{pad}{value}{pad}{fence}"


def _broken(found: re.Match[str]) -> str:
    """`https\\://`, `www\\.`, `a\\@b`: a backslash before punctuation is not shown, and no link is seen."""
    text = found[0]
    at = next(i for i, c in enumerate(text) if not c.isalnum())
    return f"{text[:at]}\\{text[at:]}"
