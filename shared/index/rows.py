"""A sighting as rows, and back.

The rows of `ids` and `timeline` carry the whole sighting (compact JSON, cut into columns of at most 64 KiB) beside the
columns that filters need, so one request answers a look-up. The row of `sources` carries the exact key in the
timeline, so that a row that is no longer true can be found and deleted.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from shared.core import ids, times
from shared.core.records import ErrorInfo, Sighting, TimeSpan
from shared.core.stored import StoredSighting
from shared.index import keys, secondary_index
from shared.storage import tables
from shared.storage.tables import Key, Row

_COLUMN_CHARS: Final = 30_000  # ASCII only (see _dump), two bytes each in storage: under 64 KiB
_JSON_CHARS: Final = 270_000  # of a row of 1 MiB
_STRING_CHARS: Final = 8_192
_LIST_ITEMS: Final = 200
_FILTER_CHARS: Final = 256
_CUT: Final = "... (cut)"

# Names that `where` of a list accepts -> the column. All hold text.
FILTERS: Final = {
    "source": "sourceId",
    "resource": "resource",
    "state": "state",
    "status": "status",
    "region": "region",
    "reached": "reached",
    "errorCode": "errorCode",
    "sdkVersion": "sdkVersion",
    "locale": "locale",
    "displayName": "displayName",
    "language": "language",
    "parentId": "parentId",
    "flag": "flag",
}
LEFT: Final = "left"  # of `sources`: places in the timeline that are still to be emptied
# Columns of `extra` that answers show: failed or stuck; since when and why the service no longer lists it.
INVENTORY_COLUMNS: Final = ("flag", "goneAt", "cause")


@dataclass(frozen=True, slots=True)
class Origin:
    """Where sightings come from. `modified` gives a time to those that have none of their own."""

    source: str
    modified: datetime
    indexed: str
    attempt: int | None = None
    resource: str | None = None

    @property
    def source_id(self) -> str:
        return keys.source_id(self.source)


@dataclass(frozen=True, slots=True)
class SightingRows:
    """One row for each table; the timeline has more of it, see `facets`."""

    ids: Row
    timeline: Row
    source_row: Row
    facets: tuple[Row, ...] = ()

    @property
    def timelines(self) -> tuple[Row, ...]:
        return (self.timeline, *self.facets)


def make(
    sighting: Sighting, origin: Origin, *, state: str | None = None, extra: Mapping[str, Any] | None = None
) -> SightingRows | None:
    """The rows of a sighting; `extra` columns go into all three. None if its ID is none (a bug elsewhere)."""
    hex32 = ids.digits(sighting.id)
    if hex32 is None:
        return None
    sighting = timed(sighting, origin.modified)
    moment = moment_of(sighting, origin.modified)
    source = origin.source_id
    timeline = keys.timeline_key(sighting.kind, moment, hex32, source)
    columns = {**_columns(sighting), **_place(origin, state), **(extra or {})}
    whole = {**columns, **dict(_cut_into(_fitting(sighting), "json"))}
    source_row = {**columns, "id": sighting.id, "timelinePartition": timeline.partition, "timelineRow": timeline.row}
    return SightingRows(
        ids=_row(keys.id_key(hex32, sighting.kind, source), whole),
        timeline=_row(timeline, whole),
        source_row=_row(keys.source_row_key(source, origin.attempt, sighting.kind, hex32), source_row),
        facets=tuple(_row(key, whole) for key in secondary_index.keys_of(source_row)),
    )


def timed(sighting: Sighting, modified: datetime) -> Sighting:
    """With a time: from the log, else when the entity was created; else not later than the blob was last modified."""
    known = sighting.time
    if known is not None and times.try_parse(known.start) is not None:
        return sighting
    created = times.try_parse(sighting.created)
    if created is not None:
        return replace(sighting, time=TimeSpan(times.text(created), basis="created"))
    local = known.local if known is not None else None
    basis = "local" if local else "blob"
    return replace(sighting, time=TimeSpan(basis=basis, local=local, not_later_than=times.text(modified)))


def moment_of(sighting: Sighting, modified: datetime) -> datetime:
    return times.try_parse(sighting.time.rank if sighting.time else None) or modified


def stored(row: Mapping[str, Any]) -> StoredSighting:
    """The inverse of `make`, from a row of `ids` or `timeline`; from one of `sources`, what its columns know."""
    data = json_of(row)
    return StoredSighting(
        sighting=Sighting.from_json(data) if data else _thin(row),
        source=row.get("source", ""),
        source_id=row.get("sourceId", ""),
        indexed=row.get("indexed", ""),
        resource=row.get("resource"),
        state=row.get("state"),
        inventory_fields={name: row[name] for name in INVENTORY_COLUMNS if name in row},
    )


def timeline_key_of(source_row: Mapping[str, Any]) -> Key:
    return Key(source_row["timelinePartition"], source_row["timelineRow"])


def timeline_keys_of(source_row: Mapping[str, Any]) -> set[Key]:
    """Everywhere in the timeline."""
    left = json.loads(source_row[LEFT]) if source_row.get(LEFT) else []
    return {timeline_key_of(source_row), *secondary_index.keys_of(source_row), *(Key(*key) for key in left)}


def left_behind(source_row: Row, before: Mapping[str, Any] | None) -> set[Key]:
    """The timeline keys of `before` that `source_row`, which replaces it, lacks. The new row lists them until they are
    deleted, so that a crash in between does not leave them behind."""
    left = timeline_keys_of(before) - timeline_keys_of(source_row) if before is not None else set()
    if left:
        source_row[LEFT] = json.dumps(sorted(left))
    return left


def filter_text(value: str) -> str:
    """As a filter column holds it: short, and something that storage takes (no lone surrogates, no controls)."""
    if value.isascii() and value.isprintable() and len(value) <= _FILTER_CHARS:
        return value
    clean = "".join(c if c.isprintable() else " " for c in value[:_FILTER_CHARS])
    return clean.encode("utf-8", "replace").decode("utf-8")


def json_columns(data: Mapping[str, Any], name: str = "json") -> dict[str, str]:
    """`json`, `json2`, `json3`..."""
    text = _dump(data)
    return dict(_cut_into(text, name))


def json_of(row: Mapping[str, Any], name: str = "json") -> dict[str, Any]:
    """What `json_columns` wrote; {} if nothing."""
    parts = [row[name]] if name in row else []
    while (column := f"{name}{len(parts) + 1}") in row:
        parts.append(row[column])
    found = json.loads("".join(parts)) if parts else {}
    return found if isinstance(found, dict) else {}


def capped(value: Any) -> Any:
    """Strings at most 8 KiB, lists at most 200 items: what somebody's file says must fit a row."""
    if isinstance(value, str) and len(value) > _STRING_CHARS:
        return value[: _STRING_CHARS - len(_CUT)] + _CUT
    if isinstance(value, dict):
        return {name: capped(item) for name, item in value.items()}
    if isinstance(value, list):
        return [capped(item) for item in value[:_LIST_ITEMS]]
    return value


def _fitting(sighting: Sighting) -> str:
    """Its JSON, capped; nearly all are short, and need no second look."""
    data = sighting.to_json()
    text = _dump(data)
    if len(text) <= _STRING_CHARS and max(len(sighting.events), len(sighting.request_ids)) <= _LIST_ITEMS:
        return text
    data = capped(data)
    text = _dump(data)
    if len(text) <= _JSON_CHARS:
        return text
    # Absurd, and must not stop the rest: keep what identifies it.
    return _dump({n: v for n, v in data.items() if n in ("kind", "id", "time", "first", "last", "region", "reached")})


def _dump(data: Mapping[str, Any]) -> str:
    # ASCII: lone surrogates of a broken log cannot be sent otherwise, and the length in storage is known.
    return json.dumps(data, separators=(",", ":"), ensure_ascii=True)


def _cut_into(text: str, name: str) -> Iterator[tuple[str, str]]:
    for number, start in enumerate(range(0, len(text), _COLUMN_CHARS), 1):
        yield (name if number == 1 else f"{name}{number}"), text[start : start + _COLUMN_CHARS]


def _columns(sighting: Sighting) -> dict[str, str]:
    error = sighting.error
    found = {
        "kind": sighting.kind,
        "time": sighting.time.rank if sighting.time else None,
        "timeBasis": sighting.time.basis if sighting.time else None,
        "region": sighting.region,
        "reached": sighting.reached,
        "status": sighting.status,
        "errorCode": error.code if error else None,
        "sdkVersion": sighting.sdk.version if sighting.sdk else None,
        "locale": sighting.locale,
        "language": sighting.language,
        "displayName": sighting.display_name,
        "parentId": sighting.parent_id,
    }
    return {name: filter_text(value) for name, value in found.items() if value}


def _place(origin: Origin, state: str | None) -> dict[str, Any]:
    found = {
        "source": origin.source,
        "sourceId": origin.source_id,
        "indexed": origin.indexed,
        "attempt": origin.attempt,
        "resource": origin.resource,
        "state": state,
    }
    return {name: value for name, value in found.items() if value is not None}


def _row(key: Key, columns: Mapping[str, Any]) -> Row:
    return tables.row_at(key, columns)


def _thin_time(time: str, basis: str) -> TimeSpan:
    known = basis in ("log", "created")
    return TimeSpan(time if known else None, basis=basis, not_later_than=None if known else time)


def _thin(row: Mapping[str, Any]) -> Sighting:
    code = row.get("errorCode")
    return Sighting(
        kind=row.get("kind", "unknown"),
        id=row.get("id", ""),
        time=_thin_time(row["time"], row.get("timeBasis", "log")) if "time" in row else None,
        region=row.get("region"),
        reached=row.get("reached"),
        status=row.get("status"),
        locale=row.get("locale"),
        language=row.get("language"),
        display_name=row.get("displayName"),
        parent_id=row.get("parentId"),
        error=ErrorInfo(code=code) if code else None,
    )
