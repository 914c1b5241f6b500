"""The HTTP side of the development host: functions with an HTTP trigger, and `/admin`.

Keys are not enforced, as Core Tools does not enforce them. The host's own answers (404, 413, 500) have no body.
`/admin` starts functions, so pages of other sites must not reach it: foreign Host and Origin headers are refused.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlsplit

import azure.functions as func
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from devhost import routes
from devhost.app import Function

BODY_LIMIT: Final = int(os.environ.get("FUNCTIONS_REQUEST_BODY_SIZE_LIMIT", "104857600"))
_OWN_NAMES: Final = {"127.0.0.1", "localhost", "::1"}
_CHUNK: Final = 1 << 20


class _QuietHandler(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing: the functions' own lines tell enough, and URLs may hold keys."""


def _is_own(origin: str) -> bool:
    try:
        return urlsplit(origin).hostname in _OWN_NAMES
    except ValueError:
        return False


def _body(request: Request) -> bytes | None:
    """The whole body, or None when it is over the limit. It is read to its end, else the caller sees a reset."""
    kept, size = [], 0
    while chunk := request.stream.read(_CHUNK):
        size += len(chunk)
        if size <= BODY_LIMIT:
            kept.append(chunk)
    return b"".join(kept) if size <= BODY_LIMIT else None


def _raw_uri(request: Request) -> str:
    return str(request.environ.get("REQUEST_URI") or request.path)


def _request(request: Request, parameters: Mapping[str, str], body: bytes) -> func.HttpRequest:
    # The host joins what stands there twice, in headers and in the query alike.
    query = {name: ",".join(values) for name, values in request.args.lists()}
    headers = {name: ",".join(request.headers.getlist(name)) for name in request.headers.keys()}  # noqa: SIM118
    url = f"http://{request.host}{_raw_uri(request)}"
    return func.HttpRequest(request.method, url, headers=headers, params=query, route_params=parameters, body=body)


def _answer(result: Any) -> Response:
    if result is None:
        return Response(status=204)
    if isinstance(result, str | bytes):
        return Response(result, content_type="text/plain; charset=utf-8")
    if not isinstance(result, func.HttpResponse):
        raise TypeError(f"an HTTP function returned {type(result).__name__}")
    response = Response(result.get_body(), status=result.status_code)
    response.headers.clear()
    text = result.mimetype.startswith("text/")
    response.headers["Content-Type"] = f"{result.mimetype}; charset={result.charset}" if text else result.mimetype
    for name in result.headers.keys():  # noqa: SIM118  iterating gives pairs
        response.headers.setlist(name, result.headers.getlist(name))
    return response


class Web:
    """The WSGI application. `start_now(name, input)` starts a function or raises KeyError, ValueError."""

    def __init__(
        self, functions: Sequence[Function], prefix: str, start_now: Callable[[str, str | None], None]
    ) -> None:
        self._routes = routes.table(functions, prefix)
        self._start_now = start_now

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        return self._handle(Request(environ))(environ, start_response)

    def _handle(self, request: Request) -> Response:
        raw_path = _raw_uri(request).split("?")[0]
        body = _body(request)
        if body is None:
            return Response(status=413)
        if raw_path.lower().startswith("/admin/"):
            return self._admin(request, raw_path, body)
        found = routes.match(self._routes, request.method, raw_path)
        if found is None:
            return Response(status=404)
        function, parameters = found
        try:
            return _answer(function.invoke(_request(request, parameters, body)))
        except Exception:  # noqa: BLE001  the function failed and logged it; the caller learns no details
            return Response(status=500)

    def _admin(self, request: Request, path: str, body: bytes) -> Response:
        origin = request.headers.get("Origin")
        if not _is_own(f"//{request.headers.get('Host', '')}") or (origin is not None and not _is_own(origin)):
            return Response(status=403)
        if (request.method, path) == ("GET", "/admin/host/status"):
            return Response('{"state": "Running"}', content_type="application/json")
        if request.method != "POST" or not path.startswith("/admin/functions/"):
            return Response(status=404)
        try:
            given = json.loads(body or b"{}").get("input")
            self._start_now(path.removeprefix("/admin/functions/"), given)
        except KeyError:
            return Response(status=404)
        except (ValueError, AttributeError) as error:
            return Response(f"{error}\n", status=400, content_type="text/plain; charset=utf-8")
        return Response(status=202)


def serve(app: Web, port: int) -> BaseWSGIServer:
    """A server on this machine's own address only; 0 is a free port."""
    return make_server("127.0.0.1", port, app, threaded=True, request_handler=_QuietHandler)
