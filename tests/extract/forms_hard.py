"""Forms that need more than a look at the digits: what people write around IDs, tables, and what only looks like one."""

from __future__ import annotations

import json
from dataclasses import replace

from tests.extract.forms import DASHED, A, B, C, Form, R, X
from tests.extract.forms_native import NEW, only, tts
from tests.extract.js_lines import JsLog
from tests.extract.native_lines import OK_URL, TEXT_401, TEXT_1007, TEXT_1011, Log, text

U, Y = A.upper(), X.upper()
FULL = f"{TEXT_401} SessionId: {A}"
SPOKEN = "RECOGNIZED: Text=my card number is canary\n"
JS = JsLog()
DOCKER = '{"log":%s,"stream":"stderr","time":"2026-11-22T05:00:00.123456789Z"}'


def docker(*parts: str | list[str]) -> str:
    return "".join(DOCKER % json.dumps(line + "\n") + "\n" for line in text(*parts).splitlines())


# -- The message of an error begins with the SDK's own words

MESSAGE = {"error.message": TEXT_401}
PRIVACY = [
    *(
        Form(f"spoken text in the message: {words[:40]!r}", f"{SPOKEN}{words}\n", never=("canary",), says={A: MESSAGE})
        for words in (
            f'CancellationDetails(reason=CancellationReason.Error, error_details="{FULL}")',
            f"Speech Recognition canceled: {FULL}",
            f"2026-11-22 06:00:00,123 ERROR app: {FULL}",
            f"[ERROR] {FULL}",
            f"RuntimeError: {FULL}",
            FULL,
        )
    ),
    Form("a name in the message", f"Call of Jane Canary failed. {FULL}\n", never=("canary",), says={A: MESSAGE}),
    Form("spoken text on the line of the error", f"last words: canary. {FULL}\n", never=("canary",), says={A: MESSAGE}),
    Form(
        "the label is taken from within the text",
        f"ok\nRecognition stopped. Connection failed (no connection to the remote host). Internal error: 1. Error details: Failed with error: WS_OPEN_ERROR_UNDERLYING_IO_OPEN_FAILED SessionId: {A}\n",
        says={
            A: {
                "error.message": "Connection failed (no connection to the remote host). Internal error: 1. Error details: Failed with error: WS_OPEN_ERROR_UNDERLYING_IO_OPEN_FAILED"
            }
        },
    ),
]

# -- No session IDs

WRONG = [
    Form("XML siblings", f"<SessionId>{A}</SessionId><ResultId>{R}</ResultId>", never=(R,)),
    Form("XML, no session", f"<SessionId></SessionId><RequestId>{R}</RequestId>", found=(), never=(R,)),
    Form("XML, an empty tag", f"<SessionId/><RequestId>{R}</RequestId>", found=(), never=(R,)),
    Form("HTML row with an empty cell", f"<tr><td>Session ID</td><td></td><td>{R}</td></tr>", found=(), never=(R,)),
    Form("Markdown row with an empty cell", f"| Session ID | | {R} |", found=(), never=(R,)),
    Form(
        "SIP: Session-ID of RFC 7989",
        f"INVITE sip:ivr@contoso.example SIP/2.0\r\nSession-ID: {X};remote=00000000000000000000000000000000\r\n",
        found=(),
        never=(X,),
    ),
    Form("SIP: both sides known", f"Session-ID: {X};remote={R}", found=(), never=(X, R)),
    Form(
        "D alone is text to speech",
        text(only(tts(), "SessionId")),
        found=(),
        never=(X,),
        notices=("only text to speech",),
    ),
    Form(
        "docker JSON: REST address of text to speech",
        docker(
            replace(NEW, id=X, url="ws://127.0.0.1:5000/tts-container/cognitiveservices/v1").configured(),
            replace(NEW, url="ws://127.0.0.1:5000/tts-container/cognitiveservices/v1").connecting(),
        ),
        found=(),
        never=(X,),
    ),
    Form(
        "MCP server",
        f"INFO:mcp.server.streamable_http_manager:Created new transport with session ID: {X}",
        found=(),
        never=(X,),
    ),
    Form("MCP header", f"mcp-session-id: {X}", found=(), never=(X,)),
    Form(
        "MCP over SSE",
        f'INFO:     127.0.0.1:4242 - "POST /messages/?session_id={X} HTTP/1.1" 202 Accepted',
        found=(),
        never=(X,),
    ),
    Form("cookie", f"Cookie: csrftoken=abc; sessionid={X}", found=(), never=(X,)),
    Form("user session", f"User session {X} started", found=(), never=(X,)),
    Form(
        "32 digits and a letter that is no hex digit",
        f"POST /speech/recognition/conversation/cognitiveservices/v1?language=en-US&X-ConnectionId={A}z HTTP/1.1",
        found=(),
    ),
    Form("a file name", f"SessionId={X}_audio.wav", found=(), never=(X,)),
    Form("an empty value, then a file", f"SessionId: \n{X}.wav\n", found=(), never=(X,)),
    Form("an empty value, then an object's key", f'{{"sessionId": "", "{R}": 1}}', found=(), never=(R,)),
    Form(
        "local container of text to speech",
        f"ws://localhost:5000/cognitiveservices/websocket/v2?X-ConnectionId={X}",
        found=(),
        never=(X,),
    ),
    Form(
        "Spring",
        f"DEBUG o.s.s.w.session.SessionManagementFilter - Request requested invalid session id {Y}",
        found=(),
        never=(X,),
    ),
    Form("Selenium", f"Message: timeout (Session info: chrome=142.0)\nwebdriver session id: {X}", found=(), never=(X,)),
]

# -- Tables, lists, sentences, labels of other languages

MISSED = [
    Form(
        "Markdown table",
        f"| Time | Session ID | Result |\n|------|------------|--------|\n| 10:00 | {A} | failed |\n| 10:05 | {B} | ok |\n",
        found=(A, B),
    ),
    Form(
        "Markdown table, the ID first",
        f"| Session ID | Region |\n| --- | --- |\n| {A} | westeurope |\n| {B} | eastus |\n",
        found=(A, B),
    ),
    Form(
        "HTML table",
        f"<table><tr><th>Time</th><th>Session ID</th></tr><tr><td>10:00</td><td>{A}</td></tr><tr><td>10:05</td><td>{B}</td></tr></table>",
        found=(A, B),
    ),
    Form(
        "Log Analytics CSV",
        f'TimeGenerated [UTC],Message,SessionId,OperationId\n"11/22/2026, 5:00:00.123 AM","a, b",{A},{X}\n',
        never=(X,),
    ),
    Form("CSV: stt_session_id", f"call,stt_session_id\n1,{A}\n2,{B}\n", found=(A, B)),
    Form("CSV: Speech Session ID", f"Call,Speech Session ID\n1,{A}\n2,{B}\n", found=(A, B)),
    Form(
        "psql",
        f" id |            session_id            | state\n----+----------------------------------+-------\n  1 | {A} | ok\n  2 | {B} | failed\n(2 rows)\n",
        found=(A, B),
    ),
    Form(
        "mysql",
        f"+----+----------------------------------+\n| id | session_id                       |\n+----+----------------------------------+\n|  1 | {A} |\n|  2 | {B} |\n+----+----------------------------------+\n",
        found=(A, B),
    ),
    Form(
        "PowerShell Format-Table",
        f"Time  SessionId                        Result\n----  ---------                        ------\n10:00 {A} failed\n10:05 {B} ok\n",
        found=(A, B),
    ),
    Form("Jira table", f"||Time||Session ID||\n|10:00|{A}|\n|10:05|{B}|\n", found=(A, B)),
    Form("two in a sentence", f"The session IDs are {A} and {B}.", found=(A, B)),
    Form("three in a sentence", f"Session IDs: {A}, {B} and {C}", found=(A, B, C)),
    Form("numbered list", f"Session IDs:\n1. {A}\n2. {B}\n", found=(A, B)),
    Form("list with times", f"Session IDs:\n{A} (10:00 UTC)\n{B} (10:05 UTC)\n", found=(A, B)),
    Form("list with comments", f"Session IDs:\n- {A} - failed\n- {B} - ok\n", found=(A, B)),
    Form("list with times first", f"Session IDs:\n10:00 UTC: {A}\n10:05 UTC: {B}\n", found=(A, B)),
    Form("blanks between", f"Session IDs: {A} {B}", found=(A, B)),
    Form("Session: ID", f"Region: westeurope\nSession: {A}\n"),
    Form("STT session: ID", f"STT session: {A}"),
    Form("of which call", f"Session ID of the failing call: {A}"),
    Form("for which call", f"Session ID for this call is {A}"),
    Form("in brackets", f"SessionId (from the log): {A}"),
    Form("ID(s)", f"Session ID(s): {A}"),
    Form("Identifier", f"Session Identifier: {A}"),
    Form("that failed", f"the session ID that failed is {A}"),
    Form("a dashed one first", f"Session ID: {DASHED} ({A})"),
    Form("SQL list", f"WHERE session_id IN ('{A}', '{B}')", found=(A, B)),
    Form("Swift", f'sessionId: Optional("{A}")'),
    Form("PHP var_dump", f'["sessionId"]=>\n  string(32) "{A}"'),
    Form("German", f"Die Session-ID lautet {A}."),
    Form("French", f"L’identifiant de session (Session ID) est {A}"),
    *(
        Form(f"label of another language: {label}", f"{label}{A}")
        for label in (
            "Sitzungs-ID: ",
            "ID de session : ",
            "ID de sesión: ",
            "セッションID：",
            "会话ID：",
            "세션 ID: ",
            "ID da sessão: ",
            "ID sessione: ",
        )
    ),
]

# -- Context

CONTEXT = [
    Form(
        "console: the time of the end",
        f"2026-11-22T05:00:00.123Z SESSION STARTED: {A}\n2026-11-22T05:00:02.250Z SESSION STOPPED: {A}\n",
        says={A: {"time.start": "2026-11-22T05:00:00.123Z", "time.end": "2026-11-22T05:00:02.250Z"}},
    ),
    Form(
        "console in docker JSON: times",
        "".join(
            f'{{"log":"{words}\\n","stream":"stdout","time":"2026-11-22T05:00:0{n}.250Z"}}\n'
            for n, words in enumerate((f"SESSION STARTED: {A}", f"SESSION STOPPED: {A}"))
        ),
        says={A: {"time.start": "2026-11-22T05:00:00.250Z", "time.end": "2026-11-22T05:00:01.250Z"}},
    ),
    Form("docker JSON: the language", docker(NEW.ok()), says={A: {"language": "de-DE"}}),
    Form(
        "Chrome: HTTP Authentication failed",
        f"sdk.js:5468 WebSocket connection to 'wss://westeurope.stt.speech.microsoft.com/speech/recognition/interactive/cognitiveservices/v1?X-ConnectionId={U}' failed: HTTP Authentication failed; no valid credentials available",
        says={A: {"reached": "yes", "error.code": "ConnectionFailure"}},
    ),
    Form(
        "two at once on a console: the code",
        f"SESSION STARTED: {A}\nSESSION STARTED: {B}\nCANCELED: Reason=Error\nCANCELED: ErrorCode=AuthenticationFailure\nCANCELED: ErrorDetails={FULL}\n",
        found=(A, B),
        says={B: {"error": None}},
    ),
    Form(
        "ToString: Error details:<",
        f"SessionId:{A} ResultId:{R} CancellationReason:Error CancellationErrorCode:AuthenticationFailure Error details:<{FULL}",
        never=(R,),
        says={A: {"error.httpStatus": 401, "error.message": TEXT_401, "reached": "yes"}},
    ),
    Form(
        "1007 without a label",
        f"Received a cancellation:\n{TEXT_1007} SessionId: {A}\n",
        says={A: {"error.code": "Forbidden"}},
    ),
    Form("1007 in code marks", f"We get\n`{TEXT_1007} SessionId: {A}`\n", says={A: {"error.code": "Forbidden"}}),
    Form(
        "1011 of a Bot connector",
        f"Connector_Canceled:Error ConnectionFailure : {TEXT_1011} SessionId: {A}",
        says={A: {"error.code": "ServiceError"}},
    ),
    Form("error in JSON", f'x\n{{"error":{{"message":"{FULL}"}}}}\n', says={A: {"error.message": TEXT_401}}),
    Form(
        "Python console in one JSON string",
        json.dumps(
            {
                "log": f"SESSION STARTED: SessionEventArgs(session_id={A})\nCANCELED SpeechRecognitionCanceledEventArgs(session_id={A}, x)\nError details: {FULL}\n"
            }
        ),
        says={A: {"error.httpStatus": 401, "error.message": TEXT_401, "reached": "yes"}},
    ),
    Form(
        "the message ends with the carrier's signs",
        f'"Error details: Connection failed (no connection to the remote host). Internal error: 1. Error details: Failed with error: WS_OPEN_ERROR_UNDERLYING_IO_OPEN_FAILED",1\n"wss://westeurope.stt.speech.microsoft.com/speech/recognition/interactive/cognitiveservices/v1",1\n"X-ConnectionId: {A} SessionId: {A}",1\n',
        says={
            A: {
                "error.message": "Connection failed (no connection to the remote host). Internal error: 1. Error details: Failed with error: WS_OPEN_ERROR_UNDERLYING_IO_OPEN_FAILED"
            }
        },
    ),
]

# -- Notices and near misses

BESIDE = [
    Form(
        "level too low, C++",
        text(
            [
                line
                for line in Log(language="cpp", url=OK_URL).fails(TEXT_401, 1, 401)
                if "INFO" in line or "ERROR" in line
            ]
        ),
        found=(),
        notices=("C++: speechConfig->SetProperty",),
    ),
    Form(
        "a dashed ID whose digits are a session's",
        f"Session ID: {DASHED}\nSESSION STARTED: {A}\n",
        misses=((DASHED, "interaction-id", A),),
    ),
]

FORMS = PRIVACY + WRONG + MISSED + CONTEXT + BESIDE
