"""What a field means, by its name. A name has the same meaning everywhere."""

from __future__ import annotations

from typing import Final

TEXTS: Final = {
    "accepted": "Whether support accepts the ID, or the service accepts the X-ConnectionId.",
    "attempts": "Number of connection attempts.",
    "basis": "Source of the time: log, created (of the entity), local (of the log, zone not stated) or blob "
    "(only an upper bound: when the source was stored).",
    "counts": "Number of IDs, by kind.",
    "endpointKind": "Kind of endpoint that the session used.",
    "etag": "The current version, for If-Match.",
    "foundBy": "The pattern that found it, with its version.",
    "host": "Host name of the service, without path or query.",
    "indexed": "When it was written to the index.",
    "kind": "session, transcription, dataset, model, base_model, endpoint, evaluation, project, webhook, operation, "
    "transcription_file, the name of another collection, or unknown.",
    "line": "Line number, starting at 1.",
    "local": "The time as written in the log, which does not state the time zone.",
    "nearMisses": "Values that look like an ID but are not one, with the reason.",
    "nextLink": "URL of the next page, relative to the host; absent on the last page. It never contains a key.",
    "notLaterThan": "When the source was stored, where the time itself is not known. Lists sort by it.",
    "notices": "Messages about the result, as text.",
    "offset": "Offset in the decoded text, in bytes, starting at 0.",
    "otherSources": "The other sources merged into this item.",
    "parentId": "ID of the transcription that the file belongs to.",
    "reached": "Whether the session reached the service.",
    "redacted": "Number of secrets found and omitted, by kind.",
    "requestIds": "X-RequestId values of its requests.",
    "resource": "Name of the Speech resource whose inventory lists it.",
    "self": "Its URL, without query parameters other than api-version.",
    "source": "Where it was found: blob:CONTAINER/PATH, resource:NAME, or the name given in the request.",
    "sourceId": "ID of the source in URLs: 16 hex digits.",
    "span": "Times of its first and its last ID.",
    "state": "Whether the service still lists it (live) or not (gone).",
    "suggestion": "What to use instead.",
    "target": "The parameter, field, header or setting at fault.",
    "timeToLiveHours": "Hours after which the service deletes it.",
}
