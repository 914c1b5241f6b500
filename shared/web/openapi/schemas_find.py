"""Schemas of look-up: all that is known of an ID, and what a text holds."""

from __future__ import annotations

from shared.web.openapi.schema import COUNTS, TEXT, TIME, WHOLE, Schema, array, ref, thing


def all_schemas(stored: Schema, note: Schema) -> dict[str, Schema]:
    """By the names that operations use."""
    one = thing("id kind", {"id": TEXT, "kind": TEXT}, "A known ID.")
    miss = {
        "value": TEXT,
        "reason": TEXT,
        "line": {"type": "integer"},
        "suggestion": TEXT,
        "meaning": TEXT,
        "source": TEXT,
        "sourceId": TEXT,
    }
    understood = {**ref("Sighting"), "description": "What the text itself tells of it; not stored."}
    unknown = thing(
        "looksLike advice similar",
        {
            "value": {"type": "string", "description": "Omitted if it may be a key."},
            "looksLike": {"type": "string", "description": "session-id, guid, key, cut-id, minted-connection-id, ..."},
            "advice": TEXT,
            "similar": array(one),
            "foundIn": thing("value reason meaning source sourceId", miss),
            "understood": understood,
            "case": {**TEXT, "description": "The support case made of the text alone, in Markdown."},
            "note": note,
            "minted": ref("ConnectionId"),
        },
        "An unknown value, what it looks like, and similar known IDs.",
    )
    return {
        "Known": _known(stored, note),
        "Remembered": _remembered(),
        "Unknown": unknown,
        "Found": thing(
            "value notFound",
            {"value": array(ref("Known")), "notFound": array(ref("Unknown")), "notices": array(TEXT)},
            "The IDs found in a text.",
        ),
        "AudioMatch": _audio(),
        "AudioList": thing("value", {"value": array(ref("AudioMatch")), "nextLink": TEXT}),
    }


def _known(stored: Schema, note: Schema) -> Schema:
    names = {
        name: schema
        for name, schema in stored["properties"].items()
        if name not in ("id", "kind", "source", "sourceId", "indexed")
    }
    told = {"errors": array(ref("ErrorInfo")), "regions": array(TEXT)}
    merged = thing(
        "", {**names, **told}, "Combined facts of all sightings: earliest start, best evidence, newest status."
    )
    return thing(
        "id kind merged sightings",
        {
            "id": TEXT,
            "kind": TEXT,
            "merged": merged,
            "sightings": array(ref("StoredSighting")),
            "note": note,
            "minted": ref("ConnectionId"),
            "inventory": array(ref("Remembered")),
        },
        "Everything known about an ID.",
    )


def _remembered() -> Schema:
    """Of one resource."""
    status = thing(
        "at seen status",
        {
            "at": {**TIME, "description": "When it entered this status, or when it was found to be gone."},
            "seen": {**TIME, "description": "When the inventory recorded it."},
            "status": TEXT,
            "state": TEXT,
            "cause": TEXT,
        },
    )
    report = thing(
        "at",
        {
            "at": {**TIME, "description": "When its files were read."},
            "files": WHOLE,
            "kinds": COUNTS,
            "gone": {"type": "boolean"},
            "refused": TEXT,
            "errors": COUNTS,
            "successfulTranscriptionsCount": WHOLE,
            "failedTranscriptionsCount": WHOLE,
            "messages": array(TEXT),
        },
        "Summary of the files of a transcription, read while they existed: their number, and errors by kind.",
    )
    return thing(
        "resource history",
        {"resource": TEXT, "history": array(status), "report": report},
        "History of an entity in the inventory of one Speech resource: each status, newest first.",
    )


def _audio() -> Schema:
    return thing(
        "transcription resource sourceId",
        dict.fromkeys(("transcription", "resource", "sourceId", "status", "error", "name"), TEXT),
        "A transcription that processed an audio file with this name.",
    )
