"""What a field means, by its name. A name has the same meaning everywhere."""

from __future__ import annotations

from typing import Final

TEXTS: Final = {
    "accepted": "Is it accepted: an ID by support, an X-ConnectionId by the service?",
    "attempts": "Number of connection attempts.",
    "basis": "Source of the time: log, created (of the entity) or blob (when it was stored).",
    "counts": "How many IDs, by kind.",
    "endpointKind": "Kind of the endpoint that the session was sent to.",
    "etag": "The version, for If-Match.",
    "foundBy": "The pattern that found it, and its version.",
    "host": "Host name of the service, without path and query.",
    "indexed": "When it was written to the index.",
    "kind": "session, transcription, dataset, model, base_model, endpoint, evaluation, project, webhook, operation, "
    "transcription_file, another collection's own name, or unknown.",
    "line": "Line number, from 1.",
    "nearMisses": "Values that look like an ID but are not one, with the reason.",
    "nextLink": "The next page, relative to the host; absent on the last page. Never contains a key.",
    "notices": "Remarks for people.",
    "offset": "Offset in the decoded text, in bytes from 0.",
    "otherSources": "The other sources that this item was merged from.",
    "parentId": "The ID of the transcription that the file belongs to.",
    "reached": "Did the session reach the service?",
    "redacted": "Number of secrets found and left out, by kind.",
    "requestIds": "X-RequestId of its requests.",
    "resource": "Name of the Speech resource whose inventory contains it.",
    "self": "Its URL, without a query except api-version.",
    "source": "Where it was found: blob:CONTAINER/PATH, resource:NAME, or the name of what was sent.",
    "sourceId": "The source's ID in URLs: 16 hex digits.",
    "span": "The times of the first and of the last ID in it.",
    "state": "Does the service still list it?",
    "suggestion": "What is right instead.",
    "target": "The parameter, field, header or setting at fault.",
    "timeToLiveHours": "Hours after which the service deletes it.",
}
