"""`function_app.py` between the worker's objects and ours: nothing is lost on either way."""

from __future__ import annotations

import json
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import azure.functions as func
import pytest

from tests.webclient import bound_functions

pytestmark = pytest.mark.usefixtures("app_settings")
Bound = Callable[[func.HttpRequest], func.HttpResponse]
A = "9c9145db22a4462db58835a1ff33d4a0"
LOG = f"[1]: 10ms SPX_TRACE_INFO: FireSessionStartedEvent: SessionId: {A}\n".encode()


@pytest.fixture(scope="module")
def functions() -> dict[str, Bound]:
    return {name: function.get_user_function() for name, function in bound_functions().items()}


def request(
    method: str, url: str, route: dict[str, str] | None = None, body: bytes = b"", **headers: str
) -> func.HttpRequest:
    query = {name: ",".join(values) for name, values in parse_qs(urlsplit(url).query).items()}
    return func.HttpRequest(method, url, headers=headers, params=query, route_params=route, body=body)


def test_an_upload_and_a_look_up(functions: dict[str, Bound]) -> None:
    put = functions["put_upload"]
    url = "https://app.example/api/uploads/a%20b.log"
    given = put(request("PUT", url, {"name": "a b.log"}, LOG))
    assert given.status_code == 201
    assert given.headers["ETag"]
    again = put(request("PUT", url, {"name": "a b.log"}, LOG, **{"If-Match": given.headers["ETag"]}))
    assert again.status_code == 201
    found = functions["get_id"](request("GET", f"https://app.example/api/ids/{A}", {"id": A}))
    assert json.loads(found.get_body())["id"] == A
    assert found.headers["Content-Type"] == "application/json; charset=utf-8"
    assert found.headers["x-ms-request-id"]


def test_links_are_relative_and_keep_the_path_as_it_was_sent(functions: dict[str, Bound]) -> None:
    body = LOG + LOG.replace(A.encode(), b"1" + A[1:].encode()) + LOG.replace(A.encode(), A[:-1].encode() + b"1")
    functions["put_upload"](request("PUT", "https://app.example/api/uploads/b.log", {"name": "b.log"}, body))
    url = "https://app.example/api/ids/9c9145db%2D22a4?top=1&code=key"
    given = functions["get_id"](request("GET", url, {"id": "9c9145db-22a4"}))
    link = json.loads(given.get_body())["nextLink"]
    assert link.startswith("/api/ids/9c9145db%2D22a4?top=1&token=")
    assert "key" not in link


def test_a_catch_all_without_a_value_is_an_empty_name(functions: dict[str, Bound]) -> None:
    given = functions["put_upload"](request("PUT", "https://app.example/api/uploads/", {}, LOG))
    assert given.status_code == 400


def test_the_page_is_html(functions: dict[str, Bound]) -> None:
    given = functions["page"](request("GET", "https://app.example/"))
    assert given.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "Content-Security-Policy" in given.headers
