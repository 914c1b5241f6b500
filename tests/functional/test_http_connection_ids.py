"""The register of X-ConnectionId values through the whole web layer, over a real index."""

from __future__ import annotations

import itertools
import json
import re
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import pytest

from shared.app.clients import services
from shared.core.records import Sighting, TimeSpan
from shared.index.source_attempt import SourceRun
from shared.web.handlers import connection_ids
from shared.web.http import Request
from shared.web.operation import Call
from tests.webclient import Given, ask

MODIFIED = datetime(2026, 11, 22, 6, tzinfo=UTC)
KNOWN = "7a1b2c3d4e5f4a6b8c9d0e1f2a3b4c5d"


@pytest.fixture(autouse=True)
def settings(app_settings: dict[str, str]) -> dict[str, str]:
    return app_settings


def mint(body: Any = None) -> Given:
    return ask("POST", "/api/connection-ids", b"" if body is None else json.dumps(body).encode())


def see(value: str, source: str, start: str, region: str = "westeurope") -> None:
    run = SourceRun.begin(services().index, source, etag='"1"', modified=MODIFIED, size=10, worker="test")
    assert isinstance(run, SourceRun)
    run.write([Sighting("session", value, region=region, time=TimeSpan(start))])
    run.finish(format="text")


def judged(value: str) -> dict[str, Any]:
    given = ask("GET", f"/api/connection-ids/{quote(value)}")
    assert given.status == 200
    found: dict[str, Any] = given.json
    return found


def test_one_value_is_minted_with_a_request_that_uses_it() -> None:
    given = mint()
    assert given.status == 201
    (one,) = given.json["value"]
    assert re.fullmatch(r"[0-9a-f]{12}4[0-9a-f]{3}[89ab][0-9a-f]{15}", one["id"])
    assert given.answer.headers["Location"] == f"/api/connection-ids/{one['id']}"
    example = given.json["example"]
    assert example["url"].endswith(f"language=en-US&format=detailed&X-ConnectionId={one['id']}")
    assert example["url"].startswith("https://westeurope.stt.speech.microsoft.com/speech/recognition/")
    assert example["webSocketUrl"].startswith("wss://")
    assert "$SPEECH_KEY" in example["curl"]


def test_many_are_minted_listed_newest_first_and_each_knows_its_owner() -> None:
    first = mint({"count": 1, "owner": "old"}).json["value"][0]["id"]
    place = {"region": "chinanorth2", "language": "zh-CN"}
    many = mint({"count": 100, "note": "load test\nof Friday", "owner": "ann", **place})
    values = [one["id"] for one in many.json["value"]]
    assert len(set(values)) == 100
    assert many.json["example"]["url"].startswith("https://chinanorth2.stt.speech.azure.cn/")
    url, seen = "/api/connection-ids?top=60", []
    while url:
        page = ask("GET", url)
        seen += [one["id"] for one in page.value]
        url = page.json.get("nextLink", "")
    assert sorted(seen[:100]) == sorted(values)
    assert seen[100:] == [first]
    assert judged(values[7])["minted"]["note"] == "load test of Friday"
    csv = ask("GET", "/api/connection-ids?format=csv&top=1").answer
    assert csv.body.startswith(b"id,minted,owner,note\r\n")


@pytest.mark.parametrize(
    ("body", "target"),
    [
        ({"count": 0}, "count"),
        ({"count": 101}, "count"),
        ({"count": True}, "count"),
        ({"count": "5"}, "count"),
        ({"region": "x y"}, "region"),
        ({"region": "a$(id)"}, "region"),
        ({"language": "en&x=1"}, "language"),
        ({"note": "x" * 501}, "note"),
        ({"ids": 1}, "ids"),
    ],
)
def test_what_is_wrong_with_an_order_is_told(body: Any, target: str) -> None:
    given = mint(body)
    assert (given.status, given.error["target"]) == (400, target)


def test_the_random_source_is_a_parameter_and_the_same_values_are_one_row() -> None:
    def call() -> Any:
        counter = itertools.count()
        answer = connection_ids.mint(
            Call(Request("POST", "/api/connection-ids"), services()),
            random_bytes=lambda size: next(counter).to_bytes(size, "big"),
        )
        return json.loads(answer.body)["value"][0]["id"]

    assert call() == call() == "00000000000040008000000000000000"
    assert judged("00000000000040008000000000000000")["minted"] is not None


@pytest.mark.parametrize(
    ("value", "accepted", "code", "corrected"),
    [
        (KNOWN, True, "accepted", KNOWN),
        (KNOWN.upper(), True, "accepted", KNOWN),
        ("7A1B2C3D-4E5F-4A6B-8C9D-0E1F2A3B4C5D", False, "dashes", KNOWN),
        ("{7a1b2c3d-4e5f-4a6b-8c9d-0e1f2a3b4c5d}", False, "braces", KNOWN),
        ("Request" + KNOWN, False, "not-a-guid", KNOWN),
        (KNOWN + "0", False, "wrong-length", None),
        ("hello", False, "not-a-guid", None),
        ("9f4ffa5113a846eba289aa98b28e766f", True, "example", None),
    ],
)
def test_a_value_is_judged_by_the_documented_rule(
    value: str, *, accepted: bool, code: str, corrected: str | None
) -> None:
    found = judged(value)
    assert (found["accepted"], found["code"], found.get("corrected")) == (accepted, code, corrected)
    assert found["reason"]


def test_a_minted_value_that_no_log_shows_is_told_and_linked_once_one_does() -> None:
    value = mint({"owner": "ann"}).json["value"][0]["id"]
    before = judged(value)
    assert (before["minted"]["owner"], before["seen"]["state"], before["sightings"]) == ("ann", "never", [])
    case = ask("GET", f"/api/ids/{value}/case").answer.body.decode()
    assert "was generated by this app, but no" in case
    see(value, "blob:logs/a.log", "2026-11-22T05:00:00.000Z")
    after = judged(value)
    assert after["seen"]["state"] == "seen"
    assert [s["source"] for s in after["sightings"]] == ["blob:logs/a.log"]
    assert "- Owner: ann" in ask("GET", f"/api/ids/{value}/case").answer.body.decode()


def test_looking_up_a_minted_value_or_one_with_a_note_says_so_before_any_log_shows_it() -> None:
    made = mint({"owner": "ann"}).json["value"][0]["id"]
    message = ask("GET", f"/api/ids/{made}").error["message"]
    assert "was generated by this app" in message
    assert f"GET /api/connection-ids/{made}" in message
    (unknown,) = ask("POST", "/api/find", made.encode(), {"content-type": "text/plain"}).json["notFound"]
    assert (unknown["looksLike"], unknown["minted"]["owner"]) == ("minted-connection-id", "ann")
    ask("PUT", f"/api/ids/{KNOWN}/note", b'{"note": "Since Friday."}', {"content-type": "application/json"})
    assert "/note" in ask("GET", f"/api/ids/{KNOWN}").error["message"]
    (unknown,) = ask("POST", "/api/find", KNOWN.encode(), {"content-type": "text/plain"}).json["notFound"]
    assert unknown["note"]["note"] == "Since Friday."


def test_a_value_in_two_unrelated_logs_is_flagged() -> None:
    see(KNOWN, "blob:logs/a.log", "2026-11-22T05:00:00.000Z")
    see(KNOWN, "blob:logs/proxy.log", "2026-11-22T05:00:01.000Z")
    assert judged(KNOWN)["seen"]["state"] == "seen"
    see(KNOWN, "blob:logs/b.log", "2026-11-24T05:00:00.000Z")
    found = judged(KNOWN)
    assert found["seen"]["state"] == "reused"
    assert "47 hours apart" in found["seen"]["why"]
    assert found["minted"] is None


def test_the_case_of_a_minted_value_that_was_used_twice_says_so() -> None:
    value = mint().json["value"][0]["id"]
    see(value, "blob:logs/a.log", "2026-11-22T05:00:00.000Z")
    see(value, "blob:logs/b.log", "2026-11-22T05:00:00.000Z", region="eastus")
    warnings = ask("GET", f"/api/ids/{value}/case?format=json").json["warnings"]
    assert any("more than one session" in warning for warning in warnings)


def test_a_key_is_never_repeated_in_full() -> None:
    key = "9Qx" + "a1B2" * 20
    found = judged(key)
    assert found["code"] == "looks-like-a-key"
    assert key[8:] not in json.dumps(found)
