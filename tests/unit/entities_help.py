"""Runs the entity scanner over text, and makes up entities whose IDs tell what they are for."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from shared.core.records import NearMiss, Sighting
from shared.extract.entities.scanner import EntityScanner
from shared.extract.sessions.matcher import Search
from shared.extract.text.blocks import BlockCutter
from shared.extract.text.normaliser import Normaliser

HOST = "https://eastus.api.cognitive.microsoft.com/speechtotext"
BODIES = Path(__file__).parents[1] / "data" / "bodies"
CORPUS = os.environ.get("SPEECH_CORPUS")


@dataclass
class Result:
    """What one scan gave. `ids` maps each ID to its status, the newest one where there are several."""

    sightings: list[Sighting] = field(default_factory=list)
    near_misses: list[NearMiss] = field(default_factory=list)
    redacted: Counter[str] = field(default_factory=Counter)
    format: str | None = None

    @property
    def merged(self) -> dict[str, Sighting]:
        found: dict[str, Sighting] = {}
        for sighting in self.sightings:
            known = found.get(sighting.id)
            if known is None or (sighting.last_action or "", bool(sighting.status)) > (
                known.last_action or "",
                bool(known.status),
            ):
                found[sighting.id] = sighting
        return found

    @property
    def ids(self) -> dict[str, str | None]:
        return {key: sighting.status for key, sighting in self.merged.items()}

    @property
    def reasons(self) -> set[str]:
        return {miss.reason for miss in self.near_misses}


def scan(text: str | bytes | Iterable[bytes], size: int = 1 << 20) -> Result:
    """Scan in chunks of `size` bytes, or in the chunks given."""
    data = text.encode() if isinstance(text, str) else text
    chunks = (data[i : i + size] for i in range(0, len(data), size)) if isinstance(data, bytes) else data
    result = Result()
    scanner = EntityScanner(result.sightings.append, result.near_misses.append, result.redacted)
    cutter, normaliser = BlockCutter(), Normaliser(Search())
    for chunk in chunks:
        for block in cutter.feed(chunk):
            scanner.feed(normaliser.clean(block))
    for block in cutter.flush():
        scanner.feed(normaliser.clean(block, last=True))
    scanner.flush()
    result.format = scanner.format
    return result


def guid(number: int) -> str:
    """IDs that are to be found."""
    return f"a1a1a1a1-0000-4000-8000-{number:012x}"


def other(number: int) -> str:
    """IDs of references, requests and the like: never to be found."""
    return f"cafecafe-0000-4000-8000-{number:012x}"


def url(entity_id: str, collection: str = "transcriptions", query: str = "?api-version=2025-10-15") -> str:
    return f"{HOST}/{collection}/{entity_id}{query}"


def body(number: int, status: str = "Running", **more: Any) -> dict[str, Any]:
    """A transcription as the service writes it, with a reference to a model."""
    return {
        "self": url(guid(number)),
        "model": {"self": url(other(1), "models/base")},
        "displayName": "Made-up job",
        "locale": "en-US",
        "createdDateTime": "2026-01-05T10:00:00Z",
        "lastActionDateTime": "2026-01-05T10:05:00Z",
        "links": {"files": f"{HOST}/transcriptions/{guid(number)}/files?api-version=2025-10-15"},
        "properties": {"channels": [0, 1], "timeToLiveHours": 48},
        "status": status,
        **more,
    }


def last(number: int, status: str = "Failed", **more: Any) -> dict[str, Any]:
    """The same with its own `self` at the end, after that of the model."""
    made = body(number, status, **more)
    own = made.pop("self")
    return {**made, "self": own}


def wrong(result: Result, case: Mapping[str, Any]) -> list[str]:
    """What differs from a case of an `expected.json`."""
    names = {"baseModel": "base_model", "transcriptionFile": "transcription_file", "accuracyTest": "accuracy_test"}
    wanted = {e["id"]: e for e in case["expect"] if e["id"]}
    parents = {e.get("parentId") for e in case["expect"]}
    found = result.merged
    problems = [f"missing {key}" for key in wanted.keys() - found.keys()]
    problems += [f"wrong {key}" for key in found.keys() - wanted.keys() - parents]
    problems += [f"must not {s.id}" for s in result.sightings if s.id in case["must_not"]]
    for key in wanted.keys() & found.keys():
        expected, sighting = wanted[key], found[key]
        if sighting.kind != names.get(expected["kind"], expected["kind"]):
            problems.append(f"{key}: kind {sighting.kind}")
        if sighting.status not in expected.get("statuses", [expected["status"]]):
            problems.append(f"{key}: status {sighting.status}")
        if (sighting.self_url or "").split("?")[0] != (expected["self"] or "").split("?")[0]:
            problems.append(f"{key}: self {sighting.self_url}")
        for name, value in (
            ("region", sighting.region),
            ("host", sighting.host),
            ("apiVersion", sighting.api_version),
            ("parentId", sighting.parent_id),
        ):
            if name in expected and expected[name] != value:
                problems.append(f"{key}: {name} {value}")
        if "event" in expected and expected["event"] not in sighting.events:
            problems.append(f"{key}: events {sighting.events}")
    return problems
