"""What a sync does while it holds the lease: which pass is due, what stops it, what is kept for the next run.

begin (lease) ─> full pass: every list ─> missing ones ──┐
             └─> incremental: what changed, one other list ─> stuck ones ─> finish (lease given back)
stopped by time or by a transient error: a full pass keeps its place and resumes with the next run
"""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta

from shared.core import times
from shared.core.errors import LeaseLost
from shared.core.events import Event, log_event
from shared.index.source_record import Failure
from shared.inventory import pseudonyms
from shared.inventory.full_pass import FullPass
from shared.inventory.incremental_pass import IncrementalPass
from shared.inventory.list_sync import ListSync
from shared.inventory.service_errors import Refused, Unavailable
from shared.inventory.state import LastError, RequestCounts, SyncMode
from shared.inventory.stuck import flag_stuck
from shared.inventory.sync_context import SyncContext
from shared.inventory.sync_result import SyncResult, SyncStatus
from shared.inventory.transport import OutOfTime
from shared.speech.collections import TRANSCRIPTIONS

_log = logging.getLogger(__name__)


class SyncRun:
    """One run under the lease."""

    def __init__(self, context: SyncContext, *, full: bool) -> None:
        self._context, self._run = context, context.run
        self._result = SyncResult(context.resource.name)
        self._result.mode = SyncMode.FULL if full or self._full_is_due() else SyncMode.INCREMENTAL
        self._lists = ListSync(context, self._result)
        self._incremental = IncrementalPass(context, self._lists, self._result)
        self._full = FullPass(context, self._lists, self._incremental, self._result)

    def run(self) -> SyncResult:
        """Everything between taking the lease and giving it back."""
        result, name = self._result, self._context.resource.name
        try:
            self._work()
        except OutOfTime as stop:
            result.status, result.wait = SyncStatus.CONTINUE, stop.wait
        except (Refused, Unavailable) as error:
            result.status, result.problem = SyncStatus.FAILED, error.problem
            code, advice = error.problem.code, error.problem.advice
            log_event(_log, logging.WARNING, Event.SYNC_FAILED, resource=name, code=code, advice=advice)
        except LeaseLost:
            result.status = SyncStatus.LOST
            _log.warning("sync of %s lost its lease; another run continues", name)
            return result
        try:
            self._finish()
        except LeaseLost:
            result.status = SyncStatus.LOST
        return result

    def _full_is_due(self) -> bool:
        context, state = self._context, self._run.state
        last = times.try_parse(state.last_full)
        interval = timedelta(hours=context.settings.sync_full_hours)
        changed = state.identity != context.identity or state.api_version != context.settings.api_version
        return state.progress is not None or changed or last is None or abs(context.started - last) >= interval

    def _work(self) -> None:
        pseudonyms.apply(self._run)
        if self._result.mode is SyncMode.FULL:
            self._full.run()
        else:
            self._work_incrementally()
        self._result.stuck = flag_stuck(self._context)

    def _work_incrementally(self) -> None:
        try:
            self._incremental.run()
        except OutOfTime as stop:
            if not stop.wait:  # more changes than one run can read: a full pass keeps its place
                self._full.plan()
            raise
        except (Refused, Unavailable) as error:
            since = self._lists.since(TRANSCRIPTIONS.kind) or self._context.started
            if self._incremental.look_past(error, since, tried=True):
                self._full.plan()  # it reads what lies between the last time and then
            raise

    def _finish(self) -> None:
        result, state = self._result, self._run.state
        now = times.text(self._context.now())
        result.requests = sum(self._context.client.transport.requests.values())
        kept = {kind: problem for kind, problem in state.problems.items() if kind not in result.tallies}
        state = replace(
            state,
            requests=RequestCounts(result.requests, state.requests.total + result.requests),
            mode=result.mode,
            api_version=self._context.settings.api_version,
            problems=kept | result.problems,
        )
        error = None
        if result.status is SyncStatus.DONE:
            state = replace(state, last_success=now, progress=None)
        if result.problem is not None:
            state = replace(state, last_error=LastError(result.problem, now))
            retryable = result.status is SyncStatus.FAILED
            error = Failure(result.problem.code, result.problem.message, retryable=retryable)
        self._run.state = state
        recent = self._lists.recent if result.status is SyncStatus.DONE else None
        result.run_once_more = self._run.finish(recent=recent, error=error)
