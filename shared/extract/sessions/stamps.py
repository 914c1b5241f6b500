"""Wall-clock stamps of logs: a table of the forms that name their zone, and the forms of times that do not.

Each row has a regular expression and what makes milliseconds since 1970 of its match. A number is a time only under a
key or a sign that says so, and only where it falls into the years in which the service exists.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final, NamedTuple

_FIRST: Final = datetime(2015, 1, 1, tzinfo=UTC).timestamp() * 1000
_LAST: Final = datetime(2050, 1, 1, tzinfo=UTC).timestamp() * 1000
# By the count of digits in front of the point: seconds, milliseconds, microseconds, nanoseconds
_UNITS: Final = {10: 1000.0, 13: 1.0, 16: 1e-3, 19: 1e-6}
_KEY: Final = (
    rb"(?:@?time(?:[_-]?stamp)?|ts|date|datetime|instant|epoch(?:[_-]?(?:second|millis|time|ms|us|s))s?|millis"
    rb"|_{0,2}[a-z_]{0,32}(?:time|timestamp)|[a-z]{1,24}time)"
)


def _iso(match: re.Match[bytes]) -> float:
    said = match[0].decode("ascii").replace(",", ".").replace(" +", "+").replace(" -", "-")
    return datetime.fromisoformat(said.replace(" UTC", "Z")).timestamp() * 1000


def _epoch(match: re.Match[bytes]) -> float:
    whole = match[1].partition(b".")[0]
    return float(match[1]) * _UNITS[len(whole)]


def _http(match: re.Match[bytes]) -> float:
    return parsedate_to_datetime(match[0].decode("ascii")).timestamp() * 1000


def _apache(match: re.Match[bytes]) -> float:
    return datetime.strptime(match[0].decode("ascii"), "%d/%b/%Y:%H:%M:%S %z").timestamp() * 1000


class Form(NamedTuple):
    """`needs`: what every match holds. To look for it costs far less than the expression, whose keys are caseless."""

    needs: re.Pattern[bytes]
    pattern: re.Pattern[bytes]
    value: Callable[[re.Match[bytes]], float]


_DIGITS: Final = re.compile(rb"\d{10}")
_FORMS: Final = (
    Form(
        re.compile(rb"\d:\d\d"),
        re.compile(rb"(?<!\d)\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z| UTC\b| ?[+-]\d\d:?\d\d(?!\d))"),
        _iso,
    ),
    Form(re.compile(rb" GMT"), re.compile(rb"\b[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT"), _http),
    Form(re.compile(rb"/\d{4}:"), re.compile(rb"\b\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}"), _apache),
    Form(
        _DIGITS,
        re.compile(
            rb"(?i:\b|_)(?i:" + _KEY + rb")[\\\"' \t]{0,6}(?:=>|[:=>])[\\\"' \t]{0,8}"
            rb"(\d{10}(?:\.\d{1,9})?|\d{13}(?:\.\d{1,9})?|\d{16}|\d{19})(?![\d.]*\d)"
        ),
        _epoch,
    ),
    Form(_DIGITS, re.compile(rb"(?:^|[\[(])(\d{10}\.\d{1,9}|\d{13})(?=[\])\s])"), _epoch),
)


def stamp(text: bytes) -> float | None:
    """The first stamp in `text`, in milliseconds since 1970: of the first form of the table that is there."""
    for form in _FORMS:
        match = form.pattern.search(text) if form.needs.search(text) else None
        if match is None:
            continue
        try:
            found = form.value(match)
        except (ValueError, OverflowError):
            continue
        if _FIRST <= found < _LAST:
            return found
    return None


_CLOCK: Final = rb"[ T,]{1,2}\d{1,2}:\d\d:\d\d(?:[.,]\d{1,9})?(?: [AP]M\b)?"
_MONTH: Final = rb"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_LOCAL: Final = re.compile(
    rb"(?<![\d.:/-])(?:(\d{4})[-/.](\d\d)[-/.](\d\d)[ T](\d\d:\d\d:\d\d)(?:[.,](\d{1,9}))?"
    rb"|(?:\d{1,2}[-/.]\d{1,2}(?:[-/.]\d{2,4})?|" + _MONTH + rb" {1,2}\d{1,2}(?:,? \d{4})?"
    rb"|\d{1,2} " + _MONTH + rb"(?: \d{4})?)" + _CLOCK + rb")(?![\d:])"
)
_DIGITS_OF_LOCAL: Final = 3


def local(text: bytes) -> str | None:
    """The first date and time in `text`, for what states no zone: as written, or ISO 8601 where that is clear."""
    match = _LOCAL.search(text) if b":" in text else None
    if match is None:
        return None
    if match[1] is None:
        return match[0].decode("ascii")
    year, month, day, clock, fraction = (part.decode("ascii") for part in match.groups(b""))
    return f"{year}-{month}-{day} {clock}" + (f".{fraction[:_DIGITS_OF_LOCAL]:0<3}" if fraction else "")
