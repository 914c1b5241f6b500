"""What the words of a line name, and the lists of IDs below a heading."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.extract.entities.mentions import alone, awaits_ids, listed_id, mentions, speaks

if TYPE_CHECKING:
    from collections.abc import Callable

    from shared.core.records import Place
    from shared.extract.entities.tree import Tree


class Words:
    """`line` each line that stands outside of brackets, in order."""

    def __init__(self, tree: Tree, place: Callable[[int], Place]) -> None:
        self._tree = tree
        self._place = place  # of a position in the text
        self._listing = False  # a line above said of what IDs follow
        self._listed = False  # and one has followed

    def line(self, line: str, at: int) -> None:
        if not line.strip():
            self._listing = self._listing and not self._listed
            return
        listed = listed_id(line) if self._listing else None
        if listed is not None:
            self._listed = True
            self._tree.mention(listed, None, self._place(at))
            return
        self._listing, self._listed = awaits_ids(line), False
        if (speaks(line) or "speechtotext" in line) and not line.startswith(("{", "[")):
            structured = "{" in line or "[" in line
            self.within(line, at, strict=structured)
            for sighting, url in alone(line) if not structured or "\t" in line else ():
                self._tree.mention(sighting, url, self._place(at))

    def within(self, text: str, at: int, *, strict: bool = True) -> None:
        """`strict`: what only a line of its own can say is left out."""
        for sighting, url in mentions(text):
            if url is None or not strict:
                self._tree.mention(sighting, url, self._place(at))
