"""What all parts of one sync of one Speech resource work with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.inventory.audio_index import AudioNames
from shared.inventory.client import SpeechClient
from shared.inventory.resource_run import ResourceRun
from shared.inventory.tally import Tally
from shared.inventory.urls import identity
from shared.settings import Settings, SpeechResource
from shared.speech.collections import Listing, listings
from shared.storage.tables import Index

Progress = Callable[[str, Tally], object]


def no_progress(_kind: str, _tally: Tally) -> None:
    """For callers that show none."""


@dataclass(frozen=True, slots=True)
class SyncContext:
    """`started` is by the service's clock; `progress` gets the kind and the tally of a list after each page."""

    resource: SpeechResource
    settings: Settings
    index: Index
    client: SpeechClient
    run: ResourceRun
    names: AudioNames
    started: datetime
    progress: Progress

    def now(self) -> datetime:
        """By the service's clock."""
        return self.client.transport.now()

    @property
    def stuck_after(self) -> timedelta:
        return timedelta(minutes=self.settings.stuck_after_minutes)

    @property
    def listings(self) -> tuple[Listing, ...]:
        """Transcriptions first."""
        return listings(self.settings.api_version, base_models=self.settings.sync_base_models)

    @property
    def identity(self) -> str:
        """Changes when another resource answers under this name."""
        return identity(self.resource)
