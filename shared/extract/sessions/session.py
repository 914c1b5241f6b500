"""What is known of each session while the stream goes by.

    text ──> a form is seen ──> Registry.see(id) ──> Session (open, changes) ──> Sighting (closed, immutable)

A session is `strong` when its form belongs to speech to text alone, `weak` when text to speech writes the same form
(then the connection's URL decides) and `named` when the ID was only read from a property: it may never have started.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING

from shared.core.records import ErrorInfo, Place, Sdk, Sighting, TimeSpan
from shared.extract.sessions.log_clock import Epoch, Moment, differ, earlier, iso, later
from shared.speech.endpoint import Endpoint
from shared.speech.sdk_errors import Failure, failure, sdk_message

if TYPE_CHECKING:
    from collections.abc import Callable

_CLOSE_CODE = re.compile(r"[Ee]rror code: 10\d\d")
REQUEST_IDS = 50  # per session: a day of continuous recognition has thousands of turns; the last ones matter
_ORDER = {name: n for n, name in enumerate(("started", "connecting", "connected", "result", "canceled", "stopped"))}


class Evidence(IntEnum):
    """How sure it is that an ID is a session's: by the form in which it was seen."""

    NONE = 0  # lines of a connection whose ID is not known yet
    NAMED = 1  # read from a property: it may never have started
    CONFIGURED = 2  # set for a connection, of text to speech too
    WEAK = 3  # text to speech writes the same form
    STRONG = 4


@dataclass(slots=True, eq=False)
class Session:
    """Open: changed by every line that speaks of it. `id` is empty until a line of its thread tells it."""

    id: str = ""
    order: int = 0
    evidence: Evidence = Evidence.NONE
    found_by: str | None = None
    first: tuple[int, int] | None = None
    last: tuple[int, int] | None = None
    tts: bool = False
    by_sdk: bool = False  # seen in a form that the SDK alone writes
    opened: bool = False
    named: bool = False  # read from the properties
    native: bool = False  # its form is that of the native log
    endpoint: Endpoint | None = None
    region: str | None = None  # as a line beside the ID says, where no URL does
    language: str | None = None
    mode: str | None = None
    model: str | None = None
    sdk: dict[str, str] = field(default_factory=dict)
    events: set[str] = field(default_factory=set)
    contexts: set[bytes] = field(default_factory=set)
    halves: set[str] = field(default_factory=set)
    reached: bool | None = None
    reached_by: str | None = None
    attempts: int = 0
    latency: int | None = None
    requests: dict[str, None] = field(default_factory=dict)
    start: Moment | None = None
    end: Moment | None = None
    zero: float | None = None
    connected: Moment | None = None
    local: str | None = None  # of a log that does not state its time zone
    telemetry_request: str | None = None
    status: int | None = None
    attempt_error: str | None = None
    attempt_code: str | None = None
    error: str | None = None
    error_code: str | None = None

    def at(self, moment: Moment | None) -> None:
        """A line of this session at that time."""
        if moment is not None:
            self.start = self.start or moment
            if "stopped" not in self.events:
                self.end = moment

    def stop(self, moment: Moment | None) -> None:
        """A recognizer keeps its ID: a session may stop several times, the last one counts."""
        self.events.add("stopped")
        if moment is not None:
            self.start = self.start or moment
            self.end = moment

    def stamped(self, zero: float) -> None:
        """The clock was set, or the machine slept: what came before keeps its time."""
        start = self.start
        if self.zero is not None and differ(self.zero, zero) and start is not None and start.epoch is not None:
            self.start = Moment(start.ms + self.zero)
        self.zero = zero

    def answered(self, by: str) -> None:
        """The service answered: nothing that comes later takes that back."""
        if not self.reached:
            self.reached, self.reached_by = True, by

    def not_reached(self, by: str) -> None:
        if self.reached is None:
            self.reached, self.reached_by = False, by

    def request(self, value: str) -> None:
        self.requests.pop(value, None)
        self.requests[value] = None
        if len(self.requests) > REQUEST_IDS:
            del self.requests[next(iter(self.requests))]

    def fails(self, text: str, *, final: bool) -> None:
        """An error text: of one attempt, or of the cancellation."""
        found = failure(text)
        if found is not None and found.reached is not None:
            (self.answered if found.reached else self.not_reached)(found.code)
        if final:
            self.error = self.error or text
        else:
            self.attempt_error = text

    def absorb(self, other: Session) -> None:
        """Take over what was gathered for a connection before its ID was known."""
        if not self.opened:
            self.start = earlier(self.start, other.start)
        if "stopped" not in self.events:
            self.end = later(self.end, other.end)
        for name in (
            "endpoint",
            "region",
            "language",
            "mode",
            "model",
            "connected",
            "zero",
            "status",
            "attempt_error",
            "attempt_code",
            "latency",
            "local",
        ):
            if getattr(self, name) is None:
                setattr(self, name, getattr(other, name))
        self.tts = self.tts or other.tts
        self.sdk = {**other.sdk, **self.sdk}
        self.events |= other.events
        self.attempts += other.attempts
        for request in other.requests:
            self.request(request)
        if other.reached is not None and not self.reached:
            self.reached, self.reached_by = other.reached, other.reached_by

    def sighting(self) -> Sighting:
        end = self.endpoint
        place = Place(*self.first) if self.first else None
        return Sighting(
            kind="session",
            id=self.id,
            found_by=self.found_by,
            first=place,
            last=Place(*self.last) if self.last else place,
            time=self._span(),
            region=(end.region if end else None) or self.region,
            host=end.host if end else None,
            events=tuple(sorted(self.events, key=lambda e: _ORDER.get(e, 9))),
            reached={True: "yes", False: "no", None: "unknown"}[self.reached],
            reached_by=self.reached_by,
            endpoint_kind=end.kind if end else None,
            language=self.language or (end.language if end else None),
            mode=self.mode or (end.mode if end else None),
            custom_model=self.model or (end.custom_model if end else None),
            sdk=Sdk(self.sdk.get("version"), self.sdk.get("language"), self.sdk.get("os")) if self.sdk else None,
            attempts=self.attempts or None,
            latency_ms=self.latency,
            request_ids=tuple(self.requests),
            error=self._error(),
        )

    def _span(self) -> TimeSpan | None:
        start = iso(self.start, self.zero)
        if start is not None:
            return TimeSpan(start, iso(self.end, self.zero), "log")
        return TimeSpan(basis="local", local=self.local) if self.local else None

    def _error(self) -> ErrorInfo | None:
        text = self.error or self.attempt_error
        if text is None and self.error_code is None:
            return None
        found = failure(text or "") or Failure("")
        code = self.error_code or found.code
        if self.attempt_code and self.error_code is None and _CLOSE_CODE.search(text or ""):
            code = self.attempt_code  # what a close code means changed with the versions: theirs counts
        return ErrorInfo(code or None, found.http_status or self.status, sdk_message(text or ""))


class Registry:
    """The open sessions by ID. When there are too many, the oldest are closed and handed on (they may come back)."""

    def __init__(self, close: Callable[[Session], None], most: int) -> None:
        self._close = close
        self._most = most
        self._count = 0
        self.open: dict[str, Session] = {}

    def see(self, id_: str, evidence: Evidence, found_by: str, place: tuple[int, int]) -> Session:
        session = self.open.get(id_)
        if session is None:
            session = self._new(id_, place)
        if evidence > session.evidence:
            session.evidence, session.found_by = evidence, found_by
        session.last = place
        return session

    def _new(self, id_: str, place: tuple[int, int]) -> Session:
        if len(self.open) >= self._most:
            self._make_room()
        self._count += 1
        session = self.open[id_] = Session(id_, self._count, first=place, last=place)
        return session

    def _make_room(self) -> None:
        for key in list(self.open)[: max(1, self._most // 2)]:
            self._close(self.open.pop(key))

    def finish(self) -> None:
        for session in self.open.values():
            self._close(session)
        self.open.clear()


__all__ = ["Epoch", "Evidence", "Registry", "Session"]
