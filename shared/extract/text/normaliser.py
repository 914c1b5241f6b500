"""Takes carriers off each block, once for all that read it: block -> `Normaliser` -> window -> sessions, entities.

block    |-- look back --|------ fresh ------|      as it stands in the source
               clean            clean                each for itself: a carrier that ends in the fresh part is kept
window   |- look back -|----- fresh ----|            in mind from block to block
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import NamedTuple

from shared.extract.text.blocks import Block
from shared.extract.text.carriers import CARRIERS, Carrier
from shared.extract.text.containers import Joiner
from shared.extract.text.passes import Pass, editing
from shared.extract.text.position_map import Chain, Edits, Mapping, SideBySide
from shared.extract.text.window import Window

_ROUNDS = 4  # a carrier within a carrier within...


class Look(NamedTuple):
    """What one search found in a text. `rows`: those of the pattern table that hit, without their places."""

    hits: list[int]
    rows: frozenset[int]
    carriers: frozenset[Carrier]


class Normaliser:
    """`clean` the blocks of one source in order. The fresh parts of all windows are the whole text, nothing twice."""

    def __init__(self, search: Callable[[bytes], Look]) -> None:
        self._search = search
        self.next_file()

    def next_file(self) -> None:
        """What is known of carriers does not go on."""
        self._rest: frozenset[Carrier] = frozenset()
        self._joiners: dict[Carrier, Joiner] = {}

    def clean(self, block: Block, *, last: bool = False) -> Window:
        look = self._search(block.text)
        self._rest |= {carrier for carrier in look.carriers if carrier.rest}
        seen, text, fresh, steps = look.carriers | self._rest, block.text, block.fresh, list[Mapping]()
        if self._joining or any(not carrier.whole for carrier in seen):
            text, fresh, step = self._parts(block, seen, last=last)
            steps.append(step)
            look = self._search(text)
        for _ in range(_ROUNDS):
            found = [carrier for carrier in CARRIERS if carrier in look.carriers and carrier.again]
            new, more = _pass(text, (undo for carrier in found for undo in carrier.undo))
            if new == text:
                break
            steps += more
            text, fresh = new, _forward(more, fresh)
            look = self._search(text)
        return Window(text, fresh, look.hits, look.rows, last, block, Chain(steps) if steps else None)

    @property
    def _joining(self) -> bool:
        return any(joiner.open for joiner in self._joiners.values())

    def _parts(self, block: Block, seen: frozenset[Carrier], *, last: bool) -> tuple[bytes, int, Mapping]:
        """The look-back and the fresh part, each for itself."""
        before, back = self._cleaned(block.text[: block.fresh], seen, {}, last=False)
        if self._joining:
            before = before.removesuffix(b"\n")
        text, way = self._cleaned(block.text[block.fresh :], seen, self._joiners, last=last)
        return before + text, len(before), SideBySide(back, way, len(before), block.fresh)

    @staticmethod
    def _cleaned(
        text: bytes, seen: frozenset[Carrier], joiners: dict[Carrier, Joiner], *, last: bool
    ) -> tuple[bytes, Mapping]:
        passes = list[Pass]()
        for carrier in CARRIERS:
            if carrier.joiner is not None and (carrier in seen or carrier in joiners):
                joiner = joiners.setdefault(carrier, carrier.joiner())
                passes.append(editing(partial(joiner.edits, last=last)))
            elif carrier in seen and not carrier.whole:
                passes += carrier.undo
        text, steps = _pass(text, passes)
        return text, Chain(steps)


def _pass(text: bytes, passes: Iterable[Pass]) -> tuple[bytes, list[Edits]]:
    steps = list[Edits]()
    for undo in dict.fromkeys(passes):
        new, step = undo(text)
        if new != text:
            steps.append(step)
            text = new
    return text, steps


def _forward(steps: list[Edits], position: int) -> int:
    for step in steps:
        position = step.forward(position)
    return position
