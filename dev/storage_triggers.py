"""Queue and blob triggers, by polling.

A message is hidden while its function runs, tried again after a pause, then moved to `{queue}-poison`. A blob version
(ETag) runs once; after its tries a message goes to the poison queue. The real host writes a version's receipt when it
is queued and relies on an internal queue from there; here it is written when the version is done, which promises the
same (at least once) without that queue.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import functools
import hashlib
import json
import logging
import os
import re
import threading
import uuid
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any, Final

from azure.core.exceptions import AzureError, ResourceExistsError, ResourceNotFoundError
from azure.functions.queue import QueueMessage as WorkerMessage
from azure.storage.blob import BlobClient, BlobProperties, BlobServiceClient
from azure.storage.queue import QueueClient, QueueMessage, QueueServiceClient, TextBase64EncodePolicy

from dev.functions import AppError, Function
from dev.triggers import Background, first_line

BLOB_POISON_QUEUE: Final = "webjobs-blobtrigger-poison"
_BLOB_POLL_SECONDS: Final = 2.0
_QUEUE_POLL_SECONDS: Final = 1.0
_HIDDEN_SECONDS: Final = 60  # renewed while the function runs, so that a killed host soon returns the message
_BATCH: Final = 16
_RECEIPTS: Final = "azure-webjobs-hosts"
_log = logging.getLogger(__name__)


# --- queues


def _seconds(text: str) -> int:
    """`hh:mm:ss` as host.json writes it."""
    hours, minutes, seconds = map(int, text.split(":"))
    return int(timedelta(hours=hours, minutes=minutes, seconds=seconds).total_seconds())


class QueueTrigger:
    """Watches the queue of one function. `options` is extensions.queues of host.json; messages are base64."""

    def __init__(self, function: Function, background: Background, options: Mapping[str, Any]) -> None:
        self._function = function
        self._background = background
        self._tries = int(options.get("maxDequeueCount", 5))
        self._pause = _seconds(options.get("visibilityTimeout", "00:00:00"))
        service = QueueServiceClient.from_connection_string(os.environ[function.trigger["connection"]])
        self._queue = service.get_queue_client(function.trigger["queueName"])
        self._poison_queue = service.get_queue_client(f"{function.trigger['queueName']}-poison")

    def start(self) -> None:
        self._background.every(_QUEUE_POLL_SECONDS, self.poll)

    def poll(self) -> None:
        """Start a run for each message that is there. A queue that does not exist yet is not an error."""
        with contextlib.suppress(ResourceNotFoundError):
            for message in self._queue.receive_messages(
                messages_per_page=_BATCH, max_messages=_BATCH, visibility_timeout=_HIDDEN_SECONDS
            ):
                self._background.run(functools.partial(self._run, message))

    def run_now(self, given: str | None) -> None:
        """Run with `given` as the message, without the queue."""
        message = WorkerMessage(id=str(uuid.uuid4()), body=given or "", dequeue_count=1)  # type: ignore[no-untyped-call]  # the package annotates no constructors
        self._background.run(functools.partial(self._function.invoke, message))

    def _run(self, message: QueueMessage) -> None:
        try:
            body = base64.b64decode(message.content, validate=True)
        except (binascii.Error, ValueError):
            self._poison(message)
            return
        given = WorkerMessage(id=message.id, body=body, dequeue_count=message.dequeue_count)  # type: ignore[no-untyped-call]  # as above
        try:
            with _kept_hidden(self._queue, message):
                self._function.invoke(given)
        except Exception:  # noqa: BLE001  logged by invoke
            self._failed(message)
        else:
            self._queue.delete_message(message)

    def _failed(self, message: QueueMessage) -> None:
        if (message.dequeue_count or 0) >= self._tries:
            self._poison(message)
        else:
            self._queue.update_message(message, visibility_timeout=self._pause)

    def _poison(self, message: QueueMessage) -> None:
        _log.error("%s: a message was moved to queue %s", self._function.name, self._poison_queue.queue_name)
        with contextlib.suppress(ResourceExistsError):
            self._poison_queue.create_queue()
        self._poison_queue.send_message(message.content)
        self._queue.delete_message(message)


@contextlib.contextmanager
def _kept_hidden(queue: QueueClient, message: QueueMessage) -> Iterator[None]:
    """Renews what hides the message. Afterwards the message holds the receipt that is valid now."""
    stop = threading.Event()

    def renew() -> None:
        while not stop.wait(_HIDDEN_SECONDS / 3):
            try:
                message.pop_receipt = queue.update_message(message, visibility_timeout=_HIDDEN_SECONDS).pop_receipt
            except AzureError as error:
                _log.warning("a message could not be kept hidden: %s", first_line(error))

    thread = threading.Thread(target=renew, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


# --- blobs


class BlobTrigger:
    """Watches the container of one function, whose path is `CONTAINER/{name}`."""

    def __init__(self, function: Function, background: Background, tries: int) -> None:
        self._function = function
        self._background = background
        self._tries = tries
        self._container, _, name = function.trigger["path"].partition("/")
        if not re.fullmatch(r"\{\w+\}", name):
            raise AppError(
                f"{function.name}: unsupported path {function.trigger['path']!r}; it must be CONTAINER/{{name}}"
            )
        connection = os.environ[function.trigger["connection"]]
        self._blobs = BlobServiceClient.from_connection_string(connection)
        self._queues = QueueServiceClient.from_connection_string(connection)
        self._receipts = self._blobs.get_container_client(_RECEIPTS)
        self._lock = threading.Lock()
        self._seen: set[str] | None = None  # done or running; loaded by the first poll

    def start(self) -> None:
        self._background.every(_BLOB_POLL_SECONDS, self.poll)

    def poll(self) -> None:
        """Start a run for every version that was not seen. A container that does not exist yet is not an error."""
        if self._seen is None:
            self._seen = self._load_receipts()
        with contextlib.suppress(ResourceNotFoundError):
            for blob in self._blobs.get_container_client(self._container).list_blobs():
                self._consider(blob, self._seen)

    def _receipt(self, version: str) -> str:
        return f"blobreceipts/dev/{self._function.name}/{version}"

    def _load_receipts(self) -> set[str]:
        try:
            self._receipts.create_container()
        except ResourceExistsError:
            prefix = self._receipt("")
            return {name.removeprefix(prefix) for name in self._receipts.list_blob_names(name_starts_with=prefix)}
        return set()

    def _consider(self, blob: BlobProperties, seen: set[str]) -> None:
        # Hashed: the path of a long name would be too long for a receipt's own name.
        version = hashlib.sha256(f"{self._container}/{blob.name}\n{blob.etag}".encode()).hexdigest()
        with self._lock:
            if version in seen:
                return
            seen.add(version)
        self._background.run(lambda: self._take(blob.name, str(blob.etag).strip('"'), version))

    def run_now(self, given: str | None) -> None:
        """Run for `given`, a `container/name`, whether it was seen or not."""
        container, _, name = (given or "").partition("/")
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
            self._receipts.upload_blob(self._receipt(version), b"", overwrite=True)
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
        _log.error(
            "%s: all %d attempts for %s failed; see queue %s", self._function.name, self._tries, name, BLOB_POISON_QUEUE
        )
        queue = self._queues.get_queue_client(BLOB_POISON_QUEUE, message_encode_policy=TextBase64EncodePolicy())
        message = {
            "Type": "BlobTrigger",
            "FunctionId": f"Host.Functions.{self._function.name}",
            "BlobType": "BlockBlob",
            "ContainerName": self._container,
            "BlobName": name,
            "ETag": f'"{etag}"',
        }
        with contextlib.suppress(ResourceExistsError):
            queue.create_queue()
        queue.send_message(json.dumps(message, indent=2))
