"""Sightings on their way from storage to an answer, without being taken apart: the stored JSON is the answer's JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from shared.index import rows
from shared.storage.tables import KEY_COLUMNS, key_of

_ORIGIN: Final = ("source", "sourceId", "indexed", "resource", "state", *rows.INVENTORY_COLUMNS)
# What an answer shows, without the columns that only filters read. A row of 1 MiB holds at most nine pieces of JSON.
COLUMNS: Final = (*KEY_COLUMNS, "json", *(f"json{n}" for n in range(2, 10)), *_ORIGIN)


@dataclass(frozen=True, slots=True)
class Shown:
    """`text` is a JSON object in ASCII: what `StoredSighting.to_json` would give. `name` is kind and ID together."""

    name: str
    row_key: str
    text: str

    def to_json(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.text)
        return found


def shown(row: Mapping[str, Any]) -> Shown:
    """From a row of the timeline, or of `ids`."""
    # Storage answers null for a column that it was asked for and that a row does not have.
    told = {name: row[name] for name in _ORIGIN if row.get(name) is not None}
    partition, key = key_of(row)
    text = _json_text(row)
    both = len(text) > 2 and bool(told)
    whole = f"{text[:-1]}{', ' if both else ''}{json.dumps(told)[1:]}"
    return Shown(_name(partition, key), key, whole)


def _json_text(row: Mapping[str, Any]) -> str:
    text = row.get("json") or "{}"
    number = 2
    while (more := row.get(f"json{number}")) is not None:
        text, number = text + more, number + 1
    if "\\ud" in text:  # half a surrogate pair is JSON here and an error to many who read it
        clean = json.dumps(json.loads(text), ensure_ascii=False).encode("utf-8", "replace").decode()
        return json.dumps(json.loads(clean))
    return str(text)


def _name(partition: str, row_key: str) -> str:
    beginning, _, last = row_key.rpartition(":")[0].rpartition(":")
    if len(beginning) == 32:  # of `ids`: {32 hex}:{kind}:{source}
        return f"{last}:{beginning}"
    return f"{partition.partition(':')[0].partition('!')[0]}:{last}"
