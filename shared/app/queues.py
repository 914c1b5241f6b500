"""What waits in the queues of the app and of the Functions host, and since when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from azure.storage.queue import QueueServiceClient

# The host's own queue of blobs (its name ends in the host's ID), the app's, and those of messages that were given up.
_OURS: Final = ("azure-webjobs-blobtrigger-", "speech-", "webjobs-blobtrigger-poison")
_POISON: Final = "-poison"


@dataclass(frozen=True, slots=True)
class QueueState:
    """`messages` is approximate. `oldest`: when the first message that is not being worked on was put there."""

    name: str
    messages: int
    oldest: datetime | None

    @property
    def poison(self) -> bool:
        """Its messages were given up by the host, after five tries each."""
        return self.name.endswith(_POISON)


def states(service: QueueServiceClient) -> Iterator[QueueState]:
    """All of them that exist: one listing, and at most two requests for each."""
    for prefix in _OURS:
        for queue in service.list_queues(name_starts_with=prefix):
            client = service.get_queue_client(queue.name)
            messages = client.get_queue_properties().approximate_message_count or 0
            first = client.peek_messages(max_messages=1) if messages else []
            yield QueueState(queue.name, messages, first[0].inserted_on if first else None)
