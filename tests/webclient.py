"""Calls operations as the Functions host would: path to operation and route parameters, all values decoded once.

Every answer is held against the OpenAPI document.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from shared.web.http import Answer, Request
from shared.web.operation import Operation
from shared.web.operations import OPERATIONS
from shared.web.pipeline import answer
from tests import contract


@dataclass(frozen=True)
class Given:
    """An answer, and its body as JSON."""

    answer: Answer

    @property
    def status(self) -> int:
        return self.answer.status

    @property
    def json(self) -> Any:
        return json.loads(self.answer.body)

    @property
    def error(self) -> dict[str, Any]:
        body = self.json
        assert set(body) == {"error"}
        assert {"code", "message"} <= set(body["error"]) <= {"code", "message", "target"}
        assert self.answer.headers["x-ms-request-id"]
        found: dict[str, Any] = body["error"]
        return found

    @property
    def value(self) -> list[dict[str, Any]]:
        assert self.status == 200, self.json
        assert set(self.json) <= {"value", "nextLink"}
        found: list[dict[str, Any]] = self.json["value"]
        return found


@cache
def bound_functions() -> dict[str, Any]:
    """The functions of the app by name. azure-functions 2 lets an app be asked for them only once."""
    import function_app

    return {str(function.get_function_name()): function for function in function_app.app.get_functions()}


def ask(method: str, url: str, body: bytes = b"", headers: dict[str, str] | None = None) -> Given:
    parts = urlsplit(url)
    operation, params = _match(method, parts.path)
    query: dict[str, str] = {}
    for name, value in parse_qsl(parts.query, keep_blank_values=True):
        query[name] = f"{query[name]},{value}" if name in query else value  # as the host joins them
    request = Request.of(method, url, params, query, headers or {}, body)
    given = answer(operation, request)
    contract.check(operation, given, method)
    return Given(given)


def _match(method: str, path: str) -> tuple[Operation, dict[str, str]]:
    for operation in OPERATIONS:
        pattern = re.sub(r"\{\*(\w+)\}", r"(?P<\1>.*)", operation.route)
        pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", pattern)
        found = re.fullmatch("/" + pattern.lstrip("/"), path)
        if found and method in operation.methods:
            return operation, {name: _decoded(value) for name, value in found.groupdict().items()}
    raise AssertionError(f"no operation for {method} {path}")


def _decoded(text: str) -> str:
    """As the host does: all but the slash."""
    return "".join(
        part if part.lower() == "%2f" else unquote(part) for part in re.split("(%2f)", text, flags=re.IGNORECASE)
    )
