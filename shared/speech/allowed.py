"""What each field of a sighting may hold. Whatever a reader took for a value, nothing else becomes a record.

    readers ──> Sighting, NearMiss ──> admitted, near_miss ──> store, rows, answers
                                            └─ what is dropped or masked is counted in `redacted`

A value is allowed by its form or because it is on a list; free text is never allowed, except for display names
(`shared.core.redaction` masks them) and error messages (`shared.speech.error_phrases` keeps their known words).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any, Final

from shared.core import ids
from shared.core.records import ErrorInfo, NearMiss, Sdk, Sighting
from shared.core.redaction import MASKS, key_like
from shared.speech.clouds import is_region
from shared.speech.collections import KIND_OF
from shared.speech.entity_url import ROOT
from shared.speech.error_phrases import LEFT_OUT
from shared.speech.near_misses import NearMissReason

Cleaner = Callable[[str, int], str | None]
FIELD: Final = "unexpected-value"  # keys of `redacted`
ERROR_TEXT: Final = "error-text"
NAME: Final = "display-name"

_GUID: Final = r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"
_CAMEL: Final = r"[A-Z][a-z]{1,24}(?:[A-Z]{1,4}[a-z]{0,24}){0,6}"  # NotStarted, InvalidURI
_VERSION: Final = r"\d{4}-\d\d-\d\d(?:-preview)?|[vV]?\d{1,2}(?:\.\d{1,2}){0,2}(?:-[a-z]{2,12}(?:\.\d{1,3}){0,2})?"
_SYSTEMS: Final = (
    r"(?:Browser/|Node)?(?:Linux|Windows|Win(?:32|64|dows NT)|mac ?OS|Mac(?:Intel|intosh|PPC)?|Darwin|Apple|iOS|iPhone|"
    r"iPad|Android|Ubuntu|Debian|UWP|Xbox|Node(?:\.js)?|Unix|FreeBSD|WebGL|Unknown)?"
    r"(?:[ _/-](?:x86_64|x86|x64|amd64|i[3-6]86|arm(?:v\d\w?|64)?|aarch64))?(?:[ /-]?v?\d{1,5}(?:\.\d{1,5}){0,3})?"
)
_LANGUAGES: Final = (
    r"C|C\+\+|Cpp|C#|CSharp|Java|JavaScript|TypeScript|Python|Go|Objective-?C|Swift|Rust|PHP|Ruby|CLI|\.NET"
)
_EVENTS: Final = (
    r"(?:started|connecting|connected|result|canceled|stopped|Ping|Challenge"
    r"|(?:Transcription|Dataset|Model|Endpoint|Evaluation|Project|AccuracyTest|DataImport|ModelAdaptation|EndpointDeployment|"
    r"EndpointDataCollection)(?:Creation|Processing|Completion|Deletion))"
)
_PATH_WORDS: Final = frozenset(
    ("", "api", "speech", "stt", "files", "logs", ROOT, *(word for path in KIND_OF for word in path.split("/")))
)
_COLLECTIONS: Final = "|".join(sorted(KIND_OF, key=len, reverse=True))
_FORMS: Final[Mapping[str, re.Pattern[str]]] = {
    name: re.compile(pattern, flags | re.ASCII)
    for name, pattern, flags in (
        ("kind", rf"(?:(?:{_COLLECTIONS})/)?[a-z]{{2,24}}(?:_[a-z]{{2,24}}){{0,3}}", 0),
        ("language", r"[a-z]{2,3}(?:-[a-z0-9]{2,8}){0,3}", re.IGNORECASE),
        ("locale", r"[a-z]{2,3}(?:-[a-z0-9]{2,8}){0,3}", re.IGNORECASE),
        ("mode", r"interactive|conversation|dictation|none", re.IGNORECASE),
        ("custom_model", _GUID, 0),
        ("status", _CAMEL, 0),
        ("api_version", _VERSION, 0),
        ("model", _GUID, 0),
        ("parent_id", _GUID, 0),
    )
}
_SDK_FORMS: Final = {
    "version": re.compile(r"\d{1,3}(?:\.\d{1,5}){1,3}(?:-[a-z]{1,10}(?:\.?\d{1,8}){0,2})?", re.ASCII),
    "language": re.compile(_LANGUAGES, re.IGNORECASE),
    "os": re.compile(rf"(?!\Z){_SYSTEMS}", re.IGNORECASE | re.ASCII),
}
_EVENT: Final = re.compile(_EVENTS, re.IGNORECASE)
_REQUEST: Final = re.compile(r"[0-9a-f]{32}")
_CODE: Final = re.compile(rf"{_CAMEL}|[1-5]\d\d", re.ASCII)
_NEAR_MISS: Final = re.compile(rf"[0-9A-Fa-f]{{8,40}}|{_GUID}|\{{(?:{_GUID}|[0-9A-Fa-f-]{{32,36}})\}}")
_HOST: Final = re.compile(
    r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){0,8}[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?::\d{1,5})?|\[[0-9a-f:.]{2,45}\]",
    re.IGNORECASE | re.ASCII,
)
_URL: Final = re.compile(r"((?:https?:)?//[^/?#]+)?(/[^?#]*)(\?api-version=[\w.\-]{1,40})?", re.IGNORECASE)
_SEGMENT: Final = re.compile(
    rf"v\d{{1,2}}(?:\.\d)?(?:-preview(?:\.\d{{1,2}})?)?|{_GUID}|\d{{4}}-\d\d-\d\d_\d{{6}}__{_GUID}(?:[._]v\d[._]json)?",
    re.IGNORECASE | re.ASCII,
)
_COLLECTION: Final = re.compile(r"[A-Za-z]{2,24}")  # one that is not known, right behind the version
_GONE: Final = "redacted"


def admitted(found: Sighting, redacted: Counter[str], *, name: Cleaner | None = None) -> Sighting:
    """The sighting with only what its fields may hold. `redacted` counts what was dropped or masked.

    `name` masks a display name: not that of a listed job, for which the inventory has labels.
    """
    changed: dict[str, Any] = _forms(found) | _lists(found)
    if found.region is not None and not is_region(found.region):
        changed["region"] = None
    if found.host is not None and not is_host(found.host):
        changed["host"] = None
    if found.self_url is not None and (url := _url(found.self_url)) != found.self_url:
        changed["self_url"] = url
    if found.sdk is not None and (sdk := _sdk(found.sdk)) != found.sdk:
        changed["sdk"] = sdk
    redacted.update({FIELD: len(changed)} if changed else {})
    if found.error is not None:
        changed["error"] = _error(found.error, redacted)
    if found.display_name is not None:
        changed |= _named(found.display_name, redacted, name)
    return replace(found, **changed) if changed else found


def _forms(found: Sighting) -> dict[str, str | None]:
    values = ((field, form, getattr(found, field)) for field, form in _FORMS.items())
    wrong = [field for field, form, value in values if value is not None and not form.fullmatch(value)]
    return {field: "unknown" if field == "kind" else None for field in wrong}


def _lists(found: Sighting) -> dict[str, tuple[str, ...]]:
    pairs = (("events", found.events, _EVENT), ("request_ids", found.request_ids, _REQUEST))
    return {
        name: tuple(filter(form.fullmatch, values))
        for name, values, form in pairs
        if not all(map(form.fullmatch, values))
    }


def near_miss(found: NearMiss, redacted: Counter[str]) -> NearMiss:
    """Its value is hexadecimal, or it is not shown: 32 digits that are no GUID of version 4 may be a key."""
    value = found.value
    if value == "self" or (_NEAR_MISS.fullmatch(value) and not _may_be_key(found)):
        return found
    redacted[FIELD] += 1
    return replace(found, value=_GONE, suggestion=None)


def _may_be_key(found: NearMiss) -> bool:
    digits = found.value.strip("{}").lower()
    return len(digits) == 32 and not ids.is_version_4(digits) and found.reason != NearMissReason.PLACEHOLDER


def _named(shown: str, redacted: Counter[str], clean: Cleaner | None) -> dict[str, str | None]:
    masked = clean(shown, len(shown) + 64) if clean is not None else shown
    redacted.update({NAME: 1} if masked is None or any(mask in masked for mask in MASKS) else {})
    return {"display_name": masked} if masked != shown else {}


@lru_cache(maxsize=1024)
def is_host(host: str) -> bool:
    """Written as a host, and no part of it like a key or a number of a person."""
    return len(host) <= 255 and _HOST.fullmatch(host) is not None and not any(map(key_like, host.split(".")))


@lru_cache(maxsize=512)
def _url(url: str) -> str | None:
    """The URL of an entity: path segments that no API writes are masked, and so is anything that is not a host name."""
    match = _URL.fullmatch(url)
    if match is None:
        return None
    base, path, query = match.groups(default="")
    if base and not is_host(base.rpartition("/")[2]):
        return None
    if query and not _FORMS["api_version"].fullmatch(query.partition("=")[2]):
        query = ""
    return base + "/".join(_segments(path)) + query


def _segments(path: str) -> Iterator[str]:
    before = ""
    for part in path.split("/"):
        own = (before == ROOT or _SEGMENT.fullmatch(before)) and _COLLECTION.fullmatch(part)
        yield part if part.lower() in _PATH_WORDS or own or _SEGMENT.fullmatch(part) else _GONE
        before = part.lower()


@lru_cache(maxsize=256)
def _sdk(sdk: Sdk) -> Sdk | None:
    values = {name: getattr(sdk, name) for name in _SDK_FORMS}
    kept = Sdk(**{name: value for name, value in values.items() if value and _SDK_FORMS[name].fullmatch(value)})
    return kept if kept != Sdk() else None


def _error(error: ErrorInfo, redacted: Counter[str]) -> ErrorInfo | None:
    """Its message is made of known words already; what was left out there is counted here."""
    code, message = error.code, error.message
    if code is not None and not _CODE.fullmatch(code):
        redacted[FIELD] += 1
        code = None
    if message is not None and LEFT_OUT in message:
        redacted[ERROR_TEXT] += 1
        message = None if message == LEFT_OUT else message
    found = ErrorInfo(code, error.http_status, message)
    return found if found != ErrorInfo() else None
