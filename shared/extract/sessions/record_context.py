"""What the record of an ID says beside it: region, error code, error details, time, each by its label and its form.

Context is never borrowed: of a record that names several sessions only the time is taken, and the region that stands
right behind the ID.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from shared.extract.sessions.log_clock import Moment
from shared.extract.sessions.log_records import REACH, Record, records
from shared.extract.sessions.stamps import local, stamp
from shared.extract.text.hard_wraps import cut, folded
from shared.speech.clouds import is_region
from shared.speech.sdk_errors import CODES, JAVASCRIPT_CODES, failure, sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shared.extract.sessions.session import Session
    from shared.extract.tables import Row
    from shared.extract.text.window import Window

_GAP = rb"[\\\"'\]*` \t]{0,6}"
_OPEN = rb"[\\\"'*`< \t]{0,8}"
_IS = _GAP + rb"(?:=>|[:=]|(?:\" )?value=)" + _OPEN
_NAMED = re.compile(
    rb"(?i:session[ _.-]?(?:id)?s?|X-ConnectionId)[^0-9A-Za-z\n]{1,16}(?:(?:value|is)[^0-9A-Za-z\n]{1,6})?"
    rb"([0-9A-Fa-f]{32})\b"
)
_REGION = re.compile(
    rb"(?i:\b[a-z_.]{0,24}region)"
    + _GAP
    + rb"(?:=>|[:=,|]|\bis\b|\bin\b|(?:\" )?value=|(?<=[\"' ]))"
    + _OPEN
    + rb"([a-z]{6,24}[0-9]?)\b"
)
_IN_REGION = re.compile(rb"\bin ([a-z]{6,24}[0-9]?)\b")
_CODE = re.compile(rb"(?i:(?:priv|cancellation)?error[ _]?code)(?:\.|" + _IS + rb")([A-Za-z]{4,40}|\d{1,2})\b")
_DETAILS = re.compile(rb"(?i:(?:priv)?error[ _]?(?:details|message|msg)|\bdetails)" + _IS + rb"([^\n\"']{8,600})")
_REGION_WORDS = (b"egion", b"EGION", b"in ")
_ERROR_WORDS = (b"rror", b"RROR", b"etails", b"ETAILS")
_TIME_COLUMN = re.compile(r"time|date|start|created")
_NEAR = 96  # behind an ID on its line
_NEXT_ENTRY = re.compile(rb"[A-Z]{4,8}\b|\d\d:\d\d:\d\d")
_AT_START = 64
_REACH = 4096


def describe(session: Session, window: Window, start: int, *, stopped: bool) -> None:
    """All that the record around the ID at `start` says of its session."""
    around = _Around(window, start)
    found = around.time()
    if found is not None:
        (session.stop if stopped else session.at)(Moment(found))
    elif session.start is None and session.local is None:
        session.local = around.local_time()
    wants_region = session.region is None and _near(window, start, _REGION_WORDS)
    wants_error = session.error is None and session.error_code is None and _near(window, start, _ERROR_WORDS)
    if not (wants_region or wants_error):
        return
    bodies = [window.text[record.start : record.end] for record in around.records]
    own = [body for body in bodies if not names_others(session.id, body)]
    body = own[-1] if own else b""
    if wants_region:
        session.region = _region(session, window.text[start : start + _NEAR], body)
    if wants_error and body:
        _error(session, body)


def _near(window: Window, start: int, words: tuple[bytes, ...]) -> bool:
    """Does one stand where the record may be? To look costs a hundredth of what finding the record does."""
    low, high = max(0, start - 2 * REACH), start + 2 * REACH
    return any(window.text.find(word, low, high) >= 0 for word in words)


def _region(session: Session, behind: bytes, body: bytes) -> str | None:
    """Behind the ID, on its line or where that was wrapped, else anywhere in the record."""
    near = behind.partition(b"\n")[0]
    if len(near) < len(behind) and not names_others(session.id, behind):
        near = _NEXT_ENTRY.split(folded(behind), maxsplit=1)[0]
    for form, text in ((_REGION, near), (_REGION, body), (_REGION, folded(body)), (_IN_REGION, body)):
        if form is _REGION and not (b"egion" in text or b"EGION" in text):
            continue
        for match in form.finditer(text):
            name = match[1].decode("ascii")
            if is_region(name):
                return name
    return None


def _error(session: Session, body: bytes) -> None:
    for text in (body, folded(body), cut(body)):
        if any(word in text for word in _ERROR_WORDS) and _details(session, text, joined=text is not body):
            break
    code = _CODE.search(body)
    name = code[1].decode("ascii") if code else ""
    if name.isdigit():
        name = JAVASCRIPT_CODES.get(name, "") if code and b"priv" in code[0] else ""
    if name in CODES:
        session.events.add("canceled")
        session.error_code = name


def _details(session: Session, text: bytes, *, joined: bool) -> bool:
    """`joined`: lines of which the later ones need not be the SDK's words."""
    details = _DETAILS.search(text)
    said = details[1].decode("utf-8", "replace") if details else ""
    if failure(said) is None:
        return False
    session.events.add("canceled")
    session.fails(sentence(said) if joined else said, final=True)
    return True


def cells(session: Session, row: Row) -> None:
    """The other cells of a table's row, by the names of their columns."""
    for name, cell in row.items():
        said = cell.text.decode("utf-8", "replace")
        if name.endswith("region") and session.region is None and is_region(said):
            session.region = said
        elif _TIME_COLUMN.search(name) and session.start is None:
            found = stamp(cell.text)
            session.at(Moment(found) if found is not None else None)
            session.local = session.local or local(cell.text)
        elif session.error is None and failure(said) is not None and not names_others(session.id, cell.text):
            session.events.add("canceled")
            session.fails(said, final=True)


def names_others(id_: str, text: bytes) -> list[str]:
    """The other sessions that a label names in `text`."""
    found = (digits.lower().decode("ascii") for digits in _NAMED.findall(text))
    return [other for other in found if other != id_]


def time_of(window: Window, start: int) -> float | None:
    """In milliseconds since 1970, as the record of the ID at `start` says with its zone."""
    return _Around(window, start).time()


def local_time(window: Window, start: int) -> str | None:
    """What the record says of its time without a zone."""
    return _Around(window, start).local_time()


class _Around:
    """The surroundings of an ID; its records are looked for once, and only when they are needed."""

    def __init__(self, window: Window, start: int) -> None:
        self._window, self._start = window, start

    @cached_property
    def records(self) -> list[Record]:
        return list(records(self._window, self._start))

    def time(self) -> float | None:
        return next((found for text in self._times() if (found := stamp(text)) is not None), None)

    def local_time(self) -> str | None:
        return next((found for text in self._times() if (found := local(text)) is not None), None)

    def _times(self) -> Iterator[bytes]:
        """Where a time may stand: on the line in front of the ID, behind it, before; in its record before and after."""
        window, start = self._window, self._start
        text, line, end = window.text, window.line_start(start), window.line_end(start)
        yield text[line : min(line + _AT_START, start)]
        yield text[start : min(end, start + _REACH)]
        yield text[max(line, start - _REACH) : start]
        id_ = text[start : start + 32].decode("ascii", "replace").lower()
        for depth, around in enumerate(self.records):
            if depth and names_others(id_, text[around.start : around.end]):
                return
            yield text[around.start : line]
            yield text[end : around.end]
