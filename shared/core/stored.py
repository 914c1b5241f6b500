"""What the index holds of an ID: its sightings with their sources, the note of people, who generated it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from shared.core.records import Sighting


@dataclass(frozen=True, slots=True)
class StoredSighting:
    """A sighting and where it is from. `resource` and `state` (live, gone) only from an inventory."""

    sighting: Sighting
    source: str
    source_id: str
    indexed: str
    resource: str | None = None
    state: str | None = None
    inventory_fields: Mapping[str, str] = field(default_factory=dict)  # what else an inventory says, by column

    def to_json(self) -> dict[str, Any]:
        found = self.sighting.to_json() | {"source": self.source, "sourceId": self.source_id, "indexed": self.indexed}
        optional = {"resource": self.resource, "state": self.state, **self.inventory_fields}
        return found | {name: value for name, value in optional.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Note:
    """`etag` is for If-Match; a fresh one with each write."""

    id: str
    note: str
    case_number: str
    changed: str
    etag: str

    def to_json(self) -> dict[str, Any]:
        found = {"note": self.note, "caseNumber": self.case_number, "changed": self.changed, "etag": self.etag}
        return {name: value for name, value in found.items() if value}


@dataclass(frozen=True, slots=True)
class Minted:
    """An X-ConnectionId that was made here."""

    id: str
    minted: str
    note: str = ""
    owner: str = ""

    def to_json(self) -> dict[str, Any]:
        found = {"id": self.id, "minted": self.minted, "note": self.note, "owner": self.owner}
        return {name: value for name, value in found.items() if value}


@dataclass(frozen=True, slots=True)
class Noted:
    """What the table says of an ID."""

    note: Note | None = None
    minted: Minted | None = None
