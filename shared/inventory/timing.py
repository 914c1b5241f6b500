"""How long a sync waits, and by which clock. Tests bring their own."""

from __future__ import annotations

import random as random_module
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True)
class Timing:
    """`sleep` takes seconds; `random` (0 to 1) spreads retries."""

    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    sleep: Callable[[float], None] = time.sleep
    random: Callable[[], float] = random_module.random


@dataclass(frozen=True, slots=True)
class Patience:
    """Limits of one request: tries, seconds in all, size and duration of the answer."""

    tries: int = 5
    seconds: float = 120.0
    first_wait: float = 1.0
    longest_wait: float = 30.0
    answer_seconds: float = 90.0
    answer_bytes: int = 32 * 2**20
