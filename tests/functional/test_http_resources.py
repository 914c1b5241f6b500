"""Speech resources over HTTP: what is configured, how syncs went, and one message per request to sync."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from azure.storage.queue import QueueClient, QueueServiceClient

from shared.app import clients, triggers
from shared.app.clients import reset
from shared.inventory.resource_run import ResourceRun
from tests.webclient import ask

KEY = "0123456789abcdef0123456789abcdef"
RESOURCES = [
    {"name": "prod-weu", "region": "westeurope", "key": KEY},
    {"name": "test", "endpoint": "https://x.cognitiveservices.azure.com"},
]


@pytest.fixture(autouse=True)
def configured(app_settings: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPEECH_RESOURCES", json.dumps(RESOURCES))


@pytest.fixture
def queue(app_settings: dict[str, str], unique: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[QueueClient]:
    """The sync queue under a name of this test's own; it does not exist yet."""
    assert callable(unique)
    name = unique("sync")
    monkeypatch.setattr(triggers, "SYNC_QUEUE", name)
    with QueueServiceClient.from_connection_string(app_settings["AzureWebJobsStorage"]) as service:
        yield service.get_queue_client(name)


def messages(queue: QueueClient) -> list[dict[str, str]]:
    from base64 import b64decode

    return [json.loads(b64decode(message.content)) for message in queue.peek_messages(32)]


def test_every_configured_resource_is_shown_without_its_key() -> None:
    given = ask("GET", "/api/resources")
    assert [item["name"] for item in given.json["value"]] == ["prod-weu", "test"]
    assert {item["status"] for item in given.json["value"]} == {"never"}
    assert KEY not in given.answer.body.decode()


def test_a_wrong_entry_does_not_hide_the_good_ones(monkeypatch: pytest.MonkeyPatch, queue: QueueClient) -> None:
    monkeypatch.setenv("SPEECH_RESOURCES", json.dumps([*RESOURCES, {"name": "bad", "region": "West Europe"}]))
    given = ask("GET", "/api/resources")
    assert [item["name"] for item in given.json["value"]] == ["prod-weu", "test"]
    assert "entry 3 (bad)" in given.json["notices"][0]
    assert ask("POST", "/api/resources/test/sync").status == 202
    assert ask("POST", "/api/resources/bad/sync").error["code"] == "SettingsInvalid"
    triggers.queue_syncs()
    assert len(messages(queue)) == 3


def test_a_request_to_sync_queues_one_message_and_says_where_to_look(queue: QueueClient) -> None:
    given = ask("POST", "/api/resources/prod-weu/sync")
    assert given.status == 202
    assert given.json == {"resource": "prod-weu", "status": "queued", "look": "/api/resources"}
    assert given.answer.headers["Location"] == "/api/resources"
    assert messages(queue) == [{"resource": "prod-weu", "reason": "request"}]


def test_a_request_while_a_sync_runs_joins_it(queue: QueueClient) -> None:
    assert ResourceRun.begin(clients.services().index, "prod-weu", "somebody") is not None
    assert ask("POST", "/api/resources/prod-weu/sync").json["status"] == "joined"
    with pytest.raises(Exception, match="QueueNotFound"):
        messages(queue)


def test_an_unknown_resource_is_404_and_told_which_there_are() -> None:
    given = ask("POST", "/api/resources/nobody/sync")
    assert (given.status, given.error["target"]) == (404, "name")
    assert "prod-weu, test" in given.error["message"]


def test_the_timer_queues_one_message_for_each_resource(queue: QueueClient) -> None:
    triggers.queue_syncs()
    assert messages(queue) == [{"resource": r["name"], "reason": "timer"} for r in RESOURCES]


def test_without_resources_the_timer_asks_nothing_of_storage(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SPEECH_RESOURCES")
    monkeypatch.delenv("AzureWebJobsStorage")
    reset()
    triggers.queue_syncs()


def test_a_message_that_means_nothing_is_dropped() -> None:
    for body in (b"", b"nonsense", b"{}", b'{"resource": "gone"}', b'{"resource": 1}'):
        triggers.sync_resource(body)
