"""The Diagnostics log of the JavaScript SDK: every line names its connection, so nothing has to be guessed.

<ISO>Z | ConnectionStartEvent | privName: ConnectionStartEvent | privEventTime: <ISO>Z | privConnectionId: <ID> | ..
"""

from __future__ import annotations

import re
from operator import itemgetter
from typing import TYPE_CHECKING

from shared.extract.sessions.log_clock import Moment, absolute
from shared.extract.sessions.sdk_info import sdk_fields, text
from shared.extract.sessions.session import Evidence
from shared.extract.text.bytesearch import count, find, rfind
from shared.speech.endpoint import endpoint
from shared.speech.sdk_errors import failure

if TYPE_CHECKING:
    from collections.abc import Callable

    from shared.extract.sessions.session import Session
    from shared.extract.text.window import Window

    See = Callable[[Evidence, str, str, Window, int], Session | None]
    JsReader = Callable[["JavaScriptLog", str, Window, int], None]

_RECORD = b"privName: "
_NAME = re.compile(rb"privName: ([A-Za-z]{1,60})")
_OWNER = re.compile(rb"priv(?:Connection|Session)Id[\\\"']{0,6}: ?[\\\"']{0,6}([0-9A-Fa-f]{32})(?![0-9A-Fa-f])")
_REQUEST = re.compile(rb"-[Rr]equest[Ii]d[\\\"]{1,8}: ?[\\\"]{1,8}([0-9A-Fa-f]{32})(?![0-9A-Fa-f])")
_CODE = re.compile(rb"privStatusCode: (\d{0,5})")  # mostly the last field: what follows belongs to who carried the line
_TIME = b"privEventTime: "
_CONNECTION = re.compile(rb"privConnectionId[\\\"']{0,6}: ?[\\\"']{0,6}([0-9A-Fa-f]{32})(?![0-9A-Fa-f])")
_PLAIN_CONNECTION = b"privConnectionId: "
# messages that only text to speech has; in the audio that speech to text sends, `Path` has a capital
_SYNTHESIS = (b"synthesis.context", b"ssml+xml", b"audio.metadata", b'path":"audio"', rb"path\":\"audio\"")
_CONNECTIONS = 64  # of a block
_SYNTHESIS_WITHIN = 64 * 1024
_SYNTHESIS_LOOKS = 8
_JS_NAMES = {"BadRequest": "BadRequestParameters"}


class JavaScriptLog:
    """`see` gives the session of an ID that stands at a place in a form of the pattern table."""

    def __init__(self, see: See) -> None:
        self._see = see
        self.lines = 0
        self.errors = 0
        self.saw_tts = False

    def note(self, read: JsReader, found_by: str, window: Window, position: int) -> None:
        self.lines += 1
        read(self, found_by, window, position)

    def on_refused(self, found_by: str, window: Window, position: int) -> None:
        """The service's own message says that it will not."""
        session, line = self._owned(found_by, window, position)
        if session is not None:
            session.error_code = "BadRequestParameters" if b"BadRequest" in line else session.error_code
            session.events.add("canceled")
            session.at(_moment(line))

    def on_config(self, found_by: str, window: Window, position: int) -> None:
        session, line = self._owned(found_by, window, position)
        if session is not None:
            _requested(session, line)
            session.sdk.update(sdk_fields(_config(line)))

    def on_turn(self, found_by: str, window: Window, position: int) -> None:
        session, line = self._owned(found_by, window, position)
        if session is not None:
            _requested(session, line)
            session.answered("service-message")
            session.at(_moment(line))

    def _owned(self, found_by: str, window: Window, position: int) -> tuple[Session | None, bytes]:
        start, line = _record(window, position, begins=False)
        owner = _OWNER.search(line)
        return (self._see(Evidence.WEAK, found_by, text(owner[1]).lower(), window, start) if owner else None), line

    def on_event(self, found_by: str, window: Window, position: int) -> None:
        start, line = _record(window, position, begins=True)
        name = _NAME.match(line)
        owner = _OWNER.search(line)
        if name is None or owner is None:
            return
        evidence = Evidence.STRONG if owner[0].startswith(b"privSession") else Evidence.WEAK
        session = self._see(evidence, found_by, text(owner[1]).lower(), window, start)
        reader = _EVENTS.get(name[1])
        if session is None:
            return
        if name[1] != b"ConnectionClosedEvent" or session.end is None:
            session.at(_moment(line))  # a connection is closed half a second after its session has stopped
        if reader is not None:
            reader(self, session, line)

    def on_connecting(self, session: Session, _line: bytes) -> None:
        session.events.add("connecting")

    def on_start(self, session: Session, line: bytes) -> None:
        end = endpoint(_field(line, b"privUri: "))
        session.attempts += 1
        if end is not None:
            session.endpoint = end
            session.tts = session.tts or end.is_tts
            self.saw_tts = self.saw_tts or end.is_tts

    def on_established(self, session: Session, _line: bytes) -> None:
        session.events.add("connected")
        session.answered("connected")
        if session.attempt_error and "1007" not in session.attempt_error:
            session.attempt_error = session.status = session.error_code = None

    def on_began(self, session: Session, line: bytes) -> None:
        """A session has started once both are there: the connection and the microphone."""
        moment = _moment(line)
        half = "recognizing" if line.startswith(b"privName: Recognition") else "listening"
        if half not in session.halves and moment is not None:
            session.halves.add(half)
            session.start = moment
        if half == "recognizing":
            session.events.add("started")

    def on_closed(self, session: Session, line: bytes) -> None:
        found = _CODE.search(line)
        code = text(found[1]) if found else ""
        session.answered("connected")
        if code in ("1000", "1005", ""):
            session.events.add("stopped")
        elif not (session.attempt_error and "1007" in session.attempt_error):
            session.fails(f"{_field(line, b'privReason: ')} websocket error code: {code}", final=False)
            self._name(session)

    def on_failed(self, session: Session, line: bytes) -> None:
        self.errors += 1
        session.fails(_field(line, b"privMessage: "), final=False)
        found = failure(session.attempt_error or "")
        session.status = found.http_status if found else session.status
        session.error_code = "ConnectionFailure"

    @staticmethod
    def _name(session: Session) -> None:
        found = failure(session.attempt_error or "")
        code = found.code if found else "ConnectionFailure"
        if "1011" in (session.attempt_error or ""):
            code = "ConnectionFailure"  # as this SDK reports it; the native one says ServiceError
        session.error_code = _JS_NAMES.get(code, code)


def _requested(session: Session, line: bytes) -> None:
    at = find(line, b"-RequestId")
    at = find(line, b"-requestid") if at < 0 else at
    request = _REQUEST.match(line, at) if at >= 0 else None
    if request and not session.tts:
        session.request(text(request[1]).lower())


def _record(window: Window, position: int, *, begins: bool) -> tuple[int, bytes]:
    """The record around `position`, from its name on, which stands there or before. An array has many on a line."""
    end = window.line_end(position)
    if begins:
        start = position - 5
    else:
        start = window.line_start(position)
        start = max(start, rfind(window.text, _RECORD, start, position))
    after = find(window.text, _RECORD, position, end)
    return start, window.text[start : end if after < 0 else after]


def _config(line: bytes) -> bytes:
    at = find(line, b"system")
    return line[max(0, at - 2) : at + 600].replace(b'\\"', b'"')


def _field(line: bytes, name: bytes) -> str:
    """What stands between `name` and the next bar."""
    start = line.find(name) + len(name)
    end = line.find(b"|", start)
    return text(line[start : end if end >= 0 else len(line)][:2048]).strip() if start >= len(name) else ""


def _moment(line: bytes) -> Moment | None:
    begin = line.find(_TIME)
    at = absolute(line[begin + len(_TIME) : begin + len(_TIME) + 32]) if begin >= 0 else None
    return Moment(at) if at is not None else None


_EVENTS: dict[bytes, Callable[[JavaScriptLog, Session, bytes], None]] = {
    b"ConnectingToServiceEvent": JavaScriptLog.on_connecting,
    b"ConnectionStartEvent": JavaScriptLog.on_start,
    b"ConnectionEstablishedEvent": JavaScriptLog.on_established,
    b"RecognitionStartedEvent": JavaScriptLog.on_began,
    b"ListeningStartedEvent": JavaScriptLog.on_began,
    b"ConnectionClosedEvent": JavaScriptLog.on_closed,
    b"ConnectionErrorEvent": JavaScriptLog.on_failed,
}


def connections(text: bytes, *, json: bool | None = None) -> tuple[dict[bytes, int], dict[bytes, int]]:
    """Where each connection's ID stands in a block first and last.

    Every message has it, so most are only counted: connections come one after another, as a rule. Where the count
    says that one stood between the messages of another, all messages are looked at, and so they are where there are
    many connections: to count the messages of each takes longer then.
    """
    first: dict[bytes, int] = {}
    last: dict[bytes, int] = {}
    if json is None:
        json = count(text, b"privConnectionId") != count(text, _PLAIN_CONNECTION)
    left = count(text, _PLAIN_CONNECTION)
    at = find(text, _PLAIN_CONNECTION) if not json else -1
    while at >= 0 and len(first) < _CONNECTIONS:
        begin = at + len(_PLAIN_CONNECTION)
        id_ = text[begin : begin + 32]
        if len(id_) == 32 and id_ not in first:
            whole = _PLAIN_CONNECTION + id_
            first[id_] = find(text, whole) + len(_PLAIN_CONNECTION)  # before `begin`, where connections take turns
            last[id_] = rfind(text, whole) + len(_PLAIN_CONNECTION)
            left -= count(text, whole)
        at = find(text, _PLAIN_CONNECTION, last.get(id_, begin), len(text))
    if json or left > 0:
        first, last = {}, {}
        for match in _CONNECTION.finditer(text):
            first.setdefault(match[1], match.start(1))
            last[match[1]] = match.start(1)
    return dict(sorted(first.items(), key=itemgetter(1))), last


def synthesizes(window: Window, id_: bytes, start: int) -> bool:
    """A connection whose beginning is cut away, so that no URL tells what it is for: its messages do."""
    for word in _SYNTHESIS:
        at, end = start, start + _SYNTHESIS_WITHIN
        for _ in range(_SYNTHESIS_LOOKS):
            at = window.text.find(word, at + 1, end)
            owner = _OWNER.search(_record(window, at, begins=False)[1]) if at >= 0 else None
            if owner is None:
                break
            if owner[1] == id_:
                return True
    return False


def in_line(window: Window, start: int) -> bool:
    """On a line of the Diagnostics log, which is read here: the ID tells nothing more."""
    before = window.text[max(0, start - 80) : start]
    return b" | priv" in before[before.rfind(b"\n") + 1 :]
