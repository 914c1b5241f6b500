"""What the inventories remember of an entity besides its latest state: every status it had, and what its files said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from shared.storage.tables import Index, Row

_STATUS: Final = ("at", "seen", "status", "state", "cause")


def inventory_json(index: Index, hex32: str, sightings: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """One object for each Speech resource that has it: two requests each, none for what only logs name."""
    names = dict.fromkeys(sighting["resource"] for sighting in sightings if sighting.get("resource"))
    return [_of(index, name, hex32) for name in names]


def _of(index: Index, resource: str, hex32: str) -> dict[str, Any]:
    from shared.inventory.resource_run import read_history, read_report

    history = [_status(row) for row in read_history(index, resource, hex32)]
    found: dict[str, Any] = {"resource": resource, "history": history}
    report = read_report(index, resource, hex32)
    return found if report is None else found | {"report": report}


def _status(row: Row) -> dict[str, Any]:
    return {name: row[name] for name in _STATUS if row.get(name)}
