"""The sweep: what never fired, what failed for a passing reason, and what no longer can be helped."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from azure.storage.blob import ContainerClient

from dev.azurite import Azurite
from shared.core.errors import StorageUnavailable
from shared.index import query
from shared.index.keys import source_id
from shared.index.source_attempt import MOST_FAILURES, SourceRun
from shared.index.source_record import SourceRecord
from shared.ingest import SweepReport, sweep
from tests.faults.world import AT_ONCE, A, Killed, Lines, World, lose_request

LOG = f"session {A} 2026-11-01T10:00:00Z\n"


@pytest.fixture
def world(azurite: Azurite, container: ContainerClient, table_prefix: str) -> Iterator[World]:
    made = World(azurite.connection_string, container, table_prefix)
    yield made
    made.close()


def record_of(world: World, name: str) -> SourceRecord:
    found = query.get_source(world.main.index, source_id(f"blob:{world.container.container_name}/{name}"))
    assert found is not None
    return found


class Full(Lines):
    """As on an instance whose disk is full."""

    def finish(self) -> Any:
        raise OSError(28, "No space left on device")


def test_blobs_that_were_there_before_the_app_are_read_once(world: World) -> None:
    names = [world.drop(LOG) for _ in range(3)]
    report = world.main.sweep()
    assert (report.never_seen, report.failed, report.finished) == (3, 0, True)
    assert {record_of(world, name).status for name in names} == {"done"}
    world.main.index.requests.clear()
    assert world.main.sweep().never_seen == 0
    assert sum(world.main.index.requests.values()) == 4, "open records, place in the listing, versions, listing"


def test_a_new_version_whose_event_was_lost_is_read(world: World) -> None:
    name = world.drop(LOG)
    world.main.ingest(name)
    world.drop(LOG + LOG.replace("a", "b"), name)
    assert world.main.sweep().never_seen == 1
    assert world.rows(name) == world.expected(name)


def test_a_blob_that_just_came_is_left_to_its_event(world: World) -> None:
    world.drop(LOG)
    assert world.main.sweep(settle=timedelta(minutes=2)).never_seen == 0
    world.clock.forward(timedelta(minutes=3))
    assert world.main.sweep(settle=timedelta(minutes=2)).never_seen == 1


def test_one_bad_source_never_stops_the_others(world: World) -> None:
    names = [world.drop(LOG) for _ in range(4)]

    def ingest(name: str, force: bool) -> SourceRecord:
        if name == names[1]:
            raise StorageUnavailable("just this one")
        return world.main.ingest(name, force=force)

    report = sweep(world.main.container, world.main.index, ingest, settle=AT_ONCE)
    assert (report.never_seen, report.failed, report.finished) == (4, 1, True)
    assert [record_of(world, name).status for name in (names[0], *names[2:])] == ["done"] * 3


def test_a_passing_failure_is_tried_again_later_each_time_and_not_for_ever(world: World) -> None:
    name = world.drop(LOG)
    world.main.ingest(name, extractor=Full)
    tries, pauses = 1, []
    while record_of(world, name).open:
        failed = world.clock.now()
        while not world_sweep_with(world, Full).replayed:
            world.clock.forward(timedelta(minutes=5))
        pauses.append(world.clock.now() - failed)
        tries += 1
    assert tries == MOST_FAILURES
    assert pauses == sorted(pauses)
    assert pauses[-1] >= 4 * pauses[0]
    error = record_of(world, name).error
    assert error is not None
    assert (error.code, error.retryable) == ("OSError", False)
    assert world.main.ingest(name).status == "done", "who asks for it still gets it"
    assert world.rows(name) == world.expected(name)


def world_sweep_with(world: World, extractor: type[Lines]) -> Any:
    def ingest(name: str, force: bool) -> SourceRecord:
        return world.main.ingest(name, force=force, extractor=extractor)

    return sweep(world.main.container, world.main.index, ingest, settle=AT_ONCE)


def test_a_blob_that_ends_its_worker_each_time_is_given_up(world: World) -> None:
    name = world.drop(LOG)
    victim = world.worker("victim")
    for attempt in range(1, MOST_FAILURES + 1):
        victim.wire.arm(4 if attempt == 1 else 6, before=victim.wire.kill)
        with pytest.raises(Killed):
            victim.ingest(name)
        assert record_of(world, name).attempt == attempt
        world.pass_lease()
    assert world.main.sweep().given_up == 1
    error = record_of(world, name).error
    assert error is not None
    assert (error.code, error.retryable) == ("GaveUp", False)
    assert world.main.sweep().given_up == 0
    assert world.main.ingest(name).status == "done"


def test_a_sweep_without_time_goes_on_where_it_stopped(world: World) -> None:
    names = sorted(world.drop(LOG) for _ in range(5))
    seen: list[str] = []

    def slow(name: str, force: bool) -> SourceRecord:
        world.clock.forward(timedelta(seconds=30))
        seen.append(name)
        return world.main.ingest(name, force=force)

    reports: list[SweepReport] = []
    while not reports or not reports[-1].finished:
        reports.append(sweep(world.main.container, world.main.index, slow, seconds=50, settle=AT_ONCE))
    assert seen == names
    assert len(reports) == 3


def test_the_place_in_a_long_listing_is_kept(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages of two blobs; the time is over after each page."""
    names = sorted(world.drop(LOG) for _ in range(5))
    container = world.main.container
    whole = container.list_blobs
    monkeypatch.setattr(container, "list_blobs", lambda **options: whole(results_per_page=2, **options))

    def ingest(name: str, force: bool) -> SourceRecord:
        found = world.main.ingest(name, force=force)
        if name in (names[1], names[3]):
            world.clock.forward(timedelta(seconds=60))
        return found

    finished = [sweep(container, world.main.index, ingest, seconds=50, settle=AT_ONCE).finished for _ in range(3)]
    assert finished == [False, False, True]
    assert {record_of(world, name).status for name in names} == {"done"}
    lists = world.main.index.requests["list blobs"]
    assert lists == 3, "no page twice"
    assert world.main.sweep().finished
    assert world.main.index.requests["list blobs"] == lists + 3, "and the next begins at the beginning"


def test_without_a_container_there_is_nothing_to_sweep(world: World) -> None:
    world.container.delete_container()
    report = world.main.sweep()
    assert (report.failed, report.finished) == (0, False)


def test_records_of_speech_resources_are_not_the_sweeps(world: World) -> None:
    run = SourceRun.begin(world.main.index, "resource:prod", etag="", modified=world.clock.now(), size=0, worker="sync")
    assert isinstance(run, SourceRun)
    run.fail("ServiceUnavailable", "busy", retryable=True)
    world.clock.forward(timedelta(days=1))
    report = world.main.sweep()
    assert (report.replayed, report.failed, report.mended) == (0, 0, 0)


def test_a_copy_that_was_not_closed_is_mended(world: World) -> None:
    """Everything was done but the last write."""
    name = world.drop(LOG)
    victim = world.worker("victim")
    victim.wire.arm(7, before=lose_request, times=3)
    assert victim.ingest(name).status == "done"
    assert record_of(world, name).status == "done"
    (copy,) = query.list_sources(world.main.index).items
    assert copy.status == "running"
    assert world.main.sweep().mended == 1
    assert world.rows(name) == world.expected(name)
    assert world.main.sweep().mended == 0
