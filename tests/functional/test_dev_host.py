"""The development host runs a small app as the Functions host would."""

from __future__ import annotations

import base64
import json
import os
import re
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pytest
import requests
from azure.core.exceptions import ResourceNotFoundError
from azure.storage.blob import BlobServiceClient, ContainerClient
from azure.storage.queue import QueueClient, TextBase64EncodePolicy

from dev.azurite import Azurite
from dev.processes import Child

SAMPLE = Path(__file__).parent.parent / "data/sample_app"
BODY_LIMIT = 300_000
T = TypeVar("T")


def until(ask: Callable[[], T | None], what: str, seconds: float = 30) -> T:
    """What `ask` gives once it is truthy; fails with `what` after a generous time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if answer := ask():
            return answer
        time.sleep(0.05)
    pytest.fail(f"not within {seconds} s: {what}")


@dataclass(frozen=True)
class Host:
    """A running sample app."""

    url: str
    log: Path
    container: ContainerClient
    queue: QueueClient
    connection: str

    def seen(self, key: str, value: object = None) -> list[dict[str, Any]]:
        entries = requests.get(f"{self.url}/api/seen", timeout=10).json()
        return [e for e in entries if key in e and (value is None or e[key] == value)]

    def queue_named(self, name: str) -> QueueClient:
        return QueueClient.from_connection_string(self.connection, name)


@pytest.fixture(scope="module")
def host(azurite: Azurite, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    log = tmp_path_factory.mktemp("host") / "log"
    connection = azurite.connection_string
    container = BlobServiceClient.from_connection_string(connection).get_container_client("sample-logs")
    container.create_container()
    queue = QueueClient.from_connection_string(
        connection, "sample-queue", message_encode_policy=TextBase64EncodePolicy()
    )
    queue.create_queue()
    env = {
        **os.environ,
        "AzureWebJobsStorage": connection,
        "FUNCTIONS_REQUEST_BODY_SIZE_LIMIT": str(BODY_LIMIT),
    }
    command: list[str | Path] = [sys.executable, "-m", "dev.host", "--port", "0", "--app", SAMPLE]
    with Child(command, env=env, log=log) as child, container, queue:
        found = until(
            lambda: re.search(r"listening on (http://\S+):(\d+)", log.read_text()) or child.poll() is not None,
            "the host answers",
        )
        assert isinstance(found, re.Match), log.read_text()
        yield Host(f"{found[1]}:{found[2]}", log, container, queue, connection)


# --- HTTP


def test_a_function_gets_method_url_route_query_headers_and_body(host: Host) -> None:
    url = f"{host.url}/api/Echo/a%20b%C3%A9?x=1&x=2&empty="
    answer = requests.post(url, data="hello", headers={"X-Given": "me"}, timeout=10)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["X-Sample"] == "yes"
    assert answer.json() == {
        "by": "echo_any",
        "method": "POST",
        "url": url,
        "route": {"id": "a bé"},
        "query": {"x": "1,2"},
        "header": "me",
        "body": "hello",
    }


def test_the_first_function_by_name_wins_even_if_another_template_is_more_exact(host: Host) -> None:
    assert requests.get(f"{host.url}/api/echo/special", timeout=10).json()["by"] == "echo_any"
    assert requests.put(f"{host.url}/api/echo/special", timeout=10).json()["by"] == "special"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("DELETE", "/api/echo/x"),
        ("GET", "/api/nothing"),
        ("GET", "/api/echo/a/b"),
        ("GET", "/admin/nothing"),
    ],
)
def test_the_hosts_own_404_has_no_body(host: Host, method: str, path: str) -> None:
    """Also for a wrong method: the real host does not answer 405."""
    answer = requests.request(method, host.url + path, timeout=10)
    assert (answer.status_code, answer.content) == (404, b"")


def test_a_catch_all_takes_slashes_and_decodes_once(host: Host) -> None:
    answer = requests.put(f"{host.url}/api/files/2026/a%23%25%2520.log", data=b"123", timeout=10)
    assert answer.json() == {"route": {"name": "2026/a#%%20.log"}, "size": 3}
    answer = requests.put(f"{host.url}/api/files/a%2Fb%252F", timeout=10)
    assert answer.json()["route"] == {"name": "a%2Fb%2F"}
    assert requests.put(f"{host.url}/api/files", timeout=10).json() == {"route": {}, "size": 0}


def test_a_route_of_a_slash_is_the_root(host: Host) -> None:
    answer = requests.get(host.url, timeout=10)
    assert (answer.text, answer.headers["Content-Type"]) == ("home", "text/plain; charset=utf-8")


def test_an_exception_is_a_500_without_details_and_is_logged_in_one_line(host: Host) -> None:
    answer = requests.get(f"{host.url}/api/boom", timeout=10)
    assert (answer.status_code, answer.content) == (500, b"")
    assert "boom raised RuntimeError: a secret detail (function_app.py:" in host.log.read_text()
    assert "Traceback" not in host.log.read_text()


def test_a_body_over_the_hosts_limit_is_a_bodyless_413(host: Host) -> None:
    just = requests.put(f"{host.url}/api/files/big", data=b"x" * BODY_LIMIT, timeout=10)
    assert just.json()["size"] == BODY_LIMIT
    over = requests.put(f"{host.url}/api/files/big", data=b"x" * (BODY_LIMIT + 1), timeout=10)
    assert (over.status_code, over.content) == (413, b"")


def test_a_function_gets_an_empty_body_when_it_is_sent_in_chunks(host: Host) -> None:
    assert requests.put(f"{host.url}/api/files/x", data=iter([b"x", b"y"]), timeout=10).json()["size"] == 0


# --- blobs


def test_each_version_of_a_blob_runs_the_function_once(host: Host) -> None:
    host.container.upload_blob("a b#%é.log", "first")
    until(lambda: host.seen("content", "first"), "the blob is taken")
    host.container.upload_blob("a b#%é.log", "second", overwrite=True)
    host.container.upload_blob("other", "third")
    until(lambda: host.seen("content", "second") and host.seen("content", "third"), "the new version is taken")
    assert [e["content"] for e in host.seen("blob", "a b#%é.log")] == ["first", "second"]


def test_a_blob_that_fails_five_times_leaves_a_message_in_the_poison_queue(host: Host) -> None:
    etag = host.container.upload_blob("bad.log", "bad").get_blob_properties().etag
    poison = host.queue_named("webjobs-blobtrigger-poison")

    def message() -> str | None:
        try:
            return next((m.content for m in poison.receive_messages()), None)
        except ResourceNotFoundError:
            return None

    with poison:
        assert json.loads(base64.b64decode(until(message, "a poison message"))) == {
            "Type": "BlobTrigger",
            "FunctionId": "Host.Functions.take_blob",
            "BlobType": "BlockBlob",
            "ContainerName": "sample-logs",
            "BlobName": "bad.log",
            "ETag": etag,
        }
    assert len(host.seen("blob", "bad.log")) == 5


# --- queues


def test_a_queue_message_is_decoded_and_deleted(host: Host) -> None:
    host.queue.send_message("hé")
    until(lambda: host.seen("message", "hé"), "the message is taken")
    until(lambda: host.queue.get_queue_properties().approximate_message_count == 0, "the message is deleted")
    assert host.seen("message", "hé") == [{"message": "hé", "count": 1}]


def test_a_message_that_fails_goes_to_the_poison_queue_after_its_tries(host: Host) -> None:
    host.queue.send_message("bad")
    with host.queue_named("sample-queue-poison") as poison:

        def message() -> str | None:
            try:
                return next((m.content for m in poison.receive_messages()), None)
            except ResourceNotFoundError:
                return None

        assert base64.b64decode(until(message, "a poison message")) == b"bad"
    assert [e["count"] for e in host.seen("message", "bad")] == [1, 2, 3]


def test_a_message_that_is_not_base64_goes_to_the_poison_queue_unread(host: Host) -> None:
    with host.queue_named("sample-queue") as raw, host.queue_named("sample-queue-poison") as poison:
        raw.send_message("not base64!")

        def arrived() -> bool:
            try:
                return any(m.content == "not base64!" for m in poison.peek_messages(max_messages=32))
            except ResourceNotFoundError:
                return False

        until(arrived, "the message in the poison queue")


# --- timers and starting by hand


def test_a_timer_runs_on_schedule_and_never_beside_itself(host: Host) -> None:
    requests.post(f"{host.url}/admin/functions/tick", timeout=10)
    ticks = until(lambda: t if len(t := host.seen("tick")) >= 3 else None, "three ticks")
    assert all(entry == {"tick": False, "alone": True} for entry in ticks)


def test_admin_starts_a_function_now(host: Host) -> None:
    assert requests.post(f"{host.url}/admin/functions/Yearly", json={}, timeout=10).status_code == 202
    assert until(lambda: host.seen("yearly"), "the timer ran") == [{"yearly": False}]
    start = f"{host.url}/admin/functions/take_message"
    assert requests.post(start, json={"input": "by hand"}, timeout=10).status_code == 202
    until(lambda: host.seen("message", "by hand"), "the message was taken")
    host.container.upload_blob("again.log", "x")
    until(lambda: host.seen("blob", "again.log"), "the blob was taken")
    start = f"{host.url}/admin/functions/take_blob"
    assert requests.post(start, json={"input": "sample-logs/again.log"}, timeout=10).status_code == 202
    until(lambda: len(host.seen("blob", "again.log")) == 2, "the blob was taken again")


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("nothing", "{}", 404),
        ("home", "{}", 400),
        ("take_blob", "{}", 400),
        ("yearly", "[1]", 400),
        ("yearly", "{", 400),
        ("yearly", '{"input": 1}', 400),
    ],
)
def test_admin_says_what_it_cannot_start(host: Host, path: str, body: str, status: int) -> None:
    assert requests.post(f"{host.url}/admin/functions/{path}", data=body, timeout=10).status_code == status


# --- pages of other sites

PATHS = [("GET", "/api/seen"), ("GET", "/"), ("GET", "/api/nothing"), ("POST", "/admin/functions/yearly")]


@pytest.mark.parametrize("name", ["evil.example", "127.0.0.1.evil.example:7071", "localhost.evil.example", "[::2]", ""])
@pytest.mark.parametrize(("method", "path"), PATHS)
def test_a_foreign_host_name_is_refused_on_every_path(host: Host, method: str, path: str, name: str) -> None:
    """A site may point its own name at this machine; its pages could read everything otherwise."""
    answer = requests.request(method, host.url + path, headers={"Host": name}, timeout=10)
    assert answer.status_code == 403
    assert "127.0.0.1, localhost and [::1]" in answer.text


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "LOCALHOST:7071", "[::1]", "[::1]:7071"])
def test_every_name_of_this_machine_is_answered(host: Host, name: str) -> None:
    headers = {"Host": name, "Origin": f"http://{name}", "Sec-Fetch-Site": "same-origin"}
    for method in ("GET", "POST"):
        answer = requests.request(method, f"{host.url}/api/echo/x", headers=headers, timeout=10)
        assert answer.status_code == 200


FOREIGN = [
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://localhost.evil.example"},
    {"Origin": "http://127.0.0.1@evil.example"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Origin": "http://localhost:7071", "Sec-Fetch-Site": "cross-site"},
]


@pytest.mark.parametrize("headers", FOREIGN)
@pytest.mark.parametrize(
    ("method", "path"), [("POST", "/api/echo/x"), ("PUT", "/api/files/x"), ("POST", "/admin/functions/yearly")]
)
def test_a_page_of_another_site_changes_nothing(host: Host, method: str, path: str, headers: dict[str, str]) -> None:
    before = requests.get(f"{host.url}/api/seen", timeout=10).json()
    answer = requests.request(method, host.url + path, headers=headers, timeout=10)
    assert answer.status_code == 403
    after = requests.get(f"{host.url}/api/seen", timeout=10).json()
    assert [e for e in after if "yearly" in e] == [e for e in before if "yearly" in e]


def test_a_link_on_another_site_may_open_the_page(host: Host) -> None:
    assert requests.get(host.url, headers={"Sec-Fetch-Site": "cross-site"}, timeout=10).text == "home"


def test_programs_without_these_headers_may_change_things(host: Host) -> None:
    assert requests.post(f"{host.url}/api/echo/x", timeout=10).status_code == 200


def test_it_listens_on_this_machine_only(host: Host) -> None:
    assert host.url.startswith("http://127.0.0.1:")
