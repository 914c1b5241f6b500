"""Keeps the sightings of one source: each (kind, ID) once, merged, in the order of first appearance.

In memory up to a limit, which nearly no file reaches; from there on in a temporary SQLite file.
"""

from __future__ import annotations

import json
import tempfile
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shared.core.records import ErrorInfo, Place, Sighting, TimeSpan
from shared.speech.entity import newer_state

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

_REACHED = {"yes": 2, "no": 1, "unknown": 0, None: -1}
BATCH = 2_000


def merge(old: Sighting, new: Sighting) -> Sighting:
    """Two sightings of one ID in one source: the earlier wins, the later fills what is missing.

    Of an entity the newer state wins: a saved list shows what became of the job that an earlier answer created.
    """
    values: dict[str, Any] = {}
    better, other = (new, old) if newer_state(new, old) else (old, new)
    for item in fields(Sighting):
        first, second = getattr(better, item.name), getattr(other, item.name)
        values[item.name] = second if first is None or first == () else first
    values["first"], values["last"] = _places(old, new)
    values["events"] = tuple(dict.fromkeys(old.events + new.events))
    values["request_ids"] = tuple(dict.fromkeys(old.request_ids + new.request_ids))
    values["time"] = _span(old.time, new.time)
    values["error"] = _error(old.error, new.error)
    if _REACHED.get(new.reached, 0) > _REACHED.get(old.reached, 0):
        values["reached"], values["reached_by"] = new.reached, new.reached_by
    if old.attempts and new.attempts:
        values["attempts"] = old.attempts + new.attempts
    return replace(old, **values)


def _places(old: Sighting, new: Sighting) -> tuple[Place | None, Place | None]:
    firsts = [p for p in (old.first, new.first) if p]
    lasts = [p for p in (old.last, new.last) if p]
    return (
        min(firsts, key=lambda p: p.offset) if firsts else None,
        max(lasts, key=lambda p: p.offset) if lasts else None,
    )


def _span(old: TimeSpan | None, new: TimeSpan | None) -> TimeSpan | None:
    if old is None or new is None:
        return old or new
    if old.start is None or new.start is None:
        return old if old.start else new
    ends = [end for end in (old.end, new.end) if end]
    return TimeSpan(min(old.start, new.start), max(ends) if ends else None, old.basis)


def _error(old: ErrorInfo | None, new: ErrorInfo | None) -> ErrorInfo | None:
    if old is None or new is None:
        return old or new
    return ErrorInfo(old.code or new.code, old.http_status or new.http_status, old.message or new.message)


class Store:
    """`add` in any order; iterate as often as needed; `close` removes the temporary file."""

    def __init__(self, most_in_memory: int) -> None:
        self._most = most_in_memory
        self._memory: dict[tuple[str, str], tuple[int, Sighting]] = {}
        self._count = 0
        self._disk: _Disk | None = None

    def add(self, sighting: Sighting) -> None:
        key = (sighting.kind, sighting.id)
        known = self._memory.get(key)
        if known is not None:
            self._memory[key] = (known[0], merge(known[1], sighting))
            return
        self._count += 1
        if len(self._memory) >= self._most:
            self._spill()
        self._memory[key] = (self._count, sighting)

    def _spill(self) -> None:
        if self._disk is None:
            self._disk = _Disk()
        self._disk.write(self._memory)
        self._memory.clear()

    def __len__(self) -> int:
        if self._disk is None:
            return len(self._memory)
        self._flush()
        return self._disk.count()

    def __iter__(self) -> Iterator[Sighting]:
        if self._disk is None:
            for _, sighting in sorted(self._memory.values(), key=_appearance):
                yield sighting
            return
        self._flush()
        yield from self._disk.read()

    def _flush(self) -> None:
        if self._memory:
            self._spill()

    @property
    def spilled(self) -> bool:
        return self._disk is not None

    def close(self) -> None:
        self._memory.clear()
        if self._disk is not None:
            self._disk.close()
            self._disk = None


def _appearance(item: tuple[int, Sighting]) -> tuple[int, int]:
    number, sighting = item
    return (sighting.first.offset if sighting.first else 0, number)


class _Disk:
    """Sightings in the order they came, so that writing appends, and a small index by ID."""

    def __init__(self) -> None:
        import sqlite3

        self._folder = tempfile.TemporaryDirectory(prefix="extract-")
        self._db: sqlite3.Connection = sqlite3.connect(
            Path(self._folder.name) / "sightings.db", isolation_level=None, check_same_thread=False
        )
        for setting in ("journal_mode=OFF", "synchronous=OFF", "locking_mode=EXCLUSIVE", "cache_size=-8000"):
            self._db.execute(f"PRAGMA {setting}")
        self._db.execute("CREATE TABLE s (n INTEGER PRIMARY KEY, o INTEGER, j TEXT)")
        self._db.execute("CREATE TABLE k (k TEXT PRIMARY KEY, n INTEGER) WITHOUT ROWID")

    def write(self, found: dict[tuple[str, str], tuple[int, Sighting]]) -> None:
        items = iter(found.items())
        self._db.execute("BEGIN")
        while batch := [item for _, item in zip(range(BATCH), items, strict=False)]:
            self._write(batch)
        self._db.execute("COMMIT")

    def _write(self, batch: list[tuple[tuple[str, str], tuple[int, Sighting]]]) -> None:
        keys, rows = [], []
        for (kind, id_), (number, sighting) in batch:
            key = f"{id_}:{kind}"
            known = self._db.execute("SELECT s.n, j FROM k JOIN s ON s.n = k.n WHERE k = ?", (key,)).fetchone()
            if known is None:
                keys.append((key, number))
                rows.append(_row(number, sighting))
            else:
                rows.append(_row(known[0], merge(Sighting.from_json(json.loads(known[1])), sighting)))
        self._db.executemany("INSERT INTO k VALUES (?, ?)", sorted(keys))
        self._db.executemany("INSERT OR REPLACE INTO s VALUES (?, ?, ?)", rows)

    def count(self) -> int:
        return int(self._db.execute("SELECT count(*) FROM k").fetchone()[0])

    def read(self) -> Iterator[Sighting]:
        for (text,) in self._db.execute("SELECT j FROM s ORDER BY o, n"):
            yield Sighting.from_json(json.loads(text))

    def close(self) -> None:
        self._db.close()
        self._folder.cleanup()


def _row(number: int, sighting: Sighting) -> tuple[int, int, str]:
    return (number, sighting.first.offset if sighting.first else 0, json.dumps(sighting.to_json()))
