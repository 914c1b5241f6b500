"""What the record of a Speech resource keeps between runs: the only place that reads and writes its JSON.

Whatever does not fit (another version wrote it) counts as not known: the next full pass finds it out anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from shared.inventory.service_errors import Problem

Counts = Mapping[str, int]


class SyncMode(StrEnum):
    FULL = "full"
    INCREMENTAL = "incremental"


@dataclass(frozen=True, slots=True)
class ListPlace:
    """The place of a full pass in one list: `url` is the next page, `ended` that it was the last."""

    kind: str
    url: str | None = None
    ended: bool = False
    seen: int | None = None  # how many IDs are kept; None: none were, so nothing can go on from here
    asked: int = 0  # how many of the missing were asked for
    items: int = 0
    pages: int = 0
    page_size: int = 0
    shifts: int = 0
    nameless: int = 0
    complete: bool = True

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> ListPlace:
        numbers = ("asked", "items", "pages", "shifts", "nameless")
        return cls(
            _text(data.get("list")) or "",
            _text(data.get("url")),
            data.get("ended") is True,
            _number(data["seen"]) if data.get("seen") is not None else None,
            page_size=_number(data.get("pageSize")),
            complete=data.get("complete") is True,
            **{name: _number(data.get(name)) for name in numbers},
        )

    def to_json(self) -> dict[str, Any]:
        return {
            "list": self.kind,
            "url": self.url,
            "ended": self.ended,
            "seen": self.seen,
            "asked": self.asked,
            "items": self.items,
            "pages": self.pages,
            "pageSize": self.page_size,
            "shifts": self.shifts,
            "nameless": self.nameless,
            "complete": self.complete,
        }


@dataclass(frozen=True, slots=True)
class PassProgress:
    """A full pass that several runs share. It goes on only with the same resource in the same API version."""

    identity: str
    api_version: str
    started: str
    done: tuple[str, ...] = ()  # kinds
    place: ListPlace | None = None

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> PassProgress:
        done, place = data.get("done"), _mapping(data.get("place"))
        return cls(
            _text(data.get("identity")) or "",
            _text(data.get("apiVersion")) or "",
            _text(data.get("started")) or "",
            tuple(kind for kind in done if isinstance(kind, str)) if isinstance(done, list) else (),
            ListPlace.from_json(place) if place else None,
        )

    def to_json(self) -> dict[str, Any]:
        return {
            "identity": self.identity,
            "apiVersion": self.api_version,
            "started": self.started,
            "done": list(self.done),
            "place": self.place.to_json() if self.place else None,
        }


@dataclass(frozen=True, slots=True)
class RequestCounts:
    """Requests to the service: of the last run, and of all."""

    last: int = 0
    total: int = 0

    def to_json(self) -> dict[str, int]:
        return {"last": self.last, "total": self.total}


@dataclass(frozen=True, slots=True)
class FilesRead:
    """Of how many jobs the files were read, and when the last time."""

    jobs: int
    at: str

    def to_json(self) -> dict[str, Any]:
        return {"jobs": self.jobs, "at": self.at}


@dataclass(frozen=True, slots=True)
class LastError:
    problem: Problem
    at: str

    def to_json(self) -> dict[str, str]:
        return self.problem.to_json() | {"at": self.at}


@dataclass(frozen=True, slots=True)
class ResourceState:
    """Times are ISO 8601 text. Problems are by list, statuses by kind, watermarks by kind."""

    mode: SyncMode | None = None
    identity: str | None = None
    api_version: str | None = None
    last_success: str | None = None
    last_full: str | None = None
    last_error: LastError | None = None
    problems: Mapping[str, Problem] = field(default_factory=dict)
    statuses: Mapping[str, Counts] = field(default_factory=dict)
    requests: RequestCounts = field(default_factory=RequestCounts)
    files_read: FilesRead | None = None
    watermarks: Mapping[str, str] = field(default_factory=dict)  # what changed before then was listed
    turn: int = 0  # which of the other lists the next incremental pass reads
    names_pending: bool = False  # display names are marked that are to be replaced
    progress: PassProgress | None = None

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> ResourceState:
        error, files, requests = (_mapping(data.get(name)) for name in ("lastError", "filesRead", "requests"))
        mode = data.get("mode")
        problem = _problem(error)
        return cls(
            mode=SyncMode(mode) if mode in list(SyncMode) else None,
            identity=_text(data.get("identity")),
            api_version=_text(data.get("api")),
            last_success=_text(data.get("lastSuccess")),
            last_full=_text(data.get("lastFull")),
            last_error=LastError(problem, _text(error.get("at")) or "") if problem else None,
            problems={
                name: found for name, told in _mapping(data.get("problems")).items() if (found := _problem(told))
            },
            statuses={kind: _counts(counts) for kind, counts in _mapping(data.get("statuses")).items()},
            requests=RequestCounts(_number(requests.get("last")), _number(requests.get("total"))),
            files_read=FilesRead(_number(files.get("jobs")), _text(files.get("at")) or "") if files else None,
            watermarks={k: at for k, at in _mapping(data.get("watermarks")).items() if isinstance(at, str)},
            turn=_number(data.get("turn")),
            names_pending=data.get("namesPending") is True,
            progress=PassProgress.from_json(_mapping(data["progress"])) if data.get("progress") else None,
        )

    def to_json(self) -> dict[str, Any]:
        found = {
            "mode": self.mode.value if self.mode else None,
            "identity": self.identity,
            "api": self.api_version,
            "lastSuccess": self.last_success,
            "lastFull": self.last_full,
            "lastError": self.last_error.to_json() if self.last_error else None,
            "problems": {name: problem.to_json() for name, problem in self.problems.items()},
            "statuses": {kind: dict(counts) for kind, counts in self.statuses.items()},
            "requests": self.requests.to_json(),
            "filesRead": self.files_read.to_json() if self.files_read else None,
            "watermarks": dict(self.watermarks),
            "turn": self.turn,
            "namesPending": self.names_pending,
            "progress": self.progress.to_json() if self.progress else None,
        }
        return {name: value for name, value in found.items() if value not in (None, {}, False)}


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _number(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else 0


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _counts(value: object) -> Counts:
    return {status: _number(count) for status, count in _mapping(value).items() if _number(count)}


def _problem(value: object) -> Problem | None:
    data = _mapping(value)
    code = _text(data.get("code"))
    return Problem(code, _text(data.get("message")) or "", _text(data.get("advice")) or "") if code else None
