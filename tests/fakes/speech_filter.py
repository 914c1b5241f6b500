"""The `filter` expressions that the Speech to text REST API documents: comparisons, and, or, not, parentheses.

`eq` and `ne` work on every property of the kind, `gt ge lt le` on dates only; strings stand in single quotes (doubled
inside), dates bare: `lastActionDateTime ge 2026-04-01T00:00:00Z and not status eq 'Failed'`.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from shared.core import times

Check = Callable[[Mapping[str, Any]], bool]
_TOKEN = re.compile(r"\s*(?:(?P<string>'(?:[^']|'')*')|(?P<mark>[()])|(?P<word>[^\s()']+))")
_OPERATORS: Final = {
    "eq": operator.eq,
    "ne": operator.ne,
    "gt": operator.gt,
    "ge": operator.ge,
    "lt": operator.lt,
    "le": operator.le,
}
DATES: Final = frozenset({"createdDateTime", "lastActionDateTime"})
_COMMON = frozenset({"displayName", "description", "createdDateTime", "locale"})
_STATEFUL = _COMMON | {"lastActionDateTime", "status"}
PROPERTIES: Final[dict[str, frozenset[str]]] = {
    "transcriptions": _STATEFUL,
    "models": _STATEFUL,
    "models/base": _STATEFUL,
    "endpoints": _STATEFUL,
    "evaluations": _STATEFUL,
    "datasets": _STATEFUL | {"kind"},
    "projects": _COMMON | {"foundryProjectName"},
    "webhooks": (_STATEFUL - {"locale"}) | {"webUrl"},
    "files": frozenset({"name", "createdDateTime", "kind"}),
}


class FilterError(ValueError):
    """The expression is not one that the service takes."""


def parse_filter(expression: str, properties: frozenset[str]) -> Check:
    """A function that says whether an entity (its JSON form) passes."""
    parser = _Parser(_tokens(expression), properties)
    check = parser.either()
    parser.end()
    return check


def _tokens(expression: str) -> list[str]:
    found, at = [], 0
    while expression[at:].strip():
        m = _TOKEN.match(expression, at)
        if m is None:
            raise FilterError(f"unexpected text at {at}")
        found.append(m[0].strip())
        at = m.end()
    return found


class _Parser:
    """Recursive descent; `not` binds tightest, then `and`, then `or`."""

    def __init__(self, tokens: list[str], properties: frozenset[str]) -> None:
        self._tokens, self._at, self._properties = tokens, 0, properties

    def _peek(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _next(self) -> str:
        token = self._peek()
        self._at += 1
        if not token:
            raise FilterError("the expression ends too early")
        return token

    def end(self) -> None:
        if self._peek():
            raise FilterError(f"unexpected {self._peek()!r}")

    def either(self) -> Check:
        checks = [self._all()]
        while self._peek() == "or":
            self._next()
            checks.append(self._all())
        return checks[0] if len(checks) == 1 else lambda entity: any(check(entity) for check in checks)

    def _all(self) -> Check:
        checks = [self._one()]
        while self._peek() == "and":
            self._next()
            checks.append(self._one())
        return checks[0] if len(checks) == 1 else lambda entity: all(check(entity) for check in checks)

    def _one(self) -> Check:
        if self._peek() == "not":
            self._next()
            inner = self._one()
            return lambda entity: not inner(entity)
        if self._peek() == "(":
            self._next()
            inner = self.either()
            if self._next() != ")":
                raise FilterError("a parenthesis is not closed")
            return inner
        return self._comparison()

    def _comparison(self) -> Check:
        name, sign, literal = self._next(), self._next(), self._next()
        if name not in self._properties:
            raise FilterError(f"{name!r} cannot be filtered on")
        if sign not in _OPERATORS or (sign not in ("eq", "ne") and name not in DATES):
            raise FilterError(f"{sign!r} does not work on {name}")
        compare: Callable[[Any, Any], bool] = _OPERATORS[sign]
        wanted = _literal(name, literal)
        if name in DATES:
            return lambda entity: compare(_moment(entity.get(name, "1970-01-01")), wanted)
        equal = sign == "eq"
        return lambda entity: (entity.get(name) == wanted) is equal


def _moment(value: Any) -> datetime:
    return value if isinstance(value, datetime) else times.parse(str(value))


def _literal(name: str, literal: str) -> Any:
    if name in DATES:
        if literal.startswith("'"):
            raise FilterError("dates stand without quotes")
        try:
            return times.parse(literal)
        except ValueError:
            raise FilterError(f"{literal!r} is no date") from None
    if not literal.startswith("'"):
        raise FilterError("text stands in single quotes")
    return literal[1:-1].replace("''", "'")
