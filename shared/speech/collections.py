"""The collections of the Speech to text REST API: which kind of entity each holds, and how it is listed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

# Collection in the path -> kind. Every other collection keeps its own name.
KIND_OF: Final = {
    "transcriptions": "transcription",
    "datasets": "dataset",
    "models": "model",
    "models/base": "base_model",
    "endpoints": "endpoint",
    "evaluations": "evaluation",
    "projects": "project",
    "webhooks": "webhook",
    "hooks": "webhook",  # v2.0
    "transcriptions/hooks": "webhook",  # v2.1
    "operations/models/copy": "operation",
    "operations": "operation",
    "accuracytests": "accuracy_test",  # v2.0
}
_COLLECTION_OF: Final = {kind: collection for collection, kind in reversed(KIND_OF.items())}  # the first one


def collection_of(kind: str) -> str | None:
    """Where today's API versions have entities of this kind; None for a kind that only logs name."""
    return _COLLECTION_OF.get(kind)


@dataclass(frozen=True, slots=True)
class Listing:
    """A kind, where it is listed, and the date that says what is new since the last time."""

    kind: str
    path: str
    changed: str | None = "lastActionDateTime"


TRANSCRIPTIONS: Final = Listing("transcription", "transcriptions")
BASE_MODELS: Final = Listing("base_model", "models/base")
OTHERS: Final = (
    Listing("dataset", "datasets"),
    Listing("model", "models"),
    Listing("endpoint", "endpoints"),
    Listing("evaluation", "evaluations"),
    Listing("project", "projects", "createdDateTime"),  # projects have no status and no lastActionDateTime
    Listing("webhook", "webhooks"),
)
FINAL_STATUS: Final = frozenset({"Succeeded", "Failed"})
OPEN_STATUS: Final = frozenset({"NotStarted", "Running"})


def listings(api_version: str, *, base_models: bool) -> tuple[Listing, ...]:
    """What this version lists, transcriptions first. 2024-11-15 had no projects; they came back with 2025-10-15."""
    others = tuple(o for o in OTHERS if not (o.kind == "project" and api_version.startswith("2024-11-15")))
    return (TRANSCRIPTIONS, *others, *((BASE_MODELS,) if base_models else ()))
