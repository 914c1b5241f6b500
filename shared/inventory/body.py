"""What the Speech service sends, as far as it is used: JSON in, frozen records out.

A field that is missing, or of another type than documented, counts as not given: no body may stop a run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Self

from shared.core import ids
from shared.core.records import Sighting
from shared.speech.allowed import admitted
from shared.speech.entity import entity_from_json

Json = Mapping[str, object]
REPORT: Final = "TranscriptionReport"  # the kind of the file that names a job's audio files
_MOST_AUDIO: Final = 10_000  # audio files of one job; the service takes 1,000
_KIND_CHARS: Final = 64


@dataclass(frozen=True, slots=True)
class ListedEntity:
    """An element of a list. `sighting` is None if its ID cannot be read, or it is of another kind than the list's.

    Two are equal if the service sent them alike.
    """

    sighting: Sighting | None = field(compare=False)
    sent: object = field(repr=False)  # the element itself

    @classmethod
    def parse(cls, data: Json, *, kind: str, api_version: str, region: str | None) -> Self:
        found = entity_from_json(data, api_version=api_version)
        found = admitted(found, Counter()) if found is not None else None
        if found is None or found.kind != kind or ids.digits(found.id) is None:
            return cls(None, data)
        return cls(replace(found, region=found.region or region), data)


@dataclass(frozen=True, slots=True)
class JobFile:
    """A file of a transcription. `content_url` carries a signature: never logged, never stored."""

    kind: str
    content_url: str = field(default="", repr=False)

    @classmethod
    def parse(cls, data: Json) -> Self:
        return cls(
            _text(data.get("kind"))[:_KIND_CHARS] or "unknown", _text(_mapping(data.get("links")).get("contentUrl"))
        )


@dataclass(frozen=True, slots=True)
class AudioDetail:
    """What a report says of one audio file. `name` is its path or URL, often with a phone number."""

    name: str = ""
    status: str = ""
    error_kind: str = ""
    error_message: str = ""

    @classmethod
    def parse(cls, data: Json) -> Self:
        return cls(
            name=_text(data.get("source") or data.get("sourceUrl")),
            status=_text(data.get("status")),
            error_kind=_text(data.get("errorKind"))[:_KIND_CHARS],
            error_message=_text(data.get("errorMessage")),
        )


@dataclass(frozen=True, slots=True)
class TranscriptionReport:
    """The report of a finished job: the outcome of each of its audio files."""

    details: tuple[AudioDetail, ...] = ()
    succeeded: int | None = None
    failed: int | None = None

    @classmethod
    def parse(cls, data: object) -> Self | None:
        """None if this is not a report."""
        if not isinstance(data, Mapping):
            return None
        return cls(
            tuple(AudioDetail.parse(one) for one in objects(data.get("details"))[:_MOST_AUDIO]),
            _count(data.get("successfulTranscriptionsCount")),
            _count(data.get("failedTranscriptionsCount")),
        )


def objects(value: object) -> list[Json]:
    """The JSON objects of an array, without what else is in it; empty for anything that is not an array."""
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def _mapping(value: object) -> Json:
    return value if isinstance(value, Mapping) else {}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
