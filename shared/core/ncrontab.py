"""NCRONTAB schedules, in UTC, exactly as the timer trigger of Azure Functions reads them.

Five fields start with minutes, six with seconds. Day of month AND day of week must match, Sunday is 0 (7 is refused), a
name may be any prefix of a month or day (`jan`, `Mond`), a range may be given backwards, and a step of 0 counts as 1.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

_MONTHS: Final = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_DAYS: Final = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
_PART: Final = re.compile(r"(?:(?P<any>\*)|(?P<first>[0-9a-z]+)(?:-(?P<last>[0-9a-z]+))?)(?:/(?P<step>[0-9]+))?")
_SEARCHED: Final = timedelta(days=41 * 366)  # 29 February falls on a given weekday at least once in 40 years


@dataclass(frozen=True, slots=True)
class _Field:
    name: str
    low: int
    high: int
    names: tuple[str, ...] = ()

    def parse(self, text: str) -> tuple[int, ...]:
        """All values of a list, in order. Raises ValueError."""
        return tuple(sorted({value for part in text.split(",") for value in self._range(part)}))

    def _range(self, part: str) -> range:
        """`*`, `5`, `1-5`, `*/15`, `5/15` (from 5 on), `mon-fri/2`."""
        found = _PART.fullmatch(part)
        if found is None:
            raise ValueError(f"{part!r} is not valid for {self.name}")
        if found["any"]:
            first, last = self.low, self.high
        else:
            first = self._value(found["first"])
            last = self._value(found["last"]) if found["last"] else self.high if found["step"] else first
        return range(min(first, last), max(first, last) + 1, max(int(found["step"] or 1), 1))

    def _value(self, text: str) -> int:
        if not text.isdecimal():
            for number, name in enumerate(self.names, self.low):
                if name.startswith(text):
                    return number
        elif self.low <= int(text) <= self.high:
            return int(text)
        raise ValueError(f"{text!r} is not valid for {self.name}")


_FIELDS: Final = (
    _Field("seconds", 0, 59),
    _Field("minutes", 0, 59),
    _Field("hours", 0, 23),
    _Field("days", 1, 31),
    _Field("months", 1, 12, _MONTHS),
    _Field("days of the week", 0, 6, _DAYS),
)


@dataclass(frozen=True, slots=True)
class Schedule:
    """The values of each field, in order."""

    seconds: tuple[int, ...]
    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: tuple[int, ...]
    months: tuple[int, ...]
    weekdays: tuple[int, ...]

    @classmethod
    def parse(cls, text: str) -> Schedule:
        """Raises ValueError, whose message names the field."""
        fields = [field for field in text.lower().split(" ") if field]
        if len(fields) == len(_FIELDS) - 1:
            fields.insert(0, "0")
        if len(fields) != len(_FIELDS):
            raise ValueError(f"it has {len(fields)} fields instead of 5 or 6")
        return cls(*(field.parse(part) for field, part in zip(_FIELDS, fields, strict=True)))

    def next_after(self, moment: datetime) -> datetime | None:
        """The first run after that moment; None if there never is one (30 February)."""
        moment = moment.astimezone(UTC)
        first = moment.replace(hour=0, minute=0, second=0, microsecond=0)
        for number in range(_SEARCHED.days):
            day = first + timedelta(days=number)
            if self._runs_on(day):
                found = next(self._runs(day, moment), None)
                if found is not None:
                    return found
        return None

    def _runs_on(self, day: datetime) -> bool:
        return day.month in self.months and day.day in self.days and day.isoweekday() % 7 in self.weekdays

    def _runs(self, day: datetime, after: datetime) -> Iterator[datetime]:
        """The runs of one day; hours and minutes that have passed are skipped whole."""
        for hour in (day.replace(hour=value) for value in self.hours):
            if hour + timedelta(hours=1) <= after:
                continue
            for minute in (hour.replace(minute=value) for value in self.minutes):
                if minute + timedelta(minutes=1) > after:
                    yield from (run for s in self.seconds if (run := minute.replace(second=s)) > after)
