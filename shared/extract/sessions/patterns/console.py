"""What applications print and people write: event lines, labels in every language, lists, tables."""

from __future__ import annotations

from shared.extract.sessions import context, label_context
from shared.extract.sessions.pattern import Basis, ContextPattern, IdPattern
from shared.extract.sessions.patterns.parts import (
    DASHED,
    EIGHT,
    GAP,
    MAIL_EIGHT,
    OTHER_WORDS,
    SESSION,
    SESSIONS,
    TAGS,
    VALUE,
    A,
    B,
)
from shared.extract.text.labels import CONNECTION_ID, SESSION_EVENT, SESSION_ID

ID_PATTERNS: tuple[IdPattern, ...] = (
    IdPattern(
        name="python-event",
        keywords=(b"session_id",),
        tail=rb"(?<=EventArgs\(session_id)=" + MAIL_EIGHT,
        source="Python SDK: str() of every event",
        examples=(
            f"SESSION STARTED: SessionEventArgs(session_id={A})",
            f"RECOGNIZED: SpeechRecognitionEventArgs(session_id={A}, result=SpeechRecognitionResult(result_id={B}, text=...))",
        ),
        counter_examples=(f"SESSION STARTED: SessionEventArgs(session_id={DASHED})",),
        caseless=True,
        speech_only=True,
        names_the_only=True,
        evidence=Basis.CORPUS,
        repeats=True,
    ),
    IdPattern(
        name="session-event",
        keywords=SESSION_EVENT,
        tail=rb"[^0-9A-Za-z\n]{1,12}(?:(?:event|session|id|with|the)[^0-9A-Za-z\n]{1,8}){0,4}" + EIGHT,
        source="Speech CLI (spx) and ai console, samples in C#, Java, Go, C++",
        examples=(
            f"SESSION STARTED: {A}.",
            f"Session Started (ID= {A} )",
            f"Session started with id: {A}",
            f"Now Listening! Session started, id={A}",
        ),
        counter_examples=(f"SYNTHESIS STARTED: {A}", f"Session started (trace {A})"),
        caseless=True,
        evidence=Basis.CORPUS,
    ),
    IdPattern(
        name="session-heading",
        keywords=SESSION_ID,
        tail=rb"(?:s|\(s\))(?:[^0-9A-Za-z\n\"'{\[]{0,8}| [A-Za-z ]{3,60}[:.] {0,2})\n{1,2}[^\n]{0,60}?(?<![0-9A-Za-z])"
        + EIGHT
        + b"(?=[0-9A-Fa-f]{24}(?![0-9A-Za-z]))",
        source="lists below a heading, with numbers, times or remarks",
        examples=(
            f"Session IDs:\n1. {A}\n",
            f"Session IDs:\n10:00 UTC: {A}\n",
            f"Session IDs:\n- {A} - failed\n",
            f"Session IDs of the failing calls:\n  {A}\n",
        ),
        counter_examples=(f"Session IDs:\nnone, request id {A}\n", f"Session ID:\nsee {A}\n"),
        caseless=True,
        evidence=Basis.FIELD,
        accepts=label_context.is_heading,
        more=label_context.below_heading,
    ),
    IdPattern(
        name="session-word",
        keywords=SESSION_ID + OTHER_WORDS,
        tail=rb"(?:s|\(s\)|'s| ?#?[0-9]{1,2}|_s)?" + GAP + VALUE + b"(?![0-9A-Fa-f]{24};remote=)",
        source="samples and applications in every language, error texts, JSON, spx output, pasted prose",
        examples=(
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
        counter_examples=(
            f"HttpSession sessionId={A[:12]}1{A[13:]} created",
            f'"audioSessionId": "{A}"',
            f"JSESSIONID={A}",
            f"Session-ID: {A};remote={B}",
            f'{{"sessionId": "", "{A}": 1}}',
            f"| Session ID | | {A} |",
        ),
        caseless=True,
        evidence=Basis.CORPUS,
        repeats=True,
        accepts=label_context.is_not_empty,
        more=label_context.in_list,
    ),
    IdPattern(
        name="session-word-markup",
        keywords=SESSION_ID + CONNECTION_ID,
        tail=b"s?" + TAGS + EIGHT,
        source="HTML mails, saved pages, JSON viewers",
        examples=(
            f"<td>Session ID</td><td>{A}</td>",
            f"<b>Session ID:</b> {A}",
            f'<span class="k">"sessionId"</span>: <span class="s">"{A}"</span>',
        ),
        counter_examples=(
            f"<td>Session ID</td><td>n/a</td><td>{A}</td>",
            f"<td>Session</td><td>{A}</td>",
            f"<SessionId></SessionId><RequestId>{A}</RequestId>",
            f"<td>Session ID</td><td></td><td>{A}</td>",
        ),
        caseless=True,
        evidence=Basis.FIELD,
    ),
    IdPattern(
        name="session-word-prose",
        keywords=SESSION_ID + OTHER_WORDS,
        tail=rb"s?(?:(?: [0-9A-Za-z'.,/:-]{1,20}){1,8}?(?::| is| was| are| es| ist| est)|[ ]?\([^()\n]{1,40}\))[^0-9A-Za-z\n]{1,8}"
        + EIGHT,
        source="sentences of issues and mails",
        examples=(
            f"Session ID of the failing call: {A}",
            f"the session ID that failed is {A}",
            f"SessionId (from the log): {A}",
            f"El identificador de sesi\u00f3n de la llamada es: {A}",
        ),
        counter_examples=(f"Session ID and request id: {A}", f"the session id, the key is {A}"),
        caseless=True,
        evidence=Basis.FIELD,
        accepts=label_context.is_sentence,
    ),
    IdPattern(
        name="session-state",
        keywords=SESSION,
        tail=rb"(?:with (?:the )?id:? )?[ :#\[('\"]{0,3}" + EIGHT,
        source="C++ meeting sample; sentences that end with what became of it",
        examples=(
            f"SESSION: {A} stopped.",
            f"Recognition session [{A}] was canceled",
            f"STT session: {A}",
            f"the session with ID {A} failed",
        ),
        counter_examples=(f"redis session:{A}", f"session {A} of Bob", f"session with id {A} of Bob"),
        caseless=True,
        evidence=Basis.DOCUMENTATION,
        bare=True,
        accepts=label_context.is_state,
    ),
    IdPattern(
        name="session-list",
        keywords=SESSIONS,
        tail=rb"(?<=[:=])%s|[\\\"']{0,6} {0,2}[:=]%s" % ((rb" {0,2}[\[({]? ?[\\\"']{0,6}" + EIGHT,) * 2),
        source="applications: lists of sessions",
        examples=(f"sessions={A}", f'{{"sessions":["{A}"]}}'),
        counter_examples=(f"sessions of {A}",),
        caseless=True,
        evidence=Basis.INVENTED,
        bare=True,
        accepts=label_context.is_whole_word,
        more=label_context.in_list,
    ),
)

CONTEXT_PATTERNS: tuple[ContextPattern, ...] = (
    ContextPattern(
        name="console-code",
        keywords=(b"ErrorCode",),
        tail=b"[=:] ?[A-Z]",
        source="consoles: the name of the error code, after the ID",
        evidence=Basis.CORPUS,
        reader=context.error_code,
    ),
    ContextPattern(
        name="table-column",
        keywords=(
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
        tail=rb"(?<![\"'`])|(?<=\")(?:[\t,;\n}\]]| \n)|(?<!\")[\t,\n) ]",
        source="tables (spx TSV, CSV exports, Markdown, consoles, HTML): a column of IDs",
        caseless=True,
        evidence=Basis.FIELD,
        reader=context.column,
    ),
)
