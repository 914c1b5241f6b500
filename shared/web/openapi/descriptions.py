"""What a field means, by its name. A name means the same wherever it stands."""

from __future__ import annotations

from typing import Final

TEXTS: Final = {
    "accepted": "Whether it is taken: an ID by support, an X-ConnectionId by the service.",
    "attempts": "How often the program tried to connect.",
    "basis": "Where the time is from: the log, when the entity was created, or when the blob was stored.",
    "counts": "How many IDs, by kind.",
    "endpointKind": "Kind of the endpoint that the session was sent to.",
    "etag": "The version; what If-Match takes.",
    "foundBy": "The pattern that found it, and its version.",
    "host": "Host name of the service, without path and query.",
    "indexed": "When it was written into the index.",
    "kind": "session, transcription, dataset, model, base_model, endpoint, evaluation, project, webhook, operation, "
    "transcription_file, another collection's own name, or unknown.",
    "line": "Line number, from 1.",
    "nearMisses": "What looks like an ID and is none, with the reason.",
    "nextLink": "The next page, relative to the host. Absent on the last one. Never holds a key.",
    "notices": "Remarks for people.",
    "offset": "Offset in the decoded text, in bytes from 0.",
    "otherSources": "The further sources that this item was merged from.",
    "parentId": "The ID of the transcription that the file belongs to.",
    "reached": "Did the service ever see the session?",
    "redacted": "How many secrets were met and left out, by kind.",
    "requestIds": "X-RequestId of its requests.",
    "resource": "Name of the Speech resource whose inventory has it.",
    "self": "Its URL, without query but for api-version.",
    "source": "Where it was found: blob:CONTAINER/PATH, resource:NAME, or the name of what was sent.",
    "sourceId": "The source's ID in URLs: 16 hex digits.",
    "span": "The times of the first and of the last ID in it.",
    "state": "Does the service still list it?",
    "suggestion": "What is right instead.",
    "target": "The parameter, field, header or setting at fault.",
    "timeToLiveHours": "After so many hours the service deletes it by itself.",
}
