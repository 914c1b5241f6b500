"""What people see of each Speech resource: GET /api/resources and `speech-ids sync`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from shared.core import times
from shared.core.ncrontab import Schedule
from shared.index.source_record import SourceRecord
from shared.inventory import resource_run, rows
from shared.inventory.state import PassProgress, ResourceState
from shared.inventory.urls import Addresses
from shared.settings import Settings, SpeechResource
from shared.storage.tables import Index


def resource_states(index: Index, settings: Settings) -> list[dict[str, Any]]:
    """One record for each configured resource: where it is, how the last sync ended, what it holds."""
    return [
        _state(resource, resource_run.read_record(index, resource.name), index, settings)
        for resource in settings.resources
    ]


def last_successes(
    index: Index, resources: Sequence[SpeechResource], each: Callable[..., Iterable[SourceRecord | None]] = map
) -> dict[str, datetime | None]:
    """When each resource was last listed without a fault; None: never. `each` maps a function, perhaps in parallel."""
    records = each(lambda resource: resource_run.read_record(index, resource.name), resources)
    return {
        resource.name: times.try_parse(ResourceState.from_json(record.extra).last_success) if record else None
        for resource, record in zip(resources, records, strict=True)
    }


def _state(resource: SpeechResource, record: SourceRecord | None, index: Index, settings: Settings) -> dict[str, Any]:
    found: dict[str, Any] = {
        "name": resource.name,
        "sourceId": rows.source_id(resource.name),
        "endpoint": resource.endpoint,
        "region": resource.region,
        "cloud": resource.cloud.name,
        "auth": "key" if resource.key is not None else "entra-id",
        "apiVersion": settings.api_version,
        "schedule": settings.sync_schedule,
        "nextRun": _next(settings.sync_schedule, index),
        "status": "never",
    }
    if record is not None:
        found |= _told(record, index)
    if resource.key is None and Addresses(resource, settings.api_version).is_regional:
        found["notice"] = "Entra ID needs the resource's custom domain as endpoint; this is a regional address."
    return {name: value for name, value in found.items() if value not in (None, {}, [])}


def _next(schedule: str, index: Index) -> str | None:
    moment = Schedule.parse(schedule).next_after(index.clock())
    return times.text(moment) if moment is not None else None


def _told(record: SourceRecord, index: Index) -> dict[str, Any]:
    state = ResourceState.from_json(record.extra)
    running = record.status == "running"
    alive = running and record.leased(index.clock())
    return {
        "status": "running" if alive else "interrupted" if running else record.status,
        "started": record.started,
        "finished": record.finished,
        "mode": state.mode.value if state.mode else None,
        "lastSuccess": state.last_success,
        "lastFull": state.last_full,
        "lastError": state.last_error.to_json() if state.last_error else None,
        "problems": {name: problem.to_json() for name, problem in state.problems.items()},
        "statuses": {kind: dict(counts) for kind, counts in state.statuses.items()},
        "requests": state.requests.to_json() if state.requests.total else None,
        "filesRead": state.files_read.to_json() if state.files_read else None,
        "progress": _progress(state.progress) if state.progress else None,
        "again": True if record.run_once_more else None,
    }


def _progress(progress: PassProgress) -> dict[str, Any]:
    """Where a full pass stands that several runs share."""
    place = progress.place
    return {
        "started": progress.started,
        "list": place.kind if place else None,
        "items": place.items if place else 0,
    }
