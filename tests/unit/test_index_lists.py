"""Lists over many rows in a double that counts what storage looks at: rare values are found without a scan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.core import times
from shared.core.records import ErrorInfo, Sighting, TimeSpan
from shared.index import Index, pages, query
from shared.index.keys import source_id
from shared.index.sighting_json import Shown, shown
from shared.index.source_attempt import SourceRun
from shared.index.time_window import around
from shared.storage.tables import Place
from tests.fakes import big_tables
from tests.fakes.many_sightings import END, Many
from tests.fakes.tables import TableDouble

COUNT = 5000
many = Many(COUNT)


@pytest.fixture(scope="module")
def tables() -> big_tables.BigTables:
    return many.big_tables()


@pytest.fixture
def index(tables: big_tables.BigTables) -> Index:
    tables.scanned = 0
    return Index(tables)  # type: ignore[arg-type]  # stands for the SDK's client


def expected(kind: str, where: Mapping[str, str]) -> list[str]:
    """By hand: all that match, newest first."""
    found = []
    for number in range(COUNT):
        row = many.made(number).timeline
        if row["kind"] == kind and all(row.get(name) == value for name, value in where.items()):
            found.append((row["RowKey"], many.sighting(number).id))
    return [id_ for _, id_ in sorted(found)]


def all_pages(index: Index, kind: str, where: Mapping[str, str], top: int) -> Iterator[Shown]:
    token: str | None = None
    while True:
        page = query.list_shown(index, kind, where=where, top=top, token=token)
        yield from page.items
        token = page.token
        if token is None:
            return


FILTERS: list[tuple[str, dict[str, str]]] = [
    ("session", {"errorCode": "AuthenticationFailure"}),
    ("session", {"errorCode": "RuntimeError", "region": "westeurope"}),
    ("session", {"reached": "no"}),
    ("session", {"reached": "yes", "sdkVersion": "1.30.0"}),
    ("session", {"region": "brazilsouth"}),
    ("session", {"sourceId": source_id(many.source_of("session"))}),
    ("transcription", {"status": "Failed"}),
    ("transcription", {"status": "Succeeded", "resource": "rare"}),
    ("transcription", {"displayName": many.name}),
    ("transcription", {"state": "live", "locale": "de-DE"}),
]


@pytest.mark.parametrize(("kind", "where"), FILTERS)
@pytest.mark.parametrize("top", [7, 1000])
def test_every_filter_gives_all_its_rows_newest_first(index: Index, kind: str, where: dict[str, str], top: int) -> None:
    asked = {"source" if name == "sourceId" else name: value for name, value in where.items()}
    found = [one.to_json()["id"] for one in all_pages(index, kind, asked, top)]
    assert found == expected(kind, where)


@pytest.mark.parametrize(("kind", "where"), [f for f in FILTERS if len(f[1]) == 1 and not f[1].keys() & {"region"}])
def test_rare_values_are_found_without_looking_at_others(
    index: Index, tables: big_tables.BigTables, kind: str, where: dict[str, str]
) -> None:
    asked = {"source" if name == "sourceId" else name: value for name, value in where.items()}
    found = query.list_shown(index, kind, where=asked, top=1000).items
    assert sum(index.requests.values()) <= 2
    assert tables.scanned <= len(found) + 60  # the hour of a source has others in it


def test_a_scan_is_bounded_and_goes_on(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    """A value without a place of its own: each call ends after a few requests, and its token leads on to all rows."""
    monkeypatch.setattr(big_tables, "MOST_SCANNED", 50)
    index.requests.clear()
    page = query.list_shown(index, "session", where={"region": "brazilsouth"})
    assert sum(index.requests.values()) == query.MOST_REQUESTS
    assert page.token is not None
    found = [one.to_json()["id"] for one in all_pages(index, "session", {"region": "brazilsouth"}, 100)]
    assert found == expected("session", {"region": "brazilsouth"})


def test_no_token_looks_like_an_option_of_the_command_line() -> None:
    for n in range(300):
        place = Place(f"session:{n}", str(n))
        token = pages._encode(place, "0" * 16)
        assert not token.startswith("-")
        assert pages._decode(token, "0" * 16) == place


def test_no_request_is_made_after_eight_seconds(tables: big_tables.BigTables, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(big_tables, "MOST_SCANNED", 50)
    clock = iter(range(0, 1000, 5))
    slow = Index(tables, monotonic=lambda: float(next(clock)))  # type: ignore[arg-type]
    query.list_shown(slow, "session", where={"region": "brazilsouth"})
    assert sum(slow.requests.values()) == 2


def test_around_pages_hold_all_of_both_kinds_also_where_storage_stops_early(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    since, until = END - timedelta(days=30), END - timedelta(days=20)
    kinds = ("session", "transcription")
    whole = around(index, kinds, since, until, 1000, None)
    assert whole.token is None
    keys_of = [(one.row_key, one.name) for one in whole.items]
    assert keys_of == sorted(keys_of, key=lambda one: one[0])
    assert len(keys_of) > 500
    monkeypatch.setattr(big_tables, "MOST_SCANNED", 20)
    for top in (7, 100):
        token, paged = None, []
        while True:
            page = around(index, kinds, since, until, top, token)
            paged += [(one.row_key, one.name) for one in page.items]
            assert len(page.items) <= top
            token = page.token
            if token is None:
                break
        assert paged == keys_of


def test_what_goes_through_as_it_is_equals_what_is_read_and_written_again(index: Index) -> None:
    for number in range(0, 500, 7):
        row = many.made(number).timeline
        assert shown(row).to_json() == query.rows.stored(row).to_json()  # type: ignore[attr-defined]


def test_half_a_surrogate_pair_becomes_a_question_mark() -> None:
    row = {"PartitionKey": "session:1", "RowKey": f"{'1' * 13}:{'a' * 32}:{'b' * 16}"}
    row["json"] = '{"region": "x\\ud800y"}'
    assert shown(row).to_json() == {"region": "x?y"}
    assert shown({**row, "json": '{"region": "\\ud83d\\ude00"}', "json2": None}).to_json() == {"region": "\U0001f600"}


def test_what_a_source_no_longer_says_is_gone_from_every_place() -> None:
    tables = TableDouble()
    index = Index(tables)  # type: ignore[arg-type]
    moment = datetime(2026, 11, 22, tzinfo=UTC)
    contents: list[list[dict[str, Any]]] = [
        [{"error": ErrorInfo("One"), "reached": "no"}, {"error": ErrorInfo("Two"), "display_name": "a"}],
        [{"error": ErrorInfo("Two"), "reached": "yes"}],
        [],
    ]
    for number, content in enumerate(contents):
        run = SourceRun.begin(index, "blob:c/p", etag=str(number), modified=moment, size=1, worker="w")
        assert isinstance(run, SourceRun)
        run.write(
            Sighting("session", f"{n:032x}", time=TimeSpan(times.text(moment)), **told)
            for n, told in enumerate(content)
        )
        run.finish()
        places = [p for p, _ in tables.tables["timeline"] if "!" in p]
        assert len(places) == sum(("error" in t) + (t.get("reached") == "no") + ("display_name" in t) for t in content)
