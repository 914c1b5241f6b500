"""After a full pass: what becomes of entities that are known and were not listed.

not listed ── GET by ID ──┬─ 404 ───────────────> gone, with the likely cause
                          ├─ there ─────────────> alive; the list had shifted
                          └─ not asked ──────────> missed once; missed by two quiet passes: gone

`missed` of a row is the begin of the pass that missed it, so that a pass which several runs share counts once.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from shared.core import ids, times
from shared.core.records import Sighting
from shared.index import keys
from shared.inventory import changes, pass_table
from shared.inventory.body import ListedEntity
from shared.inventory.list_pass import ListPass
from shared.inventory.pass_table import IdTable
from shared.inventory.rows import Change
from shared.inventory.service_errors import Refused, Unavailable
from shared.inventory.sync_context import SyncContext
from shared.inventory.transport import OutOfTime
from shared.storage import tables
from shared.storage.tables import Row

_log = logging.getLogger(__name__)
EXPIRED: Final = "expired"
DELETED: Final = "deleted"
REPLACED: Final = "resource-changed"
_CHECKS: Final = 500  # GETs for missing entities in one pass: 100 seconds at 5 a second. Two passes decide on the rest
_MOST_CHECKS: Final = 10_000  # of a list that moved: a busy one moves each time, then nothing else could ever decide
_FLUSH: Final = 200
_MARGIN: Final = timedelta(minutes=5)


class Vanished:
    """Decides about the entities of one list that were not listed. `replaced`: another resource answers now."""

    def __init__(
        self, context: SyncContext, read: ListPass, table: IdTable, *, replaced: bool, pass_started: str, asked: int = 0
    ) -> None:
        self._client, self._run = context.client, context.run
        self._listing, self._read, self._table = read.listing, read, table
        self._replaced, self._pass_started = replaced, pass_started
        tally = read.tally
        # one without an ID may be the missing one
        self._quiet = tally.complete and not tally.shifts and not tally.nameless
        self._checks = (_CHECKS if self._quiet else _MOST_CHECKS) - asked
        self.asked = asked  # entities that were requested by ID in this pass, by all of its runs
        self._gone: list[Change] = []
        self._old: dict[str, Row] = {}
        self._missed: list[Row] = []
        self.gone = 0

    def resolve(self) -> None:
        """Decide about each. Raises OutOfTime when time is up; the next run goes on with those that are left."""
        try:
            for key, flags in self._candidates():
                self._client.transport.check_time()
                self._decide(key.hex(), missed_before=bool(flags & pass_table.MISSED))
                self._run.renew(soon=True)  # hundreds of slow answers take longer than a lease
                if len(self._gone) + len(self._missed) >= _FLUSH:
                    self.flush()
        except OutOfTime:
            self.flush()
            raise
        self.flush()

    def _decide(self, hex32: str, *, missed_before: bool) -> None:
        alive = self._ask(hex32)
        if isinstance(alive, Sighting):
            self._read.consider(alive)
        elif alive is True:
            self._table.mark(bytes.fromhex(hex32), pass_table.SEEN)
            if missed_before:
                self._miss(hex32, "")
        elif alive is False or (self._quiet and missed_before):
            self._mark_gone(hex32)
        elif self._quiet:
            self._miss(hex32, self._pass_started)

    def flush(self) -> None:
        if self._gone:
            self._run.write(self._gone, self._old)
            self.gone += len(self._gone)
        if self._missed:
            self._run.merge(self._missed)
        self._gone, self._old, self._missed = [], {}, []
        self._read.flush()

    def _candidates(self) -> Iterator[tuple[bytes, int]]:
        """Those that were missed before first: they wait the longest."""
        settled = pass_table.SEEN | pass_table.GONE | pass_table.NOTED
        yield from self._table.having(pass_table.MISSED, without=settled)
        yield from self._table.having(0, without=settled | pass_table.MISSED)

    def _ask(self, hex32: str) -> Sighting | bool | None:
        """The entity, or True, if it is there; False if the service says it is not; None if nobody could be asked."""
        if self._checks <= 0:
            return None
        self._checks -= 1
        self.asked += 1
        try:
            entity = self._client.entity(self._listing, ids.dashed(hex32))
        except OutOfTime as stop:
            if not stop.wait:
                raise
            told: object = f"the service wants {stop.wait:.0f} s of rest"  # too long to wait for this
        except (Refused, Unavailable) as error:
            told = error
        else:
            return _understood(entity, hex32)
        _log.info("a missing entity could not be asked for: %s", told)
        self._checks = 0
        return None

    def _mark_gone(self, hex32: str) -> None:
        held = self._run.held(self._listing.kind, hex32)
        stored = self._run.stored(self._listing.kind, hex32)
        if held is None or stored is None:
            return
        now = self._client.transport.now()
        cause = self._cause(stored.sighting, now)
        self._gone.append(changes.gone(stored.sighting, self._run.source_id, held, cause=cause, now=now))
        self._old[hex32] = held
        self._table.mark(bytes.fromhex(hex32), pass_table.GONE)

    def _cause(self, sighting: Sighting, now: datetime) -> str:
        expires = times.try_parse(sighting.expires)
        if expires is not None and expires <= now + _MARGIN:
            return EXPIRED
        return REPLACED if self._replaced else DELETED

    def _miss(self, hex32: str, since: str) -> None:
        key = keys.source_row_key(self._run.source_id, None, self._listing.kind, hex32)
        self._missed.append(tables.row_at(key, {"missed": since}))


def _understood(entity: ListedEntity | None, hex32: str) -> Sighting | bool:
    if entity is None:
        return False
    found = entity.sighting
    return found if found is not None and ids.digits(found.id) == hex32 else True
