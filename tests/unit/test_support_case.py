"""The support case: merged facts, what is missing and how to get it, warnings, and the whole text."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.core.records import ErrorInfo, NearMiss, Place, Sdk, Sighting, TimeSpan
from shared.core.stored import Minted, Note, Noted, StoredSighting
from shared.speech.near_misses import FoundMiss
from shared.support import case_document, document
from shared.support.case import Case, build
from shared.support.merged import merge

NOW = datetime(2026, 11, 22, 6, tzinfo=UTC)
A = "9c9145db22a4462db58835a1ff33d4a0"
T = "537216f8-0620-4a10-ae2d-00bdb423b36f"
T32 = T.replace("-", "")
SELF = f"https://eastus.api.cognitive.microsoft.com/speechtotext/transcriptions/{T}?api-version=2025-10-15"
FULL = Sighting(
    "session",
    A,
    first=Place(27, 4011),
    last=Place(1330, 202114),
    region="westeurope",
    reached="yes",
    time=TimeSpan("2026-11-22T05:10:42.061Z", "2026-11-22T05:10:42.088Z"),
    language="en-US",
    mode="interactive",
    host="westeurope.stt.speech.microsoft.com",
    endpoint_kind="speech-to-text",
    events=("started", "canceled"),
    sdk=Sdk("1.38.0", "Python", "Linux"),
    attempts=5,
    request_ids=("c14c8d0b1bcf41cdbb687268d7cf309b",),
    error=ErrorInfo("TooManyRequests", 429, "WebSocket upgrade failed: Too many requests (429)."),
)
BATCH = Sighting(
    "transcription", T, self_url=SELF, region="eastus", status="Running", created="2026-11-20T00:00:00.000Z"
)


def stored(sighting: Sighting, source: str = "blob:logs/a.log", **known: Any) -> StoredSighting:
    return StoredSighting(sighting, source, "0" * 16, "2026-11-22T06:00:00.000Z", **known)


def session(**known: Any) -> Case:
    return build(A, [stored(replace(Sighting("session", A), **known))], Noted(), NOW)


def batch(**known: Any) -> Case:
    return build(T32, [stored(replace(BATCH, **known))], Noted(), NOW)


def markdown(case: Case) -> str:
    return document.to_markdown(case_document.report(case))


def missing(case: Case) -> set[str]:
    return {item.name for item in case.items if not item.present}


GOLDEN = """\
# Session ID `9c9145db22a4462db58835a1ff33d4a0`

## For the support case

- Session ID: `9c9145db22a4462db58835a1ff33d4a0`
- Region: `westeurope`
- Time (UTC): `2026-11-22T05:10:42.061Z` to `2026-11-22T05:10:42.088Z` (from the log)
- Reached the service: yes, the service answered
- Error: `TooManyRequests (HTTP 429)`: `WebSocket upgrade failed: Too many requests (429).`
- Speech SDK: `Python 1.38.0`
- Operating system: `Linux`
- Endpoint: speech-to-text, interactive
- Host: `westeurope.stt.speech.microsoft.com`
- Recognition language: `en-US`
- Attempts to connect: 5
- Events: started, canceled
- Request IDs: `c14c8d0b1bcf41cdbb687268d7cf309b`

## What happened

TooManyRequests (HTTP 429): More concurrent requests than the resource allows (429, or WebSocket code 4429).

- Run fewer recognitions at once, increase the load gradually, and retry with exponential backoff.
- If it persists, ask support to raise the concurrency limit: they need the resource and the region.

## Where it was found

- `blob:logs/a.log`, lines 27 to 1330

## Complete: 9 of 9 (17 of 17 points)

Nothing is missing that support usually asks for.
"""


def test_a_complete_case_reads_like_this() -> None:
    case = build(A, [stored(FULL)], Noted(), NOW)
    assert markdown(case) == GOLDEN
    assert markdown(case) == markdown(build(A, [stored(FULL)], Noted(), NOW))


# one ID in several sources


def test_sources_complete_each_other_and_one_answer_of_the_service_outweighs_cut_logs() -> None:
    found = [
        stored(
            Sighting(
                "session",
                A,
                reached="unknown",
                sdk=Sdk("1.38.0"),
                attempts=2,
                request_ids=("r1",),
                time=TimeSpan("2026-11-22T05:10:42.000Z"),
            ),
            "blob:logs/a.log",
        ),
        stored(
            Sighting(
                "session",
                A,
                reached="yes",
                sdk=Sdk(None, "Python"),
                attempts=1,
                request_ids=("r1", "r2"),
                time=TimeSpan("2026-11-22T05:10:40.000Z", "2026-11-22T05:10:41.000Z"),
            ),
            "blob:logs/b.log",
        ),
        stored(
            Sighting("session", A, time=TimeSpan(basis="blob", not_later_than="2020-01-01T00:00:00.000Z")),
            "blob:logs/c.har",
        ),
    ]
    known = merge(A, found).sighting
    assert (known.reached, known.attempts, known.request_ids) == ("yes", 2, ("r1", "r2"))
    assert known.sdk == Sdk("1.38.0", "Python", None)
    assert known.time == TimeSpan("2026-11-22T05:10:40.000Z", "2026-11-22T05:10:42.000Z", "log")


@given(st.permutations(range(4)))
def test_the_order_of_the_rows_changes_nothing(order: list[int]) -> None:
    found = [
        stored(replace(FULL, region=f"region{n}", attempts=n, reached=r), f"blob:c/{n}")
        for n, r in enumerate(("yes", "no", "unknown", None))
    ]
    assert merge(A, [found[n] for n in order]) == merge(A, found)


def test_the_inventory_outweighs_an_older_saved_body() -> None:
    old = replace(BATCH, status="Running", last_action="2026-11-20T00:00:00.000Z")
    new = replace(BATCH, status="Failed", last_action="2026-11-21T00:00:00.000Z")
    facts = merge(T32, [stored(old), stored(new, "resource:prod", resource="prod", state="live")])
    assert (facts.sighting.status, facts.resource, facts.state) == ("Failed", "prod", "live")


def test_a_bare_guid_does_not_hide_the_kind() -> None:
    facts = merge(T32, [stored(Sighting("unknown", T)), stored(BATCH, "blob:logs/b.json")])
    assert (facts.kind, facts.sighting.id, len(facts.seen)) == ("transcription", T, 2)


def test_two_regions_are_a_warning() -> None:
    case = build(A, [stored(FULL), stored(replace(FULL, region="eastus"), "blob:logs/b.log")], Noted(), NOW)
    assert any("different regions" in warning and "eastus" in warning for warning in case.warnings)
    assert "region" in missing(case)
    assert "- Region: `eastus` or `westeurope`" in markdown(case)


# completeness


@pytest.mark.parametrize(
    ("known", "name"),
    [
        ({"region": "westeurope"}, "region"),
        ({"time": TimeSpan("2026-11-22T05:10:42.061Z")}, "time"),
        ({"reached": "yes"}, "reached"),
        ({"error": ErrorInfo("BadRequest")}, "whatHappened"),
        ({"sdk": Sdk("1.38.0")}, "sdkVersion"),
        ({"sdk": Sdk(language="Go")}, "sdkLanguage"),
        ({"sdk": Sdk(os="iOS")}, "os"),
        ({"language": "de-DE"}, "language"),
    ],
)
def test_each_fact_raises_the_score_by_its_weight(known: dict[str, object], name: str) -> None:
    without, with_it = session(), session(**known)
    assert missing(without) - missing(with_it) == {name}
    weight = next(item.weight for item in without.items if item.name == name)
    assert with_it.score.points - without.score.points == weight
    assert with_it.score.present - without.score.present == 1


def test_everything_missing_says_how_to_get_it() -> None:
    for case in (session(), batch(status=None, region=None, created=None, self_url=None)):
        for item in case.items:
            assert item.why
            assert bool(item.how) is not item.present


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("Python", "speech_config.set_property("),
        ("CSharp", "speechConfig.SetProperty(PropertyId."),
        ("java", "speechConfig.setProperty("),
        ("JavaScript", "sdk.Diagnostics.SetLoggingLevel("),
        ("cpp", "speechConfig->SetProperty("),
        ("Go", "common.SpeechLogFilename"),
        ("Objective-C", "byId:SPX"),
        ("Swift", "SPXPropertyId."),
        ("spx", "spx recognize"),
    ],
)
def test_the_line_of_code_is_that_of_the_programs_language(language: str, line: str) -> None:
    text = markdown(session(sdk=Sdk(language=language)))
    assert line in text
    assert text.count("Speech_LogFilename") + text.count("SPXSpeechLogFilename") <= 1


def test_without_a_language_there_is_a_line_for_each_and_only_once() -> None:
    text = markdown(session())
    assert text.count("speech_config.set_property(") == 1
    for name in ("Python", "C#", "Java", "JavaScript", "C++", "Go", "Objective-C", "Swift", "Speech CLI (spx)"):
        assert f"  - {name}: `" in text


def test_a_job_that_failed_without_a_reason_gets_the_calls_that_tell_it() -> None:
    text = markdown(batch(status="Failed"))
    assert f'-o answer.json "{SELF}"' in text
    assert f'transcriptions/{T}/files?api-version=2025-10-15"' in text


@pytest.mark.parametrize(
    ("self_url", "region"),
    [
        (f"https://evil.example/speechtotext/transcriptions/{T}", "eastus"),
        (f"https://x.api.cognitive.microsoft.com/speechtotext/$(id)/{T}", "eastus"),
        (f"https://eastus.api.cognitive.microsoft.com/speechtotext/transcriptions/{T}?code=1;ls", "eastus"),
        (None, "eastus"),
    ],
)
def test_a_command_never_holds_what_only_a_log_says(self_url: str | None, region: str) -> None:
    """People paste it into a shell, and it sends a key."""
    (command,) = {
        step.code
        for item in batch(self_url=self_url, region=region).items
        for step in item.how
        if step.code and "curl" in step.code and "/files" not in step.code
    }
    assert f'"{SELF}"' in command
    hostile = batch(self_url=None, region='x";rm -rf ~;"', api_version="1$(id)")
    assert not any("rm -rf" in (s.code or "") or "$(id)" in (s.code or "") for i in hostile.items for s in i.how)


# what happened, warnings


def test_a_session_the_service_never_saw_is_told_first() -> None:
    case = session(reached="no", error=ErrorInfo("ConnectionFailure"))
    assert "support will not find this ID" in case.warnings[0]
    assert "reached" in missing(case)
    assert markdown(case).index("support will not find") < markdown(case).index("## For the support case")


@pytest.mark.parametrize(
    ("hours", "told"),
    [
        (-1, "It expired at"),
        (0.5, "expires in 1 hour ("),
        (3, "expires in 3 hours"),
        (49, None),
        (None, None),
    ],
)
def test_a_job_about_to_vanish_is_a_warning(hours: float | None, told: str | None) -> None:
    expires = None if hours is None else (NOW + timedelta(hours=hours)).isoformat()
    warnings = batch(expires=expires).warnings
    assert (told in warnings[0]) if told else (warnings == ())


@pytest.mark.parametrize(
    ("cause", "told"),
    [
        ("expired", "it has expired"),
        ("deleted", "most likely deleted"),
        ("resource-changed", "another Speech resource"),
        ("", "deleted or has expired"),
    ],
)
def test_a_job_that_is_gone_is_told_with_the_likely_cause(cause: str, told: str) -> None:
    more = {"cause": cause, "goneAt": "2026-11-21T00:00:00.000Z"} if cause else {}
    case = build(T32, [stored(BATCH, "resource:prod", state="gone", inventory_fields=more)], Noted(), NOW)
    assert "no longer lists it" in case.warnings[0]
    assert told in case.warnings[0]
    assert ("2026-11-21" in case.warnings[0]) is bool(cause)


def test_a_job_that_hangs_is_told() -> None:
    case = build(T32, [stored(BATCH, "resource:prod", inventory_fields={"flag": "stuck"})], Noted(), NOW)
    assert "unusually long" in case.warnings[0]
    assert "whatHappened" not in missing(case)


def test_a_job_that_runs_is_not_asked_for_files_and_two_answers_have_two_names() -> None:
    assert "/files" not in markdown(batch())
    failed = markdown(batch(status="Failed"))
    assert "-o answer.json" in failed
    assert "-o files.json" in failed


@pytest.mark.parametrize(
    "case",
    [
        build(A, [], Noted(minted=Minted(A, "2026-11-22T05:00:00.000Z")), NOW),
        build(A, [stored(Sighting("session", A, found_by="connection-id-url@1"))], Noted(), NOW),
    ],
)
def test_a_caller_of_the_rest_api_is_not_sent_to_an_sdk(case: Case) -> None:
    text = markdown(case)
    assert "REST API for short audio leaves no log" in text
    assert text.count("grep -vi") == 1
    assert "speechsdk" not in text
    assert "recognizer" not in text


def test_a_line_that_only_one_sdk_writes_tells_the_language() -> None:
    case = session(found_by="js-connection@1")
    assert "sdkLanguage" not in missing(case)
    assert "- Speech SDK: `JavaScript`" in markdown(case)
    assert "speechsdk." not in markdown(case)


def test_a_minted_value_that_nobody_saw_is_told() -> None:
    case = build(A, [], Noted(minted=Minted(A, "2026-11-22T05:00:00.000Z", owner="ann")), NOW)
    assert "generated by this app" in case.warnings[0]
    assert "- Owner: ann" in markdown(case)


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        ("text-to-speech", "result ID"),
        ("dashed-connection-id", "discards"),
        ("interaction-id", "session ID"),
        ("something-new", "not one that support accepts"),
    ],
)
def test_a_near_miss_says_what_it_is_and_what_to_send_instead(reason: str, told: str) -> None:
    miss = FoundMiss(NearMiss(A, reason, 3, "c14c8d0b1bcf41cdbb687268d7cf309b"), "blob:logs/a.log", "0" * 16)
    case = build(A, [], Noted(), NOW, [miss])
    assert not case.accepted
    assert "id" in missing(case)
    text = markdown(case)
    assert text.startswith("# Not a session ID")
    assert told in text
    assert "- Instead: `c14c8d0b1bcf41cdbb687268d7cf309b`" in text


def test_a_value_with_dashes_is_not_told_to_be_sent_to_support_without_them() -> None:
    miss = FoundMiss(NearMiss(T, "dashed-connection-id", 3, T32), "blob:logs/a.log", "0" * 16)
    text = markdown(build(T32, [], Noted(), NOW, [miss]))
    assert f"- For the next request, not the ID of this one: `{T32}`" in text
    assert "Instead" not in text
    assert "Look it up" not in text


# nothing hostile gets through, whatever the field


HOSTILE = "`\n# x\n- y [a](https://e.example/?key=1) <b>|\u202e"


def test_hostile_text_in_every_field_stays_text() -> None:
    named: dict[str, Any] = dict.fromkeys(
        (
            "region",
            "host",
            "reached",
            "endpoint_kind",
            "language",
            "mode",
            "custom_model",
            "self_url",
            "status",
            "api_version",
            "locale",
            "display_name",
            "created",
            "last_action",
            "expires",
            "model",
            "parent_id",
        ),
        HOSTILE,
    )
    sighting = Sighting(
        "session",
        A,
        events=(HOSTILE,),
        sdk=Sdk(HOSTILE, HOSTILE, HOSTILE),
        request_ids=(HOSTILE,),
        error=ErrorInfo(HOSTILE, 500, HOSTILE),
        time=TimeSpan(HOSTILE, HOSTILE, HOSTILE),
        **named,
    )
    noted = Noted(Note(A, HOSTILE, HOSTILE, HOSTILE, "e"), Minted(A, HOSTILE, HOSTILE, HOSTILE))
    case = build(A, [stored(sighting, HOSTILE)], noted, NOW)
    calm = build(A, [stored(FULL)], noted, NOW)
    for one in (case, calm):
        lines = markdown(one).splitlines()
        assert not any(line.startswith(("# x", "- y")) for line in lines)
        assert not any("](" in line.replace("\\]", "") and "`" not in line for line in lines)
        assert all(line.isprintable() for line in document.to_text(case_document.report(one)).splitlines())
    json.dumps(case.to_json())


def test_several_cases_share_one_document() -> None:
    cases = [build(A, [stored(FULL)], Noted(), NOW), build(T32, [stored(BATCH)], Noted(), NOW)]
    text = document.to_markdown(case_document.several("Two", cases, ["f" * 32]))
    assert text.startswith("# Two\n\n- `9c9145db")
    assert f"- `{T}` transcription, eastus, Running; " in text
    assert [line for line in text.splitlines() if line.startswith("## ")] == [
        "## Not in the index",
        f"## Session ID `{A}`",
        f"## Transcription ID `{T}`",
    ]


def test_a_time_whose_zone_nobody_states_is_shown_as_such_and_is_not_the_exact_time() -> None:
    bound = "2026-11-22T09:00:00.000Z"
    local = replace(FULL, time=TimeSpan(basis="local", local="2026-11-22 05:10:42", not_later_than=bound))
    unknown = replace(FULL, time=TimeSpan(basis="blob", not_later_than=bound))
    for sighting, said in ((local, "zone not stated"), (unknown, "not known")):
        case = build(A, [stored(sighting)], Noted(), NOW)
        text = markdown(case)
        assert said in text
        assert f"not later than `{bound}`" in text
        assert "time" in missing(case)
