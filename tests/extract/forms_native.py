"""Native SDK logs: every template in every version, sessions at once, cut, filtered, appended, rotated."""

from __future__ import annotations

from dataclasses import replace

from tests.extract.forms import DASHED, A, B, C, D, Form, R, X
from tests.extract.native_lines import (
    OK_URL,
    TEXT_401,
    TEXT_429,
    TEXT_503,
    TEXT_1007,
    TEXT_1011,
    TEXT_DROPPED,
    TEXT_REFUSED,
    TTS_URL,
    Log,
    an_hour_later,
    at_level_info,
    interleaved,
    iso,
    text,
    unstamped,
)

NEW = Log()
TELLS_OK = {
    "reached": "yes",
    "events": ("started", "connecting", "connected", "stopped"),
    "region": "westeurope",
    "language": "de-DE",
    "mode": "interactive",
    "time.start": iso(1000),
    "time.end": iso(1050),
    "sdk.version": "1.53.0",
    "sdk.language": "Python",
    "error": None,
    "requestIds": (R,),
    "attempts": 1,
    "latencyMs": 21,
}


def other(id_: str, thread: int, start: int, **kw: object) -> Log:
    return replace(NEW, id=id_, thread=thread, start=start, object=NEW.object + 0x10000 * thread, **kw)  # type: ignore[arg-type]


SECOND = other(
    B,
    8,
    1003,
    url=OK_URL.replace("westeurope", "eastus").replace("de-DE", "en-US").replace("interactive", "conversation"),
    request=X,
)
THIRD, FOURTH = other(C, 9, 1006, request=X), other(D, 10, 1009, request=X)
OLD = replace(NEW, style="old", thread=7)
ROUND = replace(NEW, style="round", version="1.10.0", language=None, thread=439)


def without(lines: list[str], *words: str) -> list[str]:
    return [line for line in lines if not any(word in line for word in words)]


def only(lines: list[str], *words: str) -> list[str]:
    return [line for line in lines if any(word in line for word in words)]


def tts(thread: int = 63930, start: int = 2000, id_: str = X) -> list[str]:
    """One synthesis of SDK 1.43 and later."""
    log = replace(NEW, id=id_, thread=thread, start=start, url=TTS_URL)
    return [
        log.line(
            start, "usp_tts_engine_adapter.cpp:117", f"Speak: start to send synthesis request, request id : {R}, try: 0"
        ),
        log.line(start, "usp_tts_engine_adapter.cpp:631", "UspInitialize: this=0x0x7fec14047c00"),
        log.configured(1),
        log.agent(1),
        log.connecting(2),
        log.line(
            start + 9, "usp_connection.cpp:1075", "TS:11, OnConnected: connection:0x0x7f7274001e90", "SPX_TRACE_INFO"
        ),
        log.telemetry(20),
    ]


def tts_block(id_: str = X, url: str = TTS_URL) -> list[str]:
    log = replace(NEW, start=2000, thread=5)
    return [
        log.line(
            2010,
            "usp_connection.cpp:908",
            f"TS:7, TransportError: connection:0x64007a00, code=5, string={TEXT_REFUSED}",
            "SPX_TRACE_INFO",
        ),
        url,
        f"X-ConnectionId: {id_}",
        log.line(2010, "usp_tts_engine_adapter.cpp:816", f"Response: On Error: Code:5, Message: {TEXT_REFUSED}"),
        url,
        f"X-ConnectionId: {id_}.",
        log.line(
            2011,
            "named_properties.h:484",
            f"ISpxPropertyBagImpl::SetStringValue: this=0x7ff7fc002920; name='CancellationDetails_ReasonDetailedText'; value='{TEXT_REFUSED}",
        ),
        url,
        f"X-ConnectionId: {id_} USP state: Sending. Received audio size: 0 bytes.'",
    ]


def block_g(text_: str, id_: str = A, request: str = R, tail: str = "") -> list[str]:
    """An error that spans lines without a prefix, with a body that is cut short."""
    head = NEW.line(
        1012, "usp_reco_engine_adapter.cpp:2169", f"Response: On Error: Code:7, Message: {text_}", "SPX_TRACE_ERROR"
    )
    details = NEW.line(1014, "named_properties.h:484", NEW.bag("RESULT-ErrorDetails", text_))
    url = "wss://westeurope.stt.speech.microsoft.com/speech/recognition/interactive/cognitiveservices/v1?language=de-DE"
    body = [url, f"X-ConnectionId: {id_}", f"X-RequestId: {request}", "Content-Type: application/json; charset=utf-8"]
    json_ = '{"error": {"code": "404", "message": "Resou Please check request details.'
    return [head, *body, json_, details, *body, f"{json_} SessionId: {id_}'{tail}"]


TEXT_404 = "WebSocket upgrade failed: Internal service error (404). Error Details: Failed with HTTP 404 Not Found"
TEXT_400 = "WebSocket upgrade failed: Bad request (400). Error details: Failed with HTTP 400 Bad Request"
FAILED = {
    "reached": "yes",
    "error.code": "AuthenticationFailure",
    "error.httpStatus": 401,
    "region": "westeurope",
    "time.start": iso(1000),
    "time.end": iso(1015),
}
NO_STOP = NEW.ok()[:-1]
AGAIN = replace(NEW, start=3000)
SIX = "2026-11-22T06:00:00."
SHORT = replace(NEW, style="round", language=None, start=3)
BUSY = [NEW.line(1001, "audio_pump.cpp:1", "CSpxAudioPump::PumpThread(): something to do ...")]
NO_TELEMETRY = ("telemetry", "User-agent")
UNIVERSAL = "wss://westeurope.stt.speech.microsoft.com/stt/speech/universal/v2"
CUSTOM = f"wss://westeurope.stt.speech.microsoft.com/speech/recognition/conversation/cognitiveservices/v1?cid={DASHED}&language=de-DE"
DIALOG = "wss://westeurope.convai.speech.microsoft.com/westeurope/api/v3?enableBotMessageStatus=true&language=en-US"
TRANSLATE = "wss://westeurope.s2s.speech.microsoft.com/speech/translation/cognitiveservices/v1?from=en-US&to=de"


def on(url: str, **kw: object) -> list[str]:
    return replace(NEW, url=url, **kw).ok()  # type: ignore[arg-type]


FORMS = [
    # -- every version
    Form("1.53 all right", text(NEW.ok()), says={A: TELLS_OK}),
    Form("1.42: no SetConfiguration", text(without(NEW.ok(), "SetConfiguration")), says={A: TELLS_OK}),
    Form(
        "1.15: no SessionId property either",
        text(without(NEW.ok(), "SetConfiguration", "name='SessionId'")),
        says={A: TELLS_OK},
    ),
    Form(
        "1.38: keys of the telemetry sorted",
        text(NEW.ok()[:-2], NEW.telemetry(old=True), NEW.stopped(50)),
        says={A: TELLS_OK},
    ),
    Form(
        "1.13: parentheses",
        text(without(ROUND.ok(), "SetConfiguration", "name='SessionId'")),
        says={A: {"reached": "yes", "time.start": iso(1000), "time.end": iso(1050), "sdk.version": "1.10.0"}},
    ),
    Form(
        "1.13 on Android: six digits",
        text(replace(ROUND, thread=123456).ok()),
        says={A: {"reached": "yes", "time.end": iso(1050)}},
    ),
    Form(
        "1.5: no file, no object",
        text(
            OLD.started(),
            OLD.line(1004, "", "connectionUrl=" + OK_URL),
            OLD.line(1012, "", f"Response: On Error: Code:5, Message: {TEXT_REFUSED}."),
            OLD.canceled(TEXT_REFUSED),
        ),
        says={A: {"reached": "no", "error.code": "ConnectionFailure"}},
    ),
    Form(
        "1.5: started and stopped only",
        text(OLD.started(), OLD.stopped(9)),
        says={A: {"events": ("started", "stopped"), "reached": "unknown"}},
    ),
    Form(
        "1.8: canceled event",
        text(
            NEW.line(
                1,
                "a.cpp:1104",
                f"[0x561d19802110]CSpxAudioStreamSession::FireResultEvent: Firing RecoResultEvent(Canceled): SessionId: {A}",
            )
        ),
        says={A: {"events": ("canceled",)}},
    ),
    Form(
        "1.10: AZ_LOG_INFO",
        text([line.replace("SPX_TRACE_INFO:  ", "SPX_TRACE_INFO: AZ_LOG_INFO:  ") for line in ROUND.ok()]),
        says={A: {"reached": "yes", "region": "westeurope"}},
    ),
    Form(
        "1.10: no stop event after an error",
        text(without(ROUND.fails(TEXT_401, 1, 401), "SessionStopped")),
        says={A: {"reached": "yes", "error.httpStatus": 401, "time.end": iso(1014)}},
    ),
    Form(
        "Windows: pointers of 16 digits",
        text(replace(NEW, windows=True, object=0x23981752A40).ok()),
        says={A: TELLS_OK},
    ),
    Form("CRLF", text(NEW.ok()).replace("\n", "\r\n"), says={A: TELLS_OK}),
    *(
        Form(f"only {word}", text(only(NEW.ok(), word)), says={A: {"events": events}})
        for word, events in (
            ("SessionStarted", ("started",)),
            ("SessionStopped", ("stopped",)),
            ("telemetry", ("connected",)),
        )
    ),
    Form("C and nothing else", text(NEW.named()), found=(), misses=((A, "never-started", None),)),
    Form(
        "F and nothing else",
        text(NEW.canceled(TEXT_401)),
        says={A: {"error.code": "AuthenticationFailure", "error.httpStatus": 401, "reached": "yes"}},
    ),
    # -- errors
    Form("401", text(NEW.fails(TEXT_401, 1, 401)), says={A: FAILED}),
    Form(
        "429 five times",
        text(NEW.fails(TEXT_429, 3, 429, 5)),
        says={
            A: {
                "error.code": "TooManyRequests",
                "error.httpStatus": 429,
                "attempts": 5,
                "reached": "yes",
                "time.end": iso(1415),
            }
        },
    ),
    Form(
        "503 five times",
        text(NEW.fails(TEXT_503, 8, 503, 5)),
        says={A: {"error.code": "ServiceUnavailable", "error.httpStatus": 503, "attempts": 5}},
    ),
    Form(
        "refused",
        text(NEW.fails(TEXT_REFUSED, 5, None, 5)),
        says={A: {"error.code": "ConnectionFailure", "error.httpStatus": None, "reached": "no", "attempts": 5}},
    ),
    Form(
        "dropped",
        text(
            NEW.ok()[:-2],
            NEW.line(1040, "a.cpp:1", f"Response: On Error: Code:5, Message: {TEXT_DROPPED}."),
            NEW.canceled(TEXT_DROPPED, 41),
            NEW.stopped(42),
        ),
        says={A: {"error.code": "ConnectionFailure", "reached": "yes"}},
    ),
    Form(
        "closed with 1007",
        text(
            NEW.ok()[:-2],
            NEW.line(1040, "a.cpp:1", f"Response: On Error: Code:2, Message: {TEXT_1007}."),
            NEW.canceled(TEXT_1007, 41),
            NEW.stopped(42),
        ),
        says={A: {"error.code": "BadRequest", "reached": "yes"}},
    ),
    Form(
        "closed with 1011, 1.53",
        text(
            NEW.ok()[:-2],
            NEW.line(1040, "a.cpp:1", f"Response: On Error: Code:7, Message: {TEXT_1011}."),
            NEW.canceled(TEXT_1011, 41),
            NEW.stopped(42),
        ),
        says={A: {"error.code": "ServiceError", "reached": "yes"}},
    ),
    Form(
        "closed with 1011, 1.24",
        text(
            NEW.ok()[:-2],
            NEW.line(1040, "a.cpp:1", f"Response: On Error: Code:5, Message: {TEXT_1011}."),
            NEW.canceled(TEXT_1011, 41),
            NEW.stopped(42),
        ),
        says={A: {"error.code": "ConnectionFailure", "reached": "yes"}},
    ),
    Form(
        "an error over several lines",
        text(NEW.started(), NEW.chunk(1), NEW.connecting(), block_g(TEXT_404), NEW.stopped(15)),
        never=(R,),
        says={A: {"error.code": "ServiceError", "error.httpStatus": 404, "reached": "yes"}},
    ),
    Form(
        "only an error over several lines",
        text(block_g(TEXT_404)),
        never=(R,),
        says={A: {"error.code": "ServiceError", "error.httpStatus": 404, "region": "westeurope"}},
    ),
    Form("the head of an error is missing", text(block_g(TEXT_404)[1:6]), never=(R,)),
    Form(
        "400",
        text(NEW.started(), NEW.connecting(), block_g(TEXT_400), NEW.stopped(15)),
        says={A: {"error.code": "BadRequest", "error.httpStatus": 400}},
    ),
    Form(
        "BadRequest phrase: another ID first",
        text(
            NEW.ok()[:-2],
            NEW.canceled(
                f'Invalid parameter or unsupported audio format in the request. Response text: {{"Id": "{X}", "RecognitionStatus": "BadRequest"}}',
                41,
            ),
            NEW.stopped(42),
        ),
        never=(X,),
        says={A: {"error.code": "BadRequest", "reached": "yes"}},
    ),
    Form(
        "end of file is no error",
        text(NEW.ok()[:-1], NEW.line(1041, "n.h:1", NEW.bag("RESULT-ErrorDetails", "")), NEW.stopped(50)),
        says={A: {"error": None, "time.end": iso(1050)}},
    ),
    Form(
        "reconnects under one ID",
        text(
            NEW.ok()[:-1],
            [
                line
                for n in range(1, 5)
                for line in (
                    replace(NEW, start=1000 + 200 * n).connecting(),
                    *replace(NEW, start=1000 + 200 * n).connected(),
                )
            ],
            NEW.stopped(900),
        ),
        says={A: {"attempts": 5, "error": None, "time.start": iso(1000), "time.end": iso(1900)}},
    ),
    Form(
        "a failed attempt, then connected",
        text(
            NEW.mode(),
            NEW.started(),
            NEW.chunk(1),
            NEW.connecting(),
            NEW.refused(TEXT_503, 8, status=503),
            replace(NEW, start=1100).connecting(),
            replace(NEW, start=1100).connected(),
            replace(NEW, start=1100).telemetry(),
            NEW.stopped(200),
        ),
        says={A: {"attempts": 2, "error": None, "reached": "yes"}},
    ),
    # -- several sessions
    Form(
        "telemetry of the first of two connections",
        text(
            NEW.started(),
            unstamped([*NEW.connecting().splitlines(), *NEW.connected(), AGAIN.connecting(), *AGAIN.connected()]),
            NEW.telemetry(2040),
            NEW.stopped(2050),
        ),
        says={A: {"time.start": iso(1000), "time.end": iso(3050)}},
    ),
    Form(
        "the telemetry of another metric first",
        text(
            NEW.started(),
            unstamped(NEW.connected()),
            NEW.telemetry().replace(
                '{"Name":"Conn',
                '{"Name":"Microphone","Start":"2026-11-22T04:00:00.000Z","End":"2026-11-22T04:00:00.001Z"},{"Name":"Conn',
            ),
            NEW.stopped(50),
        ),
        says={A: {"time.start": iso(1000)}},
    ),
    Form(
        "connected again, and the scope is entered again",
        text(NEW.ok()[:-1], AGAIN.begun(), AGAIN.connecting(), AGAIN.connected(), AGAIN.stopped(50)),
        says={A: {"attempts": 2, "time.start": iso(1000), "time.end": iso(3050)}},
    ),
    Form(
        "two at once",
        interleaved(NEW.ok(), SECOND.fails(TEXT_401, 1, 401)),
        found=(A, B),
        says={
            A: TELLS_OK,
            B: {
                "region": "eastus",
                "language": "en-US",
                "error.httpStatus": 401,
                "time.start": iso(1003),
                "time.end": iso(1018),
                "requestIds": (X,),
            },
        },
    ),
    Form(
        "four at once",
        interleaved(NEW.ok(), SECOND.fails(TEXT_401, 1, 401), THIRD.fails(TEXT_REFUSED, 5, None), FOURTH.ok()),
        found=(A, B, C, D),
        says={
            A: TELLS_OK,
            B: {"error.httpStatus": 401, "reached": "yes"},
            C: {"reached": "no", "error.code": "ConnectionFailure"},
            D: {"error": None, "reached": "yes"},
        },
    ),
    Form(
        "one after the other on one thread",
        text(NEW.ok(), other(B, 63930, 3000).fails(TEXT_401, 1, 401)),
        found=(A, B),
        says={A: TELLS_OK, B: {"error.httpStatus": 401, "time.start": iso(3000)}},
    ),
    Form(
        "a killed session, then another on its thread",
        text(NO_STOP, other(B, 63930, 3000).fails(TEXT_401, 1, 401)),
        found=(A, B),
        says={A: {"error": None, "reached": "yes"}, B: {"error.httpStatus": 401}},
    ),
    Form(
        "a recognizer is used three times",
        text(NEW.ok(), replace(NEW, start=3000).ok(), replace(NEW, start=5000).ok()),
        says={A: {"time.start": iso(1000), "time.end": iso(5050), "error": None}},
    ),
    Form(
        "appended: two processes",
        text(NEW.ok(), [line.replace("T05:00", "T06:00") for line in replace(NEW, id=B, start=40).ok()]),
        found=(A, B),
        says={A: TELLS_OK, B: {"time.start": "2026-11-22T06:00:00.040Z", "time.end": "2026-11-22T06:00:00.090Z"}},
    ),
    Form(
        "appended: two short processes",
        text(
            unstamped(without(replace(NEW, start=50).ok(), *NO_TELEMETRY)),
            an_hour_later(unstamped(without(replace(NEW, id=B, start=40).ok(), *NO_TELEMETRY))),
        ),
        found=(A, B),
        says={
            A: {"time.start": iso(50), "time.end": iso(100)},
            B: {"time.start": SIX + "040Z", "time.end": SIX + "090Z"},
        },
    ),
    Form(
        "appended: the second process counts on where the first ended",
        text(SHORT.started(), SHORT.chunk(1), SHORT.stopped(5), an_hour_later(replace(NEW, id=B, start=40).ok())),
        found=(A, B),
        says={A: {"time.start": iso(3), "time.end": iso(8)}, B: {"time.start": SIX + "040Z", "time.end": SIX + "090Z"}},
    ),
    Form(
        "appended: the first process has no stamps",
        text(
            without(unstamped(replace(NEW, start=50).ok()), "audio chunk", *NO_TELEMETRY),
            an_hour_later(unstamped(without(replace(NEW, id=B, start=10).ok(), *NO_TELEMETRY))),
        ),
        found=(A, B),
        says={A: {"time": None}, B: {"time.start": SIX + "010Z"}},
    ),
    Form(
        "appended: four processes",
        text(
            replace(NEW, start=100).ok(),
            an_hour_later(replace(NEW, id=B, start=99).ok()),
            replace(NEW, id=C, start=98).ok(),
            an_hour_later(replace(NEW, id=D, start=97).ok()),
        ),
        found=(A, B, C, D),
        says={
            A: {"time.start": iso(100)},
            B: {"time.start": SIX + "099Z"},
            C: {"time.start": iso(98), "time.end": iso(148)},
            D: {"time.start": SIX + "097Z"},
        },
    ),
    Form(
        "two processes write at once",
        interleaved(NEW.ok(), an_hour_later(other(B, 8, 5000).ok())),
        found=(A, B),
        says={A: {"time.start": iso(1000)}, B: {"time.start": "2026-11-22T06:00:05.000Z"}},
    ),
    Form(
        "the machine slept during the session",
        text(NEW.ok()[:-1], an_hour_later([AGAIN.connecting(), *AGAIN.connected(), AGAIN.stopped(50)])),
        says={A: {"time.start": iso(1000), "time.end": "2026-11-22T06:00:03.050Z"}},
    ),
    Form(
        "appended: C++ after Python",
        text(NEW.ok(), [line.replace(',"lang":"Python"', "") for line in other(B, 8, 10, language="cpp").ok()]),
        found=(A, B),
        says={A: {"sdk.language": "Python"}, B: {"sdk.language": "cpp"}},
    ),
    Form(
        "appended: the second process is killed",
        text(NEW.ok(), [line.replace("T05:00", "T06:00") for line in replace(NEW, id=B, start=40).ok()[:-1]]),
        found=(A, B),
        says={B: {"time.start": "2026-11-22T06:00:00.040Z", "time.end": "2026-11-22T06:00:00.080Z"}},
    ),
    # -- text to speech beside it
    Form(
        "only text to speech",
        text(tts()),
        found=(),
        misses=((X, "text-to-speech", None),),
        notices=("only text to speech",),
    ),
    Form("text to speech on the thread of the session", text(NEW.ok(), tts()), never=(X,), says={A: TELLS_OK}),
    Form("text to speech first, on the same thread", text(tts(start=500), NEW.ok()), never=(X,), says={A: TELLS_OK}),
    Form(
        "text to speech at the same time",
        interleaved(NEW.ok(), tts(thread=5, start=1001)),
        never=(X,),
        says={A: TELLS_OK},
    ),
    Form("error block of text to speech after a session", text(NEW.ok(), tts_block()), never=(X,), says={A: TELLS_OK}),
    Form(
        "error block of text to speech within a session",
        text(NEW.ok()[:7], tts_block(), NEW.ok()[7:-1], NEW.stopped(1050)),
        never=(X,),
        says={A: {"error": None, "reached": "yes", "time.end": iso(2050)}},
    ),
    Form(
        "error block of text to speech, custom domain",
        text(tts_block(url="wss://contoso.cognitiveservices.azure.com/tts/cognitiveservices/websocket/v1")),
        found=(),
        never=(X,),
    ),
    Form(
        "telemetry of text to speech at level Info",
        text(only(tts(), "User-agent", "connectionUrl", "telemetry")),
        found=(),
        never=(X,),
    ),
    # -- levels, filters, cuts
    Form(
        "level Info",
        text([line for line in NEW.ok() if " SPX_TRACE_INFO" in line]),
        says={A: {"reached": "yes", "sdk.version": "1.53.0", "region": "westeurope"}},
    ),
    Form(
        "level Info: the beginning",
        text(at_level_info([*NEW.begun(), *NEW.ok()])),
        says={A: {"time.start": iso(999), "time.end": iso(1040), "attempts": 1}},
    ),
    Form(
        "level Info: the end",
        text(at_level_info([*NEW.begun(), *NEW.ok(), NEW.ending(2050)])),
        says={A: {"time.end": iso(3050)}},
    ),
    Form(
        "level Info: the last turn",
        text(
            at_level_info(
                [
                    *NEW.ok(),
                    NEW.line(
                        3050,
                        "usp_metrics.cpp:409",
                        f'SendSerializedTelemetry: Send telemetry (requestId:{X}): {{"Metrics":[{{"PhraseLatencyMs":[30]}}]}}',
                        "SPX_TRACE_INFO",
                    ),
                ]
            )
        ),
        says={A: {"time.end": iso(3050), "latencyMs": 30}},
    ),
    Form(
        "level Info: connected again",
        text(
            at_level_info(
                [
                    *NEW.begun(),
                    NEW.connecting(),
                    *NEW.connected(),
                    AGAIN.connecting(),
                    *AGAIN.connected(),
                    AGAIN.telemetry(),
                ]
            )
        ),
        says={A: {"attempts": 2, "time.start": iso(999)}},
    ),
    Form(
        "level Info: connected again, filtered",
        text(
            [
                line
                for n in range(2)
                for at in [replace(NEW, start=1000 + 2000 * n)]
                for line in (at.connecting(), *at.connected()[:2])
            ],
            AGAIN.telemetry(),
        ),
        says={A: {"attempts": 2, "time.start": iso(1004)}},
    ),
    Form(
        "level Info: a failure, then another session on its thread",
        text(
            at_level_info(
                [
                    *NEW.begun(),
                    *NEW.fails(TEXT_503, 8, 503, 5),
                    *other(B, NEW.thread, 3000).begun(),
                    *other(B, NEW.thread, 3000).ok(),
                ]
            )
        ),
        found=(B,),
        says={B: {"attempts": 1, "error": None, "time.start": iso(2999)}},
    ),
    Form(
        "level Info: a recognizer is used twice",
        text(at_level_info([*NEW.begun(), *NEW.ok(), *AGAIN.begun(), replace(AGAIN, request=X).requested()])),
        says={A: {"attempts": 1, "time.start": iso(999), "time.end": iso(3006), "requestIds": (R, X)}},
    ),
    Form(
        "level Info: a dialog",
        text(at_level_info([replace(NEW, url=DIALOG).connecting(-5), *NEW.begun(), *NEW.connected(), NEW.telemetry()])),
        says={A: {"endpointKind": "dialog", "attempts": 1, "time.start": iso(995)}},
    ),
    Form(
        "level Info: two sessions on a thread",
        text(
            at_level_info(
                [
                    *NEW.begun(),
                    *NEW.ok(),
                    *other(B, NEW.thread, 3000, request=X).begun(),
                    *other(B, NEW.thread, 3000, request=X).ok(),
                ]
            )
        ),
        found=(A, B),
        says={
            A: {"attempts": 1, "time.start": iso(999), "requestIds": (R,)},
            B: {"attempts": 1, "time.start": iso(2999), "requestIds": (X,)},
        },
    ),
    Form(
        "level Info: text to speech, then a session on its thread",
        text(at_level_info([*tts(start=500), *NEW.begun(), *NEW.ok()])),
        never=(X,),
        says={A: {"attempts": 1, "region": "westeurope"}},
    ),
    Form(
        "the stamp comes late",
        text(NEW.started(), BUSY * 500, NEW.chunk(30), NEW.line(1040, "a.cpp:1", "x")),
        says={A: {"time.start": iso(1000)}},
    ),
    Form(
        "the stamp comes before",
        text(NEW.chunk(-5), BUSY * 500, NEW.started(), NEW.stopped(20)),
        says={A: {"time.start": iso(1000), "time.end": iso(1020)}},
    ),
    Form(
        "rotated: the part with the end",
        text(NEW.connected()[1], NEW.telemetry(), NEW.stopped(50)),
        says={A: {"reached": "yes", "time.end": iso(1050)}},
    ),
    Form(
        "a carrier's time is no stamp",
        text(
            [f"{line} time 2026-11-22T09:09:09.000Z" if "OnConnected" in line else line for line in unstamped(NEW.ok())]
        ),
        says={A: {"time.start": iso(1000)}},
    ),
    Form(
        "level Info of a failure has no ID",
        text([line for line in NEW.fails(TEXT_401, 1, 401) if "SPX_TRACE_INFO" in line or "SPX_TRACE_ERROR" in line]),
        found=(),
        notices=("level too low", "Verbose"),
    ),
    Form(
        "level Error",
        text([line for line in NEW.fails(TEXT_REFUSED, 5) if "SPX_TRACE_ERROR" in line]),
        found=(),
        notices=("level too low",),
    ),
    Form(
        "filter SessionId",
        text(only(NEW.fails(TEXT_401, 1, 401), "SessionId")),
        says={A: {"error.httpStatus": 401, "events": ("started", "canceled", "stopped")}},
    ),
    Form("killed", text(NO_STOP), says={A: {"events": ("started", "connecting", "connected"), "time.end": iso(1040)}}),
    Form(
        "begins in mid-session",
        text(NEW.ok()[5:]),
        says={A: {"reached": "yes", "region": "westeurope", "time.end": iso(1050)}},
    ),
    Form(
        "memory dump",
        text(
            [
                ": " + line
                for line in [
                    NEW.line(
                        900,
                        "memory_logger.cpp:47",
                        "started logging; c=1; 2026-11-22T05:00:00.9000000Z",
                        "SPX_TRACE_INFO",
                    ),
                    *without(NEW.fails(TEXT_401, 1, 401), "time", "Received"),
                ]
            ]
        ),
        says={A: {"time.start": iso(1000), "error.httpStatus": 401}},
    ),
    Form(
        "memory dump without its beginning",
        text([": " + line for line in NEW.fails(TEXT_401, 1, 401)[-4:]]),
        says={A: {"error.httpStatus": 401}},
    ),
    Form(
        "memory dump without a session",
        ": [7]: 5ms SPX_DBG_TRACE_VERBOSE:  a.cpp:1 something\n",
        found=(),
        notices=("ring buffer",),
    ),
    # -- kinds of endpoints
    Form(
        "universal endpoint",
        text(on(UNIVERSAL)),
        says={A: {"region": "westeurope", "mode": "interactive", "language": None}},
    ),
    Form("custom model", text(on(CUSTOM)), says={A: {"customModel": DASHED, "mode": "interactive"}}),
    Form("dialog", text(on(DIALOG)), says={A: {"endpointKind": "dialog", "region": "westeurope"}}),
    Form(
        "dialog of 1.15",
        text(replace(NEW, url=DIALOG).connecting(-5), NEW.started(), NEW.connected(), NEW.stopped(50)),
        says={
            A: {
                "endpointKind": "dialog",
                "region": "westeurope",
                "language": "en-US",
                "attempts": 1,
                "time.end": iso(1050),
            }
        },
    ),
    Form(
        "dialog of 1.15 with its scopes",
        text(
            replace(NEW, url=DIALOG).connecting(-5),
            NEW.begun(),
            NEW.started(),
            NEW.chunk(1),
            NEW.connected(),
            NEW.stopped(50),
        ),
        says={A: {"endpointKind": "dialog", "attempts": 1, "time.start": iso(1000)}},
    ),
    Form(
        "a connection of text to speech before the session",
        text(without(tts(start=500), "telemetry", "SessionId"), NEW.started(), NEW.chunk(1), NEW.stopped(50)),
        says={A: {"region": None, "reached": "unknown", "attempts": None}},
    ),
    Form("translation", text(on(TRANSLATE)), says={A: {"endpointKind": "translation", "language": "en-US"}}),
    Form(
        "China",
        text(on(OK_URL.replace("westeurope", "chinaeast2").replace("microsoft.com", "azure.cn"))),
        says={A: {"region": "chinaeast2"}},
    ),
    Form(
        "government",
        text(on(OK_URL.replace("westeurope", "usgovvirginia").replace("microsoft.com", "azure.us"))),
        says={A: {"region": "usgovvirginia"}},
    ),
    Form(
        "custom domain",
        text(on("wss://contoso.cognitiveservices.azure.com/stt/speech/universal/v2")),
        says={A: {"host": "contoso.cognitiveservices.azure.com", "region": None}},
    ),
    Form(
        "conversation mode",
        text([line.replace("INTERACTIVE", "CONVERSATION") for line in on(UNIVERSAL)]),
        says={A: {"mode": "conversation"}},
    ),
    Form(
        "language as a property",
        text(
            NEW.ok()[:3],
            NEW.line(1003, "n.h:1", NEW.bag("SPEECH-RecoLanguage", "fr-FR")),
            replace(NEW, url=UNIVERSAL).ok()[6:],
        ),
        says={A: {"language": "fr-FR"}},
    ),
]
