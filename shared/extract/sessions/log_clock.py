"""Wall-clock time from relative milliseconds.

A native log counts milliseconds since the library was loaded. One absolute stamp in the same process gives every line
its time: zero = stamp - milliseconds. A log that is appended to holds several processes, each with its own zero.

    12 ms ... 4032 ms | 9 ms ...                      the count falls: a new process, a new epoch
    12 ms ... 60 ms (05:00:00.060) | 80 ms (06:00:00.080)     a stamp contradicts the zero: so here too
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from shared.core import times

BACKWARDS_MS = 1000  # threads write out of order by a few milliseconds; a process starts again from near zero
_STAMP = re.compile(rb"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z| ?[+-]\d\d:?\d\d)")


@dataclass(slots=True)
class Epoch:
    """One process in a log. `zero` is the time of its 0 ms, in milliseconds since 1970."""

    zero: float | None = None
    latest: int = 0


class Moment(NamedTuple):
    """Absolute when `epoch` is None, else relative to its zero."""

    ms: float
    epoch: Epoch | None = None


_new = tuple.__new__


def earlier(first: Moment | None, second: Moment | None) -> Moment | None:
    """The first one where they cannot be compared."""
    if first is None or second is None:
        return first or second
    return second if first.epoch is second.epoch and second.ms < first.ms else first


def later(first: Moment | None, second: Moment | None) -> Moment | None:
    if first is None or second is None:
        return first or second
    return second if first.epoch is second.epoch and second.ms > first.ms else first


class Clock:
    """Follows the processes of one native log."""

    def __init__(self) -> None:
        self.epoch = Epoch()

    def at(self, ms: int) -> Moment:
        epoch = self.epoch
        if ms > epoch.latest:
            epoch.latest = ms
        elif ms < epoch.latest - BACKWARDS_MS:
            self.epoch = epoch = Epoch(latest=ms)
        return _new(Moment, (ms, epoch))  # half the time of a call of the class: once a line that is read

    def begin(self, ms: float, zero: float | None = None) -> Epoch:
        self.epoch = Epoch(zero, int(ms))
        return self.epoch

    def stamp(self, moment: Moment, absolute: float) -> float:
        """An absolute time on the line at `moment`: the zero, which is given back."""
        return self.settle(moment, absolute - moment.ms)[1]

    def settle(self, moment: Moment, zero: float) -> tuple[Moment, float]:
        """The zero at `moment` is known. A zero that was known before stays that of what came before."""
        epoch = moment.epoch
        if epoch is None or (epoch.zero is not None and not differ(epoch.zero, zero)):
            return moment, zero
        if epoch.zero is None:
            epoch.zero = zero
        else:
            epoch = self.begin(moment.ms, zero)
        return Moment(moment.ms, epoch), zero


def differ(first: float, second: float) -> bool:
    return abs(first - second) > BACKWARDS_MS


def absolute(text: bytes) -> float | None:
    """The first stamp with a time zone in `text`, in milliseconds since 1970. Local times tell nothing."""
    match = _STAMP.search(text)
    if match is None:
        return None
    try:
        return datetime.fromisoformat(match[0].decode("ascii").replace(",", ".").replace(" +", "+")).timestamp() * 1000
    except (ValueError, OverflowError):
        return None


def iso(moment: Moment | None, zero: float | None = None) -> str | None:
    """As the API writes it, or None when nothing tells the zero."""
    if moment is None:
        return None
    if moment.epoch is not None:
        zero = zero if zero is not None else moment.epoch.zero
        if zero is None:
            return None
    ms = moment.ms + (zero or 0.0) if moment.epoch is not None else moment.ms
    try:
        return times.text(times.clamp(datetime.fromtimestamp(ms / 1000, UTC)))
    except (ValueError, OverflowError, OSError):
        return None
