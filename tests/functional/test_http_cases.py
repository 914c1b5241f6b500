"""Support cases and notes through the whole web layer, over a real index."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import pytest

from shared.app.clients import services
from shared.core.records import ErrorInfo, NearMiss, Place, Sdk, Sighting, TimeSpan
from shared.index import notes
from shared.index.source_attempt import SourceRun
from tests.webclient import Given, ask

MODIFIED = datetime(2026, 11, 22, 6, tzinfo=UTC)
A = "9c9145db22a4462db58835a1ff33d4a0"
B = "c0000000000040008000000000000003"
TTS = "aaaaaaaabbbb4ccc8dddeeeeeeeeeeee"
T = "537216f8-0620-4a10-ae2d-00bdb423b36f"
NOWHERE = "00000000000040008000000000000001"


def index(source: str, sightings: Sequence[Sighting], near_misses: Sequence[NearMiss] = ()) -> None:
    run = SourceRun.begin(services().index, source, etag='"1"', modified=MODIFIED, size=10, worker="test")
    assert isinstance(run, SourceRun)
    run.write(sightings)
    run.finish(format="speech-sdk-log", near_misses=near_misses)


@pytest.fixture(autouse=True)
def indexed(app_settings: dict[str, str]) -> None:
    index(
        "blob:logs/app.log",
        [
            Sighting(
                "session",
                A,
                first=Place(27, 4011),
                last=Place(1330, 202114),
                reached="unknown",
                region="westeurope",
                time=TimeSpan("2026-11-22T05:10:42.061Z", "2026-11-22T05:10:43.000Z"),
                sdk=Sdk("1.38.0", "Python"),
                error=ErrorInfo("AuthenticationFailure", 401, "WebSocket upgrade failed"),
            ),
            Sighting(
                "transcription",
                T,
                created="2026-11-20T00:00:00.000Z",
                status="Failed",
                region="eastus",
                display_name="`x` | <b>bold</b>",
            ),
        ],
        [NearMiss(TTS, "text-to-speech", 77)],
    )
    index(
        "blob:logs/proxy.log",
        [
            Sighting(
                "session",
                A,
                first=Place(3, 99),
                last=Place(3, 99),
                reached="yes",
                attempts=2,
                language="en-US",
                time=TimeSpan("2026-11-22T05:10:42.000Z"),
            ),
            Sighting(
                "session",
                B,
                reached="no",
                region="westeurope",
                time=TimeSpan("2026-11-22T04:00:00.000Z"),
                error=ErrorInfo("ConnectionFailure"),
            ),
        ],
    )


def text_of(given: Given, kind: str = "text/markdown") -> str:
    assert given.status == 200, given.answer.body
    assert given.answer.content_type == f"{kind}; charset=utf-8"
    return given.answer.body.decode()


def send(method: str, url: str, body: Any, **headers: str) -> Given:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return ask(method, url, json.dumps(body).encode(), {"content-type": "application/json", **given})


# GET /ids/{id}/case


@pytest.mark.parametrize("spelling", [A, A.upper(), f"{{{A}}}", "9c9145db-22a4-462d-b588-35a1ff33d4a0"])
def test_a_case_is_markdown_with_the_id_as_support_takes_it(spelling: str) -> None:
    text = text_of(ask("GET", f"/api/ids/{quote(spelling)}/case"))
    assert text.startswith(f"# Session ID `{A}`\n")
    for line in (
        "- Region: `westeurope`",
        "- Reached the service: yes, the service answered",
        "- Attempts to connect: 2",
        "- Time (UTC): `2026-11-22T05:10:42.000Z` to `2026-11-22T05:10:43.000Z` (from the log)",
        "- Error: `AuthenticationFailure (HTTP 401)`: `WebSocket upgrade failed`",
        "- `blob:logs/app.log`, lines 27 to 1330",
        "- `blob:logs/proxy.log`, line 3",
    ):
        assert line in text
    assert "## Complete: 8 of 9 (16 of 17 points)" in text
    assert "Operating system" in text


def test_plain_text_and_json_say_the_same() -> None:
    text = text_of(ask("GET", f"/api/ids/{A}/case?format=text"), "text/plain")
    assert "`" not in text
    assert f"- Session ID: {A}" in text
    data = ask("GET", f"/api/ids/{A}/case?format=json").json
    assert (data["id"], data["kind"], data["accepted"]) == (A, "session", True)
    assert data["score"] == {"present": 8, "of": 9, "points": 16, "ofPoints": 17}
    assert data["known"]["sdk"] == {"version": "1.38.0", "language": "Python"}
    assert data["errors"][0]["code"] == "AuthenticationFailure"
    assert data["errors"][0]["advice"]
    assert [s["source"] for s in data["sources"]] == ["blob:logs/app.log", "blob:logs/proxy.log"]
    (missing,) = [item for item in data["completeness"] if not item["present"]]
    assert missing["name"] == "os"
    assert "Speech_LogFilename" in json.dumps(missing["how"])


@pytest.mark.parametrize(
    ("accept", "kind"),
    [("application/json", "application/json"), ("text/plain", "text/plain"), ("text/html,*/*;q=0.8", "text/markdown")],
)
def test_accept_chooses_where_format_does_not(accept: str, kind: str) -> None:
    given = ask("GET", f"/api/ids/{A}/case", headers={"accept": accept})
    assert given.answer.content_type == f"{kind}; charset=utf-8"
    given = ask("GET", f"/api/ids/{A}/case?format=markdown", headers={"accept": accept})
    assert given.answer.content_type == "text/markdown; charset=utf-8"


def test_a_session_that_never_arrived_is_told_plainly() -> None:
    text = text_of(ask("GET", f"/api/ids/{B}/case"))
    assert "support will not find this ID" in text
    assert "port 443" in text


def test_a_display_name_cannot_break_out_of_markdown() -> None:
    text = text_of(ask("GET", f"/api/ids/{T}/case"))
    assert "- Display name: `` `x` | <b>bold</b> ``" in text
    assert f"# Transcription ID `{T}`" in text


def test_a_text_to_speech_connection_is_told_what_support_wants_instead() -> None:
    text = text_of(ask("GET", f"/api/ids/{TTS}/case"))
    assert text.startswith(f"# Not a session ID `{TTS}`")
    assert "support asks for the result ID" in text
    assert "- Found in `blob:logs/app.log`, line 77" in text
    data = ask("GET", f"/api/ids/{TTS}/case?format=json").json
    assert (data["accepted"], data["nearMisses"][0]["reason"]) == (False, "text-to-speech")


def test_an_unknown_id_a_prefix_and_no_id_are_refused_with_the_reason() -> None:
    given = ask("GET", f"/api/ids/{NOWHERE}/case")
    assert (given.status, given.error["target"]) == (404, "id")
    assert "speech-logs" in given.error["message"] or "container" in given.error["message"]
    assert "whole ID" in ask("GET", "/api/ids/9c9145db/case").error["message"]
    assert ask("GET", "/api/ids/hello/case").status == 400
    assert ask("GET", f"/api/ids/{A}/case?format=pdf").error["target"] == "format"


# notes


def test_a_note_and_a_case_number_are_kept_and_shown_with_the_case() -> None:
    assert ask("GET", f"/api/ids/{A}/note").status == 404
    body = {"note": "Customer X\n# called [us](http://x)", "caseNumber": "2411220040001234"}
    given = send("PUT", f"/api/ids/{A}/note", body)
    assert given.status == 200
    assert given.json["id"] == A
    kept = ask("GET", f"/api/ids/{A.upper()}/note")
    assert kept.json == given.json
    assert kept.answer.headers["ETag"] == f'"{given.json["etag"]}"'
    text = text_of(ask("GET", f"/api/ids/{A}/case"))
    assert "- Case number: `2411220040001234`" in text
    assert "> Customer X\n>\n> \\# called \\[us\\](http\\://x)\n" in text
    assert ask("GET", f"/api/ids/{A}/case?format=json").json["note"]["caseNumber"] == "2411220040001234"
    found = notes.notes_for(services().index, A)
    assert found.note is not None
    assert found.note.note.startswith("Customer X")


def test_a_note_says_what_went_wrong_where_no_error_does() -> None:
    def known() -> bool:
        items = ask("GET", f"/api/ids/{T}/case?format=json").json["completeness"]
        return bool(next(i["present"] for i in items if i["name"] == "whatHappened"))

    assert not known()
    send("PUT", f"/api/ids/{T}/note", {"note": "wrong words"})
    assert known()


def test_a_note_for_an_id_that_no_log_shows_yet_makes_a_case_of_it() -> None:
    send("PUT", f"/api/ids/{NOWHERE}/note", {"note": "seen in a mail"})
    text = text_of(ask("GET", f"/api/ids/{NOWHERE}/case"))
    assert "only its note is known" in text
    assert "> seen in a mail" in text


def test_an_empty_note_takes_it_back() -> None:
    send("PUT", f"/api/ids/{A}/note", {"note": "x", "caseNumber": "1"})
    assert send("PUT", f"/api/ids/{A}/note", {}).status == 200
    assert ask("GET", f"/api/ids/{A}/note").status == 404
    assert "## Note" not in text_of(ask("GET", f"/api/ids/{A}/case"))


def test_if_match_keeps_two_people_from_overwriting_each_other() -> None:
    url = f"/api/ids/{A}/note"
    assert send("PUT", url, {"note": "x"}, if_match="*").status == 412
    etag = send("PUT", url, {"note": "mine"}).answer.headers["ETag"]
    assert send("PUT", url, {"note": "yours"}, if_match=etag).status == 200
    refused = send("PUT", url, {"note": "mine again"}, if_match=etag)
    assert (refused.status, refused.error["code"]) == (412, "PreconditionFailed")
    assert ask("GET", url).json["note"] == "yours"
    assert send("PUT", url, {"note": "last"}, if_match="*").status == 200
    assert send("PUT", url, {"note": "x"}, if_match="W/nonsense, b").error["target"] == "If-Match"


def test_a_key_in_a_note_is_not_kept_and_a_session_id_is() -> None:
    key = "0123456789abcdef0123456789abcdef"
    text = f"key {key}, see {B}, https://x.blob.core.windows.net/a.wav?sig=abcdefgh%3D"
    kept = send("PUT", f"/api/ids/{A}/note", {"note": text}).json["note"]
    assert kept == f"key [redacted], see {B}, https://x.blob.core.windows.net/a.wav"


def test_half_characters_are_kept_out() -> None:
    assert send("PUT", f"/api/ids/{A}/note", {"note": "a\ud800b", "caseNumber": "1\ud8002"}).json["note"] == "a b"
    assert text_of(send("POST", "/api/cases", {"ids": [A], "title": "\ud800 \u202ex"})).startswith("# x\n")
    assert send("POST", "/api/cases", {"\ud800": 1}).status == 400


# POST /cases


def test_several_ids_make_one_case() -> None:
    body = {"ids": [A, T.upper(), B, A.upper(), NOWHERE], "title": "Friday | *outage*"}
    text = text_of(send("POST", "/api/cases", body))
    assert text.startswith("# Friday \\| \\*outage\\*\n")
    assert text.count("\n## Session ID ") == 2
    assert text.count("\n## Transcription ID ") == 1
    assert f"## Not in the index\n\n- `{NOWHERE}`" in text
    data = send("POST", "/api/cases", {**body, "format": "json"}).json
    assert [one["id"] for one in data["value"]] == [A, T, B]
    assert data["unknown"] == [NOWHERE]
    assert data["title"] == "Friday | *outage*"


@pytest.mark.parametrize(
    ("body", "target"),
    [
        ({}, "ids"),
        ({"ids": []}, "ids"),
        ({"ids": A}, "ids"),
        ({"ids": [A] * 51}, "ids"),
        ({"ids": [1]}, "ids"),
        ({"ids": [A, "hello"]}, "ids[1]"),
        ({"ids": [A], "format": "pdf"}, "format"),
        ({"ids": [A], "x": 1}, "x"),
        ({"ids": [A], "title": 5}, "title"),
        ({"ids": [A], "title": "x" * 201}, "title"),
    ],
)
def test_what_is_wrong_with_a_list_of_ids_is_told(body: Any, target: str) -> None:
    given = send("POST", "/api/cases", body)
    assert (given.status, given.error["target"]) == (400, target)


def test_a_case_of_a_mistyped_id_names_the_right_one_and_no_answer_repeats_a_key() -> None:
    wrong = A[:-1] + ("0" if A[-1] != "0" else "1")
    assert f"differ from it in one character: {A}" in ask("GET", f"/api/ids/{wrong}/case").error["message"]
    key = "0f3c5a7e9b1d2f4c6a8e0b3d5f7a9c1e"  # the form of a key, made up
    for path in (f"/api/ids/{key}/case", f"/api/ids/{key}/note"):
        given = ask("GET", path)
        assert given.status == 404
        assert key not in given.answer.body.decode()
    for form in ("json", "markdown"):
        given = send("POST", "/api/cases", {"ids": [A, key, NOWHERE], "format": form})
        text = given.answer.body.decode()
        assert (given.status, key in text, NOWHERE in text, "may be a key" in text) == (200, False, True, True)


def test_a_list_of_which_nothing_is_known_is_404() -> None:
    assert send("POST", "/api/cases", {"ids": [NOWHERE]}).status == 404


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b'{"ids": NaN}', b'{"ids": [], "ids": []}', b"\xff", b"[" * 100_000]
)
def test_a_body_that_is_no_json_object_is_400(body: bytes) -> None:
    given = ask("POST", "/api/cases", body)
    assert (given.status, given.error["code"]) in ((400, "InvalidJson"), (400, "InvalidField"))


def test_other_types_are_415_and_huge_bodies_413() -> None:
    for headers in (
        {"content-type": "text/csv"},
        {"content-type": "application/json; charset=latin-1"},
        {"content-encoding": "gzip"},
    ):
        assert ask("POST", "/api/cases", b"{}", headers).status == 415
    assert ask("POST", "/api/cases", b" " * 300_000).status == 413
    assert send("PUT", f"/api/ids/{A}/note", {"note": "x" * 4001}).error["target"] == "note"
    assert send("PUT", f"/api/ids/{A}/note", {"caseNumber": "a`b"}).error["target"] == "caseNumber"
