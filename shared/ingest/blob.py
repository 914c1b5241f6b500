"""One blob: download, extract, index, record. Every way it can end stands in the record.

Only when not even the record can be written an exception leaves `ingest_blob`: the trigger's five tries come without
pause, so a passing failure must not use them up. It stands in the record as failed and retryable, for the sweep.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Final, Protocol

from azure.core.exceptions import HttpResponseError
from azure.storage.blob import BlobClient

from shared.core import times
from shared.core.errors import AppError, LeaseLost, SourceChanged, TryAgain, place
from shared.core.records import Sighting
from shared.extract import Extraction, Extractor
from shared.index import Index, query, stale_rows
from shared.index.keys import source_id
from shared.index.source_attempt import FIRST, AlreadyDone, Busy, SourceRun
from shared.index.source_record import DONE, FAILED, Failure, SourceRecord
from shared.storage.blob_reader import CHUNK, Download, start

log = logging.getLogger(__name__)

VERSION: Final = "1"  # of extraction and rows: raise it when the same bytes give more, so that a replay is not skipped
_MOST_RESTARTS: Final = 5  # on contents that are overwritten while they are read
# A function that exceeds host.json's functionTimeout (30 minutes) takes the worker, and all that runs in it, with it. A
# third of that time is left to write what was found.
MOST_SECONDS: Final = 1200.0


class Feeds(Protocol):
    """What an extractor is to us."""

    def feed(self, chunk: bytes, /) -> None: ...
    def finish(self) -> Extraction: ...


class MakesFeeds(Protocol):
    def __call__(self, name: str, /) -> Feeds: ...


def ingest_blob(
    blob: BlobClient,
    index: Index,
    *,
    worker: str,
    force: bool = False,
    extractor: MakesFeeds = Extractor,
    version: str = VERSION,
    chunk: int = CHUNK,
    seconds: float = MOST_SECONDS,
) -> SourceRecord:
    """Bring the index to what the blob holds now; `force`: also if this very content was read before.

    Reading stops after `seconds`; what was found until then is kept, and a notice says so.

    Returns the record as it stands then: done, failed, or running if another worker has it. Raises
    StorageUnavailable if the record could not be written.
    """
    work = _Work(blob, index, worker, extractor, version, chunk, seconds)
    mark: str | None = None  # the newer content that we knew of before the last download
    restarts = 0
    while True:
        found = work.once(force=force)
        if isinstance(found, Busy):
            return found.record
        if not _changed(found):
            if found.newer_etag is None:
                return found
            if found.newer_etag in (mark, found.etag):
                return stale_rows.forget_mark(index, found)
        if restarts == _MOST_RESTARTS:
            return found  # open, so the sweep goes on
        restarts += 1
        log.info("%s was overwritten while it was read (%d)", found.source_id, restarts)
        mark, force = found.newer_etag, False


def _changed(found: SourceRecord) -> bool:
    return found.status == FAILED and found.error is not None and found.error.code == SourceChanged.code


@dataclass(frozen=True, slots=True)
class _Work:
    blob: BlobClient
    index: Index
    worker: str
    extractor: MakesFeeds
    version: str
    chunk: int
    seconds: float

    @property
    def source(self) -> str:
        return f"blob:{self.blob.container_name}/{self.blob.blob_name}"

    def once(self, *, force: bool) -> SourceRecord | Busy:
        """One version of the blob, from its first byte to the record."""
        try:
            download = start(self.blob, self.index, self.chunk)
        except (AppError, HttpResponseError) as error:
            return self._unread(_failure(error))
        early = self._early(download) if download.whole else None
        run = SourceRun.begin(
            self.index,
            self.source,
            etag=download.etag,
            modified=download.modified,
            size=download.size,
            worker=self.worker,
            version=self.version,
            force=force,
            first=_first(early),
        )
        if isinstance(run, Busy):
            return run
        if isinstance(run, AlreadyDone):
            return run.record
        try:
            return self._store(run, download, early)
        except LeaseLost:
            log.warning("lost the lease on %s", run.record.source_id)
            return self._known() or run.record
        except Exception as error:  # noqa: BLE001 - whatever it is: one bad source never stops the others
            return self._fail(run, _failure(error))

    def _early(self, download: Download) -> Extraction | Exception:
        """A small blob is read before the lease is taken, so that one request can begin and store the first rows."""
        try:
            return self._extract(download, None)
        except Exception as error:  # noqa: BLE001 - raised again when there is a record that can tell
            return error

    def _extract(self, download: Download, run: SourceRun | None) -> Extraction:
        reader = self.extractor(self.source)
        ends = self.index.monotonic() + self.seconds
        read = 0
        for chunk in download.chunks():
            reader.feed(chunk)
            read += len(chunk)
            if run is not None:
                run.renew()
            if read < download.size and self.index.monotonic() >= ends:
                found = reader.finish()
                found.notices.append(_too_slow(read, download.size, self.seconds))
                return found
        return reader.finish()

    def _store(self, run: SourceRun, download: Download, early: Extraction | Exception | None) -> SourceRecord:
        if isinstance(early, Exception):
            raise early
        with early or self._extract(download, run) as found:
            if download.whole and not run.fresh:
                # Read before the lease was ours: a slower worker must not put older content over newer.
                download.check()
            if not (early and _first(early)):
                run.write(found.sightings)
            return run.finish(
                notices=found.notices, near_misses=found.near_misses, redacted=found.redacted, format=found.format
            )

    def _unread(self, failure: Failure) -> SourceRecord | Busy:
        """Nothing of the blob could be read, so there is no version to speak of."""
        known = self._known()
        if known is not None and not failure.retryable and (known.status == DONE and not known.newer_etag):
            return known  # Deleted after it was read: what it held stays known, and that it was read well.
        if known is not None and known.error == failure:
            return known
        run = SourceRun.begin(
            self.index,
            self.source,
            etag=known.newer_etag or known.etag or "" if known else "",
            size=0,
            force=True,
            # The one place where the clock must do: a blob that we never saw has no other time.
            modified=times.try_parse(known.modified if known else None) or self.index.clock(),
            worker=self.worker,
            version=self.version,
        )
        if isinstance(run, AlreadyDone):
            return run.record
        return run if isinstance(run, Busy) else self._fail(run, failure)

    def _fail(self, run: SourceRun, failure: Failure) -> SourceRecord:
        try:
            return run.fail(failure.code, failure.message, retryable=failure.retryable)
        except LeaseLost:
            return self._known() or run.record

    def _known(self) -> SourceRecord | None:
        return query.get_source(self.index, source_id(self.source))


def _too_slow(read: int, size: int, seconds: float) -> str:
    return (
        f"Reading stopped after {seconds / 60:.0f} minutes, at {read:,} of {size:,} bytes; what was read is kept. "
        "Split the log, or read it with the command line."
    )


def _first(early: Extraction | Exception | None) -> list[Sighting]:
    """The sightings that the first transaction takes: all, or none."""
    if not isinstance(early, Extraction) or len(early.sightings) > FIRST:
        return []
    return list(early.sightings)


def _failure(error: Exception) -> Failure:
    """What the record says about it. Messages of others are not kept: they may quote the log."""
    if isinstance(error, AppError):
        return Failure(error.code, error.message, isinstance(error, TryAgain))
    name = type(error).__name__
    if isinstance(error, OSError | MemoryError):
        return Failure(name, "This instance ran out of disk or memory. It is tried again.", retryable=True)
    if isinstance(error, HttpResponseError):
        return Failure("StorageRefused", f"Storage refused a request ({error.status_code}). See the app's log.")
    # Type and place only: the message of an unexpected error may quote the log that was read.
    log.error("fault while reading a blob: %s at %s", name, place(error))
    return Failure("InternalError", f"Reading it failed ({name}). This is a fault of the app; please report it.")
