"""The inventory: every transcription (and other entity) of every configured Speech resource, also after it vanished.

Names are imported on first use: who asks for the state of the resources does not pay for `requests`.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from shared.inventory.queueing import enqueue_all, message, read_message, request_sync, run_message
    from shared.inventory.report import SyncReport
    from shared.inventory.states import resource_states
    from shared.inventory.sync import sync_resource

_HOMES: Final = {
    "enqueue_all": "queueing", "message": "queueing", "read_message": "queueing", "request_sync": "queueing",
    "run_message": "queueing",
    "resource_states": "states", "SyncReport": "report", "sync_resource": "sync",
}  # fmt: skip
__all__ = [
    "SyncReport", "enqueue_all", "message", "read_message", "request_sync", "resource_states", "run_message",
    "sync_resource",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(name)
    return getattr(importlib.import_module(f"shared.inventory.{_HOMES[name]}"), name)
