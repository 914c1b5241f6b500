"""The logs that extraction is tested on: the project's own, and a larger corpus where `SPEECH_CORPUS` names one.

Each case is a folder with logs and a `ground_truth.json`: what the SDK and the service knew while the log was written.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

OWN = Path(__file__).parent.parent / "data" / "logs"


@dataclass(frozen=True)
class LogFile:
    """One log and what must, may and must not be found in it."""

    case: str
    path: Path
    wanted: frozenset[str]
    allowed: frozenset[str]
    forbidden: frozenset[str]

    def __str__(self) -> str:
        return f"{self.case}/{self.path.name}"

    def read(self) -> bytes:
        return self.path.read_bytes()


def roots() -> list[Path]:
    named = os.environ.get("SPEECH_CORPUS")
    larger = Path(named) / "logs" if named else None
    return [OWN, larger] if larger and larger.is_dir() else [OWN]


@cache
def cases() -> tuple[tuple[Path, dict[str, Any]], ...]:
    found = [path for root in roots() for path in sorted(root.glob("*/*/ground_truth.json"))]
    return tuple((path.parent, json.loads(path.read_text(encoding="utf-8"))) for path in found)


def interactions(truth: dict[str, Any]) -> set[str]:
    """Dashed interaction IDs of DialogServiceConnector: the SDK reports them as session IDs, which they are not."""
    return {s["session_id"] for s in truth.get("sessions", ()) if s.get("id_kind", "").startswith("interaction")}


def files() -> list[LogFile]:
    found = []
    for folder, truth in cases():
        for name, about in truth["files"].items():
            path = folder / name
            if not path.is_file():
                continue
            if "session_ids" in about:
                wanted = set(about["session_ids"]) - interactions(truth)
                allowed, forbidden = wanted, set(truth["not_session_ids"])
            else:
                wanted = set(about["session_ids_expected"])
                allowed = wanted | set(about.get("session_ids_possible", ()))
                forbidden = set(about["must_not_report"])
            case = f"{folder.parent.name}/{folder.name}"
            found.append(LogFile(case, path, frozenset(wanted), frozenset(allowed), frozenset(forbidden)))
    return found


def secrets() -> set[str]:
    """Every secret that any case used."""
    return {value for _, truth in cases() for value in truth.get("secrets_used", {}).values()}
