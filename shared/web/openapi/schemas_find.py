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
    unknown = thing(
        "looksLike advice similar",
        {
            "value": {"type": "string", "description": "Left out where it may be a key."},
            "looksLike": {"type": "string", "description": "session-id, guid, key, cut-id, minted-connection-id, ..."},
            "advice": TEXT,
            "similar": array(one),
            "foundIn": thing("value reason meaning source sourceId", miss),
            "note": note,
            "minted": ref("ConnectionId"),
        },
        "A value that nothing is known of, and where the right one may be found.",
    )
    return {
        "Known": _known(stored, note),
        "Remembered": _remembered(),
        "Unknown": unknown,
        "Found": thing(
            "value notFound",
            {"value": array(ref("Known")), "notFound": array(ref("Unknown")), "notices": array(TEXT)},
            "What a text holds.",
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
    merged = thing("", {**names, **told}, "What all say together: earliest start, best evidence, newest status.")
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
        "All that is known of an ID.",
    )


def _remembered() -> Schema:
    """Of one resource."""
    status = thing(
        "at seen status",
        {
            "at": {**TIME, "description": "When the service says that it was entered, or when it was found gone."},
            "seen": {**TIME, "description": "When the inventory saw it."},
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
        "What the files of a transcription said while they existed: how many, and errors by their kind.",
    )
    return thing(
        "resource history",
        {"resource": TEXT, "history": array(status), "report": report},
        "What the inventory of a Speech resource remembers: each status, newest first.",
    )


def _audio() -> Schema:
    return thing(
        "transcription resource sourceId",
        dict.fromkeys(("transcription", "resource", "sourceId", "status", "error", "name"), TEXT),
        "A transcription that had an audio file of this name.",
    )
