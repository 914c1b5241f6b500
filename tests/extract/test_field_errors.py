"""Every error text of the SDKs, the service and browsers gives its code and whether the service was reached."""

from __future__ import annotations

import pytest

from shared.core.records import Sighting
from shared.extract import extract_bytes
from shared.speech.sdk_errors import failure
from tests.extract.forms import A, B

TEXTS: tuple[tuple[str, str, str], ...] = (
    ("The speech service encountered an internal error and could not continue.", "ServiceError", "yes"),
    (
        "The number of parallel requests exceeded the number of allowed concurrent transcriptions.",
        "TooManyRequests",
        "yes",
    ),
    ("The recognizer is using a free subscription that ran out of quota.", "Forbidden", "yes"),
    ("The service is currently unavailable.", "ServiceUnavailable", "yes"),
    ("Invalid response.", "ServiceError", "yes"),
    ("Failure while sending a frame over the WebSocket connection.", "ConnectionFailure", "yes"),
    ("DNS connection failed (the remote host did not respond).", "ConnectionFailure", "no"),
    ("Unknown transport error.", "ConnectionFailure", "unknown"),
    ("Timeout: no recognition result received", "ServiceTimeout", "unknown"),
    ("WebSocket upgrade failed: Unsupported media type (415).", "BadRequest", "yes"),
    ("WebSocket upgrade failed: Timeout (408).", "ServiceTimeout", "yes"),
    ("WebSocket upgrade failed: temporary redirect (307).", "ServiceRedirectTemporary", "yes"),
    ("WebSocket upgrade failed: permanent redirect (308).", "ServiceRedirectPermanent", "yes"),
    ("WebSocket upgrade failed: Unspecified connection error (200).", "ConnectionFailure", "unknown"),
    ("WebSocket upgrade failed: Unspecified connection error (407).", "ConnectionFailure", "no"),
    ("WebSocket Upgrade failed with an authentication error (401).", "AuthenticationFailure", "yes"),
    ("WebSocket Upgrade failed with a bad request (400).", "BadRequest", "yes"),
    ("WebSocket Upgrade failed with HTTP status code: 404", "ServiceError", "yes"),
    ("WebSocket Upgrade failed with HTTP status code: 429", "TooManyRequests", "yes"),
    (
        "Connection was closed by the remote host. Error code: 1007. Error details: Quota exceeded.",
        "Forbidden",
        "yes",
    ),
    ("Language identification with DetectContinuous not supported on v1", "BadRequest", "yes"),
    ("Exceeded maximum websocket connection idle duration", "ServiceTimeout", "unknown"),
    ("Instance is shutting down", "ConnectionFailure", "yes"),
)


def session(text: str, id_: str = A) -> Sighting:
    with extract_bytes(text.encode()) as extraction:
        return next(sighting for sighting in extraction.sightings if sighting.id == id_)


@pytest.mark.parametrize(("text", "code", "reached"), TEXTS)
@pytest.mark.parametrize(
    "line",
    [
        "CANCELED: ErrorDetails={text} SessionId: {id}\n",
        '{{"sessionId":"{id}","errorDetails":"{text}"}}\n',
        "{{\n  sessionId: '{id}',\n  errorDetails: '{text}'\n}}\n",
        "[7]: 9ms SPX_DBG_TRACE_VERBOSE:  n.h:1 Set: this=0x1; name='RESULT-ErrorDetails'; value='{text} SessionId: {id}'\n",
    ],
    ids=["console", "JSON", "inspect", "native"],
)
def test_an_error_text_gives_code_and_reached(text: str, code: str, reached: str, line: str) -> None:
    found = session(line.format(text=text, id=A))
    assert found.error is not None
    assert (found.error.code, found.reached, bool(found.error.message)) == (code, reached, True)


@pytest.mark.parametrize(
    "text",
    [
        "Error during WebSocket handshake: Unexpected response code: 403",
        "net::ERR_NAME_NOT_RESOLVED",
        "WebSocket is closed before the connection is established.",
        "There was a bad response from the server.",
        "Firefox can't establish a connection to the server at wss://x.",
    ],
)
def test_the_words_of_browsers_are_known(text: str) -> None:
    found = failure(text)
    assert found is not None
    assert found.code == "ConnectionFailure"


@pytest.mark.parametrize("between", ["", "[8]: 80ms SPX_TRACE_INFO:  x.cpp:1 nothing of interest\n", "\n"])
def test_an_error_stays_with_the_session_that_its_record_names(between: str) -> None:
    """An application's message of three lines follows the native line of another session."""
    text = (
        "[7]: 70ms SPX_DBG_TRACE_VERBOSE:  n.h:1 x: this=0x1; name='RESULT-ErrorDetails'; "
        f"value='WebSocket upgrade failed: Authentication error (401). Please check. SessionId: {A}'\n{between}"
        "RuntimeError: Recognition canceled: Connection failed (no connection to the remote host). Internal error: 1.\n"
        f"wss://westeurope.stt.speech.microsoft.com/speech/universal/v2\nX-ConnectionId: {B} SessionId: {B}\n"
        f"Session stopped {B}\n"
    )
    first, second = session(text), session(text, B)
    assert first.error is not None
    assert second.error is not None
    assert (first.error.code, first.reached) == ("AuthenticationFailure", "yes")
    assert (second.error.code, second.reached) == ("ConnectionFailure", "no")


def test_of_a_record_with_two_sessions_no_error_is_taken_by_label_alone() -> None:
    text = f'{{"errorCode":"Forbidden","sessionId":"{A}","other":{{"sessionId":"{B}"}}}}\n'
    assert session(text).error is None
    assert session(text, B).error is None


@pytest.mark.parametrize("frames", ["", "  #0: 0x7a98d30b50  ???\n" * 11])
def test_an_error_stands_in_front_of_its_call_stack(frames: str) -> None:
    text = f"0x13 (SPXERR_START_RECOGNIZING)\n[CALL STACK BEGIN]\n\n{frames}\n[CALL STACK END]\n\n SessionId: {A}\n"
    found = session(text)
    assert found.error is not None
    assert found.error.code == "RuntimeError"
