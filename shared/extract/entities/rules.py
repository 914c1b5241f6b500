"""Names that matter in a body, what is kept of an open object, and the small judgements about its fields."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Any

from shared.core.records import Place, Sighting
from shared.speech import entity_url
from shared.speech.entity import norm
from shared.speech.entity_url import EntityUrl

VERSION = 2  # of the rules and patterns of the `entities_*` modules; part of `found_by`
REFERENCES = frozenset(
    {
        "model",
        "basemodel",
        "model1",
        "model2",
        "models",
        "dataset",
        "datasets",
        "transcription1",
        "transcription2",
        "project",
        "links",
        "speechmodelmapping",
        "customproperties",
    }
)
# What people said, and what went wrong with an audio file: IDs in it do not count.
SPOKEN = frozenset(
    {
        "combinedrecognizedphrases",
        "recognizedphrases",
        "combinedphrases",
        "phrases",
        "nbest",
        "displaytext",
        "display",
        "lexical",
        "itn",
        "maskeditn",
        "errormessage",
    }
)
PLURAL = frozenset({"models", "datasets"})  # in somebody's own inventory they hold whole entities
NEVER = frozenset({"links", "customproperties", "speechmodelmapping"})  # hold none, whatever they look like
NESTED = frozenset({"response", "properties", "error", "model", "basemodel", "links"})
LISTS = frozenset({"values", "value"})
EVENT_HEADER = "xmicrosoftspeechservicesevent"
LOCATIONS = ("location", "operationlocation", "transcriptionlocation", "transcriptionurl", "transcriptionuri")
MARKS = frozenset(
    {  # of v2.0: that they are there is what counts
        "recordingsurl",
        "recordingsurls",
        "resultsurls",
        "resultsurl",
        "reportfileurl",
        "worderrorrate",
        "endpointurls",
        "concurrentrecognitions",
        "dataimportkind",
        "modelkind",
        "configuration",
        "events",
    }
)
WANTED = (
    NESTED
    | MARKS
    | {
        "self",
        "id",
        "status",
        "createddatetime",
        "starteddatetime",
        "lastactiondatetime",
        "locale",
        "displayname",
        "name",
        "code",
        "message",
        "timetolive",
        "timetolivehours",
        "files",
        "key",
        "value",
        "transcriptionid",
        "transcriptionids",
        "statusmessage",
        "values",
        EVENT_HEADER,
        *LOCATIONS,
    }
)
FREE_TEXT = frozenset({"displayname", "name", "message", "statusmessage"})
STATUSES = frozenset({"NotStarted", "Running", "Succeeded", "Failed"})
GUID_ONLY = re.compile(entity_url.GUID)
_EVENT = re.compile(r"\w{1,64}", re.ASCII)


@dataclass(slots=True)
class Found:
    """An entity whose surroundings are not closed yet. `text` marks a mention in text: not believed beside an error."""

    sighting: Sighting
    url: EntityUrl | None = None
    text: bool = False


@dataclass(slots=True)
class Frame:
    """One open object, list, call, or record or list of lines. `bracket` is `{ [ ( ~ -`."""

    bracket: str
    key: str | None
    reference: bool
    place: Place
    fields: dict[str, Any] = field(default_factory=dict)
    held: list[Found] = field(default_factory=list)
    items: list[Any] = field(default_factory=list)
    event: str | None = None
    named: bool = False  # its key is its own, not that of the list around it
    wrapper: bool = False
    doubtful: bool = (
        False  # with nothing but a `self` it may be a reference: its beginning was cut off, or it is a cell
    )
    holder: Frame | None = None  # the innermost open one in which what is found waits for what it belongs to


def with_event(sighting: Sighting, event: str | None) -> Sighting:
    """A web hook tells what happened; only a deletion is a status of its own."""
    if not event or event in sighting.events:
        return sighting
    status = sighting.status or ("Deleted" if event.lower().endswith("deletion") else None)
    return replace(sighting, status=status, events=(*sighting.events, event))


def header_pair(frame: Frame) -> None:
    """Headers and variables come as a dictionary, or as a list of name (or key) and value."""
    fields = frame.fields
    name, value = fields.get("name", fields.get("key")), fields.get("value")
    if isinstance(name, str) and isinstance(value, str) and len(name) < 64:
        compared = norm(name)
        if compared in {EVENT_HEADER, "transcriptionid", *LOCATIONS}:
            fields[compared] = value
    event = fields.get(EVENT_HEADER)
    if isinstance(event, list) and event:
        event = event[0]
    if isinstance(event, str) and _EVENT.fullmatch(event):
        frame.event = event


def labelled(fields: dict[str, Any], place: Place) -> Found | None:
    """`transcriptionId` of somebody's own log record."""
    value = fields.get("transcriptionid")
    if isinstance(value, str) and GUID_ONLY.fullmatch(value) and "code" not in fields:
        name = f"transcription-id-key@{VERSION}"
        status = known_status(fields)
        return Found(Sighting("transcription", value.lower(), name, place, place, status=status), text=True)
    return None


def known_status(fields: dict[str, Any]) -> str | None:
    """The status beside an ID or an URL in somebody's own record: the numbers and words of HTTP are not."""
    value = fields.get("status")
    return value if isinstance(value, str) and value in STATUSES else None


def utf8(value: str) -> str:
    """The scanner reads bytes as Latin-1, so that offsets are those of the bytes; here UTF-8 is made of them again."""
    if value.isascii():
        return value
    try:
        return value.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return value
