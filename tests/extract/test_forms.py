"""Forms that real people paste, and what must not be taken for a session."""

from __future__ import annotations

import pytest

from shared.extract import Extraction, extract_bytes

A = "1e6f0a4c7d2b4f3a9c5d8e7f60718293"
B = "7a1b2c3d4e5f4a6b8c9d0e1f2a3b4c5d"
DASHED = "1e6f0a4c-7d2b-4f3a-9c5d-8e7f60718293"
STARTED = f"[7]: 57ms SPX_DBG_TRACE_VERBOSE:  a.cpp:1 [0x55]CSpxAudioStreamSession::FireSessionStartedEvent: Firing SessionStarted event: SessionId: {A}"


def ids(extraction: Extraction) -> list[str]:
    with extraction:
        return [s.id for s in extraction.sightings if s.kind == "session"]


def misses(text: str) -> list[tuple[str, str, str | None]]:
    with extract_bytes(text.encode()) as extraction:
        return [(m.value, m.reason, m.suggestion) for m in extraction.near_misses]


@pytest.mark.parametrize(
    "text",
    [
        f"SessionId:\x1b[32m{A}\x1b[0m",
        f"\x1b[01;31m\x1b[KSession\x1b[m\x1b[KId: {A}",
        f"name=&#x27;SessionId&#x27;<br>SessionId: &quot;{A}&quot;",
        f"\\u0022sessionId\\u0022:\\u0022{A}\\u0022",
        f'{{"log":"SESSION STARTED: SessionEventArgs(session_id={A})\\n","stream":"stdout"}}',
        f'"a","SESSION STARTED: SessionEventArgs(session_id={A})","x ""y"""',
        f"> SessionId: {A[:20]}\n> {A[20:]}\n",
        f"SESSION STARTED: SessionEventArgs(session_id={A[:9]}\n{A[9:]})",
        f"2026-11-22T05:04:00.1Z stderr P {STARTED[:-10]}\n2026-11-22T05:04:00.2Z stderr F {STARTED[-10:]}\n",
        f"Content-Transfer-Encoding: quoted-printable\n\nsession_id=3D{A[:12]}=\n{A[12:]})",
        f"11-22 05:04:00.1  1  2 D SpeechSDK: {STARTED}",
        f"Session ID:\n{A}\n",
        f"event\tevent.sessionid\tother\nSESSION STARTED\t{A}\tx\n",
        f'time,SessionId,text\n1,{A},"a, b"\n',
        f'"headers": [{{"name": "X-ConnectionId", "value": "{A}"}}]',
        f"header: X-ConnectionId: {A}",
        f"The session id was {A}, please help",
    ],
)
def test_a_wrapped_id_is_found(text: str) -> None:
    assert ids(extract_bytes(text.encode())) == [A]


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_any_line_end_ends_a_line(ending: str) -> None:
    """For those who read; a lone `\\r` is counted by no editor."""
    lines = ["first", STARTED, "last"]
    with extract_bytes(ending.join(lines).encode()) as extraction:
        (sighting,) = extraction.sightings
    assert sighting.first is not None
    assert sighting.first.line == 1 + ending.count("\n")
    assert sighting.first.offset == len("first") + len(ending) + STARTED.index(A)


def test_the_place_is_that_of_the_source_also_behind_colours() -> None:
    text = f"\x1b[32mone\x1b[0m\n\x1b[1mSessionId: {A}\n"
    with extract_bytes(text.encode()) as extraction:
        (sighting,) = extraction.sightings
    assert sighting.first is not None
    assert (sighting.first.line, sighting.first.offset) == (2, text.index(A))


@pytest.mark.parametrize(
    ("text", "miss"),
    [
        (f"GET /speech/recognition/x?X-ConnectionId={DASHED} HTTP/1.1", (DASHED, "dashed-connection-id", A)),
        (f"GET /speech/recognition/x?X-ConnectionId=%7B{DASHED}%7D", ("{" + DASHED + "}", "dashed-connection-id", A)),
        (f"SESSION STARTED: SessionEventArgs(session_id={DASHED})", (DASHED, "interaction-id", None)),
        (f"Conversation ID: {DASHED}", (DASHED, "conversation-id", None)),
        (f"X-ConnectionId: {A[:31]}", (A[:31], "wrong-length", None)),
        (f"SessionId: {A}0", (A + "0", "wrong-length", None)),
        (f"SPEECH SESSION STARTED: SessionEventArgs(session_id={A}, result=R(result_id={B}, x))", (B, "result-id", A)),
        (f"wss://eastus.tts.speech.microsoft.com/x\nX-ConnectionId: {A}", (A, "text-to-speech", None)),
        ("SessionId: 0b734c41faf8430380d493127bd44631", ("0b734c41faf8430380d493127bd44631", "placeholder", None)),
    ],
)
def test_a_near_miss_says_why_and_what_would_be_right(text: str, miss: tuple[str, str, str | None]) -> None:
    assert miss in misses(text)


@pytest.mark.parametrize(
    "text",
    [
        f"JSESSIONID={A}",
        f"HttpSession sessionId={A} created",
        f"redis session:{A}",
        f"trace_id={A}",
        f"md5 {A}  file.wav",
        f"Ocp-Apim-Subscription-Key: {A}",
        f"X-RequestId: {A}",
        f'"audioSessionId":"{A}"',
        f"SYNTHESIS STARTED: {A}",
        f"SessionId: {A[:20]}",
        f"{A}",
        "name='SessionId'; value=''",
        "SessionId: <your-session-id>",
    ],
)
def test_other_ids_are_no_sessions(text: str) -> None:
    assert ids(extract_bytes(text.encode())) == []


def test_a_torn_id_over_a_block_border_is_joined() -> None:
    filler = b"x" * 99 + b"\n"
    head = b"SESSION STARTED: SessionEventArgs(session_id=" + A[:9].encode() + b"\n"
    for shift in range(-40, 41, 20):
        lines = (256 * 1024 - len(head) + shift) // 100
        text = filler * lines + head + A[9:].encode() + b")\n" + filler * 9
        assert ids(extract_bytes(text)) == [A]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "empty"),
        ("RIFF....WAVEfmt ", "audio"),
        (
            "[7]: 1ms SPX_TRACE_ERROR:  x.cpp:1 Response: On Error: Code:1, Message: WebSocket upgrade failed: x\n",
            "level too low",
        ),
        (
            "[7]: 1ms SPX_TRACE_ERROR:  x.cpp:1 Response: On Error: Code:1, Message: WebSocket upgrade failed: x\n",
            "Verbose",
        ),
        (
            "(cancel) Reason: Error: Unable to contact server. StatusCode: 1006, x Reason: y\n",
            "Diagnostics.SetLoggingLevel",
        ),
        (": [7]: 1ms SPX_DBG_TRACE_VERBOSE:  x.cpp:1 something\n", "ring buffer"),
        (f"[7]: 1ms SPX_DBG_TRACE_VERBOSE:  usp_tts_engine_adapter.cpp:1 Speak: request id : {A}\n", "text to speech"),
        ("nothing of interest\n", "no ID was found"),
    ],
)
def test_nothing_found_is_explained(text: str, words: str) -> None:
    with extract_bytes(text.encode()) as extraction:
        assert words in " ".join(extraction.notices)


def test_interleaved_sessions_keep_their_own_context() -> None:
    """Told apart by thread number."""
    lines = [
        STARTED,
        STARTED.replace("[7]", "[8]").replace(A, B),
        "[7]: 58ms SPX_TRACE_INFO:  u.cpp:1 connectionUrl=wss://westeurope.stt.speech.microsoft.com/speech/recognition/interactive/cognitiveservices/v1?language=de-DE&cid=1e6f0a4c-7d2b-4f3a-9c5d-8e7f60718293",
        "[8]: 58ms SPX_TRACE_INFO:  u.cpp:1 connectionUrl=wss://eastus.stt.speech.microsoft.com/speech/recognition/conversation/cognitiveservices/v1?language=en-US",
        "[8]: 60ms SPX_TRACE_INFO:  u.cpp:1 TS:1, OnConnected: connection:0x1",
        "[7]: 61ms SPX_TRACE_ERROR: AZ_LOG_ERROR:  u.c:1 Bad status (401) received in WebSocket Upgrade response",
        f"[7]: 62ms SPX_DBG_TRACE_VERBOSE:  n.h:1 x: this=0x1; name='RESULT-ErrorDetails'; value='WebSocket upgrade failed: Authentication error (401). Please check subscription information and region name. SessionId: {A}'",
        "[8]: 63ms SPX_TRACE_INFO:  w.cpp:1 Opening websocket completed. time: 2026-11-22T05:00:00.063Z",
    ]
    with extract_bytes("\n".join(lines).encode()) as extraction:
        first, second = extraction.sightings
    assert (first.region, first.language, first.mode, first.custom_model) == (
        "westeurope",
        "de-DE",
        "interactive",
        DASHED,
    )
    assert first.error is not None
    assert (first.error.code, first.error.http_status) == ("AuthenticationFailure", 401)
    assert (second.region, second.language, second.error, second.reached) == ("eastus", "en-US", None, "yes")
    assert second.time is not None
    assert second.time.start == "2026-11-22T05:00:00.057Z"
