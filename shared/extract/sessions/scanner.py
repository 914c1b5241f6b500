"""Finds the sessions in a stream of windows: the search says where rows of the table hit, this hands each hit on."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from shared.core.records import NearMiss, Sighting
from shared.extract.sessions import record_context
from shared.extract.sessions.candidate import Candidate
from shared.extract.sessions.identifier import Identifier
from shared.extract.sessions.javascript_log import in_line
from shared.extract.sessions.matcher import ROW_BITS, ROW_MASK, alarm
from shared.extract.sessions.patterns import TABLE
from shared.extract.sessions.reading import Reading
from shared.extract.sessions.session import Evidence, Registry, Session
from shared.extract.sessions.unknown_forms import UnknownForms
from shared.speech.near_misses import NearMissReason

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable, Sequence

    from shared.extract.engines import Engines
    from shared.extract.limits import Limits
    from shared.extract.sessions.pattern import BlockIds, PatternTable
    from shared.extract.tables import Row
    from shared.extract.text.window import Window

_HEX = frozenset(bytes([digit]) for digit in b"0123456789abcdefABCDEF")
_CONTEXTS = 32
_OPEN_SHARE = 10  # an open session takes several times the memory of its sighting


class SessionScanner:
    """`feed` windows in order, then `finish`. Sightings and near misses go out through the two callables."""

    def __init__(
        self,
        emit: Callable[[Sighting], None],
        near_miss: Callable[[NearMiss], None],
        redacted: Counter[str],
        limits: Limits,
        engines: Engines | None = None,
        table: PatternTable = TABLE,
    ) -> None:
        self._emit = emit
        self._near_miss = near_miss
        self._table = table
        self._registry = Registry(self._close, max(1, limits.open_sightings // _OPEN_SHARE))
        self._ids = Identifier(self._registry, lambda: self.reading, near_miss, limits.near_misses)
        self.reading = Reading(self._ids.see_line, near_miss, redacted)
        self._readers = [
            partial(row.reader, self.reading, row) if row.reader is not None else None for row in table.contexts
        ]
        self.unknown = UnknownForms(partial(alarm, engines))
        self.saw_entity_word = False
        self.sessions = 0
        self.tts_connections = 0

    def feed(self, window: Window) -> None:
        hits, rows = window.hits, window.rows
        self.saw_entity_word = not self._table.about_entities.isdisjoint(rows)
        touched = self._read(window, hits)
        for number, _, ids in self._table.per_block:
            if number in rows:
                self._per_block(ids, window, touched)
        for position, session in sorted(((at, session) for session, at in touched.items()), key=_position):
            session.last = max(session.last or (0, 0), window.place(position))
        self.reading.columns.read(window, lambda id_, at, row: self._table_row(window, id_, at, row))
        ids_end = len(self._table.ids)
        taken = partial(_ends, hits, ids_end)
        self.unknown.look(window, taken, self._registry.open)

    def _read(self, window: Window, hits: Sequence[int]) -> dict[Session, int]:
        """What was seen again and where last: lines are counted in ascending order, so that comes at the end."""
        taken, identifier, rows = -1, self._ids, self._table.ids
        again, identifier.deferred = identifier.deferred, -1
        known, text, ids, fresh, readers = identifier.known, window.text, len(rows), window.fresh, self._readers
        repeated, touched = self._table.repeated, dict[Session, int]()
        for hit in hits:
            end, row = hit >> ROW_BITS, hit & ROW_MASK
            if end <= fresh and window.source(end) != again:
                continue
            if row >= ids:
                read = readers[row - ids]
                if read is not None:
                    read(window, end)
                continue
            if end == taken:
                continue
            taken = end
            session = known.get(text[end - 8 : end + 24])
            if session is None or text[end + 24 : end + 25] in _HEX:
                identifier.identify(rows[row], window, end - 8)
                continue
            touched[session] = end - 8
            if not (row in repeated and _told(session, text[end - 56 : end - 8])):
                self._again(session, row, window, end - 8)
        return touched

    def _again(self, session: Session, number: int, window: Window, start: int) -> None:
        """An ID that was classified before, in a form or with words around it that are new."""
        row = self._table.ids[number]
        if row.read_in_line and session.evidence is Evidence.STRONG and in_line(window, start):
            return
        whole = start + 32 < len(window.text) and window.text[start : start + 32].isalnum()  # not torn over lines
        if whole:
            self._ids.take(row, window, start, Candidate(session.id, end=start + 32))
        else:
            self._ids.identify(row, window, start)

    def _per_block(self, ids: BlockIds, window: Window, touched: dict[Session, int]) -> None:
        """Every message of a connection has its ID: only the first and the last of a block count."""
        first, last = ids.places(window.text)
        for id_, start in first.items():
            if last[id_] + 32 <= window.fresh:
                continue
            session = self._ids.known.get(id_)
            if session is None:
                self._ids.identify(ids.row, window, start)
                session = self._ids.known.get(id_)
            if session is not None:
                touched[session] = max(touched.get(session, 0), last[id_])
                if session.evidence is Evidence.WEAK and session.endpoint is None:
                    session.tts = session.tts or ids.synthesizes(window, id_, start)

    def _table_row(self, window: Window, id_: str, at: int, row: Row) -> None:
        found_by = self.reading.column_found_by or ""
        record_context.cells(self._registry.see(id_, Evidence.STRONG, found_by, window.place(at)), row)

    # -- the end of a session

    def _close(self, session: Session) -> None:
        self._ids.known.clear()
        real = self._ids.of_application.get(session.id) if not session.by_sdk else None
        if real is not None:
            line = session.first[0] if session.first else None
            self._near_miss(NearMiss(session.id, NearMissReason.APPLICATION_SESSION_ID, line, real))
        elif self._counts(session):
            if session.id in self._ids.dashed:
                self._ids.dashed[session.id] = replace(self._ids.dashed[session.id], suggestion=session.id)
            self.sessions += 1
            self._emit(session.sighting())
        else:
            started = session.evidence is not Evidence.NAMED or session.tts
            reason = NearMissReason.TEXT_TO_SPEECH if started else NearMissReason.NEVER_STARTED
            self.tts_connections += started
            line = session.first[0] if session.first else None
            self._near_miss(NearMiss(session.id, reason, line))

    def _counts(self, session: Session) -> bool:
        if session.evidence is Evidence.NAMED:  # a session only if it ever connected
            return session.endpoint is not None and not session.tts
        if session.evidence is Evidence.CONFIGURED and not session.named and session.endpoint is None:
            return False  # a session of speech to text is read from its properties before it is set
        return session.evidence is Evidence.STRONG or not self._is_tts(session)

    def _is_tts(self, session: Session) -> bool:
        native = self.reading.native
        if session.tts:
            return True
        if not session.native:
            return False
        if session.telemetry_request in native.tts_requests:
            return True
        return session.endpoint is None and native.saw_tts  # of two kinds of connections, not ours

    def next_file(self) -> None:
        """Another member of an archive begins."""
        self.reading.next_file()

    def finish(self) -> None:
        self._registry.finish()
        for miss in self._ids.dashed.values():
            self._near_miss(miss)


def _ends(hits: Sequence[int], ids: int) -> set[int]:
    """Where hits of ID rows end."""
    return {hit >> ROW_BITS for hit in hits if (hit & ROW_MASK) < ids}


def _told(session: Session, context: bytes) -> bool:
    """Were these words in front of its ID before?"""
    if context in session.contexts:
        return True
    if len(session.contexts) < _CONTEXTS:
        session.contexts.add(context)
    return False


def _position(item: tuple[int, Session]) -> int:
    return item[0]
