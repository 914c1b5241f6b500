"""What stands inside what: decides which `self` is the main one, whatever syntax the parser met.

    {"values": [ {"model": {"self": M}, "self": T, "status": ...}, ...], "@nextLink": ...}
                  |          `- under a reference key, inside an entity: never main
                  `- closes with its own `self`: an entity, handed on at once (a list may hold 200,000)

Rules: an object with an entity URL as `self` is an entity, unless it stands under a reference key (`model`, `datasets`,
`customProperties`...) or inside another entity. Because the outer `self` may come last, what was found in an object is
held until that object closes, at most `_HELD` of them: no entity holds more, so an object with more is a wrapper.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from shared import ids
from shared.extract import entities_url
from shared.extract.entities_fields import entity_from_fields, norm, of_url, parent_of, self_url
from shared.extract.entities_url import EntityUrl
from shared.extract.records import NearMiss, Place, Sighting

VERSION = 1  # of the rules and patterns here and in `entities_text`; part of `found_by`
MAX_DEPTH = 200
_HELD = 64
_VALUE_CAP = 16_384
REFERENCES = frozenset({
    "model", "basemodel", "model1", "model2", "models", "dataset", "datasets", "transcription1", "transcription2",
    "project", "links", "speechmodelmapping", "customproperties",
})  # fmt: skip
_PLURAL = frozenset({"models", "datasets"})  # in somebody's own inventory they hold whole entities
_NESTED = frozenset({"properties", "error", "model", "basemodel", "links"})
_LISTS = frozenset({"values", "value"})
_EVENT_HEADER = "xmicrosoftspeechservicesevent"
_LOCATIONS = ("location", "operationlocation", "transcriptionlocation", "transcriptionurl", "transcriptionuri")
_MARKS = frozenset({  # of v2.0: that they are there is what counts
    "recordingsurl", "recordingsurls", "resultsurls", "resultsurl", "reportfileurl", "worderrorrate", "endpointurls",
    "concurrentrecognitions", "dataimportkind", "modelkind", "configuration", "events",
})  # fmt: skip
_WANTED = _NESTED | _MARKS | {
    "self", "id", "status", "createddatetime", "lastactiondatetime", "locale", "displayname", "name", "code",
    "message", "timetolive", "timetolivehours", "files", "value", "transcriptionid", _EVENT_HEADER, *_LOCATIONS,
}  # fmt: skip
_FREE_TEXT = frozenset({"displayname", "name", "message"})
_GUID = re.compile(entities_url.GUID)
_EVENT = re.compile(r"\w{1,64}", re.ASCII)


@dataclass(slots=True)
class Found:
    """An entity whose surroundings are not closed yet. `text` marks a mention in text: not believed beside an error."""

    sighting: Sighting
    url: EntityUrl | None = None
    text: bool = False


@dataclass(slots=True)
class Frame:
    """One open object, list, call, string or group of lines. `bracket` is `{ [ ( " ~`."""

    bracket: str
    key: str | None
    reference: bool
    place: Place
    name: str = ""
    fields: dict[str, Any] = field(default_factory=dict)
    held: list[Found] = field(default_factory=list)
    items: list[Any] = field(default_factory=list)
    event: str | None = None
    wrapper: bool = False


class Tree:
    """Fed with open, scalar, close in the order of the text; gives sightings and near misses."""

    def __init__(self, emit: Callable[[Sighting], None], near_miss: Callable[[NearMiss], None]) -> None:
        self._emit = emit
        self._near_miss = near_miss
        self._names: dict[str, str | None] = {}
        self._reported: set[str] = set()
        self.stack: list[Frame] = []
        self.event: str | None = None  # of a header above the body, in text
        self.bare_ids = False  # the document is a list of IDs and nothing else

    @property
    def busy(self) -> bool:
        """An entity is open: its other fields may still come."""
        return any("self" in frame.fields or frame.held for frame in self.stack)

    def wanted(self, key: str) -> str | None:
        """The compared form of a name that matters, else None."""
        try:
            return self._names[key]
        except KeyError:
            name = norm(key)
            found = name if name in _WANTED or name in REFERENCES else None
            if len(self._names) < 4096:
                self._names[key] = found
            return found

    def open(self, bracket: str, key: str | None, place: Place, name: str = "") -> None:
        above = self.stack[-1] if self.stack else None
        known = self.wanted(key) if key else None
        if key is None and above is not None and above.bracket != "{":
            known = above.key  # elements of a list stand under the list's key
        reference = (above is not None and above.reference) or known in REFERENCES
        self.stack.append(Frame(bracket, known, reference, place, name))

    def scalar(self, key: str | None, value: Any, *, cut: bool = False) -> None:
        """A value that is no container. `cut` ones are believed only where a cut would be seen (an URL with its ID)."""
        if not self.stack:
            return
        frame = self.stack[-1]
        if key is None:
            self._element(frame, value)
            return
        name = self.wanted(key)
        if name is None or (cut and name != "self"):
            return
        if isinstance(value, str):
            value = _text(value[:_VALUE_CAP]) if name in _FREE_TEXT else value[:_VALUE_CAP]
        frame.fields[name] = value

    def whole(self, key: str | None, value: dict[str, Any], place: Place) -> bool:
        """A decoded object, at once if it is an entity: what stands inside of one is only fields and references."""
        own = value.get("self")
        url = entities_url.parse(own) if isinstance(own, str) else None
        if url is None or url.is_placeholder or self._referring(key):
            return False
        fields: dict[str, Any] = {}
        for raw, inner in value.items():
            name = self.wanted(raw)
            if name is not None:
                fields[name] = _text(inner[:_VALUE_CAP]) if name in _FREE_TEXT and isinstance(inner, str) else inner
                if inner and name in REFERENCES:
                    self._references(inner, place)
        properties = fields.get("properties")
        if isinstance(properties, dict) and isinstance(properties.get("error"), dict):
            error = {k: _text(v[:_VALUE_CAP]) if isinstance(v, str) else v for k, v in properties["error"].items()}
            fields["properties"] = {**properties, "error": error}
        self._deliver(Found(of_url(url, fields, f"self@{VERSION}", place), url))
        return True

    def _referring(self, key: str | None) -> bool:
        above = self.stack[-1] if self.stack else None
        return (above is not None and above.reference) or (key is not None and self.wanted(key) in REFERENCES)

    def _references(self, value: Any, place: Place) -> None:
        for inner in value[:_HELD] if isinstance(value, list) else (value,):
            target = inner.get("self") if isinstance(inner, dict) else None
            url = entities_url.parse(target) if isinstance(target, str) else None
            if url is not None and not url.is_placeholder:
                self.miss(url.id, f"{url.kind.replace('_', '-')}-reference", place)

    def mention(self, sighting: Sighting, url: EntityUrl | None, place: Place) -> None:
        """An entity that a text speaks of (a log line, a URL alone on its line)."""
        if not (self.stack and self.stack[-1].reference):
            self._deliver(Found(replace(sighting, first=place, last=place), url, text=True))

    def close(self) -> Any:
        """Close the innermost; returns the value that it stands for, if it is a call such as `datetime(...)`."""
        frame = self.stack.pop()
        if frame.bracket == "(":
            return _called(frame)
        above = self.stack[-1] if self.stack else None
        if above is not None and frame.key in _MARKS and above.bracket in "{~":
            above.fields.setdefault(frame.key, True)
        elif above is not None and frame.key in _NESTED and above.bracket != "[":
            if frame.bracket in "{~":
                above.fields[frame.key] = frame.fields
            elif frame.bracket == '"' and frame.key in frame.fields:
                above.fields[frame.key] = frame.fields[frame.key]
        if frame.bracket in "{~":
            self._object(frame)
        else:
            self._hand_on(frame)
        return None

    def flush(self, depth: int = 0) -> None:
        """The text ends or breaks off: what is open closes."""
        while len(self.stack) > depth:
            self.close()

    # -- what a closed object is

    def _object(self, frame: Frame) -> None:
        _header_pair(frame)
        if frame.reference:
            self._refer(frame)
            return
        found = self._entity(frame)
        if found is None:
            self._explain(frame)
            if "code" in frame.fields:  # an error: IDs in its texts are no sightings
                frame.held = [held for held in frame.held if not held.text]
            self._hand_on(frame)
            return
        found.sighting = _with_event(found.sighting, frame.event)
        self._deliver(found)

    def _entity(self, frame: Frame) -> Found | None:
        fields = frame.fields
        url = self_url(fields)
        if url is not None:
            return None if url.is_placeholder else Found(of_url(url, fields, f"self@{VERSION}", frame.place), url)
        if "self" in fields or not fields:
            return None
        if "id" in fields:
            sighting = entity_from_fields(fields)
            if sighting is not None:
                place = frame.place
                return Found(replace(sighting, found_by=f"rest-v2-id@{VERSION}", first=place, last=place))
        return self._without_self(fields, frame.place)

    def _without_self(self, fields: dict[str, Any], place: Place) -> Found | None:
        for name in _LOCATIONS:
            value = fields.get(name)
            url = entities_url.parse(value) if isinstance(value, str) else None
            if url is not None and not url.is_placeholder:
                return Found(of_url(url, found_by=f"location@{VERSION}", place=place), url)
        links = fields.get("links")
        files = links.get("files") if isinstance(links, dict) else None
        if isinstance(files, str) and {"status", "createddatetime"} <= fields.keys():
            url = entities_url.reference_of(files)
            if url is not None and not url.is_placeholder:
                sighting = of_url(url, fields, f"links-files@{VERSION}", place)
                return Found(replace(sighting, self_url=None), url)
        return _labelled(fields, place)

    def _element(self, frame: Frame, value: Any) -> None:
        if frame.bracket == "(":
            if len(frame.items) < 8:
                frame.items.append(value)
        elif frame.bracket == "[" and isinstance(value, str) and not frame.reference:
            if frame.key == _EVENT_HEADER and len(self.stack) > 1:
                self.stack[-2].fields.setdefault(_EVENT_HEADER, value)
            elif self.bare_ids:
                self.bare_id(value, frame.place)
            elif entities_url.ROOT in value.lower():
                self._listed(value, frame.place)

    def _listed(self, value: str, place: Place) -> None:
        url = entities_url.parse(value)
        if url is not None and not url.is_placeholder:
            self._deliver(Found(of_url(url, found_by=f"url-list@{VERSION}", place=place), url))

    def bare_id(self, value: str, place: Place) -> None:
        """One line or element of a list of IDs: of what, nothing tells."""
        digits = ids.digits(value) if _GUID.fullmatch(value) else None
        if digits is None:
            self.bare_ids = False
        elif digits not in ids.PLACEHOLDERS:
            self._deliver(Found(Sighting("unknown", ids.dashed(digits), f"id-line@{VERSION}", place, place)))

    # -- the way up

    def _hand_on(self, frame: Frame) -> None:
        above = self.stack[-1] if self.stack else None
        event = frame.event
        if event and above is not None:
            above.event = above.event or event
        for found in frame.held:
            found.sighting = _with_event(found.sighting, event)
            self._deliver(found)

    def _deliver(self, found: Found) -> None:
        at = len(self.stack) - 1
        while at >= 0 and self.stack[at].bracket in '[("' and self.stack[at].key not in _LISTS:
            at -= 1
        holder = self.stack[at] if at >= 0 else None
        if holder is None or holder.wrapper or holder.key in _LISTS:
            self._out(found)
            return
        holder.held.append(found)
        if len(holder.held) > _HELD and "self" not in holder.fields:
            holder.wrapper = True
            for held in holder.held:
                self._out(held)
            holder.held = []
        elif len(holder.held) > _HELD:
            holder.held.clear()

    def _out(self, found: Found) -> None:
        event = self.event or next((f.event for f in reversed(self.stack) if f.event), None)
        self.event = None
        sighting = _with_event(found.sighting, event)
        self._emit(sighting)
        parent = parent_of(sighting, found.url)
        if parent is not None:
            self._emit(parent)

    # -- why something is none

    def _refer(self, frame: Frame) -> None:
        url = self_url(frame.fields)
        if url is None or url.is_placeholder:
            return
        if frame.key in _PLURAL and "status" in frame.fields:
            self._deliver(Found(of_url(url, frame.fields, f"self@{VERSION}", frame.place), url))
        else:
            self.miss(url.id, f"{url.kind.replace('_', '-')}-reference", frame.place)

    def _explain(self, frame: Frame) -> None:
        value = frame.fields.get("self")
        if not isinstance(value, str) or not ({"status", "links", "createddatetime"} & frame.fields.keys()):
            return
        url = entities_url.parse(value)
        if not value.strip():
            self.miss("self", "blank-self", frame.place)
        elif url is not None:
            self.miss(url.id, "placeholder-id", frame.place)
        elif entities_url.ROOT in value.lower():
            self.miss("self", "self-without-id", frame.place)
        else:
            self.miss("self", "placeholder-self", frame.place)

    def miss(self, value: str, reason: str, place: Place) -> None:
        """Report a near miss, each value once (the engine keeps only so many)."""
        known = f"{reason} {value}"
        if known in self._reported or len(self._reported) >= 4096:
            return
        self._reported.add(known)
        self._near_miss(NearMiss(value, reason, place.line))


def _with_event(sighting: Sighting, event: str | None) -> Sighting:
    """A web hook tells what happened; only a deletion is a status of its own."""
    if not event or event in sighting.events:
        return sighting
    status = sighting.status or ("Deleted" if event.lower().endswith("deletion") else None)
    return replace(sighting, status=status, events=(*sighting.events, event))


def _header_pair(frame: Frame) -> None:
    """Headers come as a dictionary, or as a list of name and value."""
    fields = frame.fields
    name, value = fields.get("name"), fields.get("value")
    if isinstance(name, str) and isinstance(value, str) and len(name) < 64:
        compared = norm(name)
        if compared == _EVENT_HEADER or compared in _LOCATIONS:
            fields[compared] = value
    event = fields.get(_EVENT_HEADER)
    if isinstance(event, list) and event:
        event = event[0]
    if isinstance(event, str) and _EVENT.fullmatch(event):
        frame.event = event


def _labelled(fields: dict[str, Any], place: Place) -> Found | None:
    """`transcriptionId` of somebody's own log record."""
    value = fields.get("transcriptionid")
    if isinstance(value, str) and _GUID.fullmatch(value) and "code" not in fields:
        name = f"transcription-id-key@{VERSION}"
        return Found(Sighting("transcription", value.lower(), name, place, place), text=True)
    return None


def _called(frame: Frame) -> Any:
    """`datetime.datetime(2025, 5, 24, 13, 36, 57, tzinfo=...)` as text; `ISODate("...")` as its argument."""
    numbers = [str(item) for item in frame.items]
    if "datetime" in frame.name.lower() and len(numbers) >= 3 and all(n.isdecimal() and len(n) < 8 for n in numbers):
        year, month, day, hour, minute, second, micro = (int(n) for n in [*numbers, *"0000"][:7])
        return f"{year:04d}-{month:02d}-{day:02d}T{hour:02d}:{minute:02d}:{second:02d}.{micro:06d}Z"
    return frame.items[0] if len(frame.items) == 1 else None


def _text(value: str) -> str:
    """The scanner reads bytes as Latin-1, so that offsets are those of the bytes; here UTF-8 is made of them again."""
    if value.isascii():
        return value
    try:
        return value.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return value
