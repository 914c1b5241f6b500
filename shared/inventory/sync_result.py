"""What one sync reports to its caller."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from shared.inventory.report_reader import FilesResult, FilesStatus
from shared.inventory.service_errors import Problem
from shared.inventory.state import SyncMode
from shared.inventory.tally import Tally


class SyncStatus(StrEnum):
    DONE = "done"
    CONTINUE = "continue"  # out of time: to be queued again after `wait` seconds
    FAILED = "failed"
    JOINED = "joined"  # another run holds the lease; it runs once more
    LOST = "lost"  # another run has taken over


@dataclass(slots=True)
class SyncResult:
    """How it ended and what it did. `problem` is that of the transcriptions."""

    resource: str
    status: SyncStatus = SyncStatus.DONE
    mode: SyncMode = SyncMode.INCREMENTAL
    complete: bool = True
    looked: bool = False  # failed, but what changed lately was listed
    tallies: dict[str, Tally] = field(default_factory=dict)
    gone: int = 0
    forgotten: int = 0
    stuck: int = 0
    requests: int = 0
    problem: Problem | None = None
    problems: dict[str, Problem] = field(default_factory=dict)  # of lists other than the transcriptions'
    wait: float = 0.0
    run_once_more: bool = False
    files: FilesResult | None = None

    @property
    def unfinished(self) -> bool:
        """Is something left to do for which only the time was missing?"""
        files_left = self.files is not None and self.files.status is FilesStatus.TIME
        return self.status is SyncStatus.CONTINUE or files_left

    @property
    def listed(self) -> int:
        return sum(t.listed for t in self.tallies.values())

    @property
    def changed(self) -> int:
        return sum(t.changed for t in self.tallies.values())
