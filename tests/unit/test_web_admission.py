"""Few heavy calls run at once; one too many is refused at once, and nothing else is held up."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from shared.app.clients import Services
from shared.web.admission import AT_ONCE, SMALL
from shared.web.http import Answer, Request, json_answer
from shared.web.operation import Call, Operation
from shared.web.operations import OPERATIONS
from shared.web.pipeline import answer
from tests.webclient import Given

HEAVY = [operation for operation in OPERATIONS if operation.heavy]
LARGE, FITTING = b"x" * (SMALL + 1), b"x" * SMALL


def call(operation: Operation, body: bytes = LARGE) -> Given:
    return Given(answer(operation, Request(operation.method, "/", body=body), services=lambda: Services({})))


class Held:
    """Calls of an operation that do not end before they are let go."""

    def __init__(self, operation: Operation) -> None:
        self.operation = replace(operation, handler=self._hold)
        self._in_work = threading.Semaphore(0)
        self._may_end = threading.Event()
        self._threads = [threading.Thread(target=call, args=(self.operation,)) for _ in range(AT_ONCE)]

    def _hold(self, _: Call) -> Answer:
        self._in_work.release()
        self._may_end.wait(60)
        return json_answer({})

    def __enter__(self) -> None:
        for thread in self._threads:
            thread.start()
            assert self._in_work.acquire(timeout=60)

    def __exit__(self, *_: object) -> None:
        self._may_end.set()
        for thread in self._threads:
            thread.join()


def at_once(operation: Operation) -> Operation:
    return replace(operation, handler=lambda _: json_answer({}))


def test_what_reads_a_file_is_heavy() -> None:
    assert {o.name for o in HEAVY} == {"extract", "put_upload", "replay_source"}
    assert {o.name for o in OPERATIONS if o.body and not o.body.fields} <= {o.name for o in HEAVY}


@pytest.mark.parametrize("holder", HEAVY, ids=lambda o: o.name)
@pytest.mark.parametrize("operation", HEAVY, ids=lambda o: o.name)
def test_one_too_many_is_503_with_retry_after_and_the_next_one_is_taken(
    holder: Operation, operation: Operation
) -> None:
    with Held(holder):
        given = call(at_once(operation))
        assert (given.status, given.error["code"]) == (503, "Busy")
        assert int(given.answer.headers["Retry-After"]) > 0
        assert 503 in operation.errors
    assert call(at_once(operation)).status == 200


def test_small_bodies_and_light_calls_are_never_refused() -> None:
    with Held(HEAVY[0]):
        for operation in OPERATIONS:
            if not operation.heavy or operation.body:
                assert call(at_once(operation), FITTING).status != 503


def test_a_call_that_fails_gives_its_place_back() -> None:
    def fail(_: Call) -> Answer:
        raise RuntimeError("made up")

    for _ in range(AT_ONCE + 1):
        assert call(replace(HEAVY[0], handler=fail)).status == 500
