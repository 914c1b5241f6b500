"""Faults on demand. Each one that really happened is counted, so that a test can assert that it did."""

from __future__ import annotations

import re
import threading
from collections import Counter
from dataclasses import dataclass
from typing import Any, Final

# Replaces the answer.
REPLACING: Final = frozenset(
    {
        "401",
        "401-gateway",
        "403",
        "403-domain",
        "404",
        "429",
        "429-date",
        "429-bare",
        "500",
        "503",
        "400-f0",
        "400-version",
        "302",
        "reset",
        "half",
        "not-json",
    }
)
# Changes the page that the answer would be.
CHANGING: Final = frozenset(
    {
        "repeat",
        "loop",
        "foreign",
        "other-form",
        "shuffle",
        "no-self",
        "nulls",
        "unknown",
        "null-link",
        "skew",
        "slow",
        "huge",
    }
)


@dataclass(slots=True)
class Fault:
    """Happens to the next `times` requests whose path and query match."""

    kind: str
    match: str = ""
    times: int = 1
    after: int = 0
    value: Any = None


class FaultPlan:
    """What shall go wrong, and what went wrong (`happened`)."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._lock = threading.Lock()
        self.happened: Counter[str] = Counter()

    def add(self, kind: str, match: str = "", *, times: int = 1, after: int = 0, value: Any = None) -> None:
        """`after` requests that match pass unharmed first; `times` -1 is for ever."""
        if kind not in REPLACING | CHANGING:
            raise ValueError(f"no such fault: {kind}")
        with self._lock:
            self._faults.append(Fault(kind, match, times, after, value))

    def clear(self) -> None:
        """From now on all is well."""
        with self._lock:
            self._faults.clear()

    def take(self, request: str) -> Fault | None:
        """The fault for this request, if one is due. It counts only when it takes effect (`count`)."""
        with self._lock:
            for fault in self._faults:
                if fault.times == 0 or not re.search(fault.match, request):
                    continue
                if fault.after > 0:
                    fault.after -= 1
                    continue
                fault.times -= 1 if fault.times > 0 else 0
                return fault
        return None

    def count(self, kind: str) -> None:
        with self._lock:
            self.happened[kind] += 1
