"""The inventory: every transcription (and other entity) of every configured Speech resource, also after it vanished.

Names are imported on first use: who asks for the state of the resources does not pay for `requests`.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from shared.inventory.status import resource_states
    from shared.inventory.sync import sync_resource
    from shared.inventory.sync_options import SyncOptions
    from shared.inventory.sync_queue import enqueue_all, message, read_message, request_sync, run_message
    from shared.inventory.sync_result import SyncResult

_HOMES: Final = {
    "enqueue_all": "sync_queue",
    "message": "sync_queue",
    "read_message": "sync_queue",
    "request_sync": "sync_queue",
    "run_message": "sync_queue",
    "resource_states": "status",
    "SyncResult": "sync_result",
    "SyncOptions": "sync_options",
    "sync_resource": "sync",
}
__all__ = [
    "SyncOptions",
    "SyncResult",
    "enqueue_all",
    "message",
    "read_message",
    "request_sync",
    "resource_states",
    "run_message",
    "sync_resource",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(name)
    return getattr(importlib.import_module(f"shared.inventory.{_HOMES[name]}"), name)
