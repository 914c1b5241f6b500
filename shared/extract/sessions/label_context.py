"""What people write around IDs: lists, headings, sentences. Here the words decide whether digits are an ID at all."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shared.extract.sessions.candidate import Candidate, classify

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shared.extract.text.window import Window

# an empty string or an empty cell of a table was the value: what follows belongs to something else
_EMPTY = re.compile(rb"(?:(?:\"\"|''|\\\"\\\")[ \t]{0,4},|\|[ \t]{1,16}\|)[^0-9A-Za-z]{0,8}\Z")
_WHOLE_WORD = re.compile(rb"\bsessions?(?: with(?: the)? id)?[^0-9A-Za-z]{1,32}\Z", re.IGNORECASE)
_AFTER_STATE = re.compile(
    rb"[\])'\"]{0,2}:?[ \t]{1,4}(?:was |has |is )?(?:stop|start|end|cancel|fail|connected|timed out)", re.IGNORECASE
)
_SPEECH_SESSION = re.compile(
    rb"(?:((?:speech|stt|recogni[sz]er|recognition|transcription|azure)[\])]? )|(?:\n|\A)[ \t>*-]{0,8})"
    rb"session(?:\*\*)?: ?[*`'\"]{0,3}\Z",
    re.IGNORECASE,
)
_SPEECH = re.compile(rb"speech|recogni[sz]|cognitive|transcri|\bregion\b", re.IGNORECASE)
_ABOUT_OTHERS = re.compile(rb"(?i:request|result|trace|event|activity|operation|correlation|conversation)[ _-]?id")
# `Session ID and the key: ...`
_OTHER_VALUES = re.compile(
    rb"(?:request|result|trace|event|activity|conversation|correlation|operation|user|client)[ _-]?id|key|token|secret"
)
_NEXT_IN_LIST = re.compile(
    rb"[ \t]{0,4}[\\\"'`]{0,6}(?:[,;|/&]|,?[ \t](?:and|or|und|oder|et|y|e)[ \t])[ \t\n]{0,8}[\\\"'`]{0,6}"
    rb"(?=[0-9A-Fa-f]{32}(?![0-9A-Fa-f]))"
)
_NEXT_BY_BLANK = re.compile(rb"[ \t]{1,4}(?=[0-9A-Fa-f]{32}(?![0-9A-Za-z]))")
_SEVERAL = re.compile(rb"(?i:ids|id\(s\)|sessions)[^0-9A-Za-z]{1,8}(?:(?i:are|were)[^0-9A-Za-z]{1,8})?\Z")
# one on each line under `Session ID:`, each alone on its line
_NEXT_ON_LINE = re.compile(
    rb"[ \t`\"',;]{0,6}\n[ \t>]{0,8}(?:[-*]|\d{1,3}[.)])?[ \t`\"']{0,6}(?=[0-9A-Fa-f]{32}[ \t`\"',;.]{0,6}(?:\n|\Z))"
)
_HEADS_LINES = re.compile(rb"(?i:ids)[^0-9A-Za-z]{0,16}\Z|(?i:id)[^0-9A-Za-z\n]{0,8}\n[^0-9A-Za-z]{0,12}\Z")
_IS_CONNECTION = re.compile(rb'[\\"]{1,8}, ?[\\"]{1,8}Name[\\"]{1,8}: ?[\\"]{1,8}Connection[\\"]')
_WORDS = re.compile(rb"[A-Za-z]{2,}")
_WORDS_IN_LIST = 3
_ONE_ON_LINE = re.compile(rb"(?<![0-9A-Za-z])[0-9A-Fa-f]{32}(?![0-9A-Za-z])")


def is_not_empty(window: Window, start: int, _end: int) -> bool:
    """The label's own value, not the one behind an empty string or cell."""
    return _EMPTY.search(window.text, max(0, start - 20), start) is None


def is_sentence(window: Window, start: int, _end: int) -> bool:
    """No other value is named between the session and the digits."""
    said = window.text[max(window.line_start(start), start - 200) : start].lower()
    return _OTHER_VALUES.search(said, said.rfind(b"session")) is None


def is_whole_word(window: Window, start: int, _end: int) -> bool:
    """`session` is not the end of a longer name."""
    return _WHOLE_WORD.search(window.text, max(0, start - 48), start) is not None


def is_state(window: Window, start: int, end: int) -> bool:
    """`session <ID> stopped`, or one of speech."""
    after = is_whole_word(window, start, end) and _AFTER_STATE.match(window.text, end) is not None
    return after or (is_whole_word(window, start, end) and _is_of_speech(window, start))


def is_heading(window: Window, start: int, _end: int) -> bool:
    """The line below the heading does not speak of other IDs."""
    return _ABOUT_OTHERS.search(window.text, window.line_start(start), start) is None


def is_connection(window: Window, _start: int, end: int) -> bool:
    """Telemetry with sorted keys: the name of the metric stands behind the ID."""
    return _IS_CONNECTION.match(window.text, end) is not None


def _is_of_speech(window: Window, start: int) -> bool:
    """`STT session: <ID>`, or `Session: <ID>` on a line of its own in a text about speech."""
    label = _SPEECH_SESSION.search(window.text, max(0, start - 64), start)
    if label is None:
        return False
    return label[1] is not None or _SPEECH.search(window.text, max(0, start - 2048), start + 2048) is not None


def in_list(window: Window, start: int, end: int) -> Iterator[tuple[int, Candidate]]:
    """`sessions=a,b;c`: the first has the label, the others stand behind it, or on lines of their own below."""
    several = _SEVERAL.search(window.text, max(0, start - 40), start) is not None
    below = _HEADS_LINES.search(window.text, max(0, start - 40), start) is not None
    while (
        gap := _NEXT_IN_LIST.match(window.text, end)
        or (several and _NEXT_BY_BLANK.match(window.text, end))
        or (below and _NEXT_ON_LINE.match(window.text, end))
    ):
        candidate = classify(window, gap.end(), any_version=False, connection_id=False)
        if not candidate.id:
            return
        yield gap.end(), candidate
        end = candidate.end


def _is_prose(before: bytes) -> bool:
    """A bullet, a time, a name may stand in front of an ID in a list, but no sentence."""
    return len(_WORDS.findall(before)) > _WORDS_IN_LIST


def below_heading(window: Window, _start: int, end: int) -> Iterator[tuple[int, Candidate]]:
    """One ID on each line below `Session IDs:`, with whatever people write beside it."""
    begin = window.line_end(end) + 1
    while begin < len(window.text):
        line = window.text[begin : window.line_end(begin)]
        places = [begin + match.start() for match in _ONE_ON_LINE.finditer(line)]
        if len(places) != 1 or _ABOUT_OTHERS.search(line) is not None or _is_prose(line[: places[0] - begin]):
            return
        candidate = classify(window, places[0], any_version=False, connection_id=False)
        if not candidate.id:
            return
        yield places[0], candidate
        begin += len(line) + 1
