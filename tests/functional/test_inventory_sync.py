"""A sync against a real storage emulator and the fake Speech service over real HTTP."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from azure.data.tables import TableServiceClient

from dev.azurite import Azurite
from shared.index import query
from shared.inventory import SyncOptions, enqueue_all, request_sync, resource_states, run_message
from shared.inventory.resource_run import ResourceRun, read_history
from shared.inventory.rows import source_id
from shared.settings import SpeechResource
from tests.fakes.bench import Bench, watched


@pytest.fixture
def bench(azurite: Azurite, table_prefix: str) -> Iterator[Bench]:
    with (
        TableServiceClient.from_connection_string(azurite.connection_string) as tables,
        watched(tables, table_prefix) as found,
    ):
        yield found


def test_all_pages_of_all_kinds_are_listed_and_can_be_looked_up(bench: Bench) -> None:
    """The entities that the service lists are in the index as sightings of the resource."""
    jobs = [bench.fake.state.add(status="Succeeded") for _ in range(250)]
    others = [
        bench.fake.state.add(c) for c in ("datasets", "models", "endpoints", "evaluations", "projects", "webhooks")
    ]

    report = bench.sync()

    assert (report.status, report.mode, report.problem) == ("done", "full", None)
    found = [bench.find(job.id) for job in (jobs[0], jobs[99], jobs[100], jobs[249])]
    assert {f.source for f in found} == {"resource:prod"}
    assert {(f.resource, f.state, f.sighting.status) for f in found} == {("prod", "live", "Succeeded")}
    kinds = [bench.find(other.id).sighting.kind for other in others]
    assert kinds == ["dataset", "model", "endpoint", "evaluation", "project", "webhook"]
    assert bench.fake.requests["list transcriptions"] == 3
    page = query.list_sightings(bench.index, "transcription", where={"resource": "prod"}, top=1000)
    assert len(page.items) == 250


def test_an_idle_sync_costs_two_list_calls_and_writes_nothing_but_its_record(bench: Bench) -> None:
    for _ in range(120):
        bench.fake.state.add(status="Succeeded", age=timedelta(minutes=5))
    bench.sync()
    bench.clock.advance(minutes=15)
    bench.sync()
    bench.clock.advance(minutes=15)
    bench.fake.requests.clear()
    bench.index.requests.clear()

    report = bench.sync()

    assert (report.mode, report.changed) == ("incremental", 0)
    assert bench.fake.requests["list transcriptions"] <= 2
    assert sum(bench.fake.requests.values()) <= 3
    assert bench.index.requests == {"query sources": 2, "transaction sources": 2}  # lease and result


def test_a_change_of_status_is_stored_and_kept_in_the_history(bench: Bench) -> None:
    job = bench.fake.state.add()
    bench.sync()
    for status in ("Running", "Failed"):
        bench.clock.advance(minutes=15)
        bench.fake.state.change(job.id, status, ("InvalidUri", "x") if status == "Failed" else None)
        bench.clock.advance(minutes=5)
        bench.sync()

    assert bench.find(job.id).sighting.status == "Failed"
    history = read_history(bench.index, "prod", job.id.replace("-", ""))
    assert [row["status"] for row in history] == ["Failed", "Running", "NotStarted"]
    assert history == sorted(history, key=lambda row: row["at"], reverse=True)


def test_the_next_link_of_another_host_is_refused_and_no_request_goes_there(bench: Bench) -> None:
    for _ in range(150):
        bench.fake.state.add()
    bench.fake.faults.add("foreign")

    report = bench.sync()

    assert bench.fake.faults.happened["foreign"] == 1
    assert report.status == "failed"
    assert report.problem is not None
    assert report.problem.code == "ForeignNextLink"
    [state] = resource_states(bench.index, bench.settings)
    assert state["status"] == "failed"
    assert "evil.example" in state["lastError"]["message"]
    assert state["lastError"]["advice"]


@pytest.mark.parametrize(("fault", "least"), [("429", 3.0), ("429-date", 3.0), ("429-bare", 0.5), ("503", 0.5)])
def test_a_passing_answer_is_waited_for(bench: Bench, fault: str, least: float) -> None:
    """Retry-After in seconds, as a date, or none at all."""
    job = bench.fake.state.add()
    bench.fake.faults.add(fault, "transcriptions")

    report = bench.sync()

    assert bench.fake.faults.happened[fault] == 1
    assert report.status == "done"
    assert max(bench.clock.slept) >= least
    assert bench.find(job.id).sighting.kind == "transcription"


@pytest.mark.parametrize("fault", ["reset", "half", "not-json", "500"])
def test_a_broken_answer_is_asked_for_again(bench: Bench, fault: str) -> None:
    job = bench.fake.state.add()
    bench.fake.faults.add(fault, "transcriptions", times=2)

    assert bench.sync().status == "done"
    assert bench.fake.faults.happened[fault] == 2
    assert bench.find(job.id).state == "live"


def test_a_service_that_stays_down_ends_the_run_within_its_patience(bench: Bench) -> None:
    bench.fake.faults.add("503", times=-1)

    report = bench.sync()

    assert report.status == "failed"
    assert report.problem is not None
    assert report.problem.code == "ServiceDown"
    assert bench.fake.faults.happened["503"] == 5
    assert sum(bench.clock.slept) < 120


@pytest.mark.parametrize(
    ("fault", "code", "word"),
    [
        ("401", "Unauthorized", "KEY 1"),
        ("401-gateway", "Unauthorized", "region"),
        ("403", "Forbidden", "network"),
        ("400-f0", "FreeTier", "S0"),
        ("403-domain", "CustomDomainMissing", "custom domain"),
        ("400-version", "ApiVersionRefused", "SPEECH_API_VERSION"),
        ("404", "NotFound", "SPEECH_API_VERSION"),
        ("302", "Redirected", "endpoint"),
    ],
)
def test_a_refusal_is_not_repeated_and_comes_with_advice(bench: Bench, fault: str, code: str, word: str) -> None:
    bench.fake.faults.add(fault, times=-1)

    report = bench.sync()

    assert bench.fake.faults.happened[fault] == 1
    assert report.problem is not None
    assert report.problem.code == code
    [state] = resource_states(bench.index, bench.settings)
    assert word in state["lastError"]["advice"]
    assert bench.fake.key not in json.dumps(state)


def test_two_runs_never_overlap_and_the_second_is_followed_by_one_more(bench: Bench) -> None:
    """Who comes second leaves a mark; the holder's next write sees it and does not mistake it for a lost lease."""
    bench.fake.state.add()
    seen: list[str] = []
    bench.fake.after_list = lambda count: seen.append(bench.sync(worker="other").status) if count == 1 else None
    sent: list[str] = []

    def send(text: str, *, delay: float = 0.0) -> None:
        sent.append(json.loads(text)["reason"])

    options = SyncOptions(timing=bench.timing)
    report = run_message('{"resource": "prod", "reason": "timer"}', bench.settings, bench.index, send, options)

    assert "joined" in seen
    assert report is not None
    assert (report.status, report.run_once_more, sent) == ("done", True, ["request"])


def test_a_lease_that_ran_out_is_taken_over_and_the_old_run_writes_nothing_more(bench: Bench) -> None:
    job = bench.fake.state.add()

    def stall(count: int) -> None:
        if count == 1:
            bench.clock.advance(minutes=11)
            assert bench.sync(worker="other").status == "done"

    bench.fake.after_list = stall
    report = bench.sync()

    assert report.status == "lost"
    assert bench.find(job.id).state == "live"
    [state] = resource_states(bench.index, bench.settings)
    assert state["status"] == "done"


def test_one_dead_resource_does_not_stop_another(bench: Bench) -> None:
    dead = SpeechResource("dead", "http://127.0.0.1:1", key="k")
    bench.settings = replace(bench.settings, resources=(dead, bench.resource))
    job = bench.fake.state.add()
    queue: list[str] = []

    def send(text: str, *, delay: float = 0.0) -> None:
        if "dead" in text and not queue:
            queue.append(text)
            raise ConnectionError("the queue hiccups once")
        queue.append(text)

    assert enqueue_all(bench.settings.resources, send) == 1
    options = SyncOptions(timing=bench.timing)
    for text in queue:
        run_message(text, bench.settings, bench.index, send, options)

    assert bench.find(job.id).resource == "prod"
    first, second = resource_states(bench.index, bench.settings)
    assert (first["status"], first["lastError"]["code"], second["status"]) == ("failed", "Unreachable", "done")


def test_a_requested_sync_joins_the_one_that_runs(bench: Bench) -> None:
    sent: list[str] = []

    def send(text: str, *, delay: float = 0.0) -> None:
        sent.append(text)

    assert request_sync(bench.index, "prod", send) == "queued"
    run = ResourceRun.begin(bench.index, "prod", "w")
    assert run is not None
    assert request_sync(bench.index, "prod", send) == "joined"
    assert run.finish() is True
    assert len(sent) == 1


def test_messages_without_a_configured_resource_are_dropped(bench: Bench) -> None:
    for body in (b"not json", b"{}", b"[]", b'{"resource": 7}', b'{"resource": "other"}'):
        assert run_message(body, bench.settings, bench.index, lambda text, *, delay=0.0: None) is None


def test_a_resource_that_was_never_synced_is_shown_as_such(bench: Bench) -> None:
    [state] = resource_states(bench.index, bench.settings)
    assert state == {
        "name": "prod",
        "sourceId": source_id("prod"),
        "endpoint": bench.fake.endpoint,
        "region": "westeurope",
        "cloud": "public",
        "auth": "key",
        "apiVersion": "2025-10-15",
        "schedule": "0 */15 * * * *",
        "nextRun": "2026-11-22T10:15:00.000Z",
        "status": "never",
    }


def test_a_full_pass_is_due_once_a_day(bench: Bench) -> None:
    modes = []
    for _ in range(4):
        modes.append(bench.sync().mode)
        bench.clock.advance(hours=12)
    assert modes == ["full", "incremental", "full", "incremental"]


def test_the_app_keeps_to_five_requests_a_second_and_never_meets_the_quota(bench: Bench) -> None:
    for _ in range(600):
        bench.fake.state.add(status="Succeeded")
    start = bench.clock()

    bench.sync()

    assert bench.fake.requests["refused 429"] == 0
    assert bench.clock() - start >= timedelta(seconds=(sum(bench.fake.requests.values()) - 1) / 5)
