"""The clients the app works with: made on first use and kept, since a new one costs a connection and a token.

Every client gives up within seconds. The SDKs' own defaults (15 seconds before the first retry, 20 to connect) would
let a request hang for minutes when storage is away, and the index repeats what is safe to repeat itself.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast
from uuid import uuid4

from shared.settings import NOT_A_CONNECTION_STRING, STORAGE, Settings, invalid

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from azure.core.credentials import TokenCredential
    from azure.data.tables import TableServiceClient
    from azure.storage.blob import BlobServiceClient, ContainerClient
    from azure.storage.queue import QueueClient, QueueServiceClient

    from shared.storage.tables import Index

_log = logging.getLogger(__name__)
T = TypeVar("T")
SYNC_QUEUE: Final = "speech-sync"
QUEUES: Final = (SYNC_QUEUE,)  # made by `infra/` and `scripts/run`: the host warns at each poll of one that is missing
# Kept by a client: each thread of the worker may write with 8 of its own (`storage.parallel`).
_CONNECTIONS: Final = 128
_TIMEOUTS: Final[dict[str, Any]] = {"connection_timeout": 3, "read_timeout": 10}


def utc_now() -> datetime:
    return datetime.now(UTC)


class Services:
    """Lazy and thread-safe: a setting that is wrong stops only what needs it."""

    def __init__(
        self,
        env: Mapping[str, str],
        *,
        clock: Callable[[], datetime] = utc_now,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.settings = Settings.load(env)
        self.clock = clock
        self.sleep = sleep
        self.worker = f"{env.get('WEBSITE_INSTANCE_ID') or socket.gethostname()}-{os.getpid()}-{uuid4().hex[:8]}"[-80:]
        self._kept: dict[str, Any] = {}
        self._lock = threading.RLock()

    @property
    def blobs(self) -> BlobServiceClient:
        return self._once("blobs", self._make_blobs)

    @property
    def container(self) -> ContainerClient:
        """The watched container."""
        settings = self.settings.require(STORAGE, "LOGS_CONTAINER")
        return self._once("container", lambda: self.blobs.get_container_client(settings.logs_container))

    @property
    def index(self) -> Index:
        return self._once("index", self._make_index)

    @property
    def queues(self) -> QueueServiceClient:
        return self._once("queues", self._make_queues)

    def queue(self, name: str) -> QueueClient:
        """A queue whose messages are base64, as the Functions host expects them."""
        return self._once(f"queue:{name}", lambda: self._make_queue(name))

    def close(self) -> None:
        """Close what was opened. Only tests and short-lived programs need it."""
        with self._lock:
            for kept in self._kept.values():
                if hasattr(kept, "close"):
                    kept.close()
            self._kept.clear()

    def _once(self, name: str, make: Callable[[], T]) -> T:
        with self._lock:
            if name not in self._kept:
                self._kept[name] = make()
            return cast("T", self._kept[name])

    def _make_blobs(self) -> BlobServiceClient:
        from azure.storage.blob import BlobServiceClient, ExponentialRetry

        retry = ExponentialRetry(initial_backoff=1, increment_base=2, retry_total=1, random_jitter_range=1)
        client: BlobServiceClient = self._client(BlobServiceClient, "blob", retry_policy=retry)
        return client

    def _make_queues(self) -> QueueServiceClient:
        from azure.storage.queue import ExponentialRetry, QueueServiceClient

        retry = ExponentialRetry(initial_backoff=1, increment_base=2, retry_total=1, random_jitter_range=1)
        service: QueueServiceClient = self._client(QueueServiceClient, "queue", retry_policy=retry)
        return service

    def _make_queue(self, name: str) -> QueueClient:
        from azure.storage.queue import TextBase64EncodePolicy

        return self.queues.get_queue_client(name, message_encode_policy=TextBase64EncodePolicy())

    def _make_index(self) -> Index:
        from azure.data.tables import TableServiceClient

        from shared.storage.tables import Index

        self.settings.require("INDEX_TABLE_PREFIX")
        tables: TableServiceClient = self._client(
            TableServiceClient, "table", retry_total=1, retry_backoff_factor=0.5, retry_backoff_max=2
        )
        return Index(tables, self.settings.table_prefix, clock=self.clock, sleep=self.sleep)

    def _client(self, kind: Any, service: str, **options: Any) -> Any:
        _quiet_sdk_logs()
        storage = self.settings.require(STORAGE).storage
        options = {**_TIMEOUTS, "transport": _transport(), **options}
        if storage.connection_string is None:
            url = getattr(storage, f"{service}_url")
            address = {"endpoint": url} if service == "table" else {"account_url": url}
            return kind(**address, credential=self._credential(), **options)
        try:
            return kind.from_connection_string(storage.connection_string, **options)
        except ValueError:
            raise invalid((STORAGE, NOT_A_CONNECTION_STRING)) from None

    def _credential(self) -> TokenCredential:
        return self._once("credential", self._make_credential)

    def _make_credential(self) -> TokenCredential:
        from azure.identity import DefaultAzureCredential, ManagedIdentityCredential

        client_id = self.settings.storage.client_id
        return ManagedIdentityCredential(client_id=client_id) if client_id else DefaultAzureCredential()


def _transport() -> Any:
    """The SDKs' own keeps 10 connections: with more threads it closes the others after each request, and warns."""
    import requests
    from azure.core.pipeline.transport import RequestsTransport
    from requests.adapters import HTTPAdapter

    session = requests.Session()
    adapter = HTTPAdapter(pool_maxsize=_CONNECTIONS)
    for scheme in ("https://", "http://"):
        session.mount(scheme, adapter)
    return RequestsTransport(session=session)


def _quiet_sdk_logs() -> None:
    """At INFO the SDKs write a line with the address, query string included, of every request."""
    for name in ("azure", "azure.core.pipeline.policies.http_logging_policy", "azure.identity"):
        logging.getLogger(name).setLevel(logging.WARNING)


_kept: Services | None = None
_kept_lock = threading.Lock()


def services() -> Services:
    """The services of this process, by its environment. The first call logs every invalid setting.

    Not the import of the app: the Functions host drops what a worker logs outside of a call.
    """
    global _kept
    with _kept_lock:
        if _kept is None:
            _kept = Services(os.environ)
            for name, what in _kept.settings.problems:
                _log.error("Invalid setting %s: %s", name, what)
        return _kept


def reset() -> None:
    """Forget them, so that the next use reads the environment again. For tests."""
    global _kept
    with _kept_lock:
        if _kept is not None:
            _kept.close()
        _kept = None
