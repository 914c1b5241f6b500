"""Whatever happens behind an operation becomes an answer of one form, and says no secret."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from azure.core.exceptions import ClientAuthenticationError, HttpResponseError, ServiceRequestError

from shared.app.clients import Services
from shared.core import errors
from shared.web.http import Answer, Request, json_answer
from shared.web.operation import Call, Operation
from shared.web.pipeline import answer

SECRET = "AccountKey=0123456789"


def run(handler: Callable[[Call], Answer], **request: Any) -> Answer:
    operation = Operation("probe", "GET", "api/probe", "", handler)
    asked = replace(Request("GET", "/api/probe"), **request)
    return answer(operation, asked, services=lambda: Services({}), new_id=lambda: "request-1")


def raising(error: Exception) -> Callable[[Call], Answer]:
    def handler(call: Call) -> Answer:
        raise error

    return handler


def error_of(given: Answer) -> dict[str, Any]:
    body = json.loads(given.body)
    assert set(body) == {"error"}
    found: dict[str, Any] = body["error"]
    return found


def test_every_answer_has_its_request_id_and_is_not_sniffed() -> None:
    for given in (run(lambda call: json_answer({})), run(raising(errors.NotFound("no")))):
        assert given.headers["x-ms-request-id"] == "request-1"
        assert given.headers["X-Content-Type-Options"] == "nosniff"
        assert given.content_type.startswith("application/json")


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (errors.BadRequest("m", target="top"), 400, "BadRequest"),
        (errors.NotFound("m"), 404, "NotFound"),
        (errors.Conflict("m"), 409, "Conflict"),
        (errors.PreconditionFailed("m"), 412, "PreconditionFailed"),
        (errors.TooLarge("m"), 413, "ContentTooLarge"),
        (errors.UnsupportedMedia("m"), 415, "UnsupportedMediaType"),
        (errors.StorageUnavailable("m"), 503, "StorageUnavailable"),
        (errors.SettingsError("m"), 500, "SettingsInvalid"),
    ],
)
def test_an_error_of_the_app_has_its_own_status_and_code(error: errors.AppError, status: int, code: str) -> None:
    given = run(raising(error))
    assert (given.status, given.headers["x-ms-error-code"]) == (status, code)
    expected = {"code": code, "message": "m"} | ({"target": "top"} if error.target else {})
    assert error_of(given) == expected


def test_what_may_pass_says_when_to_ask_again() -> None:
    assert run(raising(errors.TryAgain("busy"))).headers["Retry-After"] == "5"


def test_an_unexpected_error_is_500_and_neither_answer_nor_log_repeats_it(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        given = run(raising(RuntimeError(SECRET)))
    assert given.status == 500
    assert error_of(given)["code"] == "InternalError"
    assert SECRET not in given.body.decode() + caplog.text
    assert '"type": "RuntimeError", "place": "test_web_pipeline.py:' in caplog.text
    assert "request-1" in caplog.text


@pytest.mark.parametrize(
    ("error", "status"),
    [(ServiceRequestError(SECRET), 503), (HttpResponseError(SECRET), 503), (ClientAuthenticationError(SECRET), 503)],
)
def test_errors_of_the_storage_sdks_are_translated(error: Exception, status: int) -> None:
    given = run(raising(error))
    assert given.status == status
    assert SECRET not in given.body.decode()


def test_a_refusing_storage_is_told_from_one_that_is_away() -> None:
    assert "roles" in error_of(run(raising(ClientAuthenticationError("x"))))["message"]


def test_unknown_parameters_are_refused_before_the_handler_runs() -> None:
    given = run(raising(AssertionError("handler ran")), query={"nonsense": "1"})
    assert given.status == 400
    assert error_of(given)["target"] == "nonsense"


def test_text_that_utf8_cannot_say_does_not_break_an_answer() -> None:
    given = run(lambda call: json_answer({"name": "half \ud83d pair"}))
    assert json.loads(given.body) == {"name": "half ? pair"}
