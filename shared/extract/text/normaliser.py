"""Takes carriers off each block, once for all that read it: block -> `Normaliser` -> window -> sessions, entities.

block    |-- look back --|------ fresh ------|      as it stands in the source
               clean            clean                each for itself: a carrier that ends in the fresh part is kept
window   |- look back -|----- fresh ----|            in mind from block to block
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from collections.abc import Set as AbstractSet
from functools import cached_property, partial
from typing import NamedTuple

from shared.extract.text.blocks import Block
from shared.extract.text.carriers import BY_SIGN, CARRIERS, Carrier
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
        halves = _Halves(block)
        known = {carrier for carrier in BY_SIGN if carrier.sign in block.text} | self._rest
        if known or self._joining:
            known |= self._joiners.keys()
            self._undo(halves, known, last=last)
        look = self._search(halves.text)
        found = look.carriers - known
        self._rest |= {carrier for carrier in found if carrier.rest}
        if any(not carrier.whole for carrier in found):
            if self._undo(halves, found, last=last):
                look = self._search(halves.text)
            else:  # a second look would find no more
                look = look._replace(carriers=frozenset(carrier for carrier in found if carrier.whole))
        return self._whole(halves, look, last=last)

    def _whole(self, halves: _Halves, look: Look, *, last: bool) -> Window:
        """What lies across the border, and what came to light."""
        text, fresh, steps = halves.text, halves.fresh, halves.steps
        for _ in range(_ROUNDS):
            seen = look.carriers.union(carrier for carrier in BY_SIGN if steps and carrier.sign in text)
            found = [carrier for carrier in CARRIERS if carrier in seen and carrier.again]
            new, more = _pass(text, (undo for carrier in found for undo in carrier.undo)) if found else (text, [])
            if not more:
                break
            steps += more
            text, fresh = new, _forward(more, fresh)
            look = self._search(text)
        return Window(text, fresh, look.hits, look.rows, last, halves.block, Chain(steps) if steps else None)

    @property
    def _joining(self) -> bool:
        return any(joiner.open for joiner in self._joiners.values())

    def _undo(self, halves: _Halves, found: AbstractSet[Carrier], *, last: bool) -> bool:
        """Did that change anything?"""
        back = halves.look_back.undo(_passes(found, {}, last=False))
        if self._joining:
            halves.look_back.text = halves.look_back.text.removesuffix(b"\n")
        return halves.rest.undo(_passes(found, self._joiners, last=last)) or back


class _Part:
    """A text and its way back."""

    def __init__(self, text: bytes) -> None:
        self.text = self._before = text
        self.steps = list[Mapping]()

    @property
    def changed(self) -> bool:
        return self.text is not self._before

    def undo(self, passes: Iterable[Pass]) -> bool:
        self.text, steps = _pass(self.text, passes)
        self.steps += steps
        return bool(steps)


class _Halves:
    """Of a block: the look-back and the fresh part, each for itself. They are only cut when there is need."""

    def __init__(self, block: Block) -> None:
        self.block = block

    @cached_property
    def look_back(self) -> _Part:
        return _Part(self.block.text[: self.block.fresh])

    @cached_property
    def rest(self) -> _Part:
        return _Part(self.block.text[self.block.fresh :])

    @property
    def _cut(self) -> bool:
        return "rest" in self.__dict__

    @property
    def text(self) -> bytes:
        if not self._cut or not (self.look_back.changed or self.rest.changed):
            return self.block.text
        return self.look_back.text + self.rest.text

    @property
    def fresh(self) -> int:
        return len(self.look_back.text) if self._cut else self.block.fresh

    @property
    def steps(self) -> list[Mapping]:
        if not self._cut or not (self.look_back.steps or self.rest.steps):
            return []
        back, way = Chain(self.look_back.steps), Chain(self.rest.steps)
        return [SideBySide(back, way, self.fresh, self.block.fresh)]


def _passes(found: AbstractSet[Carrier], joiners: dict[Carrier, Joiner], *, last: bool) -> Iterator[Pass]:
    for carrier in CARRIERS:
        if carrier.joiner is not None and carrier in found:
            joiner = joiners.setdefault(carrier, carrier.joiner())
            yield editing(partial(joiner.edits, last=last))
        elif carrier in found and not carrier.whole:
            yield from carrier.undo


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
