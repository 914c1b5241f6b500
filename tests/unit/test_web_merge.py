"""One session seen by two logs is one item of a list."""

from __future__ import annotations

import json
from typing import Any

from shared.core.records import ErrorInfo, Sdk, Sighting, TimeSpan
from shared.index.sighting_json import Shown
from shared.web import merge_neighbours

A, B = "9c9145db22a4462db58835a1ff33d4a0", "537216f806204a10ae2d00bdb423b36f"


def merged(found: list[Shown]) -> list[dict[str, Any]]:
    return [json.loads(text) for text in merge_neighbours.merged(found)]


def stored(id_: str, source: str, **known: object) -> Shown:
    sighting = Sighting("session", id_, time=TimeSpan("2026-11-22T05:10:42.061Z"), **known)  # type: ignore[arg-type]
    origin = {"source": f"blob:c/{source}", "sourceId": source * 16, "indexed": "2026-11-22T06:00:00.000Z"}
    return Shown(f"session:{id_}", "", json.dumps(sighting.to_json() | origin))


def test_neighbours_with_one_id_complete_each_other_and_name_their_sources() -> None:
    (item,) = merged(
        [
            stored(A, "1", events=("started",), sdk=Sdk(version="1.38.0"), reached="yes"),
            stored(A, "2", events=("started", "stopped"), sdk=Sdk(version="9.9", os="Linux"), region="westeurope"),
            stored(A, "3", error=ErrorInfo(code="AuthenticationFailure"), reached="no"),
        ]
    )
    assert item["events"] == ["started", "stopped"]
    assert item["sdk"] == {"version": "1.38.0", "os": "Linux"}
    assert (item["region"], item["reached"], item["error"]) == ("westeurope", "yes", {"code": "AuthenticationFailure"})
    assert (item["source"], item["sourceId"]) == ("blob:c/1", "1" * 16)
    assert [other["source"] for other in item["otherSources"]] == ["blob:c/2", "blob:c/3"]


def test_a_time_an_error_and_places_are_never_put_together_of_two_sources() -> None:
    console = {
        "id": A,
        "source": "blob:c/1",
        "sourceId": "1" * 16,
        "reached": "unknown",
        "time": {"notLaterThan": "2026-11-22T13:25:24.000Z", "basis": "blob"},
        "error": {"code": "ConnectionFailure"},
    }
    log = {
        "id": A,
        "source": "blob:c/2",
        "sourceId": "2" * 16,
        "reached": "yes",
        "first": {"line": 33, "offset": 9},
        "time": {"start": "2026-11-22T05:04:48.638Z", "end": "2026-11-22T05:04:48.651Z", "basis": "log"},
        "error": {"code": "AuthenticationFailure", "httpStatus": 401},
    }
    for order in ([console, log], [log, console]):
        whole = merge_neighbours.merge(order)
        assert (whole["time"], whole["reached"]) == (log["time"], "yes")
        assert whole["error"] == order[0]["error"]
        assert whole.get("first") == order[0].get("first")


def test_order_and_single_sightings_stay_as_they_are() -> None:
    items = merged([stored(A, "1"), stored(B, "1"), stored(A, "2")])
    assert [item["id"] for item in items] == [A, B, A]
    assert not any("otherSources" in item for item in items)
