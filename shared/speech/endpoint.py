"""What the texts of the service and the SDKs say: URLs (region, mode, language...) and errors (code, HTTP status)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from shared.speech import clouds

_URL = re.compile(
    r"(?P<scheme>wss?|https?)://(?:[^/?#@\s'\"|\\<>&]{1,200}@)?(?P<host>\[[0-9a-fA-F:.]+\]|[^/:?#\s'\"|\\<>&]+)(?::\d+)?"
    r"(?P<path>[^?#\s'\"|\\<>&]*)(?:\?(?P<query>(?:[^#\s'\"|\\<>&]|&(?!quot;|lt;|gt;|#))*))?"
)
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}")
_GUID = re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}")
_MODES = ("interactive", "conversation", "dictation")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """What the URL of a connection tells. `kind` is the service behind it; text to speech is not our business."""

    host: str
    kind: str | None = None
    region: str | None = None
    language: str | None = None
    mode: str | None = None
    custom_model: str | None = None

    @property
    def is_tts(self) -> bool:
        return self.kind == "text-to-speech"


_SYNTHESIS_PATH = re.compile(r"/websocket/v\d")


def _kind(host: str, path: str) -> str | None:
    path = path.lower()
    if ".tts." in host or "/tts/" in path or _SYNTHESIS_PATH.search(path):
        return "text-to-speech"
    if "/translation/" in path or ".s2s." in host:
        return "translation"
    if "/api/v3" in path or ".convai." in host or "/dialog" in path:
        return "dialog"
    if "transcribe" in path or "transcribe" in host or "/multiaudio" in path:
        return "conversation-transcription"
    if "/speech/recognition/" in path or "/speech/universal/" in path or "/speech/" in path or ".stt." in host:
        return "speech-to-text"
    # `.../cognitiveservices/v1` without `/speech/` in front is the REST form of text to speech
    return "text-to-speech" if path.endswith("/cognitiveservices/v1") else None


def _query(query: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in query.replace("&amp;", "&").split("&")[:60])
    return {key.lower(): value for key, found, value in pairs if found}


@lru_cache(maxsize=512)
def endpoint(text: str) -> Endpoint | None:
    """The endpoint of the first URL in `text`. Of its query only language, model and region are read."""
    match = _URL.search(text)
    if match is None:
        return None
    host, path = match["host"].lower(), match["path"]
    query = _query(match["query"] or "")
    language = query.get("language") or query.get("from") or ""
    model = query.get("cid", "")
    mode = next((mode for mode in _MODES if f"/{mode}/" in path.lower()), None)
    return Endpoint(
        host=host[:255],
        kind=_kind(host, path),
        region=clouds.region_of(host),
        language=language if LANGUAGE.fullmatch(language) else None,
        mode=mode,
        custom_model=model.lower() if _GUID.fullmatch(model) else None,
    )


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
def clean_message(text: str) -> str | None:
    """The SDK's own words of an error, None when they are not known: free text may hold anything.

    Cut before URLs, bodies and IDs; quoted values, paths and long tokens go.
    """
    if failure(text) is None:
        return None
    cut = _CUT.search(text)
    text = text[: cut.start()] if cut else text
    text = _QUOTED.sub("…", text).partition('"')[0]  # a quote that is left is the carrier's
    text = _PATHS.sub("…", text)
    text = _TOKENS.sub(lambda m: m[0] if _CONSTANT.fullmatch(m[0]) else "…", text)
    return " ".join(text.split())[:MESSAGE_MAX].strip(" ,;:") or None
