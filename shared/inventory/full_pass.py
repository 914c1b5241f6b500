"""A full pass: every list to its end, by one run or by several. Its place is in the state of the resource."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Final

from shared.core import times
from shared.inventory.incremental_pass import IncrementalPass
from shared.inventory.list_sync import ListSync
from shared.inventory.retention import forget_gone
from shared.inventory.service_errors import Refused, Unavailable
from shared.inventory.state import PassProgress
from shared.inventory.sync_context import SyncContext
from shared.inventory.sync_result import SyncResult
from shared.speech.collections import TRANSCRIPTIONS

_LONGEST_LIFE: Final = timedelta(days=31)  # the service accepts no longer time to live


class FullPass:
    """What stops it (Refused, Unavailable for the transcriptions, OutOfTime) leaves a place for the next run."""

    def __init__(self, context: SyncContext, lists: ListSync, incremental: IncrementalPass, result: SyncResult) -> None:
        self._context, self._run = context, context.run
        self._lists, self._incremental, self._result = lists, incremental, result

    def run(self) -> None:
        """What is left of the pass."""
        progress = self.plan()
        started = times.try_parse(progress.started) or self._context.started
        for listing in self._context.listings:
            if listing.kind not in progress.done:
                try:
                    self._lists.read_all(listing, started)
                except (Refused, Unavailable) as error:
                    if listing is TRANSCRIPTIONS:
                        since = self._lists.since(listing.kind) or started - _LONGEST_LIFE
                        self._incremental.look_past(error, since)
                        raise
                    self._lists.leave_out(listing, error)
                progress = replace(progress, done=(*progress.done, listing.kind), place=None)
                self._run.state = replace(self._run.state, progress=progress)
        self._forget_gone()
        self._run.state = replace(
            self._run.state, last_full=times.text(started), identity=self._context.identity, progress=None
        )
        self._run.drop_seen()
        if TRANSCRIPTIONS.kind not in self._result.tallies:  # an earlier run listed them
            self._incremental.look()

    def plan(self) -> PassProgress:
        """Where to resume: for the same resource and API version, otherwise from the beginning. Kept in the state."""
        context, kept = self._context, self._run.state.progress
        version = context.settings.api_version
        if kept is None or (kept.identity, kept.api_version) != (context.identity, version) or not kept.started:
            kept = PassProgress(context.identity, version, times.text(context.started))
        self._run.state = replace(self._run.state, progress=kept)
        return kept

    def _forget_gone(self) -> None:
        context, days = self._context, self._context.settings.retention_days
        if days:
            before = context.now() - timedelta(days=days)
            check_time = context.client.transport.check_time
            self._result.forgotten = sum(
                forget_gone(context.index, self._run, listing.kind, before, check_time=check_time)
                for listing in context.listings
            )
