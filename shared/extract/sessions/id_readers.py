"""What an ID tells by the form in which it was seen: one reader for each kind of form."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shared.core.records import NearMiss
from shared.extract.sessions import console_output, http_capture
from shared.extract.sessions.javascript_log import in_line
from shared.extract.sessions.session import Evidence
from shared.speech.near_misses import NearMissReason

if TYPE_CHECKING:
    from shared.extract.sessions.pattern import Found
    from shared.extract.sessions.reading import Reading
    from shared.extract.text.window import Window

_SYNTHESIS = re.compile(rb"[^\0]{0,400}?(?:USP state: |(SessionId: |X-ConnectionId))")
_RESULT_IDS = 10


def _native(found: Found) -> None:
    """The form that is the surest sign of this session is one of the native log."""
    found.session.native = found.session.native or found.session.found_by == found.row.found_by


def started(reading: Reading, found: Found) -> None:
    _native(found)
    if found.origin is not None:
        reading.native.started(found.session, found.origin, found.window, found.start)


def stopped(reading: Reading, found: Found) -> None:
    _native(found)
    if found.origin is not None:
        reading.native.stopped(found.session, found.origin, found.window, found.start)


def mentioned(reading: Reading, found: Found) -> None:
    _native(found)
    if found.origin is not None:
        reading.native.mentioned(found.session, found.origin)


def named(reading: Reading, found: Found) -> None:
    """As a property: of a session that is made, not yet started."""
    found.session.named = True
    mentioned(reading, found)


def telemetry(reading: Reading, found: Found) -> None:
    _native(found)
    if found.origin is None:  # a browser's network log: sent over the connection
        found.session.events.add("connected")
        found.session.answered("telemetry")
        return
    near = found.window.text[max(0, found.start - 120) : found.start + 200]
    reading.native.telemetry(found.session, found.origin, near)


def connection_id(reading: Reading, found: Found) -> None:
    """The same words in speech to text and in text to speech: the URL near by tells them apart."""
    session, window, start = found.session, found.window, found.start
    end = console_output.around(window, start)
    current = reading.native.current(found.origin)
    connecting_tts = current is not None and current.tts and not current.opened
    if connecting_tts or (end.is_tts if end is not None else _is_synthesis(window, start)):
        session.tts = True
    elif end is not None and end.kind is not None:
        session.evidence = Evidence.STRONG
        session.endpoint = session.endpoint or end
    if session.tts:
        return
    if found.origin is not None:
        reading.native.mentioned(session, found.origin)
    else:
        console_output.describe(session, window, start)
        console_output.browser_failure(session, window, start + 32)
        http_capture.describe(session, window, start + 32)


def nothing_more(_reading: Reading, _found: Found) -> None:
    """The lines around are read by themselves."""


def _is_synthesis(window: Window, start: int) -> bool:
    """Error texts of text to speech end so, those of speech to text with the session's ID."""
    match = _SYNTHESIS.match(window.text, start)
    return match is not None and match[1] is None


def js_session(_reading: Reading, found: Found) -> None:
    """In the JSON of an event's arguments, printed by an application: what stands beside it says what happened."""
    if not in_line(found.window, found.start):
        console_output.describe(found.session, found.window, found.start)
        if found.session.error is None and found.session.error_code is None:
            found.session.answered("session-event")  # events come only when connected


def printed(reading: Reading, found: Found) -> None:
    """By an application."""
    session, window, start = found.session, found.window, found.start
    if found.origin is not None:
        reading.native.failed(session, window, start)
    reading.speaking = session
    if found.origin is not None and found.same_line:
        session.at(found.origin[1])
        return
    told = session.error
    console_output.describe(session, window, start)
    if session.error is not told:
        reading.failed(session)
    _result_id(reading, found)


def _result_id(reading: Reading, found: Found) -> None:
    if reading.result_ids >= _RESULT_IDS:
        return
    other = console_output.result_id(found.window, found.start)
    if other is not None and other != found.session.id:
        reading.result_ids += 1
        line = found.window.place(found.start)[0]
        reading.near_miss(NearMiss(other, NearMissReason.RESULT_ID, line, found.session.id))
