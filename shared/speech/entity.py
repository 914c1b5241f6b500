"""One JSON object of the Speech to text REST API -> one sighting. Pure, tolerant of missing, null and unknown fields.

Serves the saved bodies (after the scanner has made a dictionary of whatever wrapper it found) and the live API alike.
Names are compared without case and underscores: `createdDateTime`, `created_date_time`, `_self` of generated clients.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from shared.core import ids, times
from shared.core.records import ErrorInfo, Place, Sighting, TimeSpan
from shared.core.redaction import clean
from shared.speech import entity_url
from shared.speech.entity_url import EntityUrl
from shared.speech.error_phrases import recognised

TERMINAL = frozenset({"succeeded", "failed"})
NAME_CAP, MESSAGE_CAP = 256, 1000
_NOTHING: dict[str, Any] = {}
_WORD = re.compile(r"[\w.\-]{1,24}|[A-Za-z_.\-]{1,64}", re.ASCII)  # a long one with digits may be a key
_ISO_DURATION = re.compile(
    r"P(?:(\d{1,6})Y)?(?:(\d{1,6})M)?(?:(\d{1,6})W)?(?:(\d{1,6})D)?"
    r"(?:T(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,9}(?:\.\d{1,9})?)S)?)?",
    re.IGNORECASE,
)
_CLOCK_DURATION = re.compile(r"(?:(\d{1,6})\.)?(\d{1,2}):(\d{2}):(\d{2})(?:\.\d{1,9})?")
# v2.0 has no `self`: what an object is stands only in the names of its fields. First row that fits wins.
_V2_MARKS: tuple[tuple[str, frozenset[str]], ...] = (
    ("transcription", frozenset({"recordingsurl", "recordingsurls", "resultsurls", "reportfileurl"})),
    ("accuracy_test", frozenset({"worderrorrate", "resultsurl"})),
    ("endpoint", frozenset({"endpointurls", "concurrentrecognitions"})),
    ("dataset", frozenset({"dataimportkind"})),
    ("model", frozenset({"modelkind"})),
    ("webhook", frozenset({"configuration"})),
)


@lru_cache(maxsize=1024)
def norm(name: str) -> str:
    """The form in which names are compared."""
    return name.replace("_", "").replace("-", "").lower()


def entity_from_json(obj: Mapping[str, Any], *, api_version: str | None = None) -> Sighting | None:
    """The sighting of one element of an API answer; None when it names no entity.

    `api_version` is used where the object itself does not tell (the version it was asked for with).
    """
    fields = {norm(str(name)): value for name, value in obj.items()}
    return entity_from_fields(fields, api_version=api_version)


def entity_from_fields(fields: Mapping[str, Any], *, api_version: str | None = None) -> Sighting | None:
    """As `entity_from_json`, for names that are normalised (`norm`) already."""
    url = self_url(fields)
    if url is not None and not url.is_placeholder:
        return of_url(url, fields, api_version=api_version)
    if url is None and "self" not in fields:
        return _version_2(fields)
    return None


def self_url(fields: Mapping[str, Any]) -> EntityUrl | None:
    """The entity that the object's own `self` names."""
    value = fields.get("self")
    return entity_url.parse(value) if isinstance(value, str) and value else None


def of_url(
    url: EntityUrl,
    fields: Mapping[str, Any] = _NOTHING,
    found_by: str | None = None,
    place: Place | None = None,
    *,
    api_version: str | None = None,
) -> Sighting:
    """What the URL and the fields of its object say."""
    described = _described(fields) if fields else {}
    return Sighting(
        kind=url.kind,
        id=url.id,
        found_by=found_by,
        first=place,
        last=place,
        self_url=url.url,
        host=url.host,
        region=url.region,
        api_version=url.api_version or api_version,
        parent_id=url.parent_id,
        **described,
    )


def parent_of(sighting: Sighting, url: EntityUrl | None) -> Sighting | None:
    """A file names its transcription: that is a sighting too."""
    if url is None or url.parent_id is None or url.parent_kind is None:
        return None
    return Sighting(
        kind=url.parent_kind,
        id=url.parent_id,
        found_by=sighting.found_by,
        first=sighting.first,
        last=sighting.last,
        host=url.host,
        region=url.region,
        api_version=url.api_version,
    )


def newer_state(one: Sighting, other: Sighting) -> bool:
    """Does `one` know a later state of the entity than `other`? A deletion is the last; times decide between the rest.

    Equal times with different states happen (also in official examples): what came first stays.
    """
    if one.status is None or one.kind == "session":
        return False
    if other.status is None:
        return True
    if (one.status == "Deleted") != (other.status == "Deleted"):
        return one.status == "Deleted"
    return (one.last_action or "") > (other.last_action or "")


def _described(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a sighting that an object's own fields give."""
    properties = _mapping(fields.get("properties"))
    created, last_action = _moment(fields.get("createddatetime")), _moment(fields.get("lastactiondatetime"))
    status, hours = _word(fields.get("status")), _hours(properties)
    since = times.text(created) if created else None
    return {
        "status": status,
        "created": since,
        "last_action": times.text(last_action) if last_action else None,
        "time": TimeSpan(since, basis="created") if since else None,
        "locale": _word(fields.get("locale")),
        "display_name": _text(fields.get("displayname", fields.get("name")), NAME_CAP),
        "error": _error(properties.get("error")) or _error(fields.get("error")) or _told(status, fields),
        "time_to_live_hours": hours,
        "expires": _expires(status, last_action, hours),
        "model": _reference(fields.get("model")) or _reference(fields.get("basemodel")),
    }


_CUSTOM_VOICE = "CustomVoice"  # of text to speech, which had the same API in v2.0


def _version_2(fields: Mapping[str, Any]) -> Sighting | None:
    value = fields.get("id")
    digits = ids.digits(value) if isinstance(value, str) and len(value) == 36 else None
    if digits is None or digits in ids.PLACEHOLDERS:
        return None
    if not {"status", "createddatetime"} <= fields.keys() and "configuration" not in fields:
        return None
    if _CUSTOM_VOICE in (fields.get("modelkind"), fields.get("dataimportkind")):
        return None
    kind = next((kind for kind, marks in _V2_MARKS if marks & fields.keys()), None)
    if kind is None or (kind == "webhook" and not {"events", "name"} <= fields.keys()):
        return None
    return Sighting(kind, ids.dashed(digits), api_version="v2.0", **_described(fields))


def _mapping(value: object) -> dict[str, Any]:
    """A nested object with normalised names; empty for anything else."""
    if not value:
        return _NOTHING
    return {norm(str(k)): v for k, v in value.items()} if isinstance(value, Mapping) else {}


def _text(value: object, cap: int) -> str | None:
    return clean(value, cap) if isinstance(value, str) else None


def _word(value: object) -> str | None:
    """A short word such as a status, a locale or a code; unknown ones are kept, sentences are not."""
    return value if isinstance(value, str) and _WORD.fullmatch(value) else None


# as .NET and PowerShell write a moment in the invariant culture: `02/20/2026 09:13:27 +00:00`
_DOTNET = re.compile(r"(\d\d)/(\d\d)/(\d{4}) (\d\d:\d\d:\d\d) ?([+-]\d\d:\d\d)?", re.ASCII)


def _moment(value: object) -> datetime | None:
    """.NET writes its first and last date for "never": what lies outside this century is unknown."""
    if not isinstance(value, str):
        return None
    written = _DOTNET.fullmatch(value.strip())
    moment = times.try_parse(written.expand(r"\3-\1-\2T\4\5") if written else value)
    return moment if moment is not None and times.clamp(moment) == moment else None


def _error(value: object) -> ErrorInfo | None:
    if not value:
        return None
    fields = _mapping(value)
    code, said = _word(fields.get("code")), fields.get("message")
    message = recognised(said, MESSAGE_CAP) if isinstance(said, str) else None
    return ErrorInfo(code=code, message=message or None) if code or message else None


def _told(status: str | None, fields: Mapping[str, Any]) -> ErrorInfo | None:
    """What v2.0 says of a failure."""
    told = fields.get("statusmessage") if status and status.lower() == "failed" else None
    message = recognised(told, MESSAGE_CAP) if isinstance(told, str) and told != "None" else None
    return ErrorInfo(message=message) if message else None


def _reference(value: object) -> str | None:
    """The ID that a reference (`model`, `baseModel`) points to."""
    target = _mapping(value).get("self", value)
    url = entity_url.parse(target) if isinstance(target, str) else None
    return url.id if url is not None and not url.is_placeholder else None


def _hours(properties: Mapping[str, Any]) -> float | None:
    """Both spellings in any version: an early official 2024-11-15 example still shows `timeToLive`."""
    value = properties.get("timetolivehours", properties.get("timetolive"))
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float)):
        return float(value) if 0 <= value <= 1_000_000 else None
    return _duration_hours(value.strip()) if isinstance(value, str) else None


def _duration_hours(text: str) -> float | None:
    if text.isdecimal() and len(text) <= 7:
        return float(text)
    iso, clock = _ISO_DURATION.fullmatch(text), _CLOCK_DURATION.fullmatch(text)
    if iso is not None and text[1:]:
        years, months, weeks, days, hours, minutes, seconds = (float(g or 0) for g in iso.groups())
        days += years * 365 + months * 30 + weeks * 7
    elif clock is not None:
        days, hours, minutes, seconds = (float(g or 0) for g in clock.groups())
    else:
        return None
    return round(days * 24 + hours + minutes / 60 + seconds / 3600, 4)


def _expires(status: str | None, last_action: datetime | None, hours: float | None) -> str | None:
    """The service deletes a finished job its time to live after the end; 0 means never."""
    if last_action is None or not hours or (status or "").lower() not in TERMINAL:
        return None
    moment = last_action + timedelta(hours=hours)
    return times.text(moment) if times.clamp(moment) == moment else None
