"""What a closed object is: an entity, a reference that holds a whole one, or an error; and why it is not one."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from shared.extract.entities.rules import LOCATIONS, NEVER, PLURAL, REFERENCES, VERSION, Found, known_status, labelled
from shared.speech import entity_url
from shared.speech.entity import entity_from_fields, of_url, self_url
from shared.speech.near_misses import NearMissReason

if TYPE_CHECKING:
    from shared.core.records import Place
    from shared.extract.entities.rules import Frame

_SERVICE_CODE = re.compile(r"[A-Z][a-z]+(?:[A-Z][a-zA-Z]*)?")


def entity(frame: Frame) -> Found | None:
    """What a closed object is, by its own fields."""
    fields = frame.fields
    url = self_url(fields)
    if url is not None:
        return None if url.is_placeholder else Found(of_url(url, fields, f"self@{VERSION}", frame.place), url)
    own = fields.get("self")
    if not fields or (own and not (isinstance(own, str) and own.isspace())):
        return None
    if "id" in fields:
        sighting = entity_from_fields(fields)
        if sighting is not None:
            place = frame.place
            return Found(replace(sighting, found_by=f"rest-v2-id@{VERSION}", first=place, last=place))
    return _without_self(fields, frame.place)


def _without_self(fields: dict[str, Any], place: Place) -> Found | None:
    for name in LOCATIONS:
        value = fields.get(name)
        url = entity_url.parse(value) if isinstance(value, str) else None
        if url is not None and not url.is_placeholder:
            sighting = of_url(url, found_by=f"location@{VERSION}", place=place)
            return Found(replace(sighting, status=known_status(fields)), url)
    links = fields.get("links")
    files = links.get("files") if isinstance(links, dict) else None
    if isinstance(files, str) and {"status", "createddatetime"} <= fields.keys():
        url = entity_url.reference_of(files)
        if url is not None and not url.is_placeholder:
            sighting = of_url(url, fields, f"links-files@{VERSION}", place)
            return Found(replace(sighting, self_url=None), url)
    return labelled(fields, place)


def is_whole(frame: Frame, *, within: Frame | None) -> bool:
    """An entity under the key of a reference: somebody wrapped it, for references hold nothing but a `self`."""
    if frame.key in PLURAL:
        return "status" in frame.fields
    known = frame.key in REFERENCES and frame.key not in NEVER and not (within is not None and within.reference)
    return known and {"status", "createddatetime"} <= frame.fields.keys()


def is_error(fields: dict[str, Any]) -> bool:
    """Of the service, whose codes are words (others are numbers of HTTP or names of constants), or 404 in HAR."""
    code = fields.get("code")
    answer = fields.get("response") if "starteddatetime" in fields else None
    not_found = isinstance(answer, dict) and str(answer.get("status")) == "404"
    return not_found or (isinstance(code, str) and _SERVICE_CODE.fullmatch(code) is not None)


def of_database(fields: dict[str, Any], own: str) -> bool:
    """It adds a `_self` of its own: Cosmos `dbs/...`, others what names no entity."""
    return own.startswith("dbs/") or (self_url(fields) is not None and self_url({"self": own}) is None)


def explanation(fields: dict[str, Any]) -> tuple[str, NearMissReason] | None:
    """Of an object that looks like an entity: the value and what is wrong with it."""
    value = fields.get("self")
    if not isinstance(value, str) or not ({"status", "links", "createddatetime"} & fields.keys()):
        return None
    url = entity_url.parse(value)
    if not value.strip():
        return "self", NearMissReason.BLANK_SELF
    if url is not None:
        return url.id, NearMissReason.PLACEHOLDER_ID
    if entity_url.ROOT in value.lower():
        return "self", NearMissReason.SELF_WITHOUT_ID
    return "self", NearMissReason.PLACEHOLDER_SELF
