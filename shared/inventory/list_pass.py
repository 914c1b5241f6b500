"""One pass over one list: what is new or changed goes into the index, what is unchanged costs no request."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from shared.core import ids
from shared.core.records import Sighting
from shared.inventory import changes, pass_table, pseudonyms, rows
from shared.inventory.body import ListedEntity
from shared.inventory.paging import PageReader
from shared.inventory.pass_table import IdTable
from shared.inventory.rows import Change, fingerprint
from shared.inventory.service_errors import Refused, Unavailable
from shared.inventory.sync_context import SyncContext
from shared.inventory.tally import Tally
from shared.inventory.transport import OutOfTime
from shared.speech.collections import TRANSCRIPTIONS, Listing
from shared.storage.tables import Row

OVERLAP: Final = timedelta(minutes=10)  # watermarks are the service's own time; its machines may differ a little
_FLUSH: Final = 1000  # changed entities that are written together: their `ids` rows share partitions then


class ListPass:
    """Reads one list and marks in the table what it saw. `full`: the table has all that is stored."""

    def __init__(self, context: SyncContext, listing: Listing, table: IdTable, *, full: bool) -> None:
        self._context, self._run = context, context.run
        self.listing, self._table, self._full = listing, table, full
        self._pending: dict[str, Change] = {}
        self._old: dict[str, Row] = {}
        self.tally = Tally()
        self.recent: dict[bytes, bytes] = {}
        self._reader = PageReader(context.client, listing, self.tally, self._was_seen)

    @property
    def next_url(self) -> str | None:
        """Where to resume; None if there is no such place."""
        return self._reader.next_url

    def read(self, start: str) -> None:
        """All pages from `start` on. What was read before an error of the service is stored."""
        try:
            for entities in self._reader.pages(start):
                self._page(entities)
        except (OutOfTime, Refused, Unavailable):
            self.flush()
            raise
        self.flush()

    def flush(self) -> None:
        """Store what is pending."""
        if self._pending:
            self._run.write(list(self._pending.values()), self._old)
            self._pending, self._old = {}, {}

    def consider(self, listed: Sighting) -> None:
        """If it differs from what is stored, it is written with the next flush."""
        context = self._context
        sighting = pseudonyms.hidden(listed, context.names)
        hex32 = ids.digits(sighting.id) or ""
        key = bytes.fromhex(hex32)
        now = context.now()
        extra = changes.flag(sighting, now, context.stuck_after)
        print_ = fingerprint(sighting, rows.LIVE, extra)
        since = changes.last_action(sighting)
        if self.listing is TRANSCRIPTIONS and since is not None and since >= min(context.started, now) - 2 * OVERLAP:
            self._remember(key, print_)
        entry = self._table.get(key)
        self.tally.listed += entry is None or not entry.flags & pass_table.SEEN
        if not self._is_stored(key, print_, entry):
            self._store(sighting, hex32, extra, print_, known=entry is not None)
        elif entry is not None:
            self._table.mark(key, pass_table.SEEN)
            return
        flags = pass_table.SEEN | (entry.flags & pass_table.KNOWN if entry is not None else 0)
        self._table.put(key, print_=print_, status=sighting.status, flags=flags)

    def _page(self, entities: Sequence[ListedEntity]) -> None:
        for entity in entities:
            if entity.sighting is None:
                self.tally.nameless += 1
            else:
                self.consider(entity.sighting)
        self._run.renew(soon=True)
        self._context.progress(self.listing.kind, self.tally)

    def _was_seen(self, entity: ListedEntity) -> bool:
        if entity.sighting is None:
            return False
        entry = self._table.get(bytes.fromhex(ids.digits(entity.sighting.id) or ""))
        return entry is not None and bool(entry.flags & pass_table.SEEN)

    def _remember(self, key: bytes, print_: bytes) -> None:
        if len(self.recent) < rows.MOST_RECENT or key in self.recent:
            self.recent[key] = print_

    def _is_stored(self, key: bytes, print_: bytes, entry: pass_table.Entry | None) -> bool:
        """As far as is known without asking."""
        if entry is not None:
            return entry.print == print_ and not entry.flags & (pass_table.GONE | pass_table.MISSED)
        return not self._full and self._run.recent.get(key) == print_

    def _store(self, sighting: Sighting, hex32: str, extra: dict[str, str], print_: bytes, *, known: bool) -> None:
        if hex32 in self._pending:
            self.flush()  # it changed while the list was read: both states belong into its history
        old = self._run.held(sighting.kind, hex32) if known or not self._full else None
        if self._full or not _is_same(old, print_):
            self._write(sighting, hex32, old, extra, print_)

    def _write(self, sighting: Sighting, hex32: str, old: Row | None, extra: dict[str, str], print_: bytes) -> None:
        if len(self._pending) >= _FLUSH:
            self.flush()
        if old is not None:
            self._old[hex32] = old
        now = self._context.now()
        self._pending[hex32] = changes.live(sighting, self._run.source_id, old, extra=extra, now=now, print_=print_)
        self.tally.changed += 1
        self.tally.new += old is None


def _is_same(old: Row | None, print_: bytes) -> bool:
    return old is not None and old.get("print") == print_.hex() and not old.get("missed")
