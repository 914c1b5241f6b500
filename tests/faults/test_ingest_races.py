"""Several workers on one source, contents that change while they are read, and workers that come back from the dead."""

from __future__ import annotations

import threading

import pytest

from shared.index import query
from shared.index.keys import source_id
from shared.index.source_record import SourceRecord
from tests.faults.test_ingest_killed import CHUNK, Prepare, big, fresh, overwritten
from tests.faults.world import NEW, OLD, Clock, Killed, World, answers


@pytest.mark.parametrize("prepare", [fresh, big])
def test_a_content_that_arrives_at_any_request_of_the_work_is_what_the_index_holds_without_a_sweep(
    world: World, prepare: Prepare
) -> None:
    """Its event finds the lease taken and leaves a mark, or the work is done and it runs itself."""
    worker = world.worker("worker")
    names: list[str] = []

    def dropped(world: World) -> str:
        names.append(prepare(world))
        return names[-1]

    def event() -> None:
        world.drop(NEW, names[-1])
        world.main.ingest(names[-1])

    for name in world.strike(dropped, worker, before=event):
        worker.ingest(name, chunk=CHUNK)
        assert world.rows(name) == world.expected(name)


@pytest.mark.parametrize("content", [OLD, NEW])
def test_a_worker_that_stops_beyond_its_lease_and_goes_on_leaves_nothing_behind(world: World, content: str) -> None:
    """Another one takes over meanwhile, with the same or another content. The sweep after it removes what came late."""
    clock = Clock()
    zombie = world.worker("zombie", clock)
    names: list[str] = []

    def prepare(world: World) -> str:
        names.append(overwritten(world))
        clock.set_to(world.clock)  # and then it stands still
        return names[-1]

    def meanwhile() -> None:
        world.pass_lease()
        if content != NEW:
            world.drop(content, names[-1])
        world.main.ingest(names[-1])

    for name in world.strike(prepare, zombie, before=meanwhile):
        zombie.ingest(name)
    world.pass_lease()
    world.main.sweep()
    for name in names:
        assert world.rows(name) == world.expected(name), name


def test_four_workers_at_once_leave_what_one_leaves(world: World) -> None:
    for _ in range(5):
        name = world.drop(OLD)
        together(world, name, workers=4)
        assert world.rows(name) == world.expected(name)
        world.drop(NEW, name)
        together(world, name, workers=4)
        assert world.rows(name) == world.expected(name)


def together(world: World, name: str, workers: int) -> list[SourceRecord]:
    """Ingest by several threads that start at the same moment. An error of one fails the test."""
    gate = threading.Barrier(workers)
    found: list[SourceRecord] = []

    def work(number: int) -> None:
        worker = world.worker(f"thread {number}")
        gate.wait(timeout=30)
        found.append(worker.ingest(name))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == workers
    return found


def test_a_second_delivery_while_it_is_read_leaves_no_mark(world: World) -> None:
    name = world.drop(OLD)
    worker = world.worker("slow")
    seen: list[SourceRecord] = []
    worker.wire.arm(4, before=lambda: seen.append(world.main.ingest(name)))
    assert worker.ingest(name).status == "done"
    assert [(record.status, record.worker, record.newer_etag) for record in seen] == [("running", "slow", None)]


def test_a_slow_worker_does_not_put_older_content_over_newer(world: World) -> None:
    """It read the old content, another worker indexed the new one, then it begins."""
    name = world.drop(OLD)
    slow = world.worker("slow")

    def newer_is_done() -> None:
        world.drop(NEW, name)
        assert world.main.ingest(name).status == "done"

    slow.wire.arm(1, after=newer_is_done)
    found = slow.ingest(name)
    assert found.status == "done"
    assert world.rows(name) == world.expected(name)


def test_an_expired_lease_is_taken_over_and_a_living_one_is_not(world: World) -> None:
    name = world.drop(OLD)
    dying = world.worker("dying")
    dying.wire.arm(3, before=dying.wire.kill)
    with pytest.raises(Killed):
        dying.ingest(name)
    assert world.main.ingest(name).status == "running"
    world.pass_lease()
    assert world.main.ingest(name).status == "done"


@pytest.mark.parametrize("prepare", [fresh, overwritten])
def test_a_blob_deleted_at_any_request_ends_done_or_says_that_it_is_gone(world: World, prepare: Prepare) -> None:
    worker = world.worker("worker")
    names: list[str] = []
    ends = set()

    def prepared(world: World) -> str:
        names.append(prepare(world))
        return names[-1]

    for name in world.strike(prepared, worker, before=lambda: world.container.delete_blob(names[-1])):
        found = worker.ingest(name)
        ends.add((found.status, found.error.code if found.error else None))
    world.pass_lease()
    world.main.sweep()
    for name in names:
        stored = query.get_source(world.main.index, source_id(f"blob:{world.container.container_name}/{name}"))
        assert stored is not None
        assert not stored.open
        assert answers(world.rows(name)) or stored.status == "failed"
    assert ends == {("done", None), ("failed", "SourceGone")} if prepare is fresh else ("done", None) in ends
