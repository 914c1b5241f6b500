"""A full pass over one list: what is stored goes into a table, the list is read, then the missing ones are resolved.

    load ─> read pages ─> resolve ─> counts
                 └───────────┴── stopped: `progress` (in the record) and the IDs seen so far say where to go on

Where it stands is a `ListPlace`; it stays in the record until it is replaced, so that a crash goes back to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

from shared.inventory import pass_table, rows
from shared.inventory.list_pass import ListPass
from shared.inventory.pass_table import IdTable
from shared.inventory.service_errors import Refused, Unavailable
from shared.inventory.state import ListPlace, PassProgress
from shared.inventory.sync_context import SyncContext
from shared.inventory.tally import Tally
from shared.inventory.transport import OutOfTime
from shared.inventory.vanished import Vanished
from shared.speech.collections import Listing
from shared.storage.tables import key_of

_MOST_STATUSES: Final = 50


class FullList:
    """One list in a full pass. `same_resource`: nothing says that another one answers now."""

    def __init__(self, context: SyncContext, listing: Listing, *, same_resource: bool) -> None:
        self._context, self._client, self._run = context, context.client, context.run
        self._listing, self._same_resource = listing, same_resource
        self.gone = 0

    @property
    def _progress(self) -> PassProgress:
        found = self._run.state.progress
        if found is None:
            raise RuntimeError("a full pass has progress")
        return found

    @property
    def _place(self) -> ListPlace:
        place = self._progress.place
        return place if place is not None and place.kind == self._listing.kind else ListPlace(self._listing.kind)

    def _keep(self, place: ListPlace) -> None:
        """Stored with the next write."""
        self._run.state = replace(self._run.state, progress=replace(self._progress, place=place))

    def work(self, make: Callable[[IdTable], ListPass]) -> ListPass:
        """The pass, done. What stops it (Refused, Unavailable, OutOfTime) leaves a place to go on from."""
        with IdTable() as table:
            table.fill(self._known())
            read = make(table)
            start = self._resumed(table, read.tally)
            try:
                if start is not None:
                    read.read(start)
                    self._keep(replace(self._place, ended=True))
                self._resolve(read, table)
            except (OutOfTime, Refused, Unavailable):
                self._keep_place(read, table)
                raise
            self._run.count_anew(self._listing.kind, _counts(table))
        return read

    def _known(self) -> Iterator[tuple[bytes, bytes, str, int]]:
        started = self._progress.started
        for row in self._run.known(self._listing.kind):
            flags = pass_table.KNOWN
            if row.get("state") == rows.GONE and row.get("print"):
                flags |= pass_table.GONE  # without a fingerprint the other tables may still call it live
            if row.get("missed"):
                flags |= pass_table.MISSED | (pass_table.NOTED if row["missed"] == started else 0)
            print_ = bytes.fromhex(row["print"]) if row.get("print") else pass_table.NO_PRINT
            yield bytes.fromhex(key_of(row).row[-32:]), print_, row.get("status") or "", flags

    def _resumed(self, table: IdTable, tally: Tally) -> str | None:
        """The URL to begin with; None if the list was read to its end by a run before."""
        place = self._place
        if (place.url or place.ended) and self._load_seen(table) == place.seen:
            tally.items, tally.pages, tally.page_size = place.items, place.pages, place.page_size
            tally.shifts, tally.nameless, tally.complete = place.shifts, place.nameless, place.complete
            return None if place.ended else self._client.addresses.next(place.url or "", self._listing.path)
        self._keep(ListPlace(self._listing.kind))
        return self._client.addresses.list(self._listing.path)

    def _load_seen(self, table: IdTable) -> int:
        """How many IDs were kept. If others than the place says (a crash), none counts as seen."""
        found = 0

        def counted() -> Iterator[bytes]:
            nonlocal found
            for key in self._run.load_seen():
                found += 1
                yield key

        table.mark_all(counted(), pass_table.SEEN)
        if found != self._place.seen:
            table.unmark_all(pass_table.SEEN)
        return found

    def _keep_place(self, read: ListPass, table: IdTable) -> None:
        """So that the next run goes on here. Without a place (a loop of pages) the list begins anew."""
        ended, asked, tally = self._place.ended, self._place.asked, read.tally
        self._keep(ListPlace(self._listing.kind))
        self._run.drop_seen()
        if ended or (read.next_url is not None and tally.items):
            self._keep(
                ListPlace(
                    self._listing.kind,
                    url=None if ended else read.next_url,
                    ended=ended,
                    seen=self._run.save_seen(key for key, _ in table.having(pass_table.SEEN)),
                    asked=asked,
                    items=tally.items,
                    pages=tally.pages,
                    page_size=tally.page_size,
                    shifts=tally.shifts,
                    nameless=tally.nameless,
                    complete=tally.complete,
                )
            )

    def _resolve(self, read: ListPass, table: IdTable) -> None:
        met = pass_table.KNOWN | pass_table.SEEN
        replaced = not self._same_resource and next(table.having(met), None) is None
        vanished = Vanished(
            self._context,
            read,
            table,
            replaced=replaced,
            pass_started=self._progress.started,
            asked=self._place.asked,
        )
        try:
            vanished.resolve()
        finally:
            self.gone = vanished.gone
            self._keep(replace(self._place, asked=vanished.asked))


def _counts(table: IdTable) -> dict[str, int]:
    """By status. The record is one row, so there is an end to how many it names."""
    by_size = sorted(table.counts().items(), key=lambda item: (-item[1], item[0]))
    found = {status or "none": count for status, count in sorted(by_size[:_MOST_STATUSES])}
    other = sum(count for _, count in by_size[_MOST_STATUSES:])
    gone = sum(1 for _ in table.having(pass_table.GONE))
    return found | ({"other": other} if other else {}) | ({"gone": gone} if gone else {})
