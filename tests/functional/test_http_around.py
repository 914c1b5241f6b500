"""By circumstance: a moment, a kind of entity, a value that few rows have."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.app.clients import services
from shared.core import ids, times
from shared.core.records import ErrorInfo, Sdk, Sighting, TimeSpan
from shared.index.source_attempt import SourceRun
from shared.inventory.audio_index import AudioNames
from shared.inventory.body import AudioDetail
from tests.webclient import Given, ask

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
COUNT = 12


def index(source: str, sightings: list[Sighting], etag: str = '"1"') -> None:
    run = SourceRun.begin(services().index, source, etag=etag, modified=NOON, size=10, worker="test")
    assert isinstance(run, SourceRun)
    run.write(sightings)
    run.finish()


def hex_of(number: int) -> str:
    return f"{number:08x}000040008000000000000000"


def at(minutes: int) -> str:
    return times.text(NOON + timedelta(minutes=minutes))


@pytest.fixture(autouse=True)
def indexed(app_settings: dict[str, str]) -> None:
    """Sessions at even minutes, transcriptions at every third; a second log saw the first session too."""
    sessions = [
        Sighting(
            "session",
            hex_of(n),
            time=TimeSpan(at(2 * n)),
            reached="no" if n == 3 else "yes",
            error=ErrorInfo("Rare") if n == 5 else None,
            sdk=Sdk("1.20.0" if n == 7 else "1.40.0"),
        )
        for n in range(COUNT)
    ]
    index("blob:logs/a.log", sessions)
    index("blob:logs/b.log", sessions[:1])
    index(
        "blob:logs/c.json",
        [
            Sighting(
                "transcription",
                ids.dashed(hex_of(100 + n)),
                created=at(3 * n),
                status="Failed" if n == 2 else "Succeeded",
                display_name=f"job {n % 4}",
            )
            for n in range(COUNT)
        ]
        + [Sighting("dataset", ids.dashed(hex_of(200)), created=at(0), status="Failed")],
    )


def pages(url: str) -> list[list[dict[str, Any]]]:
    found = []
    while url:
        given = ask("GET", url)
        found.append(given.value)
        url = given.json.get("nextLink", "")
    return found


def start(item: dict[str, Any]) -> str:
    return str(item["time"]["start"])


def ids_of(given: Given) -> list[str]:
    return [item["id"] for item in given.value]


def test_both_kinds_come_merged_by_time_newest_first() -> None:
    found = ask("GET", f"/api/around?time={at(6)}&minutes=6").value
    assert [start(item) for item in found] == sorted((start(item) for item in found), reverse=True)
    assert [i["kind"] for i in found].count("session") == 7
    assert [i["kind"] for i in found].count("transcription") == 5
    assert len(found[-1].get("otherSources", found[-2].get("otherSources", []))) == 1


@pytest.mark.parametrize("top", [1, 2, 3, 5, 100])
def test_pages_of_any_size_hold_the_same(top: int) -> None:
    whole = [i["id"] for i in ask("GET", f"/api/around?time={at(10)}").value]
    paged = [i["id"] for page in pages(f"/api/around?time={at(10)}&top={top}") for i in page]
    assert list(dict.fromkeys(paged)) == whole


def test_a_token_of_another_window_is_refused_and_of_another_top_taken() -> None:
    link = ask("GET", f"/api/around?time={at(10)}&top=2").json["nextLink"]
    assert ask("GET", link.replace("top=2", "top=7")).status == 200
    other = ask("GET", link.replace("time=", "minutes=3&time="))
    assert (other.status, other.error["target"]) == (400, "token")


def test_fifteen_minutes_are_the_default_and_both_ends_count() -> None:
    found = [start(i) for i in ask("GET", f"/api/around?time={at(15)}").value]
    assert (max(found), min(found)) == (at(30), at(0))


def test_a_moment_costs_one_request_for_each_kind() -> None:
    services().index.requests.clear()
    ask("GET", f"/api/around?time={at(10)}")
    assert services().index.requests == {"query timeline": 2}


@pytest.mark.parametrize(
    "query",
    [
        "",
        "time=ten",
        f"time={at(0)}&minutes=0",
        f"time={at(0)}&minutes=1441",
        f"time={at(0)}&top=1001",
        f"time={at(0)}&token=abc",
    ],
)
def test_a_wrong_question_is_400(query: str) -> None:
    assert ask("GET", f"/api/around?{query}").status == 400


def test_the_edges_of_the_calendar_are_taken() -> None:
    assert ask("GET", "/api/around?time=0001-01-01").value == []
    assert ask("GET", "/api/around?time=9999-12-31T23:59:59Z").value == []


def test_around_as_csv() -> None:
    body = ask("GET", f"/api/around?time={at(6)}&minutes=6&format=csv").answer.body.decode()
    assert len(body.splitlines()) == 1 + 12


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("sessions?errorCode=Rare", [5]),
        ("sessions?reached=no", [3]),
        ("sessions?sdkVersion=1.20.0", [7]),
        ("sessions?sdkVersion=1.20.0&reached=no", []),
        ("sessions?errorCode=Rare&sdkVersion=1.40.0&reached=yes&source=blob:logs/a.log", [5]),
        (f"sessions?sdkVersion=1.40.0&from={at(4)}&to={at(10)}", [4, 3, 2]),
        ("transcriptions?status=Failed", [102]),
        ("transcriptions?name=job 1", [109, 105, 101]),
        (f"transcriptions?name=job 1&from={at(4)}&to={at(27)}", [105]),
        ("transcriptions?name=job 2&status=Failed", [102]),
        ("entities?kind=dataset", [200]),
        ("entities?kind=dataset&status=Failed&from=2026-11-22", [200]),
        ("entities?kind=model", []),
    ],
)
def test_rare_values_come_from_their_own_place_by_one_request(path: str, expected: list[int]) -> None:
    services().index.requests.clear()
    found = [(ids.digits(i) or "") for i in ids_of(ask("GET", f"/api/{path.replace(' ', '%20')}"))]
    assert found == [hex_of(n) for n in expected]
    assert sum(services().index.requests.values()) == 1


def test_a_source_is_looked_for_in_the_time_that_it_covers_and_its_pages_go_on_when_that_changes() -> None:
    first = ask("GET", "/api/sessions?source=blob:logs/a.log&top=5")
    assert len(first.value) == 5
    index("blob:logs/a.log", [Sighting("session", hex_of(n), time=TimeSpan(at(2 * n))) for n in range(3, 10)], '"2"')
    rest = ids_of(ask("GET", first.json["nextLink"]))
    assert rest == [hex_of(n) for n in (6, 5, 4, 3)]
    assert ids_of(ask("GET", "/api/sessions?errorCode=Rare")) == [], "what a source no longer says is gone everywhere"
    span = ask("GET", "/api/sources?name=a.log").value[0]["span"]
    assert span == {"start": at(6), "end": at(18)}


def test_a_source_of_the_watched_container_is_found_by_its_name_without_a_search() -> None:
    container = services().settings.logs_container
    index(f"blob:{container}/mine.log", [Sighting("session", hex_of(300), time=TimeSpan(at(0)))])
    services().index.requests.clear()
    for query in ("name=mine.log", f"name=blob:{container}/mine.log", "name=mine.log&status=done&from=2026-11-22"):
        assert len(ask("GET", f"/api/sources?{query}").value) == 1
    assert services().index.requests == {"get sources": 3}
    for query in ("name=mine.log&status=failed", "name=mine.log&to=2026-11-22T12:00:00Z", "name=MINE.log"):
        assert ask("GET", f"/api/sources?{query}").value == []


@pytest.mark.parametrize("kind", ["session", "source", "a b", "x:y", "é"])
def test_what_is_no_kind_of_entity_is_400(kind: str) -> None:
    assert ask("GET", f"/api/entities?kind={kind.replace(' ', '%20')}").error["target"] == "kind"


@pytest.mark.parametrize("name", ["CALL%20%23%207.wav", "https://x.net/c/call%2520%2523%25207.wav%3Fsig=x"])
def test_an_audio_file_is_found_by_its_name_path_or_url(name: str) -> None:
    index_ = services().index
    details = [AudioDetail("https://x.blob.core.windows.net/c/Call%20%23%207.wav?sv=1", status="Failed")]
    index_.upsert_rows("ids", AudioNames(index_, keep=False).rows(details, hex_of(100), "prod", "0" * 16))
    (found,) = ask("GET", f"/api/audio?name={name}").value
    assert (found["transcription"], found["resource"], found["status"]) == (ids.dashed(hex_of(100)), "prod", "Failed")
    assert "name" not in found
    assert ids.dashed(hex_of(100)) in ask("GET", f"/api/audio?name={name}&format=csv").answer.body.decode()


def test_audio_needs_a_name() -> None:
    assert ask("GET", "/api/audio").error["target"] == "name"
    assert ask("GET", "/api/audio?name=call.wav").value == []
