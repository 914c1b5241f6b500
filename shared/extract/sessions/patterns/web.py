"""Connection IDs in URLs and headers, secrets beside them, and words about entities of the REST API."""

from __future__ import annotations

from shared.extract.sessions import context, id_readers
from shared.extract.sessions.pattern import Basis, ContextPattern, IdPattern
from shared.extract.sessions.patterns.parts import DASHED, EIGHT, GAP, MAIL_EIGHT, VALUE, A
from shared.extract.sessions.session import Evidence
from shared.extract.text.labels import CONNECTION_ID
from shared.speech.phrases import ENTITY_PHRASE

ID_PATTERNS: tuple[IdPattern, ...] = (
    IdPattern(
        name="connection-id-url",
        keywords=CONNECTION_ID,
        tail=b"(?:=|%3d)" + MAIL_EIGHT,
        source="REST API for short audio, JavaScript SDK: the URL in curl, proxies, HAR, access logs and browser consoles",
        examples=(
            f"> POST /speech/recognition/conversation/cognitiveservices/v1?language=en-US&X-ConnectionId={A} HTTP/1.1",
            f"WebSocket connection to 'wss://eastus.stt.speech.microsoft.com/speech/universal/v2?X-ConnectionId={A.upper()}' failed",
        ),
        counter_examples=(
            f"> POST /speech/recognition/conversation/cognitiveservices/v1?X-ConnectionId={DASHED} HTTP/1.1",
            f"> GET /cognitiveservices/websocket/v1?X-ConnectionId={A} HTTP/1.1",
        ),
        caseless=True,
        speech_only=True,
        evidence=Basis.CORPUS,
        identity=Evidence.WEAK,
        connection_id=True,
        repeats=True,
        own_value=True,
        reader=id_readers.connection_id,
    ),
    IdPattern(
        name="connection-id",
        keywords=CONNECTION_ID,
        tail=rb"(?!=\{)" + GAP + VALUE,
        source="error blocks of the SDK, HTTP headers in any tool, name-value pairs of HAR",
        examples=(
            f"wss://eastasia.stt.speech.microsoft.com/speech/recognition/interactive/cognitiveservices/v1\nX-ConnectionId: {A}\n",
            f'{{"name": "X-ConnectionId", "value": "{A}"}}',
        ),
        counter_examples=(
            f"wss://southeastasia.tts.speech.microsoft.com/cognitiveservices/websocket/v1\nX-ConnectionId: {A}\n",
        ),
        caseless=True,
        speech_only=True,
        evidence=Basis.CORPUS,
        identity=Evidence.WEAK,
        connection_id=True,
        repeats=True,
        reader=id_readers.connection_id,
    ),
)

CONTEXT_PATTERNS: tuple[ContextPattern, ...] = (
    ContextPattern(
        name="connection-id-other",
        keywords=CONNECTION_ID,
        tail=rb"=[^0-9A-Fa-f&<>\s\"'.]",
        source="a user's own value that is no GUID",
        caseless=True,
        evidence=Basis.CORPUS,
        reader=context.other_connection,
    ),
    ContextPattern(
        name="silent-failure",
        keywords=(b"Unable to contact server. StatusCode: ",),
        source="JavaScript consoles: a failure that names no ID",
        evidence=Basis.CORPUS,
        reader=context.silent_failure,
    ),
    ContextPattern(
        name="conversation-id",
        keywords=tuple(
            label + sign for label in (b"conversationid", b"conversation id") for sign in (b":", b"=", b'"')
        ),
        tail=rb"[:=]? ?\"?" + EIGHT + b"-",
        source="a dashed ID that people mistake for the session's",
        caseless=True,
        evidence=Basis.FIELD,
        reader=context.conversation,
    ),
    ContextPattern(
        name="secret-key",
        keywords=tuple(
            key + sign
            for key in (b"subscription-key", b"subscriptionkey")
            for sign in (b"=", b":", b"%3d", b'"=', b'":', b"'=", b"':")
        ),
        tail=rb" ?\"?'?[0-9A-Za-z]{8}",
        source="headers and URLs",
        caseless=True,
        evidence=Basis.CORPUS,
        reader=context.secret("subscription-key"),
    ),
    ContextPattern(
        name="secret-key-setting",
        keywords=(b"speechkey", b"speech_key", b"accountkey", b"api-key"),
        tail=rb"\"?'?(?:=|: ?)\"?'?[0-9A-Za-z]{8}",
        source="settings",
        caseless=True,
        evidence=Basis.CORPUS,
        reader=context.secret("subscription-key"),
    ),
    ContextPattern(
        name="secret-token",
        keywords=(b"bearer ", b"bearer%20", b"bearer+"),
        tail=b"[0-9A-Za-z_.-]{8}",
        source="headers and URLs",
        caseless=True,
        evidence=Basis.CORPUS,
        reader=context.secret("authorization"),
    ),
    ContextPattern(
        name="secret-sas",
        keywords=tuple(before + b"sig" + sign for before in (b"?", b"&", b";") for sign in (b"=", b"%3d")),
        tail=b"[0-9A-Za-z%+/]{8}",
        source="storage URLs",
        caseless=True,
        evidence=Basis.CORPUS,
        reader=context.secret("sas-signature"),
    ),
    ContextPattern(
        name="entity-word",
        keywords=(b"speechtotext", b"lastActionDateTime"),
        source="bodies of the REST API: the entity scanner must look here",
        per_block=True,
        evidence=Basis.CORPUS,
        entities=True,
    ),
    ContextPattern(
        name="entity-phrase",
        keywords=(b"ranscription",),
        tail=ENTITY_PHRASE,
        source="log lines about a transcription: the same",
        caseless=True,
        per_block=True,
        evidence=Basis.CORPUS,
        entities=True,
    ),
)
