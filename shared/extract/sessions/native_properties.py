"""Properties in native logs: read hundreds of times, set once, in a bag that is part of an object.

    SetStringValue: this=0x5613507b9dc8; name='SPEECH-RecoMode'; value='INTERACTIVE'
    [0x5613507b9d40]CSpxAudioStreamSession::FireSessionStartedEvent: ...       the bag is 0x88 behind its session

They are looked for backwards from where they are wanted: as words of the pattern table they would cost a tenth of all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from shared.extract.sessions.native_prefix import MARK, prefix
from shared.extract.sessions.sdk_info import text
from shared.extract.text.bytesearch import rfind

if TYPE_CHECKING:
    from shared.extract.text.window import Window

_BAG = re.compile(rb"(?:0x)*([0-9A-Fa-f]{4,16}); name")
_THIS = b": this="
_SETTERS = (b"SetStringValue", b"LogPropertyAndValue")
_OBJECT = re.compile(rb"\[(?:0x)?([0-9A-Fa-f]{4,16})\]CSpxAudioStreamSession::")
_BAG_WITHIN = 0x400
WITHIN = 64 * 1024  # a session is prepared on some 200 lines
_LOOKS = 64


def mode(window: Window, position: int) -> str | None:
    """Set on the caller's thread before the session starts, whose object stands in front of `position`."""
    owner = _OBJECT.search(window.text, max(0, position - 140), position)
    if owner is None:
        return None
    address = int(owner[1], 16)
    for bag, at in _settings(window, position, b"RecoMode", position - WITHIN):
        if 0 <= bag - address <= _BAG_WITHIN:
            return _value(window, at).lower()
    return None


def of_thread(window: Window, position: int, name: bytes, thread: int, low: int) -> str | None:
    """What was set last on this thread, from `low` on."""
    for _, at in _settings(window, position, name, max(low, position - WITHIN)):
        line = prefix(window.text, rfind(window.text, MARK, max(0, at - 400), at))
        if line is not None and int(line[1]) == thread:
            return _value(window, at)
    return None


def _settings(window: Window, position: int, name: bytes, low: int) -> Iterator[tuple[int, int]]:
    """Where this property was set before `position`, the latest first: address of its bag, place of its value."""
    word, at = b"SPEECH-" + name + b"'; value='", position
    for _ in range(_LOOKS):
        at = rfind(window.text, word, max(0, low), at)
        if at < 0:
            return
        bag, begin = _setter(window.text, at), at + len(word)
        if bag is not None and window.text[begin : begin + 1] != b"'":
            yield int(bag[1], 16), begin


def _setter(line: bytes, name: int) -> re.Match[bytes] | None:
    at = rfind(line, _THIS, max(0, name - 80), name)
    if at < 0 or not line.endswith(_SETTERS, max(0, at - 24), at):
        return None
    return _BAG.match(line, at + len(_THIS))


def _value(window: Window, position: int) -> str:
    return text(window.rest_of_line(position, 40)).partition("'")[0]
