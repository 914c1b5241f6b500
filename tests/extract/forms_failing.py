"""Forms that are not read rightly yet: the likeliest among real users first. Not run with the tests.

    .venv/bin/python -m tests.extract.forms_failing      prints what comes out of each

`why` says what is wrong and where such a text comes from. A form that is mended moves to the table it belongs to.
"""

# ruff: noqa: E501 - lines of logs stay in one piece, sentences in the signs of their language

from __future__ import annotations

import json
from dataclasses import replace

from tests.extract.forms import DASHED, A, B, C, Form, R, X, differences
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


# -- 1. Spoken text in `error.message`. An error text without a label that `console._ERROR_LABEL` knows is looked for
#       on the lines before, and then all of them are taken as its message. Where the SDK's own words begin is known
#       (`WebSocket upgrade failed`, `Connection was closed by`, `Connection failed`, ...): a message should begin there.
MESSAGE = {"error.message": TEXT_401}
PRIVACY = [
    *(Form(f"spoken text in the message: {words[:40]!r}", f"{SPOKEN}{words}\n", never=("canary",), says={A: MESSAGE}, why="the message is `RECOGNIZED: Text=my card number is canary`: the line before. " + origin) for words, origin in (
        (f"CancellationDetails(reason=CancellationReason.Error, error_details=\"{FULL}\")", "str() of the Python SDK's CancellationDetails"),
        (f"Speech Recognition canceled: {FULL}", "print of the Python samples with the details on one line"),
        (f"2026-11-22 06:00:00,123 ERROR app: {FULL}", "Python logging"),
        (f"[ERROR] {FULL}", "any logger"),
        (f"RuntimeError: {FULL}", "last line of a traceback"),
        (FULL, "the text alone"),
    )),
    Form("a name in the message", f"Call of Jane Canary failed. {FULL}\n", never=("canary",), says={A: MESSAGE}, why="the message begins with `Call of Jane Canary failed.`: sentences of applications and issues"),
    Form("spoken text on the line of the error", f"last words: canary. {FULL}\n", never=("canary",), says={A: MESSAGE}, why="the same, on one line"),
    Form("the label is taken from within the text", f"ok\nRecognition stopped. Connection failed (no connection to the remote host). Internal error: 1. Error details: Failed with error: WS_OPEN_ERROR_UNDERLYING_IO_OPEN_FAILED SessionId: {A}\n",
         says={A: {"error.message": "Connection failed (no connection to the remote host). Internal error: 1. Error details: Failed with error: WS_OPEN_ERROR_UNDERLYING_IO_OPEN_FAILED"}}, why="the message is `1. Error details: Failed with ...`: `Internal error:` within the SDK's text counts as a label"),
]  # fmt: skip

# -- 2. Wrong IDs
WRONG = [
    Form("XML siblings", f"<SessionId>{A}</SessionId><ResultId>{R}</ResultId>", never=(R,), why="R is taken too (session-word-markup: the closing tag `</SessionId>` counts as a label): XML events of .NET and Java, SOAP, NLog XML"),
    Form("XML, no session", f"<SessionId></SessionId><RequestId>{R}</RequestId>", found=(), never=(R,), why="the same without any session"),
    Form("XML, an empty tag", f"<SessionId/><RequestId>{R}</RequestId>", found=(), never=(R,), why="the same"),
    Form("HTML row with an empty cell", f"<tr><td>Session ID</td><td></td><td>{R}</td></tr>", found=(), never=(R,), why="R of the next column: saved pages and ticket mails with empty fields"),
    Form("Markdown row with an empty cell", f"| Session ID | | {R} |", found=(), never=(R,), why="the same in Markdown: two bars with nothing between are a cell"),
    Form("SIP: Session-ID of RFC 7989", f"INVITE sip:ivr@contoso.example SIP/2.0\r\nSession-ID: {X};remote=00000000000000000000000000000000\r\n", found=(), never=(X,), why="taken (session-word). Call centres drop SBC traces beside their speech logs; the header is 32 hex digits without dashes, mostly a version 4 GUID, and `;remote=` follows"),
    Form("SIP: both sides known", f"Session-ID: {X};remote={R}", found=(), never=(X, R), why="the same"),
    Form("D alone is text to speech", text(only(tts(), "SessionId")), found=(), never=(X,), notices=("only text to speech",),
         why="`grep SessionId sdk.log` or set_filters of a log of 1.43+: 11 wrong IDs in the TTS cases of 1.53. Speech to text writes C (name='SessionId') before every D; D without C, A, B or an STT URL is a synthesis"),
    Form("docker JSON: REST address of text to speech", docker(replace(NEW, id=X, url="ws://127.0.0.1:5000/tts-container/cognitiveservices/v1").configured(), replace(NEW, url="ws://127.0.0.1:5000/tts-container/cognitiveservices/v1").connecting()),
         found=(), never=(X,), why="taken: `service._URL` goes on over `\\n\"` of the JSON string, so the path does not end with /cognitiveservices/v1 (tts_rest_401 of 1.53 in docker JSON). `\\`, `<` and `&quot;` should end an URL"),
    Form("MCP server", f"INFO:mcp.server.streamable_http_manager:Created new transport with session ID: {X}", found=(), never=(X,), why="taken: the Python MCP SDK names its sessions uuid4().hex; voice agents log both"),
    Form("MCP header", f"mcp-session-id: {X}", found=(), never=(X,), why="the same as a header"),
    Form("MCP over SSE", f'INFO:     127.0.0.1:4242 - "POST /messages/?session_id={X} HTTP/1.1" 202 Accepted', found=(), never=(X,), why="the same in uvicorn's access log"),
    Form("cookie", f"Cookie: csrftoken=abc; sessionid={X}", found=(), never=(X,), why="taken: within a Cookie header every `sessionid=` is a web session (Django's has 32 characters; others use uuid4().hex)"),
    Form("user session", f"User session {X} started", found=(), never=(X,), why="taken (session-state): web applications; `user` is missing in identify._OTHER_SESSION"),
    Form("32 digits and a letter that is no hex digit", f"POST /speech/recognition/conversation/cognitiveservices/v1?language=en-US&X-ConnectionId={A}z HTTP/1.1", found=(), why="taken without the z: the service discards such a value. Users append a counter or a name"),
    Form("a file name", f"SessionId={X}_audio.wav", found=(), never=(X,), why="taken; recordings are named with other GUIDs"),
    Form("an empty value, then a file", f"SessionId: \n{X}.wav\n", found=(), never=(X,), why="taken over the line end: forms with an empty field, a list of files below"),
    Form("an empty value, then an object's key", f'{{"sessionId": "", "{R}": 1}}', found=(), never=(R,), why="taken over `\"\", \"`: an empty string is a value"),
    Form("local container of text to speech", f"ws://localhost:5000/cognitiveservices/websocket/v2?X-ConnectionId={X}", found=(), never=(X,), why="taken: `service._kind` knows /websocket/v1 only; text streaming uses v2"),
    Form("Spring", f"DEBUG o.s.s.w.session.SessionManagementFilter - Request requested invalid session id {Y}", found=(), never=(X,), why="taken if it looks like version 4 (1 in 64 of Tomcat's IDs): `o.s.s.w.session`, `StandardSession`, `SessionManagementFilter` on the line tell"),
    Form("Selenium", f"Message: timeout (Session info: chrome=142.0)\nwebdriver session id: {X}", found=(), never=(X,), why="taken, 1 in 64: tests of pages with the JavaScript SDK"),
]  # fmt: skip

# -- 3. Missed IDs
COLUMNS = "header of a table with other columns before the ID: `console.Table` knows tabs, commas and semicolons only"
MISSED = [
    Form("Markdown table", f"| Time | Session ID | Result |\n|------|------------|--------|\n| 10:00 | {A} | failed |\n| 10:05 | {B} | ok |\n", found=(A, B), why="both missed: GitHub issues. " + COLUMNS),
    Form("Markdown table, the ID first", f"| Session ID | Region |\n| --- | --- |\n| {A} | westeurope |\n| {B} | eastus |\n", found=(A, B), why="the same"),
    Form("HTML table", f"<table><tr><th>Time</th><th>Session ID</th></tr><tr><td>10:00</td><td>{A}</td></tr><tr><td>10:05</td><td>{B}</td></tr></table>", found=(A, B), why="the same in a mail or a saved page"),
    Form("Log Analytics CSV", f'TimeGenerated [UTC],Message,SessionId,OperationId\n"11/22/2026, 5:00:00.123 AM","a, b",{A},{X}\n', never=(X,), why="missed: `console._HEADER_CELL` has no brackets, and the portal exports times as `TimeGenerated [UTC]`"),
    Form("CSV: stt_session_id", f"call,stt_session_id\n1,{A}\n2,{B}\n", found=(A, B), why="missed: only a column that is named `sessionid` after its last dot counts; the words speech and stt in front should not matter"),
    Form("CSV: Speech Session ID", f"Call,Speech Session ID\n1,{A}\n2,{B}\n", found=(A, B), why="the same"),
    Form("psql", f" id |            session_id            | state\n----+----------------------------------+-------\n  1 | {A} | ok\n  2 | {B} | failed\n(2 rows)\n", found=(A, B), why="missed: calls are kept in a data base. " + COLUMNS),
    Form("mysql", f"+----+----------------------------------+\n| id | session_id                       |\n+----+----------------------------------+\n|  1 | {A} |\n|  2 | {B} |\n+----+----------------------------------+\n", found=(A, B), why="the same"),
    Form("PowerShell Format-Table", f"Time  SessionId                        Result\n----  ---------                        ------\n10:00 {A} failed\n10:05 {B} ok\n", found=(A, B), why="missed: columns by blanks, a row of dashes under the header"),
    Form("Jira table", f"||Time||Session ID||\n|10:00|{A}|\n|10:05|{B}|\n", found=(A, B), why="missed"),
    Form("two in a sentence", f"The session IDs are {A} and {B}.", found=(A, B), why="both missed: _SAY knows `is` and `was`, not `are` and `were`, and no `and` follows"),
    Form("three in a sentence", f"Session IDs: {A}, {B} and {C}", found=(A, B, C), why="C is missed"),
    Form("numbered list", f"Session IDs:\n1. {A}\n2. {B}\n", found=(A, B), why="both missed: the number stands between the label and the first"),
    Form("list with times", f"Session IDs:\n{A} (10:00 UTC)\n{B} (10:05 UTC)\n", found=(A, B), why="B is missed: only an ID that is alone on its line goes on with the list"),
    Form("list with comments", f"Session IDs:\n- {A} - failed\n- {B} - ok\n", found=(A, B), why="the same"),
    Form("list with times first", f"Session IDs:\n10:00 UTC: {A}\n10:05 UTC: {B}\n", found=(A, B), why="both missed"),
    Form("blanks between", f"Session IDs: {A} {B}", found=(A, B), why="B is missed; so with `/`, `&`"),
    Form("Session: ID", f"Region: westeurope\nSession: {A}\n", why="missed: people shorten the label. Perhaps only where speech is spoken of (region, SDK, error text) in the text"),
    Form("STT session: ID", f"STT session: {A}", why="missed"),
    Form("of which call", f"Session ID of the failing call: {A}", why="missed: prose of issues; a few words and a colon between"),
    Form("for which call", f"Session ID for this call is {A}", why="the same"),
    Form("in brackets", f"SessionId (from the log): {A}", why="missed: a remark in brackets between; so `Session id (STT): `"),
    Form("ID(s)", f"Session ID(s): {A}", why="missed: forms of support"),
    Form("Identifier", f"Session Identifier: {A}", why="missed; so `Session GUID`, `Session UUID`, `ID of the session`"),
    Form("that failed", f"the session ID that failed is {A}", why="missed"),
    Form("a dashed one first", f"Session ID: {DASHED} ({A})", why="missed: people write both spellings"),
    Form("SQL list", f"WHERE session_id IN ('{A}', '{B}')", found=(A, B), why="missed: IN, eq, LIKE between label and value (SQL, OData)"),
    Form("Swift", f'sessionId: Optional("{A}")', why="missed: print of an optional, the commonest slip in Swift; facts 2.2 names it around error texts"),
    Form("PHP var_dump", f'["sessionId"]=>\n  string(32) "{A}"', why="missed: string(32) between"),
    Form("German", f"Die Session-ID lautet {A}.", why="missed: lautet, ist, est, es, è between label and value"),
    Form("French", f"L’identifiant de session (Session ID) est {A}", why="the same"),
    *(Form(f"label of another language: {label}", f"{label}{A}", why="missed: the localized label alone, as portals and tickets of that language have it") for label in (
        "Sitzungs-ID: ", "ID de session : ", "ID de sesión: ", "セッションID：", "会话ID：", "세션 ID: ", "ID da sessão: ", "ID sessione: ")),
]  # fmt: skip

# -- 4. Context
CONTEXT = [
    Form("console: the time of the end", f"2026-11-22T05:00:00.123Z SESSION STARTED: {A}\n2026-11-22T05:00:02.250Z SESSION STOPPED: {A}\n", says={A: {"time.start": "2026-11-22T05:00:00.123Z", "time.end": "2026-11-22T05:00:02.250Z"}},
         why="the end is the start: console.describe adds `stopped` to the events first, and Session.at takes no time after that. Every console log with times (also Objective-C NSLog)"),
    Form("console in docker JSON: times", "".join(f'{{"log":"{words}\\n","stream":"stdout","time":"2026-11-22T05:00:0{n}.250Z"}}\n' for n, words in enumerate((f"SESSION STARTED: {A}", f"SESSION STOPPED: {A}"))),
         says={A: {"time.start": "2026-11-22T05:00:00.250Z", "time.end": "2026-11-22T05:00:01.250Z"}}, why="no time: only the first 64 characters of the line are looked at, docker writes its own at the end"),
    Form("docker JSON: the language", docker(NEW.ok()), says={A: {"language": "de-DE"}}, why="None: the URL goes on over `\\n\"`, and language= is its last part in every native log. So in CloudWatch, JSON in JSON, HTML (`<br>`)"),
    Form("Chrome: HTTP Authentication failed", f"sdk.js:5468 WebSocket connection to 'wss://westeurope.stt.speech.microsoft.com/speech/recognition/interactive/cognitiveservices/v1?X-ConnectionId={U}' failed: HTTP Authentication failed; no valid credentials available",
         says={A: {"reached": "yes", "error.code": "ConnectionFailure"}}, why="unknown, no error: what stands behind the URL is not read, though service._FAILURES knows the words"),
    Form("two at once on a console: the code", f"SESSION STARTED: {A}\nSESSION STARTED: {B}\nCANCELED: Reason=Error\nCANCELED: ErrorCode=AuthenticationFailure\nCANCELED: ErrorDetails={FULL}\n", found=(A, B), says={B: {"error": None}},
         why="B gets A's code: it goes to the session that was named last. The next line with ErrorDetails names the right one"),
    Form("ToString: Error details:<", f"SessionId:{A} ResultId:{R} CancellationReason:Error CancellationErrorCode:AuthenticationFailure Error details:<{FULL}", never=(R,), says={A: {"error.httpStatus": 401, "error.message": TEXT_401, "reached": "yes"}},
         why="code only: `_ERROR_LABEL` knows no `<`, and the text is given up since it has SessionId twice. C# and Java ToString of a cancellation"),
    Form("1007 without a label", f"Received a cancellation:\n{TEXT_1007} SessionId: {A}\n", says={A: {"error.code": "BadRequest"}}, why="no error: `Error details:` within the text is taken for the label, and what follows it is no known text"),
    Form("1007 in code marks", f"We get\n`{TEXT_1007} SessionId: {A}`\n", says={A: {"error.code": "BadRequest"}}, why="the same: GitHub"),
    Form("1011 of a Bot connector", f"Connector_Canceled:Error ConnectionFailure : {TEXT_1011} SessionId: {A}", says={A: {"error.code": "ServiceError"}}, why="the same; direct line speech samples (issue 419). Here the text before says ConnectionFailure, which would be right too"),
    Form("error in JSON", f'x\n{{"error":{{"message":"{FULL}"}}}}\n', says={A: {"error.message": TEXT_401}}, why="no message: JSON errors of web applications"),
    Form("Python console in one JSON string", json.dumps({"log": f'SESSION STARTED: SessionEventArgs(session_id={A})\nCANCELED SpeechRecognitionCanceledEventArgs(session_id={A}, x)\nError details: {FULL}\n'}), says={A: {"error.httpStatus": 401, "error.message": TEXT_401, "reached": "yes"}}, why="no error, unknown: console._error gives up where an ID stands in the text before. Answers of log APIs (26 consoles of the corpus put into one string)"),
    Form("the message ends with the carrier's signs", f'"Error details: Connection failed (no connection to the remote host). Internal error: 1. Error details: Failed with error: WS_OPEN_ERROR_UNDERLYING_IO_OPEN_FAILED",1\n"wss://westeurope.stt.speech.microsoft.com/speech/recognition/interactive/cognitiveservices/v1",1\n"X-ConnectionId: {A} SessionId: {A}",1\n',
         says={A: {"error.message": "Connection failed (no connection to the remote host). Internal error: 1. Error details: Failed with error: WS_OPEN_ERROR_UNDERLYING_IO_OPEN_FAILED"}}, why="ends with `\",1` (CSV; `\"` in JSON lines): an error in three lines, each in its own row"),
    Form("JavaScript console: the error names no ID", f"(sessionStarted) SessionId: {U}\n(cancel) Reason: Error: Could not validate speech context: invalid language websocket error code: 1007\n", says={A: {"error.code": "BadRequestParameters"}}, why="no error: the canceled texts of JavaScript end in no ID, but where one session is running it is this one's (app.log of close1007_mid and badstatus)"),
]  # fmt: skip

# -- 5. Notices and near misses
BESIDE = [
    Form("level too low, C++", text([line for line in Log(language="cpp", url=OK_URL).fails(TEXT_401, 1, 401) if "INFO" in line or "ERROR" in line]), found=(), notices=("C++: speechConfig->SetProperty",),
         why="`cpp: speech_config.set_property(...)`, which is Python: the SDK calls itself `SpeechSDK-cpp` (1.22 of the corpus), notices._NAMES has CPP"),
    Form("a dashed ID whose digits are a session's", f"Session ID: {DASHED}\nSESSION STARTED: {A}\n", misses=((DASHED, "interaction-id", A),), why="no suggestion, though the bare one is in the same text: data bases and .NET write GUIDs with dashes. The reason is wrong then, too"),
]  # fmt: skip

KNOWN_FAILING = PRIVACY + WRONG + MISSED + CONTEXT + BESIDE


def main() -> None:
    for form in KNOWN_FAILING:
        said = differences(form)
        print(f"{'FAILS' if said else 'mended'}  {form.name}")
        print("".join(f"        {line[:300]}\n" for line in said), end="")


if __name__ == "__main__":
    main()
