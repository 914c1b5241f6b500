"""Route templates, matched as the Functions host does it, which is not as most frameworks do.

The first function in alphabetical order whose template and method fit gets the request, however general its template
is. A wrong method is no match either, hence 404, not 405. `%2F` in a parameter is refused with 404.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

from devhost.app import AppError, Function

_PARAMETER = re.compile(r"\{(\*?)(\w+)(?::(\w+))?(\??)\}")
_CONSTRAINTS: Final = {
    "int": r"[+-]?\d+",
    "long": r"[+-]?\d+",
    "guid": r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}",
    "alpha": r"[a-z]+",
    "bool": r"true|false",
}


@dataclass(frozen=True, slots=True)
class Route:
    """A function with its compiled template. `methods` is empty when it takes all."""

    function: Function
    pattern: re.Pattern[str]
    methods: frozenset[str]


def _segment(text: str) -> tuple[str, bool]:
    """A regular expression of one segment of a template, and whether the segment may be absent."""
    match = _PARAMETER.fullmatch(text)
    if match is None:
        if "{" in text or "}" in text:
            raise AppError(f"devhost does not know the route segment {text!r}")
        return re.escape(text), False
    star, name, constraint, optional = match.groups()
    if constraint and constraint not in _CONSTRAINTS:
        raise AppError(f"devhost does not know the route constraint {constraint!r}")
    value = ".+" if star else _CONSTRAINTS.get(constraint or "", "[^/]+")
    return f"(?P<{name}>{value})", bool(star or optional)


def compile_template(template: str) -> re.Pattern[str]:
    """A regular expression for a still encoded path without its first slash; literals in any case."""
    pattern = ""
    for i, text in enumerate(s for s in template.split("/") if s):
        expression, absent = _segment(text)
        part = f"/{expression}" if i else expression
        pattern += f"(?:{part})?" if absent else part
    return re.compile(pattern + "/?", re.IGNORECASE)


def table(functions: Sequence[Function], prefix: str) -> list[Route]:
    """The routes of all HTTP functions, in the order they are tried."""
    routes = []
    for function in functions:
        if function.kind == "httpTrigger":
            template = f"{prefix}/{function.trigger.get('route') or function.name}"
            methods = frozenset(getattr(m, "value", m).upper() for m in function.trigger.get("methods") or ())
            routes.append(Route(function, compile_template(template), methods))
    return routes


def _decode(text: str) -> str:
    try:
        return unquote(text, errors="strict")
    except UnicodeDecodeError:
        return text  # the web server of the host leaves what is no UTF-8 as it came


def match(routes: Sequence[Route], method: str, raw_path: str) -> tuple[Function, dict[str, str]] | None:
    """The function for a request and its route parameters; None is a 404. `raw_path` is percent-encoded."""
    path = raw_path.removeprefix("/")
    for route in routes:
        found = route.pattern.fullmatch(path)
        if found and (not route.methods or method.upper() in route.methods):
            given = {name: value for name, value in found.groupdict().items() if value is not None}
            if any("%2f" in value.lower() for value in given.values()):
                return None
            return route.function, {name: _decode(value) for name, value in given.items()}
    return None
