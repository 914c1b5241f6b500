"""What one source held: the answer of the extractor, iterable as often as needed, whatever its size."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from types import TracebackType
from typing import Any, Protocol, Self

from shared.core.records import NearMiss, Sighting


class Sightings(Protocol):
    """Sized and re-iterable; in memory for nearly every file, in a temporary SQLite file for huge ones."""

    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[Sighting]: ...
    def close(self) -> None: ...


class Extraction:
    """Close it (or use it in `with`): it may own a temporary file."""

    def __init__(
        self,
        format_: str,
        sightings: Sightings,
        near_misses: Iterable[NearMiss] = (),
        notices: Iterable[str] = (),
        redacted: dict[str, int] | None = None,
    ) -> None:
        self.format = format_
        self.sightings = sightings
        self.near_misses = list(near_misses)
        self.notices = list(notices)
        self.redacted = dict(redacted or {})

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self.sightings.close()

    def to_json(self, source: str) -> dict[str, Any]:
        """The body of `POST /extract`, whole."""
        return {
            "source": source,
            "format": self.format,
            "sightings": [s.to_json() for s in self.sightings],
            **self._rest(),
        }

    def write_json(self, source: str, write: Callable[[str], object]) -> None:
        """The same object, written piece by piece: a million sightings never stand in memory."""
        write(f'{{"source": {json.dumps(source)}, "format": {json.dumps(self.format)}, "sightings": [')
        separator = ""
        for sighting in self.sightings:
            write(separator + json.dumps(sighting.to_json()))
            separator = ", "
        write("], " + json.dumps(self._rest())[1:])

    def _rest(self) -> dict[str, Any]:
        return {
            "nearMisses": [miss.to_json() for miss in self.near_misses],
            "notices": self.notices,
            "redacted": self.redacted,
        }
