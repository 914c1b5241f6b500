"""What both halves of a sweep work with: the container, the index, the time that is left, the report."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from azure.core.exceptions import HttpResponseError
from azure.data.tables import TableEntity
from azure.storage.blob import ContainerClient

from shared.core.errors import AppError
from shared.index import Index, keys
from shared.index.source_record import SourceRecord
from shared.storage.row_range import RowRange
from shared.storage.tables import TIMELINE

log = logging.getLogger(__name__)

Ingest = Callable[[str, bool], SourceRecord]  # (name of the blob, also if it is done) -> its record afterwards


@dataclass(slots=True)
class SweepReport:
    """What a sweep did. `finished`: it saw everything; else the next one goes on."""

    replayed: int = 0
    never_seen: int = 0
    tidied: int = 0
    mended: int = 0
    given_up: int = 0
    failed: int = 0
    finished: bool = False


@dataclass(frozen=True, slots=True)
class Round:
    """One sweep."""

    container: ContainerClient
    index: Index
    ingest: Ingest
    settle: timedelta
    ends: float
    report: SweepReport = field(default_factory=SweepReport)

    @property
    def prefix(self) -> str:
        """Of the names of sources that are blobs of this container."""
        return f"blob:{self.container.container_name}/"

    def late(self, before: float = 0.0) -> bool:
        """Is the time over, but for `before` seconds?"""
        return self.index.monotonic() > self.ends - before

    def safely(self, what: str, action: Callable[[], object]) -> None:
        try:
            action()
        except (AppError, HttpResponseError) as error:
            self.report.failed += 1
            log.warning("sweep: %s: %s", what, type(error).__name__)

    def copies(self, *, only_open: bool = False, select: Sequence[str] | None = None) -> Iterator[TableEntity]:
        """The records' copies in the timeline, newest first."""
        wanted = RowRange.partitions_starting(TIMELINE, f"{keys.SOURCE_KIND}:")
        return self.index.scan(wanted.true("open") if only_open else wanted, select=select)
