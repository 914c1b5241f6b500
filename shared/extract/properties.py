"""Properties in native logs: read many times, set once, in a bag that is part of an object.

    SetStringValue: this=0x5613507b9dc8; name='SPEECH-RecoMode'; value='INTERACTIVE'
    [0x5613507b9d40]CSpxAudioStreamSession::FireSessionStartedEvent: ...       the bag is 0x88 behind its session
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shared.extract.sdk import text

if TYPE_CHECKING:
    from shared.extract.view import View

_BAG = re.compile(rb"(?:0x)*([0-9A-Fa-f]{4,16}); name")
_THIS = b": this="
_SETTERS = (b"SetStringValue", b"LogPropertyAndValue")
_OBJECT = re.compile(rb"\[(?:0x)?([0-9A-Fa-f]{4,16})\]CSpxAudioStreamSession::")
_BAGS = 64
_BAG_WITHIN = 0x400


def is_set(view: View, position: int) -> re.Match[bytes] | None:
    """Is the property at `position` set here? The match's group is the address of its bag."""
    at = view.text.rfind(_THIS, max(0, position - 90), position)
    if at < 0 or not view.text.endswith(_SETTERS, max(0, at - 24), at):
        return None
    return _BAG.match(view.text, at + len(_THIS))


def value(view: View, position: int) -> str:
    """Up to its closing quote; `position` is behind the first character."""
    return text(view.rest_of_line(position - 1, 40)).partition("'")[0]


class Modes:
    """Recognition modes, set on the caller's thread before the session starts: the bag's address tells whose it is."""

    def __init__(self) -> None:
        self._by_bag: dict[int, str] = {}

    def clear(self) -> None:
        self._by_bag.clear()

    def read(self, view: View, position: int) -> None:
        bag = is_set(view, position)
        if bag is not None:
            if len(self._by_bag) >= _BAGS:
                del self._by_bag[next(iter(self._by_bag))]
            self._by_bag[int(bag[1], 16)] = value(view, position).lower()

    def of(self, view: View, position: int) -> str | None:
        """Of the object that stands in front of `CSpxAudioStreamSession::`."""
        owner = _OBJECT.search(view.text, max(0, position - 140), position)
        if owner is None:
            return None
        address = int(owner[1], 16)
        return next((mode for bag, mode in self._by_bag.items() if 0 <= bag - address <= _BAG_WITHIN), None)
