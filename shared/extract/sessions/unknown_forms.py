"""The shape of words in front of an ID that no row of the table knows: how a new wording of an SDK is noticed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from shared.extract.sessions.candidate import classify
from shared.extract.sessions.matcher import ROW_BITS

if TYPE_CHECKING:
    from shared.extract.sessions.matcher import Prefilter
    from shared.extract.text.window import Window

_FIRST, _EACH, _SHAPES = 8, 16, 100  # blocks: the first 4 MiB, then a sample

_LABELED = re.compile(rb"(?i)session[^0-9\n]{1,41}$")
_OTHER_IDS = re.compile(rb"(?i)request|result|event|source|node|trace|user|service|device|priv|key")
_WORDS = frozenset(
    (
        "session",
        "id",
        "ids",
        "is",
        "was",
        "for",
        "with",
        "the",
        "of",
        "guid",
        "uuid",
        "connection",
        "started",
        "stopped",
        "speech",
        "stt",
        "event",
        "token",
        "handle",
        "key",
        "name",
        "value",
        "current",
        "new",
    )
)


def shape_of(before: bytes) -> str | None:
    """The words before an ID without anything of their content; None if they do not speak of a session."""
    match = _LABELED.search(before)
    if match is None or _OTHER_IDS.search(match[0]):
        return None
    said = match[0].decode("ascii", "replace")
    return re.sub(r"[A-Za-z_]+", lambda m: m[0] if m[0].lower() in _WORDS else "w", said) + "<id>"


class UnknownForms:
    """The alarm: looks at samples of the windows. `shapes` counts what it found."""

    def __init__(self, search: Callable[[], Prefilter]) -> None:
        self._make_search = search
        self._search: Prefilter | None = None
        self._blocks = 0
        self.shapes: Counter[str] = Counter()

    def look(self, window: Window, taken: Callable[[], set[int]], known: Collection[str]) -> None:
        """`taken`: where the digits of IDs begin that a row found, each 8 behind."""
        self._blocks += 1
        if self._blocks > _FIRST and self._blocks % _EACH:
            return
        self._search = self._search or self._make_search()
        ends = taken()
        for hit in self._search.scan(window.text):
            end = hit >> ROW_BITS
            if end not in ends and end > window.fresh and len(self.shapes) < _SHAPES:
                self._count(window, end, known)

    def _count(self, window: Window, end: int, known: Collection[str]) -> None:
        candidate = classify(window, end - 8, any_version=False, connection_id=False)
        if not candidate.id or candidate.id in known:
            return
        shape = shape_of(window.text[max(window.line_start(end), end - 60) : end - 8])
        if shape is not None:
            self.shapes[shape] += 1
