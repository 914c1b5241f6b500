"""What a caller may choose for one sync."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from shared.inventory.timing import Patience, Timing

if TYPE_CHECKING:  # the timer, which only queues, does not pay for `requests`
    import requests

    from shared.inventory.auth import Credential
    from shared.inventory.sync_context import Progress


@dataclass(frozen=True, slots=True)
class SyncOptions:
    """`full`: read every list to its end; `read_files`: then read the files of finished jobs; `worker`: for people."""

    full: bool = False
    read_files: bool = True
    worker: str = ""
    progress: Progress | None = None
    timing: Timing = field(default_factory=Timing)
    patience: Patience = field(default_factory=Patience)
    session: requests.Session | None = None
    credential: Callable[[], Credential] | None = None
