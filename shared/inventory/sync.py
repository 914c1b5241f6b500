"""One sync of one Speech resource: the lease, which lists to read and how, what is kept when it stops half-way.

begin (lease) ─> full pass: every list ─> missing ones ──┐
             └─> incremental: what changed, one other list ─> stuck ones ─> finish (lease given back)
stopped by time or by a passing error: a full pass keeps its place and goes on with the next run
"""

from __future__ import annotations

import logging
import random as random_module
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

import requests

from shared.core import times
from shared.core.errors import LeaseLost
from shared.core.events import Event, log_event
from shared.index.source_record import Failure
from shared.inventory import changes as shape
from shared.inventory import pseudonyms
from shared.inventory.audio_index import AudioNames
from shared.inventory.auth import Credential, auth_for
from shared.inventory.client import SpeechClient
from shared.inventory.full_pass import FullList
from shared.inventory.list_pass import ListPass, Tally
from shared.inventory.pass_table import IdTable
from shared.inventory.report_reader import Rescue
from shared.inventory.resource_run import ResourceRun
from shared.inventory.retention import forget_gone
from shared.inventory.rows import Change
from shared.inventory.service_errors import NO_ACCESS, Refused, Unavailable
from shared.inventory.state import LastError, PassProgress, RequestCounts, SyncMode
from shared.inventory.sync_result import SyncReport
from shared.inventory.transport import OutOfTime, Patience, Transport
from shared.inventory.urls import FOREIGN, Addresses, identity
from shared.settings import Settings, SpeechResource
from shared.speech.collections import TRANSCRIPTIONS, Listing, listings
from shared.storage.tables import Index, Row

_log = logging.getLogger(__name__)
OVERLAP: Final = timedelta(minutes=10)  # watermarks are the service's own time; its machines may differ a little
_MOST_STUCK: Final = 1000
_LONGEST_LIFE: Final = timedelta(days=31)  # the service takes no longer time to live
_LATELY: Final = timedelta(hours=1)  # some runs of the usual schedule


def sync_resource(
    resource: SpeechResource,
    settings: Settings,
    index: Index,
    *,
    worker: str = "",
    session: requests.Session | None = None,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    sleep: Callable[[float], None] = time.sleep,
    random: Callable[[], float] = random_module.random,  # jitter only
    credential: Callable[[], Credential] | None = None,
    patience: Patience | None = None,
    full: bool = False,
    rescue: bool = True,
    progress: Callable[[str, Tally], object] = lambda _kind, _tally: None,
) -> SyncReport:
    """List what the resource has, bring the index up to date, then (`rescue`) read the files of finished jobs.

    Never raises for what the service does: the report and the record tell it.
    """
    run = ResourceRun.begin(index, resource.name, worker)
    if run is None:
        return SyncReport(resource.name, "joined")
    with session or requests.Session() as used:
        addresses = Addresses(resource, settings.api_version)
        if addresses.is_loopback:
            used.trust_env = False  # no proxy between this machine and itself
        transport = Transport(
            used,
            auth_for(resource, credential),
            clock=clock,
            sleep=sleep,
            random=random,
            patience=patience,
            deadline=clock() + timedelta(seconds=settings.sync_run_seconds),
            rate=settings.speech_requests_per_second,
            by_key=resource.key is not None,
            regional=addresses.is_regional,
        )
        client = SpeechClient(transport, addresses)
        names = AudioNames.by(settings, index)
        report = _Sync(resource, settings, index, run, client, names, full=full, progress=progress).run()
        if rescue and (report.status == "done" or report.looked) and not report.run_once_more:
            report.rescue = Rescue(index, client, resource.name, names).run()
            if report.rescue.labels:
                report.run_once_more |= _replace_names(index, resource, worker)
            report.requests = sum(transport.requests.values())
        return report


def _replace_names(index: Index, resource: SpeechResource, worker: str) -> bool:
    """What the reports told about display names, at once and not with the next run. True if one is asked for."""
    run = ResourceRun.begin(index, resource.name, worker)
    if run is None:
        return False  # the run that has the lease does it, or the next one
    try:
        pseudonyms.apply(run)
        return run.finish()
    except LeaseLost:
        return False


class _Sync:
    """The state of one run."""

    def __init__(
        self,
        resource: SpeechResource,
        settings: Settings,
        index: Index,
        run: ResourceRun,
        client: SpeechClient,
        names: AudioNames,
        *,
        full: bool,
        progress: Callable[[str, Tally], object],
    ) -> None:
        self._resource, self._settings, self._index, self._run, self._client = resource, settings, index, run, client
        self._transport = client.transport
        self._names, self._progress = names, progress
        self._started = self._transport.now()
        self._recent: dict[bytes, bytes] | None = None
        self._identity = identity(resource)
        self._report = SyncReport(resource.name)
        self._report.mode = SyncMode.FULL if full or self._full_is_due() else SyncMode.INCREMENTAL
        self._all = listings(settings.api_version, base_models=settings.sync_base_models)

    def run(self) -> SyncReport:
        """Everything between taking the lease and giving it back."""
        report = self._report
        try:
            self._work()
        except OutOfTime as stop:
            report.status, report.wait = "continue", stop.wait
        except (Refused, Unavailable) as error:
            report.status, report.problem = "failed", error.problem
            log_event(
                _log,
                logging.WARNING,
                Event.SYNC_FAILED,
                resource=self._resource.name,
                code=error.problem.code,
                advice=error.problem.advice,
            )
        except LeaseLost:
            report.status = "lost"
            _log.warning("sync of %s lost its lease; another run goes on", self._resource.name)
            return report
        try:
            self._end()
        except LeaseLost:
            report.status = "lost"
        return report

    def _work(self) -> None:
        pseudonyms.apply(self._run)
        if self._report.mode is SyncMode.FULL:
            self._full()
        else:
            try:
                self._incremental()
            except OutOfTime as stop:
                if not stop.wait:  # more changes than one run can read: a full pass keeps its place
                    self._place()
                raise
            except (Refused, Unavailable) as error:
                if self._look_past(error, self._since(TRANSCRIPTIONS.kind) or self._started, tried=True):
                    self._place()  # what stands between the last time and then is left to a full pass
                raise
        self._flag_stuck()

    def _end(self) -> None:
        report, state = self._report, self._run.state
        now = times.text(self._transport.now())
        report.requests = sum(self._transport.requests.values())
        kept = {kind: problem for kind, problem in state.problems.items() if kind not in report.tallies}
        state = replace(
            state,
            requests=RequestCounts(report.requests, state.requests.total + report.requests),
            mode=report.mode,
            api_version=self._settings.api_version,
            problems=kept | report.problems,
        )
        error = None
        if report.status == "done":
            state = replace(state, last_success=now, progress=None)
        if report.problem is not None:
            state = replace(state, last_error=LastError(report.problem, now))
            retryable = report.status == "failed"
            error = Failure(report.problem.code, report.problem.message, retryable=retryable)
        self._run.state = state
        recent = self._recent if report.status == "done" else None
        report.run_once_more = self._run.finish(recent=recent, error=error)

    # --- which pass

    def _full_is_due(self) -> bool:
        state = self._run.state
        last = times.try_parse(state.last_full)
        every = timedelta(hours=self._settings.sync_full_hours)
        changed = state.identity != self._identity or state.api_version != self._settings.api_version
        return state.progress is not None or changed or last is None or abs(self._started - last) >= every

    # --- incremental

    def _incremental(self) -> None:
        """Transcriptions each time, and one of the other lists in turn."""
        others = self._all[1:]
        turn = self._run.state.turn
        self._changes(TRANSCRIPTIONS)
        self._run.state = replace(self._run.state, turn=(turn + 1) % max(len(others), 1))
        if others:
            listing = others[turn % len(others)]
            try:
                self._changes(listing)
            except (Refused, Unavailable) as error:
                self._leave_out(listing, error)

    def _leave_out(self, listing: Listing, error: Refused | Unavailable) -> None:
        """One of the other lists cannot be read: it must not keep us from the transcriptions, which expire."""
        self._report.problems[listing.kind] = error.problem
        self._report.complete &= isinstance(error, Refused)
        _log.warning(
            "%s of %s could not be listed: %s %s",
            listing.path,
            self._resource.name,
            error.problem.code,
            error.problem.advice,
        )

    def _changes(self, listing: Listing, since: datetime | None = None) -> None:
        """Since then; without a date since the last time."""
        since = since or self._since(listing.kind)
        condition = None
        if since is not None and listing.changed is not None:
            condition = f"{listing.changed} ge {(since - OVERLAP).strftime('%Y-%m-%dT%H:%M:%SZ')}"
        with IdTable() as table:
            read = self._pass(listing, table, full=False)
            read.read(self._client.addresses.list(listing.path, condition))
        self._watermark(listing, read, self._started)
        if listing is TRANSCRIPTIONS:
            self._recent = read.recent

    # --- full

    def _full(self) -> None:
        progress = self._place()
        started = times.try_parse(progress.started) or self._started
        for listing in self._all:
            if listing.kind in progress.done:
                continue
            try:
                self._full_list(listing, started)
            except (Refused, Unavailable) as error:
                if listing is TRANSCRIPTIONS:
                    self._look_past(error, self._since(listing.kind) or started - _LONGEST_LIFE)
                    raise
                self._leave_out(listing, error)
            progress = replace(progress, done=(*progress.done, listing.kind), place=None)
            self._run.state = replace(self._run.state, progress=progress)
        self._forget()
        self._run.state = replace(
            self._run.state, last_full=times.text(started), identity=self._identity, progress=None
        )
        self._run.drop_seen()
        if TRANSCRIPTIONS.kind not in self._report.tallies:  # a run before this one listed them
            self._look()

    def _look(self) -> None:
        """No run ends without a look at the transcriptions; if there is not the time, the next one begins with it."""
        try:
            self._changes(TRANSCRIPTIONS)
        except OutOfTime:
            self._report.complete = False

    def _look_past(self, error: Refused | Unavailable, since: datetime, *, tried: bool = False) -> bool:
        """A page that never comes must not hide the jobs behind it: what changed is asked for by its date.

        Since then, but first only what changed lately: the longer list may not come to its end either. `tried`: it did
        not just now. Nothing is asked for in the next run at once, or one that never gets through would not rest.
        """
        tally = self._report.tallies.get(TRANSCRIPTIONS.kind)
        begun = error.problem.code == FOREIGN or (tally is not None and bool(tally.pages))
        if not begun or error.problem.code in NO_ACCESS:
            return False  # it would be the same
        lately = self._started - _LATELY
        for moment in ([lately] if since < lately else []) + ([] if tried else [since]):
            try:
                self._changes(TRANSCRIPTIONS, moment)
            except (Refused, Unavailable, OutOfTime):
                break
            self._report.looked = True
        return self._report.looked

    def _since(self, kind: str) -> datetime | None:
        """What changed before then was listed."""
        return times.try_parse(self._run.state.watermarks.get(kind))

    def _place(self) -> PassProgress:
        """Where to go on: of the same resource in the same API version, or from the beginning."""
        kept, version = self._run.state.progress, self._settings.api_version
        if kept is None or (kept.identity, kept.api_version) != (self._identity, version) or not kept.started:
            kept = PassProgress(self._identity, version, times.text(self._started))
        self._run.state = replace(self._run.state, progress=kept)
        return kept

    def _forget(self) -> None:
        days = self._settings.retention_days
        if days:
            before = self._transport.now() - timedelta(days=days)
            self._report.forgotten = sum(
                forget_gone(self._index, self._run, one.kind, before, check_time=self._transport.check_time)
                for one in self._all
            )

    def _full_list(self, listing: Listing, started: datetime) -> None:
        same = self._run.state.identity in (None, self._identity)
        full = FullList(self._client, self._run, listing, same_resource=same)
        try:
            read = full.work(lambda table: self._pass(listing, table, full=True))
        finally:
            self._report.gone += full.gone
        self._watermark(listing, read, started)
        if listing is TRANSCRIPTIONS:
            self._recent = read.recent

    # --- both

    def _pass(self, listing: Listing, table: IdTable, *, full: bool) -> ListPass:
        read = ListPass(
            self._client,
            self._run,
            listing,
            stuck_after=self._stuck_after,
            started=self._started,
            recent=2 * OVERLAP,
            table=table,
            full=full,
            names=self._names,
            progress=lambda tally: self._progress(listing.kind, tally),
        )
        self._report.tallies[listing.kind] = read.tally
        return read

    @property
    def _stuck_after(self) -> timedelta:
        return timedelta(minutes=self._settings.stuck_after_minutes)

    def _watermark(self, listing: Listing, read: ListPass, started: datetime) -> None:
        """Its begin, by the earlier of two clocks: a wrong one can only make us read more than needed.

        Of an incomplete pass there is none: what it did not see shall be listed by the next one.
        """
        self._report.complete &= read.tally.complete
        if not read.tally.complete:
            return
        begin = started + min(self._transport.skew, timedelta(0))
        watermarks = {**self._run.state.watermarks, listing.kind: times.text(begin)}
        self._run.state = replace(self._run.state, watermarks=watermarks)

    def _flag_stuck(self) -> None:
        """What waits or runs for too long changes no more, so no list would bring it up."""
        before = self._transport.now() - self._stuck_after
        changes: list[Change] = []
        old: dict[str, Row] = {}
        for kind, hex32 in self._run.waiting_since(before, _MOST_STUCK):
            held, stored = self._run.held(kind, hex32), self._run.stored(kind, hex32)
            if held is None or stored is None:
                continue
            now = self._transport.now()
            extra = shape.flag(stored.sighting, now, self._stuck_after)
            changes.append(shape.live(stored.sighting, self._run.source_id, held, extra=extra, now=now))
            old[hex32] = held
        if changes:
            self._run.write(changes, old)
            self._report.stuck = len(changes)
