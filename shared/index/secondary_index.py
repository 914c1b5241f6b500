"""Further places of a sighting in the timeline: by the values that lists filter on and that few rows have.

A filter that is a column of the timeline makes storage look at every row of the time range. That is fine for a value
that one row in five has (a region, a locale), and hopeless for one in ten thousand. So rows stand once more under

    {kind}!{column}={hash}:{inverted hour}   {inverted ms}:{32 hex}:{source}          the same order as the timeline
    {kind}!{column}:{digit of the hash}      {hash}:{inverted ms}:{32 hex}:{source}   for names: nearly each its own

with the hash of the value. The second form keeps a hundred different names in sixteen transactions. Values that most
rows have (`reached` yes, `status` Succeeded) get no such row: there the timeline itself is dense. What it costs: one
transaction more per value and hour of a log, and its rows once more in storage.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Final

from shared.index import keys
from shared.storage.tables import Key


@dataclass(frozen=True, slots=True)
class Facet:
    """A column with places of its own, but for the `common` value. `name`: nearly every row has another value."""

    column: str
    common: str | None = None
    name: bool = False


# In the order of what serves a list best, where it filters by several.
FACETS: Final = (
    Facet("displayName", name=True),
    Facet("errorCode"),
    Facet("status", common="Succeeded"),
    Facet("reached", common="yes"),
    Facet("sdkVersion"),
    Facet("resource"),
)
COLUMNS: Final = tuple(facet.column for facet in FACETS)


def keys_of(source_row: Mapping[str, Any]) -> list[Key]:
    """Where else a sighting stands; `source_row` is its row of `sources`."""
    place = Key(source_row["timelinePartition"], source_row["timelineRow"])
    kind = keys.kind_part(source_row["kind"])
    return [
        _key(kind, facet, source_row[facet.column], place)
        for facet in FACETS
        if _has(facet, source_row.get(facet.column))
    ]


def serving(wanted: Mapping[str, str]) -> Facet | None:
    """The facet that serves a list with these filters (by column) best, if any does."""
    return next((facet for facet in FACETS if _has(facet, wanted.get(facet.column))), None)


def partition(kind: str, facet: Facet, value: str) -> str:
    """What the partitions of a value begin with; for names it is the whole."""
    mark = mark_of(value)
    return f"{keys.kind_part(kind)}!{facet.column}" + (f":{mark[0]}" if facet.name else f"={mark}")


def mark_of(value: str) -> str:
    """16 hex digits for a value: keys cannot hold every character."""
    return blake2b(value.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def _has(facet: Facet, value: str | None) -> bool:
    return bool(value) and value != facet.common


def _key(kind: str, facet: Facet, value: str, place: Key) -> Key:
    start = partition(kind, facet, value)
    if facet.name:
        return Key(start, f"{mark_of(value)}:{place.row}")
    hour = place.partition.rpartition(":")[2]
    return Key(f"{start}:{hour}", place.row)
