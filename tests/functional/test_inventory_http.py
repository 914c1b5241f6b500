"""The inventory as callers of the app see it: timer and queue function of the app, then its HTTP answers."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from shared.app import triggers
from tests.fakes.speech import FakeSpeech
from tests.fakes.speech_state import Audio
from tests.webclient import ask


@pytest.fixture
def fake(
    app_settings: dict[str, str], unique: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[FakeSpeech]:
    with FakeSpeech() as running:
        resource = {"name": "prod", "endpoint": running.endpoint, "key": running.key}
        monkeypatch.setenv("SPEECH_RESOURCES", json.dumps([resource]))
        monkeypatch.setattr(triggers, "SYNC_QUEUE", unique("sync"))
        yield running


def test_what_a_sync_found_is_answered_over_http(fake: FakeSpeech) -> None:
    """Status, counts, flags and the audio name all come out where the API promises them."""
    audio = (Audio("https://x.example/call-7.wav"),)
    done = fake.state.add(status="Succeeded", audio=audio)
    failed = fake.state.add(status="Failed", error=("InvalidUri", "no such file"))
    stuck = fake.state.add(status="Running", age=timedelta(days=1))
    triggers.queue_syncs()
    triggers.sync_resource(b'{"resource": "prod", "reason": "timer"}')

    [state] = ask("GET", "/api/resources").json["value"]
    assert (state["status"], state["mode"], state["filesRead"]["jobs"]) == ("done", "full", 2)
    assert state["statuses"]["transcription"] == {"Failed": 1, "Running": 1, "Succeeded": 1}
    listed = {item["id"]: item for item in ask("GET", "/api/transcriptions").json["value"]}
    assert {key: item.get("flag") for key, item in listed.items()} == {
        done.id: None,
        failed.id: "failed",
        stuck.id: "stuck",
    }
    assert {item["state"] for item in listed.values()} == {"live"}
    assert ask("GET", f"/api/ids/{done.id}").json["sightings"][0]["resource"] == "prod"
    [remembered] = ask("GET", f"/api/ids/{done.id}").json["inventory"]
    assert (remembered["resource"], [entry["status"] for entry in remembered["history"]]) == ("prod", ["Succeeded"])
    assert remembered["report"]["successfulTranscriptionsCount"] == 1
    assert "call-7" not in json.dumps(remembered)
    assert done.id in json.dumps(ask("GET", "/api/audio?name=CALL-7.wav").json)


def test_a_resource_that_refuses_us_tells_what_to_do(fake: FakeSpeech) -> None:
    fake.faults.add("401-gateway", times=-1)
    triggers.sync_resource(b'{"resource": "prod", "reason": "timer"}')
    [state] = ask("GET", "/api/resources").json["value"]
    assert state["status"] == "failed"
    assert state["lastError"]["code"] == "Unauthorized"
    assert "KEY 1" in state["lastError"]["advice"]
    assert fake.key not in json.dumps(state)
