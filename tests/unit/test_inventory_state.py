"""The state of a resource in the record: all of it survives, and what does not fit counts as not known."""

from __future__ import annotations

import json
from typing import Any

import pytest

from shared.inventory.service_errors import Problem
from shared.inventory.state import (
    FilesRead,
    LastError,
    ListPlace,
    PassProgress,
    RequestCounts,
    ResourceState,
    SyncMode,
)

PLACE = ListPlace("transcription", "https://contoso.example/next", seen=3, asked=2, items=9, pages=1, page_size=9)
FULL = ResourceState(
    mode=SyncMode.FULL,
    identity="abc",
    api_version="2025-10-15",
    last_success="2026-11-22T10:00:00Z",
    last_full="2026-11-22T09:00:00Z",
    last_error=LastError(Problem("Busy", "It was busy.", "Wait."), "2026-11-22T08:00:00Z"),
    problems={"model": Problem("NotFound", "No.")},
    statuses={"transcription": {"Succeeded": 2, "gone": 1}},
    requests=RequestCounts(3, 40),
    files_read=FilesRead(2, "2026-11-22T10:01:00Z"),
    watermarks={"transcription": "2026-11-22T09:59:00Z"},
    turn=2,
    names_pending=True,
    progress=PassProgress("abc", "2025-10-15", "2026-11-22T09:30:00Z", ("model",), PLACE),
)


@pytest.mark.parametrize("state", [ResourceState(), FULL])
def test_a_state_survives_its_json(state: ResourceState) -> None:
    assert ResourceState.from_json(json.loads(json.dumps(state.to_json()))) == state


@pytest.mark.parametrize("broken", [None, 7, -1, "", [], ["x"], {"code": 5}, {"transcription": [1]}, True])
@pytest.mark.parametrize("name", sorted(FULL.to_json()))
def test_a_broken_value_costs_no_other_one(name: str, broken: Any) -> None:
    data = FULL.to_json() | {name: broken, "unknown": broken}
    found = ResourceState.from_json(data).to_json()
    assert found | {name: None} == FULL.to_json() | {name: None}
