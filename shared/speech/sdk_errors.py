"""The error texts of the SDKs: the code and HTTP status behind each, and the part of a text that may be kept."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from shared.speech.error_phrases import recognised


@dataclass(frozen=True, slots=True)
class Failure:
    """`code`: the SDK's CancellationErrorCode. `reached`: did the service answer (None: the text does not tell)."""

    code: str
    http_status: int | None = None
    reached: bool | None = None


# The members of the SDKs' CancellationErrorCode, and the numbers that the JavaScript SDK prints for them
JAVASCRIPT_CODES: Final = {
    "1": "AuthenticationFailure",
    "2": "BadRequestParameters",
    "3": "TooManyRequests",
    "4": "ConnectionFailure",
    "5": "ServiceTimeout",
    "6": "ServiceError",
    "7": "RuntimeError",
    "8": "Forbidden",
}
CODES: Final = frozenset(
    (
        *JAVASCRIPT_CODES.values(),
        "BadRequest",
        "ServiceUnavailable",
        "ServiceRedirectTemporary",
        "ServiceRedirectPermanent",
        "EmbeddedModelError",
    )
)
_BY_STATUS: Final = {
    400: "BadRequest",
    401: "AuthenticationFailure",
    403: "Forbidden",
    408: "ServiceTimeout",
    429: "TooManyRequests",
    503: "ServiceUnavailable",
}
# In the order of trying. Group 1, where there is one, is an HTTP status; without a code that status names it. Measured
# with SDK 1.53; the wording is the same from 1.10 on. The other texts stand in its binary or in public reports.
_FAILURES: tuple[tuple[re.Pattern[str], str, bool | None], ...] = tuple(
    (re.compile(pattern), code, reached)
    for pattern, code, reached in (
        (r"[Aa]uthentication error \((\d{3})\)", "AuthenticationFailure", True),
        (r"[Bb]ad request \((\d{3})\)", "BadRequest", True),
        (r"Too many requests \((\d{3})\)", "TooManyRequests", True),
        (r"Service unavailable \((\d{3})\)", "ServiceUnavailable", True),
        (r"Forbidden \((\d{3})\)", "Forbidden", True),
        (r"Internal service error \((\d{3})\)", "ServiceError", True),
        (r"[Uu]nsupported media type \((\d{3})\)", "BadRequest", True),
        (r"[Uu]pgrade failed: [^(\n]{0,40}[Tt]imeout \((\d{3})\)", "ServiceTimeout", True),
        (r"[Tt]emporary redirect \((\d{3})\)", "ServiceRedirectTemporary", True),
        (r"[Pp]ermanent(?:ly)? redirect \((\d{3})\)", "ServiceRedirectPermanent", True),
        (r"[Uu]nspecified connection error \((407)\)", "ConnectionFailure", False),  # a proxy answered
        (r"[Uu]nspecified connection error \((\d{3})\)", "ConnectionFailure", None),
        (r"[Uu]pgrade failed with (?:an? )?HTTP status code: (\d{3})", "", True),
        (r"WebSocket [Uu]pgrade failed: .{0,60}\((\d{3})\)", "ServiceError", True),
        (r"DNS connection failed|net::ERR_[A-Z_]{3,60}", "ConnectionFailure", False),
        (r"no connection to the remote host|UNDERLYING_IO_OPEN_FAILED", "ConnectionFailure", False),
        (r"ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH", "ConnectionFailure", False),
        (r"self[- ]signed|certificate", "ConnectionFailure", False),
        (r"Unexpected server response: (\d{3})", "ConnectionFailure", True),
        (r"HTTP Authentication failed", "ConnectionFailure", True),
        (r"websocket error code: 1007", "BadRequestParameters", True),
        (r"websocket error code: \d{4}", "ConnectionFailure", True),
        (r"Unexpected response code: (\d{3})", "ConnectionFailure", True),
        (r"bad response from the server", "ConnectionFailure", True),
        (r"ran out of quota|[Ee]rror code: 1007[^\n]{0,40}Quota exceeded", "Forbidden", True),
        (r"parallel requests exceeded", "TooManyRequests", True),
        (r"speech service encountered an internal error|\bInvalid response\.", "ServiceError", True),
        (r"service is currently unavailable", "ServiceUnavailable", True),
        (r"[Ll]anguage identification with DetectContinuous", "BadRequest", True),
        (r"no recognition result received|maximum websocket connection idle", "ServiceTimeout", None),
        (r"Failure while sending a frame|Instance is shutting down", "ConnectionFailure", True),
        (r"Unknown transport error", "ConnectionFailure", None),
        (
            r"closed before the connection is established|t establish a connection to the server",
            "ConnectionFailure",
            None,
        ),
        (r"no valid credentials available", "AuthenticationFailure", True),
        (r"[Ee]rror code: 1007", "BadRequest", True),
        (r"[Ee]rror code: 1011", "ServiceError", True),
        (r"[Ee]rror code: 4429", "TooManyRequests", True),
        (r"closed by the remote host", "ConnectionFailure", True),
        (r"WebSocket operation failed", "ConnectionFailure", True),
        (r"Invalid parameter or unsupported audio", "BadRequest", True),
        (r"service inactivity|[Tt]imeout while|timed out", "ServiceTimeout", None),
        (r"Failed to initialize platform", "RuntimeError", False),
        (r"Runtime error|Exception with an error code|SPXERR_", "RuntimeError", None),
        (r"Disconnected state", "RuntimeError", None),
        (r"Unable to contact server", "ConnectionFailure", None),
    )
)


def code_of_status(status: int) -> str:
    """The code that the SDK gives for an HTTP status of the service."""
    return _BY_STATUS.get(status, "ServiceError")


@lru_cache(maxsize=512)
def failure(text: str) -> Failure | None:
    """The error behind a text of the SDK, None for a text that is not known."""
    for pattern, code, reached in _FAILURES:
        match = pattern.search(text)
        if match is not None:
            status = int(match[1]) if match.re.groups else None
            return Failure(code or code_of_status(status or 0), status, reached)
    return None


def sentence(text: str) -> str:
    """`text` to the end of the sentence that names the error: what follows may be anybody's words."""
    ends = [match.end() for pattern, _, _ in _FAILURES if (match := pattern.search(text)) is not None]
    end = text.find(". ", min(ends, default=0))
    return text if end < 0 else text[: end + 1]


# Where the SDK's own words begin: what stands before them is the application's, and may be anybody's words
_BEGINNING = re.compile(
    r"WebSocket (?:[Uu]pgrade|operation) failed|(?:DNS c|C)onnection (?:failed|was closed)|Unable to contact server"
    r"|Quota exceeded|The speech service encountered|The number of parallel|The recognizer is using|The service is curr"
    r"|Invalid response|Failure while|Unknown transport|Timeout: no recognition|Instance is shutting|Exceeded maximum"
    r"|Language identification with|HTTP Authentication failed|0x[0-9a-fA-F]{1,8} \(SPXERR_"
    r"|Failed to initialize|Due to service inactivity|Runtime error|Exception with|Response text"
    r"|The recognition service"
)
_BEFORE = 240


def begins(text: str) -> tuple[int, bool] | None:
    """Where in a text of an application the known words of an error begin, and whether its first words are among them.

    None if there are none at all.
    """
    found = next((match for pattern, _, _ in _FAILURES if (match := pattern.search(text)) is not None), None)
    if found is None:
        return None
    line = text.rfind("\n", 0, found.start()) + 1
    starts = [match.start() for match in _BEGINNING.finditer(text, max(line, found.start() - _BEFORE), found.end())]
    return (min(found.start(), starts[-1]), True) if starts else (found.start(), False)


_CUT = re.compile(r"\b(?:wss?|https?)://|X-ConnectionId|SessionId|Response text|[{}<]|\\n|\n|\r", re.IGNORECASE)
MESSAGE_MAX = 300


@lru_cache(maxsize=512)
def sdk_message(text: str) -> str | None:
    """The SDK's own words of an error, None when they are not known: free text may hold anything.

    Cut before URLs, bodies and IDs.
    """
    if failure(text) is None:
        return None
    cut = _CUT.search(text)
    return recognised(text[: cut.start()] if cut else text, MESSAGE_MAX) or None
