"""The OpenAPI document, made from the table of operations: nothing in it is written twice, so it cannot drift."""

from __future__ import annotations

import re
from functools import cache
from http import HTTPStatus
from typing import Any, Final

from shared import __version__
from shared.core import times
from shared.web.json_body import MOST_BYTES, Field
from shared.web.openapi.schema import Schema, ref
from shared.web.openapi.schemas import all_schemas
from shared.web.operation import JSON_TYPE, Body, Header, Operation, Reply, RouteParam
from shared.web.query_params import Param

REQUEST_ID: Final = "x-ms-request-id"
_ALWAYS: Final = (400, 500)  # an unknown query parameter; a bug or an invalid setting
_HEADERS: Final[dict[str, str]] = {
    REQUEST_ID: "Identifies this request in the app's log.",
    "x-ms-error-code": "The `code` of the error.",
    "ETag": "The version that was stored.",
    "Location": "Where to find the result.",
    "Retry-After": "Seconds to wait before a retry.",
    "Link": "With CSV: the next page (rel=next), as nextLink in JSON.",
}
_KEY: Final = {
    "type": "apiKey",
    "in": "header",
    "name": "x-functions-key",
    "description": "A function key of the app. Not needed on a development machine.",
}
_INFO: Final = (
    "Finds and keeps the session and transcription IDs of Azure Speech to text, for support cases. Lists are "
    '`{"value": [...], "nextLink"}`, newest first; errors are `{"error": {"code", "message", "target"}}`, and the '
    "message says what to do. Every GET also accepts HEAD. An unknown query parameter, or one that is given more than "
    "once, is an error. The Functions host itself responds to a wrong path or method with 404 and to a wrong key with "
    "401, both without a body."
)


@cache
def document(operations: tuple[Operation, ...]) -> dict[str, Any]:
    """The whole document. Do not change what you get: it is kept."""
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        path, described = paths.setdefault(path_of(operation), {}), _operation(operation)
        path[operation.method.lower()] = described
        if "HEAD" in operation.methods:
            path["head"] = _head(described)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Speech ID Keeper", "version": __version__, "description": _INFO},
        "servers": [{"url": "/"}],
        "security": [{"key": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"key": _KEY},
            "headers": {name: {"description": text, "schema": {"type": "string"}} for name, text in _HEADERS.items()},
            "schemas": all_schemas(),
        },
    }


def path_of(operation: Operation) -> str:
    """`api/uploads/{*name}` -> `/api/uploads/{name}`"""
    return "/" + re.sub(r"\{\*?(\w+)\}", r"{\1}", operation.route).lstrip("/")


def statuses(operation: Operation) -> list[int]:
    """All that the app itself may answer."""
    return sorted({reply.status for reply in operation.replies} | set(_errors(operation)))


def _errors(operation: Operation) -> tuple[int, ...]:
    length = () if operation.body is None else (HTTPStatus.LENGTH_REQUIRED.value,)
    return (*_ALWAYS, *length, *operation.errors)


def _operation(operation: Operation) -> dict[str, Any]:
    described: dict[str, Any] = {"operationId": operation.name, "summary": operation.summary}
    parameters = [
        *map(_route_param, operation.params),
        *map(_query_param, operation.query),
        *map(_header_param, operation.headers),
    ]
    if parameters:
        described["parameters"] = parameters
    if operation.body is not None:
        described["requestBody"] = _body(operation.body)
    described["responses"] = {
        **{str(reply.status): _reply(reply) for reply in operation.replies},
        **{str(status): _error(status) for status in _errors(operation)},
    }
    if operation.anonymous:
        described["security"] = []
    else:
        described["responses"]["401"] = {
            "description": "Sent by the Functions host, without a body: the key is missing or wrong."
        }
    described["responses"] = dict(sorted(described["responses"].items()))
    return described


def _head(described: dict[str, Any]) -> dict[str, Any]:
    """HEAD beside a GET: the same without bodies."""
    responses = {
        status: {name: value for name, value in response.items() if name != "content"}
        for status, response in described["responses"].items()
    }
    name = f"{described['operationId']}_head"
    return {**described, "operationId": name, "summary": "As GET, without the body.", "responses": responses}


def _route_param(param: RouteParam) -> dict[str, Any]:
    schema: Schema = {"type": "string", "minLength": 1} | ({"pattern": param.pattern} if param.pattern else {})
    found = {"name": param.name, "in": "path", "required": True, "description": param.summary, "schema": schema}
    return found | ({"example": param.example} if param.example else {})


def _query_param(param: Param) -> dict[str, Any]:
    found = {"name": param.name, "in": "query", "description": param.summary, "schema": param_schema(param)}
    return found | ({"required": True} if param.required else {})


def _header_param(header: Header) -> dict[str, Any]:
    return {"name": header.name, "in": "header", "description": header.summary, "schema": {"type": "string"}}


def param_schema(param: Param) -> Schema:
    """What `Param.parse` takes."""
    match param.kind:
        case "count":
            return {"type": "integer", "minimum": 1, "maximum": param.most, "default": param.default}
        case "choice":
            return {"type": "string", "enum": list(param.choices)}
        case "time":
            relative = {"type": "string", "pattern": f"^({times.RELATIVE})$"}
            return {"anyOf": [{"type": "string", "format": "date-time"}, relative]}
    return {"type": "string", "minLength": 1, "maxLength": param.max_length}


def field_schema(field: Field) -> Schema:
    """What `Field.parse` takes. null stands for "not given"."""
    schema: Schema
    match field.kind:
        case "count":
            schema = {"type": "integer", "minimum": 1, "maximum": field.most}
        case "texts":
            schema = {
                "type": "array",
                "minItems": 1,
                "maxItems": field.most,
                "items": {"type": "string", "maxLength": 512},
            }
        case _:
            schema = {"type": "string", "maxLength": field.most}
    if not field.required:
        schema["type"] = [schema["type"], "null"]
    return {**schema, "description": field.summary}


def _body(body: Body) -> dict[str, Any]:
    if not body.fields:
        content: dict[str, Any] = {"application/octet-stream": {}}
        return {"description": body.summary, "required": False, "content": content}
    schema: Schema = {
        "type": "object",
        "properties": {f.name: field_schema(f) for f in body.fields},
        "additionalProperties": False,
    }
    if required := [f.name for f in body.fields if f.required]:
        schema["required"] = required
    media = {"schema": schema} | ({"example": dict(body.example)} if body.example else {})
    types = {JSON_TYPE: media} | ({"text/plain": {"schema": {"type": "string", "minLength": 1}}} if body.text else {})
    told = f"{body.summary} At most {MOST_BYTES // 1024} KiB."
    return {"description": told, "required": body.required, "content": types}


def _reply(reply: Reply) -> dict[str, Any]:
    content = {kind: {"schema": ref(reply.schema) if kind == JSON_TYPE else {"type": "string"}} for kind in reply.types}
    return {"description": reply.summary, "headers": _headers(REQUEST_ID, *reply.headers), "content": content}


def _error(status: int) -> dict[str, Any]:
    names = (REQUEST_ID, "x-ms-error-code", *(("Retry-After",) if status == HTTPStatus.SERVICE_UNAVAILABLE else ()))
    content = {JSON_TYPE: {"schema": ref("Error")}}
    return {"description": _MEANINGS[status], "headers": _headers(*names), "content": content}


def _headers(*names: str) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


_MEANINGS: Final = {
    400: "A parameter or the body is invalid or unknown.",
    404: "Not found; the message says what was searched.",
    409: "The item already exists, or no longer exists.",
    411: "The request has no Content-Length, so the Functions host would drop its body.",
    412: "The version does not match If-Match.",
    413: "The body is too large; the message says how to process a larger file.",
    415: "The content type of the body is not supported.",
    500: "A setting is invalid (the message names it), or an internal error occurred.",
    503: "Storage is not responding, or too many large bodies are being processed. Retry after Retry-After seconds.",
}
