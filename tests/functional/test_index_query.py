"""Reading the index: one range each, filters at the server, tokens that survive restarts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import pytest
from azure.data.tables import TableServiceClient

from dev.azurite import Azurite
from shared.core import times
from shared.core.errors import BadRequest
from shared.core.records import ErrorInfo, Sdk, Sighting, TimeSpan
from shared.index import Index, query
from shared.index.query import Page
from shared.index.source_attempt import SourceRun
from shared.storage.tables import Place

T = TypeVar("T")
START = datetime(2026, 11, 1, tzinfo=UTC)
COUNT = 60


def hex_of(number: int) -> str:
    return f"{number % 4:02x}{number:030x}"


def sighting(number: int) -> Sighting:
    """One every 40 minutes, so over many hours; every third failed."""
    moment = times.text(START + timedelta(minutes=40 * number))
    error = ErrorInfo(code="Timeout") if number % 3 == 0 else None
    return Sighting(
        "session",
        hex_of(number),
        time=TimeSpan(moment),
        region="westeurope" if number % 2 else "it's@odd",
        reached="yes",
        sdk=Sdk(version="1.53.0"),
        error=error,
    )


@pytest.fixture(scope="module")
def index(azurite: Azurite) -> Iterator[Index]:
    with TableServiceClient.from_connection_string(azurite.connection_string) as tables:
        made = Index(tables, "tquery")
        for number, name in enumerate(("blob:logs/a.log", "blob:logs/b.log")):
            run = SourceRun.begin(
                made, name, etag="1", modified=START + timedelta(hours=number), size=1, worker="w", version="1"
            )
            assert isinstance(run, SourceRun)
            run.write(sighting(n) for n in range(COUNT) if n % 2 == number)
            run.finish()
        both = SourceRun.begin(
            made,
            "blob:logs/c.log",
            etag="1",
            modified=START - timedelta(hours=1),
            size=1,
            worker="w",
            first=[sighting(5)],
        )
        assert isinstance(both, SourceRun)
        both.fail("SourceGone", "gone", retryable=False)
        yield made
        for table in ("ids", "timeline", "sources"):
            tables.delete_table(f"tquery{table}")


@pytest.fixture(autouse=True)
def counting(index: Index) -> None:
    index.requests.clear()


def pages(read: Callable[[str | None], Page[T]]) -> Iterator[list[T]]:
    token: str | None = None
    while True:
        page = read(token)
        yield page.items
        token = page.token
        if token is None:
            return


def test_an_id_is_found_with_all_its_fields_by_one_request(index: Index) -> None:
    (found,) = query.find(index, hex_of(7))
    assert found.sighting == sighting(7)
    assert found.source == "blob:logs/b.log"
    assert sum(index.requests.values()) == 1
    assert query.find(index, "f" * 32) == []


def test_a_prefix_gives_the_ids_that_begin_so_in_order_by_one_request(index: Index) -> None:
    beginning = hex_of(1)[:26]
    found = [s.sighting.id for s in query.find_prefix(index, beginning).items]
    assert found == sorted(hex_of(n) for n in range(1, COUNT, 4))
    assert sum(index.requests.values()) == 1
    paged = [s.sighting.id for page in pages(lambda t: query.find_prefix(index, beginning, 4, t)) for s in page]
    assert paged == found


def test_a_list_is_newest_first_over_all_hours_and_pages(index: Index) -> None:
    whole = query.list_sightings(index, "session").items
    assert sum(index.requests.values()) == 1
    # 5 stands there once: its second source failed before it was published.
    assert [s.sighting.id for s in whole] == [hex_of(n) for n in reversed(range(COUNT))]
    for top in (1, 7, COUNT, 1000):
        paged = list(pages(lambda t, top=top: query.list_sightings(index, "session", top=top, token=t)))  # type: ignore[misc]
        assert [s for page in paged for s in page] == whole
        assert all(len(page) == top for page in paged[:-1])


@pytest.mark.parametrize(("since", "until"), [(0, COUNT), (3, 20), (10, 11), (20, 20), (30, 10), (-5, 400)])
def test_a_window_holds_its_first_moment_and_not_its_last(index: Index, since: int, until: int) -> None:
    bounds = [START + timedelta(minutes=40 * n) for n in (since, until)]
    found = query.list_sightings(index, "session", since=bounds[0], until=bounds[1]).items
    assert [s.sighting.id for s in found] == [hex_of(n) for n in reversed(range(max(since, 0), min(until, COUNT)))]


@pytest.mark.parametrize(
    ("where", "wanted"),
    [
        ({"errorCode": "Timeout"}, lambda n: n % 3 == 0),
        ({"region": "it's@odd"}, lambda n: n % 2 == 0),
        ({"region": "it's@odd", "errorCode": "Timeout"}, lambda n: n % 6 == 0),
        ({"region": "x' or PartitionKey ne '"}, lambda n: False),
        ({"sdkVersion": "1.53.0", "reached": "yes"}, lambda n: True),
        ({"source": query.keys.source_id("blob:logs/b.log")}, lambda n: n % 2 == 1),  # type: ignore[attr-defined]
    ],
)
def test_filters_are_combined_at_the_server(index: Index, where: dict[str, str], wanted: Any) -> None:
    found = query.list_sightings(index, "session", where=where, top=1000).items
    assert [s.sighting.id for s in found] == [hex_of(n) for n in reversed(range(COUNT)) if wanted(n)]
    assert sum(index.requests.values()) == 1 + ("source" in where), "a source is looked for in the time it covers"


def test_unknown_filters_are_refused(index: Index) -> None:
    with pytest.raises(BadRequest, match="there are"):
        query.list_sightings(index, "session", where={"color": "red"})
    with pytest.raises(BadRequest, match="name and status"):
        query.list_sources(index, where={"region": "westeurope"})


def test_sources_are_listed_by_time_status_and_name(index: Index) -> None:
    assert [s.source[-5:] for s in query.list_sources(index).items] == ["b.log", "a.log", "c.log"]
    assert [s.source[-5:] for s in query.list_sources(index, where={"status": "failed"}).items] == ["c.log"]
    for name in ("a.log", "blob:logs/a.log"):
        (found,) = query.list_sources(index, where={"name": name}).items
        assert found == query.get_source(index, found.source_id)
        assert found.counts == {"session": COUNT // 2}
    assert query.list_sources(index, since=START + timedelta(minutes=1)).items[0].source == "blob:logs/b.log"
    assert query.get_source(index, "0" * 16) is None


def test_what_a_source_holds_is_paged(index: Index) -> None:
    source = query.list_sources(index, where={"name": "a.log"}).items[0].source_id
    read = list(pages(lambda token: query.source_sightings(index, source, 7, token)))
    assert sorted(s.sighting.id for page in read for s in page) == sorted(hex_of(n) for n in range(0, COUNT, 2))
    assert query.source_sightings(index, "0" * 16).items == []


def test_a_token_belongs_to_its_query_and_is_checked(index: Index) -> None:
    token = query.list_sightings(index, "session", top=3).token
    assert token is not None
    for other in (token[:-2], "x" + token, token.swapcase(), "", "é", "AAAA", token + "A"):
        if other:
            with pytest.raises(BadRequest, match="continuation token"):
                query.list_sightings(index, "session", top=3, token=other)
    with pytest.raises(BadRequest):
        query.list_sightings(index, "transcription", token=token)
    with pytest.raises(BadRequest):
        query.list_sightings(index, "session", where={"region": "x"}, token=token)
    assert query.list_sightings(index, "session", top=5, token=token).items[0].sighting.id == hex_of(COUNT - 4)


def test_a_scan_that_finds_nothing_ends_after_a_few_requests_with_a_place_to_go_on(index: Index) -> None:
    class Slow(Index):
        """Storage that answers each request with no rows and a continuation, as it does on a long scan."""

        def query(self, *_args: Any, place: Place | None = None, **_options: Any) -> Any:
            self.count("query")
            number = int(place.partition or "") + 1 if place else 1
            return [], Place(str(number), "r") if number < 6 else None

    slow = Slow(None)  # type: ignore[arg-type]
    first = query.list_sightings(slow, "session")
    assert first.items == []
    assert first.token is not None
    assert slow.requests["query"] == query.MOST_REQUESTS
    assert query.list_sightings(slow, "session", token=first.token).token is None
