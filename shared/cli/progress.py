"""One line about long work, in a terminal only: after two seconds, and gone when the work is done."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from types import TracebackType
from typing import Final, Self

from shared.cli.table import plain

_PATIENCE: Final = 2.0  # seconds without a line
_PAUSE: Final = 0.25  # between two lines
_CLEAR: Final = "\r\x1b[K"


class Progress:
    """Use it in `with`, so that the line is gone before anything else is printed."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._out, self._clock = sys.stderr, clock
        self._next = clock() + _PATIENCE
        self._shown = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.clear()

    def tell(self, text: str) -> None:
        """Show this line in place of the last one, unless that was a moment ago."""
        now = self._clock()
        if now < self._next or not self._out.isatty():
            return
        self._next, self._shown = now + _PAUSE, True
        self._out.write(_CLEAR + plain(text, 79))
        self._out.flush()

    def clear(self) -> None:
        """Before other output."""
        if self._shown:
            self._out.write(_CLEAR)
            self._out.flush()
            self._shown = False
