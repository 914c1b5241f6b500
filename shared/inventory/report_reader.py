"""The second phase: what the files and reports of finished jobs say, read once, before they expire.

It has no lease. Each job ends with one transaction under the record's ETag, which every sync changes when it begins:
so a sync never waits for this phase, and this phase stops as soon as one begins.

    ~todo rows (the first to expire first) ─> files ─> report ─> audio names ─┐ record's ETag still the same: stored
                                                                              └ else: stop; the rest waits
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from shared.core import ids, times
from shared.core.errors import LeaseLost
from shared.index import keys, rows, source_record
from shared.index.source_record import SourceRecord
from shared.inventory import pseudonyms
from shared.inventory import rows as inventory_rows
from shared.inventory.audio_index import AudioNames, audio_names
from shared.inventory.body import REPORT, AudioDetail
from shared.inventory.client import SpeechClient
from shared.inventory.job_summary import JobSummary
from shared.inventory.service_errors import NO_ACCESS, Problem, Refused, Unavailable
from shared.inventory.state import FilesRead, RequestCounts, ResourceState
from shared.inventory.transport import OutOfTime
from shared.speech.collections import TRANSCRIPTIONS
from shared.storage import tables
from shared.storage.lease import Fence
from shared.storage.row_range import RowRange
from shared.storage.tables import IDS, KEY_COLUMNS, SOURCES, Index, Key, Operation, Row

_log = logging.getLogger(__name__)
_PAGE: Final = 100
FILES: Final = "files"  # among the problems that the record names by list
_KEY: Final = KEY_COLUMNS
_STOPPING: Final = NO_ACCESS | {"TlsFailed", "BadEndpoint", "Redirected"}  # of the service, not of one job
_UNREAD: Final = (
    "The names of their audio files are not known. Reports are fetched from Azure Blob storage only: if the resource "
    "brings its own storage, let the app through its network rules."
)
_MOST_LATER: Final = 500
_MOST_FAILED: Final = 3  # jobs without an answer; then it is the service, not the job


class FilesStatus(StrEnum):
    DONE = "done"  # nothing is left
    TIME = "time"  # the rest waits for the next run
    INTERRUPTED = "interrupted"  # a sync has begun
    FAILED = "failed"


@dataclass(slots=True)
class FilesResult:
    """What was read. `problem` is the reason of `failed`, or what a person should know."""

    status: FilesStatus = FilesStatus.DONE
    jobs: int = 0
    reports: int = 0
    unread: int = 0  # reports that exist and could not be read
    audio: int = 0
    labels: int = 0  # display names that are to be replaced
    problem: Problem | None = None


class ReportReader:
    """The rest of a run's time, spent on what is still to be read."""

    def __init__(self, index: Index, client: SpeechClient, resource: str, names: AudioNames) -> None:
        self._index, self._client, self._resource = index, client, resource
        self._source = inventory_rows.source_id(resource)
        self._names = names
        self._fence: Fence[SourceRecord] | None = None
        self._failures = 0
        self._counted = sum(client.transport.requests.values())  # in the record already
        self.result = FilesResult()

    def run(self) -> FilesResult:
        """Never raises for what the service does."""
        row = self._index.get(SOURCES, *keys.record_key(self._source))
        if row is None or source_record.from_row(row).leased(self._index.clock()):
            self.result.status = FilesStatus.INTERRUPTED
            return self.result
        self._fence = Fence(self._index, SOURCES, source_record.from_row(row), tables.etag_of(row))
        try:
            self._work()
            self._report_unread()
            self._tell()
        except LeaseLost:
            self.result.status = FilesStatus.INTERRUPTED
        return self.result

    def _work(self) -> None:
        if self._names.wrong:
            told = "No file was read, since AUDIO_NAMES_KEY is wrong."
            self._failed(Problem("AudioNamesKey", told, self._names.wrong))
            return
        try:
            self._all()
        except OutOfTime:
            self.result.status = FilesStatus.TIME
        except (Refused, Unavailable) as error:
            self._failed(error.problem)

    def _report_unread(self) -> None:
        """Their jobs count as read, since asking again would be the same each time; a person must know of it."""
        result = self.result
        if result.unread and result.problem is None:
            result.problem = Problem(
                "ReportsUnread", f"Of {result.unread} finished jobs the report could not be read.", _UNREAD
            )
            _log.warning("of %d jobs of %s the report could not be read: %s", result.unread, self._resource, _UNREAD)

    def _tell(self) -> None:
        """What stops the reading of files stands beside the problems of single lists until all are read again."""
        state = self._state
        before = state.problems
        problem = self.result.problem
        if problem is None and FILES in before and before[FILES].code == "ReportsUnread" and not self.result.reports:
            return  # until one can be read
        others = {name: other for name, other in before.items() if name != FILES}
        wanted = others if problem is None else others | {FILES: problem}
        if wanted != before and (problem is not None or self.result.status is FilesStatus.DONE):
            self._save(replace(state, problems=wanted))

    def _all(self) -> None:
        """Those that once had no answer come last: they must not keep the others from being read for ever."""
        after = inventory_rows.UNREAD
        later: list[Row] = []
        while todo := self._todo(after):
            for one in todo:
                if not one.get("tried"):
                    self._one_or_later(one)
                elif len(later) < _MOST_LATER:
                    later.append(one)
            after = tables.key_of(todo[-1]).row
        for one in later:
            self._one_or_later(one)

    def _one_or_later(self, todo: Row) -> None:
        """A job whose files cannot be had now stays in the list and does not hold up those after it."""
        try:
            self._one(todo)
        except Unavailable as error:
            if not todo.get("tried"):
                self._save(self._state, [tables.merge({name: todo[name] for name in _KEY} | {"tried": True})])
            self._failures += 1
            if self._failures >= _MOST_FAILED:
                raise
            self._failed(error.problem)

    def _failed(self, problem: Problem) -> None:
        self.result.status, self.result.problem = FilesStatus.FAILED, problem
        _log.warning("files of %s could not be read: %s %s", self._resource, problem.code, problem.advice)

    def _todo(self, after: str) -> list[Row]:
        wanted = RowRange.of(SOURCES, self._source).rows_after(after, "~todo;")
        found, _ = self._index.query(wanted, page_size=_PAGE)
        return list(found)

    def _one(self, todo: Row) -> None:
        hex32 = tables.key_of(todo).row[-32:]
        summary = self._read(hex32)
        found = self._names.rows(summary.details, hex32, self._resource, self._source)
        self._index.upsert_rows(IDS, found)
        names = sorted({tables.key_of(row).row[:32] for row in found})
        packed = b"".join(bytes.fromhex(name) for name in names)
        self._store(todo, hex32, summary, packed, self._label(hex32, summary.details))
        self.result.jobs += 1
        self.result.audio += len(names)

    def _read(self, hex32: str) -> JobSummary:
        """What the files of a job say."""
        try:
            files = self._client.files(ids.dashed(hex32))
        except Refused as error:
            if error.problem.code in _STOPPING:
                raise
            return JobSummary(refused=error.problem.code)  # this job only; it must not hold up the others
        if files is None:
            return JobSummary(gone=True)
        file = next((one for one in files if one.kind == REPORT), None)
        report = self._client.report(file) if file is not None else None
        if report is not None:
            self.result.reports += 1
        elif file is not None:
            self.result.unread += 1
        return JobSummary(tuple(file.kind for file in files), report)

    def _label(self, hex32: str, details: Sequence[AudioDetail]) -> str:
        """What shall stand in place of the display name, if that tells the name of an audio file."""
        if self._names.keep or not details:
            return ""
        held = self._index.get(SOURCES, *keys.source_row_key(self._source, None, TRANSCRIPTIONS.kind, hex32))
        shown = held.get("displayName", "") if held is not None else ""
        return self._names.label(shown) if shown and pseudonyms.tells(shown, audio_names(details)) else ""

    def _store(self, todo: Row, hex32: str, summary: JobSummary, names: bytes, label: str) -> None:
        """All or nothing, and only if no sync has begun. Raises LeaseLost."""
        now = times.text(self._index.clock())
        place = keys.source_row_key(self._source, None, TRANSCRIPTIONS.kind, hex32)
        held = tables.row_at(place, {"rescued": now, "todoRow": ""})
        key = Key(self._source, f"{inventory_rows.REPORT}{hex32}")
        said = summary.to_json(keep_names=self._names.keep)
        report = tables.row_at(key, {"kind": "report", "at": now}) | rows.json_columns(rows.capped(said))
        operations: list[Operation] = [
            tables.put(report | inventory_rows.pieces(names)),
            tables.merge(held | ({pseudonyms.LABEL: label} if label else {})),
            tables.drop(tables.key_of(todo)),
            *([tables.put(pseudonyms.mark(self._source, hex32))] if label else []),
        ]
        self.result.labels += bool(label)
        state = self._counted_in(self._state, now)
        self._save(replace(state, names_pending=state.names_pending or bool(label)), operations)

    def _counted_in(self, state: ResourceState, now: str) -> ResourceState:
        """One more job, and the requests since the last one."""
        sent = sum(self._client.transport.requests.values())
        more, self._counted = sent - self._counted, sent
        return replace(
            state,
            files_read=FilesRead((state.files_read.jobs if state.files_read else 0) + 1, now),
            requests=RequestCounts(state.requests.last + more, state.requests.total + more),
        )

    @property
    def _state(self) -> ResourceState:
        assert self._fence is not None
        return ResourceState.from_json(self._fence.record.extra)

    def _save(self, state: ResourceState, operations: Sequence[Operation] = ()) -> None:
        assert self._fence is not None
        self._fence.save(lambda held: replace(held, extra=state.to_json()), operations)
