"""URLs of the Speech to text REST API: which of them name an entity, and what they say about it.

    {scheme}://{host}[:port]{prefix}/speechtotext[/{v3.1}]/{collection}/{guid}[/files/{guid}][/][?api-version=...]

The ID ends the **path**: from 2024-11-15 on a query follows it, so neither "the last GUID" nor "the text after the last
slash" is right. Hosts are not checked against a list (clouds, custom domains, gateways), case does not matter.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote

from shared.core import ids
from shared.speech.clouds import region_of
from shared.speech.collections import KIND_OF, collection_of

ROOT = "speechtotext"
GUID = r"[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}"
_SWAGGER_EXAMPLE = "3fa85f6457174562b3fc2c963f66afa6"  # what every generated page of an API shows
_MAX_URL = 4096
_GUID = re.compile(GUID)
_PARTS = re.compile(r"(?:(?:(https?):)?//([^/?#\s]*))?(/[^?#\s]*)?(?:\?([^#\n]*))?(?:#\S*)?", re.IGNORECASE)
_VERSION = re.compile(r"v\d[\w.\-]{0,30}", re.IGNORECASE)
_VERSION_QUERY = re.compile(r"(?:^|&)api-version=([\w.\-]{1,40})(?=&|$)", re.IGNORECASE)
# What nearly every URL looks like; the others are taken apart.
_USUAL = re.compile(
    rf"https://([\w.\-]+)/speechtotext/(?:(v\d[\w.\-]{{0,30}})/)?([a-z]+(?:/base)?)/({GUID})"
    r"(?:\?api-version=([\w.\-]{1,40}))?",
    re.ASCII,
)
_LINK = re.compile(r"\[[^\]\s]*\]\(([^)\s]+)\)")  # what chats and wikis make of an URL
_HOST_FIRST = re.compile(r"[\w\-]+(?:\.[\w\-]+)+(?::\d{1,5})?/")
_BRACED = re.compile(rf"(?:\{{|%7B)({GUID})(?:\}}|%7D)", re.IGNORECASE)
_PARTS_OF = {"file": "files", "log": "files/logs"}
_COLLECTION = re.compile(r"[A-Za-z][\w.\-]{0,63}")


@dataclass(frozen=True, slots=True)
class EntityUrl:
    """What a `self` URL says. `url` has no query but `api-version`, no credentials and no fragment."""

    kind: str
    id: str
    url: str
    host: str | None = None
    region: str | None = None
    api_version: str | None = None
    parent_kind: str | None = None
    parent_id: str | None = None

    @property
    def is_placeholder(self) -> bool:
        """All zeros and the like: documentation, no entity."""
        bare = self.id.replace("-", "")
        return bare in ids.PLACEHOLDERS or bare == _SWAGGER_EXAMPLE


def without_query(url: str) -> str:
    """The URL with no query but `api-version`, no credentials, no fragment."""
    base, _, query = url.partition("#")[0].partition("?")
    scheme, separator, rest = base.partition("://")
    if separator:
        host, slash, path = rest.partition("/")
        base = f"{scheme}://{host.rpartition('@')[2]}{slash}{path}"
    version = _VERSION_QUERY.search(query)
    return f"{base}?api-version={version[1]}" if version else base


@lru_cache(maxsize=512)  # lists repeat the URLs of their models
def parse(text: str) -> EntityUrl | None:
    """The entity that this URL (or absolute path) names, or None: a list, a sub-resource, another API, no GUID."""
    usual = _USUAL.fullmatch(text)
    if usual is not None:
        host, version, collection, entity_id, query = usual.groups()
        host = host.lower()
        return EntityUrl(
            KIND_OF.get(collection, collection), entity_id.lower(), text, host, region_of(host), version or query
        )
    return _parse(text) if len(text) <= _MAX_URL else None


def _parse(text: str) -> EntityUrl | None:
    text = text.strip(" \t\r\n<>")
    text = unquote(text) if "%2f" in text.lower() else text
    link = _LINK.fullmatch(text)
    text = link[1] if link else text
    match = _PARTS.fullmatch(_from_the_host_on(text))
    if match is None or not match[3]:
        return None
    segments = [segment for segment in _BRACED.sub(r"\1", match[3]).split("/") if segment]
    root = next((i for i, s in enumerate(segments) if s.lower() == ROOT), None)
    if root is None:
        return None
    version, rest = _split_version(segments[root + 1 :])
    found = _entity_of(rest)
    if found is None:
        return None
    host = (match[2] or "").rpartition("@")[2].lower() or None
    query = _VERSION_QUERY.search(match[4] or "")
    kind, entity_id, parent_kind, parent_id = found
    return EntityUrl(
        kind,
        entity_id,
        without_query(text),
        host,
        region_of(host),
        version or (query[1] if query else None),
        parent_kind,
        parent_id,
    )


def _from_the_host_on(text: str) -> str:
    """The scheme may be missing, or all up to the path's first slash."""
    if _HOST_FIRST.match(text):
        return f"//{text}"
    return f"/{text}" if text[: len(ROOT) + 1].lower() == f"{ROOT}/" else text


def path_of(kind: str, entity_id: str, parent_id: str | None = None) -> str | None:
    """`transcriptions/{parent}/files/{id}`: where the API has an entity, the inverse of `parse`.

    None for a kind that the API has no collection of, or a file whose parent is not known.
    """
    parent_kind, _, part = kind.rpartition("_")
    if part in _PARTS_OF and parent_kind:
        parent = collection_of(parent_kind)
        return f"{parent}/{parent_id}/{_PARTS_OF[part]}/{entity_id}" if parent and parent_id else None
    collection = collection_of(kind)
    return f"{collection}/{entity_id}" if collection else None


def reference_of(text: str) -> EntityUrl | None:
    """The entity at the start of a longer path: `.../transcriptions/{id}/files`, `.../webhooks/{id}:ping`."""
    exact = parse(text)
    if exact is not None:
        return exact
    guid = _GUID.search(text.partition("?")[0])
    return parse(text[: guid.end()]) if guid else None


def _split_version(segments: list[str]) -> tuple[str | None, list[str]]:
    if segments and _VERSION.fullmatch(segments[0]):
        return segments[0], segments[1:]
    return None, segments


def _entity_of(segments: list[str]) -> tuple[str, str, str | None, str | None] | None:
    """kind, ID, parent's kind, parent's ID of the path after the version."""
    at = next((i for i, s in enumerate(segments) if _GUID.fullmatch(s)), None)
    if at is None or not 1 <= at <= 4 or not all(_COLLECTION.fullmatch(s) for s in segments[:at]):
        return None
    collection, entity_id, rest = "/".join(segments[:at]).lower(), segments[at].lower(), segments[at + 1 :]
    kind = KIND_OF.get(collection) or ("operation" if collection.startswith("operations/") else collection)
    if not rest:
        return kind, entity_id, None, None
    if rest[0].lower() == "files" and len(rest) == 2 and _GUID.fullmatch(rest[1]):
        return f"{kind}_file", rest[1].lower(), kind, entity_id
    if [s.lower() for s in rest[:2]] == ["files", "logs"] and len(rest) == 3:
        # The name of a log need not be a GUID: then its endpoint is what has an ID.
        guid = _GUID.fullmatch(rest[2])
        return (f"{kind}_log", rest[2].lower(), kind, entity_id) if guid else (kind, entity_id, None, None)
    return None
