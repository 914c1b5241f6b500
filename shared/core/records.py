"""What extraction finds: the public field names of the CLI, `POST /extract`, the stored rows and `GET /ids/{id}`.

Every record is immutable. `to_json` leaves unknown (None, empty) fields out; `from_json` is its inverse. Python names
become camelCase on the wire (`http_status` -> `httpStatus`), but for the few in `_WIRE`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import cache
from typing import Any, Self

_WIRE = {"self_url": "self", "retryable": "again"}  # `self` is taken in Python


def _camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(part.capitalize() for part in rest)


@cache
def wire_names(cls: type) -> tuple[tuple[str, str], ...]:
    """(Python name, JSON name) of each field."""
    return tuple((f.name, _WIRE.get(f.name) or _camel(f.name)) for f in fields(cls))


@cache
def _names_by_wire(cls: type) -> dict[str, str]:
    return {wire: name for name, wire in wire_names(cls)}


@dataclass(frozen=True, slots=True)
class Record:
    """Base: JSON both ways by field names."""

    def to_json(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, wire in wire_names(type(self)):  # type: ignore[arg-type]  # mypy: instances' __hash__ for the class's
            value = getattr(self, name)
            if value is None or value == ():
                continue
            if isinstance(value, Record):
                value = value.to_json()
            elif isinstance(value, tuple):
                value = [v.to_json() if isinstance(v, Record) else v for v in value]
            found[wire] = value
        return found

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Unknown names are ignored, so that rows of a newer version stay readable."""
        values: dict[str, Any] = {}
        names = _names_by_wire(cls)  # type: ignore[arg-type]  # the same
        for wire, value in data.items():
            name = names.get(wire)
            if name is None or value is None:
                continue
            nested = _NESTED.get(name)
            if nested is not None:
                values[name] = nested.from_json(value)
            else:
                values[name] = tuple(value) if isinstance(value, list) else value
        return cls(**values)


@dataclass(frozen=True, slots=True)
class Place(Record):
    """Where in the decoded text: `line` from 1, `offset` in decoded bytes from 0."""

    line: int
    offset: int


@dataclass(frozen=True, slots=True)
class TimeSpan(Record):
    """ISO 8601 UTC with milliseconds, except `local`.

    basis              log (also recovered from relative milliseconds) or created: `start` is known. local or blob: it
                       is not
    local              what the log says where it does not state its time zone
    not_later_than     when the source was stored, where `start` is not known
    """

    start: str | None = None
    end: str | None = None
    basis: str = "log"
    local: str | None = None
    not_later_than: str | None = None

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Rows of older versions have the time of the source as `start`."""
        found = super(TimeSpan, cls).from_json(data)
        if found.basis == "blob" and found.start is not None:
            return replace(found, start=None, not_later_than=found.start)
        return found

    @property
    def rank(self) -> str | None:
        """By which it is sorted: an upper bound where the time itself is not known."""
        return self.start or self.not_later_than


@dataclass(frozen=True, slots=True)
class Sdk(Record):
    version: str | None = None
    language: str | None = None
    os: str | None = None


@dataclass(frozen=True, slots=True)
class ErrorInfo(Record):
    """`message` is cleaned: no URL query, no recognized text, capped."""

    code: str | None = None
    http_status: int | None = None
    message: str | None = None


@dataclass(frozen=True, slots=True)
class Sighting(Record):
    """One ID seen in one source, with its context. The unit of everything.

    `id` is canonical (`shared.core.ids.canonical`). `found_by` is `pattern@version` of the pattern table.
    Times are ISO 8601 text. `self_url` keeps no query but `api-version`.
    """

    kind: str
    id: str
    found_by: str | None = None
    first: Place | None = None
    last: Place | None = None
    time: TimeSpan | None = None
    region: str | None = None
    host: str | None = None
    # real-time sessions
    events: tuple[str, ...] = ()
    reached: str | None = None
    reached_by: str | None = None
    endpoint_kind: str | None = None
    language: str | None = None
    mode: str | None = None
    custom_model: str | None = None
    sdk: Sdk | None = None
    attempts: int | None = None
    latency_ms: int | None = None
    request_ids: tuple[str, ...] = ()
    error: ErrorInfo | None = None
    # entities of the REST API
    self_url: str | None = None
    status: str | None = None
    api_version: str | None = None
    locale: str | None = None
    display_name: str | None = None
    created: str | None = None
    last_action: str | None = None
    time_to_live_hours: float | None = None
    expires: str | None = None
    model: str | None = None
    parent_id: str | None = None


@dataclass(frozen=True, slots=True)
class NearMiss(Record):
    """Text that looks like an ID but is not one. `suggestion` is the right value, where there is one."""

    value: str
    reason: str
    line: int | None = None
    suggestion: str | None = None


_NESTED: dict[str, type[Record]] = {"first": Place, "last": Place, "time": TimeSpan, "sdk": Sdk, "error": ErrorInfo}
