"""Request and answer as plain values: everything behind `function_app.py` knows only these."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Self
from urllib.parse import parse_qsl

if TYPE_CHECKING:
    from collections.abc import Mapping

JSON: Final = "application/json; charset=utf-8"
# Path and query. urlsplit would raise on what a caller may send as Host.
_URL: Final = re.compile(r"(?:[a-zA-Z][a-zA-Z0-9+.-]*://[^/?#]*)?([^?#]*)(?:\?([^#]*))?")


@dataclass(frozen=True, slots=True)
class Request:
    """`params` are of the route and decoded; names of `headers` are lower case; `path` is as sent (percent-encoded).

    `repeated` are the query parameters that are given more than once, `empty` those without a value.
    """

    method: str
    path: str
    params: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)
    repeated: frozenset[str] = frozenset()
    empty: frozenset[str] = frozenset()

    @classmethod
    def of(
        cls,
        method: str,
        url: str,
        params: Mapping[str, str],
        query: Mapping[str, str],
        headers: Mapping[str, str],
        body: bytes,
    ) -> Self:
        """Of a whole URL: the host joins repeated parameters by commas and drops those without a value."""
        path, asked = found.groups() if (found := _URL.match(url)) else ("", "")
        times = Counter(name for name, _ in parse_qsl(asked or "", keep_blank_values=True))
        repeated = frozenset(name for name, count in times.items() if count > 1)
        return cls(method, path, params, query, headers, body, repeated, frozenset(times.keys() - query.keys()))


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes = field(default=b"", repr=False)
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = JSON


def json_answer(value: Mapping[str, Any], status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    """A JSON answer. Half a surrogate pair (logs hold such) becomes `?`, since UTF-8 cannot say it."""
    text = json.dumps(value, ensure_ascii=False, separators=(", ", ": "))
    return Answer(status, text.encode("utf-8", "replace"), headers or {})
