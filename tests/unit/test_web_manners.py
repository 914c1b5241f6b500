"""What every operation does alike: refuse what it does not know, name the request, say what a body may be.

Nothing here needs storage: a request is checked before it is touched.
"""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest

from shared.web.operation import Operation
from shared.web.operations import OPERATIONS
from tests.webclient import Given, ask, bound_functions

each_operation = pytest.mark.parametrize("operation", OPERATIONS, ids=lambda o: o.name)
with_query = pytest.mark.parametrize("operation", [o for o in OPERATIONS if o.query], ids=lambda o: o.name)
BODIES = [o for o in OPERATIONS if o.body]
with_json = pytest.mark.parametrize("operation", [o for o in BODIES if o.body and o.body.fields], ids=lambda o: o.name)
with_file = pytest.mark.parametrize(
    "operation", [o for o in BODIES if o.body and not o.body.fields], ids=lambda o: o.name
)


def path(operation: Operation) -> str:
    examples = {param.name: param.example for param in operation.params}
    route = re.sub(r"\{\*?(\w+)\}", lambda m: quote(examples[m[1]]), operation.route)
    return "/" + route.lstrip("/")


def send(operation: Operation, query: str = "", body: bytes = b"", **headers: str) -> Given:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return ask(operation.method, path(operation) + query, body, sent)


@each_operation
def test_an_unknown_parameter_is_400_and_named(operation: Operation) -> None:
    given = send(operation, "?nope=1")
    assert (given.status, given.error["code"], given.error["target"]) == (400, "UnknownParameter", "nope")
    assert re.fullmatch(r"[0-9a-f-]{36}", given.answer.headers["x-ms-request-id"])
    assert given.answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("operation", [o for o in OPERATIONS if o.method == "GET"], ids=lambda o: o.name)
def test_head_is_get_without_the_body(operation: Operation) -> None:
    get, head = (ask(method, path(operation) + "?nope=1") for method in ("GET", "HEAD"))
    assert (head.status, head.answer.body) == (get.status, b"")
    assert set(head.answer.headers) == set(get.answer.headers)
    bound = {getattr(m, "value", m) for m in bound_functions()[operation.name].get_trigger().methods}
    assert bound == {"GET", "HEAD"}


@with_query
def test_a_repeated_parameter_is_400_since_nobody_can_say_which_was_meant(operation: Operation) -> None:
    name = operation.query[0].name
    given = send(operation, f"?{name}=a&{name}=b")
    assert (given.status, given.error["target"]) == (400, name)
    assert "more than once" in given.error["message"]


@with_query
def test_an_empty_parameter_is_400(operation: Operation) -> None:
    given = send(operation, f"?{operation.query[0].name}=")
    assert (given.status, given.error["target"]) == (400, operation.query[0].name)


def test_each_request_has_its_own_id_and_the_caller_s_is_not_taken() -> None:
    ids = {send(OPERATIONS[1], x_ms_request_id="mine").answer.headers["x-ms-request-id"] for _ in range(3)}
    assert len(ids) == 3
    assert "mine" not in ids


@with_json
def test_a_json_body_of_another_type_is_415_and_a_huge_one_413(operation: Operation) -> None:
    for headers in ({"content_type": "text/csv"}, {"content_type": "multipart/form-data; boundary=x"}):
        given = send(operation, body=b"{}", **headers)
        assert (given.status, given.error["target"]) == (415, "Content-Type")
    given = send(operation, body=b" " * 300_000, content_type="application/json")
    assert given.status == 413


@with_file
def test_a_file_in_a_form_or_an_unknown_coding_is_415(operation: Operation) -> None:
    assert send(operation, body=b"x", content_type="multipart/form-data; boundary=x").error["target"] == "Content-Type"
    given = send(operation, body=b"x", content_encoding="br")
    assert (given.status, given.error["target"]) == (415, "Content-Encoding")


@with_file
def test_a_file_over_the_limit_is_413_and_told_the_direct_way(
    operation: Operation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAX_UPLOAD_MIB", "1")
    given = send(operation, body=b"x" * (2**20 + 1))
    assert given.status == 413
    assert "container" in given.error["message"]


def test_a_repeated_parameter_is_seen_through_the_worker_s_objects_too() -> None:
    """The host joins the values by commas; only the URL tells."""
    import azure.functions as func

    url = "https://app.example/api/sessions?region=a&region=b&code=key"
    request = func.HttpRequest("GET", url, params={"region": "a,b", "code": "key"}, body=b"")
    given = bound_functions()["list_sessions"].get_user_function()(request)
    assert given.status_code == 400
    assert b"more than once" in given.get_body()


@pytest.mark.parametrize("url", ["http://[/api/health", "", "//x", "http://h/api/health?%zz=%ff&=&&", "http://h?x=1"])
def test_an_odd_url_is_no_reason_to_fail(url: str) -> None:
    """What the host makes of the caller's Host header and path."""
    import azure.functions as func

    given = bound_functions()["health"].get_user_function()(func.HttpRequest("GET", url, body=b""))
    assert given.status_code == 200
