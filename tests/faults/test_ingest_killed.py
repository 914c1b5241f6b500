"""The work is killed at every step: before and after each storage request. Afterwards the sweep makes it whole."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import timedelta

import pytest

from shared.core.errors import StorageUnavailable
from shared.index.source_record import Failure, SourceRecord
from tests.faults.world import NEW, OLD, Killed, Worker, World, answers, lose_answer, lose_request

Prepare = Callable[[World], str]
CHUNK = 4000
AWAY = (
    "Storage is not responding (ServiceRequestError). Nothing was lost; try again in a few seconds, or check "
    "AzureWebJobsStorage."
)


def fresh(world: World) -> str:
    return world.drop(OLD)


def overwritten(world: World) -> str:
    name = world.drop(OLD)
    world.main.ingest(name)
    return world.drop(NEW, name)


def big(world: World) -> str:
    """More than the first transaction takes, and more than one chunk; the content before it was another."""
    name = world.drop(OLD)
    world.main.ingest(name)
    lines = (f"session {number:032x} 2026-11-03T10:00:00Z\n" for number in range(120))
    return world.drop("".join(lines), name)


def kill_everywhere(world: World, prepare: Prepare, moment: str) -> list[str]:
    """The names of blobs at each of which a worker was killed, one request later than at the one before."""
    victim = world.worker("victim")
    killed = []
    for name in world.strike(prepare, victim, **{moment: victim.wire.kill}):
        with contextlib.suppress(Killed):
            victim.ingest(name, chunk=CHUNK)
        killed.append(name)
    return killed


@pytest.mark.parametrize(
    ("prepare", "moment"), [(fresh, "before"), (overwritten, "before"), (overwritten, "after"), (big, "before")]
)
def test_killed_at_any_request_one_sweep_leaves_exactly_the_rows_of_the_last_content(
    world: World, prepare: Prepare, moment: str
) -> None:
    """One sweep, when the lease of the dead worker and the grace after it are over."""
    killed = kill_everywhere(world, prepare, moment)
    world.pass_lease()
    world.pass_lease()
    world.main.sweep()
    for name in killed:
        assert world.rows(name) == world.expected(name), name


def test_a_sweep_right_after_the_lease_answers_truly_and_the_next_one_leaves_nothing(world: World) -> None:
    """Until the grace is over the dead worker may be alive after all: what it may yet write is remembered."""
    killed = kill_everywhere(world, overwritten, "before")
    world.pass_lease()
    world.main.sweep()
    for name in killed:
        assert answers(world.rows(name)) == answers(world.expected(name)), name
    world.pass_lease()
    world.main.sweep()
    for name in killed:
        assert world.rows(name) == world.expected(name), name


@pytest.mark.parametrize(("prepare", "fault"), [(overwritten, "before"), (overwritten, "after"), (big, "after")])
def test_one_lost_request_or_answer_changes_nothing(world: World, prepare: Prepare, fault: str) -> None:
    """A conditional write that was carried out before its answer was lost is recognised as our own."""
    worker = world.worker("worker")
    for name in world.strike(prepare, worker, **{fault: lose_request if fault == "before" else lose_answer}):
        assert worker.ingest(name, chunk=CHUNK).status == "done"
        assert world.rows(name) == world.expected(name)


@pytest.mark.parametrize("prepare", [fresh, overwritten])
def test_storage_that_stays_away_fails_with_a_reason_or_raises_and_the_sweep_mends_it(
    world: World, prepare: Prepare
) -> None:
    """More losses in a row than the retries bear, from any request on."""
    worker = world.worker("worker")
    ends: dict[str, SourceRecord | None] = {}
    for name in world.strike(prepare, worker, before=lose_request, times=3):
        ends[name] = ingest_or_none(worker, name)
        assert worker.wire.hits in (0, 3)
    for _ in range(3):  # the first pause, the lease of a record that could not be given back, the tombstones
        world.clock.forward(timedelta(hours=13))
        world.main.sweep()
    for name in ends:
        assert world.rows(name) == world.expected(name), name
    told = [found for found in ends.values() if found is not None and found.status == "failed"]
    assert told
    assert {found.error for found in told} == {Failure("StorageUnavailable", AWAY, retryable=True)}
    assert None in ends.values()


def ingest_or_none(worker: Worker, name: str) -> SourceRecord | None:
    """None if not even the record could be written."""
    try:
        return worker.ingest(name)
    except StorageUnavailable:
        return None
