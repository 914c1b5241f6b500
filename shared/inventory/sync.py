"""One sync of one Speech resource, in two phases: lists under the lease, then the files of finished jobs without it.

begin (lease) ─> SyncRun: full or incremental pass, vanished and stuck entities ─> finish (lease given back)
             └─> ReportReader: files and reports ─> display names that turned out to be names of audio files
"""

from __future__ import annotations

from datetime import timedelta

import requests

from shared.core.errors import LeaseLost
from shared.inventory import pseudonyms
from shared.inventory.audio_index import AudioNames
from shared.inventory.auth import auth_for
from shared.inventory.client import SpeechClient
from shared.inventory.report_reader import ReportReader
from shared.inventory.resource_run import ResourceRun
from shared.inventory.sync_context import SyncContext, no_progress
from shared.inventory.sync_options import SyncOptions
from shared.inventory.sync_result import SyncResult, SyncStatus
from shared.inventory.sync_run import SyncRun
from shared.inventory.transport import Access, Transport
from shared.inventory.urls import Addresses
from shared.settings import Settings, SpeechResource
from shared.storage.tables import Index


def sync_resource(
    resource: SpeechResource, settings: Settings, index: Index, options: SyncOptions | None = None
) -> SyncResult:
    """List what the resource has, bring the index up to date, then read the files of finished jobs.

    Raises nothing for what the service does: the result and the source record say it.
    """
    options = options or SyncOptions()
    run = ResourceRun.begin(index, resource.name, options.worker)
    if run is None:
        return SyncResult(resource.name, SyncStatus.JOINED)
    with options.session or requests.Session() as session:
        client = _client(resource, settings, session, options)
        context = SyncContext(
            resource,
            settings,
            index,
            client,
            run,
            AudioNames.by(settings, index),
            client.transport.now(),
            options.progress or no_progress,
        )
        result = SyncRun(context, full=options.full).run()
        if options.read_files and (result.status is SyncStatus.DONE or result.looked) and not result.run_once_more:
            result.files = ReportReader(index, client, resource.name, context.names).run()
            if result.files.labels:
                result.run_once_more |= _replace_names(index, resource, options.worker)
            result.requests = sum(client.transport.requests.values())
        return result


def _client(
    resource: SpeechResource, settings: Settings, session: requests.Session, options: SyncOptions
) -> SpeechClient:
    addresses = Addresses(resource, settings.api_version)
    if addresses.is_loopback:
        session.trust_env = False  # no proxy between this machine and itself
    transport = Transport(
        session,
        Access(auth_for(resource, options.credential), resource.key is not None, addresses.is_regional),
        deadline=options.timing.clock() + timedelta(seconds=settings.sync_run_seconds),
        timing=options.timing,
        rate=settings.speech_requests_per_second,
        patience=options.patience,
    )
    return SpeechClient(transport, addresses)


def _replace_names(index: Index, resource: SpeechResource, worker: str) -> bool:
    """Replace at once the display names that the reports revealed. True if another run was requested meanwhile."""
    run = ResourceRun.begin(index, resource.name, worker)
    if run is None:
        return False  # the lease holder does it, or the next run
    try:
        pseudonyms.apply(run)
        return run.finish()
    except LeaseLost:
        return False
