"""Forms of the native SDK log: C++, C#, Java, Python, Go, Objective-C, Swift, Unity."""

# ruff: noqa: ISC004 - sentences and lines of logs stay in one piece

from __future__ import annotations

from shared.extract.sessions import id_readers, label_context
from shared.extract.sessions.context import native
from shared.extract.sessions.native_log import NativeLog
from shared.extract.sessions.pattern import Basis, ContextPattern, IdPattern
from shared.extract.sessions.patterns.parts import EIGHT, PFX, A, B
from shared.extract.sessions.session import Evidence

_NATIVE = "Speech SDK native log (C++, C#, Java, Python, Go, Objective-C, Swift, Unity)"

ID_PATTERNS: tuple[IdPattern, ...] = (
    IdPattern(
        name="native-started",
        keywords=(b"sessionid",),
        tail=b"(?<=Firing SessionStarted event: SessionId): " + EIGHT,
        source=f"{_NATIVE}, 1.5 to 1.53",
        examples=(
            f"{PFX}a.cpp:1 [0x55]CSpxAudioStreamSession::FireSessionStartedEvent: Firing SessionStarted event: SessionId: {A}",
            f"(123): 57ms SPX_DBG_TRACE_VERBOSE: Firing SessionStarted event: SessionId: {A}",
        ),
        counter_examples=(f"{PFX}a.cpp:1 Firing SessionStarted event: SessionId: {A[:31]}",),
        caseless=True,
        speech_only=True,
        evidence=Basis.CORPUS,
        event="started",
        reader=id_readers.started,
    ),
    IdPattern(
        name="native-stopped",
        keywords=(b"sessionid",),
        tail=b"(?<=Firing SessionStopped event: SessionId): " + EIGHT,
        source=f"{_NATIVE}, 1.5 to 1.53",
        examples=(
            f"{PFX}a.cpp:1 [0x55]CSpxAudioStreamSession::FireSessionStoppedEvent: Firing SessionStopped event: SessionId: {A}",
        ),
        counter_examples=(f"{PFX}a.cpp:1 Firing SessionStopped event: SessionId: {A}0",),
        caseless=True,
        speech_only=True,
        evidence=Basis.CORPUS,
        event="stopped",
        reader=id_readers.stopped,
    ),
    IdPattern(
        name="native-result-event",
        keywords=(b"Firing ",),
        tail=rb"[A-Za-z]{1,32}(?:\([A-Za-z]{1,32}\))?: SessionId: " + EIGHT,
        source=f"{_NATIVE}, 1.8",
        examples=(
            f"{PFX}a.cpp:1 [0x55]CSpxAudioStreamSession::FireResultEvent: Firing RecoResultEvent(Canceled): SessionId: {A}",
        ),
        speech_only=True,
        evidence=Basis.CORPUS,
        event="canceled",
        reader=id_readers.mentioned,
    ),
    IdPattern(
        name="native-property",
        keywords=(b"sessionid",),
        tail=rb"(?:(?<=name='SessionId)|(?<=name=\\'SessionId))[\\]?['\"]; value=[\\]?['\"]" + EIGHT,
        source=f"{_NATIVE}, 1.17 and later; also read for sessions that are created and never started, so it needs company",
        examples=(
            f"{PFX}named_properties.h:484 ISpxNamedProperties::GetStringValue: this=0x55; name='SessionId'; value='{A}'\n"
            f"{PFX}usp_connection.cpp:607 connectionUrl=wss://westeurope.stt.speech.microsoft.com/speech/recognition/x",
        ),
        counter_examples=(
            f"{PFX}named_properties.h:484 ISpxNamedProperties::GetStringValue: this=0x55; name='SessionId'; value=''",
            f"{PFX}named_properties.h:484 ISpxNamedProperties::GetStringValue: this=0x55; name='SessionId'; value='{A}'",
        ),
        caseless=True,
        speech_only=True,
        evidence=Basis.CORPUS,
        identity=Evidence.NAMED,
        repeats=True,
        reader=id_readers.named,
    ),
    IdPattern(
        name="native-configuration",
        keywords=(b"sessionid",),
        tail=b"(?<=Set UspConnection Configuration with SessionId): " + EIGHT,
        source=f"{_NATIVE}, 1.43 and later; text to speech writes it too, so the connection's URL decides",
        examples=(
            f"{PFX}usp_connection.cpp:149 CSpxUspConnection::SetConfiguration Set UspConnection Configuration with SessionId: {A}\n"
            f"{PFX}usp_connection.cpp:607 connectionUrl=wss://westeurope.stt.speech.microsoft.com/speech/universal/v2",
        ),
        counter_examples=(
            f"{PFX}usp_connection.cpp:149 CSpxUspConnection::SetConfiguration Set UspConnection Configuration with SessionId: {A}\n"
            f"{PFX}usp_connection.cpp:607 connectionUrl=wss://westeurope.tts.speech.microsoft.com/cognitiveservices/websocket/v1",
        ),
        caseless=True,
        speech_only=True,
        evidence=Basis.CORPUS,
        identity=Evidence.CONFIGURED,
        repeats=True,
        reader=id_readers.mentioned,
    ),
    IdPattern(
        name="native-telemetry",
        keywords=(
            b'Name":"Connection"',
            b'Name": "Connection"',
            rb"Name\":\"Connection",
            rb"Name\": \"Connection",
            rb"Name\\\":\\\"Connection",
        ),
        tail=rb"[\\\"]{0,8}, ?[\\\"]{1,8}Id[\\\"]{1,8}: ?[\\\"]{1,8}" + EIGHT,
        source=f"{_NATIVE}, 1.39 and later, level Info; also browser network logs. Only after a connection was made",
        examples=(
            f'{PFX}usp_metrics.cpp:409 SendSerializedTelemetry: Send telemetry (requestId:{B}): {{"Metrics":[{{"Name":"Connection","Id":"{A}","Start":"2026-11-22T05:05:53.176Z","End":"2026-11-22T05:05:53.186Z"}}]}}',
        ),
        counter_examples=(
            f'{PFX}usp_metrics.cpp:409 Send telemetry (requestId:{B}): {{"Metrics":[{{"Name":"device","Id":"{A}"}}]}}',
        ),
        speech_only=True,
        evidence=Basis.CORPUS,
        identity=Evidence.WEAK,
        reader=id_readers.telemetry,
    ),
    IdPattern(
        name="native-telemetry-old",
        keywords=(b'"End":"', b'"End": "', rb'"End\":\"', rb'"End\": \"', rb'"End\\\":\\\"'),
        tail=rb"[0-9TZ:.-]{10,40}[\\\"]{1,8}, ?[\\\"]{1,8}Id[\\\"]{1,8}: ?[\\\"]{1,8}" + EIGHT,
        source=f"{_NATIVE}, to 1.38: the same with its keys sorted",
        examples=(
            f'{PFX}usp_metrics.cpp:409 Send telemetry (requestId:{B}): {{"Metrics":[{{"End":"2026-11-22T05:05:53.186Z","Id":"{A}","Name":"Connection","Start":"2026-11-22T05:05:53.176Z"}}]}}',
        ),
        counter_examples=(
            f'{PFX}usp_metrics.cpp:409 Send telemetry (requestId:{B}): {{"Metrics":[{{"End":"2026-11-22T05:05:53.186Z","Id":"{A}","Name":"ListeningTrigger"}}]}}',
        ),
        speech_only=True,
        evidence=Basis.CORPUS,
        identity=Evidence.WEAK,
        accepts=label_context.is_connection,
        reader=id_readers.telemetry,
    ),
)

CONTEXT_PATTERNS: tuple[ContextPattern, ...] = (
    ContextPattern(
        name="native-begin",
        keywords=(b" StartRecognizing",),
        tail=b"|".join(
            rb"(?<=SCOPE_ENTER:  audio_stream_session\.cpp:%s StartRecognizing)" % (rb"\d" * digits)
            for digits in (3, 4, 5)
        ),
        source="native log, all levels from Info on: one per recognition",
        evidence=Basis.CORPUS,
        reader=native(NativeLog.on_begin),
    ),
    ContextPattern(
        name="native-end",
        keywords=(b"AdapterCompletedSetFormatStop kicked-off THREAD started",),
        source="native log, all levels from Info on",
        evidence=Basis.CORPUS,
        reader=native(NativeLog.on_end),
    ),
    ContextPattern(
        name="native-url",
        keywords=(b"connectionUrl=",),
        source="native log: one per attempt to connect",
        evidence=Basis.CORPUS,
        reader=native(NativeLog.on_url),
    ),
    ContextPattern(
        name="native-connected",
        keywords=(b"OnConnected: connection", b"::AdapterConnected to "),
        source="native log",
        evidence=Basis.CORPUS,
        reader=native(NativeLog.on_connected),
    ),
    ContextPattern(
        name="native-request",
        keywords=(b"RequestId: '",),
        tail=EIGHT,
        source="native log: one per turn",
        evidence=Basis.CORPUS,
        reader=native(NativeLog.on_request),
    ),
    ContextPattern(
        name="native-latency",
        keywords=(b"PhraseLatencyMs",),
        tail=rb"[\\\"]{1,8}:",
        source="native log, telemetry",
        evidence=Basis.CORPUS,
        reader=native(NativeLog.on_latency),
    ),
    ContextPattern(
        name="native-config",
        keywords=(b"speech.config {",),
        source="native log: SDK, language, system",
        evidence=Basis.CORPUS,
        reader=native(NativeLog.on_config),
    ),
    ContextPattern(
        name="native-agent",
        keywords=(b"header 'User-agent':'SpeechSDK",),
        source="native log, level Info",
        evidence=Basis.CORPUS,
        reader=native(NativeLog.on_agent),
    ),
    ContextPattern(
        name="native-error",
        keywords=(b"On Error: Code:",),
        source="native log: one per attempt",
        evidence=Basis.CORPUS,
        reader=native(NativeLog.on_error),
    ),
    ContextPattern(
        name="native-status",
        keywords=(b"Bad status (",),
        source="native log: HTTP status of the upgrade",
        evidence=Basis.CORPUS,
        reader=native(NativeLog.on_status),
    ),
    ContextPattern(
        name="native-stamp",
        keywords=(b"open operation failed with ", b"Opening websocket completed", b"started logging; "),
        source="native log: lines with a wall-clock time of their own; MemoryLogger: that of its beginning",
        evidence=Basis.CORPUS,
        reader=native(NativeLog.on_stamp),
    ),
    ContextPattern(
        name="native-tts",
        keywords=(b"usp_tts_engine_adapter.cpp:",),
        tail=b"[0-9]{1,6} (?:Speak|UspInitialize|SetUspEndpoint)",
        source="native log: text to speech",
        evidence=Basis.CORPUS,
        reader=native(NativeLog.on_tts),
    ),
)
