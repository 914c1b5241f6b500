"""What is kept when a pass stops half-way: from it must not follow that something is gone, or is never read."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from shared.core import ids
from shared.inventory import rows
from shared.inventory.timing import Patience
from shared.storage.tables import SOURCES
from tests.fakes.bench import Bench, watched
from tests.fakes.speech_state import Entity
from tests.fakes.tables import Crash, TableDouble

HASTY = Patience(tries=2, first_wait=0.1)


@pytest.fixture
def bench() -> Iterator[Bench]:
    with watched() as found:
        yield found


def held(bench: Bench, entity: Entity) -> dict[str, object]:
    row = bench.index.get(SOURCES, rows.source_id("prod"), f"transcription:{ids.digits(entity.id)}")
    assert row is not None
    return dict(row)


def hide(bench: Bench, *jobs: Entity) -> None:
    """They are neither listed, nor is there an answer about them: nobody can know."""
    for job in jobs:
        bench.fake.state.delete(job.id)
        bench.fake.faults.add("500", job.id, times=-1)


def asked_by_id(bench: Bench) -> int:
    return sum("/transcriptions/" in line for line in bench.fake.log)


def test_a_list_that_shifted_marks_nothing_gone_unasked(bench: Bench) -> None:
    """A job that two passes miss is gone, but not if others were deleted while the second one read the list."""
    jobs = [bench.fake.state.add(status="Succeeded", ttl_hours=700) for _ in range(300)]
    bench.sync()
    hide(bench, jobs[250])
    assert bench.sync(full=True, patience=HASTY).gone == 0
    assert held(bench, jobs[250])["missed"]

    bench.fake.after_list = lambda _count: bench.fake.state.delete(jobs[0].id)
    bench.fake.faults.add("500", jobs[0].id, times=-1)
    shifted = bench.sync(full=True, patience=HASTY)

    assert shifted.tallies["transcription"].shifts == 1
    assert (shifted.complete, shifted.gone) == (True, 0)
    assert bench.find(jobs[250].id).state == "live"
    bench.fake.after_list = lambda _count: None
    assert bench.sync(full=True, patience=HASTY).gone == 1
    assert bench.find(jobs[250].id).state == "gone"


def test_a_pass_that_several_runs_share_misses_a_job_once(bench: Bench) -> None:
    """Slow storage stops it while it notes what is missing; the run that goes on must not count the same pass twice."""
    tables = bench.index._tables
    assert isinstance(tables, TableDouble)
    jobs = [bench.fake.state.add(status="Succeeded", ttl_hours=700) for _ in range(350)]
    bench.sync()
    hide(bench, *jobs[:300])
    bench.set(sync_run_seconds=8)
    tables.plan = lambda _number: bench.clock.advance(seconds=2)
    listed = bench.fake.requests["list transcriptions"]
    assert bench.sync(full=True, patience=HASTY).status == "continue"
    assert 0 < sum(bool(held(bench, job).get("missed")) for job in jobs) < 300
    tables.plan = lambda _number: None
    report = bench.sync(patience=HASTY)

    assert (report.status, report.mode, report.gone) == ("done", "full", 0)
    assert bench.fake.requests["list transcriptions"] == listed + 1
    assert {bench.find(job.id).state for job in jobs} == {"live"}
    assert all(held(bench, job)["missed"] for job in jobs[:300])
    bench.set(sync_run_seconds=600)
    assert bench.sync(full=True, patience=HASTY).gone == 300


def test_a_long_rest_that_the_service_wants_does_not_hold_up_the_lists(bench: Bench) -> None:
    """The missing job waits for the next full pass, and the lists are read again in time."""
    job = bench.fake.state.add(status="Succeeded", ttl_hours=700)
    bench.sync()
    bench.fake.state.delete(job.id)
    bench.fake.faults.add("429", f"/transcriptions/{job.id}", times=-1, value=36_000)

    report = bench.sync(full=True)

    assert (report.status, report.gone, bench.fake.faults.happened["429"]) == ("done", 0, 1)


def test_one_answer_that_takes_minutes_does_not_cost_the_lease(bench: Bench) -> None:
    """A lease is ten minutes long, and so may be one request with all its tries: it is renewed long before."""
    jobs = [bench.fake.state.add(status="Succeeded", ttl_hours=700) for _ in range(250)]
    bench.set(sync_run_seconds=1500)
    for minutes, after in ((4, 0), (9, 1)):
        bench.fake.faults.add("slow", f"skip={99 * after}&", value=partial(bench.clock.advance, minutes=minutes))

    report = bench.sync(patience=Patience(answer_seconds=900))

    assert (report.status, bench.fake.faults.happened["slow"]) == ("done", 2)
    assert {bench.find(job.id).state for job in jobs} == {"live"}


def test_a_proxy_does_not_stand_between_the_app_and_a_resource_on_this_machine(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    job = bench.fake.state.add()

    assert bench.sync(patience=HASTY).status == "done"
    assert bench.find(job.id).state == "live"


def test_expiry_goes_by_the_clock_of_the_service(bench: Bench) -> None:
    """Ours is three hours behind: what has just expired there was not deleted early."""
    bench.fake.clock = lambda: bench.clock() + timedelta(hours=3)
    bench.fake.state.clock = bench.fake.clock
    job = bench.fake.state.add(status="Succeeded", ttl_hours=6)
    bench.sync()
    bench.clock.advance(hours=6, minutes=1)

    assert bench.sync(full=True).gone == 1
    assert bench.find(job.id).to_json()["cause"] == "expired"


def test_settling_many_missing_jobs_stops_in_time_and_goes_on(bench: Bench) -> None:
    """300 jobs at five answers a second take a minute; a run has 20 seconds."""
    jobs = [bench.fake.state.add(status="Succeeded", ttl_hours=700) for _ in range(310)]
    bench.sync()
    for job in jobs[:300]:
        bench.fake.state.delete(job.id)
    bench.set(sync_run_seconds=20)
    listed, runs, gone = bench.fake.requests["list transcriptions"], 0, 0
    while True:
        before = bench.clock()
        report = bench.sync(full=not runs)
        assert (bench.clock() - before).total_seconds() < 22
        runs, gone = runs + 1, gone + report.gone
        if report.status != "continue":
            break

    assert (runs, gone) == (4, 300)
    assert bench.fake.requests["list transcriptions"] == listed + 2  # the last run looked for changes
    assert asked_by_id(bench) == 300


def test_what_was_read_before_an_error_is_stored(bench: Bench) -> None:
    """The second page of an incremental pass never comes; the first one is not lost with it."""
    bench.sync()
    jobs = [bench.fake.state.add() for _ in range(150)]
    bench.fake.faults.add("500", "transcriptions[?].*skip=99", times=-1)
    bench.clock.advance(minutes=15)

    report = bench.sync(patience=HASTY)

    assert (report.mode, report.status) == ("incremental", "failed")
    assert bench.fake.faults.happened["500"] == 2
    assert {bench.find(job.id).state for job in jobs[:100]} == {"live"}


@pytest.mark.parametrize("fault", ["401", "403"])
def test_a_key_that_is_refused_in_the_middle_of_a_pass_loses_no_page(bench: Bench, fault: str) -> None:
    jobs = [bench.fake.state.add() for _ in range(350)]
    bench.fake.faults.add(fault, "transcriptions[?].*skip=198")

    report = bench.sync()

    assert (report.status, bench.fake.faults.happened[fault]) == ("failed", 1)
    assert {bench.find(job.id).state for job in jobs[:199]} == {"live"}
    pages = bench.fake.requests["list transcriptions"]
    assert bench.sync().status == "done"
    assert bench.fake.requests["list transcriptions"] == pages + 2
    assert {bench.find(job.id).state for job in jobs} == {"live"}


def test_an_incremental_pass_that_is_too_long_for_one_run_becomes_a_full_one(bench: Bench) -> None:
    """It would begin anew each time."""
    bench.sync()
    bench.fake.page = 2
    jobs = [bench.fake.state.add() for _ in range(150)]
    bench.set(sync_run_seconds=20)
    bench.clock.advance(minutes=15)

    reports = [bench.sync()]
    while reports[-1].status == "continue":
        reports.append(bench.sync())
        assert len(reports) < 6

    assert [report.mode for report in reports] == ["incremental", "full", "full"]
    assert {bench.find(job.id).state for job in jobs} == {"live"}


def test_another_resource_in_the_middle_of_a_pass_begins_a_new_one(bench: Bench) -> None:
    """The place belongs to the list of the other one, and its links lead to the other host."""
    for _ in range(100):
        bench.fake.state.add()
    bench.fake.page = 2
    bench.set(sync_run_seconds=10)
    assert bench.sync().status == "continue"
    with watched() as other:
        new = [other.fake.state.add(id=f"fa4e0000-0000-4000-a000-{n:012d}") for n in range(60)]
        bench.set(resources=(replace(bench.resource, endpoint=other.fake.endpoint),), sync_run_seconds=600)

        assert bench.sync().status == "done"

        assert {bench.find(job.id).state for job in new} == {"live"}


def test_after_a_crash_at_any_request_no_job_that_was_listed_counts_as_missed() -> None:
    """The IDs that were seen are kept beside the place in the list; the one without the other is worth nothing."""
    crashes = 0
    for due in itertools.count(1):
        with watched() as bench:
            if not _crash_in_the_second_run(bench, due):
                break
            crashes += 1
    assert crashes >= 9


def _crash_in_the_second_run(bench: Bench, due: int) -> bool:
    """A full pass of three runs, of which the second one dies at its request number `due`. False if it has fewer."""
    tables = bench.index._tables
    assert isinstance(tables, TableDouble)
    jobs = [bench.fake.state.add(status="Succeeded", ttl_hours=700) for _ in range(70)]
    bench.sync()
    bench.fake.faults.add("500", r"/transcriptions/", times=-1)  # nobody can be asked by ID
    bench.fake.page = 2
    bench.set(sync_run_seconds=4)
    assert bench.sync(full=True, patience=HASTY).status == "continue"
    countdown = itertools.count(1)
    tables.plan = lambda _number: "dies" if next(countdown) == due else None
    with suppress(Crash):
        bench.sync(patience=HASTY)
    tables.plan = lambda _number: None
    bench.clock.advance(minutes=11)  # its lease
    while bench.sync(patience=HASTY).status == "continue":
        pass
    assert {bench.find(job.id).state for job in jobs} == {"live"}
    assert not any(held(bench, job).get("missed") for job in jobs), due
    return bool(tables.happened["dies"])


def test_a_page_that_is_served_twice_hides_nothing(bench: Bench) -> None:
    """The second one stands in the place of another page; it is asked for once more."""
    bench.sync()
    jobs = [bench.fake.state.add() for _ in range(250)]
    bench.clock.advance(minutes=15)
    bench.fake.faults.add("repeat", "transcriptions[?].*skip=99")

    report = bench.sync()

    assert bench.fake.faults.happened["repeat"] == 1
    assert (report.mode, report.complete, report.changed) == ("incremental", True, 250)
    assert {bench.find(job.id).state for job in jobs} == {"live"}


@pytest.mark.parametrize("full", [True, False])
def test_what_an_incomplete_pass_hides_is_listed_by_the_next_one(bench: Bench, *, full: bool) -> None:
    """Its begin is no watermark."""
    bench.sync()
    jobs = [bench.fake.state.add() for _ in range(250)]
    bench.clock.advance(minutes=15)
    bench.fake.faults.add("repeat", "transcriptions[?].*skip=99", times=2)

    assert not bench.sync(full=full).complete

    assert bench.fake.faults.happened["repeat"] == 2
    bench.clock.advance(hours=1)
    assert bench.sync().complete
    assert {bench.find(job.id).state for job in jobs} == {"live"}


def test_no_run_ends_without_a_look_at_the_transcriptions(bench: Bench) -> None:
    """The full pass was nearly through when the process died; what happened since then is not left to the next run."""
    tables = bench.index._tables
    assert isinstance(tables, TableDouble)
    bench.sync()
    bench.fake.state.add("webhooks")
    bench.fake.after_list = lambda _count: setattr(tables, "plan", dies_at_the_end) if at_the_end() else None

    def at_the_end() -> bool:
        return "webhooks" in bench.fake.log[-1]

    left = itertools.count()

    def dies_at_the_end(_number: int) -> str | None:
        return "dies" if next(left) == 1 else None  # after the first write, which says what is done

    with suppress(Crash):
        bench.sync(full=True)
    assert tables.happened["dies"] == 1
    bench.fake.after_list = lambda _count: None
    tables.plan = lambda _number: None
    job = bench.fake.state.add(status="Succeeded", ttl_hours=6)
    bench.clock.advance(minutes=15)
    listed = bench.fake.requests["list transcriptions"]

    report = bench.sync()

    assert (report.status, report.mode) == ("done", "full")
    assert bench.fake.requests["list transcriptions"] == listed + 1
    assert "filter=" in next(line for line in reversed(bench.fake.log) if "/transcriptions?" in line)
    assert bench.find(job.id).state == "live"
