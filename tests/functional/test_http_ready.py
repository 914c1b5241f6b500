"""GET /api/ready: each check with its limit, and one that fails hides no other."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.app import clients, triggers
from tests.webclient import ask

RESOURCES = [{"name": f"r{n}", "region": "westeurope", "key": "k" * 32} for n in range(7)]


@pytest.fixture(autouse=True)
def quiet_queues(app_settings: dict[str, str]) -> Iterator[None]:
    """The emulator's queues are shared by all tests of a run."""
    for queue in clients.services().queues.list_queues():
        clients.services().queues.get_queue_client(queue.name).clear_messages()
    yield
    clients.reset()


def checked() -> tuple[int, dict[str, dict[str, Any]]]:
    given = ask("GET", "/api/ready")
    assert given.json["status"] == ("ready" if given.status == 200 else "notReady")
    return given.status, {check["name"]: check for check in given.json["checks"]}


def test_an_app_that_does_its_work_is_ready() -> None:
    triggers.sweep()
    status, found = checked()
    assert status == 200, found
    assert set(found) == {"settings", "container", "queueLag", "poison", "sweep"}
    assert found["sweep"]["value"] <= found["sweep"]["limit"] == 2 * 3600


def test_before_the_first_sweep_it_is_not_and_says_when_it_will_be() -> None:
    status, found = checked()
    assert status == 503
    assert [name for name, check in found.items() if check["status"] == "failed"] == ["sweep"]
    assert "SWEEP_SCHEDULE" in found["sweep"]["message"]


def test_what_waits_too_long_was_given_up_or_is_overdue_is_over_its_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    triggers.sweep()
    for name in ("speech-sync", "speech-sync-poison"):
        queue = clients.services().queue(name)
        if not any(q.name == name for q in clients.services().queues.list_queues()):
            queue.create_queue()
        queue.send_message("x")
    app = clients.services()
    monkeypatch.setattr(app, "clock", lambda: datetime.now(UTC) + timedelta(hours=3))
    status, found = checked()
    assert status == 503
    over = {name for name, check in found.items() if check["status"] == "failed"}
    assert over == {"queueLag", "poison", "sweep"}
    assert all(found[name]["value"] > found[name]["limit"] for name in over)
    assert (found["poison"]["value"], found["poison"]["unit"]) == (1, "messages")
    assert "speech-sync-poison" in found["poison"]["message"]


def test_resources_that_were_not_listed_in_time_are_counted_and_a_few_are_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SPEECH_RESOURCES", json.dumps(RESOURCES))
    clients.reset()
    _, found = checked()
    assert (found["sync"]["value"], found["sync"]["status"]) == (7, "failed")
    assert "r0, r1, r2, r3, r4 and 2 more" in found["sync"]["message"]


def test_storage_that_is_away_fails_its_own_checks_and_hides_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    away = "DefaultEndpointsProtocol=http;AccountName=a;AccountKey=YQ==;" + ";".join(
        f"{kind}Endpoint=http://127.0.0.1:9/a" for kind in ("Blob", "Queue", "Table")
    )
    monkeypatch.setenv("AzureWebJobsStorage", away)
    clients.reset()
    app = clients.services()
    monkeypatch.setattr(app, "sleep", lambda _: None)
    status, found = checked()
    assert status == 503
    assert found["settings"]["status"] == "ok"
    assert {name for name, check in found.items() if check["status"] == "failed"} == {"container", "queues", "sweep"}
    assert all("value" not in found[name] for name in ("container", "queues", "sweep"))
