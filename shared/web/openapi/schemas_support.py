"""Schemas of the support case, the notes and the X-ConnectionId register."""

from __future__ import annotations

from shared.support.advice import Step
from shared.web.openapi.schema import TEXT, TIME, WHOLE, Schema, array, more, of_record, ref, thing

_YES_NO: Schema = {"type": "boolean"}


def all_schemas(score: Schema, judgement: Schema, stored: Schema) -> dict[str, Schema]:
    """By the names that operations use."""
    return {
        "Score": score,
        "Step": of_record(Step),
        "Requirement": _requirement(),
        "Case": _case(stored, note()),
        "Cases": thing("title value unknown", {"title": TEXT, "value": array(ref("Case")), "unknown": array(TEXT)}),
        "Note": more(note(), "id", {"id": TEXT}, "The note kept with an ID. Send its ETag as If-Match to replace it."),
        "NewConnectionIds": thing("value example", {"value": array(ref("ConnectionId")), "example": _example()}),
        "Judgement": _judgement(judgement),
    }


def note() -> Schema:
    return thing("changed etag", {"note": TEXT, "caseNumber": TEXT, "changed": TIME, "etag": TEXT})


def _requirement() -> Schema:
    return thing(
        "name weight present why",
        {"name": TEXT, "weight": WHOLE, "present": _YES_NO, "why": TEXT, "how": array(ref("Step"))},
        "Something that support asks for; `how` explains how to get it if it is not known.",
    )


def _case(stored: Schema, noted: Schema) -> Schema:
    known = {name: schema for name, schema in stored["properties"].items() if name not in ("id", "kind", "error")}
    seen = {
        name: stored["properties"][name]
        for name in ("source", "sourceId", "indexed", "first", "last", "time", "region", "state")
    }
    error = {"code": TEXT, "httpStatus": WHOLE, "message": TEXT, "meaning": TEXT, "advice": array(TEXT)}
    miss = {
        "value": TEXT,
        "reason": TEXT,
        "line": WHOLE,
        "suggestion": TEXT,
        "meaning": TEXT,
        "source": TEXT,
        "sourceId": TEXT,
    }
    return thing(
        "id kind accepted warnings score known errors completeness sources",
        {
            "id": TEXT,
            "kind": TEXT,
            "accepted": _YES_NO,
            "warnings": array(TEXT),
            "score": ref("Score"),
            "known": thing("", known),
            "errors": array(thing("meaning advice", error)),
            "completeness": array(ref("Requirement")),
            "sources": array(thing("source sourceId indexed", seen)),
            "nearMisses": array(thing("value reason meaning source sourceId", miss)),
            "note": noted,
            "minted": ref("ConnectionId"),
        },
        "Everything that support asks for about one ID.",
    )


def _example() -> Schema:
    names = ("region", "language", "url", "webSocketUrl", "curl")
    return thing(" ".join(names), dict.fromkeys(names, TEXT), "A request that uses the first value.")


def _judgement(judgement: Schema) -> Schema:
    seen = thing("state why", {"state": {"type": "string", "enum": ["never", "seen", "reused"]}, "why": TEXT})
    return more(
        judgement,
        "value",
        {
            "value": TEXT,
            "minted": {"oneOf": [ref("ConnectionId"), {"type": "null"}]},
            "seen": seen,
            "sightings": array(ref("StoredSighting")),
        },
        "Whether the service accepts this X-ConnectionId; `corrected` is the value to send instead.",
    )
