"""HTTP to one Speech resource: paced, bounded in time and size, tried again when that can help.

pace (5/s) ─> GET ─┬─ 2xx, JSON ──────────────> Answer
                   ├─ 404 ────────────────────> Answer (the caller knows what it means)
                   ├─ 408 429 5xx, cut, reset ─> wait (Retry-After, else backoff with jitter) ─> again, capped
                   └─ other 4xx, redirect ────> Refused, with advice
"""

from __future__ import annotations

import json
import logging
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

import requests
from requests.auth import AuthBase
from urllib3.exceptions import HTTPError, LocationValueError

from shared.inventory.body import Json
from shared.inventory.service_errors import Problem, Refused, Unavailable, refusal
from shared.inventory.timing import Patience, Timing

_log = logging.getLogger(__name__)
_PASSING: Final = frozenset({408, 429, 500, 502, 503, 504})
_TIMEOUT: Final = (5.0, 30.0)  # to connect, between two pieces
_CHUNK: Final = 64 * 1024
_MOST_SKEW: Final = timedelta(days=366)  # more is no clock that goes wrong
_UNSENDABLE: Final = (  # the last two: letters that no header and no host may have; requests lets them through
    requests.exceptions.InvalidURL,
    requests.exceptions.InvalidHeader,
    requests.exceptions.MissingSchema,
    UnicodeError,
    LocationValueError,
)
_DOWN: Final = "Nothing to do if it passes; else check the endpoint, the network rules and the service's health."


class OutOfTime(Exception):
    """The run must stop before the host ends it. `wait` is what the service asked for."""

    def __init__(self, wait: float = 0.0) -> None:
        super().__init__("out of time")
        self.wait = wait


@dataclass(frozen=True, slots=True)
class Access:
    """How the app signs in. `by_key` and `regional` decide what a refusal advises."""

    auth: AuthBase
    by_key: bool = True
    regional: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: Json


class Transport:
    """One resource, one run, `rate` requests per second. `requests` counts what was sent, by status."""

    def __init__(
        self,
        session: requests.Session,
        access: Access,
        *,
        deadline: datetime,
        timing: Timing | None = None,
        rate: float = 5.0,
        patience: Patience | None = None,
    ) -> None:
        timing = timing or Timing()
        self._session, self._access = session, access
        self._clock, self._sleep, self._random = timing.clock, timing.sleep, timing.random
        self._patience = patience or Patience()
        self._gap = timedelta(seconds=1 / rate)
        self._next_at = timing.clock()
        self._skew = timedelta(0)
        self.deadline = deadline
        self.requests: Counter[str] = Counter()

    def now(self) -> datetime:
        """The service's own time, as its last answer told it: expiry and watermarks go by it, not by our clock."""
        return self._clock() + self._skew

    @property
    def skew(self) -> timedelta:
        """How far the service's clock is ahead of ours, as its last answer told it."""
        return self._skew

    def check_time(self) -> None:
        """Raises OutOfTime."""
        if self._clock() >= self.deadline:
            raise OutOfTime

    def get(self, url: str) -> Answer:
        """An answer of 2xx or 404. Raises Refused, Unavailable, OutOfTime."""
        waited, attempt = 0.0, 0
        while True:
            self.check_time()
            attempt += 1
            self._pace()
            outcome = self._try(url)
            if isinstance(outcome, Answer):
                return outcome
            problem, told = outcome
            wait = self._wait(attempt, told)
            waited += wait
            if attempt >= self._patience.tries or waited > self._patience.seconds:
                raise Unavailable(problem)
            if self._clock() + timedelta(seconds=wait) >= self.deadline:
                raise OutOfTime(wait)
            _log.info("a Speech resource answered %s; asking again in %.1f s", problem.code, wait)
            self._sleep(wait)

    def fetch(self, url: str, most: int) -> bytes | None:
        """A file from storage: no key, no redirects, at most `most` bytes. None if it cannot be had.

        Raises Unavailable when it can perhaps be had later.
        """
        self.check_time()
        self._pace()
        self.requests["content"] += 1
        try:
            with requests.Session() as bare:
                bare.trust_env = self._session.trust_env
                bare.auth = _NoAuth()
                with bare.get(url, timeout=_TIMEOUT, stream=True, allow_redirects=False) as response:
                    if response.status_code in _PASSING:
                        raise Unavailable(Problem("StorageBusy", "The storage of a file did not answer.", _DOWN))
                    return self._read(response, most) if response.status_code == 200 else None
        except (*_UNSENDABLE, _TooMuch):
            return None
        except (requests.RequestException, HTTPError) as error:
            what = f"The storage of a file did not answer ({type(error).__name__})."
            raise Unavailable(Problem("StorageUnreachable", what, _DOWN)) from None

    def _pace(self) -> None:
        ahead = (self._next_at - self._clock()).total_seconds()
        if ahead > 0:
            self._sleep(min(ahead, self._gap.total_seconds()))
        self._next_at = max(self._next_at, self._clock()) + self._gap

    def _try(self, url: str) -> Answer | tuple[Problem, float | None]:
        """An answer, or a passing problem and the wait that the service asks for."""
        try:
            with self._session.get(
                url,
                auth=self._access.auth,
                timeout=_TIMEOUT,
                stream=True,
                allow_redirects=False,
                headers={"Accept": "application/json"},
            ) as response:
                self.requests[str(response.status_code)] += 1
                return self._judge(response)
        except requests.exceptions.SSLError:
            raise Refused(_TLS) from None
        except _UNSENDABLE:
            raise Refused(_BAD_REQUEST) from None
        except (requests.RequestException, HTTPError) as error:
            self.requests["broken"] += 1
            return Problem("Unreachable", f"The service did not answer ({type(error).__name__}).", _DOWN), None

    def _judge(self, response: requests.Response) -> Answer | tuple[Problem, float | None]:
        status = response.status_code
        try:
            data = self._read(response, self._patience.answer_bytes)
            body = json.loads(data) if data else {}
        except _TooMuch:
            return Problem("AnswerTooBig", "The service's answer was too big or too slow.", _DOWN), None
        except (ValueError, RecursionError):  # not JSON, or nested without end
            body = None
        if status in _PASSING:
            what = "is throttling" if status == 429 else f"answered {status}"
            told = _retry_after(response.headers.get("Retry-After"), self._moment_of(response))
            return Problem("Throttled" if status == 429 else "ServiceDown", f"The service {what}.", _DOWN), told
        if 200 <= status < 300 or status == 404:
            skew = self._moment_of(response) - self._clock()
            self._skew = skew if abs(skew) < _MOST_SKEW else timedelta(0)
            if isinstance(body, dict):
                return Answer(status, body)
            if status == 404:
                return Answer(status, {})
            return Problem("NotJson", "The service's answer was not JSON.", _DOWN), None
        raise Refused(refusal(status, body, by_key=self._access.by_key, regional=self._access.regional))

    def _read(self, response: requests.Response, most: int) -> bytes:
        data = bytearray()
        latest = self._clock() + timedelta(seconds=self._patience.answer_seconds)
        # what has come, not whole chunks: a server that drips must not outlast `answer_seconds`
        for piece in iter(lambda: response.raw.read1(_CHUNK, decode_content=True), b""):
            data += piece
            if len(data) > most or self._clock() > latest:
                raise _TooMuch
        return bytes(data)

    def _moment_of(self, response: requests.Response) -> datetime:
        return _http_date(response.headers.get("Date")) or self._clock()

    def _wait(self, attempt: int, told: float | None) -> float:
        jitter = 0.5 + self._random() / 2
        if told is not None:
            return told + jitter  # not earlier than asked, and not all clients at once
        return min(self._patience.first_wait * 2.0 ** (attempt - 1), self._patience.longest_wait) * jitter


class _TooMuch(Exception):
    """More bytes or seconds than allowed."""


class _NoAuth(AuthBase):
    """Keeps requests from taking credentials of a .netrc."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        return request


_TLS: Final = Problem(
    "TlsFailed",
    "The service's certificate could not be verified.",
    "Check the endpoint; behind a proxy that opens TLS, give its certificate by REQUESTS_CA_BUNDLE.",
)
_BAD_REQUEST: Final = Problem(
    "BadEndpoint",
    "No request could be made of the endpoint and the key.",
    "Check both for stray characters, such as a line end in the key.",
)


def _retry_after(value: str | None, moment: datetime) -> float | None:
    """Seconds, from seconds or from a date (by the service's own clock). None if it says nothing usable."""
    text = (value or "").strip()
    if text.isascii() and text.isdigit():
        return float(text)
    date = _http_date(text)
    return max(0.0, (date - moment).total_seconds()) if date else None


def _http_date(value: str | None) -> datetime | None:
    try:
        moment = parsedate_to_datetime(value or "")
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, TypeError, OverflowError):  # the last one: at the ends of the calendar
        return None
