"""How a carrier is undone: one pass over a text, which gives the new text and the way back."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial

from shared.extract.decode import zero_width
from shared.extract.text.position_map import Edit, Edits, apply

Pass = Callable[[bytes], tuple[bytes, Edits]]


def removing(expression: bytes, new: bytes = b"") -> Pass:
    """All matches become `new`. Where they stood is only found again when somebody asks."""
    return partial(_substitute, re.compile(expression), new)


def editing(find: Callable[[bytes], Iterator[Edit]]) -> Pass:
    """For what no expression finds."""
    return partial(_edit, find)


def _substitute(pattern: re.Pattern[bytes], new: bytes, text: bytes) -> tuple[bytes, Edits]:
    return pattern.sub(new, text), Edits(lambda: ((*match.span(), new) for match in pattern.finditer(text)))


def _edit(find: Callable[[bytes], Iterator[Edit]], text: bytes) -> tuple[bytes, Edits]:
    edits = list(find(text))
    return apply(text, edits) if edits else text, Edits(lambda: edits)


# Characters that nobody sees were taken out when the bytes were decoded; these came out of codes
UNSEEN: tuple[Pass, ...] = tuple(removing(pattern.pattern, new) for pattern, new in zero_width.RULES)
