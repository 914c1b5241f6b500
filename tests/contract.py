"""Holds answers of the app against its OpenAPI document: status, content type, headers and schema.

In the document objects are open, because later versions may add fields. Here they are closed: a field that an answer
has and the document lacks is an error. `tests.webclient.ask` holds every answer of the whole test suite against it.
"""

from __future__ import annotations

import json
from copy import deepcopy
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator

from shared.web.http import Answer
from shared.web.openapi.document import document, path_of
from shared.web.operation import Operation
from shared.web.operations import OPERATIONS


def check(operation: Operation, answer: Answer, method: str = "") -> None:
    """Fail if the document does not promise this answer to `method` (default: that of the operation)."""
    path = document(OPERATIONS)["paths"][path_of(operation)]
    described = path[(method or operation.method).lower()]["responses"].get(str(answer.status))
    what = f"{operation.name} {answer.status}"
    assert described is not None, f"{what} is not in the document"
    kind = answer.content_type.partition(";")[0]
    if method == "HEAD":
        assert not answer.body, f"{what}: HEAD with a body"
        described = {**path["get"]["responses"][str(answer.status)], **described}
    assert kind in described["content"], f"{what}: {kind} is not in the document"
    assert "x-ms-request-id" in answer.headers
    told = {
        "content-type",
        "cache-control",
        "vary",
        "x-content-type-options",
        *map(str.lower, described["headers"]),
        "content-security-policy",
        "referrer-policy",
        "link",
    }
    assert {name.lower() for name in answer.headers} <= told, f"{what}: a header is not in the document"
    if kind == "application/json" and method != "HEAD":
        name = described["content"][kind]["schema"]["$ref"].rpartition("/")[2]
        wrong = next(iter(_validator(name).iter_errors(json.loads(answer.body))), None)
        assert wrong is None, f"{what} is no {name}: {wrong.json_path}: {wrong.message[:600]}"


@cache
def _validator(name: str) -> Draft202012Validator:
    components = deepcopy(document(OPERATIONS)["components"])
    _close(components["schemas"])
    whole = {"$ref": f"#/components/schemas/{name}", "components": components}
    return Draft202012Validator(whole, format_checker=Draft202012Validator.FORMAT_CHECKER)


def _close(node: Any) -> None:
    if isinstance(node, list):
        for inner in node:
            _close(inner)
    if isinstance(node, dict):
        for inner in list(node.values()):
            _close(inner)
        if node.get("type") == "object" and isinstance(node.get("properties"), dict):
            node.setdefault("additionalProperties", False)
