"""The app behind real HTTP, in this process: what the Functions host does for a request, and no more.

A wrong path or method gets a 404 without a body. Every answer is held against the OpenAPI document. `seen` are the
headers of all requests; `canned` is answered in place of the app.
"""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

from shared.web.http import Answer
from tests.webclient import ask


class AppServer:
    """A context manager; `url` is where it answers."""

    def __init__(self, canned: Answer | None = None) -> None:
        self.canned = canned
        self.seen: list[tuple[str, dict[str, str]]] = []
        self.failures: list[BaseException] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def handle_any(self) -> None:
                answer = outer._answer(self)
                self.send_response_only(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(answer.body)))
                self.end_headers()
                self.wfile.write(answer.body)

            do_GET = do_HEAD = do_PUT = do_POST = handle_any  # noqa: N815  names of http.server

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the same
                """Nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        assert self.failures == []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def _answer(self, request: BaseHTTPRequestHandler) -> Answer:
        headers = {name.lower(): value for name, value in request.headers.items()}
        body = request.rfile.read(int(headers.get("content-length", "0")))
        self.seen.append((f"{request.command} {request.path}", headers))
        if self.canned is not None:
            return self.canned
        try:
            return ask(request.command, request.path, body, headers).answer
        except AssertionError as error:
            if "no operation for" not in str(error):
                self.failures.append(error)
            return Answer(404)
