"""What a test of the inventory works with: one Speech resource, an index, a clock that moves only when told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from shared.core.stored import StoredSighting
from shared.index import query
from shared.inventory import SyncOptions, SyncResult, sync_resource
from shared.inventory.timing import Timing
from shared.settings import Settings, SpeechResource
from shared.storage.tables import Index
from tests.fakes.clock import StillClock
from tests.fakes.speech import FakeSpeech
from tests.fakes.tables import TableDouble


@dataclass
class Bench:
    """`bench.sync()` runs one sync, by default without reading files."""

    clock: StillClock
    fake: FakeSpeech
    index: Index
    settings: Settings

    @property
    def resource(self) -> SpeechResource:
        return self.settings.resources[0]

    def sync(self, **options: Any) -> SyncResult:
        usual: dict[str, Any] = {"timing": self.timing, "read_files": False}
        return sync_resource(self.resource, self.settings, self.index, SyncOptions(**usual | options))

    @property
    def timing(self) -> Timing:
        return self.waiting(0.5)

    def waiting(self, jitter: float) -> Timing:
        """Waits on the still clock; `jitter` (0 to 1) in place of random numbers."""
        return Timing(self.clock, self.clock.sleep, lambda: jitter)

    def find(self, entity_id: str) -> StoredSighting:
        [found] = query.find(self.index, entity_id.replace("-", ""))
        return found

    def set(self, **values: Any) -> None:
        """Change settings."""
        self.settings = replace(self.settings, **values)


@contextmanager
def watched(tables: Any = None, prefix: str = "", **options: Any) -> Iterator[Bench]:
    """A bench, by default on tables in memory; `options` are those of the fake service."""
    clock = StillClock()
    with FakeSpeech(clock, **options) as fake:
        resource = SpeechResource("prod", fake.endpoint, "westeurope", fake.key)
        double: Any = tables or TableDouble()
        index = Index(double, prefix, clock=clock, sleep=clock.sleep, monotonic=clock.monotonic)
        yield Bench(clock, fake, index, Settings(resources=(resource,)))
