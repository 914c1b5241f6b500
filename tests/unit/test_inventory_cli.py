"""`speech-ids sync`: what the timer does, from a terminal."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from azure.core.exceptions import ClientAuthenticationError

from shared.app import clients
from shared.cli import main
from shared.settings import NAMES
from shared.storage.tables import Index
from tests.fakes.clock import StillClock
from tests.fakes.speech import FakeSpeech
from tests.fakes.speech_state import Audio
from tests.fakes.tables import TableDouble


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeSpeech]:
    """A resource that works, one that is not there, and an index in memory."""
    double: Any = TableDouble()
    monkeypatch.setattr(clients.Services, "_make_index", lambda app: Index(double, clock=app.clock, sleep=app.sleep))
    with FakeSpeech() as running:
        good = {"name": "good", "endpoint": running.endpoint, "key": running.key}
        bad = {"name": "bad", "endpoint": running.endpoint, "key": "wrong"}
        monkeypatch.setenv("SPEECH_RESOURCES", json.dumps([good, bad]))
        clients.reset()
        yield running


def run(*arguments: str) -> int:
    return main(["sync", *arguments])


def test_one_bad_resource_does_not_stop_the_good_one(fake: FakeSpeech, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit status 1 tells that one failed; the output says which, and what to do."""
    fake.state.add(status="Succeeded", audio=(Audio("https://x.example/a.wav"),))

    assert run() == 1

    good, bad = json.loads(capsys.readouterr().out)["value"]
    assert (good["status"], good["mode"], good["listed"], good["files"]["audio"]) == ("done", "full", 1, 1)
    assert (bad["status"], bad["error"]["code"]) == ("failed", "Unauthorized")


def test_a_resource_can_be_chosen_and_its_files_left_alone(
    fake: FakeSpeech, capsys: pytest.CaptureFixture[str]
) -> None:
    fake.state.add(status="Succeeded")
    assert run("good", "--no-files", "--full", "--format", "table") == 0
    out = capsys.readouterr().out.splitlines()
    assert out[0].split() == ["RESOURCE", "STATUS", "MODE", "LISTED", "CHANGED", "GONE", "REQUESTS"]
    assert out[1].split()[:4] == ["good", "done", "full", "1"]
    assert fake.requests["files transcriptions"] == 0


def test_a_list_that_is_refused_is_told_without_failing(fake: FakeSpeech, capsys: pytest.CaptureFixture[str]) -> None:
    fake.faults.add("403", "/evaluations", times=-1)
    fake.faults.add("403", "/files", times=-1)
    fake.state.add(status="Succeeded")

    assert run("good", "--format", "table") == 0

    lines = capsys.readouterr().out.splitlines()
    assert fake.faults.happened["403"] == 2
    assert [line.split(":")[0] for line in lines[2:]] == ["good evaluation", "good files"]
    assert all("network rules" in line for line in lines[2:])


def test_a_terminal_shows_how_far_it_is(fake: FakeSpeech, monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    for _ in range(150):
        fake.state.add(status="Succeeded")
    monkeypatch.setattr("sys.stderr", terminal := Terminal())
    assert run("good", "--no-files") == 0
    assert "good [=>          ] transcription 100 (100 changed)" in terminal.getvalue()
    assert "transcription 150 (150 changed)" in terminal.getvalue()
    assert terminal.getvalue().endswith("\r\x1b[K")


def test_by_hand_too_what_one_run_has_no_time_for_is_read(fake: FakeSpeech, capsys: pytest.CaptureFixture[str]) -> None:
    """Each run has a minute; the time passes on a clock of the test."""
    clock = StillClock()
    fake.clock, fake.page = clock, 1
    app = clients.services()
    app.clock, app.sleep = clock, clock.sleep
    app.settings = replace(app.settings, sync_run_seconds=60)
    for _ in range(500):
        fake.state.add()

    assert run("good", "--no-files") == 0

    assert json.loads(capsys.readouterr().out)["value"][0]["status"] == "done"
    assert fake.requests["list transcriptions"] > 500
    assert sum(clock.slept) > 100


def test_an_unknown_name_is_wrong_usage_and_the_known_ones_are_told(
    fake: FakeSpeech, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("other") == 2
    assert "good, bad" in capsys.readouterr().err


def test_without_resources_the_setting_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SPEECH_RESOURCES", NAMES["SPEECH_RESOURCES"])
    clients.reset()
    assert run() == 3
    assert "SPEECH_RESOURCES" in capsys.readouterr().err


def test_storage_that_refuses_us_is_told_without_a_traceback(
    fake: FakeSpeech, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refused(*_given: Any) -> None:
        raise ClientAuthenticationError("https://account.table.core.windows.net/ says no")

    monkeypatch.setattr(Index, "query", refused)
    assert run("good") == 3
    said = capsys.readouterr().err
    assert "Storage denied access" in said
    assert "core.windows.net" not in said
