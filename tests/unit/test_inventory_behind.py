"""A page of the list that never comes, or leads away: the jobs behind it live six hours and must not be missed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from shared.index import query
from shared.inventory import SyncOptions, resource_states, run_message
from shared.inventory.audio_index import find_audio
from shared.inventory.resource_run import read_record
from shared.inventory.timing import Patience
from tests.fakes.bench import Bench, watched
from tests.fakes.speech_state import Audio, Entity

HASTY = Patience(tries=2, first_wait=0.1)
SECOND_PAGE = "transcriptions[?].*skip=99"


@pytest.fixture
def bench() -> Iterator[Bench]:
    with watched() as found:
        yield found


def days_of_trouble(bench: Bench, add: Callable[[], Entity], hours: int = 6) -> list[Entity]:
    """A job every quarter of an hour, which the sync after it may list."""
    jobs = []
    for _ in range(4 * hours):
        bench.clock.advance(minutes=15)
        jobs.append(add())
        bench.sync(patience=HASTY)
    return jobs


def is_known(bench: Bench, job: Entity) -> bool:
    return bool(query.find(bench.index, job.id.replace("-", "")))


@pytest.mark.parametrize("fault", ["500", "foreign"])
@pytest.mark.parametrize("synced", [True, False])
def test_jobs_behind_a_page_that_never_comes_are_listed_by_their_date(
    bench: Bench, fault: str, *, synced: bool
) -> None:
    """The full pass fails each time, the error is shown, and no new job is missed."""
    old = [bench.fake.state.add(status="Succeeded", age=timedelta(days=40), ttl_hours=1500) for _ in range(350)]
    if synced:
        bench.sync()
        bench.clock.advance(hours=25)
    bench.fake.faults.add(fault, SECOND_PAGE if fault == "500" else "transcriptions[?]", times=-1)

    jobs = days_of_trouble(bench, lambda: bench.fake.state.add(status="Succeeded", ttl_hours=6))

    assert bench.fake.faults.happened[fault] > 20
    assert all(is_known(bench, job) for job in jobs)
    [state] = resource_states(bench.index, bench.settings)
    assert state["status"] == "failed"
    assert state["lastError"]["code"] == ("ServiceDown" if fault == "500" else "ForeignNextLink")
    bench.fake.faults.clear()
    assert bench.sync().status == "done"
    assert all(is_known(bench, job) for job in old)


def test_an_incremental_pass_that_cannot_be_read_to_its_end_becomes_a_full_one(bench: Bench) -> None:
    """150 jobs at once, and their second page never comes; what was not listed is not forgotten when it does."""
    bench.sync()
    bench.clock.advance(minutes=15)
    many = [bench.fake.state.add(status="Succeeded", ttl_hours=48) for _ in range(150)]
    bench.fake.faults.add("500", SECOND_PAGE, times=-1)

    jobs = days_of_trouble(bench, lambda: bench.fake.state.add(status="Succeeded", ttl_hours=6))

    # as long as the many stand in the window of an hour, they hide the others; those are listed when it has passed
    assert all(is_known(bench, job) for job in jobs)
    assert not all(is_known(bench, job) for job in many)
    bench.fake.faults.clear()
    assert bench.sync().status == "done"
    assert all(is_known(bench, job) for job in many)
    assert all(is_known(bench, job) for job in jobs if job.id in bench.fake.state.alive())


def test_a_look_that_is_too_long_for_one_run_does_not_queue_another_at_once(bench: Bench) -> None:
    """It would begin anew each time, without a pause; what changed lately was listed before."""
    for n in range(1500):
        bench.fake.state.add(status="Succeeded", age=timedelta(hours=200 + n), ttl_hours=None)
    bench.fake.page = 2
    bench.fake.faults.add("500", "skip=1&top=2&api", times=-1)
    job = bench.fake.state.add(status="Succeeded", ttl_hours=6)
    bench.set(sync_run_seconds=60)

    report = bench.sync(patience=HASTY)

    assert bench.fake.faults.happened["500"] == 2
    assert (report.status, report.looked) == ("failed", True)
    assert is_known(bench, job)
    asked = sum(bench.fake.requests.values())
    assert asked > 200
    bench.clock.advance(minutes=15)
    assert bench.sync(patience=HASTY).looked
    assert sum(bench.fake.requests.values()) < asked + 10


def test_files_are_read_although_a_page_never_comes(bench: Bench) -> None:
    for _ in range(150):
        bench.fake.state.add(status="Running", age=timedelta(days=40))
    bench.fake.faults.add("500", SECOND_PAGE, times=-1)
    bench.fake.state.add(status="Succeeded", audio=(Audio("https://x.example/call-7.wav"),))

    report = bench.sync(patience=HASTY, read_files=True)

    assert (report.status, report.looked) == ("failed", True)
    assert len(find_audio(bench.index, "call-7.wav")) == 1


def test_files_that_one_run_has_no_time_for_are_read_by_the_next_one_at_once(bench: Bench) -> None:
    """With a daily schedule they would expire before it comes again. 60 jobs, two requests each, five a second."""
    for n in range(60):
        bench.fake.state.add(status="Succeeded", ttl_hours=6, audio=(Audio(f"https://x.example/{n}.wav"),))
    bench.set(sync_run_seconds=15)
    sent = ['{"resource": "prod", "reason": "timer"}']

    def send(text: str, *, delay: float = 0.0) -> None:
        sent.append(text)

    for text in sent:
        run_message(text, bench.settings, bench.index, send, SyncOptions(timing=bench.timing))
        assert len(sent) < 5

    assert len(sent) > 1
    assert {json.loads(text)["reason"] for text in sent[1:]} == {"continue"}
    assert all(find_audio(bench.index, f"{n}.wav") for n in range(60))


def test_a_key_that_is_refused_is_not_tried_on_another_list(bench: Bench) -> None:
    for _ in range(150):
        bench.fake.state.add()
    bench.fake.faults.add("401", SECOND_PAGE, times=-1)

    report = bench.sync()

    assert (report.status, report.looked, bench.fake.faults.happened["401"]) == ("failed", False, 1)
    assert bench.fake.requests["list transcriptions"] == 1


def test_a_clock_that_once_was_years_ahead_does_not_put_off_the_full_pass(bench: Bench) -> None:
    bench.clock.advance(days=3650)
    bench.sync()
    bench.clock.advance(days=-3649)

    assert bench.sync().mode == "full"
    known = read_record(bench.index, "prod")
    assert known is not None
    assert known.extra["lastFull"].startswith("2026-11-23")


def test_on_a_list_that_never_holds_still_all_that_vanished_is_marked_gone(bench: Bench) -> None:
    """Jobs are deleted while each pass reads: only answers by ID can tell, more than one run has time for."""
    jobs = [bench.fake.state.add(status="Succeeded", ttl_hours=700) for _ in range(1500)]
    bench.sync()
    for job in jobs[:1000]:
        bench.fake.state.delete(job.id)
    rest = iter(jobs[1000:])

    def delete(_count: int) -> None:
        bench.fake.state.delete(next(rest).id)

    bench.fake.after_list = delete
    bench.set(sync_run_seconds=120)
    reports = [bench.sync(full=True)]
    while reports[-1].status == "continue":
        reports.append(bench.sync())
        assert len(reports) < 4

    assert reports[0].tallies["transcription"].shifts >= 4
    assert len(reports) == 3
    assert sum(report.gone for report in reports) >= 1000
    assert {bench.find(job.id).state for job in jobs[:1000]} == {"gone"}
    alive = bench.fake.state.alive()
    assert {bench.find(job.id).state for job in jobs if job.id in alive} == {"live"}


def test_on_a_list_that_holds_still_no_more_than_a_few_are_asked_for(bench: Bench) -> None:
    """Two passes decide on the others; runs that share a pass share the number."""
    jobs = [bench.fake.state.add(status="Succeeded", ttl_hours=700) for _ in range(700)]
    bench.sync()
    for job in jobs[:650]:
        bench.fake.state.delete(job.id)
    bench.set(sync_run_seconds=60)
    reports = [bench.sync(full=True)]
    while reports[-1].status == "continue":
        reports.append(bench.sync())
        assert len(reports) < 5

    assert len(reports) > 1
    assert bench.fake.requests["get transcriptions"] == sum(report.gone for report in reports) == 500
    bench.set(sync_run_seconds=600)
    assert bench.sync(full=True).gone == 150
