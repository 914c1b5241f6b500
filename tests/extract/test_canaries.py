"""Keys, tokens, spoken text and whole lines never leave: canaries go in everywhere and come out nowhere."""

from __future__ import annotations

import json

import pytest

from shared.extract import extract_bytes
from tests.extract.corpus import LogFile, files, secrets

A = "1e6f0a4c7d2b4f3a9c5d8e7f60718293"
KEY = "c0ffee" * 5 + "42"  # 32 hex digits, as a classic key has
TOKEN = "eyJ" + "hbGciOiJub25lIn0" + ".canary." + "feathers"
SPOKEN = "the quick brown canary"
_PFX = "[7]: 57ms SPX_DBG_TRACE_VERBOSE:  a.cpp:1 "


def output(data: bytes) -> str:
    with extract_bytes(data, "log") as extraction:
        return json.dumps(extraction.to_json("log"))


@pytest.mark.parametrize("log", files(), ids=str)
def test_no_secret_of_the_corpus_comes_out(log: LogFile) -> None:
    text = output(log.read())
    for secret in secrets():
        assert secret not in text
        assert secret.lower() not in text.lower()
    assert "quick brown" not in text


@pytest.mark.parametrize(
    "line",
    [
        f"Ocp-Apim-Subscription-Key: {KEY}",
        f"wss://eastus.stt.speech.microsoft.com/speech/recognition/x/v1?Ocp-Apim-Subscription-Key={KEY}&X-ConnectionId={A}",
        f"wss://eastus.stt.speech.microsoft.com/speech/recognition/x/v1?Authorization=Bearer%20{TOKEN}&X-ConnectionId={A}",
        f"{_PFX}connectionUrl=wss://eastus.stt.speech.microsoft.com/x?language=en-US&key={KEY}&sig={TOKEN}",
        f"{_PFX}name='SPEECH-SubscriptionKey'; value='{KEY}'",
        f"{_PFX}x: this=0x1; name='RESULT-ErrorDetails'; value='Error {TOKEN} key={KEY} said \"{SPOKEN}\" SessionId: {A}'",
        f"{_PFX}Response: On Error: Code:1, Message: {TOKEN} {KEY} '{SPOKEN}' /home/canary/{SPOKEN}.wav",
        f'RECOGNIZED: SpeechRecognitionEventArgs(session_id={A}, result=R(result_id=1, text="{SPOKEN} {KEY} {TOKEN}"))',
        f"Error details: WebSocket upgrade failed: Bad request (400). {SPOKEN!r} {TOKEN} {KEY} SessionId: {A}",
        f"SPEECH_KEY={KEY}",
        f"X-ConnectionId: {A} Authorization: Bearer {TOKEN}",
        f"session {SPOKEN} token {KEY} {A}",
        f"| ConnectionErrorEvent | privName: ConnectionErrorEvent | privEventTime: 2026-11-22T05:25:15.206Z | privConnectionId: {A} | privMessage: '{SPOKEN}' {TOKEN} {KEY} | x",
    ],
)
def test_a_canary_does_not_come_out(line: str) -> None:
    start = f"{_PFX}[0x1]X::FireSessionStartedEvent: Firing SessionStarted event: SessionId: {A}\n"
    text = output((start + line + "\n").encode())
    assert A in text
    for canary in (KEY, TOKEN, SPOKEN, "feathers", "canary"):
        assert canary not in text, canary


@pytest.mark.parametrize(
    "line",
    [
        f"RECOGNIZED: my certificate is with {SPOKEN}. SessionId: {A}",
        f"User said: it timed out, {SPOKEN} SessionId: {A}",
        f"RECOGNIZED: Runtime error {SPOKEN} SessionId: {A}",
        f'{{"DisplayText":"certificate {SPOKEN}. SessionId: {A}"}}',
        f"RECOGNIZED: certificate {SPOKEN}\nCANCELED: ErrorDetails=Words of tomorrow. SessionId: {A}",
        f"Text=WebSocket operation failed {SPOKEN}. SessionId: {A}",
    ],
)
def test_spoken_words_that_errors_have_too_are_no_error(line: str) -> None:
    with extract_bytes(f"{line}\n".encode()) as extraction:
        (session,) = extraction.sightings
        assert (session.id, session.error) == (A, None)


def test_who_signs_in_within_an_url_is_neither_its_host_nor_shown() -> None:
    url = f"wss://canary:{KEY}@eastus.stt.speech.microsoft.com/speech/universal/v2?X-ConnectionId={A}"
    with extract_bytes(url.encode()) as extraction:
        (session,) = extraction.sightings
        assert (session.host, session.region) == ("eastus.stt.speech.microsoft.com", "eastus")
    assert "canary" not in output(url.encode())


def test_what_was_met_is_counted() -> None:
    line = (
        f"GET /x?Ocp-Apim-Subscription-Key={KEY}&X-ConnectionId={A}\nAuthorization: Bearer {TOKEN}\nx?sig=abcdefghij\n"
    )
    with extract_bytes(line.encode()) as extraction:
        assert set(extraction.redacted) >= {"subscription-key", "authorization", "sas-signature"}
