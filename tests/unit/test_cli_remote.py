"""A deployed app from the terminal: the key goes nowhere else, and what goes wrong is told in a sentence."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.cli import main
from shared.cli.remote import Remote
from shared.core.errors import Busy, StorageUnavailable
from shared.web.http import Answer
from shared.web.pipeline import error_answer
from tests.fakes.app_server import AppServer

KEY = "a-made-up-function-key"
ID = "9c9145db22a4462db58835a1ff33d4a0"
HEADERS = {"Content-Type": "application/json", "x-ms-request-id": "a-made-up-id"}


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPEECH_IDS_KEY", f" {KEY}\n")


@pytest.fixture
def server() -> Iterator[AppServer]:
    with AppServer(Answer(200, b'{"value": []}', HEADERS)) as running:
        yield running


def test_the_key_is_sent_as_a_header_and_never_shown(server: AppServer, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list", "sessions", "--url", f"{server.url}/api/", "--region", "eastus"]) == 0
    ((line, headers),) = server.seen
    assert line == "GET /api/sessions?region=eastus"
    assert headers["x-functions-key"] == KEY
    assert "authorization" not in headers
    assert KEY not in "".join(capsys.readouterr())


def test_nothing_of_the_environment_takes_the_key_s_place_or_sees_it(
    server: AppServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A proxy would see the key of a plain http request; .netrc holds what is meant for others."""
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login x password y\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    assert main(["list", "sessions", "--url", server.url]) == 0
    assert "authorization" not in server.seen[0][1]


def test_a_redirect_is_not_followed(server: AppServer, capsys: pytest.CaptureFixture[str]) -> None:
    with AppServer(Answer(200, b"{}")) as other:
        server.canned = Answer(302, headers={"Location": f"{other.url}/login"})
        assert main(["find", "--url", server.url, ID]) == 3
        assert other.seen == []
    assert "redirect" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("status", "expected", "told"),
    [
        (400, 2, "from the app"),
        (404, 1, "from the app"),
        (409, 1, "from the app"),
        (412, 1, "from the app"),
        (413, 1, "from the app"),
        (415, 1, "from the app"),
        (500, 3, "from the app"),
        (503, 3, "from the app"),
    ],
)
def test_errors_of_the_app_are_told_in_its_words(
    server: AppServer, capsys: pytest.CaptureFixture[str], status: int, expected: int, told: str
) -> None:
    body = json.dumps({"error": {"code": "Some", "message": "from the app \x1b[31m"}}).encode()
    server.canned = Answer(status, body)
    assert main(["list", "sources", "--url", server.url]) == expected
    out, err = capsys.readouterr()
    assert out == ""
    assert err == f"speech-ids: {told} ?[31m\n"


@pytest.mark.parametrize(
    ("status", "told"),
    [
        (401, "SPEECH_IDS_KEY"),
        (403, "SPEECH_IDS_KEY"),
        (404, "without /api"),
        (413, "too large"),
        (429, "later"),
        (502, "502"),
    ],
)
def test_answers_of_the_host_itself_are_told_in_ours(
    server: AppServer, capsys: pytest.CaptureFixture[str], status: int, told: str
) -> None:
    server.canned = Answer(status)
    assert main(["list", "sources", "--url", server.url]) == 3
    assert told in capsys.readouterr().err


@pytest.mark.parametrize(
    "answer",
    [
        Answer(200, b"<html>hello</html>", {"Content-Type": "text/html"}),
        Answer(200, b"hello", {"Content-Type": "text/markdown"}),  # of any web server
        Answer(200, b"<ListBucket/>", {"Content-Type": "application/xml", "x-ms-request-id": "of-storage"}),
        Answer(200, b"", {"x-ms-request-id": "of-storage"}),
    ],
    ids=["page", "text", "storage", "empty"],
)
@pytest.mark.parametrize("command", [["find", ID], ["case", ID], ["list", "sessions", "--format", "csv"]])
def test_something_else_than_the_app_is_told(
    server: AppServer, capsys: pytest.CaptureFixture[str], command: list[str], answer: Answer
) -> None:
    server.canned = answer
    assert main([*command, "--url", server.url]) == 3
    out, err = capsys.readouterr()
    assert (out, "is not this app" in err) == ("", True)


def test_the_address_may_stand_in_the_environment(
    server: AppServer, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SPEECH_IDS_URL", server.url)
    assert main(["list", "sessions"]) == 0
    assert len(server.seen) == 1
    with AppServer(server.canned) as other:
        assert main(["list", "sessions", "--url", other.url]) == 0
        assert (len(server.seen), len(other.seen)) == (1, 1)
    monkeypatch.setenv("SPEECH_IDS_URL", "app.example")
    assert main(["list", "sessions"]) == 2
    assert "SPEECH_IDS_URL is not a valid address" in capsys.readouterr().err


def test_nobody_there_is_one_sentence_and_3(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as bound:
        port = bound.getsockname()[1]
    assert main(["mint", "--url", f"http://127.0.0.1:{port}"]) == 3
    assert capsys.readouterr().err == (f"speech-ids: http://127.0.0.1:{port} is not responding: connection refused.\n")


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("http://app.example", "https"),
        ("ftp://app.example", "address"),
        ("app.example", "address"),
        ("https://", "address"),
        ("https://[", "address"),
        ("https://x:99999999", "address"),
        ("https://app.example/?code=a-made-up-secret", "SPEECH_IDS_KEY"),
        ("https://user:a-made-up-secret@app.example", "SPEECH_IDS_KEY"),
    ],
)
def test_an_address_that_is_none_or_not_safe_is_refused_and_not_repeated(
    capsys: pytest.CaptureFixture[str], url: str, told: str
) -> None:
    assert main(["find", "--url", url, ID]) == 2
    err = capsys.readouterr().err
    assert told in err
    assert "a-made-up-secret" not in err


def test_without_an_app_the_user_is_told_both_ways(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["find", ID]) == 2
    err = capsys.readouterr().err
    assert "--url" in err
    assert "AzureWebJobsStorage" in err


def test_a_wrong_or_dead_storage_is_3(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AzureWebJobsStorage", "a-made-up-secret")
    assert main(["find", ID]) == 3
    err = capsys.readouterr().err
    assert "not a connection string" in err
    assert "a-made-up-secret" not in err


@pytest.mark.parametrize("text", ["", "  \n"])
def test_an_empty_text_is_wrong_usage(server: AppServer, text: str) -> None:
    assert main(["find", "--url", server.url, text]) == 2
    assert server.seen == []


def test_a_key_that_no_header_can_carry_is_told(monkeypatch: pytest.MonkeyPatch, server: AppServer) -> None:
    monkeypatch.setenv("SPEECH_IDS_KEY", "schlüssel")
    assert main(["find", "--url", server.url, ID]) == 2


def test_a_terminal_gets_a_table_or_json_laid_out_and_nothing_that_steers_it(
    server: AppServer, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    item = {"id": ID, "source": "blob:logs/\x1b]0;x\x07\u202e.log"}
    body = json.dumps({"value": [item]}, ensure_ascii=False).encode()
    server.canned = Answer(200, body, HEADERS)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    assert main(["list", "sessions", "--url", server.url]) == 0
    table = capsys.readouterr().out
    assert table.startswith("ID ")
    assert main(["list", "sessions", "--url", server.url, "--format", "json"]) == 0
    laid_out = capsys.readouterr().out
    assert laid_out.startswith('{\n  "value": [')
    assert json.loads(laid_out) == {"value": [item]}
    for steering in "\x1b\x07\u202e":
        assert steering not in table + laid_out


def test_a_busy_app_is_asked_again_after_the_time_that_it_names() -> None:
    busy = error_answer(Busy("Two large calls are being processed."))
    good = Answer(200, b"{}", {"Content-Type": "application/json", "x-ms-request-id": "x"})
    with AppServer(busy) as server:
        waits: list[float] = []

        def sleep(seconds: float) -> None:
            waits.append(seconds)
            if len(waits) == 3:
                server.canned = good

        with Remote(server.url, sleep=sleep) as remote:
            assert remote.call("extract", body=b"x").status == 200
            assert waits == [5.0] * 3
            server.canned = busy
            assert remote.call("extract", body=b"x").status == 503
            assert len(waits) < 20
            server.canned = error_answer(StorageUnavailable("Storage does not respond."))
            waits.clear()
            assert remote.call("extract", body=b"x").status == 503
            assert waits == []
