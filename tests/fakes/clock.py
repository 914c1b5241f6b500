"""A clock that stands still until someone waits: tests of days run in milliseconds."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

START = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


class StillClock:
    """`clock()` is now, `clock.sleep(seconds)` moves it; safe to share between threads."""

    def __init__(self, start: datetime = START) -> None:
        self._now = start
        self._lock = threading.Lock()
        self.slept: list[float] = []

    def __call__(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        """For an Index beside it: seconds since the start."""
        return (self._now - START).total_seconds()

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self.slept.append(seconds)
            self._now += timedelta(seconds=max(0.0, seconds))

    def advance(self, **amount: float) -> None:
        """`advance(hours=6)`."""
        with self._lock:
            self._now += timedelta(**amount)
