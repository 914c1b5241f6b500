"""The forms of a session ID, and the lines that say more about a session: ONE table.

To add a form, add a row with an example and a counter-example; the examples are the tests. A form is looked for in
two steps:

    words   plain text, one of which every match begins with: choose long and rare ones, in lower case if the row is
            `caseless`. All words of the table are looked for at once; each place where one stands costs as much as
            reading a kilobyte. With more than 300 of them, as there are now, Vectorscan takes a fifth longer
    then    what follows: a regular expression with bounded repeats, without groups; it may look behind. Of the rows that
            share a word, the first that goes on counts

An ID row ends with the first eight digits of the ID, so that one look decides whether 32 digits stand there, a dashed
GUID, or something torn over two lines. A note row (`note`) marks a line to read, by the reader that `notes.py` (or
`READERS` in `native.py`) has for its name. Where several rows hit the same digits, the first row of the table wins:
keep the more specific ones first.
"""

# ruff: noqa: ISC004 - sentences and lines of logs stay in one piece

from __future__ import annotations

from dataclasses import dataclass

from shared.extract.text.labels import CONNECTION_ID, SAY, SESSION_EVENT, SESSION_ID
from shared.speech.phrases import ENTITY_PHRASE

VERSION = 3

_EIGHT = rb"[0-9A-Fa-f]{8}"
_MAIL_EIGHT = _EIGHT + rb"(?![0-9A-Fa-f]{0,23}= ?\n)"  # digits that a mail tore are another row's
# what stands between a label and its value: `: `, `="`, `\":\"`, `** `, a line end; consoles fill up with blanks
_GAP = rb"(?: {8,80}(?= [^ ]))?[^0-9A-Za-z]{0,15}[^0-9A-Za-z%]"
_VALUE = b"(?:" + _MAIL_EIGHT + b"|" + SAY + _MAIL_EIGHT + b")"
# `</td><td>`, `:</b> <code>`: what closes, then what opens. A pair with nothing in it is an empty value
_TAGS = (
    rb"(?=[^0-9A-Za-z<>]{0,8}<)[^0-9A-Za-z<>]{0,8}(?:</[A-Za-z][^<>\n]{0,80}>[^0-9A-Za-z<]{0,16}){0,4}"
    rb"(?:<[A-Za-z][^<>\n]{0,80}>[^0-9A-Za-z<]{0,16}){0,4}"
)
_OTHER_WORDS = (
    b"session identifier",
    b"sessionidentifier",
    b"session guid",
    b"sessionguid",
    b"session uuid",
    b"sessionuuid",
    b"id of the session",
    *(
        word.encode()
        for word in (
            "sitzungs-id",
            "sitzungsid",
            "sitzungskennung",
            "id de session",
            "identifiant de session",
            "id de la session",
            "id de sesión",
            "id de sesion",
            "id de la sesión",
            "identificador de sesión",
            "id da sessão",
            "id de sessão",
            "id da sessao",
            "id sessione",
            "id della sessione",
            "sessie-id",
            "id sesji",
            "id сеанса",
            "ид сеанса",
            "идентификатор сеанса",
            "id сессии",
            "oturum kimliği",
            "セッションid",
            "セッション id",
            "会话id",
            "会话 id",
            "會話id",
            "工作階段識別碼",
            "세션 id",
            "세션id",
        )
    ),
)
# not `session:` alone, which is in the class names of native logs many times
_SESSION = tuple(b"session" + sign for sign in (b" ", b"#", b"[", b"(", b"'", b'"', b": ", b":[", b":(", b":'", b':"'))
_SESSIONS = tuple(b"sessions" + sign for sign in (b"=", b":", b" ", b'"', b"'", b"\\"))
# in a message, in JSON in it, and in a document around it: a string of JSON, a cell of CSV
_QUOTES = (
    b'":"',
    b'": "',
    b'"":""',
    rb"\":\"",
    rb"\": \"",
    rb"\\\":\\\"",
    rb"\\\": \\\"",
    rb"\\\\\\\":\\\\\\\"",
    rb"\\\\\\\": \\\\\\\"",
    rb'\"":\""',
    rb'\"": \""',
)
_IN_HEADER = (b'":"', b'"":""', rb"\":\"", rb"\\\":\\\"")
A = "1e6f0a4c7d2b4f3a9c5d8e7f60718293"  # made-up version 4 GUIDs of the examples
B = "7a1b2c3d4e5f4a6b8c9d0e1f2a3b4c5d"
DASHED = "1e6f0a4c-7d2b-4f3a-9c5d-8e7f60718293"
_PFX = "[703573]: 57ms SPX_DBG_TRACE_VERBOSE:  "


@dataclass(frozen=True, slots=True)
class Pattern:
    """`examples`: text that yields the ID `A` by this row. `counter_examples`: text that yields no session ID at all.

    `caseless`: for words and what follows. `certain`: the form belongs to the SDK or the service alone, so any 32 digits
    count. Elsewhere only version 4 GUIDs do, as every SDK makes them: that keeps out web sessions, hashes and trace
    IDs. `once`: the first hit of a block is enough, it says how to read the block.
    """

    name: str
    words: tuple[bytes, ...]
    then: bytes
    source: str
    examples: tuple[str, ...] = ()
    counter_examples: tuple[str, ...] = ()
    caseless: bool = False
    certain: bool = False
    note: bool = False
    once: bool = False

    @property
    def found_by(self) -> str:
        return f"{self.name}@{VERSION}"


def _note(
    name: str,
    words: tuple[bytes, ...],
    then: bytes,
    source: str,
    *,
    caseless: bool = False,
    once: bool = False,
) -> Pattern:
    return Pattern(name, words, then, source, caseless=caseless, note=True, once=once)


_NATIVE = "Speech SDK native log (C++, C#, Java, Python, Go, Objective-C, Swift, Unity)"
_JS = "Speech SDK for JavaScript, Diagnostics log, 1.21 and later"

IDS: tuple[Pattern, ...] = (
    Pattern(
        "native-started",
        (b"sessionid",),
        b"(?<=Firing SessionStarted event: SessionId): " + _EIGHT,
        f"{_NATIVE}, 1.5 to 1.53",
        (
            f"{_PFX}a.cpp:1 [0x55]CSpxAudioStreamSession::FireSessionStartedEvent: Firing SessionStarted event: SessionId: {A}",
            f"(123): 57ms SPX_DBG_TRACE_VERBOSE: Firing SessionStarted event: SessionId: {A}",
        ),
        (f"{_PFX}a.cpp:1 Firing SessionStarted event: SessionId: {A[:31]}",),
        caseless=True,
        certain=True,
    ),
    Pattern(
        "native-stopped",
        (b"sessionid",),
        b"(?<=Firing SessionStopped event: SessionId): " + _EIGHT,
        f"{_NATIVE}, 1.5 to 1.53",
        (
            f"{_PFX}a.cpp:1 [0x55]CSpxAudioStreamSession::FireSessionStoppedEvent: Firing SessionStopped event: SessionId: {A}",
        ),
        (f"{_PFX}a.cpp:1 Firing SessionStopped event: SessionId: {A}0",),
        caseless=True,
        certain=True,
    ),
    Pattern(
        "native-result-event",
        (b"Firing ",),
        rb"[A-Za-z]{1,32}(?:\([A-Za-z]{1,32}\))?: SessionId: " + _EIGHT,
        f"{_NATIVE}, 1.8",
        (
            f"{_PFX}a.cpp:1 [0x55]CSpxAudioStreamSession::FireResultEvent: Firing RecoResultEvent(Canceled): SessionId: {A}",
        ),
        certain=True,
    ),
    Pattern(
        "native-property",
        (b"sessionid",),
        rb"(?:(?<=name='SessionId)|(?<=name=\\'SessionId))[\\]?['\"]; value=[\\]?['\"]" + _EIGHT,
        f"{_NATIVE}, 1.17 and later; also read for sessions that are created and never started, so it needs company",
        (
            f"{_PFX}named_properties.h:484 ISpxNamedProperties::GetStringValue: this=0x55; name='SessionId'; value='{A}'\n"
            f"{_PFX}usp_connection.cpp:607 connectionUrl=wss://westeurope.stt.speech.microsoft.com/speech/recognition/x",
        ),
        (
            f"{_PFX}named_properties.h:484 ISpxNamedProperties::GetStringValue: this=0x55; name='SessionId'; value=''",
            f"{_PFX}named_properties.h:484 ISpxNamedProperties::GetStringValue: this=0x55; name='SessionId'; value='{A}'",
        ),
        caseless=True,
        certain=True,
    ),
    Pattern(
        "native-configuration",
        (b"sessionid",),
        b"(?<=Set UspConnection Configuration with SessionId): " + _EIGHT,
        f"{_NATIVE}, 1.43 and later; text to speech writes it too, so the connection's URL decides",
        (
            f"{_PFX}usp_connection.cpp:149 CSpxUspConnection::SetConfiguration Set UspConnection Configuration with SessionId: {A}\n"
            f"{_PFX}usp_connection.cpp:607 connectionUrl=wss://westeurope.stt.speech.microsoft.com/speech/universal/v2",
        ),
        (
            f"{_PFX}usp_connection.cpp:149 CSpxUspConnection::SetConfiguration Set UspConnection Configuration with SessionId: {A}\n"
            f"{_PFX}usp_connection.cpp:607 connectionUrl=wss://westeurope.tts.speech.microsoft.com/cognitiveservices/websocket/v1",
        ),
        caseless=True,
        certain=True,
    ),
    Pattern(
        "native-telemetry",
        (
            b'Name":"Connection"',
            b'Name": "Connection"',
            rb"Name\":\"Connection",
            rb"Name\": \"Connection",
            rb"Name\\\":\\\"Connection",
        ),
        rb"[\\\"]{0,8}, ?[\\\"]{1,8}Id[\\\"]{1,8}: ?[\\\"]{1,8}" + _EIGHT,
        f"{_NATIVE}, 1.39 and later, level Info; also browser network logs. Only after a connection was made",
        (
            f'{_PFX}usp_metrics.cpp:409 SendSerializedTelemetry: Send telemetry (requestId:{B}): {{"Metrics":[{{"Name":"Connection","Id":"{A}","Start":"2026-11-22T05:05:53.176Z","End":"2026-11-22T05:05:53.186Z"}}]}}',
        ),
        (f'{_PFX}usp_metrics.cpp:409 Send telemetry (requestId:{B}): {{"Metrics":[{{"Name":"device","Id":"{A}"}}]}}',),
        certain=True,
    ),
    Pattern(
        "native-telemetry-old",
        (b'"End":"', b'"End": "', rb'"End\":\"', rb'"End\": \"', rb'"End\\\":\\\"'),
        rb"[0-9TZ:.-]{10,40}[\\\"]{1,8}, ?[\\\"]{1,8}Id[\\\"]{1,8}: ?[\\\"]{1,8}" + _EIGHT,
        f"{_NATIVE}, to 1.38: the same with its keys sorted",
        (
            f'{_PFX}usp_metrics.cpp:409 Send telemetry (requestId:{B}): {{"Metrics":[{{"End":"2026-11-22T05:05:53.186Z","Id":"{A}","Name":"Connection","Start":"2026-11-22T05:05:53.176Z"}}]}}',
        ),
        (
            f'{_PFX}usp_metrics.cpp:409 Send telemetry (requestId:{B}): {{"Metrics":[{{"End":"2026-11-22T05:05:53.186Z","Id":"{A}","Name":"ListeningTrigger"}}]}}',
        ),
        certain=True,
    ),
    Pattern(
        "js-session",
        (b"privSessionId",),
        rb"[\\\"']{0,6}: ?[\\\"']{0,6}" + _EIGHT,
        f"{_JS}; and JSON of its event arguments",
        (
            f"2026-11-22T05:24:42.849Z | ConnectingToServiceEvent | privName: ConnectingToServiceEvent | privSessionId: {A.upper()} | x: 1",
            f'e: {{"privSessionId":"{A.upper()}","privOffset":1}}',
        ),
        ("... | RecognitionTriggeredEvent | privSessionId: <NULL> | privAudioSourceId: " + B.upper(),),
        certain=True,
    ),
    Pattern(
        "js-connection",
        (b"privConnectionId: ",),
        b"",
        f"{_JS}: every message of a connection; for text to speech too, so the URL of its start event decides",
        (
            f"2026-11-22T05:24:42.849Z | ConnectionEstablishedEvent | privName: ConnectionEstablishedEvent | privConnectionId: {A.upper()}",
        ),
        (
            f"... | ConnectionStartEvent | privName: ConnectionStartEvent | privEventTime: 2026-11-22T05:24:42.849Z | privConnectionId: {A.upper()} | privUri: wss://westeurope.tts.speech.microsoft.com/cognitiveservices/websocket/v1?X-ConnectionId={A.upper()}",
        ),
        certain=True,
        once=True,
    ),
    Pattern(
        "connection-id-url",
        CONNECTION_ID,
        b"(?:=|%3d)" + _MAIL_EIGHT,
        "REST API for short audio, JavaScript SDK: the URL in curl, proxies, HAR, access logs and browser consoles",
        (
            f"> POST /speech/recognition/conversation/cognitiveservices/v1?language=en-US&X-ConnectionId={A} HTTP/1.1",
            f"WebSocket connection to 'wss://eastus.stt.speech.microsoft.com/speech/universal/v2?X-ConnectionId={A.upper()}' failed",
        ),
        (
            f"> POST /speech/recognition/conversation/cognitiveservices/v1?X-ConnectionId={DASHED} HTTP/1.1",
            f"> GET /cognitiveservices/websocket/v1?X-ConnectionId={A} HTTP/1.1",
        ),
        caseless=True,
        certain=True,
    ),
    Pattern(
        "connection-id",
        CONNECTION_ID,
        rb"(?!=\{)" + _GAP + _VALUE,
        "error blocks of the SDK, HTTP headers in any tool, name-value pairs of HAR",
        (
            f"wss://eastasia.stt.speech.microsoft.com/speech/recognition/interactive/cognitiveservices/v1\nX-ConnectionId: {A}\n",
            f'{{"name": "X-ConnectionId", "value": "{A}"}}',
        ),
        (f"wss://southeastasia.tts.speech.microsoft.com/cognitiveservices/websocket/v1\nX-ConnectionId: {A}\n",),
        caseless=True,
        certain=True,
    ),
    Pattern(
        "python-event",
        (b"session_id",),
        rb"(?<=EventArgs\(session_id)=" + _MAIL_EIGHT,
        "Python SDK: str() of every event",
        (
            f"SESSION STARTED: SessionEventArgs(session_id={A})",
            f"RECOGNIZED: SpeechRecognitionEventArgs(session_id={A}, result=SpeechRecognitionResult(result_id={B}, text=...))",
        ),
        (f"SESSION STARTED: SessionEventArgs(session_id={DASHED})",),
        caseless=True,
        certain=True,
    ),
    Pattern(
        "session-event",
        SESSION_EVENT,
        rb"[^0-9A-Za-z\n]{1,12}(?:(?:event|session|id|with|the)[^0-9A-Za-z\n]{1,8}){0,4}" + _EIGHT,
        "Speech CLI (spx) and ai console, samples in C#, Java, Go, C++",
        (
            f"SESSION STARTED: {A}.",
            f"Session Started (ID= {A} )",
            f"Session started with id: {A}",
            f"Now Listening! Session started, id={A}",
        ),
        (f"SYNTHESIS STARTED: {A}", f"Session started (trace {A})"),
        caseless=True,
    ),
    Pattern(
        "session-heading",
        SESSION_ID,
        rb"(?:s|\(s\))[^0-9A-Za-z\n\"'{\[]{0,8}\n{1,2}[^\n]{0,60}?(?<![0-9A-Za-z])"
        + _EIGHT
        + b"(?=[0-9A-Fa-f]{24}(?![0-9A-Za-z]))",
        "lists below a heading, with numbers, times or remarks",
        (f"Session IDs:\n1. {A}\n", f"Session IDs:\n10:00 UTC: {A}\n", f"Session IDs:\n- {A} - failed\n"),
        (f"Session IDs:\nnone, request id {A}\n", f"Session ID:\nsee {A}\n"),
        caseless=True,
    ),
    Pattern(
        "session-word",
        SESSION_ID + _OTHER_WORDS,
        rb"(?:s|\(s\)|'s| ?#?[0-9]{1,2}|_s)?" + _GAP + _VALUE + b"(?![0-9A-Fa-f]{24};remote=)",
        "samples and applications in every language, error texts, JSON, spx output, pasted prose",
        (
            f"SessionId:{A} Result:ResultId:{B}",
            f'{{\\"sessionId\\":\\"{A}\\"}}',
            f"Session ID is `{A}`",
            f"SessionId                : {A}",
            f"Session ID #2: {A}",
            f'"SessionId_s":"{A}"',
            f"Session ID's: {A}",
            f"Error details: Quota exceeded. Cid:  SessionId: {A}]",
            f"| Session ID | {A} |",
            f"SESSION ID: {A}",
            f"WHERE session_id IN ('{A}')",
            f'sessionId: Optional("{A}")',
            f"Sitzungs-ID: {A}",
            f"L'identifiant de session est {A}",
        ),
        (
            f"HttpSession sessionId={A[:12]}1{A[13:]} created",
            f'"audioSessionId": "{A}"',
            f"JSESSIONID={A}",
            f"Session-ID: {A};remote={B}",
            f'{{"sessionId": "", "{A}": 1}}',
            f"| Session ID | | {A} |",
        ),
        caseless=True,
    ),
    Pattern(
        "session-word-markup",
        SESSION_ID + CONNECTION_ID,
        b"s?" + _TAGS + _EIGHT,
        "HTML mails, saved pages, JSON viewers",
        (
            f"<td>Session ID</td><td>{A}</td>",
            f"<b>Session ID:</b> {A}",
            f'<span class="k">"sessionId"</span>: <span class="s">"{A}"</span>',
        ),
        (
            f"<td>Session ID</td><td>n/a</td><td>{A}</td>",
            f"<td>Session</td><td>{A}</td>",
            f"<SessionId></SessionId><RequestId>{A}</RequestId>",
            f"<td>Session ID</td><td></td><td>{A}</td>",
        ),
        caseless=True,
    ),
    Pattern(
        "session-word-prose",
        SESSION_ID,
        rb"s?(?:(?: [0-9A-Za-z'.,/:-]{1,20}){1,8}?(?::| is| was| are)|[ ]?\([^()\n]{1,40}\))[^0-9A-Za-z\n]{1,8}"
        + _EIGHT,
        "sentences of issues and mails",
        (
            f"Session ID of the failing call: {A}",
            f"the session ID that failed is {A}",
            f"SessionId (from the log): {A}",
        ),
        (f"Session ID and request id: {A}", f"the session id, the key is {A}"),
        caseless=True,
    ),
    Pattern(
        "session-state",
        _SESSION,
        rb"(?:with (?:the )?id:? )?[ :#\[('\"]{0,3}" + _EIGHT,
        "C++ meeting sample; sentences that end with what became of it",
        (
            f"SESSION: {A} stopped.",
            f"Recognition session [{A}] was canceled",
            f"STT session: {A}",
            f"the session with ID {A} failed",
        ),
        (f"redis session:{A}", f"session {A} of Bob", f"session with id {A} of Bob"),
        caseless=True,
    ),
    Pattern(
        "session-list",
        _SESSIONS,
        rb"(?<=[:=])%s|[\\\"']{0,6} {0,2}[:=]%s" % ((rb" {0,2}[\[({]? ?[\\\"']{0,6}" + _EIGHT,) * 2),
        "applications: lists of sessions",
        (f"sessions={A}", f'{{"sessions":["{A}"]}}'),
        (f"sessions of {A}",),
        caseless=True,
    ),
)

NOTES: tuple[Pattern, ...] = (
    _note(
        "native-begin",
        (b" StartRecognizing",),
        b"|".join(
            rb"(?<=SCOPE_ENTER:  audio_stream_session\.cpp:%s StartRecognizing)" % (rb"\d" * digits)
            for digits in (3, 4, 5)
        ),
        "native log, all levels from Info on: one per recognition",
    ),
    _note(
        "native-end",
        (b"AdapterCompletedSetFormatStop kicked-off THREAD started",),
        b"",
        "native log, all levels from Info on",
    ),
    _note("native-url", (b"connectionUrl=",), b"", "native log: one per attempt to connect"),
    _note("native-connected", (b"OnConnected: connection",), b"", "native log"),
    _note("native-adapter", (b"::AdapterConnected to ",), b"", "native log"),
    _note("native-request", (b"RequestId: '",), _EIGHT, "native log: one per turn"),
    _note("native-latency", (b"PhraseLatencyMs",), rb"[\\\"]{1,8}:", "native log, telemetry"),
    _note("native-config", (b"speech.config {",), b"", "native log: SDK, language, system"),
    _note("native-agent", (b"header 'User-agent':'SpeechSDK",), b"", "native log, level Info"),
    _note("native-error", (b"On Error: Code:",), b"", "native log: one per attempt"),
    _note("native-status", (b"Bad status (",), b"", "native log: HTTP status of the upgrade"),
    _note(
        "native-open-failed", (b"open operation failed with ",), b"", "native log, level Error; has a wall-clock time"
    ),
    _note("native-opened", (b"Opening websocket completed",), b"", "native log; has a wall-clock time"),
    _note(
        "native-tts",
        (b"usp_tts_engine_adapter.cpp:",),
        b"[0-9]{1,6} (?:Speak|UspInitialize|SetUspEndpoint)",
        "native log: text to speech",
    ),
    _note("native-memory", (b"started logging; ",), b"", "native log, MemoryLogger: absolute time of its beginning"),
    _note(
        "js-event",
        tuple(
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
        b"",
        _JS,
    ),
    _note("js-config", tuple(b'"Path' + quotes + b"speech.config" for quotes in _IN_HEADER), b"", _JS),
    _note(
        "js-connection-json",
        (b'privConnectionId"', b"privConnectionId'", b"privConnectionId\\"),
        rb"[\\\"']{0,5}:",
        _JS,
        once=True,
    ),
    _note(
        "js-turn",
        tuple(b'"path' + quotes + turn for quotes in _IN_HEADER for turn in (b"turn.start", b"turn.end")),
        b"",
        _JS,
    ),
    _note(
        "js-status",
        tuple(
            b"RecognitionStatus" + quotes + status
            for quotes in _QUOTES
            for status in (b"BadRequest", b"Error", b"Forbidden", b"TooMany", b"Unauthorized")
        ),
        b"",
        _JS,
    ),
    _note("console-code", (b"ErrorCode",), b"[=:] ?[A-Z]", "consoles: the name of the error code, after the ID"),
    _note(
        "table-column",
        (
            *(
                label + end
                for label in (b"sessionid", b"session id", b"session_id", b"session-id")
                for end in (
                    b"\t",
                    b",",
                    b";",
                    b"\n",
                    b" \n",
                    b'"',
                    b"'",
                    b"`",
                    b")",
                    b"|",
                    b" |",
                    b"  ",
                    b" \xe2",
                    b"</th",
                )
            ),
            b"sessionid_s,",
            b"sessionid_s \n",
            b"sessionid_s\n",
            b'sessionid_s"',
        ),
        rb"(?<![\"'`])|(?<=\")(?:[\t,;\n}\]]| \n)|(?<!\")[\t,\n) ]",
        "tables (spx TSV, CSV exports, Markdown, consoles, HTML): a column of IDs",
        caseless=True,
    ),
    _note(
        "connection-id-other",
        CONNECTION_ID,
        rb"=[^0-9A-Fa-f&<>\s\"'.]",
        "a user's own value that is no GUID",
        caseless=True,
    ),
    _note(
        "silent-failure",
        (b"Unable to contact server. StatusCode: ",),
        b"",
        "JavaScript consoles: a failure that names no ID",
    ),
    _note(
        "conversation-id",
        tuple(label + sign for label in (b"conversationid", b"conversation id") for sign in (b":", b"=", b'"')),
        rb"[:=]? ?\"?" + _EIGHT + b"-",
        "a dashed ID that people mistake for the session's",
        caseless=True,
    ),
    _note(
        "entity-word",
        (b"speechtotext", b"lastActionDateTime"),
        b"",
        "bodies of the REST API: the entity scanner must look here",
        once=True,
    ),
    _note(
        "entity-phrase",
        (b"ranscription",),
        ENTITY_PHRASE,
        "log lines about a transcription: the same",
        caseless=True,
        once=True,
    ),
    _note(
        "secret-key",
        tuple(
            key + sign
            for key in (b"subscription-key", b"subscriptionkey")
            for sign in (b"=", b":", b"%3d", b'"=', b'":', b"'=", b"':")
        ),
        rb" ?\"?'?[0-9A-Za-z]{8}",
        "headers and URLs",
        caseless=True,
    ),
    _note(
        "secret-key-setting",
        (b"speechkey", b"speech_key", b"accountkey", b"api-key"),
        rb"\"?'?(?:=|: ?)\"?'?[0-9A-Za-z]{8}",
        "settings",
        caseless=True,
    ),
    _note(
        "secret-token", (b"bearer ", b"bearer%20", b"bearer+"), b"[0-9A-Za-z_.-]{8}", "headers and URLs", caseless=True
    ),
    _note(
        "secret-sas",
        tuple(before + b"sig" + sign for before in (b"?", b"&", b";") for sign in (b"=", b"%3d")),
        b"[0-9A-Za-z%+/]{8}",
        "storage URLs",
        caseless=True,
    ),
)

# A row without words is looked for as a whole, in the common subset of `re` and Vectorscan: no look-around, no
# back-references, no `.`, no `$`.

# Not a form but the alarm that one is missing. It costs as much as the whole table, so it looks at samples.
UNKNOWN = Pattern(
    "unknown-form",
    (),
    rb"session[^0-9\n]{1,40}[^0-9A-Za-z\n]" + _EIGHT,
    "words about a session in front of digits that no row of the table takes",
    caseless=True,
)

TABLE: tuple[Pattern, ...] = IDS + NOTES
