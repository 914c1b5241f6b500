"""What is repeated, for how long, and what people are told when it does not help."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from azure.core.exceptions import (
    ClientAuthenticationError,
    HttpResponseError,
    ResourceNotFoundError,
    ServiceRequestError,
    ServiceResponseError,
)

from shared.core.errors import StorageUnavailable
from shared.storage.errors import ConditionFailed
from shared.storage.retry import Patience, call, race


def answered(status: int, headers: dict[str, str] | None = None, kind: type[Any] = HttpResponseError) -> Exception:
    response = SimpleNamespace(status_code=status, reason="", headers=headers or {})
    error: Exception = kind(message="from https://account/?sig=SECRET", response=response)
    return error


class Failing:
    """Raises these one after the other, then answers."""

    def __init__(self, *errors: Exception) -> None:
        self._errors = list(errors)
        self.calls = 0

    def __call__(self) -> str:
        self.calls += 1
        if self._errors:
            raise self._errors.pop(0)
        return "answer"


def no_sleep(_: float) -> None:
    return


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_a_passing_status_is_repeated(status: int) -> None:
    action = Failing(answered(status), answered(status))
    assert call(action, sleep=no_sleep) == "answer"
    assert action.calls == 3


@pytest.mark.parametrize("error", [ServiceRequestError("x"), ServiceResponseError("x"), ConnectionResetError()])
def test_a_broken_connection_is_repeated(error: Exception) -> None:
    assert call(Failing(error), sleep=no_sleep) == "answer"


@pytest.mark.parametrize("status", [400, 404, 409, 412, 413])
def test_a_final_answer_is_not_repeated(status: int) -> None:
    action = Failing(answered(status))
    with pytest.raises(HttpResponseError):
        call(action, sleep=no_sleep)
    assert action.calls == 1


def test_a_bug_is_not_repeated() -> None:
    with pytest.raises(ZeroDivisionError):
        call(Failing(ZeroDivisionError()), sleep=no_sleep)


@pytest.mark.parametrize(
    ("errors", "told"),
    [
        ([ServiceRequestError("https://account/?sig=SECRET")] * 5, "is not responding"),
        ([answered(503)] * 5, "is not responding (503)"),
        ([answered(403)], "denied access (403)"),
        ([answered(401, kind=ClientAuthenticationError)], "denied access (401)"),
    ],
)
def test_in_the_end_the_message_says_what_to_check_and_holds_no_address(errors: list[Exception], told: str) -> None:
    with pytest.raises(StorageUnavailable) as caught:
        call(Failing(*errors), sleep=no_sleep)
    assert told in caught.value.message
    assert "SECRET" not in caught.value.message


def test_the_service_says_how_long_to_wait() -> None:
    slept: list[float] = []
    call(Failing(answered(503, {"Retry-After": "3"})), sleep=slept.append)
    assert slept == [pytest.approx(3.0)]


def test_waits_beyond_the_patience_are_not_begun() -> None:
    slept: list[float] = []
    with pytest.raises(StorageUnavailable):
        call(Failing(*[answered(503, {"Retry-After": "60"})] * 5), sleep=slept.append)
    assert slept == []


def test_tries_are_bounded() -> None:
    action = Failing(*[answered(500)] * 9)
    with pytest.raises(StorageUnavailable):
        call(action, sleep=no_sleep, patience=Patience(tries=4))
    assert action.calls == 4


def test_not_found_is_an_answer() -> None:
    action: Callable[[], str] = Failing(answered(404, kind=ResourceNotFoundError))
    with pytest.raises(ResourceNotFoundError):
        call(action, sleep=no_sleep)


def test_a_lost_race_is_run_again_with_the_row_that_won() -> None:
    seen: list[object] = []
    slept: list[float] = []

    def action(row: dict[str, Any] | None) -> str:
        seen.append(row)
        if len(seen) < 4:
            raise ConditionFailed({"turn": len(seen)})
        return "won"

    assert race(action, sleep=slept.append) == "won"
    assert seen == [None, {"turn": 1}, {"turn": 2}, {"turn": 3}]
    assert len(slept) == 2, "the first refusal only says what is stored"


def test_races_are_bounded() -> None:
    action = Failing(*[ConditionFailed(None)] * 99)
    with pytest.raises(ConditionFailed):
        race(lambda _row: action(), sleep=no_sleep)
    assert action.calls == 10
