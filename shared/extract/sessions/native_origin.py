"""Where a line of a native SDK log comes from: its thread, and its time by the stamps of whoever carries the log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.extract.sessions import record_context
from shared.extract.sessions.log_clock import Clock, Moment, differ
from shared.extract.sessions.native_prefix import BEHIND, FALL_MS, MARK, one_process, prefix, zeros
from shared.extract.text.bytesearch import rfind

if TYPE_CHECKING:
    from shared.extract.text.window import Window

_SEEKS = 4  # per block
Origin = tuple[int, Moment]  # thread and time of a line


class NativeOrigins:
    """`find` the origin of positions in the order of the text. `mark` is where the last one's prefix begins."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.lines = 0
        self.mark = 0
        self._marked: Window | None = None
        self._looked: Window | None = None
        self._seeks = 0  # for a stamp, without success
        self._none = 0  # nothing was found before this position of `_looked`: other logs have no such prefix anywhere
        self._origin: Origin | None = None

    def next_file(self) -> None:
        """Its times count from another start."""
        self._marked = None
        self.clock = Clock()

    def find(self, window: Window, position: int) -> Origin | None:
        """Thread and time of the record that `position` is in: its own line's prefix, or that of a line before."""
        if window is not self._looked:
            self._looked, self._none, self._seeks = window, 0, 0
        low = max(0, position - BEHIND)
        if position >= self._none:
            low = max(low, self._none - len(MARK))
        at = rfind(window.text, MARK, low, position)
        if at < 0:
            self._none = position
            return None
        if at == self.mark and window is self._marked:  # several hits in one record
            return self._origin
        line = prefix(window.text, at)
        if line is None:
            return None
        self.lines += 1
        self.mark, self._marked = at, window
        self._origin = int(line[1]), self.clock.at(int(line[2]))
        return self._origin

    def settled(self, window: Window, position: int, origin: Origin, *, begins: bool) -> Moment:
        """The time of this line, by a stamp near by: a verbose log has many. `begins`: maybe another process, too."""
        moment, epoch = origin[1], origin[1].epoch
        if epoch is None:
            return moment
        if begins and epoch.zero is None and moment.ms < epoch.latest - FALL_MS:
            epoch = self.clock.begin(moment.ms)
            moment = Moment(moment.ms, epoch)
        known = epoch.zero
        if self._seeks < _SEEKS if known is None else begins:
            moment = self._by_stamp(window, position, moment, known)
        self._origin = origin[0], moment
        return moment

    def _by_stamp(self, window: Window, position: int, moment: Moment, known: float | None) -> Moment:
        for zero, at in zeros(window.text, position, near=known is not None):
            if known is not None and not differ(known, zero):
                return moment
            if one_process(window.text, position, at):
                return self.clock.settle(moment, zero)[0]
        if known is None:
            self._seeks += 1
            carried = record_context.time_of(window, position)  # of the logger that carries the line
            if carried is not None:
                return self.clock.settle(moment, carried - moment.ms)[0]
        return moment
