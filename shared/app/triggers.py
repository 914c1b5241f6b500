"""What the triggers do that are not HTTP: one function each, called by `function_app.py` and by HTTP handlers."""

from __future__ import annotations

import logging
import math
import time
from functools import partial
from typing import TYPE_CHECKING

from shared.app.clients import SYNC_QUEUE, Services, services
from shared.app.queues import states
from shared.core.events import Event, log_event

if TYPE_CHECKING:
    from azure.storage.blob import BlobClient

    from shared.index.source_record import SourceRecord
    from shared.inventory.sync_queue import Send

_log = logging.getLogger(__name__)


def index_blob(container: str, name: str) -> None:
    """A blob was dropped or overwritten. By the app's own client: the binding's would retry for minutes."""
    app = services()
    ingest(app, app.blobs.get_blob_client(container, name))


def ingest(app: Services, blob: BlobClient, *, force: bool = False) -> SourceRecord:
    """Read a blob into the index now; `force`: also when this version was read before."""
    from shared.extract import Extractor
    from shared.ingest.blob import ingest_blob

    reader = partial(Extractor, limits=app.settings.limits)
    start = time.perf_counter()
    record = ingest_blob(blob, app.index, worker=app.worker, force=force, extractor=reader)
    _log_outcome(record, time.perf_counter() - start)
    return record


def _log_outcome(record: SourceRecord, seconds: float) -> None:
    """One line for each blob. Its name is quoted, since it may hold line ends."""
    if record.error is not None:
        log_event(
            _log,
            logging.WARNING,
            Event.SOURCE_FAILED,
            sourceId=record.source_id,
            name=record.name,
            code=record.error.code,
            message=record.error.message,
        )
    elif record.status == "running":
        _log.info("%r is being processed by another worker", record.name)
    else:
        found = sum(record.counts.values())
        _log.info("%r: %d %s, %d ms", record.name, found, "ID" if found == 1 else "IDs", seconds * 1000)


def queue_syncs() -> None:
    """Timer: one message for each Speech resource, so that one dead resource does not stop another."""
    from shared.inventory import enqueue_all

    app = services()
    if any(name == "SPEECH_RESOURCES" for name, _ in app.settings.problems):
        _log.error("SPEECH_RESOURCES has invalid entries, which are not synced; GET /api/resources shows them")
    if app.settings.resources:
        enqueue_all(app.settings.resources, _sender(app))


def sync_resource(message: bytes) -> None:
    """Queue: list all transcriptions of one Speech resource."""
    from shared.inventory import SyncOptions, run_message
    from shared.inventory.timing import Timing

    app = services()
    options = SyncOptions(worker=app.worker, timing=Timing(app.clock, app.sleep))
    result = run_message(message, app.settings, app.index, _sender(app), options)
    if result is not None:
        log_event(
            _log,
            logging.INFO,
            Event.SYNC_DONE,
            resource=result.resource,
            status=result.status,
            mode=result.mode,
            listed=result.listed,
            changed=result.changed,
            gone=result.gone,
            stuck=result.stuck,
            requests=result.requests,
        )


def request_sync(app: Services, resource: str) -> str:
    """For people: `queued`, or `joined` when a sync runs (it runs once more then)."""
    from shared.inventory import request_sync as request

    return request(app.index, resource, _sender(app))


def sweep() -> None:
    """Timer: what was never seen, was left half-done or failed for a passing reason, again."""
    from shared.ingest.sweep import remember_sweep
    from shared.ingest.sweep import sweep as sweep_container

    app = services()
    container = app.container
    sweep_container(container, app.index, lambda name, force: ingest(app, container.get_blob_client(name), force=force))
    remember_sweep(app.index)
    _report_poison(app)


def _report_poison(app: Services) -> None:
    """What the Functions host gave up on: nobody else says so where an alert can see it."""
    for queue in states(app.queues):
        if queue.poison and queue.messages:
            log_event(_log, logging.ERROR, Event.QUEUE_POISON, queue=queue.name, messages=queue.messages)


def _sender(app: Services) -> Send:
    """Puts messages into the sync queue, which is made when the first one comes."""
    from azure.core.exceptions import ResourceNotFoundError

    queue = app.queue(SYNC_QUEUE)

    def send(text: str, *, delay: float = 0.0) -> None:
        hidden = math.ceil(delay) or None
        try:
            queue.send_message(text, visibility_timeout=hidden)
        except ResourceNotFoundError:
            queue.create_queue()
            queue.send_message(text, visibility_timeout=hidden)

    return send
