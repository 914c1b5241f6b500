"""JSON schemas of everything that answers hold, made from the records themselves wherever a record is what is written.

Objects may get more fields in later versions, so none is closed. The tests close them all and hold every answer of the
test suite against them, so a field that is not described here fails a test.
"""

from __future__ import annotations

from typing import Final, get_type_hints

from shared.core.records import ErrorInfo, NearMiss, Place, Sdk, Sighting, TimeSpan
from shared.core.stored import Minted
from shared.index.rows import INVENTORY_COLUMNS
from shared.index.source_record import Failure, SourceRecord
from shared.inventory.service_errors import Problem
from shared.support.completeness import Score
from shared.support.connection_ids import Judgement
from shared.web.openapi import schemas_find, schemas_support
from shared.web.openapi.schema import COUNTS, TEXT, TIME, WHOLE, Schema, array, more, of_record, of_type, ref, thing

RECORDS: Final = (Place, TimeSpan, Sdk, ErrorInfo, NearMiss, Failure)


def _page(item: str, summary: str) -> Schema:
    return thing("value", {"value": array(ref(item)), "nextLink": TEXT}, summary)


def _source_record() -> Schema:
    """What `SourceRecord.to_json` shows of the record."""
    hints = get_type_hints(SourceRecord)
    plain = ("status", "attempt", "etag", "modified", "size", "started", "finished", "format")
    shown = {name: of_type(hints[name]) for name in plain}
    shown["status"] = {"type": "string", "enum": ["running", "done", "failed"]}
    held = {
        "counts": COUNTS,
        "notices": array(TEXT),
        "nearMisses": array(ref("NearMiss")),
        "redacted": COUNTS,
        "error": ref("Failure"),
    }
    names = {
        "source": TEXT,
        "sourceId": TEXT,
        "name": TEXT,
        "again": TEXT,
        "span": thing("start end", {"start": TIME, "end": TIME}),
    }
    summary = "A source and its processing status. A Speech resource also has the state of its inventory."
    found = thing("source sourceId name status attempt", {**names, **shown, **held, **_inventory()}, summary)
    return {**found, "additionalProperties": True}


def _inventory() -> dict[str, Schema]:
    """What both the source and the list of Speech resources tell of a sync."""
    problem = of_record(Problem)
    return {
        "mode": TEXT,
        "lastSuccess": TIME,
        "lastFull": TIME,
        "lastError": more(problem, "at", {"at": TIME}),
        "problems": {"type": "object", "additionalProperties": problem},
        "requests": COUNTS,
        "statuses": {"type": "object", "additionalProperties": COUNTS},
    }


def _resource() -> Schema:
    texts = dict.fromkeys(("name", "sourceId", "endpoint", "region", "cloud", "apiVersion", "schedule", "notice"), TEXT)
    own: dict[str, Schema] = {
        "auth": {"type": "string", "enum": ["key", "entra-id"]},
        "started": TIME,
        "finished": TIME,
        "status": {"type": "string", "enum": ["never", "running", "interrupted", "done", "failed"]},
        "progress": thing("", {"started": TIME, "list": TEXT, "items": WHOLE}),
        "again": {"type": "boolean"},
        "nextRun": TIME,
        "filesRead": thing("jobs at", {"jobs": WHOLE, "at": TIME}),
    }
    always = "name sourceId endpoint cloud auth apiVersion schedule status"
    return thing(always, {**texts, **own, **_inventory()}, "A Speech resource and the result of its last sync.")


def all_schemas() -> dict[str, Schema]:
    """By the names that operations use."""
    sighting = of_record(Sighting)
    origin = {
        "source": TEXT,
        "sourceId": TEXT,
        "indexed": TIME,
        "resource": TEXT,
        "state": {"type": "string", "enum": ["live", "gone"]},
    }
    told = dict.fromkeys(INVENTORY_COLUMNS, TEXT)
    stored = more(sighting, "source sourceId indexed", {**origin, **told}, "A sighting and its source.")
    other = array(thing("source sourceId", {"source": TEXT, "sourceId": TEXT}))
    extracted = thing(
        "source format sightings nearMisses notices redacted",
        {
            "source": TEXT,
            "format": TEXT,
            "sightings": array(ref("Sighting")),
            "nearMisses": array(ref("NearMiss")),
            "notices": array(TEXT),
            "redacted": COUNTS,
        },
        "The IDs found in a file.",
    )
    return {
        **{cls.__name__: of_record(cls) for cls in RECORDS},
        "Sighting": sighting,
        "StoredSighting": stored,
        "MergedSighting": more(stored, "", {"otherSources": other}, "Adjacent sightings of one ID, merged."),
        "SightingList": _page("MergedSighting", "A page of sightings: newest first, or by ID in a search by prefix."),
        "KnownOrList": {"oneOf": [ref("Known"), ref("SightingList")]},
        "Extracted": extracted,
        "Uploaded": more(extracted, "sourceId", {"sourceId": TEXT, "status": TEXT}),
        "Source": _source_record(),
        "SourceList": _page("Source", "A page of sources, newest first."),
        "SourceWithIds": more(
            _source_record(), "sightings", {"sightings": array(ref("StoredSighting")), "nextLink": TEXT}
        ),
        "Queued": thing(
            "resource status look",
            {"resource": TEXT, "look": TEXT, "status": {"type": "string", "enum": ["queued", "joined"]}},
        ),
        "SourceOrQueued": {"oneOf": [ref("Source"), ref("Queued")]},
        "Resource": _resource(),
        "ResourceList": thing("value", {"value": array(ref("Resource")), "notices": array(TEXT)}),
        "Health": _health(),
        "Readiness": _readiness(),
        "Document": thing(
            "openapi info paths components",
            {
                "openapi": TEXT,
                "info": {"type": "object"},
                "paths": {"type": "object"},
                "components": {"type": "object"},
                "servers": array({"type": "object"}),
                "security": array({"type": "object"}),
                "tags": array({"type": "object"}),
            },
        ),
        "Error": _error(),
        "ConnectionId": of_record(Minted),
        "ConnectionIdList": _page("ConnectionId", "A page of values, newest first."),
        **schemas_find.all_schemas(stored, schemas_support.note()),
        **schemas_support.all_schemas(of_record(Score), of_record(Judgement, without=("hex32",)), stored),
    }


def _error() -> Schema:
    inner = thing("code message", {"code": TEXT, "message": TEXT, "target": TEXT})
    return thing("error", {"error": inner}, "What happened, and what to do.")


def _readiness() -> Schema:
    check = thing(
        "name status message",
        {
            "name": TEXT,
            "status": {"type": "string", "enum": ["ok", "failed"]},
            "message": TEXT,
            "value": WHOLE,
            "limit": WHOLE,
            "unit": TEXT,
        },
    )
    return thing(
        "status checks",
        {"status": {"type": "string", "enum": ["ready", "notReady"]}, "checks": array(check)},
        "Whether the app is doing its work. `value` and `limit` count `unit`.",
    )


def _health() -> Schema:
    settings = thing("ok problems", {"ok": {"type": "boolean"}, "problems": array(TEXT)})
    return thing(
        "status version settings",
        {"status": {"type": "string", "enum": ["ok", "degraded"]}, "version": TEXT, "settings": settings},
    )
