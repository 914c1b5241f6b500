"""A fake Speech service: the Speech to text REST API over real HTTP, stateful, with faults on demand.

Every list operation with `skip`, `top` and `filter`, GET by ID, files and reports with content URLs, submit and delete,
the time to live, 100 requests per 10 seconds, and the error bodies. It is a stand-in made from the API's documents,
never compared with the live service.

    python -m tests.fakes.speech --port 7081 --demo
"""

from __future__ import annotations

import json
import random
import socket
import struct
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, unquote

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from shared.core import ids
from tests.fakes import speech_shapes
from tests.fakes.speech_faults import REPLACING, Fault, FaultPlan
from tests.fakes.speech_filter import PROPERTIES
from tests.fakes.speech_pages import DEFAULT_TOP, BadQuery, checked_filter, page_body, spoil, whole
from tests.fakes.speech_state import FINAL, Entity, SpeechState

KEY = "not-a-real-key-0000"
_MESSAGES = {
    "401": (401, "The request is not authorized."),
    "403": (403, "The caller has no permission for this operation."),
    "404": (404, "The specified entity cannot be found."),
    "500": (500, "Something went wrong."),
    "503": (503, "The service is not available right now."),
}
_ACCESS_DENIED = (
    "Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for an "
    "active subscription and use a correct regional API endpoint."
)
_GATEWAY = {
    "401-gateway": (401, _ACCESS_DENIED),
    "403-domain": (403, "Please provide a custom subdomain for token authentication, otherwise API key is required."),
}


class _Handler(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def send_response(self, code: int, message: str | None = None) -> None:
        self.send_response_only(code, message)  # the Date is the fake's own, see `_app`

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 - the name is werkzeug's
        """Tests stay quiet."""


class FakeSpeech:
    """`with FakeSpeech(clock) as fake:`, then `fake.endpoint`, `fake.state`, `fake.faults`, `fake.requests`."""

    def __init__(
        self,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        *,
        key: str = KEY,
        port: int = 0,
        quota: int | None = 100,
        page: int = DEFAULT_TOP,
        prefix: str = "",
        token: str | None = None,
    ) -> None:
        self.clock, self.key, self.token, self.quota, self.prefix = clock, key, token, quota, prefix
        self.page = page  # the most entities in one page
        self.state = SpeechState(clock)
        self.faults = FaultPlan()
        self.requests: Counter[str] = Counter()  # by operation: "list transcriptions", "get transcriptions", ...
        self.log: list[str] = []  # path and query of each request, in order
        self.content_base: str | None = None  # where content URLs point to, if not here
        self.keys_leaked = 0  # content requests that carried a key or a token
        self.after_list: Callable[[int], object] = lambda _count: None  # runs after each page, before the next
        self._listed: int | None = None
        self._recent: deque[datetime] = deque()
        self._last_page: dict[str, dict[str, Any]] = {}
        self._lock = threading.RLock()
        self._server: BaseWSGIServer = make_server(
            "127.0.0.1", port, self._app, threaded=True, request_handler=_Handler
        )
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.01,), name="fake-speech", daemon=True
        )
        self.endpoint = f"http://127.0.0.1:{self._server.server_port}{prefix}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    # --- one request

    def _app(self, environ: Any, start: Any) -> Iterable[bytes]:
        request = Request(environ)
        # one request at a time: a client that pages sees the state between two of its requests, never a torn one
        with self._lock:
            self._listed = None
            answer, fault = self._answer(request)
            listed = self._listed
        if listed is not None:
            self.after_list(listed)
        if fault is not None and fault.kind == "slow":
            if callable(fault.value):
                fault.value()  # time passes on a clock of the test
            else:
                time.sleep(fault.value or 0.05)
            self.faults.count("slow")
        if fault is not None and fault.kind in ("reset", "half"):
            self.faults.count(fault.kind)
            return self._broken(fault.kind, answer, environ, start)
        moment = self.clock() + (fault.value if fault is not None and fault.kind == "skew" else timedelta(0))
        answer.headers["Date"] = format_datetime(moment, usegmt=True)
        return answer(environ, start)

    def _broken(self, kind: str, answer: Response, environ: Any, start: Any) -> Iterable[bytes]:
        if kind == "reset":
            connection: socket.socket = environ["werkzeug.socket"]
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            connection.close()
            return []
        data = answer.get_data()
        headers = {"Content-Type": "application/json", "Content-Length": str(len(data)), "Connection": "close"}
        start("200 OK", list(headers.items()))
        return [data[: len(data) // 2]]

    def _answer(self, request: Request) -> tuple[Response, Fault | None]:
        path = unquote(request.environ.get("PATH_INFO", "/"))
        query = request.query_string.decode()
        self.log.append(path + (f"?{query}" if query else ""))
        if path.startswith("/_fake/counters"):
            return self._json(200, {"requests": self.requests, "faults": self.faults.happened}), None
        if path.startswith(f"{self.prefix}/content/"):
            return self._content(request, path), None
        fault = self.faults.take(self.log[-1])
        if fault is not None and fault.kind in REPLACING - {"reset", "half"}:
            self.faults.count(fault.kind)
            return self._replaced(fault), fault
        refusal = self._refusal(request)
        if refusal is not None:
            return refusal, None
        try:
            return self._route(request, path, dict(parse_qsl(query)), fault), fault
        except BadQuery as error:
            return self._json(400, speech_shapes.error_json(400, str(error), error.code)), None

    def _refusal(self, request: Request) -> Response | None:
        """Wrong key or token, and the quota of the resource."""
        bearer = request.headers.get("Authorization", "")
        if request.headers.get("Ocp-Apim-Subscription-Key") != self.key and (
            self.token is None or bearer != f"Bearer {self.token}"
        ):
            self.requests["refused 401"] += 1
            return self._json(401, speech_shapes.gateway_json(*_GATEWAY["401-gateway"]))
        now = self.clock()
        while self._recent and self._recent[0] <= now - timedelta(seconds=10):
            self._recent.popleft()
        if self.quota is not None and len(self._recent) >= self.quota:
            self.requests["refused 429"] += 1
            wait = 10 - (now - self._recent[0]).total_seconds()
            return self._json(
                429, speech_shapes.error_json(429, "Too many requests."), {"Retry-After": str(int(wait) + 1)}
            )
        self._recent.append(now)
        return None

    def _replaced(self, fault: Fault) -> Response:
        kind, wait = fault.kind, fault.value
        if kind in _GATEWAY:
            return self._json(_GATEWAY[kind][0], speech_shapes.gateway_json(*_GATEWAY[kind]))
        if kind.startswith("429"):
            headers = {}
            if kind == "429":
                headers = {"Retry-After": str(wait or 3)}
            elif kind == "429-date":
                headers = {"Retry-After": format_datetime(self.clock() + timedelta(seconds=wait or 3), usegmt=True)}
            return self._json(429, speech_shapes.error_json(429, "Too many requests."), headers)
        if kind == "400-f0":
            text = "Only Standard subscriptions for the region of the called service are valid."
            return self._json(400, speech_shapes.error_json(400, text, "InvalidSubscription"))
        if kind == "400-version":
            return self._json(
                400, speech_shapes.error_json(400, "The requested API version is not supported (retired).")
            )
        if kind == "302":
            return self._json(302, {}, {"Location": wait or "https://evil.example/login"})
        if kind == "not-json":
            return Response("<html>proxy</html>", 200, mimetype="text/html")
        return self._json(_MESSAGES[kind][0], speech_shapes.error_json(*_MESSAGES[kind]))

    @staticmethod
    def _json(status: int, body: Any, headers: dict[str, str] | None = None) -> Response:
        return Response(json.dumps(body), status, headers=headers, mimetype="application/json")

    # --- operations

    def _route(self, request: Request, path: str, query: dict[str, str], fault: Fault | None) -> Response:
        address, rest = self._version(path, query)
        if address is None:
            text = "The requested API version is not supported."
            return self._json(400, speech_shapes.error_json(400, text, "InvalidParameterValue"))
        if request.method == "POST" and rest in ("transcriptions:submit", "transcriptions"):
            return self._submit(request, address)
        name, _, tail = rest.partition("/")
        if name == "models" and tail.split("/")[0] == "base":
            name, tail = "models/base", tail.partition("/")[2]
        known = name in PROPERTIES and name != "files" and not (name == "projects" and address.version == "2024-11-15")
        if known and request.method == "DELETE":
            self.requests[f"delete {name}"] += 1
            self.state.delete(tail.lower())
            return Response(status=204)
        if known and request.method == "GET":
            if not tail:
                return self._list(name, address, query, fault)
            return self._one(name, tail, address, query)
        self.requests["unknown path"] += 1
        return self._json(404, speech_shapes.error_json(404, "Resource not found."))

    def _version(self, path: str, query: dict[str, str]) -> tuple[speech_shapes.Address | None, str]:
        base = f"http://127.0.0.1:{self._server.server_port}{self.prefix}"
        _, _, rest = path.partition(f"{self.prefix}/speechtotext/")
        first, _, tail = rest.partition("/")
        if first in speech_shapes.PATH_VERSIONS:
            return speech_shapes.Address(base, first), tail
        version = query.get("api-version", "")
        return (speech_shapes.Address(base, version) if version in speech_shapes.QUERY_VERSIONS else None), rest

    def _list(self, name: str, address: speech_shapes.Address, query: dict[str, str], fault: Fault | None) -> Response:
        self.requests[f"list {name}"] += 1
        skip, top = whole(query, "skip", 0), min(whole(query, "top", DEFAULT_TOP), self.page)
        found: list[Entity] = self.state.all(name)
        if fault is not None and fault.kind == "shuffle":
            before, found = found, random.Random(fault.value or len(self.log)).sample(found, len(found))
            if found != before:
                self.faults.count("shuffle")
        if "filter" in query:
            check = checked_filter(query["filter"], PROPERTIES[name])
            found = [e for e in found if check(speech_shapes.Filterable(e, address))]
        values = [speech_shapes.entity_json(e, address) for e in found[skip : skip + top]]
        body = page_body(values, skip=skip, top=top, total=len(found), address=address, path=name, query=query)
        last = self._last_page.get(name)
        if fault is not None:
            body = spoil(body, fault, self.faults, url=address(name, "skip=0&top=1"), last=last)
            if fault.kind == "skew":
                self.faults.count("skew")
        self._last_page[name] = json.loads(json.dumps(body))  # as it was served
        answer = self._json(200, body, {"Retry-After": "60"} if name == "transcriptions" else None)
        self._listed = self.requests[f"list {name}"]
        return answer

    def _one(self, name: str, tail: str, address: speech_shapes.Address, query: dict[str, str]) -> Response:
        key, _, below = tail.partition("/")
        self.requests[f"{below.split('/')[0] or 'get'} {name}"] += 1
        entity = self.state.get(name, key) if ids.digits(key) else None
        if entity is None:
            return self._json(404, speech_shapes.error_json(404, "The specified entity cannot be found."))
        if not below:
            return self._json(200, speech_shapes.entity_json(entity, address))
        files = speech_shapes.files_json(entity, address, self.content_base) if entity.status in FINAL else []
        if below == "files":
            if "filter" in query:
                check = checked_filter(query["filter"], PROPERTIES["files"])
                files = [f for f in files if check(f)]
            skip, top = whole(query, "skip", 0), min(whole(query, "top", DEFAULT_TOP), self.page)
            path, part = f"{name}/{key}/files", files[skip : skip + top]
            return self._json(
                200, page_body(part, skip=skip, top=top, total=len(files), address=address, path=path, query=query)
            )
        one = next((f for f in files if f["self"].split("?")[0].endswith(below)), None)
        return (
            self._json(200, one) if one else self._json(404, speech_shapes.error_json(404, "The file cannot be found."))
        )

    def _submit(self, request: Request, address: speech_shapes.Address) -> Response:
        self.requests["submit transcriptions"] += 1
        body = request.get_json(silent=True) or {}
        hours = body.get("properties", {}).get("timeToLiveHours")
        complete = hours is not None or address.version.startswith("v")
        if not body.get("displayName") or not body.get("locale") or not complete:
            text = "displayName, locale and timeToLiveHours are required."
            return self._json(400, speech_shapes.error_json(400, text, "InvalidPayload"))
        entity = self.state.add(name=body["displayName"], locale=body["locale"], ttl_hours=hours)
        made = speech_shapes.entity_json(entity, address)
        return self._json(201, made, {"Location": made["self"]})

    def _content(self, request: Request, path: str) -> Response:
        self.requests["content"] += 1
        self.keys_leaked += "Ocp-Apim-Subscription-Key" in request.headers or "Authorization" in request.headers
        _, _, rest = path.partition("/content/")
        key, _, name = rest.partition("/")
        fault = self.faults.take(self.log[-1])
        entity = self.state.get("transcriptions", key)
        if fault is not None or entity is None or name != "report.json":
            if fault is not None:
                self.faults.count(fault.kind)
            if fault is not None and fault.kind in ("500", "503"):
                return Response("<Error><Code>ServerBusy</Code></Error>", int(fault.kind), mimetype="application/xml")
            return Response("<Error><Code>BlobNotFound</Code></Error>", 404, mimetype="application/xml")
        return self._json(200, speech_shapes.report_json(entity))


if __name__ == "__main__":
    from tests.fakes.speech_main import main

    main()
