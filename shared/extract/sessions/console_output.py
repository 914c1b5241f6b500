"""What applications print: event lines, error texts, tables. Here only the words around an ID tell what it means."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shared.extract.sessions import record_context
from shared.extract.text.hard_wraps import whole_url
from shared.speech.endpoint import endpoint
from shared.speech.sdk_errors import begins, failure

if TYPE_CHECKING:
    from shared.extract.sessions.session import Session
    from shared.extract.text.window import Window
    from shared.speech.endpoint import Endpoint

_EVENT = re.compile(
    rb"(?P<started>session[ _-]?started|started event)"
    rb"|(?P<stopped>session[ _-]?(?:stopped|ended)|stopped event|\) stopped)"
    rb"|(?P<canceled>cancell?ed|cancellation|error ?details)"
    rb"|(?P<connected>(?<!dis)connected\b)"
)
_EVENT_WORDS = (b"start", b"stop", b"ended", b"cancel", b"error", b"connected")
_RESULT = re.compile(
    rb"(?:RECOGNI[SZ]|TRANSCRIB|TRANSLAT)(?:ED|ING)\b|reason=ResultReason\.(?:Recogni|Translat|NoMatch)"
)
# what was said may hold any words, those of errors too
_SPOKEN = re.compile(
    r"(?:recogni[sz]|transcrib|translat)(?:ed|ing)\b"
    r"|(?<!\{[\"'])\b(?:\w{0,16}(?<!con)text|said|lexical|itn|display)['\"\\]{0,3} ?[:=]",
    re.IGNORECASE,
)
_ERROR_LABEL = re.compile(r"(?:error ?details|error ?message|\berror)['\"\\]{0,3}[:=] ?['\"<]?", re.IGNORECASE)
# an error text ends with a sentence and the ID; an event line begins with its name
_ERROR_TAIL = re.compile(rb"[A-Za-z0-9.:)}\]'\"_>][ \\n]{1,6}(?:SessionId|X-ConnectionId): ?$")
_PLAIN_EVENT = re.compile(
    rb"(?:session[ _-]?(?:started|stopped)|(?:started|stopped|result) event\.?|\((?:session|recogniz|speech)\w{3,20}\))"
    rb"[^A-Za-z]{0,6}(?:SessionId)?[:=]? ?$",
    re.IGNORECASE,
)
_ENDINGS = (b"SessionId: ", b"SessionId:", b"X-ConnectionId: ", b"X-ConnectionId:")
# `0x13 (SPXERR_...)`, a call stack, and on a line of its own the ID
_THROWN = re.compile(
    rb"(0x[0-9a-f]{1,8} \(SPXERR_[A-Z_]{4,60}\))\s{1,8}\[CALL STACK BEGIN\][^\0]{0,2800}\[CALL STACK END\]\s{0,8}\Z"
)
_ALONE = (b"SessionId:", b"X-ConnectionId:")
_LABEL = re.compile(rb"SessionId|X-ConnectionId")
ERROR_LINES = 12
LABEL_NEAR = 80
_RESULT_ID = re.compile(rb"result_?id[=:] ?([0-9A-Fa-f]{32})(?![0-9A-Fa-f])", re.IGNORECASE)
_URL = re.compile(rb"[a-z]{2,5}://[^\s'\"|<>]+")
_REQUEST = re.compile(rb" (/[^\s'\"|<>]+)")
_HOST = re.compile(rb"[Hh]ost['\"]?: ?['\"]?([0-9A-Za-z.-]{4,200})")
_FAILED = re.compile(rb"[^\s']{0,400}' failed: ([^\n]{1,200})")
_CODE = re.compile(rb"[A-Z][A-Za-z]{3,40}")
_UPPER = re.compile(rb"(?=[0-9A-F]{32})[0-9]*[A-F]")
BACK = 3072
AROUND = 1024
BEFORE = 600  # on the same line, which may be a whole document


def around(window: Window, start: int) -> Endpoint | None:
    """The last URL or request line before `start`, or the URL it stands in."""
    text, low = window.text, max(0, start - AROUND)
    url = text.rfind(b"://", low, start)
    request = max(text.rfind(method, low, start) + len(method) for method in (b"GET", b"POST", b"PUT"))
    if request > max(url, low + 2) and text[request : request + 1] == b" ":
        path = _REQUEST.match(text, request)
        if path is not None:
            host = _HOST.search(text, start, start + 400) or _HOST.search(text, low, start)
            name = host[1].decode("ascii") if host else "unknown"
            return endpoint(f"http://{name}{path[1].decode('utf-8', 'replace')}")
    found = _URL.search(text, max(low, url - 5), start) if url >= 0 else None
    if found is None:
        return None
    return endpoint((found[0] + whole_url(text, found.end())).decode("utf-8", "replace"))


def describe(session: Session, window: Window, start: int) -> None:
    """Events, error and time from the line of an ID, and from the error text in front of it."""
    line = window.line_start(start)
    left = window.text[max(line, start - 200) : start]
    said = left.lower()
    told = any(word in said for word in _EVENT_WORDS)
    events = {str(match.lastgroup) for match in _EVENT.finditer(said)} if told else set()
    session.events |= events
    near = slice(max(line, start - BEFORE), min(start + 400, window.line_end(start)))
    if not session.reached and _says_result(window.text[near]):
        session.answered("result")
    if not session.reached and "started" in session.events and _UPPER.match(window.text, start):
        session.answered("session-started")  # the JavaScript SDK says so only when it is connected
    if session.error is None and left.endswith(_ENDINGS):
        _error(session, window, line, start)
    record_context.describe(session, window, start, stopped="stopped" in events)


def _says_result(line: bytes) -> bool:
    """Most lines do not: the words are looked for before the expression."""
    words = b"RECOGNI" in line or b"TRANS" in line or b"ResultReason." in line
    return words and _RESULT.search(line) is not None


def _error(session: Session, window: Window, line: int, start: int) -> None:
    """The error text that ends with this ID (`... Please check. SessionId: <ID>`), maybe some lines long."""
    left = window.text[max(line, start - 400) : start]
    thrown = _THROWN.search(window.text, max(0, line - BACK), line)
    if thrown is not None and left.strip() in _ALONE and not _LABEL.search(thrown[0]):
        session.events.add("canceled")
        session.fails(thrown[1].decode("ascii"), final=True)
        return
    if _PLAIN_EVENT.search(left) or not (_ERROR_TAIL.search(left) or left.startswith(b"X-ConnectionId")):
        return
    begin = line
    for _ in range(ERROR_LINES):
        text = window.text[begin:start].decode("utf-8", "replace")
        said = _said(text)
        if text[said or 0 :].count("SessionId") > 1 or "session_id" in text[said or 0 :]:
            return
        if said is not None:
            session.events.add("canceled")
            session.fails(text[said:], final=True)
            return
        if begin == 0 or start - begin > BACK:
            return
        begin = window.line_start(begin - 1)


def _said(text: str) -> int | None:
    """Where the text of the error begins: with its known words, or behind the label that is near.

    `certificate` and the like are words that people say: without a label they tell no error.
    """
    found = begins(text)
    if found is None:
        return None
    at, sure = found
    line = text.rfind("\n", 0, at) + 1
    labels = list(_ERROR_LABEL.finditer(text, line, at))
    if labels and (sure or at - labels[-1].end() < LABEL_NEAR):
        return at if sure else labels[-1].end()
    return at if sure and _SPOKEN.search(text, line, at) is None else None


def browser_failure(session: Session, window: Window, end: int) -> None:
    """`WebSocket connection to '<URL with the ID>' failed: <why>`: what a browser says behind the URL."""
    match = _FAILED.match(window.text, end)
    why = match[1].decode("utf-8", "replace") if match else ""
    if failure(why) is not None:
        session.events.add("canceled")
        session.fails(why, final=False)


def result_id(window: Window, start: int) -> str | None:
    """The result ID on the same line: the ID people most often take for the session's."""
    match = _RESULT_ID.search(window.text, start, min(start + 200, window.line_end(start)))
    return match[1].decode("ascii").lower() if match else None


def error_code(window: Window, position: int) -> str | None:
    """`ErrorCode=AuthenticationFailure`. JavaScript prints a number there, and no ID anywhere near: not used."""
    match = _CODE.match(window.text, position - 1)
    return match[0].decode("ascii") if match else None
