"""What people write and paste: issues, mails, tickets, tables, other languages around the English term."""

from __future__ import annotations

from tests.extract.forms import DASHED, KEY, A, B, C, Form, R, X
from tests.extract.native_lines import TEXT_401, TEXT_1007

U = A.upper()


def each(kind: str, *texts: str, **rest: object) -> list[Form]:
    return [Form(f"{kind}: {value[:60]!r}", value, **rest) for value in texts]  # type: ignore[arg-type]


ENGLISH = each(
    "English",
    f"Session ID: {A}",
    f"Session Id {A}",
    f"session-id: {A}",
    f"SessionID={A}",
    f"session id = {A}",
    f"Session ID - {A}",
    f"Session ID – {A}",
    f"Session ID — {A}",
    f"Session ID #{A}",
    f"Session ID is {A}",
    f"The session id was {A}, at 10:15 UTC.",
    f"Here is the session ID:\n\n{A}\n",
    f"Session ID:\r\n{A}\r\n",
    f"Speech session ID: {A}",
    f"Our session ID: {A} (please check)",
    f"SessionId → {A}",
    f"SessionId => {A}",
    f"SessionId：{A}",
    f"sessionid:{A}",
    f"Session ID: {U}",
    f"Session ID: '{A}'",
    f"Session ID: “{A}”",
    f"Session ID: «{A}»",
    f"Session ID: <{A}>",
    f"Session ID: [{A}]",
    f"Session ID: {{{A}}}",
    f"Session ID: ({A})",
    f"Azure Speech SessionId {A}",
    f"session_id  {A}",
    f"Session ID\t{A}",
    f"session ID value: {A}",
    f"X-ConnectionId: {A}",
    f"X-ConnectionId {A}",
    f"x-connection-id: {A}",
    f"The X-ConnectionId was {A}",
    f"X-ConnectionID = {A}",
    f"Session ID: **{A}**",
    f"**Session ID**: {A}",
    f"**Session ID:** `{A}`",
    f"- Session ID: `{A}`",
    f"* **SessionId** – `{A}`",
    f"_Session ID_: {A}",
    f"> Session ID: {A}",
    f"Session ID: ~~{A}~~",
    f"### Session ID\n\n{A}\n\n### SDK version\n\n1.38",
    f"## Session ID\n```\n{A}\n```",
    f"Session ID\n---\n{A}",
    f"1. Session ID: {A}\n2. Region: westeurope",
    f"Region: westeurope, Session ID: {A}, language: de-DE",
    f"Session ID: {A}; Request ID: {R}",
    f"(session id {A})",
    f"[session id: {A}]",
    f"SessionId={A}&x=1",
    f"`SessionId: {A}`",
    f"Session ID: {A}.",
    f"Session ID: {A},",
    f"Session ID: {A}!",
    f"Session ID: {A}?",
    f"Session ID: {A}'s log",
    f"...SessionId: {A}...",
    f"SessionId: {A}\\n",
    f"SessionId: {A}</p>",
    never=(R,),
)

TABLES = [
    *each(
        "table",
        f"| Session ID | {A} |",
        f"| Key | Value |\n|---|---|\n| Session ID | `{A}` |\n| Region | westeurope |",
        f"|Session ID|{A}|",
        f"<table><tr><th>Session ID</th><td>{A}</td></tr></table>",
        f"<tr>\n<td><b>Session ID</b></td>\n<td><code>{A}</code></td>\n</tr>",
        f"||Session ID||{A}||",
        f"Session ID      {A}\nRegion          westeurope",
        f"Session ID.......: {A}",
        f"<dt>Session ID</dt><dd>{A}</dd>",
        f"<li>Session ID: <strong>{A}</strong></li>",
    ),
    Form("CSV", f"Time,Session ID,Result\n10:00,{A},failed\n10:05,{B},ok\n", found=(A, B)),
    Form("CSV with semicolons", f"Zeit;SessionId;Ergebnis\n10:00;{A};Fehler\n10:05;{B};ok\n", found=(A, B)),
    Form(
        "CSV of a data base",
        f'"id","created_at","session_id","request_id"\n"1","2026-11-22 05:00:00","{A}","{R}"\n"2","2026-11-22 05:00:01","{B}","{X}"\n',
        found=(A, B),
        never=(R, X),
    ),
    Form("spreadsheet", f"Time\tSession ID\tText\n10:00\t{A}\thello\n10:05\t{B}\tbye\n", found=(A, B)),
    Form("PowerShell Format-List", f"SessionId : {A}\nRegion    : westeurope\n"),
]

LISTS = [
    Form("list under a heading", f"Session IDs:\n- {A}\n- {B}\n- {C}\n", found=(A, B, C)),
    Form("bare list", f"Session IDs\n\n{A}\n{B}\n{C}\n", found=(A, B, C)),
    Form("list with semicolons", f"SessionIds={A};{B};{C}", found=(A, B, C)),
    Form("JSON list", f'{{"sessionIds": ["{A}", "{B}"], "requestIds": ["{R}"]}}', found=(A, B), never=(R,)),
    Form("JSON list over lines", f'{{\n  "sessionIds": [\n    "{A}",\n    "{B}"\n  ]\n}}', found=(A, B)),
    Form("YAML list", f"session_ids:\n  - {A}\n  - {B}\nrequest_ids:\n  - {R}\n", found=(A, B), never=(R,)),
    Form("code marks", f"Session IDs:\n\n* `{A}`\n* `{B}`\n", found=(A, B)),
    Form("a request ID follows on its line", f"Session ID: {A}\nRequest ID: {R}\n", never=(R,)),
    Form("a blank label", f"Session ID:\n\nRequest ID: {R}\n", found=(), never=(R,)),
    Form("a form that is half filled in", f"Session ID: n/a\nSubscription key: {KEY}\n", found=(), never=(KEY,)),
]

LANGUAGES = each(
    "language",
    f"Session-ID: {A}",
    f"Sitzungs-ID (Session ID): {A}",
    f"ID de sesión (session ID): {A}",
    f"Session ID は {A} です。",
    f"会话 ID (Session ID)：{A}",
    f"Session ID 为 {A}",
    f"Идентификатор сеанса (Session ID): {A}",
    f"SessionId：「{A}」",
)

TICKETS = [
    Form("ServiceNow", f"Session ID\n{A}\n\nRegion\nwesteurope\n"),
    Form("Zendesk", f"<div>Session ID:&nbsp;{A}</div>"),
    Form(
        "Outlook",
        f'<p class="MsoNormal"><span lang="EN-US">Session ID: <span style="font-family:Consolas">{A}</span><o:p></o:p></span></p>',
    ),
    Form("Jira code", f"{{code}}\nSESSION STARTED: SessionEventArgs(session_id={A})\n{{code}}"),
    Form("Jira no format", f"{{noformat}}SessionId: {A}{{noformat}}"),
    Form("Confluence", f"<ac:plain-text-body><![CDATA[SessionId: {A}]]></ac:plain-text-body>"),
    Form("Slack", f"*Session ID:* `{A}`"),
    Form("Teams", f"[10:15] Ann: Session ID: {A}\n[10:16] Bob: thanks"),
    Form(
        "GitHub: error in a sentence",
        f'We get ErrorDetails="{TEXT_401} SessionId: {A}" on every call',
        says={A: {"error.httpStatus": 401}},
    ),
    Form(
        "bracketed",
        f"[Fri, 21 May 2021 15:26:17 GMT] [Transcription Engine] [Error Cancelled] [ServiceTimeout] [Due to service inactivity, the client buffer exceeded maximum size. Resetting the buffer. SessionId: {A}]",
        says={A: {"error.code": "ServiceTimeout"}},
    ),
    Form("forwarded twice", f"> > Session ID: {A}\n> > Region: westeurope\n> Thanks\n"),
    Form(
        "error in JSON",
        f'{{"error": "{TEXT_1007} SessionId: {A}", "ok": false}}',
        says={A: {"error.code": "Forbidden"}},
    ),
    Form("a screenshot's text", f"SessionId:{A}ResultId:{R}", never=(R,)),
    Form("pasted dashed, as a session", f"Session ID: {DASHED}", found=(), misses=((DASHED, "interaction-id", None),)),
    Form("session in words", f"session {A} failed with 401"),
    Form("session, the ID in brackets", f"Speech session ({A}) was cancelled"),
    Form("STT session", f"STT session {A} timed out"),
    Form("sessions of an application", f"Active sessions: {A}, {B}", found=(A, B)),
]

FORMS = ENGLISH + TABLES + LISTS + LANGUAGES + TICKETS
MORE = [
    *each(
        "more words",
        f"session id (from SessionStarted): {A}",
        f"SpeechSessionId={A}",
        f"stt_session_id: {A}",
        f"azureSessionId: {A}",
        f"Speech_SessionId={A}",
        f"SessionIDs: {A} / {B}"[:44],
        f'| where SessionId == "{A}"',
        f"WHERE session_id = '{A}'",
        f'session_id:\\"{A}\\"',
        f"session-id/{A}",
        f"Session ID\u200b: {A}",
        f"Session ID:\u00a0{A}",
        f"Session ID: \u200b{A}\u200b",
        f"SessionID ({A})",
        f"sessionId {A} requestId {R}",
        f"SESSIONID {A}",
        never=(R,),
    ),
    *(
        Form(
            f"a table, {sign!r} {end!r} {head!r}",
            end.join([*head, f"x{sign}y{sign}{A}", f"x{sign}z{sign}{B}", ""]),
            found=(A, B),
        )
        for sign in ",;\t|"
        for end in ("\n", "\r\n", "\r")
        for head in ([f"Time{sign}Region{sign}SessionId"], [f'"Time"{sign}"Region"{sign}"Session ID"'])
    ),
    *(
        Form(
            f"a table in a quoted mail: {head}",
            "Hi,\n" + "".join(f"> > {line}\n" for line in (head, *rows)) + "> > \nBye",
            found=(A, B),
        )
        for head, *rows in (
            ("Time,SessionId", f"x,{A}", f"y,{B}"),
            ("| Session ID | Text |", "|---|---|", f"| {A} | x |", f"| {B} | y |"),
            ("call\tsession_id", f"x\t{A}", f"y\t{B}"),
            ("Time  SessionId", "----  ---------", f"10:00 {A}", f"10:01 {B}"),
        )
    ),
    *(
        Form(
            f"PowerShell's table {end!r}",
            end.join(["Time  SessionId", "----  ---------", f"10:00 {A}", f"10:01 {B}", ""]),
            found=(A, B),
        )
        for end in ("\n", "\r\n")
    ),
    Form(
        "Log Analytics",
        f'"TimeGenerated [UTC]",Message,SessionId_s,RequestId_s\n"11/22/2026, 5:00:00.000 AM",x,{A},{R}\n',
        never=(R,),
    ),
    Form("Log Analytics, last column", f"TimeGenerated,RequestId_s,SessionId_s\r\nx,{R},{A}\r\n", never=(R,)),
    *each(
        "more words of issues",
        f"Session started with id {A}",
        f"The session with the id {A} failed",
        f"Session ID's: {A}",
        f"Session ID #1: {A}",
        f"sessionId2 = {A}",
        f"[Speech] Session: {A}",
        f"STT/TTS session ID: {A}",
        f"SessionId                        : {A}\nRequestId                        : {R}",
        f"SessionId{' ' * 60}{A}",
        never=(R,),
    ),
]
FORMS += MORE
