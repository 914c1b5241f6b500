"""What the triggers do that are not HTTP: one function each, called by `function_app.py` and by HTTP handlers."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from shared.services import SYNC_QUEUE, Services, services

if TYPE_CHECKING:
    from azure.storage.blob import BlobClient

    from shared.index.ledger import Ledger

_log = logging.getLogger(__name__)


def index_blob(container: str, name: str) -> None:
    """A blob was dropped or overwritten. By the app's own client: the binding's would retry for minutes."""
    app = services()
    ingest(app, app.blobs.get_blob_client(container, name))


def ingest(app: Services, blob: BlobClient, *, again: bool = False) -> Ledger:
    """Read a blob into the index now; `again` also when this version was read before."""
    from shared.ingest.blob import ingest_blob

    return ingest_blob(blob, app.index, worker=app.worker, again=again)


def queue_syncs() -> None:
    """Timer: one message for each Speech resource, so that one dead resource does not stop another."""


def sync_resource(message: bytes) -> None:
    """Queue: list all transcriptions of one Speech resource."""


def sweep() -> None:
    """Timer: what was never seen, was left half-done or failed for a passing reason, again."""
    from shared.ingest.sweep import sweep as sweep_container

    app = services()
    container = app.container
    sweep_container(
        container, app.index, lambda name, again: ingest(app, container.get_blob_client(name), again=again)
    )


def request_sync(app: Services, name: str) -> None:
    app.queue(SYNC_QUEUE)
