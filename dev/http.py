"""The HTTP side of the development host: its guard, functions with an HTTP trigger, and `/admin`.

    guard (403) ─> body limit (413) ─> /admin: start a function now (202)
                                    └> route (404) ─> function ─> its answer, or 500

Function keys are not checked, as Core Tools does not check them. That leaves one danger: a page of another site, open
in the browser of whoever runs this. The guard refuses it on every path: names that are not this machine's (a site
that points its own name here could read everything) and requests from other sites that change something.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import azure.functions as func
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from dev import routes
from dev.functions import Function

BODY_LIMIT: Final = int(os.environ.get("FUNCTIONS_REQUEST_BODY_SIZE_LIMIT", "104857600"))
_OWN_HOST: Final = re.compile(r"(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?", re.IGNORECASE)
_OWN_ORIGIN: Final = re.compile(rf"https?://{_OWN_HOST.pattern}", re.IGNORECASE)
_SAFE: Final = {"GET", "HEAD", "OPTIONS"}
_CHUNK: Final = 1 << 20
_TEXT: Final = "text/plain; charset=utf-8"


def refusal(request: Request) -> str | None:
    """Why the guard refuses a request, or None."""
    if not _OWN_HOST.fullmatch(request.headers.get("Host", "")):
        return "This app responds only to the hosts 127.0.0.1, localhost and [::1]."
    if request.method in _SAFE:
        return None
    foreign = not _OWN_ORIGIN.fullmatch(request.headers.get("Origin", "http://localhost"))
    if foreign or request.headers.get("Sec-Fetch-Site") == "cross-site":
        return "Cross-site requests may not change anything."
    return None


def _body(request: Request) -> bytes | None:
    """The whole body, or None when it is over the limit. It is read to its end, else the caller sees a reset.

    One without a Content-Length is empty: the real host drops chunked bodies on their way to the worker.
    """
    kept, size = [], 0
    while chunk := request.stream.read(_CHUNK):
        size += len(chunk)
        if size <= BODY_LIMIT:
            kept.append(chunk)
    if "Transfer-Encoding" in request.headers:
        return b""
    return b"".join(kept) if size <= BODY_LIMIT else None


def _raw_uri(request: Request) -> str:
    return str(request.environ.get("REQUEST_URI") or request.path)


def _request(request: Request, parameters: Mapping[str, str], body: bytes) -> func.HttpRequest:
    # The host joins what is given more than once, in headers and in the query alike.
    # It drops what is given without a value.
    query = {name: ",".join(values) for name, values in request.args.lists() if any(values)}
    headers = {name: ",".join(request.headers.getlist(name)) for name in request.headers.keys()}  # noqa: SIM118
    url = f"http://{request.host}{_raw_uri(request)}"
    return func.HttpRequest(request.method, url, headers=headers, params=query, route_params=parameters, body=body)


def _answer(result: func.HttpResponse) -> Response:
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
        refused, body = refusal(request), _body(request)
        if refused:
            return Response(f"{refused}\n", status=403, content_type=_TEXT)
        if body is None:
            return Response(status=413)
        raw_path = _raw_uri(request).partition("?")[0]
        if raw_path.lower().startswith("/admin/"):
            return self._admin(request.method, raw_path, body)
        return self._function(request, raw_path, body)

    def _function(self, request: Request, raw_path: str, body: bytes) -> Response:
        found = routes.match(self._routes, request.method, raw_path)
        if found is None:
            return Response(status=404)
        function, parameters = found
        try:
            return _answer(function.invoke(_request(request, parameters, body)))
        except Exception:  # noqa: BLE001  the function failed and logged it; the caller learns no details
            return Response(status=500)

    def _admin(self, method: str, path: str, body: bytes) -> Response:
        if method != "POST" or not path.startswith("/admin/functions/"):
            return Response(status=404)
        try:
            given = json.loads(body or b"{}").get("input")
            self._start_now(path.removeprefix("/admin/functions/"), given)
        except KeyError:
            return Response(status=404)
        except (ValueError, AttributeError) as error:
            return Response(f"{error}\n", status=400, content_type=_TEXT)
        return Response(status=202)


class _QuietHandler(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing: the app's own messages are enough, and addresses may hold keys."""


def serve(app: Web, port: int) -> BaseWSGIServer:
    """A server on this machine's own address only; 0 is a free port."""
    return make_server("127.0.0.1", port, app, threaded=True, request_handler=_QuietHandler)
