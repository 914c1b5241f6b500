"""Times, regions and answers beside an ID, in whatever form loggers, people and captures write them."""

from __future__ import annotations

import pytest

from shared.core.records import Sighting, TimeSpan
from shared.extract import extract_bytes
from shared.extract.sessions.stamps import stamp
from tests.extract.forms import A, B

AT = "2026-03-02T10:15:20.000Z"
MS = 1772446520000
STAMPS = (
    "2026-03-02T10:15:20Z",
    "2026-03-02 10:15:20.000 +0000",
    "2026-03-02 05:15:20,000 -0500",
    "2026-03-02 10:15:20 UTC",
    "Mon, 02 Mar 2026 10:15:20 GMT",
    "[02/Mar/2026:10:15:20 +0000]",
    "[1772446520.000]",
    '"time":1772446520000',
    '"ts": 1772446520.0',
    'timestamp="1772446520000"',
    "__REALTIME_TIMESTAMP=1772446520000000",
    '"epochSecond":1772446520',
)


def session(text: str, id_: str = A) -> Sighting:
    with extract_bytes(text.encode()) as extraction:
        return next(sighting for sighting in extraction.sightings if sighting.id == id_)


@pytest.mark.parametrize("said", STAMPS)
def test_a_clear_stamp_is_read(said: str) -> None:
    assert stamp(said.encode()) == MS


@pytest.mark.parametrize(
    "said", ["2026-03-02 10:15:20", '"time":17724', '"id":1772446520000', "99/Mar/2026:10:15:20 +0000", "1772446520"]
)
def test_a_local_time_or_a_number_without_a_label_tells_nothing(said: str) -> None:
    assert stamp(said.encode()) is None


@pytest.mark.parametrize("said", STAMPS)
@pytest.mark.parametrize(
    "line",
    ["{stamp} Session started, SessionId: {id}\n", "Session started, SessionId: {id} {stamp}\n"],
    ids=["before", "behind"],
)
def test_the_stamp_of_a_line_is_the_time_of_its_session(said: str, line: str) -> None:
    found = session(line.format(stamp=said, id=A))
    assert found.time is not None
    assert found.time.start == AT


@pytest.mark.parametrize(
    "text",
    [
        "{{\n  sessionId: '{id}',\n  timestamp: '2026-03-02T10:15:20Z'\n}}\n",
        "2026-03-02T10:15:20Z ERROR failed\nRuntimeError: x\n  SessionId: {id}\n",
        "LogRecord.Timestamp: 2026-03-02T10:15:20Z\nLogRecord.Body: SessionId: {id}\n",
        (
            "2026-03-02T10:15:20Z DEBUG SDK: [7]: 59ms SPX_TRACE_INFO:  a.cpp:1 [0x1]CSpxAudioStreamSession::"
            "FireSessionStartedEvent: Firing SessionStarted event: SessionId: {id}\n"
        ),
        "session_id,region,started\n{id},uksouth,2026-03-02T10:15:20Z\n",
        '{{\n  "fields": {{\n    "sessionId": "{id}"\n  }},\n  "level": "info",\n  "time": "2026-03-02T10:15:20Z"\n}}\n',
        '{{\n  "ts": {{\n    "epochSecond": 1772446520,\n    "nano": 7\n  }},\n  "sessionId": "{id}"\n}}\n',
        (
            '{{\n  "time": "2026-03-02T10:15:20Z",\n  "scopes": [\n    {{\n      "span": "b9c9"\n    }},\n    {{\n'
            '      "sessionId": "{id}"\n    }}\n  ]\n}}\n'
        ),
        "- time: 2026-03-02T10:15:20Z\n  data:\n    session_id: {id}\n",
    ],
    ids=[
        "object",
        "lines",
        "otel",
        "native in a logger",
        "table",
        "after an object",
        "behind an object",
        "list of objects",
        "YAML",
    ],
)
def test_the_stamp_of_a_record_is_the_time_of_its_session(text: str) -> None:
    found = session(text.format(id=A))
    assert found.time is not None
    assert found.time.start == AT


def test_no_time_comes_from_the_record_before_or_behind() -> None:
    text = f"2026-03-02T10:15:20Z one\n\nSessionId: {A}\n\n2026-03-02T10:15:21Z two\n"
    assert session(text).time is None


@pytest.mark.parametrize(
    "text",
    [
        "Session started, SessionId: {id} region westeurope",
        'SessionId: "{id}" region "westeurope"',
        '{{"SessionId":"{id}","Region":"westeurope"}}',
        "Region: westeurope\nSession id: {id}",
        "| Session ID | Region |\n|---|---|\n| {id} | westeurope |",
        "have a look at session id: {id}? It ran in westeurope with C++ SDK 1.9",
    ],
)
def test_the_region_beside_an_id_is_its_region(text: str) -> None:
    assert session(text.format(id=A) + "\n").region == "westeurope"


@pytest.mark.parametrize("name", ["northwind", "customers", "production", "unknown"])
def test_what_is_no_region_is_none(name: str) -> None:
    assert session(f"SessionId: {A} region {name}\n").region is None


def test_a_region_is_not_taken_from_another_session_of_the_record() -> None:
    text = f"SessionId: {A} region uksouth SessionId: {B} region eastus2\n"
    assert (session(text).region, session(text, B).region) == ("uksouth", "eastus2")


@pytest.mark.parametrize(
    ("answer", "reached", "status"),
    [
        ("< HTTP/1.1 401 PermissionDenied\n< Date: Mon, 02 Mar 2026 10:15:20 GMT\n", "yes", 401),
        ("< HTTP/1.1 101 Switching Protocols\n", "yes", None),
        ("          \u2190 429 Too Many Requests\n", "yes", 429),
        ("* Connection refused\n", "unknown", None),
    ],
)
def test_a_capture_says_whether_the_service_answered(answer: str, reached: str, status: int | None) -> None:
    request = f"> POST /speech/recognition/conversation/cognitiveservices/v1?X-ConnectionId={A} HTTP/1.1\n"
    host = "> Host: eastus.stt.speech.microsoft.com\n>\n"
    found = session(request + host + answer)
    assert (found.reached, found.region) == (reached, "eastus")
    assert (found.error.http_status if found.error else None) == status


def test_an_answer_belongs_to_the_request_in_front_of_it() -> None:
    def request(id_: str) -> str:
        return f"> GET /speech/recognition/x/cognitiveservices/v1?X-ConnectionId={id_} HTTP/1.1\n> Host: x\n"

    text = request(A) + "* Connection refused\n" + request(B) + "< HTTP/1.1 503 Service Unavailable\n"
    assert session(text).reached == "unknown"
    assert session(text, B).reached == "yes"


OTHERS = (
    '{{\n  "time": "2026-03-02T10:15:20Z",\n  "region": "uksouth",\n  "sessionId": "{other}"\n}}\n{{\n  "sessionId": "{id}"\n}}\n',
    '[\n  {{\n    "time": "2026-03-02T10:15:20Z",\n    "region": "uksouth"\n  }},\n  {{\n    "sessionId": "{id}"\n  }}\n]\n',
    "- time: 2026-03-02T10:15:20Z\n  region: uksouth\n- type: stopped\n  sessionId: {id}\n",
    "INFO 2026-03-02T10:15:20Z region: uksouth\nINFO SessionId: {id}\n",
    (
        '{{\n  "time": "2026-03-02T10:15:20Z",\n  "region": "uksouth",\n  "a": [\n    {{\n      "sessionId": "{other}"\n'
        '    }},\n    {{\n      "sessionId": "{id}"\n    }}\n  ]\n}}\n'
    ),
)


@pytest.mark.parametrize("text", OTHERS)
def test_nothing_is_borrowed_from_another_record(text: str) -> None:
    found = session(text.format(id=A, other=B))
    assert (found.time, found.region) == (None, None)


REFUSED = "WebSocket upgrade failed: Authentication error (401). Please check subscription information and region name."


def wrapped(text: str, width: int, margin: str = "", *, words: bool) -> str:
    """As `fold` and `fold -s` do."""
    lines = []
    while len(text) > width:
        end = text.rfind(" ", 0, width) + 1 if words else width
        lines.append(text[:end].rstrip() if words else text[:end])
        text = text[end:]
    return ("\n" + margin).join([*lines, text]) + "\n"


@pytest.mark.parametrize("width", [72, 79, 80, 81, 100, 120])
@pytest.mark.parametrize(("words", "margin"), [(False, ""), (True, ""), (True, "      "), (True, "> ")])
def test_an_error_text_may_be_wrapped_anywhere(width: int, words: bool, margin: str) -> None:
    line = f"ERROR CANCELED: ErrorCode=AuthenticationFailure ErrorDetails={REFUSED} SessionId: "
    found = session(wrapped(line + A, width, margin, words=words))
    assert found.error is not None
    assert (found.error.code, found.reached) == ("AuthenticationFailure", "yes")


@pytest.mark.parametrize("width", [60, 72, 80])
def test_what_follows_a_wrapped_error_text_is_not_its_message(width: int) -> None:
    text = wrapped(f"ERROR errorDetails: {REFUSED} Bob called about it, sessionId={A}", width, words=True)
    found = session(text)
    assert found.error is None or "Bob" not in (found.error.message or "")


@pytest.mark.parametrize("width", range(60, 130, 7))
def test_the_url_in_front_of_an_id_may_be_wrapped(width: int) -> None:
    url = "wss://uksouth.stt.speech.microsoft.com/speech/recognition/interactive/cognitiveservices/v1?language=de-DE"
    found = session(f"{wrapped(url, width, words=False)}X-ConnectionId: {A}\n")
    assert (found.region, found.language, found.mode) == ("uksouth", "de-DE", "interactive")


def test_the_line_below_an_url_is_no_part_of_it() -> None:
    url = "wss://uksouth.stt.speech.microsoft.com/speech/recognition/interactive/cognitiveservices/v1?language=de-DE"
    assert session(f"{url}\nat x/y\nX-ConnectionId: {A}\n").language == "de-DE"


def test_slashes_may_be_codes_of_json() -> None:
    url = rf"wss:\/\/uksouth.stt.speech.microsoft.com\/speech\/universal\/v2?X-ConnectionId={A}"
    assert session(f'{{"msg":"{url}"}}\n').region == "uksouth"


def in_a_column(message: str, width: int = 61) -> str:
    """As rich prints a message: a word that is too long is cut."""
    lines, line = list[str](), ""
    for word in message.split(" "):
        if line and len(line) + 1 + len(word) > width:
            lines, line = [*lines, line], ""
        line = f"{line} {word}" if line else word
        while len(line) > width:
            lines, line = [*lines, line[:width]], line[width:]
    first, *rest = [*lines, line]
    margin = f"\n{'':29}"
    return f"[03/02/26 10:15:20] ERROR    {first:{width}} app.py:74\n" + "".join(
        f"{margin[1:]}{part:{width + 10}}\n" for part in rest
    )


def test_a_message_in_a_column_is_one_line() -> None:
    message = f"CANCELED: ErrorDetails={REFUSED} SessionId: {A} {{'session_id': '{A}'}}"
    url = "wss://uksouth.stt.speech.microsoft.com/speech/recognition/interactive/cognitiveservices/v1?language=de-DE"
    text = in_a_column(message) + in_a_column(f"connecting to {url} X-ConnectionId: {A}")
    found = session(text)
    assert found.error is not None
    assert (found.error.code, found.language) == ("AuthenticationFailure", "de-DE")
    assert found.first is not None
    assert found.first.line == next(number for number, line in enumerate(text.splitlines(), 1) if A in line)


LOCAL = {
    "2026-03-02 10:15:20,004 INFO": "2026-03-02 10:15:20.004",
    "2026-03-02 15:13:50.5216||DEBUG|": "2026-03-02 15:13:50.521",
    "2026-03-02T10:15:20": "2026-03-02 10:15:20",
    "2026/03/02 10:15:20.5": "2026-03-02 10:15:20.500",
    "[03/02/26 10:15:20] ERROR": "03/02/26 10:15:20",
    "3/2/2026, 10:15:20 AM": "3/2/2026, 10:15:20 AM",
    "02.03.2026 10:15:20": "02.03.2026 10:15:20",
    "03-02 10:15:20.123  7  8 I Speech:": "03-02 10:15:20.123",
    "Mar  2 10:15:20 host app[1]:": "Mar  2 10:15:20",
    "02 Mar 2026 10:15:20,123": "02 Mar 2026 10:15:20,123",
}


@pytest.mark.parametrize(("said", "local"), LOCAL.items())
@pytest.mark.parametrize(
    "line", ["{said} SessionId: {id}\n", "SessionId: {id} at {said}\n", "{said} failed\n  SessionId: {id}\n"]
)
def test_a_time_without_its_zone_is_kept_as_the_log_has_it(said: str, local: str, line: str) -> None:
    assert session(line.format(said=said, id=A)).time == TimeSpan(basis="local", local=local)


def test_a_time_with_its_zone_is_better_than_one_without() -> None:
    text = f"2026-03-02 10:15:20 SessionId: {A}\n2026-03-02T10:15:20Z SessionId: {A} stopped\n"
    assert session(text).time == TimeSpan(AT, AT)


@pytest.mark.parametrize("said", ["version 1.28.0", "12:00", "2026-03-02", "ratio 3/2", "10.15.20.30:40:50"])
def test_what_is_no_date_with_a_time_is_no_local_time(said: str) -> None:
    assert session(f"{said} SessionId: {A}\n").time is None


@pytest.mark.parametrize("own", ['"session_id":"{b}"', "session_id={b}", "sessionId: {b}"])
def test_an_applications_own_id_beside_an_event_of_the_sdk_is_a_near_miss(own: str) -> None:
    event = f"Azure STT: SESSION STARTED: SessionEventArgs(session_id={A})"
    text = f"{own.format(b=B)} connected\n{own.format(b=B)} {event}\n"
    with extract_bytes(text.encode()) as extraction:
        assert [sighting.id for sighting in extraction.sightings] == [A]
        misses = [(miss.value, str(miss.reason), miss.suggestion) for miss in extraction.near_misses]
    assert misses == [(B, "application-session-id", A)]


def test_an_id_that_an_event_of_the_sdk_names_is_never_the_applications() -> None:
    text = "".join(
        f"session_id={other} SESSION STARTED: SessionEventArgs(session_id={one})\n" for one, other in ((A, B), (B, A))
    )
    with extract_bytes(text.encode()) as extraction:
        assert {sighting.id for sighting in extraction.sightings} == {A, B}
