"""Spares the entity scanner the search of text that holds no entity: the prefilter has looked at it already.

Its rows `entity-word` cover every word that makes the scanner read on in the middle of a log. At the beginning of a
source, and in documents that are JSON as a whole, it looks for more words: there it searches itself, as always.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.extract.entities import BLOCK, EntityScanner

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable

    from shared.extract.records import NearMiss, Sighting

_THOROUGH = 64  # its blocks: twice as many as it searches thoroughly
_MARGIN = 4096


class QuietEntityScanner(EntityScanner):
    """`loud` tells that an entity word stands in a stretch of the text; everything else is quiet."""

    def __init__(
        self, emit: Callable[[Sighting], None], near_miss: Callable[[NearMiss], None], redacted: Counter[str]
    ) -> None:
        super().__init__(emit, near_miss, redacted)
        self._loud: list[tuple[int, int]] = []

    def loud(self, start: int, end: int) -> None:
        if self._loud and start <= self._loud[-1][1]:
            self._loud[-1] = (self._loud[-1][0], end)
        else:
            self._loud.append((start, end))

    def _hot(self, count: int) -> set[int]:
        if self._blocks < _THOROUGH or self.format is not None or self._tree.bare_ids:
            return super()._hot(count)
        start, end = self._start - _MARGIN, self._start + count * BLOCK + _MARGIN
        self._loud = [stretch for stretch in self._loud if stretch[1] >= start]
        if any(low < end for low, _ in self._loud):
            return super()._hot(count)
        return set()
