"""Starts functions without an HTTP trigger: the threads they run in, and timers. Queues, blobs: `storage_triggers`."""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final, Protocol

from azure.core.exceptions import AzureError
from azure.functions.timer import TimerRequest

from dev.functions import Function, ScheduleError
from shared.core.ncrontab import Schedule

_LONGEST_PAUSE: Final = 30.0
_NEVER: Final = datetime.max.replace(tzinfo=UTC)
_log = logging.getLogger(__name__)


class Trigger(Protocol):
    """What starts one function."""

    def start(self) -> None:
        """From now on, by its own rule."""

    def run_now(self, given: str | None) -> None:
        """Once, by hand. ValueError says what `given` must be."""


def first_line(error: BaseException) -> str:
    """Of its message; what follows in messages of the storage SDKs helps nobody at a terminal."""
    return str(error).partition("\n")[0]


class Background:
    """Daemon threads: loops that survive unavailable storage, and runs in limited number. `stopping` ends the loops."""

    def __init__(self, at_once: int = 8) -> None:
        self.stopping = threading.Event()
        self._slots = threading.BoundedSemaphore(at_once)

    def run(self, work: Callable[[], object]) -> None:
        """Do `work` once, in a thread. Waits for a free slot first."""
        self._slots.acquire()

        def body() -> None:
            try:
                work()
            except AzureError as error:
                _log.warning("storage: %s", first_line(error))
            except Exception:  # noqa: BLE001  nobody else would see it
                _log.exception("a background run failed")
            finally:
                self._slots.release()

        threading.Thread(target=body, daemon=True).start()

    def every(self, seconds: float, work: Callable[[], object]) -> None:
        """Do `work` again and again. Storage that does not answer is reported once, not every time."""

        def body() -> None:
            reported = False
            while not self.stopping.is_set():
                try:
                    work()
                    reported = False
                except AzureError as error:
                    if not reported:
                        _log.warning("storage: %s", first_line(error))
                    reported = True
                except Exception:  # noqa: BLE001  one bad round does not end the loop
                    _log.exception("a background loop failed and will be retried")
                self.stopping.wait(seconds)

        threading.Thread(target=body, daemon=True).start()


class TimerTrigger:
    """The timer of one function: NCRONTAB, in UTC. Its runs never overlap.

    Ticks that were missed (a laptop slept) are made up for by one run.
    """

    def __init__(
        self, function: Function, background: Background, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._function = function
        self._background = background
        self._clock = clock
        self._running = threading.Lock()
        text = str(function.trigger["schedule"])
        try:
            self._schedule = Schedule.parse(text)
        except ValueError as error:
            raise ScheduleError(f"{function.name}: {text!r} is not a schedule: {error}") from None

    def _next(self, after: datetime) -> datetime:
        return self._schedule.next_after(after) or _NEVER

    def start(self) -> None:
        threading.Thread(target=self._loop, daemon=True).start()

    def _loop(self) -> None:
        due = self._next(self._clock())
        while not self._background.stopping.wait(self._pause(due)):
            if self._clock() >= due:
                self._run()
                due = self._next(max(self._clock(), due))

    def _pause(self, due: datetime) -> float:
        # Short, because waiting does not count the time that a laptop sleeps.
        return min(_LONGEST_PAUSE, max(0.0, (due - self._clock()).total_seconds()))

    def run_now(self, given: str | None) -> None:  # noqa: ARG002  a timer takes no input
        self._background.run(self._run)

    def _run(self) -> None:
        with self._running, contextlib.suppress(Exception):  # logged by invoke; the next run is the next tick
            self._function.invoke(TimerRequest())
