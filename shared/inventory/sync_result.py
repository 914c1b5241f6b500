"""What one run of the inventory tells its caller."""

from __future__ import annotations

from dataclasses import dataclass, field

from shared.inventory.list_pass import Tally
from shared.inventory.report_reader import RescueReport
from shared.inventory.service_errors import Problem
from shared.inventory.state import SyncMode


@dataclass(slots=True)
class SyncReport:
    """What became of it. `status`: done, continue (queue it again after `wait` seconds), failed, joined, lost."""

    resource: str
    status: str = "done"
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
    rescue: RescueReport | None = None

    @property
    def unfinished(self) -> bool:
        """Is something left for which only the time was missing?"""
        return self.status == "continue" or (self.rescue is not None and self.rescue.status == "time")

    @property
    def listed(self) -> int:
        return sum(t.listed for t in self.tallies.values())

    @property
    def changed(self) -> int:
        return sum(t.changed for t in self.tallies.values())
