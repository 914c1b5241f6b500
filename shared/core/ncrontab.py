"""When a timer runs next: NCRONTAB with seconds, in UTC, as the Functions host reads it (Sunday is 0)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Final

_RANGES: Final = ((0, 59), (0, 59), (0, 23), (1, 31), (1, 12), (0, 7))
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS: Final = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_PART: Final = re.compile(r"(?:\*|(\d{1,2})(?:-(\d{1,2}))?)(?:/(\d{1,2}))?")
_MOST_DAYS: Final = 366


def next_run(schedule: str, after: datetime) -> datetime | None:
    """The first moment after that; None if the schedule cannot be read or never comes within a year."""
    fields = schedule.lower().split()
    if len(fields) != len(_RANGES):
        return None
    try:
        seconds, minutes, hours, days, months, weekdays = (_values(f, *r) for f, r in zip(fields, _RANGES, strict=True))
    except ValueError:
        return None
    day = after.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    for _ in range(_MOST_DAYS):
        weekday = (day.weekday() + 1) % 7
        if day.day in days and day.month in months and {weekday, weekday + 7} & weekdays:
            for moment in (day.replace(hour=h, minute=m) for h in sorted(hours) for m in sorted(minutes)):
                if moment + timedelta(minutes=1) <= after:
                    continue
                for second in sorted(seconds):
                    if moment.replace(second=second) > after:
                        return moment.replace(second=second)
        day += timedelta(days=1)
    return None


def _values(field: str, low: int, high: int) -> set[int]:
    """`*`, `5`, `1-5`, `*/15`, `0,30`; names of months and weekdays."""
    names = _MONTHS if high == 12 else _DAYS if high == 7 else ()
    for number, name in enumerate(names, low):
        field = re.sub(rf"\b{name}[a-z]*", str(number), field)
    found: set[int] = set()
    for part in field.split(","):
        m = _PART.fullmatch(part)
        if m is None:
            raise ValueError(part)
        start = low if m[1] is None else int(m[1])
        end = int(m[2]) if m[2] else high if m[1] is None or m[3] else start
        step = int(m[3] or 1)
        if not low <= start <= end <= high or not step:
            raise ValueError(part)
        found |= set(range(start, end + 1, step))
    return found
