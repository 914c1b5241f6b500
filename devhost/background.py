"""Threads of the development host: loops that survive storage being away, and runs that are limited in number."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from azure.core.exceptions import AzureError

_log = logging.getLogger(__name__)


class Background:
    """Starts daemon threads; `stopping` is set when the host ends."""

    def __init__(self, at_once: int = 8) -> None:
        self.stopping = threading.Event()
        self._slots = threading.BoundedSemaphore(at_once)

    def run(self, work: Callable[[], object]) -> None:
        """Do `work` once, in a thread, when a slot is free. Waits for the slot."""
        self._slots.acquire()

        def body() -> None:
            try:
                work()
            except Exception:  # noqa: BLE001  nobody else would see it
                _log.exception("a background run failed")
            finally:
                self._slots.release()

        threading.Thread(target=body, daemon=True).start()

    def every(self, seconds: float, work: Callable[[], object]) -> None:
        """Do `work` again and again until the host stops. Storage that does not answer is told once, not every time."""

        def body() -> None:
            told = False
            while not self.stopping.wait(seconds):
                try:
                    work()
                    told = False
                except AzureError as error:
                    if not told:
                        _log.warning("storage: %s", str(error).splitlines()[0])
                    told = True
                except Exception:  # noqa: BLE001  one bad round does not end the watch
                    _log.exception("a background loop stumbled; it goes on")

        threading.Thread(target=body, daemon=True).start()
