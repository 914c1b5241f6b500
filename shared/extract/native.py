"""Native SDK logs: which lines belong to which session, and what they tell.

The number in `[...]` at the line start is a thread. The line that starts a session names its thread, and that thread
writes all lines of its connections until the session stops. Thread numbers are used again afterwards.

    [7] started A ... [7] connectionUrl ... [7] On Error ... [7] stopped A ... [7] usp_tts_engine_adapter ...
        └──────────────── belongs to A ────────────────────┘               └── text to speech: not ours
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from shared.extract.service import LANGUAGE, endpoint
from shared.extract.sessions import Session
from shared.extract.wallclock import Clock, Moment, absolute

if TYPE_CHECKING:
    from collections.abc import Callable

    from shared.extract.view import View

_MARK = b"ms SPX_"
_TAIL = re.compile(rb"[\[(](\d{1,10})[\])]: {1,4}(\d{1,12})")
_BEHIND = 4096  # an error block without prefixes is shorter
_THREADS = 10_000
_KEY_LIKE = rb"(?![^\\\"]{0,88}[0-9A-Za-z]{25})"  # no version and no name of a language or system is so
_FIELD = re.compile(rb'[\\"]+(version|lang|name|platform)[\\"]+: ?[\\"]+' + _KEY_LIKE + rb'([^\\"]{1,120})')
_AGENT = re.compile(rb"-([A-Za-z+#]{1,20})/(\d[0-9A-Za-z.-]{0,23}) (?!\S{0,16}[0-9A-Za-z]{25})(\S{1,40})")
_LATENCY = re.compile(rb"\d{1,9}")
_STATUS = re.compile(rb"Bad status \((\d{3})\)")
_DETAILS = b"RESULT-ErrorDetails'; value='"
_SPAN = re.compile(rb'"Start[\\"]+:[\\"]+([0-9T:.Z-]{20,32})|"End[\\"]+:[\\"]+([0-9T:.Z-]{20,32})')
_STAMP = re.compile(rb"(?:ime: ?|ime=|; )(20[0-9T:. Z+-]{17,40})")
_SET = re.compile(rb"(?:SetStringValue|LogPropertyAndValue): this=(?:0x)*([0-9A-Fa-f]{4,16}); name")
_OBJECT = re.compile(rb"\[(?:0x)?([0-9A-Fa-f]{4,16})\]CSpxAudioStreamSession::")
_BAGS = 64
_BAG_WITHIN = 0x400
_STAMPED = (b"ime: 20", b"ime=20")
_TELEMETRY_REQUEST = re.compile(rb"requestId:([0-9A-Fa-f]{32})\)")
_TTS_REQUEST = re.compile(rb"request id ?: ?([0-9A-Fa-f]{32})")
_TTS_REQUESTS = 10_000
_CODES = {"1": "AuthenticationFailure", "2": "BadRequest", "3": "TooManyRequests", "4": "Forbidden",
          "5": "ConnectionFailure", "6": "ServiceTimeout", "7": "ServiceError", "8": "ServiceUnavailable"}  # fmt: skip
SEEK = 16 * 1024

Reader: TypeAlias = "Callable[[NativeLog, Origin, View, int], None]"
Origin = tuple[int, Moment]  # thread and time of a line


def text(value: bytes) -> str:
    return value.decode("utf-8", "replace")


class NativeLog:
    """Keeps the session of every thread."""

    def __init__(self) -> None:
        self._clock = Clock()
        self._threads: dict[int, Session] = {}
        self.lines = 0
        self.mark = 0
        self._marked: View | None = None
        self._looked: View | None = None
        self._unstamped = 0  # nor a stamp, where one was sought
        self._none = 0  # nothing was found before this position of `_looked`: other logs have no such prefix anywhere
        self._origin: Origin | None = None
        self._modes: dict[int, str] = {}
        self._configured = False
        self.levels: set[str] = set()
        self.errors = 0
        self.language: str | None = None
        self.saw_tts = False
        self.tts_requests: set[str] = set()

    # -- where a line comes from

    def origin(self, view: View, position: int) -> Origin | None:
        """Thread and time of the record that `position` is in: its own line's prefix, or that of a line before."""
        if view is not self._looked:
            self._looked, self._none, self._unstamped = view, 0, 0
        low = max(0, position - _BEHIND)
        if position >= self._none:
            low = max(low, self._none - len(_MARK))
        at = view.text.rfind(_MARK, low, position)
        if at < 0:
            self._none = position
            return None
        if at == self.mark and view is self._marked:  # several hits in one record
            return self._origin
        low = max(0, at - 28)
        begin = max(view.text.rfind(b"[", low, at), view.text.rfind(b"(", low, at))
        match = _TAIL.fullmatch(view.text, begin, at) if begin >= 0 else None
        if match is None:
            return None
        self.lines += 1
        self.mark, self._marked = at, view
        self._origin = int(match[1]), self._clock.at(int(match[2]))
        return self._origin

    def current(self, origin: Origin | None) -> Session | None:
        return self._threads.get(origin[0]) if origin else None

    # -- lines with an ID

    def started(self, session: Session, origin: Origin, view: View, position: int) -> None:
        self._enter(origin, session)
        session.opened = True
        session.events.add("started")
        session.start = session.start or origin[1]
        session.mode = session.mode or self._mode_of(view, position)
        self._seek(view, position, origin[1])

    def stopped(self, session: Session, origin: Origin, view: View, position: int) -> None:
        session.stop(origin[1])
        self._seek(view, position, origin[1])
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

    def failed(self, session: Session, view: View, start: int) -> None:
        """The text of the cancellation ends with the ID that is at `start`; it may have begun some lines before."""
        at = view.text.rfind(_DETAILS, self.mark, start)
        if at >= 0 and session.error is None:
            session.events.add("canceled")
            session.fails(text(view.text[at + len(_DETAILS) : start]), final=True)

    def telemetry(self, session: Session, origin: Origin, line: bytes) -> None:
        """Sent over the connection: so there was one. Its times are absolute, those of a log at level Info too."""
        self.mentioned(session, origin)
        session.events.add("connected")
        session.answered("telemetry")
        request = _TELEMETRY_REQUEST.search(line)
        session.telemetry_request = text(request[1]).lower() if request else session.telemetry_request
        ends = [absolute(m[2]) for m in _SPAN.finditer(line) if m[2]]
        if ends and ends[0] is not None and session.connected is not None and session.zero is None:
            session.zero = self._clock.stamp(session.connected, ends[0])

    def forget_threads(self) -> None:
        """Another file begins: its thread numbers mean other threads."""
        self._threads.clear()
        self._modes.clear()
        self._marked = None
        self._clock = Clock()

    # -- lines without

    def note(self, read: Reader, view: View, position: int) -> None:
        origin = self.origin(view, position)
        if origin is not None:
            read(self, origin, view, position)

    def on_url(self, origin: Origin, view: View, position: int) -> None:
        end = endpoint(text(view.rest_of_line(position)))
        if end is None:
            return
        current = self._threads.get(origin[0])
        if current is None or (not current.opened and current.endpoint is not None) or (current.opened and end.is_tts):
            current = Session()
            self._enter(origin, current)
        current.tts = end.is_tts
        self.saw_tts = self.saw_tts or end.is_tts
        current.endpoint = end
        current.attempts += 1
        current.events.add("connecting")
        current.at(origin[1])

    def on_connected(self, origin: Origin, _view: View, _position: int) -> None:
        current = self._threads.get(origin[0])
        if current is not None:
            current.events.add("connected")
            current.answered("connected")
            current.connected = origin[1]
            current.attempt_error = current.status = None
            current.at(origin[1])

    def on_request(self, origin: Origin, view: View, position: int) -> None:
        current = self._threads.get(origin[0])
        run = view.hex_run(position - 8)
        if current is not None and len(run) == 32:
            current.request(text(run).lower())
            current.at(origin[1])

    def on_latency(self, origin: Origin, view: View, position: int) -> None:
        current = self._threads.get(origin[0])
        values = [int(v) for v in _LATENCY.findall(view.rest_of_line(position, 400).partition(b"]")[0])]
        if current is not None and values:
            current.latency = max(current.latency or 0, *values)

    def on_config(self, origin: Origin, view: View, position: int) -> None:
        current = self._threads.get(origin[0])
        line = view.rest_of_line(position, 600)
        self._configured = True
        self.language = sdk_fields(line).get("language") or self.language
        if current is not None:
            current.sdk.update(sdk_fields(line))

    def on_agent(self, origin: Origin, view: View, position: int) -> None:
        if self._configured:
            return  # a verbose log says all of this in its `speech.config` line too
        match = _AGENT.match(view.rest_of_line(position, 200))
        current = self._threads.get(origin[0])
        if match is None:
            return
        self.language = text(match[1])
        if current is None:
            current = Session()
            self._enter(origin, current)
        for key, value in zip(("language", "version", "os"), match.groups(), strict=True):
            current.sdk.setdefault(key, text(value))

    def on_error(self, origin: Origin, view: View, position: int) -> None:
        self.errors += 1
        current = self._threads.get(origin[0])
        code, _, message = text(view.rest_of_line(position, 600)).partition(", Message: ")
        if current is not None and message:
            current.fails(message, final=False)
            current.attempt_code = _CODES.get(code.strip())
            current.at(origin[1])

    def on_status(self, origin: Origin, view: View, position: int) -> None:
        current = self._threads.get(origin[0])
        match = _STATUS.match(view.text, position - len(b"Bad status ("))
        if current is None or match is None:
            return
        if b"CONNECT response" in view.rest_of_line(position, 60):
            current.not_reached("proxy-refused")
            return
        current.status = int(match[1])
        current.answered("http-status")

    def on_stamp(self, origin: Origin, view: View, position: int) -> None:
        stamp = _STAMP.search(view.rest_of_line(position, 500))  # not the time of who carries the line
        moment = absolute(stamp[1]) if stamp else None
        if moment is None:
            return
        zero = self._clock.stamp(origin[1], moment)
        current = self._threads.get(origin[0])
        if current is not None:
            current.zero = zero
            current.at(origin[1])

    def on_mode(self, _origin: Origin, view: View, position: int) -> None:
        """Set on the caller's thread before the session starts: the bag it is set in is part of the session."""
        owner = is_set(view, position)
        if owner is not None:
            if len(self._modes) >= _BAGS:
                del self._modes[next(iter(self._modes))]
            self._modes[int(owner[1], 16)] = text(view.rest_of_line(position - 1, 40)).partition("'")[0].lower()

    def _mode_of(self, view: View, position: int) -> str | None:
        """By the object pointer in front of `CSpxAudioStreamSession::`."""
        owner = _OBJECT.search(view.text, max(0, position - 140), position)
        if owner is None:
            return None
        address = int(owner[1], 16)
        return next((mode for bag, mode in self._modes.items() if 0 <= bag - address <= _BAG_WITHIN), None)

    def on_language(self, origin: Origin, view: View, position: int) -> None:
        current = self._threads.get(origin[0])
        if current is not None and current.language is None:
            language = text(view.rest_of_line(position - 1, 40)).partition("'")[0]
            current.language = language if LANGUAGE.fullmatch(language) else None

    def on_model(self, origin: Origin, view: View, position: int) -> None:
        current = self._threads.get(origin[0])
        value = text(view.rest_of_line(position - 1, 40)).partition("'")[0].lower()
        if current is not None and len(value) == 36:
            current.model = value

    def on_tts(self, origin: Origin, view: View, position: int) -> None:
        self.saw_tts = True
        request = _TTS_REQUEST.search(view.rest_of_line(position, 300))
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
        if len(self._threads) >= _THREADS and origin[0] not in self._threads:
            del self._threads[next(iter(self._threads))]
        self._threads[origin[0]] = session

    def _seek(self, view: View, position: int, moment: Moment) -> None:
        """Nothing told the time of this process yet: any stamp near will do, there are many in a verbose log."""
        epoch = moment.epoch
        if epoch is None or epoch.zero is not None:
            return
        start, end = max(position, self._unstamped), position + SEEK
        places = [view.text.find(word, start, end) for word in _STAMPED]
        if max(places) < 0:
            self._unstamped = end - len(_STAMPED[0])
        for at in places:
            found = absolute(view.text[at : at + 48]) if at >= 0 else None
            origin = self.origin(view, at) if found is not None else None
            if found is not None and origin is not None and origin[1].epoch is epoch:
                epoch.zero = found - origin[1].ms
                return


def is_set(view: View, position: int) -> re.Match[bytes] | None:
    """Properties are read many times and set once: the match's group is the address of the bag they are set in."""
    return _SET.search(view.text, max(0, position - 120), position)


@lru_cache(maxsize=64)
def sdk_fields(line: bytes) -> dict[str, str]:
    """Version, language and system of a `speech.config` message, nearly always the same one."""
    found: dict[str, str] = {}
    system, os = line.find(b"system"), line.find(b'os', line.find(b"system"))
    fields = _fields(line, system)
    if b"version" in fields:
        found["version"] = fields[b"version"]
    if b"lang" in fields:
        found["language"] = fields[b"lang"]
    platform = _fields(line, os).get(b"platform")
    if platform:
        found["os"] = platform
    return found


def _fields(line: bytes, start: int) -> dict[bytes, str]:
    """The text fields of the object that begins at `start` with its name."""
    end = line.find(b"}", start)
    return {m[1]: text(m[2]) for m in _FIELD.finditer(line, start, end)} if 0 <= start < end else {}


READERS: dict[str, Reader] = {
    "native-url": NativeLog.on_url,
    "native-connected": NativeLog.on_connected,
    "native-adapter": NativeLog.on_connected,
    "native-request": NativeLog.on_request,
    "native-latency": NativeLog.on_latency,
    "native-config": NativeLog.on_config,
    "native-agent": NativeLog.on_agent,
    "native-error": NativeLog.on_error,
    "native-status": NativeLog.on_status,
    "native-open-failed": NativeLog.on_stamp,
    "native-opened": NativeLog.on_stamp,
    "native-memory": NativeLog.on_stamp,
    "native-mode": NativeLog.on_mode,
    "native-language": NativeLog.on_language,
    "native-model": NativeLog.on_model,
    "native-tts": NativeLog.on_tts,
}
