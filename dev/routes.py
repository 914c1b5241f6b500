"""Route templates (`a/{id}`, `a/{*rest}`), matched as the Functions host matches them, unlike most frameworks.

The first function in alphabetical order whose template and method fit gets the request, however general its template
is. A wrong method is no match either, hence 404, not 405. `%2F` in a parameter stays that text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from dev.functions import AppError, Function

_SLASH = re.compile("(%2f)", re.IGNORECASE)
_PARAMETER = re.compile(r"\{(\*?)(\w+)\}")


@dataclass(frozen=True, slots=True)
class Route:
    """A function with its compiled template. `methods` is empty when it takes all."""

    function: Function
    pattern: re.Pattern[str]
    methods: frozenset[str]


def _segment(text: str) -> str:
    match = _PARAMETER.fullmatch(text)
    if match is None:
        if "{" in text:
            raise AppError(f"unsupported route segment {text!r}")
        return f"/{re.escape(text)}"
    rest, name = match.groups()
    return f"(?:/(?P<{name}>.+))?" if rest else f"/(?P<{name}>[^/]+)"


def compile_template(template: str) -> re.Pattern[str]:
    """A regular expression for a path that is still encoded; literals in any case."""
    segments = map(_segment, filter(None, template.split("/")))
    return re.compile("".join(segments) + "/?", re.IGNORECASE)


def table(functions: Sequence[Function], prefix: str) -> list[Route]:
    """The routes of all HTTP functions, in the order they are tried."""
    return [_route(function, prefix) for function in functions if function.kind == "httpTrigger"]


def _route(function: Function, prefix: str) -> Route:
    pattern = compile_template(f"{prefix}/{function.trigger.get('route') or function.name}")
    methods = (getattr(m, "value", m).upper() for m in function.trigger.get("methods") or ())
    return Route(function, pattern, frozenset(methods))


def match(routes: Sequence[Route], method: str, raw_path: str) -> tuple[Function, dict[str, str]] | None:
    """The function for a request and its route parameters; None is a 404. `raw_path` is percent-encoded."""
    for route in routes:
        found = route.pattern.fullmatch(raw_path)
        if found and (not route.methods or method.upper() in route.methods):
            given = {name: value for name, value in found.groupdict().items() if value is not None}
            return route.function, {name: _decode(value) for name, value in given.items()}
    return None


def _decode(text: str) -> str:
    try:
        return "".join(part if part.lower() == "%2f" else unquote(part, errors="strict") for part in _SLASH.split(text))
    except UnicodeDecodeError:
        return text  # the host's web server leaves what is not UTF-8 as it came
