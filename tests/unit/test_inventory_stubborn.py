"""What stays broken stops nothing else: one list, one job, one entity that does not say which it is."""

from __future__ import annotations

import gzip
import itertools
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import requests
from werkzeug.wrappers import Response

from shared.app.clients import utc_now
from shared.core import times
from shared.inventory import resource_states
from shared.inventory.audio_index import find_audio
from shared.inventory.auth import KeyAuth
from shared.inventory.client import ListPage, SpeechClient
from shared.inventory.resource_run import read_record
from shared.inventory.service_errors import Unavailable
from shared.inventory.timing import Patience
from shared.inventory.transport import Access, Transport
from shared.inventory.urls import Addresses, skip_of, with_skip
from shared.settings import Settings, SpeechResource
from shared.speech.collections import Listing
from tests.fakes import speech_shapes
from tests.fakes.bench import Bench, watched
from tests.fakes.speech_state import Audio

HASTY = Patience(tries=2, first_wait=0.1)


@pytest.fixture
def bench() -> Iterator[Bench]:
    with watched() as found:
        yield found


def test_a_list_that_stays_broken_does_not_stop_the_transcriptions(bench: Bench) -> None:
    bench.fake.faults.add("500", "/evaluations", times=-1)
    bench.sync(patience=HASTY)
    bench.clock.advance(minutes=15)
    bench.sync(patience=HASTY)
    job = bench.fake.state.add(status="Succeeded", ttl_hours=6)
    for _ in range(3):
        bench.clock.advance(minutes=15)
        bench.sync(patience=HASTY)

    assert bench.find(job.id).sighting.status == "Succeeded"
    [state] = resource_states(bench.index, bench.settings)
    assert state["problems"]["evaluation"]["code"] == "ServiceDown"


def test_a_full_pass_of_several_runs_reads_no_list_twice(bench: Bench) -> None:
    """Each run has 60 seconds; both lists need more than one."""
    bench.fake.page = 2
    bench.set(sync_run_seconds=60)
    for _ in range(400):
        bench.fake.state.add()
        bench.fake.state.add("datasets")
    runs = 0
    while bench.sync(full=not runs).status == "continue":
        runs += 1
        assert runs < 10

    assert runs == 2
    read_to_the_end = [line for line in bench.fake.log if "filter=" not in line]
    assert sum("/transcriptions?" in line for line in read_to_the_end) == 399
    assert sum("/datasets?" in line for line in read_to_the_end) == 399


def test_an_entity_that_does_not_say_which_it_is_is_never_marked_gone(bench: Bench) -> None:
    """Neither its list nor its own answer names it: nobody knows, but the service has it."""
    job = bench.fake.state.add(ttl_hours=700)
    bench.sync()
    bench.fake.state.get("transcriptions", job.id).extra["self"] = None  # type: ignore[union-attr]
    for _ in range(3):
        report = bench.sync(full=True)
        assert (report.status, report.gone) == ("done", 0)
    assert bench.find(job.id).state == "live"


def test_a_list_with_nameless_entities_marks_nothing_gone_unasked(bench: Bench) -> None:
    job = bench.fake.state.add(ttl_hours=700)
    bench.sync()
    bench.fake.state.get("transcriptions", job.id).extra["self"] = None  # type: ignore[union-attr]
    bench.fake.faults.add("403", f"{job.id}", times=-1)
    for _ in range(3):
        assert bench.sync(full=True).gone == 0


def test_one_job_whose_files_never_answer_does_not_hold_up_the_others(bench: Bench) -> None:
    first = bench.fake.state.add(status="Succeeded", ttl_hours=6)
    bench.fake.state.add(status="Succeeded", ttl_hours=40, audio=(Audio("https://x.example/b.wav"),))
    bench.fake.faults.add("500", f"{first.id}/files", times=-1)
    report = bench.sync(read_files=True, patience=HASTY)
    assert report.files is not None
    assert (report.files.status, report.files.jobs) == ("failed", 1)
    assert find_audio(bench.index, "b.wav")


@pytest.mark.parametrize(("fault", "code"), [("403", "Forbidden"), ("302", "Redirected"), ("503", "ServiceDown")])
def test_what_stops_the_reading_of_files_is_shown_until_they_are_read(bench: Bench, fault: str, code: str) -> None:
    """The lists are fine then, so nothing else would tell; no job counts as read."""
    jobs = [bench.fake.state.add(status="Succeeded", audio=(Audio(f"https://x.example/{n}.wav"),)) for n in range(5)]
    bench.fake.faults.add(fault, "/files", times=-1)
    bench.sync(read_files=True, patience=HASTY)
    [state] = resource_states(bench.index, bench.settings)
    assert bench.fake.faults.happened[fault] > 0
    assert state["status"] == "done"
    assert state["problems"]["files"]["code"] == code
    assert state["problems"]["files"]["advice"]

    bench.clock.advance(minutes=15)
    bench.sync(patience=HASTY)
    assert "problems" in resource_states(bench.index, bench.settings)[0]  # this one did not read any
    bench.fake.faults.clear()
    bench.clock.advance(minutes=15)
    bench.sync(read_files=True)

    [state] = resource_states(bench.index, bench.settings)
    assert "problems" not in state
    assert state["filesRead"]["jobs"] == len(jobs)
    assert all(find_audio(bench.index, f"{n}.wav") for n in range(5))


def test_reports_that_cannot_be_had_are_told_until_one_can_be_read(bench: Bench) -> None:
    """Their storage is none of the cloud's; the lists are fine and the jobs count as read."""
    for _ in range(3):
        bench.fake.state.add(status="Succeeded", audio=(Audio("https://x.example/a.wav"),))
    bench.fake.content_base = "https://storage.contoso.example"
    for _ in range(2):  # the second one has nothing to read
        assert bench.sync(read_files=True).status == "done"
        [state] = resource_states(bench.index, bench.settings)
        assert state["problems"]["files"]["code"] == "ReportsUnread"
        assert state["problems"]["files"]["message"].startswith("Of 3 finished jobs")
        bench.clock.advance(minutes=15)
    bench.fake.content_base = None
    bench.fake.state.add(status="Succeeded", audio=(Audio("https://x.example/b.wav"),))
    bench.sync(read_files=True)

    assert "problems" not in resource_states(bench.index, bench.settings)[0]
    assert find_audio(bench.index, "b.wav")


def test_a_clock_that_is_ahead_hides_nothing_that_happened_during_a_long_pass(bench: Bench) -> None:
    """The service is three hours behind. The watermark is the begin of the pass, by the service's clock."""
    bench.fake.clock = lambda: bench.clock() - timedelta(hours=3)
    for _ in range(250):
        bench.fake.state.add()
    started = bench.fake.clock()
    bench.fake.after_list = lambda _count: bench.clock.advance(minutes=2)
    bench.sync()
    found = read_record(bench.index, "prod")
    assert found is not None
    assert times.parse(found.extra["watermarks"]["transcription"]) <= started


def test_an_answer_that_is_nested_without_end_is_an_answer_that_makes_no_sense(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Transport, "_read", lambda *_given: b"[" * 1_000_000)
    report = bench.sync(patience=HASTY)
    assert report.problem is not None
    assert report.problem.code == "NotJson"


def test_a_key_with_a_stray_letter_is_told(bench: Bench) -> None:
    """People paste invisible ones."""
    bench.set(resources=(replace(bench.resource, key="abc\u200b"),))
    report = bench.sync()
    assert report.problem is not None
    assert report.problem.code == "BadEndpoint"


def test_the_problem_of_a_list_is_shown_until_that_list_is_read_again(bench: Bench) -> None:
    bench.fake.faults.add("403", "/evaluations", times=-1)
    bench.sync()
    for _ in range(3):
        bench.clock.advance(minutes=15)
        bench.sync()
    [state] = resource_states(bench.index, bench.settings)
    assert state["problems"]["evaluation"]["code"] == "Forbidden"
    bench.fake.faults.clear()
    for _ in range(6):
        bench.clock.advance(minutes=15)
        bench.sync()
    [state] = resource_states(bench.index, bench.settings)
    assert "problems" not in state


def test_requests_used_include_those_for_files(bench: Bench) -> None:
    bench.fake.state.add(status="Succeeded", audio=(Audio("https://x.example/b.wav"),))
    report = bench.sync(read_files=True)
    [state] = resource_states(bench.index, bench.settings)
    assert state["requests"] == {"last": sum(bench.fake.requests.values()), "total": sum(bench.fake.requests.values())}
    assert report.requests == sum(bench.fake.requests.values())


def test_many_slow_answers_about_missing_jobs_do_not_cost_the_lease(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.set(sync_run_seconds=1500)
    jobs = [bench.fake.state.add(ttl_hours=700) for _ in range(400)]
    bench.sync()
    order = bench.fake.state._order
    order["transcriptions"] = []
    original = bench.fake.state.get

    def slow(*given: Any) -> Any:
        bench.clock.advance(seconds=2)
        return original(*given)

    monkeypatch.setattr(bench.fake.state, "get", slow)
    report = bench.sync(full=True)
    assert report.status == "done"
    assert {bench.find(job.id).state for job in jobs} == {"live"}


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example\\.blob.core.windows.net/x",
        "https://127.0.0.1\\.blob.core.windows.net/x",
        "https://evil.example%2f.blob.core.windows.net/x",
        "https://:p@acc.blob.core.windows.net/x",
        "https://.blob.core.windows.net/x",
        "https://\u00e9vil.blob.core.windows.net/x",
        "https://a..blob.core.windows.net/",
        f"https://{'a' * 64}.blob.core.windows.net/x",
        "https://acc.blob.core.windows.net.evil.example/x",
    ],
)
def test_a_host_that_two_readers_may_understand_differently_is_not_fetched(url: str) -> None:
    """`requests` ends the host of the first one before the backslash, and would go to evil.example."""
    resource = SpeechResource("p", "https://westeurope.api.cognitive.microsoft.com", "westeurope", "k")
    assert not Addresses(resource, "2025-10-15").may_fetch(url)


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://:pw@h.example",
        "https://@h.example",
        "https://a.example\\.b.example",
        "https://h exa.example",
        "https://h%2f.example",
    ],
)
def test_an_endpoint_that_can_be_misread_is_refused(endpoint: str) -> None:
    entry = json.dumps([{"name": "a", "endpoint": endpoint, "key": "k"}])
    settings = Settings.load({"SPEECH_RESOURCES": entry})
    assert not settings.resources
    assert "plain address" in dict(settings.problems)["SPEECH_RESOURCES"]


def test_a_service_that_is_down_ends_the_reading_of_files_soon(bench: Bench) -> None:
    for _ in range(8):
        bench.fake.state.add(status="Succeeded")
    bench.fake.faults.add("503", "/files", times=-1)
    report = bench.sync(read_files=True, patience=HASTY)
    assert report.files is not None
    assert (report.files.status, report.files.jobs) == ("failed", 0)
    assert bench.fake.faults.happened["503"] == 6  # three jobs, two tries each


def test_a_list_that_leads_on_for_ever_is_noticed(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Behind its end each page is empty and names a next one."""
    job = [bench.fake.state.add() for _ in range(150)][-1]
    real = SpeechClient.page

    def endless(self: SpeechClient, url: str, listing: Listing) -> ListPage:
        page = real(self, url, listing)
        return replace(page, next=page.next or with_skip(url, (skip_of(url) or 0) + 100))

    monkeypatch.setattr(SpeechClient, "page", endless)
    report = bench.sync()
    assert report.problem is not None
    assert report.problem.code == "PageLoop"
    assert bench.fake.requests["list transcriptions"] < 150  # three times: the whole list, what changed, the last hour
    assert bench.find(job.id).state == "live"


def test_files_without_end_are_cut(bench: Bench) -> None:
    bench.set(sync_run_seconds=600)
    bench.fake.state.add(status="Succeeded")
    real = speech_shapes.files_json

    def many(*given: Any) -> list[dict[str, Any]]:
        return real(*given) * 500

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(speech_shapes, "files_json", many)
        bench.fake.page = 1
        report = bench.sync(read_files=True)
    assert report.files is not None
    assert (report.files.status, report.files.jobs) == ("done", 1)
    assert bench.fake.requests["files transcriptions"] == 300


def test_a_change_that_is_listed_late_is_not_missed(bench: Bench) -> None:
    """It is dated five minutes before the sync that did not list it yet."""
    bench.sync()
    job = bench.fake.state.add(age=timedelta(minutes=5))
    bench.clock.advance(minutes=15)
    assert bench.sync().mode == "incremental"
    assert bench.find(job.id).state == "live"


def test_a_server_that_drips_does_not_outlast_the_patience_for_one_answer() -> None:
    """It announces a long body and sends one byte after the other, which no time-out of a socket notices."""
    ended = threading.Event()

    def drip(listening: socket.socket) -> None:
        connection, _ = listening.accept()
        with connection, suppress(OSError):
            connection.recv(4000)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
            while not ended.wait(0.01):
                connection.sendall(b" ")

    with socket.create_server(("127.0.0.1", 0)) as listening, requests.Session() as session:
        session.trust_env = False
        thread = threading.Thread(target=drip, args=(listening,), daemon=True)
        thread.start()
        transport = Transport(
            session,
            Access(KeyAuth("k")),
            deadline=utc_now() + timedelta(seconds=60),
            patience=Patience(tries=1, answer_seconds=0.2),
        )
        with pytest.raises(Unavailable, match="too big or too slow"):
            transport.get(f"http://127.0.0.1:{listening.getsockname()[1]}/")
        ended.set()
        thread.join()


def test_a_packed_answer_is_unpacked(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    job = bench.fake.state.add()

    def packed(status: int, body: Any, headers: dict[str, str] | None = None) -> Response:
        data = gzip.compress(json.dumps(body).encode())
        told = {**(headers or {}), "Content-Encoding": "gzip"}
        return Response(data, status, headers=told, mimetype="application/json")

    monkeypatch.setattr(bench.fake, "_json", packed)
    assert bench.sync().status == "done"
    assert bench.find(job.id).state == "live"


def test_a_report_whose_storage_is_busy_is_read_later(bench: Bench) -> None:
    """Whoever gives up there and then loses the names of the audio files for ever."""
    bench.fake.state.add(status="Succeeded", audio=(Audio("https://x.example/b.wav"),))
    bench.fake.faults.add("503", "report.json")
    report = bench.sync(read_files=True)
    assert report.files is not None
    assert report.files.problem is not None
    assert (report.files.jobs, report.files.problem.code) == (0, "StorageBusy")
    assert bench.fake.faults.happened["503"] == 1
    bench.clock.advance(minutes=15)

    bench.sync(read_files=True)

    assert find_audio(bench.index, "b.wav")


def test_jobs_that_never_have_an_answer_are_tried_after_all_others(bench: Bench) -> None:
    """Three of them end a run, and they expire first: nothing behind them would ever be read."""
    broken = [bench.fake.state.add(status="Succeeded", ttl_hours=6) for _ in range(3)]
    bench.fake.state.add(status="Succeeded", ttl_hours=700, audio=(Audio("https://x.example/b.wav"),))
    for job in broken:
        bench.fake.faults.add("500", f"{job.id}/files", times=-1)
    assert bench.sync(read_files=True, patience=HASTY).files.jobs == 0  # type: ignore[union-attr]  # it ran
    bench.clock.advance(minutes=15)

    bench.sync(read_files=True, patience=HASTY)

    assert find_audio(bench.index, "b.wav")
    assert bench.fake.faults.happened["500"] > 6  # they were tried again


@pytest.mark.parametrize(
    "date",
    ["Fri, 31 Dec 9999 23:59:59 -2300", "Fri, 31 Dec 9999 23:59:59 GMT", "Sat, 01 Jan 0100 00:00:00 GMT", "no date"],
)
def test_a_date_at_the_end_of_the_calendar_stops_nothing(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, date: str
) -> None:
    """Neither as the time of an answer nor as the time to come again."""
    job, sent = bench.fake.state.add(ttl_hours=700), itertools.count()

    def dated(status: int, body: Any, headers: dict[str, str] | None = None) -> Response:
        first = next(sent) == 0
        return Response(
            json.dumps(body), 429 if first else status, headers={"Retry-After": date}, mimetype="application/json"
        )

    monkeypatch.setattr(bench.fake, "_json", dated)
    monkeypatch.setattr("tests.fakes.speech.format_datetime", lambda *_given, **_options: date)
    status = bench.sync(patience=HASTY).status
    assert status in ("done", "failed")  # years are too long to wait
    if status == "failed":
        bench.clock.advance(minutes=15)
        assert bench.sync().status == "done"
    assert next(sent) > 2
    assert bench.find(job.id).state == "live"
    assert "flag" not in bench.find(job.id).to_json()


@pytest.mark.parametrize(
    "link",
    [
        "https://gate.contoso.example:443/speechtotext/transcriptions?skip=100",
        "HTTPS://GATE.contoso.example/speechtotext/transcriptions?skip=100",
    ],
)
def test_the_same_host_written_otherwise_is_the_same_host(link: str) -> None:
    addresses = Addresses(SpeechResource("prod", "https://gate.contoso.example"), "2025-10-15")
    assert addresses.next(link, "transcriptions") == "https://gate.contoso.example/speechtotext/transcriptions?skip=100"


def test_removing_old_rows_stops_in_time_and_goes_on(bench: Bench) -> None:
    for _ in range(450):
        bench.fake.state.add(status="Succeeded", ttl_hours=6)
    bench.sync()
    bench.clock.advance(days=2)
    while bench.sync(full=True).gone:
        pass
    bench.set(retention_days=1, sync_run_seconds=8)
    bench.clock.advance(days=3)
    double: Any = bench.index._tables
    double.plan = lambda _number: bench.clock.advance(milliseconds=20)

    reports = [bench.sync()]
    while reports[-1].status == "continue":
        reports.append(bench.sync())

    assert len(reports) > 1
    assert "gone" not in resource_states(bench.index, bench.settings)[0].get("statuses", {}).get("transcription", {})
