"""Finds the sessions in a stream of blocks: the prefilter says where rows of the table hit, this what that means."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from shared.core.records import NearMiss, Sighting
from shared.extract.sessions import console_output, label_context
from shared.extract.sessions.candidate import Verdict, is_placeholder, judge, speaks_of_another_session, torn_at_end
from shared.extract.sessions.context import NoteReader
from shared.extract.sessions.javascript_log import JavaScriptLog, connections, in_line, synthesizes
from shared.extract.sessions.matcher import ROW_BITS, ROW_MASK, Prefilter, alarm
from shared.extract.sessions.native_log import NativeLog, Origin
from shared.extract.sessions.patterns import IDS, TABLE, Pattern
from shared.extract.sessions.session import Registry, Session, Trust
from shared.extract.sessions.unknown_forms import shape_of
from shared.extract.text.window import Window
from shared.speech.near_misses import NearMissReason

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from shared.extract.limits import Limits

_FOUND_BY = {pattern.name: pattern.found_by for pattern in TABLE}
_IS_CONNECTION = re.compile(rb'[\\"]{1,8}, ?[\\"]{1,8}Name[\\"]{1,8}: ?[\\"]{1,8}Connection[\\"]')
_IN_BRACKETS = re.compile(rb"[^0-9A-Za-z\n]{1,4}([0-9A-Fa-f]{32})(?![0-9A-Za-z])")
_SYNTHESIS = re.compile(rb"[^\0]{0,400}?(?:USP state: |(SessionId: |X-ConnectionId))")
_JS_SESSION = next(n for n, pattern in enumerate(IDS) if pattern.name == "js-session")
_JS_CONNECTION = next(n for n, pattern in enumerate(IDS) if pattern.name == "js-connection")
_TRUST = {
    "native-property": Trust.NAMED,
    "native-configuration": Trust.WEAK,
    "native-telemetry": Trust.WEAK,
    "native-telemetry-old": Trust.WEAK,
    "js-connection": Trust.WEAK,
    "connection-id-url": Trust.WEAK,
    "connection-id": Trust.WEAK,
}
_CONFIGURATION = _FOUND_BY["native-configuration"]
_EVENTS = {"native-started": "started", "native-stopped": "stopped", "native-result-event": "canceled"}
# Forms that come again and again with the same words in front: the first time tells all
_READ_AGAIN = (
    "session-word",
    "python-event",
    "connection-id",
    "connection-id-url",
    "native-property",
    "native-configuration",
)
_REPEATED = frozenset(n for n, pattern in enumerate(IDS) if pattern.name in _READ_AGAIN)
_JS_CONNECTION_JSON = next(n for n, pattern in enumerate(TABLE) if pattern.name == "js-connection-json")
_ENTITY_WORDS = frozenset(n for n, pattern in enumerate(TABLE) if pattern.name.startswith("entity-"))
_ALARM_FIRST, _ALARM_EACH, _SHAPES = 8, 16, 100  # blocks: the first 4 MiB, then a sample
_HEX = frozenset(bytes([digit]) for digit in b"0123456789abcdefABCDEF")
_CONTEXTS = 32
_RESULT_IDS = 10
_OPEN_SHARE = 10  # an open session takes several times the memory of its sighting
_KNOWN = 20_000


class SessionScanner:
    """`feed` blocks in order, then `finish`. Sightings and near misses go out through the two callables."""

    def __init__(
        self,
        emit: Callable[[Sighting], None],
        near_miss: Callable[[NearMiss], None],
        redacted: Counter[str],
        limits: Limits,
        *,
        plain: bool = False,
    ) -> None:
        self._emit = emit
        self._near_miss = near_miss
        self._limits = limits
        self._plain = plain
        self._blocks = 0
        self.saw_entity_word = False
        self._registry = Registry(self._close, max(1, limits.open_sightings // _OPEN_SHARE))
        self.native = NativeLog()
        self.javascript = JavaScriptLog(self._see_js)
        self.unknown_forms: Counter[str] = Counter()
        self._known: dict[bytes, Session] = {}
        self._dashed: dict[str, NearMiss] = {}  # by their digits, which may be a session's all the same
        self._deferred = -1
        self._notes = NoteReader(self.native, self.javascript, near_miss, redacted)
        self._result_ids = 0
        self.sessions = 0
        self.tts_connections = 0

    @cached_property
    def _alarm(self) -> Prefilter:
        return alarm(plain=self._plain)

    def feed(self, window: Window) -> None:
        hits, rows = window.hits, window.rows
        self.saw_entity_word = not _ENTITY_WORDS.isdisjoint(rows)
        touched = self._read(window, hits)
        if _JS_CONNECTION in rows or _JS_CONNECTION_JSON in rows:
            self._connections(window, touched, json=_JS_CONNECTION_JSON in rows)
        for position, session in sorted(((at, session) for session, at in touched.items()), key=_position):
            session.last = max(session.last or (0, 0), window.place(position))
        self._notes.columns.read(window, lambda id_, at: self._table_row(window, id_, at))
        self._blocks += 1
        if self._blocks <= _ALARM_FIRST or not self._blocks % _ALARM_EACH:
            self._look_for_unknown(window, {hit >> ROW_BITS for hit in hits if (hit & ROW_MASK) < len(IDS)})

    def _read(self, window: Window, hits: Sequence[int]) -> dict[Session, int]:
        """What was seen again and where last: lines are counted in ascending order, so that comes at the end."""
        taken = -1
        again, self._deferred = self._deferred, -1
        known, text, ids, fresh, readers = self._known, window.text, len(IDS), window.fresh, self._notes.by_row
        touched: dict[Session, int] = {}
        for hit in hits:
            end, row = hit >> ROW_BITS, hit & ROW_MASK
            if end <= fresh and window.source(end) != again:
                continue
            if row >= ids:
                read = readers[row]
                if read is not None:
                    read(window, end)
                continue
            if end == taken or row == _JS_CONNECTION:
                continue
            taken = end
            session = known.get(text[end - 8 : end + 24])
            if session is None or text[end + 24 : end + 25] in _HEX:
                self._identify(TABLE[row], window, end - 8)
                continue
            touched[session] = end - 8
            if not (row in _REPEATED and _told(session, text[end - 56 : end - 8])):
                self._again(session, row, window, end - 8)
        return touched

    def _again(self, session: Session, row: int, window: Window, start: int) -> None:
        """An ID that was judged before, in a form or with words around it that are new."""
        if row == _JS_SESSION and session.trust is Trust.STRONG and in_line(window, start):
            return
        whole = start + 32 < len(window.text) and window.text[start : start + 32].isalnum()  # not torn over lines
        if whole:
            self._take(TABLE[row].name, window, start, Verdict(session.id, end=start + 32))
        else:
            self._identify(TABLE[row], window, start)

    def _connections(self, window: Window, touched: dict[Session, int], *, json: bool) -> None:
        """Every message of a JavaScript connection has its ID: only the first and the last of a block count."""
        first, last = connections(window.text, json=json)
        for id_, start in first.items():
            if last[id_] + 32 <= window.fresh:
                continue
            session = self._known.get(id_)
            if session is None:
                self._identify(IDS[_JS_CONNECTION], window, start)
                session = self._known.get(id_)
            if session is not None:
                touched[session] = max(touched.get(session, 0), last[id_])
                if session.trust is Trust.WEAK and session.endpoint is None:
                    session.tts = session.tts or synthesizes(window, id_, start)

    # -- IDs

    def _identify(self, pattern: Pattern, window: Window, start: int) -> None:
        connection_id = pattern.name.startswith("connection-id")
        verdict = judge(window, start, any_version=pattern.certain, connection_id=connection_id)
        if verdict.wait or torn_at_end(window, start):
            self._deferred = window.source(start + 8)
            return
        bare = pattern.name in label_context.BARE_WORDS
        if not pattern.certain and speaks_of_another_session(window.text, start, bare=bare):
            return
        if not verdict.id:
            self._miss(verdict, window, start)
            self._written_twice(pattern.name, verdict, window, start)
        else:
            self._take(pattern.name, window, start, verdict)

    def _miss(self, verdict: Verdict, window: Window, start: int) -> None:
        if verdict.reason is None:
            return
        miss = NearMiss(verdict.value, verdict.reason, window.place(start)[0], verdict.suggestion)
        if verdict.reason is NearMissReason.INTERACTION_ID and len(self._dashed) < self._limits.near_misses:
            self._dashed.setdefault(miss.value.replace("-", "").lower(), miss)
        else:
            self._near_miss(miss)

    def _written_twice(self, name: str, verdict: Verdict, window: Window, start: int) -> None:
        """`Session ID: <with dashes> (<the same without>)`"""
        again = _IN_BRACKETS.match(window.text, start + 36) if verdict.reason is NearMissReason.INTERACTION_ID else None
        if again is not None and again[1].lower().decode("ascii") == verdict.value.replace("-", "").lower():
            self._take(
                name, window, again.start(1), judge(window, again.start(1), any_version=False, connection_id=False)
            )

    def _take(self, name: str, window: Window, start: int, verdict: Verdict) -> None:
        origin = self.native.origin(window, start)
        same_line = origin is not None and window.text.find(b"\n", self.native.mark, start) < 0
        if name == "connection-id-url" and same_line:
            # a user's own value in the endpoint's URL: the SDK sends its own session ID in the header
            current = self.native.current(origin)
            suggestion = current.id if current and current.id else None
            self._near_miss(NearMiss(verdict.id, NearMissReason.OWN_CONNECTION_ID, window.place(start)[0], suggestion))
            return
        if not label_context.is_meant(name, window, start, verdict.end):
            return
        if name == "native-telemetry-old" and not self._is_connection(window, verdict.end):
            return
        session = self._see(name, verdict.id, window.place(start), window.text[start : start + 32])
        if name.startswith("native-"):
            self._native(name, session, origin, window, start)
        elif name.startswith("connection-id"):
            self._connection_id(session, origin, window, start)
        elif name == "js-session":
            self._js_session(session, window, start)
        elif name != "js-connection":
            if origin is not None:
                self.native.failed(session, window, start)
            self._printed(session, origin if same_line else None, window, start)
            for at, other in label_context.others(name, window, start, verdict.end):
                self._see("session-list", other.id, window.place(at), window.text[at : at + 32])

    @staticmethod
    def _is_connection(window: Window, end: int) -> bool:
        return _IS_CONNECTION.match(window.text, end) is not None

    def _see(self, name: str, id_: str, place: tuple[int, int], raw: bytes) -> Session:
        session = self._registry.see(id_, _TRUST.get(name, Trust.STRONG), _FOUND_BY[name], place)
        if len(self._known) >= _KNOWN:
            self._known.clear()
        self._known[raw] = session
        return session

    def _see_js(self, name: str, id_: str, window: Window, start: int) -> Session | None:
        """The line at `start` has the ID in a form of its own, which says where the session stands last."""
        trust = _TRUST.get(name, Trust.STRONG)
        session = self._registry.open.get(id_)
        if session is not None and session.trust >= trust:
            return session
        if session is None and is_placeholder(id_):
            return None
        return self._registry.see(id_, trust, _FOUND_BY[name], window.place(start))

    def _native(self, name: str, session: Session, origin: Origin | None, window: Window, start: int) -> None:
        session.named = session.named or name == "native-property"
        if name in _EVENTS:
            session.events.add(_EVENTS[name])
        if origin is None:
            if name.startswith("native-telemetry"):  # a browser's network log: sent over the connection
                session.events.add("connected")
                session.answered("telemetry")
            return
        if name == "native-started":
            self.native.started(session, origin, window, start)
        elif name == "native-stopped":
            self.native.stopped(session, origin, window, start)
        elif name.startswith("native-telemetry"):
            self.native.telemetry(session, origin, window.text[max(0, start - 120) : start + 200])
        else:
            self.native.mentioned(session, origin)

    def _connection_id(self, session: Session, origin: Origin | None, window: Window, start: int) -> None:
        """The same words in speech to text and in text to speech: the URL near by tells them apart."""
        end = console_output.around(window, start)
        current = self.native.current(origin)
        connecting_tts = current is not None and current.tts and not current.opened
        if connecting_tts or (end.is_tts if end is not None else self._is_synthesis(window, start)):
            session.tts = True
        elif end is not None and end.kind is not None:
            session.trust = Trust.STRONG
            session.endpoint = session.endpoint or end
        if origin is not None and not session.tts:
            self.native.mentioned(session, origin)
        elif origin is None and not session.tts:
            console_output.describe(session, window, start)
            console_output.browser_failure(session, window, start + 32)

    @staticmethod
    def _is_synthesis(window: Window, start: int) -> bool:
        """Error texts of text to speech end so, those of speech to text with the session's ID."""
        match = _SYNTHESIS.match(window.text, start)
        return match is not None and match[1] is None

    def _printed(self, session: Session, origin: Origin | None, window: Window, start: int) -> None:
        self._notes.speaking = session
        if origin is not None:
            session.at(origin[1])
            return
        told = session.error
        console_output.describe(session, window, start)
        if session.error is not told:
            self._notes.failed(session)
        if self._result_ids < _RESULT_IDS:
            other = console_output.result_id(window, start)
            if other is not None and other != session.id:
                self._result_ids += 1
                self._near_miss(NearMiss(other, NearMissReason.RESULT_ID, window.place(start)[0], session.id))

    def _js_session(self, session: Session, window: Window, start: int) -> None:
        """In the JSON of an event's arguments, printed by an application: events come only when connected."""
        if not in_line(window, start):
            session.answered("session-event")
            console_output.describe(session, window, start)

    def _table_row(self, window: Window, id_: str, at: int) -> None:
        self._registry.see(id_, Trust.STRONG, _FOUND_BY["table-column"], window.place(at))

    # -- the alarm

    def _look_for_unknown(self, window: Window, taken: set[int]) -> None:
        """Looks like a session's ID, but no row of the table knows these words."""
        for hit in self._alarm.scan(window.text):
            end = hit >> ROW_BITS
            if end in taken or end <= window.fresh or len(self.unknown_forms) >= _SHAPES:
                continue
            verdict = judge(window, end - 8, any_version=False, connection_id=False)
            if not verdict.id or verdict.id in self._registry.open:
                continue
            shape = shape_of(window.text[max(window.line_start(end), end - 60) : end - 8])
            if shape is not None:
                self.unknown_forms[shape] += 1

    # -- the end of a session

    def _close(self, session: Session) -> None:
        self._known.clear()
        if self._counts(session):
            if session.id in self._dashed:
                self._dashed[session.id] = replace(self._dashed[session.id], suggestion=session.id)
            self.sessions += 1
            self._emit(session.sighting())
        else:
            started = session.trust is not Trust.NAMED or session.tts
            reason = NearMissReason.TEXT_TO_SPEECH if started else NearMissReason.NEVER_STARTED
            self.tts_connections += started
            line = session.first[0] if session.first else None
            self._near_miss(NearMiss(session.id, reason, line))

    def _counts(self, session: Session) -> bool:
        if session.trust is Trust.NAMED:  # read from a property: a session only if it ever connected
            return session.endpoint is not None and not session.tts
        if session.found_by == _CONFIGURATION and not session.named and session.endpoint is None:
            return False  # a session of speech to text is read from its properties before it is set
        return session.trust is Trust.STRONG or not self._is_tts(session)

    def _is_tts(self, session: Session) -> bool:
        if session.tts:
            return True
        if not (session.found_by or "").startswith("native-"):
            return False
        if session.telemetry_request in self.native.tts_requests:
            return True
        return session.endpoint is None and self.native.saw_tts  # of two kinds of connections, not ours

    @property
    def silent_failures(self) -> int:
        return self._notes.silent_failures

    def next_file(self) -> None:
        """Another member of an archive begins."""
        self.native.forget_threads()
        self._notes.next_file()

    def finish(self) -> None:
        self._registry.finish()
        for miss in self._dashed.values():
            self._near_miss(miss)


def _told(session: Session, context: bytes) -> bool:
    """Were these words in front of its ID before?"""
    if context in session.contexts:
        return True
    if len(session.contexts) < _CONTEXTS:
        session.contexts.add(context)
    return False


def _position(item: tuple[int, Session]) -> int:
    return item[0]
