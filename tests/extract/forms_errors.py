"""Error texts that end with a session's ID, under every label that SDKs and applications put in front; times of consoles."""

from __future__ import annotations

from tests.extract.forms import A, B, Form
from tests.extract.native_lines import TEXT_401, TEXT_429, TEXT_503, TEXT_1007, TEXT_1011, TEXT_DROPPED, TEXT_REFUSED

E401 = {"error.code": "AuthenticationFailure", "error.httpStatus": 401, "reached": "yes"}
FULL = f"{TEXT_401} SessionId: {A}"
URL = "wss://westeurope.stt.speech.microsoft.com/speech/recognition/interactive/cognitiveservices/v1?language=de-DE"
TEXT_403 = (
    "WebSocket upgrade failed: Authentication error (403). Please check subscription information and region name."
)
TEXT_500 = f"WebSocket upgrade failed: Internal service error (500). Error Details: Failed with HTTP 500 Internal Server Error\n{URL}\nX-ConnectionId: {A} Please check request details."
TEXT_400 = f"WebSocket upgrade failed: Bad request (400). Error details: Failed with HTTP 400 Bad Request\n{URL}\nX-ConnectionId: {A} Please verify the provided subscription details and language information."

LABELS = [
    f"CANCELED: ErrorDetails={FULL}",
    f"Error details: {FULL}",
    f"error details: {FULL}",
    f"ErrorDetails: {FULL}",
    f"errorDetails={FULL}",
    f'"errorDetails":"{FULL}"',
    f"error_details={FULL}",
    f'CancellationDetails(reason=CancellationReason.Error, error_details="{FULL}")',
    f"Speech Recognition canceled: {FULL}",
    f"Error: {FULL}",
    f"ERROR {FULL}",
    f"[ERROR] {FULL}",
    f"2026-11-22 06:00:00,123 ERROR app: {FULL}",
    f"2026-11-22T05:00:00Z ERR {FULL}",
    f"fail: App.Stt[0]\n      {FULL}",
    f"Exception: {FULL}",
    f"System.Exception: {FULL}",
    f"RuntimeError: {FULL}",
    f'Optional("{FULL}")',
    f"Error details:<{FULL}",
    f"<{FULL}>",
    f"message={FULL}",
    f'{{"message": "{FULL}"}}',
    f'{{"error":{{"message":"{FULL}"}}}}',
    f'"recognizer.canceled.error.details": "{FULL}"',
    f"reason: Error, details: {FULL}",
    f"Recognition was canceled. {FULL}",
    f"Received a cancellation: {FULL}",
    f"`{FULL}`",
    f"> {FULL}",
    f"| Error | {FULL} |",
    FULL,
    f"CANCELED: ErrorDetails={TEXT_401} SessionId: {A}.",
    f"Fehler: {FULL}",
    f"Erreur : {FULL}",
    f'"{TEXT_401} SessionId: {A}"',
    f"evt.cancellation_details.error_details = '{FULL}'",
]

TEXTS = [
    (TEXT_401, "AuthenticationFailure", 401, "yes"),
    (TEXT_403, "AuthenticationFailure", 403, "yes"),
    (TEXT_429, "TooManyRequests", 429, "yes"),
    (TEXT_503, "ServiceUnavailable", 503, "yes"),
    (TEXT_500, "ServiceError", 500, "yes"),
    (TEXT_400, "BadRequest", 400, "yes"),
    (TEXT_1007, "Forbidden", None, "yes"),
    (TEXT_1011, "ServiceError", None, "yes"),
    (TEXT_DROPPED, "ConnectionFailure", None, "yes"),
    (TEXT_REFUSED, "ConnectionFailure", None, "no"),
    (f"{TEXT_REFUSED}\n{URL}\nX-ConnectionId: {A}", "ConnectionFailure", None, "no"),
    (
        "Connection failed (no connection to the remote host). Internal error: 1. Error details: 10060. Please check network connection, firewall setting, and the region name used to create speech factory.",
        "ConnectionFailure",
        None,
        "no",
    ),
    (
        "Due to service inactivity, the client buffer exceeded maximum size. Resetting the buffer.",
        "ServiceTimeout",
        None,
        "unknown",
    ),
    (
        "Connection was closed by the remote host. Error code: 4429. Error details: Too many requests.",
        "TooManyRequests",
        None,
        "yes",
    ),
    (
        "Connection was closed by the remote host. Error code: 1002. Error details: WebSocket Upgrade failed.",
        "ConnectionFailure",
        None,
        "yes",
    ),
]

PY = "SessionEventArgs(session_id={})"


def timed(stamp: str) -> str:
    """Start, result, stop: the hour is `%s`."""
    rows = [
        (":00.123", f"SESSION STARTED: {PY.format(A)}"),
        (":01.500", f"RECOGNIZED: SpeechRecognitionEventArgs(session_id={A}, x)"),
        (":02.250", f"SESSION STOPPED {PY.format(A)}"),
    ]
    return "".join(stamp.replace("%s", f"05:00{seconds}") + f" {words}\n" for seconds, words in rows)


SPAN = {"time.start": "2026-11-22T05:00:00.123Z", "events": ("started", "stopped")}

FORMS = [
    *(
        Form(f"label: {text[:50]!r}", "a line of an application\n" * 20 + f"{text}\nanother line\n", says={A: E401})
        for text in LABELS
    ),
    *(
        Form(
            f"C#: {text[:60]!r}",
            f"CANCELED: Reason=Error\nCANCELED: ErrorDetails={text} SessionId: {A}\nCANCELED: Did you?\n",
            says={A: {"error.code": code, "error.httpStatus": status, "reached": reached}},
        )
        for text, code, status, reached in TEXTS
    ),
    *(
        Form(
            f"Python: {text[:60]!r}",
            f"Speech Recognition canceled: CancellationReason.Error\nError details: {text} SessionId: {A}\n",
            says={A: {"error.code": code, "error.httpStatus": status, "reached": reached}},
        )
        for text, code, status, reached in TEXTS
    ),
    *(
        Form(f"time: {stamp}", timed(stamp), says={A: SPAN})
        for stamp in (
            "2026-11-22T%sZ",
            "2026-11-22 %sZ INFO",
            "[2026-11-22T%sZ]",
            "2026-11-22T%s+00:00",
            "2026-11-22 %s +00:00 [INF]",
            '{"time":"2026-11-22T%sZ"}',
        )
    ),
    Form(
        "time: local is kept as the log has it",
        timed("2026-11-22 %s INFO"),
        says={A: {"time": {"basis": "local", "local": "2026-11-22 05:00:00.123"}}},
    ),
    Form(
        "two errors in a row",
        f"Error details: {TEXT_401} SessionId: {A}\nError details: {TEXT_429} SessionId: {B}\n",
        found=(A, B),
        says={A: {"error.httpStatus": 401}, B: {"error.httpStatus": 429}},
    ),
    Form(
        "an error, then a good session",
        f"SESSION STARTED: {A}\nCANCELED: ErrorCode=AuthenticationFailure\nCANCELED: ErrorDetails={FULL}\nSESSION STARTED: {B}\nRECOGNIZED: Hello.\nSESSION STOPPED: {B}\n",
        found=(A, B),
        says={A: E401, B: {"error": None}},
    ),
    Form(
        "a good session, then an error",
        f"SESSION STARTED: {B}\nSESSION STOPPED: {B}\nSESSION STARTED: {A}\nCANCELED: ErrorCode=AuthenticationFailure\nCANCELED: ErrorDetails={FULL}\n",
        found=(A, B),
        says={A: E401, B: {"error": None}},
    ),
    Form(
        "end of stream is no error",
        f"SESSION STARTED: {A}\nCANCELED: Reason=EndOfStream\nSESSION STOPPED: {A}\n",
        says={A: {"error": None}},
    ),
    Form(
        "the code alone",
        f"SESSION STARTED: {A}\nCANCELED: Reason=Error\nCANCELED: ErrorCode=ServiceTimeout\nSESSION STOPPED: {A}\n",
        says={A: {"error.code": "ServiceTimeout"}},
    ),
    Form(
        "no error is no error",
        f"SESSION STARTED: {A}\nCANCELED: Reason=EndOfStream\nCANCELED: ErrorCode=NoError\nSESSION STOPPED: {A}\n",
        says={A: {"error": None}},
    ),
]
