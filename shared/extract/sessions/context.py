"""Reads the lines that say more about a session: one reader for each note row of the pattern table."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from shared.core.records import NearMiss
from shared.extract.sessions import columns, console_output
from shared.extract.sessions.native_log import READERS
from shared.extract.sessions.patterns import TABLE, Pattern
from shared.speech.near_misses import NearMissReason

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable

    from shared.extract.sessions.javascript_log import JavaScriptLog
    from shared.extract.sessions.native_log import NativeLog
    from shared.extract.sessions.session import Session
    from shared.extract.text.window import Window

_SECRETS = {
    "secret-key": "subscription-key",
    "secret-key-setting": "subscription-key",
    "secret-token": "authorization",
    "secret-sas": "sas-signature",
}
_BRACED = re.compile(rb"(?:\{|%7[Bb])([0-9A-Fa-f-]{32,36})(?:\}|%7[Dd])")
_CONVERSATION = re.compile(rb"[0-9A-Fa-f-]{36}")


class NoteReader:
    """`by_row[row](window, end)` reads the line of a hit; None for rows that are no notes, or about a whole block."""

    def __init__(
        self,
        native: NativeLog,
        javascript: JavaScriptLog,
        near_miss: Callable[[NearMiss], None],
        redacted: Counter[str],
    ) -> None:
        self._native = native
        self._javascript = javascript
        self._near_miss = near_miss
        self._redacted = redacted
        self.speaking: Session | None = None  # the last one that an application printed
        self._coded: Session | None = None  # the one that got the latest code
        self.columns = columns.Columns()
        self.silent_failures = 0
        self.by_row = [self._reader(row) for row in TABLE]

    def next_file(self) -> None:
        self.columns.next_file()
        self.speaking = self._coded = None

    def _reader(self, row: Pattern) -> Callable[[Window, int], object] | None:
        if not row.note or row.once:
            return None
        if row.name in READERS:
            return partial(self._native.note, READERS[row.name])
        if row.name.startswith("js-"):
            return partial(self._javascript.note, row.name)
        if row.name in _SECRETS:
            return partial(self._secret, _SECRETS[row.name])
        readers: dict[str, Callable[[Window, int], object]] = {
            "console-code": self._code,
            "table-column": self.columns.header,
            "silent-failure": self._silence,
            "conversation-id": self._conversation,
            "connection-id-other": self._other_connection,
        }
        return readers[row.name]

    def _secret(self, kind: str, _view: Window, _end: int) -> None:
        self._redacted[kind] += 1

    def _code(self, window: Window, end: int) -> None:
        code = console_output.error_code(window, end)
        session = self.speaking
        if session is None or "stopped" in session.events or session.error_code is not None:
            return
        if code not in (None, "NoError"):
            session.error_code, self._coded = code, session

    def failed(self, session: Session) -> None:
        """The text of an error names its session. The code in front of it was that session's, not the last one's."""
        other, self._coded = self._coded, None
        if other is not None and other is not session and other.error is None and session.error_code is None:
            session.error_code, other.error_code = other.error_code, None

    def _silence(self, _view: Window, _end: int) -> None:
        self.silent_failures += 1

    def _conversation(self, window: Window, end: int) -> None:
        value = _CONVERSATION.match(window.text, end - 9)
        if value is not None:
            self._near_miss(NearMiss(value[0].decode("ascii"), NearMissReason.CONVERSATION_ID, window.place(end)[0]))

    def _other_connection(self, window: Window, end: int) -> None:
        """A value that a user made, in braces: the service takes none."""
        match = _BRACED.match(window.text, end - 1)
        if match is None:
            return
        value = match[1].decode("ascii")
        digits = value.replace("-", "").lower()
        suggestion = digits if len(digits) == 32 else None
        self._near_miss(
            NearMiss("{" + value + "}", NearMissReason.DASHED_CONNECTION_ID, window.place(end)[0], suggestion)
        )
