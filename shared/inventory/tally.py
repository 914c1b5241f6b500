"""What a pass over one list counts."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Tally:
    """`items` is the position in the list, `shifts` how often the list had moved, `nameless` entities without an ID."""

    items: int = 0
    pages: int = 0
    page_size: int = 0
    listed: int = 0
    changed: int = 0
    new: int = 0
    nameless: int = 0
    shifts: int = 0
    complete: bool = True
