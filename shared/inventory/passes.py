"""One pass over one list: what is new or changed goes into the index, what is unchanged costs no request.

A list is paged by `skip`, so an entity that another program deletes meanwhile shifts the rest, and one entity per
deletion slips through between two pages:

    page 1: a b c | page 2: d e f        b is deleted after page 1        page 2 then shows  e f g:  d was never seen

So after the last page one more call asks for the last entity at its place. If it is not there, the list is read once
more, backwards: deletions move entities towards what is not read yet, and none can slip through.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from shared import ids
from shared.extract.records import Sighting
from shared.index import inventory
from shared.index.inventory import Change, ResourceRun, fingerprint
from shared.index.store import Row
from shared.inventory import idtable, shape
from shared.inventory.address import PAGE_SIZE
from shared.inventory.client import SpeechClient
from shared.inventory.idtable import IdTable
from shared.inventory.kinds import TRANSCRIPTIONS, Listing
from shared.inventory.problems import Problem, Unavailable
from shared.inventory.transport import OutOfTime

_log = logging.getLogger(__name__)
_FLUSH: Final = 500  # changed entities that are written together: their `ids` rows share partitions then
_LOOP: Final = Problem("PageLoop", "The list led back to a page that was already read.", "Nothing, if it passes.")


@dataclass(slots=True)
class Tally:
    """What a pass did. `items` counts places of the list, so it is where the next page begins."""

    items: int = 0
    pages: int = 0
    changed: int = 0
    new: int = 0
    nameless: int = 0
    repeated: int = 0
    stable: bool = True
    complete: bool = True


class ListPass:
    """Reads one list. With a table it is a full pass, which marks there what it saw; without, an incremental one."""

    def __init__(
        self, client: SpeechClient, run: ResourceRun, listing: Listing, *, api_version: str, region: str | None,
        stuck_after: timedelta, recent_since: datetime, table: IdTable | None = None,
        progress: Callable[[Tally], object] = lambda _tally: None,
    ) -> None:  # fmt: skip
        self._client, self._run, self._listing = client, run, listing
        self._version, self._region, self._stuck_after = api_version, region, stuck_after
        self._recent_since, self._table, self._progress = recent_since, table, progress
        self._pending: dict[str, Change] = {}
        self._old: dict[str, Row] = {}
        self._last: tuple[int, str] | None = None  # place and ID of the last entity
        self._page_ids: list[str] = []
        self.tally = Tally()
        self.recent: dict[bytes, bytes] = {}
        self.next_url: str | None = None  # where to go on

    def read(self, start: str, condition: str | None = None) -> None:
        """All pages from `start` on. What was read before an error is stored by `flush`."""
        self.next_url = start
        asked = set()
        while self.next_url is not None:
            if self.next_url in asked:
                self.next_url = None
                raise Unavailable(_LOOP)
            asked.add(self.next_url)
            page = self._client.page(self.next_url, self._listing.path)
            self._page(page.values)
            self.next_url = page.next
        if self.tally.pages > 1:
            self._settle(condition)
        self.flush()

    def sighting(self, entity: Mapping[str, Any]) -> Sighting | None:
        """None if it does not say which one it is, or is of another kind."""
        found = shape.sighting_of(entity, self._version, self._region)
        return found if found is not None and found.kind == self._listing.kind else None

    def flush(self) -> None:
        """Store what is waiting."""
        if self._pending:
            self._run.write(list(self._pending.values()), self._old)
            self._pending, self._old = {}, {}

    def _page(self, values: list[dict[str, Any]], *, again: bool = False) -> int:
        """Returns how many of them were seen for the first time."""
        first = 0
        found: list[str] = []
        for place, value in enumerate(values, self.tally.items):
            sighting = self.sighting(value)
            if sighting is None:
                self.tally.nameless += 1
                continue
            if not again:
                self._last = (place, sighting.id)
            found.append(sighting.id)
            first += self.consider(sighting, again=again)
        self.tally.complete &= not found or found != self._page_ids  # the very same page twice hides another
        self._page_ids = found
        if not again:
            self.tally.items += len(values)
        self.tally.pages += 1
        self._run.renew(soon=True)
        self._progress(self.tally)
        return first

    def consider(self, sighting: Sighting, *, again: bool = False) -> bool:
        """Is it new in this pass? If it differs from what is stored, it is written with the next flush."""
        hex32 = ids.digits(sighting.id) or ""
        key = bytes.fromhex(hex32)
        extra = shape.flags(sighting, self._client.transport.now(), self._stuck_after)
        print_ = fingerprint(sighting, inventory.LIVE, extra)
        since = shape.last_action(sighting)
        if self._listing is TRANSCRIPTIONS and since is not None and since >= self._recent_since:
            self.recent[key] = print_
        entry = self._table.get(key) if self._table is not None else None
        seen = entry is not None and bool(entry.flags & idtable.SEEN)
        self.tally.repeated += seen and not again
        if self._is_stored(hex32, key, print_, entry):
            return not seen
        if hex32 in self._pending:
            if self._pending[hex32].print == print_:
                return not seen
            self.flush()  # it changed while the list was read: both states belong into its history
        old = self._run.held(sighting.kind, hex32) if self._may_exist(entry) else None
        if self._table is None and _is_same(old, print_):
            return not seen
        self._write(sighting, hex32, old, extra)
        if self._table is not None:
            number = self._table.number_of(sighting.status)
            self._table.put(key, print_=print_, status=number, flags=idtable.SEEN)
        return not seen

    def _may_exist(self, entry: idtable.Entry | None) -> bool:
        return self._table is None or entry is not None

    def _is_stored(self, hex32: str, key: bytes, print_: bytes, entry: idtable.Entry | None) -> bool:
        if self._table is None:
            return hex32 not in self._pending and self._run.recent.get(key) == print_
        if entry is None or entry.print != print_ or entry.flags & (idtable.GONE | idtable.MISSED):
            return False
        self._table.mark(key, idtable.SEEN)
        return True

    def _write(self, sighting: Sighting, hex32: str, old: Row | None, extra: dict[str, str]) -> None:
        if len(self._pending) >= _FLUSH:
            self.flush()
        if old is not None:
            self._old[hex32] = old
        now = self._client.transport.now()
        self._pending[hex32] = shape.live(sighting, self._run.source_id, old, extra=extra, now=now)
        self.tally.changed += 1
        self.tally.new += old is None

    def _settle(self, condition: str | None) -> None:
        """Did the list hold still while it was read? If not, read it once more, backwards."""
        try:
            self.tally.stable = self.tally.complete and not self.tally.repeated and self._last_is_in_place(condition)
        except OutOfTime:
            self.tally.stable = self.tally.complete = False
            return
        if self.tally.stable:
            return
        _log.info("a list changed while it was read; reading it again from its end")
        self.tally.complete = True
        try:
            self._read_backwards(condition)
        except OutOfTime:  # better an incomplete pass than one that begins anew for ever
            self.tally.complete = False

    def _read_backwards(self, condition: str | None) -> None:
        place = self.tally.items
        while place > 0:
            place, top = max(0, place - PAGE_SIZE), min(PAGE_SIZE, place)
            url = self._client.addresses.list(self._listing.path, condition, skip=place, top=top)
            self._page(self._client.page(url, self._listing.path).values, again=True)

    def _last_is_in_place(self, condition: str | None) -> bool:
        if self._last is None:
            return False
        place, key = self._last
        url = self._client.addresses.list(self._listing.path, condition, skip=place, top=1)
        values = self._client.page(url, self._listing.path).values
        found = self.sighting(values[0]) if values else None
        return found is not None and found.id == key


def _is_same(old: Row | None, print_: bytes) -> bool:
    return old is not None and old.get("print") == print_.hex()
