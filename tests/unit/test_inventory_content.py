"""Files of jobs are fetched from storage: without the key, without following anybody elsewhere, and never too much."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
import requests
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from shared.inventory.auth import KeyAuth
from shared.inventory.service_errors import Unavailable
from shared.inventory.timing import Timing
from shared.inventory.transport import Access, Transport
from tests.fakes.clock import StillClock

SIZE = 300_000


@contextmanager
def storage() -> Iterator[tuple[str, list[Request]]]:
    """A storage account with one file, a place that leads to it, and one that is busy."""
    asked: list[Request] = []

    @Request.application
    def answer(request: Request) -> Response:
        asked.append(request)
        if request.path == "/moved":
            return Response(status=302, headers={"Location": "/file"})
        return Response("x" * SIZE, 200) if request.path == "/file" else Response(status=int(request.path[1:]))

    server = make_server("127.0.0.1", 0, answer)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def transport() -> Iterator[Transport]:
    clock = StillClock()
    with requests.Session() as session:
        session.trust_env = False
        yield Transport(
            session,
            Access(KeyAuth("not-a-real-key-0000")),
            timing=Timing(clock, clock.sleep, lambda: 0.5),
            deadline=clock() + timedelta(minutes=10),
        )


def test_a_file_is_read_without_the_key(transport: Transport) -> None:
    with storage() as (url, asked):
        assert transport.fetch(f"{url}/file", SIZE) == b"x" * SIZE
    assert [request.path for request in asked] == ["/file"]
    assert not {"Ocp-Apim-Subscription-Key", "Authorization"} & set(asked[0].headers.keys())


def test_storage_that_leads_elsewhere_is_not_followed(transport: Transport) -> None:
    with storage() as (url, asked):
        assert transport.fetch(f"{url}/moved", SIZE) is None
    assert [request.path for request in asked] == ["/moved"]


def test_a_file_that_is_too_big_is_left_alone(transport: Transport) -> None:
    with storage() as (url, _asked):
        assert transport.fetch(f"{url}/file", SIZE - 1) is None


@pytest.mark.parametrize("status", [403, 404])
def test_a_file_that_is_refused_is_not_asked_for_again(transport: Transport, status: int) -> None:
    with storage() as (url, asked):
        assert transport.fetch(f"{url}/{status}", SIZE) is None
    assert len(asked) == 1


def test_storage_that_is_busy_is_told_from_one_that_refuses(transport: Transport) -> None:
    with storage() as (url, _asked), pytest.raises(Unavailable):
        transport.fetch(f"{url}/503", SIZE)
