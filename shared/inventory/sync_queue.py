"""One queue message per Speech resource and sync, so that one dead resource stops no other and none is listed twice.

timer, POST /api/resources/{name}/sync, a run that is not through ──> {"resource", "reason"} ──> run_message
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final, Protocol

from shared.inventory import resource_run
from shared.inventory.sync_options import SyncOptions
from shared.settings import Settings, SpeechResource
from shared.storage.tables import Index

if TYPE_CHECKING:
    from shared.inventory.sync_result import SyncResult

_log = logging.getLogger(__name__)
TIMER: Final = "timer"
REQUEST: Final = "request"
CONTINUE: Final = "continue"


class Send(Protocol):
    """Puts a message into the queue; it shows after `delay` seconds."""

    def __call__(self, text: str, *, delay: float = 0.0) -> object: ...


def message(resource: str, reason: str) -> str:
    return json.dumps({"resource": resource, "reason": reason})


def enqueue_all(resources: Iterable[SpeechResource], send: Send) -> int:
    """For the timer: one message each. How many could be queued; what could not is told in the log."""
    sent = 0
    for resource in resources:
        try:
            send(message(resource.name, TIMER))
        except Exception:  # noqa: BLE001 - whatever the queue raises, the other resources must get their message
            _log.exception("no sync could be queued for %s; the next tick tries again", resource.name)
        else:
            sent += 1
    return sent


def request_sync(index: Index, resource: str, send: Send) -> str:
    """For people: `joined` when a run is under way (it is followed by one more), else `queued`."""
    if resource_run.ask_again(index, resource):
        return "joined"
    send(message(resource, REQUEST))
    return "queued"


def read_message(body: bytes | str, known: Callable[[str], SpeechResource | None]) -> SpeechResource | None:
    """The resource that a message means; None (and a line in the log) for what is no longer configured."""
    try:
        data = json.loads(body)
        name = data["resource"]
    except (ValueError, TypeError, KeyError):
        _log.warning("a queue message that names no Speech resource was dropped")
        return None
    found = known(name) if isinstance(name, str) else None
    if found is None:
        _log.warning("a queue message for a Speech resource that is not configured was dropped")
    return found


def run_message(
    body: bytes | str, settings: Settings, index: Index, send: Send, options: SyncOptions | None = None
) -> SyncResult | None:
    """The queue function: one sync, and a message for what is left of it."""
    from shared.inventory.sync import sync_resource  # not for the timer, which only queues

    resource = read_message(body, settings.resource)
    if resource is None:
        return None
    result = sync_resource(resource, settings, index, options)
    if result.unfinished:
        send(message(resource.name, CONTINUE), delay=result.wait)
    elif result.run_once_more:
        send(message(resource.name, REQUEST))
    return result
