"""The timer trigger: NCRONTAB schedules with seconds, in UTC. A function's runs never overlap."""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from azure.functions.timer import TimerRequest
from croniter import croniter  # type: ignore[import-untyped]  # ships no annotations

from devhost.app import AppError, Function
from devhost.background import Background

_LONGEST_PAUSE: Final = 30.0
_NAME: Final = re.compile(r"[A-Za-z]{4,}")
_log = logging.getLogger(__name__)


def next_run(schedule: str, after: datetime) -> datetime:
    """The first moment of `schedule` after `after`. Five fields are minutes first, six are seconds first."""
    # NCRONTAB takes "January", croniter only "jan"; day of month AND day of week must fit, unlike in cron.
    short = _NAME.sub(lambda m: m[0][:3], schedule)
    found = croniter(short, after, second_at_beginning=True, day_or=False).get_next(datetime)
    if not isinstance(found, datetime):
        raise TypeError(f"croniter gave a {type(found).__name__}")
    return found


class TimerTrigger:
    """The timer of one function."""

    def __init__(
        self, function: Function, background: Background, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._function = function
        self._background = background
        self._clock = clock
        self._schedule = str(function.trigger["schedule"])
        self._running = threading.Lock()
        self._last: datetime | None = None
        try:
            next_run(self._schedule, clock())
        except (ValueError, KeyError) as error:
            raise AppError(f"{function.name}: {self._schedule!r} is not a schedule: {error}") from None

    def start(self) -> None:
        if self._function.trigger.get("runOnStartup"):
            self.run_now()
        threading.Thread(target=self._loop, daemon=True).start()

    def _loop(self) -> None:
        due = next_run(self._schedule, self._clock())
        while not self._background.stopping.wait(self._pause(due)):
            if self._clock() >= due:
                self._run()
                due = next_run(self._schedule, max(self._clock(), due))

    def _pause(self, due: datetime) -> float:
        # Short, because waiting does not count the time that a laptop sleeps.
        return min(_LONGEST_PAUSE, max(0.0, (due - self._clock()).total_seconds()))

    def run_now(self, _: str | None = None) -> None:
        """Run outside the schedule, after a run that goes on."""
        self._background.run(self._run)

    def _run(self) -> None:
        with self._running:
            now = self._clock()
            moments = {"Last": self._last or now, "Next": next_run(self._schedule, now), "LastUpdated": now}
            self._last = now
            status = {name: moment.isoformat() for name, moment in moments.items()}
            try:
                self._function.invoke(TimerRequest(schedule_status=status, schedule={"AdjustForDST": True}))
            except Exception:  # noqa: BLE001  logged by invoke; the next run is the next tick
                _log.info("%s runs again at %s", self._function.name, status["Next"])
