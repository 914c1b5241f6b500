"""One pass over one list: what is new or changed goes into the index, what is unchanged costs no request.

A list is paged by `skip`, so an entity that another program deletes meanwhile shifts the rest, and one entity per
deletion slips through between two pages:

    page 1: a b c | page 2: d e f        b is deleted after page 1        page 2 then shows  e f g:  d was never seen

So each page is asked for from the last entity of the page before on (one place earlier than `@nextLink` says). If it
begins with an entity that was seen, nothing slipped through. If not, the pass goes back until it meets what it knows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from shared.core import ids
from shared.core.records import Sighting
from shared.inventory import changes, pass_table, pseudonyms, rows
from shared.inventory.audio_index import AudioNames
from shared.inventory.body import ListedEntity
from shared.inventory.client import ListPage, SpeechClient
from shared.inventory.pass_table import IdTable
from shared.inventory.resource_run import ResourceRun
from shared.inventory.rows import Change, fingerprint
from shared.inventory.service_errors import Problem, Refused, Unavailable
from shared.inventory.transport import OutOfTime
from shared.inventory.urls import skip_of, with_skip
from shared.speech.collections import TRANSCRIPTIONS, Listing
from shared.storage.tables import Row

_FLUSH: Final = 1000  # changed entities that are written together: their `ids` rows share partitions then
_MOST_SHIFTS: Final = 20
_MOST_EMPTY: Final = 20  # pages; others may delete the end of the list while it is read
_LEAST_NEW: Final = 2  # entities of a page, of which the first one stood at the end of the page before
_LOOP: Final = Problem("PageLoop", "The list led back to a page that was already read.", "Nothing, if it passes.")


@dataclass(slots=True)
class Tally:
    """What a pass did. `items` is the place in the list where it stands, `shifts` how often the list had moved."""

    items: int = 0
    pages: int = 0
    page_size: int = 0
    listed: int = 0
    changed: int = 0
    new: int = 0
    nameless: int = 0
    shifts: int = 0
    complete: bool = True


class ListPass:
    """Reads one list and marks in the table what it saw. `full`: the table knows what is stored, and stands for it."""

    def __init__(
        self,
        client: SpeechClient,
        run: ResourceRun,
        listing: Listing,
        *,
        stuck_after: timedelta,
        started: datetime,
        recent: timedelta,
        table: IdTable,
        full: bool,
        names: AudioNames,
        progress: Callable[[Tally], object] = lambda _tally: None,
    ) -> None:
        self._client, self._run, self._listing = client, run, listing
        self._stuck_after, self._started, self._recent = stuck_after, started, recent
        self._table, self._progress = table, progress
        self._full, self._names = full, names
        self._pending: dict[str, Change] = {}
        self._old: dict[str, Row] = {}
        self._overlaps = True
        self._farthest = 0  # place of the last page
        self._empty = 0
        self._asked: set[str] = set()  # pages whose place is not a number
        self._edge: ListedEntity | None = None  # the last one of the page before
        self.tally = Tally()
        self.recent: dict[bytes, bytes] = {}
        self.next_url: str | None = None  # where to go on

    def read(self, start: str) -> None:
        """All pages from `start` on. What was read before an error of the service is stored."""
        self.next_url = start
        try:
            self._read()
        except (OutOfTime, Refused, Unavailable):
            self.flush()
            raise

    def _read(self) -> None:
        while self.next_url is not None:
            url = self.next_url
            at = skip_of(url)
            page = self._client.page(url, self._listing)
            if self._repeats(page.entities, at):
                page = self._client.page(url, self._listing)
                self.tally.complete &= not self._repeats(page.entities, at)
            if not self._joins(page.entities, at):
                self.next_url = with_skip(url, max(0, (at or 0) - max(self.tally.page_size - 1, 1)))
                continue
            self._page(page.entities)
            self._farthest = max(self._farthest, at or 0)
            self.next_url = self._following(page, at)
        self.flush()

    def _repeats(self, entities: Sequence[ListedEntity], at: int | None) -> bool:
        """Has a page beyond all others nothing new? Then it hides those that should stand there."""
        if not at or at <= self._farthest or not self._overlaps or len(entities) < _LEAST_NEW:
            return False
        return all(map(self._was_seen, reversed(entities)))  # nearly always the last one is new

    def _joins(self, entities: Sequence[ListedEntity], at: int | None) -> bool:
        """Does this page begin with what was seen before, so that nothing slipped through between?"""
        begins = not at or not self.tally.pages or (bool(entities) and entities[0] == self._edge)
        if begins or not self._overlaps or not self.tally.complete:
            return True
        if entities and self._was_seen(entities[0]):
            return True
        if not entities:
            self._empty += 1
            if self._empty > _MOST_EMPTY:  # each leads on to the next one, and none of them holds anything
                self.next_url = None
                raise Unavailable(_LOOP)
        self.tally.shifts += 1
        if self.tally.shifts <= _MOST_SHIFTS + self.tally.pages:
            return False
        self.tally.complete = False  # a list that never holds still: better incomplete than without end
        return True

    def _following(self, page: ListPage, at: int | None) -> str | None:
        if page.next is None:
            return None
        follows = skip_of(page.next)
        if follows is None or at is None:
            if page.next in self._asked:
                self.next_url = None
                raise Unavailable(_LOOP)
            self._asked.add(page.next)
            return page.next
        self.tally.items = follows
        if follows <= at:
            self.next_url = None
            raise Unavailable(_LOOP)
        self._overlaps = follows - 1 > at  # pages of one entity cannot
        return with_skip(page.next, follows - 1) if self._overlaps else page.next

    def _was_seen(self, entity: ListedEntity) -> bool:
        if entity.sighting is None:
            return False
        entry = self._table.get(bytes.fromhex(ids.digits(entity.sighting.id) or ""))
        return entry is not None and bool(entry.flags & pass_table.SEEN)

    def flush(self) -> None:
        """Store what is waiting."""
        if self._pending:
            self._run.write(list(self._pending.values()), self._old)
            self._pending, self._old = {}, {}

    def _page(self, entities: Sequence[ListedEntity]) -> None:
        for entity in entities:
            if entity.sighting is None:
                self.tally.nameless += 1
            else:
                self.consider(entity.sighting)
        self.tally.pages += 1
        self.tally.page_size = max(self.tally.page_size, len(entities))
        self._edge = entities[-1] if entities else None
        self._run.renew(soon=True)
        self._progress(self.tally)

    def consider(self, listed: Sighting) -> None:
        """If it differs from what is stored, it is written with the next flush."""
        sighting = pseudonyms.hidden(listed, self._names)
        hex32 = ids.digits(sighting.id) or ""
        key = bytes.fromhex(hex32)
        now = self._client.transport.now()
        extra = changes.flag(sighting, now, self._stuck_after)
        print_ = fingerprint(sighting, rows.LIVE, extra)
        since = changes.last_action(sighting)
        if self._listing is TRANSCRIPTIONS and since is not None and since >= min(self._started, now) - self._recent:
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
        now = self._client.transport.now()
        self._pending[hex32] = changes.live(sighting, self._run.source_id, old, extra=extra, now=now, print_=print_)
        self.tally.changed += 1
        self.tally.new += old is None


def _is_same(old: Row | None, print_: bytes) -> bool:
    return old is not None and old.get("print") == print_.hex() and not old.get("missed")
