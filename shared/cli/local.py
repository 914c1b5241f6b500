"""The app in this process, straight on its storage: the same checks, the same handlers, the same JSON."""

from __future__ import annotations

import os
from collections.abc import Mapping
from types import TracebackType
from typing import Self

from shared.app.clients import Services
from shared.cli.client import Reply, operation, path
from shared.web.http import Request
from shared.web.pipeline import answer


class Local:
    """Works with the settings in the environment."""

    def __init__(self) -> None:
        self.app = Services(os.environ)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.app.close()

    def call(
        self,
        name: str,
        *,
        params: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        called = operation(name)
        sent = {name.lower(): value for name, value in (headers or {}).items()}
        request = Request(called.method, path(called, params or {}), params or {}, query or {}, sent, body)
        given = answer(called, request, services=lambda: self.app)
        return Reply(given.status, given.body, {n.lower(): v for n, v in given.headers.items()})
