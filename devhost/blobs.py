"""The blob trigger: polling, one run per blob version (ETag), 5 tries, then a message for the poison queue.

The real host writes a receipt when a version is queued and relies on its internal queue from there; here the receipt
is written when the version is done, which keeps the same promise (at least once) without that queue.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import re
import threading
from typing import Final

from azure.core.exceptions import AzureError, ResourceExistsError, ResourceNotFoundError
from azure.storage.blob import BlobClient, BlobProperties, BlobServiceClient
from azure.storage.queue import QueueServiceClient, TextBase64EncodePolicy

from devhost.app import AppError, Function
from devhost.background import Background

POLL_SECONDS: Final = 2.0
POISON_QUEUE: Final = "webjobs-blobtrigger-poison"
_RECEIPTS: Final = "azure-webjobs-hosts"
_log = logging.getLogger(__name__)


def compile_path(path: str) -> tuple[str, re.Pattern[str]]:
    """Container and name pattern of a trigger path like `logs/{name}` or `logs`."""
    container, _, template = path.partition("/")
    if "{" in container:
        raise AppError(f"devhost does not know a pattern in the container's name: {path}")
    parts = re.split(r"\{\w+\}", template or "{name}")
    return container, re.compile(".+".join(map(re.escape, parts)), re.DOTALL)


class BlobTrigger:
    """Watches the container of one function."""

    def __init__(self, function: Function, background: Background, tries: int) -> None:
        self._function = function
        self._background = background
        self._tries = tries
        self._container, self._pattern = compile_path(function.trigger["path"])
        connection = os.environ[function.trigger["connection"]]
        self._blobs = BlobServiceClient.from_connection_string(connection)
        self._queues = QueueServiceClient.from_connection_string(connection)
        self._lock = threading.Lock()
        self._seen: set[str] | None = None  # done or running; loaded at the first poll

    def start(self) -> None:
        self._background.every(POLL_SECONDS, self.poll)

    def _receipts_prefix(self) -> str:
        return f"blobreceipts/devhost/{self._function.name}/"

    def _load_receipts(self) -> set[str]:
        container = self._blobs.get_container_client(_RECEIPTS)
        try:
            container.create_container()
        except ResourceExistsError:
            prefix = self._receipts_prefix()
            return {name.removeprefix(prefix) for name in container.list_blob_names(name_starts_with=prefix)}
        return set()

    def poll(self) -> None:
        """Start a run for every version that was not seen."""
        if self._seen is None:
            self._seen = self._load_receipts()
        try:
            for blob in self._blobs.get_container_client(self._container).list_blobs():
                self._consider(blob, self._seen)
        except ResourceNotFoundError:
            pass  # the container does not exist yet

    def _consider(self, blob: BlobProperties, seen: set[str]) -> None:
        # Hashed: the path of a long name would be too long for a receipt's own name.
        version = hashlib.sha256(f"{self._container}/{blob.name}\n{blob.etag}".encode()).hexdigest()
        with self._lock:
            if version in seen or not self._pattern.fullmatch(blob.name):
                return
            seen.add(version)
        self._background.run(lambda: self._take(blob.name, str(blob.etag).strip('"'), version))

    def run_now(self, path: str | None) -> None:
        """Run for `container/name` whether it was seen or not."""
        container, _, name = (path or "").partition("/")
        if container != self._container or not name:
            raise ValueError(f'give the blob: {{"input": "{self._container}/NAME"}}')
        self._background.run(lambda: self._function.invoke(self._client(name)))

    def _client(self, name: str) -> BlobClient:
        return self._blobs.get_blob_client(self._container, name)

    def _is_current(self, name: str, etag: str) -> bool:
        try:
            return str(self._client(name).get_blob_properties().etag).strip('"') == etag
        except ResourceNotFoundError:
            return False

    def _take(self, name: str, etag: str, version: str) -> None:
        try:
            self._run(name, etag)
            receipts = self._blobs.get_container_client(_RECEIPTS)
            receipts.upload_blob(self._receipts_prefix() + version, b"", overwrite=True)
        except AzureError:  # storage went away around the function: a later poll shall find the version again
            with self._lock:
                (self._seen or set()).discard(version)
            raise

    def _run(self, name: str, etag: str) -> None:
        for _ in range(self._tries):
            if not self._is_current(name, etag):
                break  # deleted, or a newer version that the next poll finds
            try:
                self._function.invoke(self._client(name))
                break
            except Exception:  # noqa: BLE001, S112  logged by invoke; no pause between tries, as in the real host
                continue
        else:
            self._poison(name, etag)

    def _poison(self, name: str, etag: str) -> None:
        _log.error("%s failed %d times; see the queue %s", self._function.name, self._tries, POISON_QUEUE)
        queue = self._queues.get_queue_client(POISON_QUEUE, message_encode_policy=TextBase64EncodePolicy())
        message = {
            "FunctionId": f"Host.Functions.{self._function.name}",
            "BlobType": "BlockBlob",
            "ContainerName": self._container,
            "BlobName": name,
            "ETag": f'"{etag}"',
        }
        try:
            queue.send_message(json.dumps(message))
        except ResourceNotFoundError:
            queue.create_queue()
            queue.send_message(json.dumps(message))
