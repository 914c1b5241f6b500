"""Storage that is not there is 503 after some seconds, never a hang; what needs no storage still answers."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from shared.app.clients import SYNC_QUEUE, services
from tests.webclient import ask

A = "9c9145db22a4462db58835a1ff33d4a0"
NEEDS_STORAGE = [
    ("GET", f"/api/ids/{A}"),
    ("GET", "/api/ids/9c9145db"),
    ("GET", "/api/sessions"),
    ("GET", "/api/transcriptions?status=Failed"),
    ("GET", "/api/sources"),
    ("GET", "/api/sources/0123456789abcdef"),
    ("POST", "/api/sources/0123456789abcdef/replay"),
    ("PUT", "/api/uploads/sdk.log"),
    ("POST", "/api/resources/prod/sync"),
    ("GET", "/api/resources"),
    ("GET", f"/api/ids/{A}/case"),
    ("GET", f"/api/ids/{A}/note"),
    ("GET", f"/api/connection-ids/{A}"),
    ("GET", "/api/connection-ids"),
]


@pytest.fixture
def nobody(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A port that is taken but does not listen: every connection is refused at once."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{taken.getsockname()[1]}/account"
        parts = [f"{kind}Endpoint={address}" for kind in ("Blob", "Queue", "Table")]
        monkeypatch.setenv("AzureWebJobsStorage", ";".join(["AccountName=account", "AccountKey=c2VjcmV0", *parts]))
        monkeypatch.setenv("SPEECH_RESOURCES", '[{"name": "prod", "region": "westeurope"}]')
        yield


@pytest.fixture
def waited(nobody: None, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses between tries, noted instead of slept."""
    pauses: list[float] = []
    monkeypatch.setattr("time.sleep", pauses.append)
    app = services()
    app.sleep = pauses.append
    return pauses


@pytest.mark.parametrize(("method", "url"), NEEDS_STORAGE)
def test_it_is_503_after_a_few_seconds_of_trying(waited: list[float], method: str, url: str) -> None:
    given = ask(method, url, b"some log")
    assert (given.status, given.error["code"]) == (503, "StorageUnavailable")
    assert given.answer.headers["Retry-After"]
    assert "127.0.0.1" not in given.error["message"]
    assert sum(waited) <= 10


@pytest.mark.usefixtures("nobody")
@pytest.mark.parametrize(("method", "url"), [("GET", "/"), ("GET", "/api/health"), ("POST", "/api/extract")])
def test_what_needs_no_storage_answers(method: str, url: str) -> None:
    assert ask(method, url, b"some log").status == 200


@pytest.mark.usefixtures("nobody")
def test_what_is_wrong_with_the_request_is_told_without_asking_storage() -> None:
    assert ask("GET", "/api/ids/hello").status == 400
    assert ask("GET", "/api/sessions?top=0").status == 400
    assert ask("PUT", "/api/uploads/a/../b").status == 400
    assert ask("POST", "/api/resources/other/sync").status == 404


@pytest.mark.parametrize(("method", "url"), NEEDS_STORAGE)
def test_without_the_setting_the_answer_names_it(monkeypatch: pytest.MonkeyPatch, method: str, url: str) -> None:
    monkeypatch.setenv("SPEECH_RESOURCES", '[{"name": "prod", "region": "westeurope"}]')
    given = ask(method, url, b"some log")
    assert (given.status, given.error["code"], given.error["target"]) == (500, "SettingsInvalid", "AzureWebJobsStorage")
    assert "UseDevelopmentStorage=true" in given.error["message"]


# The tables SDK tests an XML element's truth value, which Python 3.12 and newer warn about.
@pytest.mark.filterwarnings("ignore:Testing an element's truth value:DeprecationWarning")
def test_a_wrong_key_is_told_from_storage_that_is_away(azurite: object, monkeypatch: pytest.MonkeyPatch) -> None:
    connection = str(getattr(azurite, "connection_string")).split(";")  # noqa: B009  the type is not ours
    wrong = [part if not part.startswith("AccountKey") else "AccountKey=d3Jvbmc=" for part in connection]
    monkeypatch.setenv("AzureWebJobsStorage", ";".join(wrong))
    for method, url in (("GET", f"/api/ids/{A}"), ("PUT", "/api/uploads/sdk.log")):
        given = ask(method, url, b"some log")
        assert given.status in (500, 503)
        assert "roles" in given.error["message"]
        assert "d3Jvbmc" not in given.error["message"]
    assert services().queue(SYNC_QUEUE).queue_name == SYNC_QUEUE
