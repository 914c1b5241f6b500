"""An index of any number of made-up sightings over 90 days, as logs and inventories of a busy company leave them.

Four of five are sessions, in logs of 40 that cover an hour each; the others are transcriptions of four Speech
resources, and a few datasets. Values have the shares that make filters easy (70 %) and hard (0.01 %).
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from shared.core import ids, times
from shared.core.records import ErrorInfo, Place, Sdk, Sighting, TimeSpan
from shared.index import keys, rows, source_record
from shared.index.rows import Origin, SightingRows
from shared.index.source_record import SourceRecord
from shared.storage.tables import IDS, NOTES, SOURCES, TIMELINE, Row
from tests.fakes.big_tables import BigTable, BigTables

END: Final = datetime(2026, 11, 22, tzinfo=UTC)
HOURS: Final = 90 * 24
PER_LOG: Final = 40
COLUMNS: Final = (
    "kind",
    "sourceId",
    "region",
    "reached",
    "status",
    "errorCode",
    "sdkVersion",
    "locale",
    "displayName",
    "resource",
    "state",
    "source",
    "name",
)
_REGIONS: Final = (("westeurope", 70), ("eastus", 15), ("northeurope", 10), ("japaneast", 4), ("brazilsouth", 1))
_ERRORS: Final = (
    (None, 9400),
    ("AuthenticationFailure", 300),
    ("ConnectionFailure", 255),
    ("TooManyRequests", 44),
    ("RuntimeError", 1),
)
_VERSIONS: Final = (("1.40.0", 600), ("1.38.0", 250), ("1.44.0", 100), ("1.30.0", 49), ("1.20.0", 1))
_RESOURCES: Final = (("prod", 60), ("calls", 25), ("test", 14), ("rare", 1))
_LOCALES: Final = (("en-US", 60), ("fr-FR", 30), ("de-DE", 10))


class Many:
    """Sighting `n` is always the same: everything about it comes from its number."""

    def __init__(self, count: int) -> None:
        self.count = count

    @property
    def name(self) -> str:
        """A display name that one transcription has."""
        return self.sighting(self._number("transcription")).display_name or ""

    def id_of(self, kind: str) -> str:
        return self.sighting(self._number(kind)).id

    def source_of(self, kind: str) -> str:
        return self.origin(self._number(kind)).source

    def sighting(self, number: int) -> Sighting:
        made = random.Random(number)
        hex32 = f"{made.getrandbits(48):012x}4{made.getrandbits(12):03x}8{made.getrandbits(60):015x}"
        if number % 5:
            return self._session(number, hex32, made)
        return self._entity(number, hex32, made)

    def origin(self, number: int) -> Origin:
        indexed = times.text(END)
        if number % 5:
            return Origin(f"blob:logs/{number // PER_LOG:06d}.log", self._hour(number), indexed, attempt=1)
        name = _pick(_RESOURCES, random.Random(-number))
        return Origin(f"resource:{name}", END, indexed, resource=name)

    def made(self, number: int) -> SightingRows:
        state = None
        if number % 5 == 0:
            state = "live" if self._hour(number) > END - timedelta(days=20) else "gone"
        found = rows.make(self.sighting(number), self.origin(number), state=state)
        assert found is not None
        return found

    def records(self) -> Iterator[SourceRecord]:
        for log in range(-(-self.count // PER_LOG)):
            hour = self._hour(log * PER_LOG)
            span = {"start": times.text(hour), "end": times.text(hour + timedelta(hours=1))}
            yield SourceRecord(
                source=f"blob:logs/{log:06d}.log",
                status=source_record.DONE,
                modified=times.text(hour),
                extra={"span": span},
            )

    def all_rows(self) -> dict[str, list[Row]]:
        """Everything, for real tables."""
        made = [self.made(number) for number in range(self.count)]
        known = list(self.records())
        return {
            IDS: [one.ids for one in made],
            TIMELINE: [row for one in made for row in one.timelines] + [one.timeline_row() for one in known],
            SOURCES: [one.row() for one in known],
            NOTES: [],
        }

    def big_tables(self) -> BigTables:
        columns: list[tuple[Any, ...]] = []
        shared: dict[Any, Any] = {}
        by_id = BigTable(COLUMNS, columns, lambda n, p, r: {**self.made(n).ids, "PartitionKey": p, "RowKey": r})
        by_time = BigTable(COLUMNS, columns, self._timeline_row)
        for number in range(self.count):
            made = self.made(number)
            columns.append(tuple(shared.setdefault(v := made.timeline.get(c), v) for c in COLUMNS))
            by_id.add(made.ids["PartitionKey"], made.ids["RowKey"], number)
            for row in made.timelines:
                by_time.add(row["PartitionKey"], row["RowKey"], number)
        by_source = BigTable(COLUMNS, columns, lambda n, p, r: self._known[n - self.count].row())
        self._known = list(self.records())
        for number, one in enumerate(self._known, self.count):
            row = one.timeline_row()
            columns.append(tuple(row.get(c) for c in COLUMNS))
            by_time.add(row["PartitionKey"], row["RowKey"], number)
            by_source.add(*keys.record_key(one.source_id), number)
        tables = {IDS: by_id, TIMELINE: by_time, SOURCES: by_source, NOTES: BigTable(COLUMNS, columns, lambda *_: {})}
        for table in tables.values():
            table.ready()
        return BigTables(tables)

    def _timeline_row(self, number: int, partition: str, row_key: str) -> Row:
        if number >= self.count:
            return self._known[number - self.count].timeline_row()
        return {**self.made(number).timeline, "PartitionKey": partition, "RowKey": row_key}

    def _session(self, number: int, hex32: str, made: random.Random) -> Sighting:
        code = _pick(_ERRORS, made)
        reached = "no" if code == "ConnectionFailure" and made.random() < 0.8 else "yes"
        start = self._hour(number) + timedelta(milliseconds=made.randrange(3_600_000))
        region = str(_pick(_REGIONS, made))
        return Sighting(
            "session",
            hex32,
            found_by="native-started@1",
            first=Place(27, 4011),
            last=Place(1330, 202114),
            time=TimeSpan(times.text(start), times.text(start + timedelta(seconds=40))),
            region=region,
            host=f"{region}.stt.speech.microsoft.com",
            events=("started", "connected", "stopped"),
            reached=reached,
            language="en-US",
            mode="conversation",
            sdk=Sdk(_pick(_VERSIONS, made), "Python", "Linux"),
            attempts=1,
            request_ids=(f"{made.getrandbits(128):032x}",),
            error=ErrorInfo(code, 401, "It failed.") if code else None,
        )

    def _entity(self, number: int, hex32: str, made: random.Random) -> Sighting:
        kind = "dataset" if number % 5000 == 5 else "transcription"
        created = self._hour(number) + timedelta(milliseconds=made.randrange(3_600_000))
        recent = created > END - timedelta(hours=2)
        status = "Failed" if made.random() < 0.03 else "Running" if recent else "Succeeded"
        id_ = ids.dashed(hex32)
        return Sighting(
            kind,
            id_,
            found_by="inventory@1",
            region="westeurope",
            host="westeurope.api.cognitive.microsoft.com",
            self_url=f"https://westeurope.api.cognitive.microsoft.com/speechtotext/{kind}s/{id_}?api-version=2025-10-15",
            status=status,
            api_version="2025-10-15",
            locale=_pick(_LOCALES, made),
            display_name=f"Call {number}",
            created=times.text(created),
            last_action=times.text(created),
            time_to_live_hours=48.0,
        )

    def _hour(self, number: int) -> datetime:
        """Of the log that the sighting is in: logs come one after the other."""
        log = number // PER_LOG
        return END - timedelta(hours=HOURS - log * HOURS // -(-self.count // PER_LOG))

    def _number(self, kind: str) -> int:
        wanted = self.count // 2
        while (wanted % 5 == 0) != (kind == "transcription") or wanted % 5000 == 5:
            wanted += 1
        return wanted


def _pick(shares: tuple[tuple[Any, int], ...], made: random.Random) -> Any:
    values, weights = zip(*shares, strict=True)
    return made.choices(values, weights)[0]
