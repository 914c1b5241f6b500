"""Speech resources and what can be set going: a sync, a replay."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shared.app import triggers
from shared.core.errors import Conflict, NotFound
from shared.web.handlers.lists import known_source_id
from shared.web.http import Answer, json_answer

if TYPE_CHECKING:
    from shared.web.operation import Call


def resources(call: Call) -> Answer:
    from shared.inventory import resource_states

    settings = call.app.settings
    wrong = [what for name, what in settings.problems if name == "SPEECH_RESOURCES"]
    if not settings.resources:
        settings.require("SPEECH_RESOURCES")
    body: dict[str, Any] = {"value": resource_states(call.app.index, settings)}
    return json_answer(body | ({"notices": wrong} if wrong else {}))


def sync(call: Call) -> Answer:
    name = call.param("name")
    if call.app.settings.resource(name) is None:
        known = ", ".join(r.name for r in call.app.settings.resources) or "none is configured (SPEECH_RESOURCES)"
        raise NotFound(f"There is no Speech resource '{name[:63]}'. Configured: {known}.", target="name")
    return _queued(call, name)


def replay(call: Call) -> Answer:
    """Process a source again. A blob is read at once; a Speech resource is queued."""
    from shared.index import query

    source_id = known_source_id(call)
    record = query.get_source(call.app.index, source_id)
    if record is None:
        raise NotFound(f"No source has the ID {source_id}. GET /api/sources lists them.", target="sourceId")
    kind, _, name = record.source.partition(":")
    if kind == "resource":
        return _queued(call, name)
    container, _, path = name.partition("/")
    now = triggers.ingest(call.app, call.app.blobs.get_blob_client(container, path), force=True)
    if now.status == "done" and now.attempt == record.attempt:
        raise Conflict(
            "The blob no longer exists, so it cannot be processed again. Its IDs stay in the index.",
            code="SourceGone",
            target="sourceId",
        )
    # Still running: another worker has it, and reads what is there now.
    status = 202 if now.status == "running" else 200
    return json_answer(now.to_json(), status, {"Location": f"/api/sources/{source_id}"})


def _queued(call: Call, name: str) -> Answer:
    """`joined` when a sync of it runs already: it runs once more then."""
    status = triggers.request_sync(call.app, name)
    look = "/api/resources"
    return json_answer({"resource": name, "status": status, "look": look}, 202, {"Location": look})
