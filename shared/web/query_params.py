"""Query parameters: the name of each, the values it accepts, and the error for any other.

One definition serves the check of a request and the description of the API.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, Literal

from shared.core import times
from shared.core.errors import BadRequest

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

DEFAULT_TOP: Final = 100
MAX_TOP: Final = 1000
FUNCTION_KEY: Final = "code"
"""The host reads the function key from here; the app neither reads nor copies it."""

_PLUS_LOST = re.compile(r"([Tt][\d:.,]+) (\d\d:?\d\d)$")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")

Kind = Literal["text", "time", "count", "choice"]
Value = str | int | datetime


@dataclass(frozen=True, slots=True)
class Param:
    """One query parameter of an operation."""

    name: str
    summary: str
    kind: Kind = "text"
    choices: tuple[str, ...] = ()
    max_length: int = 1024
    most: int = MAX_TOP  # of a count
    default: int = DEFAULT_TOP
    required: bool = False

    def parse(self, text: str, now: datetime | None = None) -> Value:
        """The value, or BadRequest with the accepted form. `now` is what relative times count from."""
        if not text:
            raise self.wrong("is empty; specify a value or omit it")
        if len(text) > self.max_length:
            raise self.wrong(f"is longer than {self.max_length} characters")
        if _CONTROL.search(text):
            raise self.wrong("contains control characters")
        match self.kind:
            case "time":
                return self._time(text, now or datetime.now(UTC))
            case "count":
                return self._count(text)
            case "choice":
                return self._choice(text)
        return text

    def wrong(self, what: str) -> BadRequest:
        return BadRequest(f"Query parameter '{self.name}' {what}.", code="InvalidParameter", target=self.name)

    def _time(self, text: str, now: datetime) -> datetime:
        try:
            # An unescaped + of a time zone arrives as a space.
            return times.parse_from(_PLUS_LOST.sub(r"\1+\2", text), now)
        except ValueError:
            raise self.wrong(
                "is not a time; use a form like 2026-11-22T05:10:42Z, 2026-11-22, 2h, 3d or yesterday"
            ) from None

    def _count(self, text: str) -> int:
        if not text.isascii() or not text.isdigit() or not 1 <= int(text[:9]) <= self.most:
            more = "; follow nextLink for more" if self.most == MAX_TOP else ""
            raise self.wrong(f"must be a whole number from 1 to {self.most}{more}")
        return int(text)

    def _choice(self, text: str) -> str:
        found = next((c for c in self.choices if c.lower() == text.lower()), None)
        if found is None:
            raise self.wrong(f"must be one of {', '.join(self.choices)}")
        return found


def parse_all(
    declared: tuple[Param, ...], query: Mapping[str, str], repeated: Collection[str] = ()
) -> dict[str, Value]:
    """Every value of a query string. A parameter that the operation does not have is an error, never ignored; so is
    one that is given more than once, since either value may be meant."""
    known = {param.name: param for param in declared}
    for name in query:
        if name not in known and name != FUNCTION_KEY:
            takes = f"the operation accepts {', '.join(known)}" if known else "the operation accepts none"
            raise BadRequest(
                f"Unknown query parameter '{name[:40]}'; {takes}.", code="UnknownParameter", target=name[:40]
            )
    for name in repeated:
        if name in known:
            raise known[name].wrong("is given more than once; specify one value")
    now = datetime.now(UTC)  # one for all: a window from 2h to 1h lasts an hour
    values = {name: known[name].parse(text, now) for name, text in query.items() if name in known}
    for param in declared:
        if param.required and param.name not in values:
            raise param.wrong("is missing")
    since, until = values.get("from"), values.get("to")
    if isinstance(since, datetime) and isinstance(until, datetime) and since > until:
        raise known["from"].wrong("is later than 'to'; swap them")
    return values
