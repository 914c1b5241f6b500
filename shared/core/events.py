"""Lines of the log that alerts read: a name of this list, a space, and the fields as JSON.

The Python worker hands a line to the Functions host as text, without fields of its own; KQL takes it apart with
`parse_json`. Everything else that is logged is for people only.
"""

from __future__ import annotations

import json
import logging
from enum import StrEnum


class Event(StrEnum):
    """Closed: `infra/modules/alerts.bicep` may only ask for these."""

    QUEUE_POISON = "queue.poison"  # queue, messages: the Functions host gave up on messages
    REQUEST_FAILED = "request.failed"  # operation, code, requestId, and for an unexpected error type, place
    SOURCE_FAILED = "source.failed"  # sourceId, name, code, message: a log could not be processed
    SWEEP_DONE = "sweep.done"  # the counts of a sweep
    SYNC_DONE = "sync.done"  # resource, status, mode, listed, changed, gone, stuck, requests
    SYNC_FAILED = "sync.failed"  # resource, code, advice


def log_event(log: logging.Logger, level: int, event: Event, **fields: str | float | bool | None) -> None:
    """One line; what a field holds cannot break it, since JSON escapes line ends."""
    if log.isEnabledFor(level):
        log.log(level, "%s %s", event.value, json.dumps(fields), stacklevel=2)
