"""What stands inside what: decides which `self` is the main one, whatever syntax the parser met.

    {"values": [ {"model": {"self": M}, "self": T, "status": ...}, ...], "@nextLink": ...}
                  |          `- under a reference key, inside an entity: never main
                  `- closes with its own `self`: an entity, handed on at once (a list may hold 200,000)

Rules: an object with an entity URL as `self` is an entity, unless it stands under a reference key (`model`, `datasets`,
`customProperties`...) or inside another entity. Because the outer `self` may come last, what was found in an object is
held until that object closes, at most `_HELD` of them: no entity holds more, so an object with more is a wrapper.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from shared.core import ids
from shared.core.records import NearMiss, Place, Sighting
from shared.extract.entities import verdicts
from shared.extract.entities.rules import (
    EVENT_HEADER,
    FREE_TEXT,
    GUID_ONLY,
    LISTS,
    MARKS,
    NESTED,
    PLURAL,
    REFERENCES,
    SPOKEN,
    STATUSES,
    VERSION,
    WANTED,
    Found,
    Frame,
    header_pair,
    labelled,
    utf8,
    with_event,
)
from shared.speech import entity_url
from shared.speech.entity import norm, of_url, parent_of, self_url
from shared.speech.entity_url import EntityUrl
from shared.speech.near_misses import NearMissReason, reference_to

_HELD = 64
_NEAR = 64  # headers with an event stand not farther out
_VALUE_CAP = 16_384


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
            found = name if name in WANTED or name in REFERENCES or name in SPOKEN else None
            if len(self._names) < 4096:
                self._names[key] = found
            return found

    def open(self, bracket: str, key: str | None, place: Place) -> None:
        above = self.stack[-1] if self.stack else None
        known = self.wanted(key) if key else None
        if key is None and above is not None and above.bracket != "{":
            known = self.wanted(_name_of_pair(above)) or above.key  # elements of a list stand under the list's key
        reference = (above is not None and above.reference) or known in REFERENCES or known in SPOKEN
        if known == "values":  # a list of the service: what it holds are entities, whatever key it stands under
            reference = above is not None and above.reference and above.key not in PLURAL
        frame = Frame(bracket, known, reference, place, named=key is not None)
        holds = bracket not in '[("-' or known in LISTS
        frame.holder = frame if holds else above.holder if above is not None else None
        self.stack.append(frame)

    def scalar(self, key: str | None, value: Any, *, cut: bool = False) -> None:
        """A value that is no container. `cut` ones are believed only where a cut would be seen (an URL with its ID)."""
        if not self.stack:
            return
        frame = self.stack[-1]
        if key is None:
            if not cut:
                self._element(frame, value)
            return
        name = self.wanted(key)
        if name is None or (cut and name != "self" and value not in STATUSES and not GUID_ONLY.fullmatch(str(value))):
            return
        if isinstance(value, str):
            value = utf8(value[:_VALUE_CAP]) if name in FREE_TEXT else value[:_VALUE_CAP]
        if name == "self" and verdicts.of_database(frame.fields, str(value)):
            return
        frame.fields[name] = value
        if name == EVENT_HEADER:
            header_pair(frame)

    def whole(self, key: str | None, value: dict[str, Any], place: Place) -> bool:
        """A decoded object, at once if it is an entity: what stands inside of one is only fields and references."""
        own = value.get("self")
        url = entity_url.parse(own) if isinstance(own, str) else None
        if url is None or url.is_placeholder or self.referring(key):
            return False
        fields: dict[str, Any] = {}
        for raw, inner in value.items():
            name = self.wanted(raw)
            if name is not None:
                fields[name] = utf8(inner[:_VALUE_CAP]) if name in FREE_TEXT and isinstance(inner, str) else inner
                if inner and name in REFERENCES:
                    self._references(inner, place)
        properties = fields.get("properties")
        if isinstance(properties, dict) and isinstance(properties.get("error"), dict):
            error = {k: utf8(v[:_VALUE_CAP]) if isinstance(v, str) else v for k, v in properties["error"].items()}
            fields["properties"] = {**properties, "error": error}
        self._deliver(Found(of_url(url, fields, f"self@{VERSION}", place), url))
        return True

    def spoken(self, key: str) -> bool:
        """Is it a name of what people said?"""
        return self.wanted(key.strip()) in SPOKEN

    def referring(self, key: str | None) -> bool:
        above = self.stack[-1] if self.stack else None
        known = self.wanted(key) if key is not None else None
        return (above is not None and above.reference) or known in REFERENCES or known in SPOKEN

    def _references(self, value: Any, place: Place) -> None:
        for inner in value[:_HELD] if isinstance(value, list) else (value,):
            target = inner.get("self") if isinstance(inner, dict) else None
            url = entity_url.parse(target) if isinstance(target, str) else None
            if url is not None and not url.is_placeholder:
                self.miss(url.id, reference_to(url.kind), place)

    def mention(self, sighting: Sighting, url: EntityUrl | None, place: Place) -> None:
        """An entity that a text speaks of (a log line, a URL alone on its line)."""
        if not (self.stack and self.stack[-1].reference):
            self._deliver(Found(replace(sighting, first=place, last=place), url, text=True))

    def close(self) -> Any:
        """Close the innermost; returns the value that it stands for, if it is a call such as `ISODate("...")`."""
        frame = self.stack.pop()
        above = self.stack[-1] if self.stack else None
        if frame.bracket == "(" and not frame.fields:
            if not self._pair(frame, above):
                self._hand_on(frame)
            return frame.items[0] if len(frame.items) == 1 else None  # `ISODate("...")`
        if frame.bracket in "([" and frame.fields:  # `Transcription(self=..., ...)`, `Transcription[self=..., ...]`
            frame.bracket = "{"
        is_object = frame.bracket in "{~"
        if above is not None and frame.key in MARKS and above.bracket in "{~":
            above.fields.setdefault(frame.key, True)
        elif above is not None and frame.key in NESTED and (above.bracket != "[" or frame.named) and is_object:
            above.fields[frame.key] = frame.fields
        if is_object:
            self._object(frame)
        else:
            self._hand_on(frame)
        return None

    def _pair(self, frame: Frame, above: Frame | None) -> bool:
        """`('self', '...')`: pairs of a Python dictionary's `items`."""
        if above is None or above.bracket != "[" or len(frame.items) != 2:
            return False
        key, value = frame.items
        name = self.wanted(key) if isinstance(key, str) else None
        if name is not None:
            above.fields.setdefault(name, value)
        return True

    # -- what a closed object is

    def _object(self, frame: Frame) -> None:
        header_pair(frame)
        if frame.reference:
            self._refer(frame)
            return
        if frame.doubtful and frame.fields.keys() == {"self"}:
            self.miss(str(frame.fields["self"]).partition("?")[0][-36:], NearMissReason.LONE_SELF, frame.place)
            return
        found = verdicts.entity(frame)
        if found is None:
            why = verdicts.explanation(frame.fields)
            if why is not None:
                self.miss(*why, frame.place)
            if verdicts.is_error(frame.fields):  # IDs in the texts of an error are no sightings
                frame.held = [held for held in frame.held if not held.text]
            self._hand_on(frame)
            return
        found.sighting = with_event(found.sighting, frame.event)
        self._deliver(found)

    def _element(self, frame: Frame, value: Any) -> None:
        if frame.bracket == "(":
            if len(frame.items) < 8:
                frame.items.append(value)
        elif frame.bracket == "[" and isinstance(value, str) and not frame.reference:
            if frame.key == EVENT_HEADER and len(self.stack) > 1:
                self.stack[-2].fields.setdefault(EVENT_HEADER, value)
            elif self.bare_ids:
                self.bare_id(value, frame.place)
            elif frame.key == "transcriptionids":
                found = labelled({"transcriptionid": value}, frame.place)
                if found is not None:
                    self._deliver(found)

    def bare_id(self, value: str, place: Place) -> None:
        """One line or element of a list of IDs: of what, nothing tells."""
        digits = ids.digits(value) if GUID_ONLY.fullmatch(value) else None
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
            found.sighting = with_event(found.sighting, event)
            self._deliver(found)

    def _deliver(self, found: Found) -> None:
        holder = self.stack[-1].holder if self.stack else None
        if holder is None or holder.wrapper or holder.key in LISTS:
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
        event = self.event or next((f.event for f in reversed(self.stack[-_NEAR:]) if f.event), None)
        self.event = None
        sighting = with_event(found.sighting, event)
        self._emit(sighting)
        parent = parent_of(sighting, found.url)
        if parent is not None:
            self._emit(parent)

    # -- why something is not an entity

    def _refer(self, frame: Frame) -> None:
        url = self_url(frame.fields)
        if url is None or url.is_placeholder:
            return
        if verdicts.is_whole(frame, within=self.stack[-1] if self.stack else None):
            self._deliver(Found(of_url(url, frame.fields, f"self@{VERSION}", frame.place), url))
        else:
            self.miss(url.id, reference_to(url.kind), frame.place)

    def miss(self, value: str, reason: NearMissReason, place: Place) -> None:
        """Report a near miss, each value once (the engine keeps only so many)."""
        known = f"{reason} {value}"
        if known in self._reported or len(self._reported) >= 4096:
            return
        self._reported.add(known)
        self._near_miss(NearMiss(value, reason, place.line))


def _name_of_pair(frame: Frame) -> str:
    """`('model', OrderedDict(...))`: what stands second is under the first."""
    first = frame.items[0] if frame.bracket == "(" and len(frame.items) == 1 else None
    return first if isinstance(first, str) else ""
