"""What the fake Speech service holds: entities that are created, change, expire on its clock and are deleted."""

from __future__ import annotations

import hashlib
import heapq
import threading
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from shared.core import ids

COLLECTIONS: Final = (
    "transcriptions",
    "datasets",
    "models",
    "models/base",
    "endpoints",
    "evaluations",
    "projects",
    "webhooks",
)
FINAL: Final = frozenset({"Succeeded", "Failed"})


def fake_id(seed: object) -> str:
    """A GUID that is plainly made up (`fa4e....`) and the same for the same seed, version 4 in form."""
    hex32 = hashlib.blake2b(repr(seed).encode(), digest_size=16).hexdigest()
    return ids.dashed("fa4e" + hex32[4:12] + "4" + hex32[13:16] + "a" + hex32[17:])


@dataclass(slots=True)
class Audio:
    """One audio file of a transcription, as its report tells of it."""

    source: str
    error: str | None = None


@dataclass(slots=True)
class Entity:
    """One entity; `self` and the JSON form depend on who asks (`speech_shapes`)."""

    collection: str
    id: str
    created: datetime
    last_action: datetime
    status: str = "NotStarted"
    name: str = ""
    locale: str = "en-US"
    ttl_hours: float | None = 48
    error: tuple[str, str] | None = None
    audio: tuple[Audio, ...] = ()
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def expires(self) -> datetime | None:
        """The time to live counts from the end of the job."""
        if self.collection != "transcriptions" or self.ttl_hours is None or self.status not in FINAL:
            return None
        return self.last_action + timedelta(hours=self.ttl_hours)


class SpeechState:
    """All entities of one Speech resource. Every method may be called while a client is paging."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self.clock = clock
        self.lock = threading.RLock()
        self._order: dict[str, list[Entity]] = {c: [] for c in COLLECTIONS}
        self._by_id: dict[str, Entity] = {}
        self._expiry: list[tuple[datetime, str]] = []
        self._made = 0
        self.expired: list[str] = []

    def add(self, collection: str = "transcriptions", *, age: timedelta = timedelta(0), **values: Any) -> Entity:
        """A new entity, `age` old; more by `Entity`'s names."""
        with self.lock:
            self._made += 1
            now = self.clock() - age
            key = values.pop("id", None) or fake_id((collection, self._made))
            values.setdefault("name", f"{collection} {self._made}")
            entity = Entity(collection, key, created=now, last_action=values.pop("last_action", now), **values)
            order = self._order[collection]
            order.append(entity)
            if len(order) > 1 and order[-2].created > entity.created:
                order.sort(key=lambda e: e.created)
            self._by_id[entity.id] = entity
            self._schedule(entity)
            return entity

    def fill(self, count: int, *, age: timedelta = timedelta(0), **values: Any) -> None:
        """Many transcriptions at once, one a second, the last one `age` old; cheap enough for a million."""
        now = self.clock() - age
        order = self._order["transcriptions"]
        for n in range(count):
            moment = now - timedelta(seconds=count - n)
            # all digits vary here: rows must spread over the partitions as those of real IDs do
            key = str(uuid.UUID(bytes=hashlib.blake2b(b"%d" % n, digest_size=16).digest(), version=4))
            entity = Entity("transcriptions", key, moment, moment, name=f"job {n}", **values)
            order.append(entity)
            self._by_id[entity.id] = entity
            self._schedule(entity)

    def _schedule(self, entity: Entity) -> None:
        if (moment := entity.expires) is not None:
            heapq.heappush(self._expiry, (moment, entity.id))

    def change(self, key: str, status: str, error: tuple[str, str] | None = None) -> None:
        """Enter a status now."""
        with self.lock:
            entity = self._by_id[key]
            entity.status, entity.error, entity.last_action = status, error, self.clock()
            self._schedule(entity)

    def delete(self, key: str) -> bool:
        """Another program deletes it; False when it does not exist (any more)."""
        with self.lock:
            entity = self._by_id.pop(key, None)
            if entity is not None:
                self._order[entity.collection].remove(entity)
            return entity is not None

    def _purge(self) -> None:
        now = self.clock()
        while self._expiry and self._expiry[0][0] <= now:
            moment, key = heapq.heappop(self._expiry)
            entity = self._by_id.get(key)
            if entity is not None and entity.expires == moment:
                self.delete(key)
                self.expired.append(key)

    def get(self, collection: str, key: str) -> Entity | None:
        """The entity, if it is listed now."""
        with self.lock:
            self._purge()
            entity = self._by_id.get(key.lower())
            return entity if entity is not None and entity.collection == collection else None

    def all(self, collection: str = "transcriptions") -> list[Entity]:
        """What is listed now, oldest first. Not a copy: for reading under the lock."""
        with self.lock:
            self._purge()
            return self._order[collection]

    def alive(self, collections: Iterable[str] = COLLECTIONS) -> dict[str, Entity]:
        """By ID."""
        with self.lock:
            self._purge()
            return {e.id: e for c in collections for e in self._order[c]}
