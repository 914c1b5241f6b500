"""What an inventory keeps in the tables: names of rows, changes, fingerprints, packed IDs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from typing import Any, Final

from shared.core import ids, times
from shared.core.records import Sighting
from shared.index import keys, rows
from shared.storage import tables
from shared.storage.tables import Key, Operation, Row

RECENT_ROW: Final = ".recent"
OPEN: Final = "~open:"
UNREAD: Final = "~todo:"
SEEN: Final = "~seen:"
REPORT: Final = "~report:"
LABELS: Final = "~label:"
LIVE: Final = "live"
GONE: Final = "gone"
_MOST_ROWS: Final = tables.MOST_ROWS - 1  # the record is in every transaction
_MOST_BYTES: Final = tables.MOST_BYTES - 600_000  # beside the largest record
PIECE: Final = 60_000  # bytes of a binary column (64 KiB at most), a multiple of 24 and of 16
ROW_BYTES: Final = 15 * PIECE  # of 1 MiB
MOST_RECENT: Final = ROW_BYTES // 24  # entities; the others cost one read each


def source_name(resource: str) -> str:
    return f"resource:{resource}"


def source_id(resource: str) -> str:
    return keys.source_id(source_name(resource))


@dataclass(frozen=True, slots=True)
class Change:
    """What shall stand in the index of one entity. `extra` columns go into all tables, `held` into `sources` only."""

    sighting: Sighting
    state: str = LIVE
    extra: Mapping[str, Any] = field(default_factory=dict)
    held: Mapping[str, Any] = field(default_factory=dict)
    also: tuple[Operation, ...] = ()  # rows of the same partition, stored together with it: history, things to do
    known_print: bytes = b""  # if it was computed already

    @property
    def hex32(self) -> str:
        found = ids.digits(self.sighting.id)
        if found is None:
            raise ValueError("an entity has an ID")
        return found

    @property
    def print(self) -> bytes:
        return self.known_print or fingerprint(self.sighting, self.state, self.extra)


def fingerprint(sighting: Sighting, state: str = LIVE, extra: Mapping[str, Any] | None = None) -> bytes:
    """8 bytes that stand for everything an answer would show."""
    content = json.dumps([sighting.to_json(), state, dict(extra or {})], sort_keys=True, separators=(",", ":"))
    return blake2b(content.encode("utf-8", "surrogatepass"), digest_size=8).digest()


def history_row(source: str, sighting: Sighting, hex32: str, *, moment: datetime, seen: datetime, **more: str) -> Row:
    """One state and the time it was entered."""
    key = keys.history_key(source, hex32, moment)
    told = {"at": times.text(moment), "seen": times.text(seen), "status": rows.filter_text(sighting.status or "")}
    return tables.row_at(key, {"kind": sighting.kind, **told, **more})


def batches(groups: Sequence[Sequence[Operation]]) -> Iterator[list[Operation]]:
    """At least one, also of nothing: the record is written in any case. A group is never torn apart."""
    batch: list[Operation] = []
    size = 0
    for group in groups:
        weight = sum(_weight(op.row) for op in group)
        if batch and (len(batch) + len(group) > _MOST_ROWS or size + weight > _MOST_BYTES):
            yield batch
            batch, size = [], 0
        batch += group
        size += weight
    yield batch


def _weight(row: Row) -> int:
    return 1500 + sum(2 * len(value) for value in row.values() if isinstance(value, (str, bytes)))


def recent_row(source: str, recent: Mapping[bytes, bytes]) -> Row:
    """At most MOST_RECENT of them."""
    packed = b"".join(key + value for key, value in recent.items())
    return tables.row_at(Key(source, RECENT_ROW), {"kind": keys.SOURCE_KIND, **pieces(packed)})


def pieces(packed: bytes) -> dict[str, bytes]:
    return {f"bytes{n:02d}": packed[start : start + PIECE] for n, start in enumerate(range(0, len(packed), PIECE))}


def joined(row: Row) -> bytes:
    return b"".join(row[name] for name in sorted(row) if name.startswith("bytes"))


def audio_key(digest: str, hex32: str, source: str) -> Key:
    """Never the two digits of an ID as partition: a look-up by ID does not meet these rows."""
    return Key(f"audio-{digest[:2]}", f"{digest}:{hex32}:{source}")


def audio_keys(packed: bytes, hex32: str, source: str) -> list[Key]:
    """Of hashes that stand one after the other, 16 bytes each."""
    return [audio_key(packed[at : at + 16].hex(), hex32, source) for at in range(0, len(packed), 16)]
