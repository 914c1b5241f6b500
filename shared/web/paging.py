"""Lists: `{"value": [...], "nextLink"}`, and links that repeat every filter but never a key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from shared.web.http import Answer, Request, json_answer
from shared.web.params import FUNCTION_KEY, Param

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

TOP = Param("top", "How many at most.", "count")
TOKEN = Param("token", "Where the next page begins: taken from nextLink, not made by hand.", max_length=4096)
PAGING = (TOP, TOKEN)


def list_answer(request: Request, items: Sequence[Mapping[str, Any]], token: str | None) -> Answer:
    """A page of a list; `nextLink` is absent on the last one."""
    body: dict[str, Any] = {"value": list(items)}
    if token is not None:
        body["nextLink"] = next_link(request, token)
    return json_answer(body)


def next_link(request: Request, token: str) -> str:
    """Relative to the host, so that it is right behind any gateway."""
    query = {name: value for name, value in request.query.items() if name != FUNCTION_KEY}
    return f"{request.path}?{urlencode({**query, TOKEN.name: token})}"
