"""A random life of a Speech resource, the syncs that watch it, and what must be true of the index afterwards.

The world remembers what each job was at each moment. Promises are made by syncs that say they were complete:

    a job that was listed during the whole of such a pass is in the index, with a status that is not older than the pass
"""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from typing import Any

import requests
from azure.data.tables import TableServiceClient

from shared.core import ids
from shared.index import rows
from shared.inventory import SyncOptions, SyncResult, resource_run, sync_resource
from shared.inventory import rows as inventory_rows
from shared.inventory.audio_index import find_audio
from shared.inventory.timing import Patience, Timing
from shared.settings import Settings, SpeechResource
from shared.storage.retry import Patience as StoragePatience
from shared.storage.tables import IDS, SOURCES, TIMELINE, Index
from tests.fakes.clock import StillClock
from tests.fakes.speech import FakeSpeech
from tests.fakes.speech_state import FINAL, Audio
from tests.fakes.tables import Crash, TableDouble, all_rows

PAGE = 10
FAULTS = (
    "401",
    "403",
    "404",
    "429",
    "429-date",
    "429-bare",
    "500",
    "503",
    "half",
    "reset",
    "repeat",
    "loop",
    "foreign",
    "shuffle",
    "no-self",
    "nulls",
    "unknown",
    "null-link",
    "skew",
    "not-json",
    "302",
    "slow",
)
HIDING = ("repeat", "loop", "shuffle", "no-self")  # a pass with these has not listed what it should have
STORAGE_FAULTS = ("refused", "lost", "dies", "dies after")


@dataclass
class Life:
    """What one job was: its statuses in order, and whether it is still there."""

    statuses: list[str]
    number: str  # in the name of its audio file, and perhaps in its own
    alive: bool = True


@dataclass
class World:
    seed: int
    tables: TableServiceClient | TableDouble
    prefix: str = ""
    lives: dict[str, Life] = field(default_factory=dict)
    promised: dict[str, int] = field(default_factory=dict)  # ID -> the oldest status that may still be stored
    passes: int = 0
    crashes: int = 0
    quiet: bool = False

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)
        self.clock = StillClock()
        self.fake = FakeSpeech(self.clock, page=PAGE)
        self.fake.after_list = lambda _count: None if self.quiet else self.meddle(0.5)
        tables: Any = self.tables
        self.index = Index(
            tables,
            self.prefix,
            clock=self.clock,
            sleep=self.clock.sleep,
            monotonic=self.clock.monotonic,
            patience=StoragePatience(3),
        )
        resource = SpeechResource("prod", self.fake.endpoint, "westeurope", self.fake.key)
        self.settings = Settings(resources=(resource,), sync_run_seconds=60)
        self.session = requests.Session()

    # --- the resource's own life

    def create(self) -> None:
        status = self.random.choice(("NotStarted", "NotStarted", "Running", "Succeeded", "Failed", "Strange"))
        ttl = self.random.choice((6, 12, 48))
        job = self.fake.state.add(status=status, ttl_hours=ttl)
        number = f"0170{len(self.lives):07d}"
        job.audio = (Audio(f"https://contoso.example/{number}.wav?sig=secret"),)
        job.name = self.random.choice((job.name, f"Caller {number}", f"calls/{number}.wav"))
        self.lives[job.id] = Life([status], number)

    def meddle(self, chance: float) -> None:
        """What other programs do, also between two pages of a list."""
        while self.random.random() < chance:
            self.random.choice(
                (self.create, self.create, self.change, self.change, self.delete, self.delete, self.tick)
            )()
        self._expire()

    def change(self) -> None:
        key = self._any()
        if key is not None:
            status = self.random.choice(("Running", "Succeeded", "Failed", "Paused"))
            self.fake.state.change(key, status, ("InvalidUri", "no such file") if status == "Failed" else None)
            self.lives[key].statuses.append(status)

    def delete(self) -> None:
        key = self._any()
        if key is not None and self.fake.state.delete(key):
            self.lives[key].alive = False

    def tick(self) -> None:
        self.clock.advance(seconds=self.random.randrange(1, 50))

    def _any(self) -> str | None:
        """Mostly an old one: those shift the pages that are still to be read."""
        alive = list(self.fake.state.alive(("transcriptions",)))
        if not alive:
            return None
        return alive[int(len(alive) * self.random.random() ** 3)]

    def _expire(self) -> None:
        alive = self.fake.state.alive(("transcriptions",))
        for key, life in self.lives.items():
            life.alive = life.alive and key in alive

    # --- syncs

    def sync(self, *, full: bool = False) -> SyncResult | None:
        """One sync; None if the process died in it. Keeps the promise that a complete one makes."""
        self._expire()
        before = {key: len(life.statuses) - 1 for key, life in self.lives.items() if life.alive}
        hiding = sum(self.fake.faults.happened[kind] for kind in HIDING)
        try:
            report = sync_resource(
                self.settings.resources[0],
                self.settings,
                self.index,
                SyncOptions(
                    full=full,
                    read_files=self.random.random() < 0.4,
                    timing=Timing(self.clock, self.clock.sleep, self.random.random),
                    patience=Patience(tries=3, seconds=30),
                ),
            )
        except Crash:
            self.crashes += 1
            return None
        self._expire()
        clean = sum(self.fake.faults.happened[kind] for kind in HIDING) == hiding
        if report.status == "joined":
            return report
        if report.status == "done" and report.mode == "full" and not self._resumed:
            self._hidden = False
        self._hidden |= not clean
        if report.status == "done" and report.complete and not self._hidden and not self._resumed:
            self.passes += 1
            self.promised |= {key: place for key, place in before.items() if self.lives[key].alive}
            self._check_now(before)
        self._resumed = report.status in ("continue", "failed")
        return report

    def _check_now(self, before: dict[str, int]) -> None:
        """A complete pass keeps its promise at once, not only after the next one; and what lives is not gone."""
        if isinstance(self.tables, TableDouble):
            self.tables.plan = lambda _number: None  # its own requests shall not fail
        stored = {row["RowKey"][:32]: rows.stored(row) for row in self.index.scan(all_rows(IDS))}
        for key, place in before.items():
            life = self.lives[key]
            if life.alive:
                found = stored[key.replace("-", "")]
                assert found.sighting.status in life.statuses[place:], f"{key}: {found.sighting.status} of {life}"
                assert found.state == "live" or self.fake.faults.happened["404"], key

    _resumed: bool = False
    _hidden: bool = False  # a pass did not see all: only a full one can make up for it

    def settle(self) -> None:
        """The faults stop; two full passes run, the last one without anybody meddling."""
        self.fake.faults.clear()
        if isinstance(self.tables, TableDouble):
            self.tables.plan = lambda _number: None
        self.clock.advance(minutes=11)  # the lease of a run that died
        self._full()
        self.clock.advance(hours=25)
        self.quiet = True
        self._full()

    def _full(self) -> None:
        for _ in range(20):
            report = self.sync(full=True)
            assert report is not None
            if report.status == "done":
                return
            assert report.status == "continue", report
        raise AssertionError("a full pass never ended")

    # --- what must be true

    def check(self) -> None:
        stored = {
            row["RowKey"][:32]: rows.stored(row)
            for row in self.index.scan(all_rows(IDS))
            if "transcription" in row["RowKey"]
        }
        alive = {k.replace("-", ""): e for k, e in self.fake.state.alive(("transcriptions",)).items()}
        for hex32, entity in alive.items():
            found = stored[hex32]
            assert (found.state, found.sighting.status) == ("live", entity.status), f"{hex32} {found} {entity}"
        for hex32, found in stored.items():
            assert (found.state == "live") == (hex32 in alive), f"{hex32} is {found.state}"
        for key, oldest in self.promised.items():
            life, found = self.lives[key], stored[key.replace("-", "")]
            assert found.sighting.status in life.statuses[oldest:], f"{key}: {found.sighting.status} of {life}"
        self._check_tables(stored)
        self._check_history(alive)
        self._check_audio(stored)
        self._check_names()

    def _check_tables(self, stored: dict[str, Any]) -> None:
        """Each entity stands once in each table, at the place that `sources` names."""
        source = inventory_rows.source_id("prod")
        held = {r["RowKey"]: r for r in self.index.scan(all_rows(SOURCES)) if r.get("timelineRow")}
        assert {k.split(":")[1] for k in held if k.startswith("transcription:")} == set(stored)
        timeline = {(r["PartitionKey"], r["RowKey"]): r for r in self.index.scan(all_rows(TIMELINE))}
        assert set(timeline) == {key for r in held.values() for key in rows.timeline_keys_of(r)}
        assert not any(r.get(rows.LEFT) for r in held.values())
        assert all(r["print"] and r["sourceId"] == source for r in held.values())
        for row in timeline.values():
            other = stored.get(row["RowKey"].split(":")[-2])
            if other is not None:
                assert rows.stored(row) == replace(other, indexed=rows.stored(row).indexed)
        found = resource_run.read_record(self.index, "prod")
        assert found is not None
        counted: dict[str, int] = {}
        for one in stored.values():
            name = "gone" if one.state == "gone" else one.sighting.status
            counted[name] = counted.get(name, 0) + 1
        assert found.extra["statuses"].get("transcription", {}) == counted

    def _check_history(self, alive: dict[str, Any]) -> None:
        for hex32, entity in alive.items():
            history = resource_run.read_history(self.index, "prod", hex32)
            assert history[0]["status"] == entity.status
            known = self.lives[ids.dashed(hex32)].statuses
            assert all(row["status"] in known for row in history)

    def _check_names(self) -> None:
        """No name that ends like a file is stored, nor one that the report of the job told."""
        stored = [dict(row) for table in (IDS, TIMELINE, SOURCES) for row in self.index.scan(all_rows(table))]
        text = json.dumps(stored, default=str)
        assert ".wav" not in text
        for key, life in self.lives.items():
            report = resource_run.read_report(self.index, "prod", key.replace("-", ""))
            if report is not None and report.get("errors") is not None:
                assert life.number not in text, key

    def _check_audio(self, stored: dict[str, Any]) -> None:
        """What was rescued can be looked up by the name of the audio file; what was not is still to be done."""
        held = {r["RowKey"]: r for r in self.index.scan(all_rows(SOURCES))}
        for hex32, found in stored.items():
            todo = held[f"transcription:{hex32}"].get("todoRow")
            report = resource_run.read_report(self.index, "prod", hex32)
            if report is not None and report.get("errors") is not None:
                [match] = find_audio(self.index, f"{self.lives[ids.dashed(hex32)].number}.WAV")
                assert (match.transcription, match.name) == (ids.dashed(hex32), "")
            finished = found.state == "live" and found.sighting.status in FINAL
            assert bool(todo) == (finished and report is None)
            assert not todo or todo in held
        todos = {key for key in held if key.startswith("~todo:")}
        assert todos == {r["todoRow"] for r in held.values() if r.get("todoRow")}


def live_through(world: World) -> None:
    """One random schedule."""
    with world.fake:
        for _ in range(world.random.randrange(45)):
            world.create()
        for _ in range(world.random.randrange(3, 8)):
            _bad_luck(world)
            world.meddle(0.8)
            world.sync(full=world.random.random() < 0.3)
            if isinstance(world.tables, TableDouble):
                world.tables.plan = lambda _number: None
            world.clock.advance(minutes=world.random.choice((1, 15, 15, 60, 400, 1500)))
        world.settle()
        world.check()


def _bad_luck(world: World) -> None:
    for _ in range(world.random.randrange(3)):
        kind = world.random.choice(FAULTS)
        value: Any = timedelta(hours=world.random.choice((-3, 3))) if kind == "skew" else None
        if kind == "slow":
            value = partial(world.clock.advance, seconds=world.random.choice((2, 20, 200)))
        match = "transcriptions" if world.random.random() < 0.8 else ""
        world.fake.faults.add(
            kind, match, times=world.random.choice((1, 1, 2, 6)), after=world.random.randrange(5), value=value
        )
    if isinstance(world.tables, TableDouble) and world.random.random() < 0.5:
        kind = world.random.choice(STORAGE_FAULTS)
        due = sum(world.tables.requests.values()) + world.random.randrange(1, 40)
        world.tables.plan = lambda number: kind if number == due else None
