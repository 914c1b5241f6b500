"""Lists: `{"value": [...], "nextLink"}` or CSV, and links that repeat every filter but never a key."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from shared.core import times
from shared.web.csv_export import CONTENT_TYPE, csv_text
from shared.web.http import Answer, json_answer
from shared.web.merge_neighbours import merged
from shared.web.query_params import FUNCTION_KEY, Param

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from shared.index.pages import Page
    from shared.index.sighting_json import Shown
    from shared.web.operation import Call

TOP = Param("top", "Maximum number of items.", "count")
TOKEN = Param("token", "Continuation token, taken from nextLink.", max_length=4096)
FORMAT = Param("format", "Format of the response; also selected by Accept: text/csv.", "choice", ("json", "csv"))
PAGING = (TOP, TOKEN)
LIST = (*PAGING, FORMAT)


def list_answer(call: Call, items: Sequence[Mapping[str, Any]], token: str | None, columns: tuple[str, ...]) -> Answer:
    """A page of a list. The link to the next is absent on the last one; with CSV it stands in the header Link."""
    link = next_link(call, token) if token is not None else None
    if wants_csv(call):
        headers = {"Vary": "Accept", **({"Link": f'<{link}>; rel="next"'} if link else {})}
        return Answer(200, csv_text(columns, items).encode("utf-8", "replace"), headers, CONTENT_TYPE)
    body: dict[str, Any] = {"value": list(items)}
    if link is not None:
        body["nextLink"] = link
    return json_answer(body, headers={"Vary": "Accept"})


def shown_answer(call: Call, page: Page[Shown], columns: tuple[str, ...]) -> Answer:
    """The same of sightings as storage has them: their JSON goes into the answer as it is."""
    texts = merged(page.items)
    if wants_csv(call):
        return list_answer(call, [json.loads(text) for text in texts], page.token, columns)
    link = next_link(call, page.token) if page.token is not None else None
    end = f', "nextLink": {json.dumps(link)}}}' if link is not None else "}"
    return Answer(200, f'{{"value": [{", ".join(texts)}]{end}'.encode(), {"Vary": "Accept"})


def next_link(call: Call, token: str) -> str:
    """Relative to the host, so that it is right behind any gateway. A relative time becomes the moment that it meant:
    all pages are of one window."""
    query = {name: value for name, value in call.request.query.items() if name != FUNCTION_KEY}
    query |= {name: times.text(value) for name, value in call.values.items() if isinstance(value, datetime)}
    return f"{call.request.path}?{urlencode({**query, TOKEN.name: token})}"


def wants_csv(call: Call) -> bool:
    chosen = call.text(FORMAT.name)
    return chosen == "csv" if chosen else "text/csv" in call.request.headers.get("accept", "").lower()
