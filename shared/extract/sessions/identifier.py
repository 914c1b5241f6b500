"""From a hit of an ID row to a session: classified, taken or refused, read by what its row says."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shared.core.records import NearMiss
from shared.extract.sessions import id_readers
from shared.extract.sessions.candidate import (
    Candidate,
    classify,
    is_placeholder,
    speaks_of_another_session,
    torn_at_end,
)
from shared.extract.sessions.pattern import Found
from shared.extract.sessions.record_context import names_others
from shared.speech.near_misses import NearMissReason

if TYPE_CHECKING:
    from collections.abc import Callable

    from shared.extract.sessions.pattern import IdPattern
    from shared.extract.sessions.reading import Reading
    from shared.extract.sessions.session import Evidence, Registry, Session
    from shared.extract.text.window import Window

_IN_BRACKETS = re.compile(rb"[^0-9A-Za-z\n]{1,4}([0-9A-Fa-f]{32})(?![0-9A-Za-z])")
_KNOWN = 20_000
_LINE = 1024


class Identifier:
    """`known`: the sessions by their digits as they are written. `deferred`: the place of an ID that a later block
    completes."""

    def __init__(
        self,
        registry: Registry,
        reading: Callable[[], Reading],
        near_miss: Callable[[NearMiss], None],
        most_dashed: int,
    ) -> None:
        self._registry = registry
        self._reading = reading
        self._near_miss = near_miss
        self._most_dashed = most_dashed
        self.known: dict[bytes, Session] = {}
        self.dashed: dict[str, NearMiss] = {}  # by their digits, which may be a session's all the same
        self.deferred = -1
        self.of_application: dict[str, str] = {}  # labelled on the line of an event that names the session behind it

    def identify(self, row: IdPattern, window: Window, start: int) -> None:
        """What begins at `start` stands behind the label of `row`."""
        candidate = classify(window, start, any_version=row.speech_only, connection_id=row.connection_id)
        if candidate.wait or torn_at_end(window, start):
            self.deferred = window.source(start + 8)
        elif not row.speech_only and speaks_of_another_session(window.text, start, bare=row.bare):
            return
        elif candidate.id:
            self.take(row, window, start, candidate)
        else:
            self._miss(candidate, window, start)
            self._written_twice(row, candidate, window, start)

    def _miss(self, candidate: Candidate, window: Window, start: int) -> None:
        if candidate.reason is None:
            return
        miss = NearMiss(candidate.value, candidate.reason, window.place(start)[0], candidate.suggestion)
        if candidate.reason is NearMissReason.INTERACTION_ID and len(self.dashed) < self._most_dashed:
            self.dashed.setdefault(miss.value.replace("-", "").lower(), miss)
        else:
            self._near_miss(miss)

    def _written_twice(self, row: IdPattern, candidate: Candidate, window: Window, start: int) -> None:
        """`Session ID: <with dashes> (<the same without>)`"""
        if candidate.reason is not NearMissReason.INTERACTION_ID:
            return
        again = _IN_BRACKETS.match(window.text, start + 36)
        if again is not None and again[1].lower().decode("ascii") == candidate.value.replace("-", "").lower():
            at = again.start(1)
            self.take(row, window, at, classify(window, at, any_version=False, connection_id=False))

    def take(self, row: IdPattern, window: Window, start: int, candidate: Candidate) -> None:
        """An ID: what its row and its place say of it."""
        reading = self._reading()
        native = reading.native
        origin = native.origins.find(window, start)
        same_line = origin is not None and window.text.find(b"\n", native.origins.mark, start) < 0
        if row.own_value and same_line:
            # a user's own value in the endpoint's URL: the SDK sends its own session ID in the header
            current = native.current(origin)
            suggestion = current.id if current and current.id else None
            line = window.place(start)[0]
            self._near_miss(NearMiss(candidate.id, NearMissReason.OWN_CONNECTION_ID, line, suggestion))
            return
        if row.accepts is not None and not row.accepts(window, start, candidate.end):
            return
        if row.names_the_only and len(self.of_application) < self._most_dashed:
            low, high = window.line_start(start), window.line_end(start)
            beside = window.text[max(low, start - _LINE) : min(high, start + _LINE)]
            self.of_application |= dict.fromkeys(names_others(candidate.id, beside), candidate.id)
        session = self._see(row, candidate.id, window, start)
        if row.event is not None:
            session.events.add(row.event)
        read = row.reader or id_readers.printed
        read(reading, Found(row, session, window, start, candidate.end, origin, same_line))
        for at, other in row.more(window, start, candidate.end) if row.more is not None else ():
            self._see(row, other.id, window, at)

    def _see(self, row: IdPattern, id_: str, window: Window, start: int) -> Session:
        session = self._registry.see(id_, row.identity, row.found_by, window.place(start))
        session.by_sdk = session.by_sdk or row.speech_only
        if len(self.known) >= _KNOWN:
            self.known.clear()
        self.known[window.text[start : start + 32]] = session
        return session

    def see_line(self, evidence: Evidence, found_by: str, id_: str, window: Window, start: int) -> Session | None:
        """The line at `start` has the ID in a form of its own, which says where the session stands last."""
        session = self._registry.open.get(id_)
        if session is not None and session.evidence >= evidence:
            return session
        if session is None and is_placeholder(id_):
            return None
        return self._registry.see(id_, evidence, found_by, window.place(start))
