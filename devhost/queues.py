"""The queue trigger: base64 messages, hidden while they are worked on, tried again, then moved to `{queue}-poison`."""

from __future__ import annotations

import base64
import binascii
import contextlib
import functools
import logging
import os
import threading
import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from azure.core.exceptions import AzureError, ResourceExistsError, ResourceNotFoundError
from azure.functions.queue import QueueMessage as WorkerMessage
from azure.storage.queue import QueueClient, QueueMessage, QueueServiceClient

from devhost.app import Function
from devhost.background import Background

POLL_SECONDS: Final = 1.0
_HIDDEN_SECONDS: Final = 60  # renewed while the function runs, so that a killed host gives the message back soon
_BATCH: Final = 16
_log = logging.getLogger(__name__)


def _seconds(text: str) -> int:
    """`hh:mm:ss` as host.json writes it."""
    hours, minutes, seconds = map(int, text.split(":"))
    return int(timedelta(hours=hours, minutes=minutes, seconds=seconds).total_seconds())


def _as_worker_gives_it(message: QueueMessage, body: bytes) -> WorkerMessage:
    return WorkerMessage(  # type: ignore[no-untyped-call]  # the package annotates no constructors
        id=message.id,
        body=body,
        dequeue_count=message.dequeue_count,
        expiration_time=message.expires_on,
        insertion_time=message.inserted_on,
        time_next_visible=message.next_visible_on,
        pop_receipt=message.pop_receipt,
    )


class QueueTrigger:
    """Watches the queue of one function. `options` is extensions.queues of host.json."""

    def __init__(self, function: Function, background: Background, options: Mapping[str, Any]) -> None:
        self._function = function
        self._background = background
        self._tries = int(options.get("maxDequeueCount", 5))
        self._pause = _seconds(options.get("visibilityTimeout", "00:00:00"))
        self._base64 = options.get("messageEncoding", "base64") == "base64"
        service = QueueServiceClient.from_connection_string(os.environ[function.trigger["connection"]])
        self._queue = service.get_queue_client(function.trigger["queueName"])
        self._poison_queue = service.get_queue_client(f"{function.trigger['queueName']}-poison")

    def start(self) -> None:
        self._background.every(POLL_SECONDS, self.poll)

    def poll(self) -> None:
        """Start a run for each message that is there."""
        try:
            for message in self._queue.receive_messages(
                messages_per_page=_BATCH, max_messages=_BATCH, visibility_timeout=_HIDDEN_SECONDS
            ):
                self._background.run(functools.partial(self._run, message))
        except ResourceNotFoundError:
            pass  # the queue does not exist yet; the real host does not make it either

    def run_now(self, text: str | None) -> None:
        """Run with `text` as the message, without the queue."""
        message = WorkerMessage(id=str(uuid.uuid4()), body=text or "", dequeue_count=1)  # type: ignore[no-untyped-call]  # as above
        self._background.run(lambda: self._function.invoke(message))

    def _decode(self, content: str) -> bytes | None:
        try:
            return base64.b64decode(content, validate=True) if self._base64 else content.encode()
        except (binascii.Error, ValueError):
            return None

    def _run(self, message: QueueMessage) -> None:
        body = self._decode(message.content)
        if body is None:
            _log.error("%s: a message is not base64", self._function.name)
            self._poison(message)
            return
        renewal = _Renewal(self._queue, message)
        try:
            self._function.invoke(_as_worker_gives_it(message, body))
        except Exception:  # noqa: BLE001  logged by invoke
            renewal.stop()
            self._failed(message)
        else:
            renewal.stop()
            self._queue.delete_message(message)

    def _failed(self, message: QueueMessage) -> None:
        if (message.dequeue_count or 0) >= self._tries:
            self._poison(message)
        else:
            self._queue.update_message(message, visibility_timeout=self._pause)

    def _poison(self, message: QueueMessage) -> None:
        _log.error("%s: a message goes to the queue %s", self._function.name, self._poison_queue.queue_name)
        with contextlib.suppress(ResourceExistsError):
            self._poison_queue.create_queue()
        self._poison_queue.send_message(message.content)
        self._queue.delete_message(message)


class _Renewal:
    """Keeps a message hidden while its function runs."""

    def __init__(self, queue: QueueClient, message: QueueMessage) -> None:
        self._queue = queue
        self._message = message
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._renew, daemon=True)
        self._thread.start()

    def _renew(self) -> None:
        while not self._stop.wait(_HIDDEN_SECONDS / 3):
            try:
                renewed = self._queue.update_message(self._message, visibility_timeout=_HIDDEN_SECONDS)
                self._message.pop_receipt = renewed.pop_receipt
            except AzureError as error:
                _log.warning("a message could not be kept hidden: %s", str(error).splitlines()[0])

    def stop(self) -> None:
        """Afterwards the message holds the receipt that is valid now."""
        self._stop.set()
        self._thread.join()
