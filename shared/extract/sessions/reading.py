"""What the lines of one source have told so far."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.extract.sessions.columns import Columns
from shared.extract.sessions.javascript_log import JavaScriptLog
from shared.extract.sessions.native_log import NativeLog

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable

    from shared.core.records import NearMiss
    from shared.extract.sessions.javascript_log import See
    from shared.extract.sessions.session import Session


class Reading:
    """`see`: the session of an ID on a line of a JavaScript log."""

    def __init__(self, see: See, near_miss: Callable[[NearMiss], None], redacted: Counter[str]) -> None:
        self.native = NativeLog()
        self.javascript = JavaScriptLog(see)
        self.near_miss = near_miss
        self.redacted = redacted
        self.columns = Columns()
        self.column_found_by: str | None = None
        self.silent_failures = 0
        self.result_ids = 0
        self.speaking: Session | None = None  # the last one that an application printed
        self._coded: Session | None = None  # the one that got the latest code

    def next_file(self) -> None:
        """Another member of an archive begins."""
        self.native.forget_threads()
        self.columns.next_file()
        self.speaking = self._coded = None

    def coded(self, code: str | None) -> None:
        """The name of an error's code, for the session that was printed last."""
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
