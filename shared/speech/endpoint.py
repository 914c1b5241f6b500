"""What the URL of a connection shows: the service behind it, region, mode, language, custom model."""

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
    """`kind` is the service behind it; connections of text to speech are told apart by it."""

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
