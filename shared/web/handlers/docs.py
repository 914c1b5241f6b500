"""The description of the API: as an OpenAPI document, and as a page for people.

Both need no key: they say what the README says, and nothing of this app's data, settings or resources.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.web.http import Answer, json_answer

if TYPE_CHECKING:
    from shared.web.operation import Operation


def openapi(operations: tuple[Operation, ...]) -> Answer:
    from shared.web.openapi.document import document

    return json_answer(document(operations))


def docs(operations: tuple[Operation, ...]) -> Answer:
    from shared.web.handlers.public import page_headers
    from shared.web.openapi.html import page

    html = page(operations)
    return Answer(200, html.encode(), page_headers(html), "text/html; charset=utf-8")
