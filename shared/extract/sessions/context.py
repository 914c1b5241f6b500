"""The readers of lines that say more about a session: one for each row of context."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shared.core.records import NearMiss
from shared.extract.sessions import console_output
from shared.speech.near_misses import NearMissReason

if TYPE_CHECKING:
    from shared.extract.sessions.javascript_log import JsReader
    from shared.extract.sessions.native_log import Reader
    from shared.extract.sessions.pattern import ContextPattern, ContextReader
    from shared.extract.sessions.reading import Reading
    from shared.extract.text.window import Window

_BRACED = re.compile(rb"(?:\{|%7[Bb])([0-9A-Fa-f-]{32,36})(?:\}|%7[Dd])")
_CONVERSATION = re.compile(rb"[0-9A-Fa-f-]{36}")


def native(read: Reader) -> ContextReader:
    """A line of the native log."""

    def reader(reading: Reading, _row: ContextPattern, window: Window, end: int) -> None:
        reading.native.note(read, window, end)

    return reader


def javascript(read: JsReader) -> ContextReader:
    """A line of the JavaScript SDK's Diagnostics log."""

    def reader(reading: Reading, row: ContextPattern, window: Window, end: int) -> None:
        reading.javascript.note(read, row.found_by, window, end)

    return reader


def secret(kind: str) -> ContextReader:
    """A secret is counted, never read."""

    def reader(reading: Reading, _row: ContextPattern, _window: Window, _end: int) -> None:
        reading.redacted[kind] += 1

    return reader


def error_code(reading: Reading, _row: ContextPattern, window: Window, end: int) -> None:
    reading.coded(console_output.error_code(window, end))


def column(reading: Reading, row: ContextPattern, window: Window, end: int) -> None:
    reading.column_found_by = row.found_by
    reading.columns.header(window, end)


def silent_failure(reading: Reading, _row: ContextPattern, _window: Window, _end: int) -> None:
    reading.silent_failures += 1


def conversation(reading: Reading, _row: ContextPattern, window: Window, end: int) -> None:
    value = _CONVERSATION.match(window.text, end - 9)
    if value is not None:
        reading.near_miss(NearMiss(value[0].decode("ascii"), NearMissReason.CONVERSATION_ID, window.place(end)[0]))


def other_connection(reading: Reading, _row: ContextPattern, window: Window, end: int) -> None:
    """A value that a user made, in braces: the service takes none."""
    match = _BRACED.match(window.text, end - 1)
    if match is None:
        return
    value = match[1].decode("ascii")
    digits = value.replace("-", "").lower()
    suggestion = digits if len(digits) == 32 else None
    reading.near_miss(
        NearMiss("{" + value + "}", NearMissReason.DASHED_CONNECTION_ID, window.place(end)[0], suggestion)
    )
