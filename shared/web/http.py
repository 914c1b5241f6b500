"""Request and answer as plain values: everything behind `function_app.py` knows only these."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

JSON: Final = "application/json; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Request:
    """`params` are of the route and decoded; names of `headers` are lower case; `path` is as sent (percent-encoded)."""

    method: str
    path: str
    params: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)


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
