"""What terminals, mails, loggers and saved pages do to a label and its digits."""

from __future__ import annotations

import quopri

import pytest

from shared.extract import extract_bytes

A = "1e6f0a4c7d2b4f3a9c5d8e7f60718293"
B = "7a1b2c3d4e5f4a6b8c9d0e1f2a3b4c5d"
C = "2f7e1b5d8c3c4a4b8d6e9f8071829304"
LINES = {
    "native": f"[7]: 57ms SPX_DBG_TRACE_VERBOSE:  audio_stream_session.cpp:861 [0x55]CSpxAudioStreamSession::FireSessionStartedEvent: Firing SessionStarted event: SessionId: {A}",
    "python": f"SESSION STARTED: SessionEventArgs(session_id={A})",
    "spx": f"here is what it says: SESSION STARTED: {A}",
    "javascript": f"2026-11-22T05:24:42.849Z | ConnectingToServiceEvent | privRequestId: {B.upper()} | privSessionId: {A.upper()} | privAuthFetchEventId: {B.upper()}",
    "url": f"> POST /speech/recognition/conversation/cognitiveservices/v1?language=en-US&X-ConnectionId={A} HTTP/1.1",
    "error": f"CANCELED: ErrorDetails=WebSocket upgrade failed: Authentication error (401). Please check. SessionId: {A}",
}


def ids(text: str | bytes) -> list[str]:
    with extract_bytes(text.encode() if isinstance(text, str) else text) as extraction:
        return [s.id for s in extraction.sightings if s.kind == "session"]


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\n> ", "\n> > "])
@pytest.mark.parametrize("line", LINES.values(), ids=LINES)
def test_a_hard_wrap_at_any_width_hides_no_id(line: str, line_end: str) -> None:
    for width in range(40, 141):
        rows = [line[at : at + width] for at in range(0, len(line), width)]
        assert ids(line_end.join(["before", *rows, "after"])) == [A], width


def test_the_place_of_a_torn_id_is_that_of_its_first_digit() -> None:
    text = f"one\ntwo Session\nId: {A[:3]}\n{A[3:]} three\nSESSION STARTED: {B}\n"
    with extract_bytes(text.encode()) as extraction:
        torn, whole = extraction.sightings
    assert (torn.id, torn.first and torn.first.line) == (A, 3)
    assert (whole.id, whole.first and (whole.first.line, whole.first.offset)) == (B, (5, text.index(B)))


@pytest.mark.parametrize(
    "text",
    [
        f"Session\nId: {A[:31]}",
        f"SessionId: {A[:5]}\n{A[5:]}{A[:1]}",
        f"SessionId: {A[:5]}\n\n{A[5:]}",
        f"Session\nkey: {A}",
        f"SessionId: {A[:20]}\nResultId: {A}",
    ],
)
def test_what_does_not_make_an_id_stays_torn(text: str) -> None:
    assert ids(text) == []


@pytest.mark.parametrize(
    "text",
    [
        f"SessionId: \\u001b[32m{A}\\u001b[0m",
        f"SessionId: \\x1b[1;32m{A}\\x1b[0m",
        f"SessionId: #033[32m{A}#033[0m",
        f"SessionId: ^[[32m{A}^[[0m",
        f"<tr><td>Session ID</td>\n<td>{A}</td></tr>",
        f"<p><b>Session ID:</b> <code>{A}</code></p>",
        f'<span class="k">"sessionId"</span>: <span class="s">"{A}"</span>',
        f"Session\u00a0ID: {A}",
    ],
)
def test_colours_written_as_text_and_markup_hide_no_id(text: str) -> None:
    assert ids(text) == [A]


def test_quoted_printable_is_known_without_its_header() -> None:
    for label in ("session_id=", "SessionId: "):
        for shift in range(80):
            mail = quopri.encodestring(f"{'x' * shift} {label}{A}, {'y' * 90}\n".encode())
            if label.rstrip("=: ").encode() in mail:  # without a header a torn label is not seen
                assert ids(mail) == [A], (label, shift)


def test_a_plain_part_of_a_quoted_printable_mail_keeps_its_ids() -> None:
    digits = "12" + A[2:]  # `=12` would be an escape
    mail = f"Content-Transfer-Encoding: quoted-printable\n\nsession_id=3D{A}\n\nContent-Transfer-Encoding: 8bit\n\nsession_id={digits}\n"
    assert ids(mail) == [A, digits]


@pytest.mark.parametrize(
    "text",
    [
        f"Session IDs:\n{A}\n{B}\n{C}\n",
        f"## Session ID\n\n- `{A}`\n- `{B}`\n- `{C}`\n",
        f"Session IDs: {A}\n  {B}\n  {C}",
    ],
)
def test_ids_below_each_other_under_one_heading(text: str) -> None:
    assert ids(text) == [A, B, C]


def test_lines_behind_an_id_are_not_taken_without_a_heading() -> None:
    assert ids(f"SessionId: {A}\n{B}\n") == [A]


def test_a_request_to_text_to_speech_at_the_very_beginning() -> None:
    assert ids(f"GET /cognitiveservices/websocket/v1?X-ConnectionId={A} HTTP/1.1\n") == []


def test_an_error_of_text_to_speech_without_its_url_is_none_of_a_session() -> None:
    text = f"Error details: WebSocket upgrade failed. X-ConnectionId: {A} USP state: Connecting. Received audio size: 0 bytes."
    with extract_bytes(text.encode()) as extraction:
        assert not [s for s in extraction.sightings if s.kind == "session"]
        assert [(m.value, m.reason) for m in extraction.near_misses] == [(A, "text-to-speech")]


def test_telemetry_in_a_network_log_proves_that_the_service_was_reached() -> None:
    data = f'{{"data":"path: telemetry\\r\\n\\r\\n{{\\"Metrics\\":[{{\\"End\\":\\"2026-11-22T05:24:42.849Z\\",\\"Id\\":\\"{A}\\",\\"Name\\":\\"Connection\\"}}]}}"}}'
    with extract_bytes(data.encode()) as extraction:
        (sighting,) = extraction.sightings
    assert (sighting.id, sighting.reached, sighting.reached_by) == (A, "yes", "telemetry")


KEY = "c0ffee00c0ffee11c0ffee22c0ffee33"
START = f"[7]: 57ms SPX_DBG_TRACE_VERBOSE:  a.cpp:1 [0x55]CSpxAudioStreamSession::FireSessionStartedEvent: Firing SessionStarted event: SessionId: {A}\n"


@pytest.mark.parametrize(
    "text",
    [
        f"{START}[7]: 58ms SPX_TRACE_INFO:  n.h:1 ISpxPropertyBagImpl::SetStringValue: this=0x7; name='SPEECH-RecoLanguage'; value='{KEY}'",
        f'{START}[7]: 58ms SPX_TRACE_INFO:  n.h:1 speech.config {{"context":{{"system":{{"version":"{KEY}","lang":"{KEY}"}},"os":{{"platform":"{KEY}"}}}}}}',
        f"{START}[7]: 58ms SPX_TRACE_INFO:  n.h:1 Set a user defined HTTP header 'User-agent':'SpeechSDK-Python/1{KEY} {KEY}'",
        f'{{"self":"https://eastus.api.cognitive.microsoft.com/speechtotext/v3.2/transcriptions/1e6f0a4c-7d2b-4f3a-9c5d-8e7f60718293","status":"{KEY}","locale":"{KEY}","properties":{{"error":{{"code":"{KEY}","message":"no"}}}}}}',
        f"Created new transcription with id '1e6f0a4c-7d2b-4f3a-9c5d-8e7f60718293' in region {KEY}",
    ],
)
def test_a_key_in_the_place_of_a_harmless_value_is_not_shown(text: str) -> None:
    with extract_bytes(text.encode()) as extraction:
        assert len(extraction.sightings) == 1
        assert KEY not in str(extraction.to_json("x"))


def test_a_connection_id_in_braces_is_discarded_by_the_service() -> None:
    with extract_bytes(f"GET /speech/recognition/x?X-ConnectionId={{{A}}} HTTP/1.1\n".encode()) as extraction:
        assert len(extraction.sightings) == 0
        assert [(m.reason, m.suggestion) for m in extraction.near_misses] == [("dashed-connection-id", A)]


def test_a_long_line_elsewhere_in_a_mail_hides_no_torn_id() -> None:
    assert ids("long " * 900 + "\n" + "short\n" * 2000 + f"Sess\nionId: {A}\n") == [A]
