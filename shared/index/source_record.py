"""The source record: one row per source with its status, and the lease of the worker that processes it.

                begin                    finish
    (no row) ----------> running --------------------------------------> done
                           |  \\                                           |
                           |   `--- fail ---> failed --- begin ---> running (attempt + 1)
                           `--- lease expired: begin takes over (attempt + 1)

The same record stands in `sources` under its source, which decides, and in `timeline` as kind `source`, for lists.
The copy is written second, so it may be older, but then it is still `open` and the sweep looks at the original.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final, Self

from shared.core import times
from shared.core.records import NearMiss, Record
from shared.index import keys, rows
from shared.storage import tables
from shared.storage.lease import LeaseRecord, lease_fields
from shared.storage.tables import Key, Row

RUNNING: Final = "running"
DONE: Final = "done"
FAILED: Final = "failed"
_MOST_NOTED: Final = 100  # near misses and notices that a record keeps


@dataclass(frozen=True, slots=True)
class Failure(Record):
    """Why an attempt failed. `retryable`: a transient failure; the sweep tries again."""

    code: str
    message: str
    retryable: bool = False


@dataclass(frozen=True, slots=True)
class SourceRecord(LeaseRecord):
    """Times are ISO 8601 text. Only `running` work and cleaning up hold a lease."""

    source: str
    status: str
    attempt: int = 1
    etag: str | None = None
    modified: str | None = None
    size: int | None = None
    started: str | None = None
    finished: str | None = None
    format: str | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    notices: tuple[str, ...] = ()
    near_misses: tuple[NearMiss, ...] = ()
    redacted: Mapping[str, int] = field(default_factory=dict)
    error: Failure | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)
    version: str | None = None  # of the extraction that read it
    newer_etag: str | None = None  # of content that was delivered while this one was being read
    run_once_more: bool = False  # a sync was requested while one was running
    worker: str | None = None  # for people
    done_attempt: int | None = None  # the last one that ended well: its rows are what the source holds
    failures: int = 0  # of this content, one after the other
    not_before: str | None = None  # a failed one is not tried again before
    older_rows: bool = False  # rows of older attempts are still to be removed
    stale: bool = False  # a worker that is `alive_until` read other content: it may have overwritten rows of this one

    @property
    def source_id(self) -> str:
        return keys.source_id(self.source)

    @property
    def name(self) -> str:
        """Without what kind of source it is and without the container."""
        kind, _, rest = self.source.partition(":")
        return (rest.partition("/")[2] if kind == "blob" else rest) or self.source

    @property
    def span(self) -> tuple[datetime, datetime] | None:
        """From the first to the last time of its sightings."""
        told = self.extra.get("span") or {}
        start, end = times.try_parse(told.get("start")), times.try_parse(told.get("end"))
        return (start, end) if start and end else None

    @property
    def open(self) -> bool:
        """Is there anything left for the sweep?"""
        if self.status == FAILED:  # Older rows are not touched then: they are the best that is known.
            return self.error is not None and self.error.retryable
        return self.status == RUNNING or self.older_rows or bool(self.newer_etag or self.alive_until)

    @property
    def shown_attempt(self) -> int:
        """Whose rows are the answer to "what did this source hold"."""
        return self.done_attempt or self.attempt

    def marked(self, row: Mapping[str, Any]) -> Self:
        return replace(self, newer_etag=row.get("newerEtag") or None, run_once_more=row.get("runOnceMore", False))

    def to_json(self) -> dict[str, Any]:
        """For callers: what happened, not how the work is shared out."""
        found: dict[str, Any] = {"source": self.source, "sourceId": self.source_id, "name": self.name}
        for name in ("status", "attempt", "etag", "modified", "size", "started", "finished", "format"):
            found[name] = getattr(self, name)
        found |= {**self._details(), **self.extra, "again": self._again}
        return {name: value for name, value in found.items() if value not in (None, (), {}, [])}

    @property
    def _again(self) -> str | None:
        """The public field: the newer version, or that a sync was requested."""
        return self.newer_etag or ("asked" if self.run_once_more else None)

    def _details(self) -> dict[str, Any]:
        return {
            "counts": dict(self.counts),
            "notices": list(self.notices[:_MOST_NOTED]),
            "nearMisses": [miss.to_json() for miss in self.near_misses[:_MOST_NOTED]],
            "redacted": dict(self.redacted),
            "error": self.error.to_json() if self.error else None,
        }

    def columns(self) -> Row:
        """As stored, without keys. Written with `store.replace`: a merge would leave the tail of a longer JSON."""
        texts = {
            "kind": keys.SOURCE_KIND,
            "source": self.source,
            "sourceId": self.source_id,
            "name": self.name,
            "status": self.status,
            "etag": self.etag,
            "modified": self.modified,
            "started": self.started,
            "finished": self.finished,
            "format": self.format,
            "version": self.version,
            "newerEtag": self.newer_etag,
            "worker": self.worker,
            "notBefore": self.not_before,
            "size": self._size_text(),
        }
        numbers = {
            "attempt": self.attempt,
            "doneAttempt": self.done_attempt or 0,
            "failures": self.failures,
            "olderRows": self.older_rows,
            "stale": self.stale,
            "runOnceMore": self.run_once_more,
            "open": self.open,
        }
        details = rows.json_columns(rows.capped({**self._details(), "extra": dict(self.extra)}))
        filled = {name: value or "" for name, value in texts.items()}
        return {**filled, **numbers, **details, **self.lease_columns()}

    def _size_text(self) -> str:
        return "" if self.size is None else str(self.size)  # an integer column ends at 2 GiB

    def row(self) -> Row:
        key = keys.record_key(self.source_id)
        return tables.row_at(key, self.columns())

    def timeline_key(self) -> Key | None:
        """None if it is not known when the source changed (it was gone before it was read)."""
        moment = times.try_parse(self.modified)
        return keys.source_timeline_key(moment, self.source_id) if moment else None

    def timeline_row(self) -> Row:
        key = self.timeline_key()
        if key is None:
            raise ValueError("a source record without a modified time has no place in the timeline")
        return tables.row_at(key, self.columns())


def from_row(row: Mapping[str, Any]) -> SourceRecord:
    """From either table."""
    data = rows.json_of(row)
    error = data.get("error")
    return SourceRecord(
        source=row["source"],
        status=row["status"],
        attempt=row.get("attempt", 1),
        etag=row.get("etag") or None,
        modified=row.get("modified") or None,
        size=int(row["size"]) if row.get("size") else None,
        started=row.get("started") or None,
        finished=row.get("finished") or None,
        format=row.get("format") or None,
        counts=data.get("counts", {}),
        notices=tuple(data.get("notices", ())),
        near_misses=tuple(NearMiss.from_json(miss) for miss in data.get("nearMisses", ())),
        redacted=data.get("redacted", {}),
        error=Failure.from_json(error) if error else None,
        extra=data.get("extra", {}),
        version=row.get("version") or None,
        newer_etag=row.get("newerEtag") or None,
        run_once_more=row.get("runOnceMore", False),
        worker=row.get("worker") or None,
        done_attempt=row.get("doneAttempt") or None,
        failures=row.get("failures", 0),
        not_before=row.get("notBefore") or None,
        older_rows=row.get("olderRows", False),
        stale=row.get("stale", False),
        **lease_fields(row),
    )
