"""Look-ups and lists over a real index: what was indexed comes back, filtered, merged and paged."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import parse_qsl, quote, urlsplit

import pytest

from shared.app.clients import services
from shared.core.records import ErrorInfo, Sdk, Sighting, TimeSpan
from shared.index.source_attempt import SourceRun
from tests.webclient import Given, ask

MODIFIED = datetime(2026, 11, 22, 6, tzinfo=UTC)
A = "9c9145db22a4462db58835a1ff33d4a0"
B = "9c9145db00004000800000000000000b"
C = "c0000000000040008000000000000003"
T = "537216f8-0620-4a10-ae2d-00bdb423b36f"


def index(source: str, *sightings: Sighting) -> str:
    """Put sightings of a blob into the index; the source's ID."""
    run = SourceRun.begin(services().index, source, etag='"1"', modified=MODIFIED, size=10, worker="test")
    assert isinstance(run, SourceRun)
    run.write(sightings)
    return run.finish(format="speech-sdk-log", notices=("a note",)).source_id


def session(id_: str, time: str, **known: object) -> Sighting:
    return Sighting("session", id_, time=TimeSpan(time), **known)  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def indexed(app_settings: dict[str, str]) -> None:
    index(
        "blob:logs/one.log",
        session(
            A,
            "2026-11-22T05:10:00.000Z",
            reached="no",
            region="westeurope",
            error=ErrorInfo("AuthenticationFailure", 401),
        ),
        session(B, "2026-11-22T04:00:00.000Z", reached="yes", region="eastus", sdk=Sdk("1.38.0")),
        Sighting(
            "transcription",
            T,
            created="2026-11-20T00:00:00.000Z",
            status="Failed",
            locale="en-US",
            display_name="Monday = 'call' & <b>",
        ),
    )
    index(
        "blob:logs/two #2.log",
        session(A, "2026-11-22T05:10:00.000Z", events=("started",)),
        session(C, "2026-11-21T04:00:00.000Z", reached="yes"),
    )


def ids_of(given: Given) -> list[str]:
    return [item["id"] for item in given.value]


# GET /ids/{id}


@pytest.mark.parametrize("spelling", [T, T.upper(), T.replace("-", ""), f"{{{T}}}", f'"{T}"'])
def test_an_id_is_found_in_any_spelling(spelling: str) -> None:
    given = ask("GET", f"/api/ids/{quote(spelling)}")
    assert given.status == 200
    assert (given.json["id"], given.json["kind"]) == (T, "transcription")
    (sighting,) = given.json["sightings"]
    assert sighting["status"] == "Failed"
    assert sighting["displayName"] == "Monday = 'call' & <b>"
    assert (sighting["source"], len(sighting["sourceId"])) == ("blob:logs/one.log", 16)
    assert sighting["indexed"].endswith("Z")


def test_every_source_of_an_id_has_its_own_sighting() -> None:
    given = ask("GET", f"/api/ids/{A}")
    assert {s["source"] for s in given.json["sightings"]} == {"blob:logs/one.log", "blob:logs/two #2.log"}


def test_8_digits_search_by_prefix_and_merge_what_is_one_id() -> None:
    given = ask("GET", "/api/ids/9C9145DB")
    assert sorted(ids_of(given)) == sorted([A, B])
    assert ask("GET", "/api/ids/00000000").value == []


def test_what_is_no_id_is_400_and_told_what_an_id_looks_like() -> None:
    for value in ("hello", "9c91", A + "0"):
        given = ask("GET", f"/api/ids/{value}")
        assert (given.status, given.error["target"]) == (400, "id")
        assert "32 hex digits" in given.error["message"]


def test_an_unknown_id_is_404_and_told_what_was_searched() -> None:
    given = ask("GET", "/api/ids/00000000-0000-4000-8000-000000000000")
    assert given.status == 404
    for part in ("00000000000040008000000000000000", "00000000-0000-4000-8000-000000000000", "container logs", "none"):
        assert part in given.error["message"]


# lists


def test_sessions_come_newest_first_and_one_session_of_two_logs_is_one_item() -> None:
    given = ask("GET", "/api/sessions")
    assert ids_of(given) == [A, B, C]
    first = given.value[0]
    assert first["region"] == "westeurope"
    assert first["events"] == ["started"]
    assert len(first["otherSources"]) == 1


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("reached=yes", [B, C]),
        ("reached=yes&region=eastus", [B]),
        ("errorCode=AuthenticationFailure", [A]),
        ("sdkVersion=1.38.0", [B]),
        ("source=blob:logs/one.log", [A, B]),
        ("source=" + quote("blob:logs/two #2.log"), [A, C]),
        ("from=2026-11-22", [A, B]),
        ("from=2026-11-22T04:00:00Z&to=2026-11-22T05:00:00Z", [B]),
        ("to=2026-11-22T05:00:00%2B01:00", [C]),
        ("region=%27%20or%20true%20or%20%27", []),
    ],
)
def test_filters_combine(query: str, expected: list[str]) -> None:
    assert ids_of(ask("GET", f"/api/sessions?{query}")) == expected


def test_a_source_can_be_named_by_its_id() -> None:
    source_id = ask("GET", "/api/sessions?top=1").value[0]["sourceId"]
    assert A in ids_of(ask("GET", f"/api/sessions?source={source_id.upper()}"))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("status=Failed", True),
        ("status=Succeeded", False),
        ("locale=en-US", True),
        ("state=all", True),
        ("state=gone", False),
        ("name=" + quote("Monday = 'call' & <b>"), True),
        ("resource=prod", False),
    ],
)
def test_transcriptions_are_filtered(query: str, found: bool) -> None:
    assert ids_of(ask("GET", f"/api/transcriptions?{query}")) == ([T] if found else [])


def test_pages_follow_each_other_by_links_that_keep_filters_and_drop_the_key() -> None:
    url, seen = "/api/sessions?reached=yes&top=1&code=a-secret-key", []
    while url:
        given = ask("GET", url)
        seen += ids_of(given)
        url = given.json.get("nextLink")
        if url:
            assert url.startswith("/api/sessions?")
            query = dict(parse_qsl(urlsplit(url).query))
            assert {"reached", "top", "token"} == set(query)
    assert seen == [B, C]


def test_a_made_up_token_is_refused() -> None:
    given = ask("GET", "/api/sessions?token=nonsense")
    assert (given.status, given.error["target"]) == (400, "token")


# sources


def test_sources_are_listed_with_how_they_ended() -> None:
    found = {item["source"]: item for item in ask("GET", "/api/sources").value}
    assert set(found) == {"blob:logs/one.log", "blob:logs/two #2.log"}
    assert found["blob:logs/one.log"]["status"] == "done"
    assert found["blob:logs/one.log"]["counts"] == {"session": 2, "transcription": 1}


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("status=done", 2),
        ("status=failed", 0),
        ("name=" + quote("two #2.log"), 1),
        ("name=" + quote("blob:logs/one.log"), 1),
        ("name=one", 0),
        ("from=2026-11-23", 0),
        ("to=2026-11-23&top=1", 1),
    ],
)
def test_sources_are_filtered(query: str, count: int) -> None:
    assert len(ask("GET", f"/api/sources?{query}").value) == count


def test_a_source_shows_its_record_and_pages_of_its_ids() -> None:
    source_id = ask("GET", "/api/sources?name=one.log").value[0]["sourceId"]
    url, seen = f"/api/sources/{source_id}?top=2", []
    while url:
        given = ask("GET", url)
        assert given.json["status"] == "done"
        assert given.json["notices"] == ["a note"]
        seen += [item["id"] for item in given.json["sightings"]]
        url = given.json.get("nextLink", "")
    assert sorted(seen) == sorted([A, B, T])


def test_an_unknown_source_is_404_and_what_is_no_source_id_400() -> None:
    assert ask("GET", "/api/sources/0123456789abcdef").status == 404
    assert ask("GET", "/api/sources/one.log").error["target"] == "sourceId"
    assert ask("POST", "/api/sources/0123456789abcdef/replay").status == 404


# CSV


def test_a_list_as_csv_has_its_next_page_in_the_header() -> None:
    given = ask("GET", "/api/sessions?format=csv&top=1&code=key")
    assert given.answer.content_type == "text/csv; charset=utf-8"
    head, row = given.answer.body.decode().splitlines()
    assert head.startswith("id,time.start,")
    assert row.startswith(f"{A},2026-11-22T05:10:00.000Z,")
    link = given.answer.headers["Link"]
    assert link.startswith("</api/sessions?format=csv&top=1&token=")
    assert link.endswith('>; rel="next"')
    assert "key" not in link


@pytest.mark.parametrize("path", ["/api/sessions", "/api/transcriptions", "/api/sources", "/api/ids/9c9145db"])
def test_accept_chooses_csv_and_the_parameter_wins(path: str) -> None:
    accept = {"accept": "text/csv, */*;q=0.1"}
    assert ask("GET", path, headers=accept).answer.content_type.startswith("text/csv")
    assert ask("GET", f"{path}?format=json", headers=accept).value


def test_paging_is_for_a_prefix_only_but_csv_for_a_whole_id_too() -> None:
    assert ask("GET", f"/api/ids/{A}?top=1").error["target"] == "top"
    assert len(ask("GET", f"/api/ids/{A}?format=csv").answer.body.splitlines()) == 3
