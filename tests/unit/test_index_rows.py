"""A sighting survives the way into rows and back, whatever a file made of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.core.records import ErrorInfo, Sdk, Sighting, TimeSpan
from shared.index import keys, rows
from shared.index.rows import Origin
from shared.storage.tables import Key

MODIFIED = datetime(2026, 11, 22, 9, tzinfo=UTC)
ORIGIN = Origin("blob:logs/a.log", MODIFIED, "2026-11-22T10:00:00.000Z", attempt=3)
PLAIN = Sighting("session", "a" * 32, time=TimeSpan("2026-11-21T08:00:00.000Z"))
TEXT = st.text(max_size=200)  # with lone surrogates, as broken logs give them


def made(sighting: Sighting) -> rows.SightingRows:
    found = rows.make(sighting, ORIGIN)
    assert found is not None
    return found


@given(TEXT, TEXT, TEXT, st.lists(TEXT, max_size=5))
def test_any_text_comes_back_as_it_was(region: str, message: str, name: str, events: list[str]) -> None:
    sighting = replace(
        PLAIN,
        region=region or None,
        display_name=name or None,
        error=ErrorInfo(message=message or None),
        events=tuple(events),
    )
    found = made(sighting)
    for row in (found.ids, found.timeline):
        assert rows.stored(row).sighting.to_json() == sighting.to_json()
    for row in (found.ids, found.timeline, found.source_row):
        for value in row.values():
            str(value).encode("utf-8")  # storage takes no lone surrogates


def test_a_huge_sighting_fits_an_entity_and_its_columns() -> None:
    huge = "é" * 100_000
    sighting = replace(PLAIN, display_name=huge, host=huge, model=huge, request_ids=(huge,) * 1000)
    row = made(sighting).ids
    assert sum(2 * len(str(value)) for value in row.values()) < 2**20
    assert all(2 * len(str(value)) <= 64 * 1024 for value in row.values())
    assert rows.stored(row).sighting.id == "a" * 32


def test_a_long_string_is_cut_with_a_mark() -> None:
    found = rows.stored(made(replace(PLAIN, display_name="x" * 9000)).ids).sighting.display_name
    assert found is not None
    assert len(found) == 8192
    assert found.endswith("(cut)")


def test_time_is_of_the_log_else_of_the_entity_else_of_the_blob_never_of_the_clock() -> None:
    created = replace(PLAIN, time=None, created="2026-11-20T07:00:00Z")
    nothing = replace(PLAIN, time=None)
    absurd = replace(PLAIN, time=TimeSpan("soon"))
    spans = [rows.timed(sighting, MODIFIED).time for sighting in (PLAIN, created, nothing, absurd)]
    assert spans == [
        TimeSpan("2026-11-21T08:00:00.000Z", basis="log"),
        TimeSpan("2026-11-20T07:00:00.000Z", basis="created"),
        TimeSpan(basis="blob", not_later_than="2026-11-22T09:00:00.000Z"),
        TimeSpan(basis="blob", not_later_than="2026-11-22T09:00:00.000Z"),
    ]


@pytest.mark.parametrize("local", [None, "2026-11-21 08:00:00"])
def test_the_time_of_the_source_is_a_bound_by_which_rows_are_sorted(local: str | None) -> None:
    unknown = made(replace(PLAIN, time=TimeSpan(basis="local", local=local) if local else None))
    bound = TimeSpan(basis="local" if local else "blob", local=local, not_later_than="2026-11-22T09:00:00.000Z")
    assert rows.stored(unknown.ids).sighting.time == bound
    assert rows.stored(unknown.source_row).sighting.time == replace(bound, local=None)
    assert keys.moment_of(unknown.timeline["RowKey"]) == MODIFIED


def test_a_row_of_an_older_version_has_the_time_of_the_source_as_a_bound_too() -> None:
    old = {"kind": "session", "id": "a" * 32, "time": {"start": "2026-11-22T09:00:00.000Z", "basis": "blob"}}
    assert Sighting.from_json(old).time == TimeSpan(basis="blob", not_later_than="2026-11-22T09:00:00.000Z")


def test_rows_of_sources_know_the_columns_that_lists_show() -> None:
    sighting = replace(PLAIN, region="westeurope", sdk=Sdk(version="1.53.0"), error=ErrorInfo(code="Timeout"))
    source_row = made(sighting).source_row
    assert rows.timeline_key_of(source_row) == Key(*_key(made(sighting).timeline))
    thin = rows.stored(source_row)
    assert (thin.sighting.kind, thin.sighting.id, thin.sighting.region) == ("session", "a" * 32, "westeurope")
    assert thin.sighting.error == ErrorInfo(code="Timeout")
    assert thin.to_json()["sourceId"] == ORIGIN.source_id


def test_what_is_no_id_makes_no_rows() -> None:
    assert rows.make(replace(PLAIN, id="not an id"), ORIGIN) is None


def _key(row: dict[str, Any]) -> tuple[str, str]:
    return row["PartitionKey"], row["RowKey"]
