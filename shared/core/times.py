"""Instants: always aware, always UTC, written as `2026-11-22T05:10:42.061Z`.

The service and the SDKs write up to seven digits of a second; milliseconds are what everything here keeps.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

_ISO = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?\s*([Zz]|[+-][01]\d:?[0-5]\d)?)?",
    re.ASCII,
)
RELATIVE = r"now|today|yesterday|[0-9]{1,5}[mhdw]"
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
LATEST = datetime(2100, 1, 1, tzinfo=UTC)


def parse(text: str) -> datetime:
    """An ISO 8601 date or date-time; without an offset it is UTC. Raises ValueError."""
    m = _ISO.fullmatch(text.strip())
    if m is None:
        raise ValueError(f"not an ISO 8601 time: {text[:40]!r}; write it like 2026-11-22T05:10:42Z")
    year, month, day, hour, minute, second, fraction, offset = m.groups()
    moment = datetime(
        int(year),
        int(month),
        int(day),
        int(hour or 0),
        int(minute or 0),
        int(second or 0),
        int((fraction or "0").ljust(6, "0")[:6]),
        tzinfo=UTC,
    )
    if offset and offset not in "Zz":
        sign = -1 if offset[0] == "-" else 1
        digits = offset[1:].replace(":", "")
        try:
            moment -= sign * timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
        except OverflowError:
            raise ValueError(f"outside the calendar: {text[:40]!r}") from None
    return moment


def parse_from(text: str, now: datetime) -> datetime:
    """`parse`, or a time before `now`: `2h` (also m, d, w), `now`, `today`, `yesterday` (midnight, UTC)."""
    word = text.strip().lower()
    if not re.fullmatch(RELATIVE, word):
        return parse(text)
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    named = {"now": now, "today": midnight, "yesterday": midnight - timedelta(days=1)}
    try:
        return named[word] if word in named else now - int(word[:-1]) * _UNITS[word[-1]]
    except OverflowError:
        raise ValueError(f"outside the calendar: {word}") from None


def try_parse(text: str | None) -> datetime | None:
    """`parse`, with None for what is no time."""
    if not text:
        return None
    try:
        return parse(text)
    except ValueError:
        return None


def text(moment: datetime) -> str:
    """Milliseconds, UTC, `Z`."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def clamp(moment: datetime) -> datetime:
    """Keys have fixed widths: dates before 2000 and from 2100 on are moved to the edge."""
    return min(max(moment, EARLIEST), LATEST)


def epoch_ms(moment: datetime) -> int:
    """Milliseconds since 1970, exact (no float on the way)."""
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


def from_epoch_ms(milliseconds: int) -> datetime:
    """The inverse of `epoch_ms`."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)
