"""All sightings of one ID merged into one: the same session is in the app's log, the proxy's log and a HAR.

Order decides between different values: live inventory before saved bodies, then what was changed last, then what was
seen last. Values that contradict each other where they must not (region) are all kept and shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, Final

from shared.core import ids
from shared.core.records import ErrorInfo, Place, Sdk, Sighting, TimeSpan

if TYPE_CHECKING:
    from shared.core.stored import StoredSighting

MOST_LISTED: Final = 50
_BASES: Final = ("log", "created", "local", "blob")  # the first is the best
_KINDS: Final = ("session", "transcription")
_SINGLE: Final = tuple(
    f.name
    for f in fields(Sighting)
    if f.name
    not in (
        "kind",
        "id",
        "found_by",
        "first",
        "last",
        "time",
        "events",
        "reached",
        "reached_by",
        "sdk",
        "attempts",
        "request_ids",
        "error",
    )
)


@dataclass(frozen=True, slots=True)
class Seen:
    """One source of the ID: its name, and where in it the ID was found. A file that is not stored has no ID."""

    source: str
    source_id: str
    indexed: str
    first: Place | None = None
    last: Place | None = None
    time: TimeSpan | None = None
    region: str | None = None
    state: str | None = None

    def to_json(self) -> dict[str, Any]:
        stored = {"sourceId": self.source_id, "indexed": self.indexed} if self.source_id else {}
        found: dict[str, Any] = {"source": self.source, **stored}
        records = {"first": self.first, "last": self.last, "time": self.time}
        found |= {name: record.to_json() for name, record in records.items() if record is not None}
        return found | {n: v for n, v in (("region", self.region), ("state", self.state)) if v is not None}


@dataclass(frozen=True, slots=True)
class MergedId:
    """`sighting` is the merged one. `errors` are all different ones, the first is that of `sighting`.

    `inventory` holds further columns of an inventory: `flag` (failed, stuck), `goneAt`, `cause`; and `minted`, when
    this app generated the value.
    """

    sighting: Sighting
    resource: str | None = None
    state: str | None = None
    regions: tuple[str, ...] = ()
    errors: tuple[ErrorInfo, ...] = ()
    inventory: Mapping[str, str] = field(default_factory=dict)
    seen: tuple[Seen, ...] = ()

    @property
    def kind(self) -> str:
        return self.sighting.kind

    @property
    def is_session(self) -> bool:
        return self.sighting.kind == "session"

    @property
    def is_rest(self) -> bool:
        """Most likely of a program that calls the REST API for short audio: no SDK writes a log there."""
        by_hand = "minted" in self.inventory or (self.sighting.found_by or "").startswith("connection-id")
        return self.is_session and self.sighting.sdk is None and by_hand


def merge(hex32: str, found: Sequence[StoredSighting]) -> MergedId:
    """Without a sighting: a session of which only the ID is known."""
    kind = _kind(found)
    same = sorted((f for f in found if f.sighting.kind in (kind, "unknown")), key=_weight, reverse=True)
    sightings = [f.sighting for f in same]
    errors = _different(s.error for s in sightings if s.error is not None)
    sighting = Sighting(
        kind=kind,
        id=ids.canonical(kind, hex32),
        found_by=_first(sightings, "found_by"),
        time=_span(sightings),
        events=_different(event for s in sightings for event in s.events)[:MOST_LISTED],
        reached=_reached(sightings),
        reached_by=_reached_by(sightings),
        sdk=_sdk(sightings),
        attempts=max((s.attempts for s in sightings if s.attempts), default=None),
        request_ids=_different(value for s in sightings for value in s.request_ids)[:MOST_LISTED],
        error=errors[0] if errors else None,
        **{name: _first(sightings, name) for name in _SINGLE},
    )
    return MergedId(
        sighting,
        resource=next((f.resource for f in same if f.resource), None),
        state=_state(same),
        inventory={name: value for f in reversed(same) for name, value in f.inventory_fields.items()},
        regions=_different(s.region for s in sightings if s.region),
        errors=errors,
        seen=tuple(_seen(f) for f in sorted(same, key=lambda f: f.source)),
    )


def _kind(found: Sequence[StoredSighting]) -> str:
    """The most specific one: the same digits may also be known from a bare GUID, as `unknown`."""
    kinds = {f.sighting.kind for f in found}
    if not kinds:
        return "session"
    preferred = next((kind for kind in _KINDS if kind in kinds), None)
    return preferred or min(kinds - {"unknown"}, default="unknown")


def _weight(found: StoredSighting) -> tuple[bool, str, str, str]:
    return found.resource is not None, found.sighting.last_action or "", found.indexed, found.source


def _first(sightings: Iterable[Sighting], name: str) -> Any:
    return next((value for s in sightings if (value := getattr(s, name)) is not None), None)


def _different(values: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(dict.fromkeys(values))


def _span(sightings: Sequence[Sighting]) -> TimeSpan | None:
    """From the first to the last moment, of the sightings whose time is known best."""
    spans = [s.time for s in sightings if s.time is not None]
    basis = next((b for b in _BASES if any(span.basis == b for span in spans)), None)
    best = [span for span in spans if span.basis == basis]
    if not best or basis is None:
        return None
    starts = [span.start for span in best if span.start]
    if not starts:  # the earliest bound is the narrowest
        return min(best, key=lambda span: span.not_later_than or "")
    start, end = min(starts), max(span.end or span.start or "" for span in best)
    return TimeSpan(start, end if end != start else None, basis)


def _reached(sightings: Sequence[Sighting]) -> str | None:
    """One log that shows an answer of the service outweighs others that were cut before it."""
    found = {s.reached for s in sightings if s.reached}
    return next((value for value in ("yes", "no", "unknown") if value in found), None)


def _reached_by(sightings: Sequence[Sighting]) -> str | None:
    reached = _reached(sightings)
    return next((s.reached_by for s in sightings if s.reached == reached and s.reached_by), None)


def _sdk(sightings: Sequence[Sighting]) -> Sdk | None:
    known = [s.sdk for s in sightings if s.sdk is not None]
    known += [Sdk(language=name) for s in sightings if (name := _language_of(s.found_by)) is not None]
    if not known:
        return None
    version, language, os = (
        next((value for sdk in known if (value := getattr(sdk, name))), None) for name in ("version", "language", "os")
    )
    return Sdk(version, language, os)


def _language_of(found_by: str | None) -> str | None:
    """Some lines are written by the SDK of one language only, even if its version is not known."""
    start = (found_by or "").partition("-")[0]
    return {"js": "JavaScript", "python": "Python"}.get(start)


def _state(found: Sequence[StoredSighting]) -> str | None:
    """Live wins: one resource that still lists an entity is enough."""
    states = {f.state for f in found if f.state}
    return "live" if "live" in states else next(iter(sorted(states)), None)


def _seen(found: StoredSighting) -> Seen:
    s = found.sighting
    return Seen(found.source, found.source_id, found.indexed, s.first, s.last, s.time, s.region, found.state)
