"""An incremental pass: the transcriptions that changed, and one of the other lists in turn."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from shared.inventory.list_sync import ListSync
from shared.inventory.service_errors import NO_ACCESS, Refused, Unavailable
from shared.inventory.sync_context import SyncContext
from shared.inventory.sync_result import SyncResult
from shared.inventory.transport import OutOfTime
from shared.inventory.urls import FOREIGN
from shared.speech.collections import TRANSCRIPTIONS

_LATELY: Final = timedelta(hours=1)  # some runs of the default schedule


class IncrementalPass:
    """What changed since the last run."""

    def __init__(self, context: SyncContext, lists: ListSync, result: SyncResult) -> None:
        self._context, self._lists, self._result = context, lists, result

    def run(self) -> None:
        """Raises Refused, Unavailable, OutOfTime for the transcriptions; another list is left out instead."""
        run, others = self._context.run, self._context.listings[1:]
        turn = run.state.turn
        self._lists.read_changes(TRANSCRIPTIONS)
        run.state = replace(run.state, turn=(turn + 1) % max(len(others), 1))
        if others:
            listing = others[turn % len(others)]
            try:
                self._lists.read_changes(listing)
            except (Refused, Unavailable) as error:
                self._lists.leave_out(listing, error)

    def look(self) -> None:
        """No run ends without a look at the transcriptions; without time for it, the next run begins with it."""
        try:
            self._lists.read_changes(TRANSCRIPTIONS)
        except OutOfTime:
            self._result.complete = False

    def look_past(self, error: Refused | Unavailable, since: datetime, *, tried: bool = False) -> bool:
        """A page that never comes must not hide the jobs behind it: what changed is listed by its date. True if it was.

        Since then, but first only what changed lately: the longer list may not come to its end either. `tried`: it
        just failed to. The next run is not queued at once, or one that never succeeds would never rest.
        """
        tally = self._result.tallies.get(TRANSCRIPTIONS.kind)
        begun = error.problem.code == FOREIGN or (tally is not None and bool(tally.pages))
        if not begun or error.problem.code in NO_ACCESS:
            return False  # it would be the same
        lately = self._context.started - _LATELY
        for moment in ([lately] if since < lately else []) + ([] if tried else [since]):
            try:
                self._lists.read_changes(TRANSCRIPTIONS, moment)
            except (Refused, Unavailable, OutOfTime):
                break
            self._result.looked = True
        return self._result.looked
