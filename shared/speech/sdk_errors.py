"""The error texts of the SDKs: the code and HTTP status behind each, and the part of a text that may be kept."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from shared.core.redaction import clean


@dataclass(frozen=True, slots=True)
class Failure:
    """`code`: the SDK's CancellationErrorCode. `reached`: did the service answer (None: the text does not tell)."""

    code: str
    http_status: int | None = None
    reached: bool | None = None


# In the order of trying. Group 1, where there is one, is an HTTP status. Measured with SDK 1.53; the wording is the
# same from 1.10 on.
_FAILURES: tuple[tuple[re.Pattern[str], str, bool | None], ...] = tuple(
    (re.compile(pattern), code, reached)
    for pattern, code, reached in (
        (r"Authentication error \((\d{3})\)", "AuthenticationFailure", True),
        (r"Bad request \((\d{3})\)", "BadRequest", True),
        (r"Too many requests \((\d{3})\)", "TooManyRequests", True),
        (r"Service unavailable \((\d{3})\)", "ServiceUnavailable", True),
        (r"Forbidden \((\d{3})\)", "Forbidden", True),
        (r"Internal service error \((\d{3})\)", "ServiceError", True),
        (r"WebSocket upgrade failed: .{0,60}\((\d{3})\)", "ServiceError", True),
        (r"no connection to the remote host|UNDERLYING_IO_OPEN_FAILED", "ConnectionFailure", False),
        (r"ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH", "ConnectionFailure", False),
        (r"self[- ]signed|certificate", "ConnectionFailure", False),
        (r"Unexpected server response: (\d{3})", "ConnectionFailure", True),
        (r"HTTP Authentication failed", "ConnectionFailure", True),
        (r"websocket error code: 1007", "BadRequestParameters", True),
        (r"websocket error code: \d{4}", "ConnectionFailure", True),
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


@lru_cache(maxsize=512)
def failure(text: str) -> Failure | None:
    """The error behind a text of the SDK, None for a text that is not known."""
    for pattern, code, reached in _FAILURES:
        match = pattern.search(text)
        if match is not None:
            status = int(match[1]) if match.re.groups else None
            return Failure(code, status, reached)
    return None


# Where the SDK's own words begin: what stands before them is the application's, and may be anybody's words
_BEGINNING = re.compile(
    r"WebSocket (?:upgrade|operation) failed|Connection (?:failed|was closed)|Unable to contact server|Quota exceeded"
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
_PATHS = re.compile(r"\S*[/\\]\S*")
_TOKENS = re.compile(r"[0-9A-Za-z_+/=.-]{24,}")
_CONSTANT = re.compile(r"[A-Z_]+")  # WS_OPEN_ERROR_UNDERLYING_IO_OPEN_FAILED
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
MESSAGE_MAX = 300


@lru_cache(maxsize=512)
def sdk_message(text: str) -> str | None:
    """The SDK's own words of an error, None when they are not known: free text may hold anything.

    Cut before URLs, bodies and IDs; quoted values, paths and long tokens go.
    """
    if failure(text) is None:
        return None
    cut = _CUT.search(text)
    text = clean(text[: cut.start()] if cut else text, 2 * MESSAGE_MAX) or ""
    text = _QUOTED.sub("…", text).partition('"')[0]  # a quote that is left is the carrier's
    text = _PATHS.sub("…", text)
    text = _TOKENS.sub(lambda m: m[0] if _CONSTANT.fullmatch(m[0]) else "…", text)
    return " ".join(text.split())[:MESSAGE_MAX].strip(" ,;:") or None
