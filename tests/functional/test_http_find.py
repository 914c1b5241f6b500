"""Pasted text, near misses, merged answers: what a person gets who has only half of an ID."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from urllib.parse import quote

import pytest

from shared.app.clients import services
from shared.core.records import ErrorInfo, NearMiss, Sdk, Sighting, TimeSpan
from shared.index.source_attempt import SourceRun
from tests.webclient import Given, ask

MODIFIED = datetime(2026, 11, 22, 6, tzinfo=UTC)
A = "9c9145db22a4462db58835a1ff33d4a0"
B = "9c9145db22a4462db58835a1ff33d4b1"
T = "537216f8-0620-4a10-ae2d-00bdb423b36f"
TTS = "aaaaaaaabbbb4ccc8dddeeeeeeeeeeee"
KEY = "0f3c5a7e9b1d2f4c6a8e0b3d5f7a9c1e"  # the form of a key, made up
URL = f"https://eastus.api.cognitive.microsoft.com/speechtotext/transcriptions/{T.upper()}?api-version=2025-10-15"


def index(source: str, *sightings: Sighting, near: tuple[NearMiss, ...] = ()) -> None:
    run = SourceRun.begin(services().index, source, etag='"1"', modified=MODIFIED, size=10, worker="test")
    assert isinstance(run, SourceRun)
    run.write(sightings)
    run.finish(format="speech-sdk-log", near_misses=near)


@pytest.fixture(autouse=True)
def indexed(app_settings: dict[str, str]) -> None:
    index(
        "blob:logs/one.log",
        Sighting(
            "session",
            A,
            time=TimeSpan("2026-11-22T05:10:00.000Z"),
            reached="unknown",
            sdk=Sdk("1.38.0"),
            error=ErrorInfo("AuthenticationFailure", 401),
        ),
        near=(NearMiss(TTS, "text-to-speech", 7),),
    )
    index(
        "blob:logs/two.log",
        Sighting("session", A, time=TimeSpan("2026-11-22T05:09:00.000Z"), reached="yes", region="westeurope"),
    )
    index("blob:logs/body.json", Sighting("transcription", T, created="2026-11-20T00:00:00.000Z", status="Failed"))


def find(text: str, kind: str = "text/plain") -> Given:
    given = ask("POST", "/api/find", text.encode(), {"content-type": kind} if kind else {})
    assert given.status == 200, given.json
    return given


def ids_of(given: Given) -> list[str]:
    return [item["id"] for item in given.json["value"]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (A, [A]),
        (A.upper(), [A]),
        ("  {9c9145db-22a4-462d-b588-35a1ff33d4a0}\n", [A]),
        (URL, [T]),
        (f"[1]: 5ms SPX_DBG_TRACE_VERBOSE:  a.cpp:1 Firing SessionStarted event: SessionId: {A}", [A]),
        (f"GET /speech/recognition/x?language=en-US&X-ConnectionId={A.upper()} HTTP/1.1", [A]),
        (f"wss://x.stt.speech.microsoft.com/x?X-ConnectionId=%7B{A}%7D&y=1", [A]),
        (f"Hello,\nour job {T} failed (session {A}).\nRegards", [T, A]),
    ],
)
def test_ids_are_found_in_whatever_is_pasted(text: str, expected: list[str]) -> None:
    given = find(text)
    assert ids_of(given) == expected
    assert given.json["notFound"] == []


def test_json_a_form_of_curl_and_no_type_at_all_are_taken() -> None:
    assert ids_of(find(json.dumps({"text": URL}), "application/json; charset=utf-8")) == [T]
    assert ids_of(find(A, "application/x-www-form-urlencoded")) == [A]
    assert ids_of(find(A, "")) == [A]


def test_other_types_too_much_and_nothing_are_refused_with_the_way_out() -> None:
    assert ask("POST", "/api/find", b"x", {"content-type": "image/png"}).status == 415
    assert ask("POST", "/api/find", b"x" * 300_000, {"content-type": "text/plain"}).status == 413
    assert ask("POST", "/api/find", b" \n", {"content-type": "text/plain"}).status == 400
    assert ask("POST", "/api/find", b'{"txt": "x"}', {"content-type": "application/json"}).error["target"] == "txt"


def test_all_sightings_are_merged_with_each_source_beside() -> None:
    (item,) = find(A).json["value"]
    assert item["merged"]["time"]["start"] == "2026-11-22T05:09:00.000Z"
    assert (item["merged"]["reached"], item["merged"]["region"]) == ("yes", "westeurope")
    assert item["merged"]["error"]["code"] == "AuthenticationFailure"
    assert {s["source"] for s in item["sightings"]} == {"blob:logs/one.log", "blob:logs/two.log"}
    assert item == ask("GET", f"/api/ids/{A}").json


def test_a_look_up_costs_one_request_and_a_note_one_more() -> None:
    requests = services().index.requests
    for expected in (1, 2):
        requests.clear()
        known = ask("GET", f"/api/ids/{A}").json
        assert (sum(requests.values()), "note" in known) == (expected, expected == 2)
        ask("PUT", f"/api/ids/{A}/note", b'{"note": "Customer X"}', {"content-type": "application/json"})
    assert known["note"]["note"] == "Customer X"


@pytest.mark.parametrize(
    "typed",
    [
        A[:20] + "9" + A[21:],  # another digit
        A[:5] + "e" + A[6:],
        A[:2] + "8" + A[3:],
        "8" + A[1:],
        A[1:],  # not all of it was copied
        A[1] + A[0] + A[2:],  # swapped
        A[:10] + A[11] + A[10] + A[12:],
        A[:30] + A[31:],  # lost
        A[:9] + A[8] + A[9:],  # typed twice
    ],
)
def test_ids_that_differ_in_one_character_are_named_within_few_requests(typed: str) -> None:
    services().index.requests.clear()
    (unknown,) = find(typed).json["notFound"]
    assert {"id": A, "kind": "session"} in unknown["similar"]
    assert sum(services().index.requests.values()) <= 43  # the look-up, the near misses of records, and forty


def test_a_404_says_what_the_value_looks_like_and_what_is_near() -> None:
    given = ask("GET", f"/api/ids/{A[:31]}1")
    assert given.status == 404
    assert f"differ from it in one character: {A}" in given.error["message"]
    assert "documentation" in ask("GET", "/api/ids/0b734c41faf8430380d493127bd44631").error["message"]


@pytest.mark.parametrize(
    ("text", "looks"),
    [
        ("SessionId: 11112222333344448555666677778888", "session-id"),
        ("11112222-3333-4444-8555-666677778889", "guid"),
        ("result_id=1a2b2c2d333344448555666677778888 x", "result-id"),
        ("X-RequestId: 1a2b2c2d333344448555666677778888\nx", "request-id"),
        ("see cid=1a2b2c2d-3333-4444-8555-666677778888&x=1", "model-id"),
        ("0b734c41faf8430380d493127bd44631", "documentation-example"),
        ("00000000-0000-0000-0000-000000000000", "documentation-example"),
        ("aaaabbbb-0000-cccc-1111-dddd2222eeee", "documentation-example"),
        (A[:20], "cut-id"),
        (f"sha {A}{A[:8]} x", "hash"),
    ],
)
def test_what_is_not_known_is_told_what_it_looks_like(text: str, looks: str) -> None:
    (unknown,) = find(text).json["notFound"]
    assert unknown["looksLike"] == looks
    assert unknown["advice"]


def test_a_beginning_names_the_ids_that_begin_so() -> None:
    (unknown,) = find(A[:12]).json["notFound"]
    assert unknown["similar"] == [{"id": A, "kind": "session"}]


def test_a_text_to_speech_connection_is_told_from_the_record_that_saw_it() -> None:
    (unknown,) = find(TTS).json["notFound"]
    assert unknown["looksLike"] == "text-to-speech"
    assert unknown["foundIn"]["source"] == "blob:logs/one.log"
    assert "result ID" in unknown["advice"]
    assert "result ID" in ask("GET", f"/api/ids/{TTS}").error["message"]


@pytest.mark.parametrize(
    "text",
    [
        KEY,
        f"my key {KEY} x",
        f"Ocp-Apim-Subscription-Key: {KEY}",
        f"subscription-key={A[:12]}4{A[13:]}x",
        f"SPEECH_KEY={KEY}",
        "https://x/y?sv=1&sig=" + "Ab3%2F" * 8,
        "Authorization: Bearer eyJhbGciOiJIUzI1NiJ9.abc123def456.x",
    ],
)
def test_what_looks_like_a_key_is_never_repeated_and_is_to_be_replaced(
    text: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        given = find(text)
    body = given.answer.body.decode()
    for secret in (KEY, text[-20:]):
        assert secret not in body
        assert not any(secret in record.getMessage() for record in caplog.records if record.name.startswith("shared"))
    assert "regenerate it" in body


def test_a_key_in_the_path_is_not_repeated_either() -> None:
    message = ask("GET", f"/api/ids/{KEY}").error["message"]
    assert KEY not in message
    assert "may be a key" in message


def test_nothing_pasted_comes_back_but_ids() -> None:
    body = find(f"password hunter2 patient Jane Doe\nSessionId: {A}").answer.body.decode()
    assert "hunter2" not in body
    assert "Jane" not in body


def test_the_first_fifty_of_many_are_looked_up() -> None:
    text = "\n".join(f"id {n:08x}-1111-4444-8555-666677778889" for n in range(60))
    given = find(text)
    assert len(given.json["notFound"]) == 50
    assert "first 50" in given.json["notices"][0]


def test_a_text_without_ids_says_what_an_id_looks_like() -> None:
    given = find("it does not work")
    assert (given.json["value"], given.json["notFound"]) == ([], [])
    assert "32 hex digits" in given.json["notices"][0]


def test_filter_text_cannot_be_injected() -> None:
    assert ask("GET", "/api/entities?kind=" + quote("x' or '1' eq '1")).status == 400
    assert ask("GET", "/api/audio?name=" + quote("x' or true")).value == []


def test_an_id_that_is_not_stored_comes_with_what_the_text_tells_of_it_and_its_case() -> None:
    entity = "637216f8-0620-4a10-ae2d-00bdb423b36f"
    body = {
        "self": URL.replace(T.upper(), entity),
        "status": "Failed",
        "createdDateTime": "2026-11-20T16:00:00Z",
        "properties": {"error": {"code": "InvalidUri", "message": "The source URI could not be resolved."}},
    }
    given = find(json.dumps(body))
    (unknown,) = given.json["notFound"]
    told = unknown["understood"]
    assert (told["kind"], told["id"], told["status"], told["region"]) == ("transcription", entity, "Failed", "eastus")
    assert (told["error"]["code"], told["created"]) == ("InvalidUri", "2026-11-20T16:00:00.000Z")
    assert unknown["case"].startswith(f"# Transcription ID `{entity}`")
    assert any("not stored" in notice for notice in given.json["notices"])
    assert ask("GET", f"/api/ids/{entity}").status == 404


def test_a_bare_unknown_id_has_nothing_to_tell() -> None:
    (unknown,) = find(A.replace("9c", "8d")).json["notFound"]
    assert "understood" not in unknown
    assert "case" not in unknown
