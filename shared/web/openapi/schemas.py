"""JSON schemas of everything that answers hold, made from the records themselves wherever a record is what is written.

Objects may get more fields in later versions, so none is closed. The tests close them all and hold every answer of the
test suite against them, so a field that is not described here fails a test.
"""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from typing import Any, Final, Union, get_args, get_origin, get_type_hints

from shared.core.records import ErrorInfo, NearMiss, Place, Sdk, Sighting, TimeSpan, wire_names
from shared.index.notes import Minted
from shared.index.rows import INVENTORY_COLUMNS
from shared.index.source_record import Failure, Ledger
from shared.inventory.service_errors import Problem
from shared.support.completeness import Score
from shared.support.connection_ids import Judgement
from shared.web.openapi.descriptions import TEXTS

Schema = dict[str, Any]
_PLAIN: Final[dict[Any, Schema]] = {
    str: {"type": "string"}, int: {"type": "integer"}, float: {"type": "number"}, bool: {"type": "boolean"}
}  # fmt: skip
TEXT: Final[Schema] = {"type": "string"}
WHOLE: Final[Schema] = {"type": "integer"}
TIME: Final[Schema] = {"type": "string", "format": "date-time"}
_CLOSED: Final = {"reached": ["yes", "no", "unknown"], "basis": ["log", "created", "blob"]}
COUNTS: Final[Schema] = {"type": "object", "additionalProperties": WHOLE}
RECORDS: Final = (Place, TimeSpan, Sdk, ErrorInfo, NearMiss, Failure)


def ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def array(item: Schema) -> Schema:
    return {"type": "array", "items": item}


def thing(required: str, properties: Mapping[str, Schema], summary: str = "") -> Schema:
    """An object. `required` are the names that are always there."""
    known = {name: _told(name, schema) for name, schema in properties.items()}
    found: Schema = {"type": "object", "properties": known}
    if required:
        found["required"] = required.split()
    return found | ({"description": summary} if summary else {})


def more(base: Schema, required: str, properties: Mapping[str, Schema], summary: str = "") -> Schema:
    """`base` with more fields, written out: such objects stay easy to read, and to close in tests."""
    names = " ".join([*base.get("required", ()), *required.split()])
    found = thing(names, {**base["properties"], **properties}, summary or base.get("description", ""))
    return found | {name: base[name] for name in ("additionalProperties",) if name in base}


def of_record(cls: Any, *, without: tuple[str, ...] = ()) -> Schema:
    """The fields that `to_json` of a record writes. What has no default, or another than "unknown", is always there."""
    hints = get_type_hints(cls)
    properties: dict[str, Schema] = {}
    required: list[str] = []
    for name, wire in wire_names(cls):
        if name in without:
            continue
        properties[wire] = of_type(hints[name]) | ({"enum": _CLOSED[name]} if name in _CLOSED else {})
        if _always(next(f for f in fields(cls) if f.name == name)):
            required.append(wire)
    return thing(" ".join(required), properties, _summary(cls))


def of_type(hint: Any) -> Schema:
    """None stands for "unknown", and unknown fields are left out, so it is not in the schema."""
    if hint in _PLAIN:
        return dict(_PLAIN[hint])
    if isinstance(hint, type) and is_dataclass(hint):
        return ref(hint.__name__)
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (types.UnionType, Union):
        (known,) = (part for part in inner if part is not type(None))
        return of_type(known)
    if origin is tuple:
        return array(of_type(inner[0]))
    if origin is Mapping:
        return {"type": "object", "additionalProperties": of_type(inner[1])}
    raise TypeError(f"no schema for {hint!r}")


def _always(field: Field[Any]) -> bool:
    return field.default_factory is MISSING and field.default not in (None, ()) and field.default != ""


def _summary(cls: type[Any]) -> str:
    """The first sentence of the docstring, unless it is the one that dataclasses make up."""
    text = cls.__doc__ or ""
    return "" if text.startswith(f"{cls.__name__}(") else " ".join(text.split()).split(". ")[0].rstrip(".") + "."


def _told(name: str, schema: Schema) -> Schema:
    text = TEXTS.get(name)
    return {**schema, "description": text} if text and "description" not in schema else schema


def _page(item: str, summary: str) -> Schema:
    return thing("value", {"value": array(ref(item)), "nextLink": TEXT}, summary)


def _ledger() -> Schema:
    """What `Ledger.to_json` shows of the record."""
    hints = get_type_hints(Ledger)
    plain = ("status", "attempt", "etag", "modified", "size", "started", "finished", "format", "again")
    shown = {name: of_type(hints[name]) for name in plain}
    shown["status"] = {"type": "string", "enum": ["running", "done", "failed"]}
    held = {"counts": COUNTS, "notices": array(TEXT), "nearMisses": array(ref("NearMiss")), "redacted": COUNTS,
            "error": ref("Failure")}  # fmt: skip
    names = {"source": TEXT, "sourceId": TEXT, "name": TEXT, "span": thing("start end", {"start": TIME, "end": TIME})}
    summary = "What became of a source. That of a Speech resource also has the state of its inventory."
    found = thing("source sourceId name status attempt", {**names, **shown, **held, **_inventory()}, summary)
    return {**found, "additionalProperties": True}


def _inventory() -> dict[str, Schema]:
    """What both the source and the list of Speech resources tell of a sync."""
    problem = of_record(Problem)
    return {
        "mode": TEXT, "lastSuccess": TIME, "lastFull": TIME, "lastError": more(problem, "at", {"at": TIME}),
        "problems": {"type": "object", "additionalProperties": problem}, "requests": COUNTS,
        "statuses": {"type": "object", "additionalProperties": COUNTS},
    }  # fmt: skip


def _resource() -> Schema:
    texts = dict.fromkeys(("name", "sourceId", "endpoint", "region", "cloud", "apiVersion", "schedule", "notice"), TEXT)
    own: dict[str, Schema] = {
        "auth": {"type": "string", "enum": ["key", "entra-id"]}, "started": TIME, "finished": TIME,
        "status": {"type": "string", "enum": ["never", "running", "interrupted", "done", "failed"]},
        "progress": thing("", {"started": TIME, "list": TEXT, "items": WHOLE}), "again": {"type": "boolean"},
        "nextRun": TIME, "filesRead": thing("jobs at", {"jobs": WHOLE, "at": TIME}),
    }  # fmt: skip
    always = "name sourceId endpoint cloud auth apiVersion schedule status"
    return thing(always, {**texts, **own, **_inventory()}, "A Speech resource and how its last sync went.")


def all_schemas() -> dict[str, Schema]:
    """By the names that operations use."""
    from shared.web.openapi import schemas_find, schemas_support

    sighting = of_record(Sighting)
    origin = {"source": TEXT, "sourceId": TEXT, "indexed": TIME, "resource": TEXT,
              "state": {"type": "string", "enum": ["live", "gone"]}}  # fmt: skip
    told = dict.fromkeys(INVENTORY_COLUMNS, TEXT)
    stored = more(sighting, "source sourceId indexed", {**origin, **told}, "A sighting, and where it was found.")
    other = array(thing("source sourceId", {"source": TEXT, "sourceId": TEXT}))
    extracted = thing(
        "source format sightings nearMisses notices redacted",
        {"source": TEXT, "format": TEXT, "sightings": array(ref("Sighting")), "nearMisses": array(ref("NearMiss")),
         "notices": array(TEXT), "redacted": COUNTS}, "What a file holds.",
    )  # fmt: skip
    return {
        **{cls.__name__: of_record(cls) for cls in RECORDS},
        "Sighting": sighting,
        "StoredSighting": stored,
        "MergedSighting": more(stored, "", {"otherSources": other}, "What neighbours with one ID say together."),
        "SightingList": _page("MergedSighting", "Newest first, or by ID."),
        "KnownOrList": {"oneOf": [ref("Known"), ref("SightingList")]},
        "Extracted": extracted,
        "Uploaded": more(extracted, "sourceId", {"sourceId": TEXT, "status": TEXT}),
        "Source": _ledger(),
        "SourceList": _page("Source", "Newest first."),
        "SourceWithIds": more(_ledger(), "sightings", {"sightings": array(ref("StoredSighting")), "nextLink": TEXT}),
        "Queued": thing("resource status look", {"resource": TEXT, "look": TEXT,
                                                 "status": {"type": "string", "enum": ["queued", "joined"]}}),
        "SourceOrQueued": {"oneOf": [ref("Source"), ref("Queued")]},
        "Resource": _resource(),
        "ResourceList": thing("value", {"value": array(ref("Resource")), "notices": array(TEXT)}),
        "Health": _health(),
        "Document": thing("openapi info paths components", {
            "openapi": TEXT, "info": {"type": "object"}, "paths": {"type": "object"}, "components": {"type": "object"},
            "servers": array({"type": "object"}), "security": array({"type": "object"}),
            "tags": array({"type": "object"})}),
        "Error": _error(),
        "ConnectionId": of_record(Minted),
        "ConnectionIdList": _page("ConnectionId", "Newest first."),
        **schemas_find.all_schemas(stored, schemas_support.note()),
        **schemas_support.all_schemas(of_record(Score), of_record(Judgement, without=("hex32",)), stored),
    }  # fmt: skip


def _error() -> Schema:
    inner = thing("code message", {"code": TEXT, "message": TEXT, "target": TEXT})
    return thing("error", {"error": inner}, "What went wrong, and what to do.")


def _health() -> Schema:
    settings = thing("ok problems", {"ok": {"type": "boolean"}, "problems": array(TEXT)})
    return thing("status version settings", {
        "status": {"type": "string", "enum": ["ok", "degraded"]}, "version": TEXT, "settings": settings})  # fmt: skip

