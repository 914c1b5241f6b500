"""Forms of the JavaScript SDK: its Diagnostics log and the JSON of its event arguments."""

from __future__ import annotations

from shared.extract.sessions import id_readers
from shared.extract.sessions.context import javascript
from shared.extract.sessions.javascript_log import JavaScriptLog, connections, synthesizes
from shared.extract.sessions.pattern import Basis, BlockIds, ContextPattern, IdPattern
from shared.extract.sessions.patterns.parts import EIGHT, IN_HEADER, QUOTES, A, B
from shared.extract.sessions.session import Evidence

_JS = "Speech SDK for JavaScript, Diagnostics log, 1.21 and later"

# Every message has it: read once a block
_CONNECTION = IdPattern(
    name="js-connection",
    keywords=(),
    source=_JS,
    evidence=Basis.CORPUS,
    speech_only=True,
    identity=Evidence.WEAK,
    reader=id_readers.nothing_more,
)
ID_PATTERNS: tuple[IdPattern, ...] = (
    IdPattern(
        name="js-session",
        keywords=(b"privSessionId",),
        tail=rb"[\\\"']{0,6}: ?[\\\"']{0,6}" + EIGHT,
        source=f"{_JS}; and JSON of its event arguments",
        examples=(f'e: {{"privSessionId":"{A.upper()}","privOffset":1}}',),
        counter_examples=("... | RecognitionTriggeredEvent | privSessionId: <NULL> | privAudioSourceId: " + B.upper(),),
        speech_only=True,
        evidence=Basis.CORPUS,
        read_in_line=True,
        reader=id_readers.js_session,
    ),
)

CONTEXT_PATTERNS: tuple[ContextPattern, ...] = (
    ContextPattern(
        name="js-event",
        keywords=tuple(
            event + b"Event | privN"
            for event in (
                b"ConnectingToService",
                b"ConnectionStart",
                b"ConnectionEstablished",
                b"ConnectionEstablishError",
                b"ConnectionClosed",
                b"ConnectionError",
                b"ListeningStarted",
                b"RecognitionTriggered",
                b"RecognitionStarted",
                b"RecognitionEnded",
            )
        ),
        source=_JS,
        evidence=Basis.CORPUS,
        reader=javascript(JavaScriptLog.on_event),
    ),
    ContextPattern(
        name="js-config",
        keywords=tuple(b'"Path' + quotes + b"speech.config" for quotes in IN_HEADER),
        source=_JS,
        evidence=Basis.CORPUS,
        reader=javascript(JavaScriptLog.on_config),
    ),
    ContextPattern(
        name="js-turn",
        keywords=tuple(b'"path' + quotes + turn for quotes in IN_HEADER for turn in (b"turn.start", b"turn.end")),
        source=_JS,
        evidence=Basis.CORPUS,
        reader=javascript(JavaScriptLog.on_turn),
    ),
    ContextPattern(
        name="js-status",
        keywords=tuple(
            b"RecognitionStatus" + quotes + status
            for quotes in QUOTES
            for status in (b"BadRequest", b"Error", b"Forbidden", b"TooMany", b"Unauthorized")
        ),
        source=_JS,
        evidence=Basis.CORPUS,
        reader=javascript(JavaScriptLog.on_refused),
    ),
    ContextPattern(
        name="js-connection",
        keywords=(b"privConnectionId",),
        source=f"{_JS}: every message of a connection; for text to speech too, so the URL of its start event decides",
        examples=(
            f"2026-11-22T05:24:42.849Z | ConnectionMessageSentEvent | privName: ConnectionMessageSentEvent | privConnectionId: {A.upper()}",
        ),
        counter_examples=(
            f"... | ConnectionStartEvent | privName: ConnectionStartEvent | privEventTime: 2026-11-22T05:24:42.849Z | privConnectionId: {A.upper()} | privUri: wss://westeurope.tts.speech.microsoft.com/cognitiveservices/websocket/v1?X-ConnectionId={A.upper()}",
        ),
        per_block=True,
        evidence=Basis.CORPUS,
        ids=BlockIds(_CONNECTION, connections, synthesizes),
    ),
)
