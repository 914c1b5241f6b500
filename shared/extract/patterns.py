"""The forms of a session ID, and the lines that say more about a session: ONE table.

To add a form, add a row with an example and a counter-example; the examples are the tests. `anchor` is a regular
expression in the common subset of Python's `re` and Vectorscan (no look-around, no back-references, no `.`, no `$`),
with bounded repeats. An ID row's anchor ends with the first eight digits of the ID, so that one look decides whether
32 digits stand there, a dashed GUID, or something torn over two lines. A note row (`note`) marks a line to read.
Where several rows hit the same digits, the first row of the table wins: keep the more specific ones first.
"""

# ruff: noqa: E501, ISC004 - sentences and lines of logs stay in one piece

from __future__ import annotations

from dataclasses import dataclass

VERSION = 1

_EIGHT = rb"[0-9A-Fa-f]{8}"
_GAP = rb"[^0-9A-Za-z]{1,16}"  # what stands between a label and its value: `: `, `="`, `\":\"`, `** `, a line end
_SAY = rb"(?:(?i:is|was|value|of|guid|uuid)[^0-9A-Za-z]{1,16})?"  # "session id is ...", "name": .., "value": ..
# properties are read many times and set once
_SET = rb"(?:SetStringValue|LogPropertyAndValue): this=[0-9A-Za-z]{1,40}; name='"
_TAGS = rb"[^0-9A-Za-z<]{0,8}(?:</?[A-Za-z][^<>\n]{0,80}>[^0-9A-Za-z<]{0,16}){1,6}"  # `</td><td>`, `:</b> <code>`
BREAK = rb"(?: ?\n(?:[ \t]{0,2}>){0,8}[ \t]{0,4})?"  # a hard wrap, maybe in a quoted mail
WRAPPED = (b"sessionid", b"session id", b"session_id", b"x-connectionid", b"session started", b"session stopped")
_TORN = b"|".join(  # a label that is torn somewhere
    sorted({word[:n].rstrip() + rb" ?\n[> \t]{0,8}" + word[n:].lstrip() for word in WRAPPED for n in range(1, len(word))})
)
_PERCENT = rb"(?:%[0-9A-Fa-f]{2}){1,6}"  # the same gap in a URL-encoded document

A = "1e6f0a4c7d2b4f3a9c5d8e7f60718293"  # made-up version 4 GUIDs of the examples
B = "7a1b2c3d4e5f4a6b8c9d0e1f2a3b4c5d"
DASHED = "1e6f0a4c-7d2b-4f3a-9c5d-8e7f60718293"
_PFX = "[703573]: 57ms SPX_DBG_TRACE_VERBOSE:  "


@dataclass(frozen=True, slots=True)
class Pattern:
    """`examples`: text that yields the ID `A` by this row. `counter_examples`: text that yields no session ID at all.

    `certain`: the form belongs to the SDK or the service alone, so any 32 digits count. Elsewhere only version 4
    GUIDs do, as every SDK makes them: that keeps out web sessions, hashes and trace IDs.
    `once`: the first hit of a block is enough, it says how to read the block.
    """

    name: str
    anchor: bytes
    source: str
    examples: tuple[str, ...] = ()
    counter_examples: tuple[str, ...] = ()
    certain: bool = False
    note: bool = False
    once: bool = False

    @property
    def found_by(self) -> str:
        return f"{self.name}@{VERSION}"


def _note(name: str, anchor: bytes, source: str, *, once: bool = False) -> Pattern:
    return Pattern(name, anchor, source, note=True, once=once)


_NATIVE = "Speech SDK native log (C++, C#, Java, Python, Go, Objective-C, Swift, Unity)"
_JS = "Speech SDK for JavaScript, Diagnostics log, 1.21 and later"

IDS: tuple[Pattern, ...] = (
    Pattern(
        "native-started", rb"Firing SessionStarted event: SessionId: " + _EIGHT, f"{_NATIVE}, 1.5 to 1.53",
        (f"{_PFX}a.cpp:1 [0x55]CSpxAudioStreamSession::FireSessionStartedEvent: Firing SessionStarted event: SessionId: {A}",
         f"(123): 57ms SPX_DBG_TRACE_VERBOSE: Firing SessionStarted event: SessionId: {A}"),
        (f"{_PFX}a.cpp:1 Firing SessionStarted event: SessionId: {A[:31]}",), certain=True,
    ),
    Pattern(
        "native-stopped", rb"Firing SessionStopped event: SessionId: " + _EIGHT, f"{_NATIVE}, 1.5 to 1.53",
        (f"{_PFX}a.cpp:1 [0x55]CSpxAudioStreamSession::FireSessionStoppedEvent: Firing SessionStopped event: SessionId: {A}",),
        (f"{_PFX}a.cpp:1 Firing SessionStopped event: SessionId: {A}0",), certain=True,
    ),
    Pattern(
        "native-result-event", rb"Firing [A-Za-z]{1,32}(?:\([A-Za-z]{1,32}\))?: SessionId: " + _EIGHT, f"{_NATIVE}, 1.8",
        (f"{_PFX}a.cpp:1 [0x55]CSpxAudioStreamSession::FireResultEvent: Firing RecoResultEvent(Canceled): SessionId: {A}",),
        certain=True,
    ),
    Pattern(
        "native-property", rb"name=[\\]?'SessionId[\\]?['\"]; value=[\\]?['\"]" + _EIGHT,
        f"{_NATIVE}, 1.17 and later; also read for sessions that are created and never started, so it needs company",
        (f"{_PFX}named_properties.h:484 ISpxNamedProperties::GetStringValue: this=0x55; name='SessionId'; value='{A}'\n"
         f"{_PFX}usp_connection.cpp:607 connectionUrl=wss://westeurope.stt.speech.microsoft.com/speech/recognition/x",),
        (f"{_PFX}named_properties.h:484 ISpxNamedProperties::GetStringValue: this=0x55; name='SessionId'; value=''",
         f"{_PFX}named_properties.h:484 ISpxNamedProperties::GetStringValue: this=0x55; name='SessionId'; value='{A}'"),
        certain=True,
    ),
    Pattern(
        "native-configuration", rb"Set UspConnection Configuration with SessionId: " + _EIGHT,
        f"{_NATIVE}, 1.43 and later; text to speech writes it too, so the connection's URL decides",
        (f"{_PFX}usp_connection.cpp:149 CSpxUspConnection::SetConfiguration Set UspConnection Configuration with SessionId: {A}\n"
         f"{_PFX}usp_connection.cpp:607 connectionUrl=wss://westeurope.stt.speech.microsoft.com/speech/universal/v2",),
        (f"{_PFX}usp_connection.cpp:149 CSpxUspConnection::SetConfiguration Set UspConnection Configuration with SessionId: {A}\n"
         f"{_PFX}usp_connection.cpp:607 connectionUrl=wss://westeurope.tts.speech.microsoft.com/cognitiveservices/websocket/v1",),
        certain=True,
    ),
    Pattern(
        "native-telemetry",
        rb"[\\\"]{1,8}Name[\\\"]{1,8}: ?[\\\"]{1,8}Connection[\\\"]{1,8}, ?[\\\"]{1,8}Id[\\\"]{1,8}: ?[\\\"]{1,8}" + _EIGHT,
        f"{_NATIVE}, 1.39 and later, level Info; also browser network logs. Only after a connection was made",
        (f'{_PFX}usp_metrics.cpp:409 SendSerializedTelemetry: Send telemetry (requestId:{B}): {{"Metrics":[{{"Name":"Connection","Id":"{A}","Start":"2026-11-22T05:05:53.176Z","End":"2026-11-22T05:05:53.186Z"}}]}}',),
        (f'{_PFX}usp_metrics.cpp:409 Send telemetry (requestId:{B}): {{"Metrics":[{{"Name":"device","Id":"{A}"}}]}}',),
        certain=True,
    ),
    Pattern(
        "native-telemetry-old", rb"[\\\"]{1,8}End[\\\"]{1,8}: ?[\\\"]{1,8}[0-9TZ:.-]{10,40}[\\\"]{1,8}, ?[\\\"]{1,8}Id[\\\"]{1,8}: ?[\\\"]{1,8}" + _EIGHT,
        f"{_NATIVE}, to 1.38: the same with its keys sorted",
        (f'{_PFX}usp_metrics.cpp:409 Send telemetry (requestId:{B}): {{"Metrics":[{{"End":"2026-11-22T05:05:53.186Z","Id":"{A}","Name":"Connection","Start":"2026-11-22T05:05:53.176Z"}}]}}',),
        (f'{_PFX}usp_metrics.cpp:409 Send telemetry (requestId:{B}): {{"Metrics":[{{"End":"2026-11-22T05:05:53.186Z","Id":"{A}","Name":"ListeningTrigger"}}]}}',),
        certain=True,
    ),
    Pattern(
        "js-session", rb"privSessionId[\\\"']{0,6}: ?[\\\"']{0,6}" + _EIGHT, f"{_JS}; and JSON of its event arguments",
        (f"2026-11-22T05:24:42.849Z | ConnectingToServiceEvent | privName: ConnectingToServiceEvent | privSessionId: {A.upper()} | x: 1",
         f'e: {{"privSessionId":"{A.upper()}","privOffset":1}}'),
        ("... | RecognitionTriggeredEvent | privSessionId: <NULL> | privAudioSourceId: " + B.upper(),), certain=True,
    ),
    Pattern(
        "js-connection", rb"privConnectionId: ",
        f"{_JS}: every message of a connection; for text to speech too, so the URL of its start event decides",
        (f"2026-11-22T05:24:42.849Z | ConnectionEstablishedEvent | privName: ConnectionEstablishedEvent | privConnectionId: {A.upper()}",),
        (f"... | ConnectionStartEvent | privName: ConnectionStartEvent | privEventTime: 2026-11-22T05:24:42.849Z | privConnectionId: {A.upper()} | privUri: wss://westeurope.tts.speech.microsoft.com/cognitiveservices/websocket/v1?X-ConnectionId={A.upper()}",),
        certain=True, once=True,
    ),
    Pattern(
        "connection-id-url", rb"(?i:x-connection-?id)(?:=|%3[Dd])" + _EIGHT,
        "REST API for short audio, JavaScript SDK: the URL in curl, proxies, HAR, access logs and browser consoles",
        (f"> POST /speech/recognition/conversation/cognitiveservices/v1?language=en-US&X-ConnectionId={A} HTTP/1.1",
         f"WebSocket connection to 'wss://eastus.stt.speech.microsoft.com/speech/universal/v2?X-ConnectionId={A.upper()}' failed"),
        (f"> POST /speech/recognition/conversation/cognitiveservices/v1?X-ConnectionId={DASHED} HTTP/1.1",
         f"> GET /cognitiveservices/websocket/v1?X-ConnectionId={A} HTTP/1.1"), certain=True,
    ),
    Pattern(
        "connection-id", rb"(?i:x-connection-?id)" + _GAP + _SAY + _EIGHT,
        "error blocks of the SDK, HTTP headers in any tool, name-value pairs of HAR",
        (f"wss://eastasia.stt.speech.microsoft.com/speech/recognition/interactive/cognitiveservices/v1\nX-ConnectionId: {A}\n",
         f'{{"name": "X-ConnectionId", "value": "{A}"}}'),
        (f"wss://southeastasia.tts.speech.microsoft.com/cognitiveservices/websocket/v1\nX-ConnectionId: {A}\n",), certain=True,
    ),
    Pattern(
        "python-event", rb"EventArgs\(session_id=" + _EIGHT, "Python SDK: str() of every event",
        (f"SESSION STARTED: SessionEventArgs(session_id={A})",
         f"RECOGNIZED: SpeechRecognitionEventArgs(session_id={A}, result=SpeechRecognitionResult(result_id={B}, text=...))"),
        (f"SESSION STARTED: SessionEventArgs(session_id={DASHED})",), certain=True,
    ),
    Pattern(
        "session-event", rb"(?i:session[ _-]?(?:started|stopped|cancell?ed|ended|connected|disconnected))[^0-9A-Za-z\n]{1,12}"
        rb"(?:(?i:event|session|id)[^0-9A-Za-z\n]{1,8}){0,3}" + _EIGHT,
        "Speech CLI (spx) and ai console, samples in C#, Java, Go, C++",
        (f"SESSION STARTED: {A}.", f"Session Started (ID= {A} )", f"Now Listening! Session started, id={A}"),
        (f"SYNTHESIS STARTED: {A}", f"Session started (trace {A})"),
    ),
    Pattern(
        "session-word", rb"(?i:session(?:[ _.-]?|\xc2\xa0)ids?)" + _GAP + _SAY + _EIGHT,
        "samples and applications in every language, error texts, JSON, spx output, pasted prose",
        (f"SessionId:{A} Result:ResultId:{B}", f'{{\\"sessionId\\":\\"{A}\\"}}', f"Session ID is `{A}`",
         f"Error details: Quota exceeded. Cid:  SessionId: {A}]", f"| Session ID | {A} |", f"SESSION ID: {A}"),
        (f"HttpSession sessionId={A[:12]}1{A[13:]} created", f'"audioSessionId": "{A}"', f"JSESSIONID={A}"),
    ),
    Pattern(
        "session-word-markup", rb"(?i:session[ _.-]?ids?|x-connection-?id)" + _TAGS + _EIGHT, "HTML mails, saved pages, JSON viewers",
        (f"<td>Session ID</td><td>{A}</td>", f"<b>Session ID:</b> {A}", f'<span class="k">"sessionId"</span>: <span class="s">"{A}"</span>'),
        (f"<td>Session ID</td><td>n/a</td><td>{A}</td>", f"<td>Session</td><td>{A}</td>"),
    ),
    Pattern(
        "session-word-encoded", rb"(?i:session[ _.-]?ids?)" + _PERCENT + _EIGHT, "the same in URL-encoded documents",
        (f"body=%7B%22sessionId%22%3A%22{A}%22%7D",), (f"x=sessionId%3D{A}00",),
    ),
    Pattern(
        "session-state", rb"(?i:\bsession)[ :#\[('\"]{1,4}" + _EIGHT, "C++ meeting sample; sentences that end with what became of it",
        (f"SESSION: {A} stopped.", f"Recognition session [{A}] was canceled"), (f"redis session:{A}", f"session {A} of Bob"),
    ),
    Pattern(
        "session-list", rb"(?i:\bsessions)[\\\"']{0,6} {0,2}[:=] {0,2}[\[({]? ?[\\\"']{0,6}" + _EIGHT, "applications: lists of sessions",
        (f"sessions={A}", f'{{"sessions":["{A}"]}}'), (f"sessions of {A}",),
    ),
)  # fmt: skip

NOTES: tuple[Pattern, ...] = (
    _note("native-url", rb"connectionUrl=", "native log: one per attempt to connect"),
    _note("native-connected", rb"OnConnected: connection", "native log"),
    _note("native-adapter", rb"::AdapterConnected to ", "native log"),
    _note("native-request", rb"RequestId: '[0-9a-fA-F]{8}", "native log: one per turn"),
    _note("native-latency", rb"PhraseLatencyMs[\\\"]{1,8}:", "native log, telemetry"),
    _note("native-config", rb"speech\.config \{", "native log: SDK, language, system"),
    _note("native-agent", rb"header 'User-agent':'SpeechSDK", "native log, level Info"),
    _note("native-error", rb"On Error: Code:", "native log: one per attempt"),
    _note("native-status", rb"Bad status \(", "native log: HTTP status of the upgrade"),
    _note("native-open-failed", rb"open operation failed with ", "native log, level Error; has a wall-clock time"),
    _note("native-opened", rb"Opening websocket completed", "native log; has a wall-clock time"),
    _note("native-mode", _SET + rb"SPEECH-RecoMode['\"]; value='[A-Z]", "native log"),
    _note("native-language", _SET + rb"SPEECH-RecoLanguage['\"]; value='[A-Za-z]", "native log"),
    _note("native-model", _SET + rb"SPEECH-ModelId['\"]; value='[0-9A-Fa-f]", "native log"),
    _note("native-tts", rb"usp_tts_engine_adapter\.cpp:[0-9]{1,6} (?:Speak|UspInitialize|SetUspEndpoint)", "native log: text to speech"),
    _note("native-memory", rb"started logging; ", "native log, MemoryLogger: absolute time of its beginning"),
    _note("js-event", rb"\| privName: (?:Connecting|Connection(?:Start|Established|Closed|Error)|Listening|Recognition)", _JS),
    _note("js-config", rb"\"Path\":\"speech\.config\"", _JS),
    _note("js-connection-json", rb"privConnectionId[\\\"']{1,6}:", _JS, once=True),
    _note("js-turn", rb"\"path\":\"turn\.(?:start|end)\"", _JS),
    _note("js-status", rb"RecognitionStatus[\\\"]{1,8}: ?[\\\"]{1,8}(?:BadRequest|Error|Forbidden|TooMany|Unauthorized)", _JS),
    _note("console-code", rb"ErrorCode[=:] ?[A-Z]", "consoles: the name of the error code, after the ID"),
    _note("table-column", rb"(?i:session[ _]?id)\"?[\t,;\n]", "tables (spx TSV, CSV exports): a column of IDs"),
    _note("connection-id-other", rb"(?i:x-connection-?id)=[^0-9A-Fa-f&<>\s\"'.]", "a user's own value that is no GUID"),
    _note("silent-failure", rb"Unable to contact server\. StatusCode: ", "JavaScript consoles: a failure that names no ID"),
    _note("conversation-id", rb"(?i:conversation ?id)\"?[:=] ?\"?[0-9A-Fa-f]{8}-", "a dashed ID that people mistake for the session's"),
    _note("entity-word", rb"speechtotext|lastActionDateTime|(?i:ranscription)(?:s[\\\\]{0,4}/|[ _-]?(?:job[ _-]?)?(?i:id)|(?i:location|url|uri)|"
          rb"[^\n]{1,40}[ '\"(](?i:id|https?:))", "bodies of the REST API: the entity scanner must look here", once=True),
    _note("escaped", rb"&(?:#x?[0-9A-Fa-f]{2}|quot|amp|apos|lt|gt|nbsp);|\\u00(?:2[267bB]|3[cdeCDE])|<wbr|(?:\\u001[bB]|\\x1[bB]|\\033|#033|\^\[)\[[0-9;]{0,12}m", "HTML and JSON escapes of single characters, colours written as text", once=True),
    _note("torn-line", rb" (?:stdout|stderr) P ", "container logs: a line in parts", once=True),
    _note("quoted-printable", rb"(?i:content-transfer-encoding: {0,4}quoted-printable)"
          rb"|(?i:ids?)(?:= ?\n)?=3D(?:[0-9A-Fa-f]{32}[^0-9A-Fa-f]|[0-9A-Fa-f]{0,31}= ?\n|\")"
          rb"|(?i:session[ _-]?id|connection-?id)[^0-9A-Za-z=]{1,6}[0-9A-Fa-f]{1,31}= ?\n[0-9A-Fa-f]", "mail, with or without its header", once=True),
    _note("secret-key", rb"(?i:subscription-?key)\"?'?(?:=|: ?|%3[Dd])\"?'?[0-9A-Za-z]{8}", "headers and URLs"),
    _note("secret-key-setting", rb"(?i:speech_?key|accountkey|api-key)\"?'?(?:=|: ?)\"?'?[0-9A-Za-z]{8}", "settings"),
    _note("secret-token", rb"(?i:bearer)(?: |%20|\+)[0-9A-Za-z_.-]{8}", "headers and URLs"),
    _note("secret-sas", rb"(?i:[?&;]sig)(?:=|%3[Dd])[0-9A-Za-z%+/]{8}", "storage URLs"),
)  # fmt: skip

# Not a form but the alarm that one is missing. It costs as much as the whole table, so it looks at samples.
UNKNOWN = Pattern(
    "unknown-form", rb"(?i:session)[^0-9\n]{1,40}[^0-9A-Za-z\n]" + _EIGHT,
    "words about a session in front of digits that no row of the table takes",
)  # fmt: skip

# Looked for in text with short lines only, as terminals and mails make it: it costs a tenth of the whole table.
WRAP = Pattern(
    "wrapped", rb"(?i:" + _TORN + rb")|(?i:session[ _-]?id|connection-?id|session[ _-]?started|session[ _-]?stopped)"
    rb"[^0-9A-Za-z\n]{1,6}[0-9A-Fa-f]{1,7} ?\n[> \t]{0,8}[0-9A-Fa-f]{8}",
    "terminals and mails: a hard wrap within a label or the first digits", note=True, once=True,
)  # fmt: skip

TABLE: tuple[Pattern, ...] = IDS + NOTES
