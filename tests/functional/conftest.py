"""The command line in this process, straight on storage and over HTTP."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest

from shared.cli import main
from tests.fakes.app_server import AppServer
from tests.functional.cli_help import Cli


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Cli:
    """Runs a command; exit status, output, errors."""

    def run(*arguments: str, stdin: bytes = b"") -> tuple[int, str, str]:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8"))
        status = main(arguments)
        out, err = capsys.readouterr()
        return status, out, err

    return run


@pytest.fixture
def server() -> Iterator[AppServer]:
    with AppServer() as running:
        yield running


@pytest.fixture(params=["storage", "http"])
def where(request: pytest.FixtureRequest) -> list[str]:
    """The options that say which app: none (storage from the environment), or `--url`."""
    if request.param == "storage":
        return []
    return ["--url", request.getfixturevalue("server").url]
