"""Reads single lists for a run: what changed since the last time, or all. Notes how far each list is known."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime, timedelta

from shared.core import times
from shared.inventory.full_list import FullList
from shared.inventory.list_pass import OVERLAP, ListPass
from shared.inventory.pass_table import IdTable
from shared.inventory.service_errors import Refused, Unavailable
from shared.inventory.sync_context import SyncContext
from shared.inventory.sync_result import SyncResult
from shared.speech.collections import TRANSCRIPTIONS, Listing

_log = logging.getLogger(__name__)


class ListSync:
    """`recent` are the fingerprints of the transcriptions that changed lately, once these were listed."""

    def __init__(self, context: SyncContext, result: SyncResult) -> None:
        self._context, self._result, self._run = context, result, context.run
        self.recent: dict[bytes, bytes] | None = None

    def since(self, kind: str) -> datetime | None:
        """What changed before then was listed."""
        return times.try_parse(self._run.state.watermarks.get(kind))

    def read_changes(self, listing: Listing, since: datetime | None = None) -> None:
        """What changed since then; without a date since the last time."""
        since = since or self.since(listing.kind)
        condition = None
        if since is not None and listing.changed is not None:
            condition = f"{listing.changed} ge {(since - OVERLAP).strftime('%Y-%m-%dT%H:%M:%SZ')}"
        with IdTable() as table:
            read = self._pass(listing, table, full=False)
            read.read(self._context.client.addresses.list(listing.path, condition))
        self._note(read, self._context.started)

    def read_all(self, listing: Listing, started: datetime) -> None:
        """The whole list, as part of a full pass that began at `started`, then what is missing in it."""
        same = self._run.state.identity in (None, self._context.identity)
        full = FullList(self._context, listing, same_resource=same)
        try:
            read = full.work(lambda table: self._pass(listing, table, full=True))
        finally:
            self._result.gone += full.gone
        self._note(read, started)

    def leave_out(self, listing: Listing, error: Refused | Unavailable) -> None:
        """One of the other lists cannot be read: that must not stop the transcriptions, which expire."""
        self._result.problems[listing.kind] = error.problem
        self._result.complete &= isinstance(error, Refused)
        _log.warning(
            "%s of %s could not be listed: %s %s",
            listing.path,
            self._context.resource.name,
            error.problem.code,
            error.problem.advice,
        )

    def _pass(self, listing: Listing, table: IdTable, *, full: bool) -> ListPass:
        read = ListPass(self._context, listing, table, full=full)
        self._result.tallies[listing.kind] = read.tally
        return read

    def _note(self, read: ListPass, started: datetime) -> None:
        """Set the watermark: the begin of the pass, by the earlier of two clocks. A wrong clock costs only requests.

        An incomplete pass sets none, so that the next one lists what this one did not see.
        """
        if read.listing is TRANSCRIPTIONS:
            self.recent = read.recent
        self._result.complete &= read.tally.complete
        if not read.tally.complete:
            return
        begin = started + min(self._context.client.transport.skew, timedelta(0))
        watermarks = {**self._run.state.watermarks, read.listing.kind: times.text(begin)}
        self._run.state = replace(self._run.state, watermarks=watermarks)
