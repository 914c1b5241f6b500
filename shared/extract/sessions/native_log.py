"""Native SDK logs: which lines belong to which session, and what they tell.

The number in `[...]` at the line start is a thread. The line that starts a session names its thread, and that thread
writes all lines of its connections until the session stops. Thread numbers are used again afterwards.

    [7] started A ... [7] connectionUrl ... [7] On Error ... [7] stopped A ... [7] usp_tts_engine_adapter ...
        └──────────────── belongs to A ────────────────────┘               └── text to speech: not ours
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from shared.extract.sessions import native_properties, record_context
from shared.extract.sessions.log_clock import Moment, absolute
from shared.extract.sessions.native_origin import NativeOrigins, Origin
from shared.extract.sessions.sdk_info import agent_fields, sdk_fields, text
from shared.extract.sessions.session import Session
from shared.extract.text.bytesearch import rfind
from shared.speech.endpoint import LANGUAGE, Endpoint, endpoint

if TYPE_CHECKING:
    from collections.abc import Callable

    from shared.extract.text.window import Window

_THREADS = 10_000
_LATENCY = re.compile(rb"\d{1,9}")
_STATUS = re.compile(rb"Bad status \((\d{3})\)")
_DETAILS = b"RESULT-ErrorDetails'; value='"
_SESSION = re.compile(rb"(?:SessionId|X-ConnectionId): ?([0-9A-Fa-f]{32})")
_END = re.compile(rb'"End[\\"]+: ?[\\"]+([0-9T:.Z-]{20,32})')
_STAMP = re.compile(rb"(?:ime: ?|ime=|; )(20[0-9T:. Z+-]{17,40})")
_TELEMETRY_REQUEST = re.compile(rb"requestId:([0-9A-Fa-f]{32})\)")
_TTS_REQUEST = re.compile(rb"request id ?: ?([0-9A-Fa-f]{32})")
_TTS_REQUESTS = 10_000
_CODES = {
    "1": "AuthenticationFailure",
    "2": "BadRequest",
    "3": "TooManyRequests",
    "4": "Forbidden",
    "5": "ConnectionFailure",
    "6": "ServiceTimeout",
    "7": "ServiceError",
    "8": "ServiceUnavailable",
}

Reader: TypeAlias = "Callable[[NativeLog, Origin, Window, int], None]"
T = TypeVar("T")


class NativeLog:
    """Keeps the session of every thread."""

    def __init__(self) -> None:
        self.origins = NativeOrigins()
        self._threads: dict[int, Session] = {}
        self._begun: dict[int, Moment] = {}
        self.levels: set[str] = set()
        self.errors = 0
        self.language: str | None = None
        self.saw_tts = False
        self.tts_requests: set[str] = set()

    def current(self, origin: Origin | None) -> Session | None:
        return self._threads.get(origin[0]) if origin else None

    # -- lines with an ID

    def started(self, session: Session, origin: Origin, window: Window, position: int) -> None:
        moment = self.origins.settled(window, position, origin, begins=True)
        current = self._threads.get(origin[0])
        self._enter(origin, session)
        self._begun.pop(origin[0], None)
        if session.start is None or not (session.opened or "stopped" in session.events or session.start.epoch is None):
            session.start = moment
        session.opened = True
        session.events.add("started")
        if session.local is None and moment.epoch is not None and moment.epoch.zero is None:
            session.local = record_context.local_time(window, position)
        session.mode = session.mode or native_properties.mode(window, position)
        if current is not None and not current.id and current.endpoint is not None and not current.tts:
            session.absorb(current)  # a dialog, or an application that opens the connection before it starts

    def stopped(self, session: Session, origin: Origin, window: Window, position: int) -> None:
        session.stop(self.origins.settled(window, position, origin, begins=False))
        current = self._threads.get(origin[0])
        if current is session:
            del self._threads[origin[0]]
        elif current is not None and not current.id:
            session.absorb(self._threads.pop(origin[0]))

    def mentioned(self, session: Session, origin: Origin) -> None:
        """A line of a connection names its session: what the thread gathered so far belongs to it."""
        session.at(origin[1])
        current = self._threads.get(origin[0])
        if current is session:
            return
        if current is None:
            self._enter(origin, session)
        elif not current.id:
            self._enter(origin, session)
            session.absorb(current)
        elif not current.opened:
            self._enter(origin, session)

    def failed(self, session: Session, window: Window, start: int) -> None:
        """The text of the cancellation ends with the ID that is at `start`; it may have begun some lines before."""
        at = rfind(window.text, _DETAILS, self.origins.mark, start)
        said = window.text[at + len(_DETAILS) : start] if at >= 0 else b""
        if not said or session.error is not None or _names_another(said, session):
            return
        session.events.add("canceled")
        session.fails(text(said), final=True)

    def telemetry(self, session: Session, origin: Origin, line: bytes) -> None:
        """Sent over the connection: so there was one. Its times are absolute, those of a log at level Info too."""
        self.mentioned(session, origin)
        session.events.add("connected")
        session.answered("telemetry")
        request = _TELEMETRY_REQUEST.search(line)
        session.telemetry_request = text(request[1]).lower() if request else session.telemetry_request
        end = _END.search(next((part for part in line.split(b"{") if b"Connection" in part), line))
        moment = absolute(end[1]) if end else None
        if moment is not None and session.connected is not None and session.zero is None:
            session.zero = self.origins.clock.stamp(session.connected, moment)

    def forget_threads(self) -> None:
        """Another file begins: its thread numbers mean other threads."""
        self._threads.clear()
        self._begun.clear()
        self.origins.next_file()

    # -- lines without

    def note(self, read: Reader, window: Window, position: int) -> None:
        origin = self.origins.find(window, position)
        if origin is not None:
            read(self, origin, window, position)

    def on_url(self, origin: Origin, window: Window, position: int) -> None:
        end = endpoint(text(window.rest_of_line(position)))
        if end is None:
            return
        current, begun = self._threads.get(origin[0]), self._begun.pop(origin[0], None)
        if current is None or _belongs_to_another(end, current, begun):
            current = Session()
            self._enter(origin, current)
        if not current.opened:
            current.start = begun or current.start
        current.tts = end.is_tts
        self.saw_tts = self.saw_tts or end.is_tts
        current.endpoint = end
        if not end.is_tts:
            _prepared(current, end, window, position, origin[0])
        current.attempts += 1
        current.events.add("connecting")
        current.at(origin[1])

    def on_begin(self, origin: Origin, _view: Window, _position: int) -> None:
        """A recognition begins: level Info says so too, and names its session only later, in the telemetry.

        It is another session if it opens a connection; a recognizer that is used again goes on with its own.
        """
        current = self._threads.get(origin[0])
        if current is None or not current.opened:  # else it connects again within its session
            _keep(self._begun, origin[0], origin[1])

    def on_end(self, origin: Origin, _view: Window, _position: int) -> None:
        """Right before the event that a session has stopped, which level Info has not."""
        current = self._threads.get(origin[0])
        if current is not None:
            current.at(origin[1])

    def on_connected(self, origin: Origin, _view: Window, _position: int) -> None:
        current = self._threads.get(origin[0])
        if current is None:
            current = Session()
            self._enter(origin, current)
        current.events.add("connected")
        current.answered("connected")
        current.connected = current.connected or origin[1]  # telemetry tells of the first one first
        current.attempt_error = current.status = None
        current.at(origin[1])

    def on_request(self, origin: Origin, window: Window, position: int) -> None:
        current = self._threads.get(origin[0])
        run = window.hex_run(position - 8)
        if current is not None and len(run) == 32:
            current.request(text(run).lower())
            current.at(origin[1])

    def on_latency(self, origin: Origin, window: Window, position: int) -> None:
        current = self._threads.get(origin[0])
        values = [int(v) for v in _LATENCY.findall(window.rest_of_line(position, 400).partition(b"]")[0])]
        if current is not None and values:
            current.latency = max(current.latency or 0, *values)
            current.at(origin[1])

    def on_config(self, origin: Origin, window: Window, position: int) -> None:
        current = self._threads.get(origin[0])
        line = window.rest_of_line(position, 600)
        self.language = sdk_fields(line).get("language") or self.language
        if current is not None:
            current.sdk.update(sdk_fields(line))

    def on_agent(self, origin: Origin, window: Window, position: int) -> None:
        """C++ names its language only here, level Info all of it."""
        current = self._threads.get(origin[0])
        if current is not None and "language" in current.sdk:
            return
        fields = agent_fields(window.rest_of_line(position, 200))
        if not fields:
            return
        self.language = fields["language"]
        if current is None:
            current = Session()
            self._enter(origin, current)
        current.sdk = {**fields, **current.sdk}

    def on_error(self, origin: Origin, window: Window, position: int) -> None:
        self.errors += 1
        current = self._threads.get(origin[0])
        code, _, message = text(window.rest_of_line(position, 600)).partition(", Message: ")
        if current is not None and message:
            current.fails(message, final=False)
            current.attempt_code = _CODES.get(code.strip())
            current.at(origin[1])

    def on_status(self, origin: Origin, window: Window, position: int) -> None:
        current = self._threads.get(origin[0])
        match = _STATUS.match(window.text, position - len(b"Bad status ("))
        if current is None or match is None:
            return
        if b"CONNECT response" in window.rest_of_line(position, 60):
            current.not_reached("proxy-refused")
            return
        current.status = int(match[1])
        current.answered("http-status")

    def on_stamp(self, origin: Origin, window: Window, position: int) -> None:
        stamp = _STAMP.search(window.rest_of_line(position, 500))  # not the time of who carries the line
        moment = absolute(stamp[1]) if stamp else None
        if moment is None:
            return
        zero = self.origins.clock.stamp(origin[1], moment)
        current = self._threads.get(origin[0])
        if current is not None:
            current.stamped(zero)
            current.at(origin[1])

    def on_tts(self, origin: Origin, window: Window, position: int) -> None:
        self.saw_tts = True
        request = _TTS_REQUEST.search(window.rest_of_line(position, 300))
        if request is not None and len(self.tts_requests) < _TTS_REQUESTS:
            self.tts_requests.add(text(request[1]).lower())
        current = self._threads.get(origin[0])
        if current is None or (current.id and not current.opened):
            current = Session(tts=True)
            self._enter(origin, current)
        elif not current.id:
            current.tts = True

    # -- inside

    def _enter(self, origin: Origin, session: Session) -> None:
        _keep(self._threads, origin[0], session)


def _prepared(session: Session, end: Endpoint, window: Window, position: int, thread: int) -> None:
    """What its URL does not say was set before, on the same thread, after the session had started."""
    if session.attempts:
        return  # looked for already
    event = b"SessionStarted event: SessionId: " + session.id.encode()
    started = rfind(window.text, event, max(0, position - native_properties.WITHIN), position) if session.id else 0
    if session.language is None and end.language is None:
        language = native_properties.of_thread(window, position, b"RecoLanguage", thread, started) or ""
        session.language = language if LANGUAGE.fullmatch(language) else None
    if session.model is None and end.custom_model is None:
        model = native_properties.of_thread(window, position, b"ModelId", thread, started) or ""
        session.model = model.lower() if len(model) == 36 else None


def _names_another(said: bytes, session: Session) -> bool:
    """An error text ends with the first session that it names."""
    return any(found.lower() != session.id.encode() for found in _SESSION.findall(said))


def _keep(by_thread: dict[int, T], thread: int, value: T) -> None:
    if len(by_thread) >= _THREADS and thread not in by_thread:
        del by_thread[next(iter(by_thread))]
    by_thread[thread] = value


def _belongs_to_another(end: Endpoint, current: Session, begun: Moment | None) -> bool:
    """A connection to `end` on the thread of this session. Text to speech takes turns with it; a reconnection whose
    session is not named yet looks like the connection before."""
    if current.opened:
        return end.is_tts
    return current.endpoint is not None and (bool(current.id) or current.endpoint != end or begun is not None)
