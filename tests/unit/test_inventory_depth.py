"""What the inventory remembers, notices and refuses; the service is the fake one, the tables are in memory."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from shared.core import ids
from shared.core.records import Sighting
from shared.index import query, rows
from shared.index.rows import Origin
from shared.inventory import SyncOptions, resource_states, run_message
from shared.inventory.audio_index import find_audio, normalized
from shared.inventory.resource_run import ResourceRun, read_history, read_record, read_report
from shared.inventory.timing import Patience
from shared.storage.tables import IDS, SOURCES, TIMELINE
from tests.fakes.bench import Bench, watched
from tests.fakes.speech_state import Audio, Entity
from tests.fakes.tables import all_rows


@pytest.fixture
def bench() -> Iterator[Bench]:
    with watched() as found:
        yield found


def hex32(entity: Entity) -> str:
    return ids.digits(entity.id) or ""


def everything(bench: Bench) -> list[dict[str, object]]:
    """All rows of all tables."""
    return [dict(row) for table in (IDS, TIMELINE, SOURCES) for row in bench.index.scan(all_rows(table))]


# --- paging


def test_jobs_deleted_while_the_list_is_read_hide_no_other(bench: Bench) -> None:
    """Each deletion shifts the rest of the list by one place, over the edge of a page that was already read."""
    jobs = [bench.fake.state.add(status="Succeeded") for _ in range(400)]

    def delete(count: int) -> None:
        if count <= 3:
            for job in jobs[(count - 1) * 7 : count * 7]:
                bench.fake.state.delete(job.id)

    bench.fake.after_list = delete
    report = bench.sync()

    assert report.tallies["transcription"].shifts >= 2
    assert report.complete
    assert {bench.find(job.id).state for job in jobs} == {"live"}


def test_a_page_costs_one_list_call_for_99_jobs(bench: Bench) -> None:
    """So 10,000 jobs cost 101 calls; an idle sync costs one."""
    bench.fake.state.fill(1 + 99 * 10, status="Succeeded")

    report = bench.sync()

    assert report.tallies["transcription"].listed == 1 + 99 * 10
    assert bench.fake.requests["list transcriptions"] == 10
    bench.clock.advance(hours=1)
    bench.sync()
    bench.clock.advance(minutes=15)
    bench.fake.requests.clear()
    assert bench.sync().changed == 0
    assert bench.fake.requests["list transcriptions"] == 1


def test_a_list_that_never_holds_still_ends_and_says_that_it_is_incomplete(bench: Bench) -> None:
    for _ in range(300):
        bench.fake.state.add()
    bench.fake.faults.add("shuffle", "transcriptions", times=-1)

    report = bench.sync()

    assert report.status == "done"
    assert bench.fake.requests["list transcriptions"] < 60


def test_a_loop_of_pages_is_noticed(bench: Bench) -> None:
    for _ in range(150):
        bench.fake.state.add()
    bench.fake.faults.add("loop", "transcriptions")

    report = bench.sync()

    assert report.problem is not None
    assert report.problem.code == "PageLoop"
    assert bench.sync().status == "done"


def test_a_full_pass_stops_before_the_hosts_limit_and_goes_on_where_it_was(bench: Bench) -> None:
    """Each run has 60 seconds, at five requests a second; the seen IDs are kept between them."""
    bench.fake.page = 2
    bench.set(sync_run_seconds=60)
    jobs = [bench.fake.state.add() for _ in range(400)]
    sent: list[str] = []

    def send(text: str, *, delay: float = 0.0) -> None:
        sent.append(text)

    bench.index.sleep = bench.clock.sleep
    text: str | None = '{"resource": "prod", "reason": "timer"}'
    runs = 0
    while text is not None:
        started = bench.clock()
        report = run_message(
            text,
            bench.settings,
            bench.index,
            send,
            SyncOptions(timing=bench.timing, read_files=False),
        )
        assert report is not None
        assert bench.clock() - started < timedelta(seconds=62)
        text, runs = (sent.pop() if sent else None), runs + 1

    assert runs == 2
    assert bench.fake.requests["list transcriptions"] == 399  # each page begins with the last of the page before
    assert {bench.find(job.id).state for job in jobs} == {"live"}
    assert not [row for row in everything(bench) if str(row["RowKey"]).startswith("~seen")]


def test_a_long_wait_that_the_service_asks_for_ends_the_run_and_queues_another(bench: Bench) -> None:
    bench.set(sync_run_seconds=60)
    bench.fake.faults.add("429", value=100)
    delays: list[float] = []

    def send(text: str, *, delay: float = 0.0) -> None:
        delays.append(delay)

    run_message(
        '{"resource": "prod"}',
        bench.settings,
        bench.index,
        send,
        SyncOptions(timing=bench.timing),
    )
    assert len(delays) == 1
    assert delays[0] >= 100


def test_an_answer_of_any_size_is_not_taken(bench: Bench) -> None:
    """Memory stays bounded whatever answers under the endpoint's address."""
    bench.fake.faults.add("huge", "transcriptions", times=-1)
    report = bench.sync(patience=Patience(tries=2, answer_bytes=100_000))
    assert report.problem is not None
    assert report.problem.code == "AnswerTooBig"
    assert bench.fake.faults.happened["huge"] == 2


def test_one_id_in_a_dropped_body_and_in_the_inventory_is_one_id_with_two_sightings(bench: Bench) -> None:
    job = bench.fake.state.add(status="Running")
    bench.sync()
    saved = Sighting("transcription", job.id, created="2026-11-22T10:00:00.000Z", status="NotStarted")
    made = rows.make(saved, Origin("blob:logs/body.json", bench.clock(), "2026-11-22T10:00:00.000Z", 1))
    assert made is not None
    bench.index.upsert_rows(IDS, [made.ids])

    found = query.find(bench.index, hex32(job))

    assert {(f.source, f.sighting.status) for f in found} == {
        ("resource:prod", "Running"),
        ("blob:logs/body.json", "NotStarted"),
    }


# --- gone, history, flags


def test_what_expired_and_what_was_deleted_is_marked_gone_with_its_cause(bench: Bench) -> None:
    expired = bench.fake.state.add(status="Succeeded", ttl_hours=6)
    deleted = bench.fake.state.add(status="Succeeded", ttl_hours=700)
    kept = bench.fake.state.add(status="Succeeded", ttl_hours=700)
    bench.sync()
    assert bench.find(expired.id).sighting.expires == "2026-11-22T16:00:00.000Z"
    bench.fake.state.delete(deleted.id)
    bench.clock.advance(hours=25)

    assert bench.sync().gone == 2

    assert bench.find(expired.id).to_json()["cause"] == "expired"
    told = bench.find(deleted.id).to_json()
    assert (told["state"], told["cause"], told["goneAt"][:10]) == ("gone", "deleted", "2026-11-23")
    assert bench.find(kept.id).state == "live"
    [state] = resource_states(bench.index, bench.settings)
    assert state["statuses"]["transcription"] == {"Succeeded": 1, "gone": 2}
    assert read_history(bench.index, "prod", hex32(deleted))[0]["cause"] == "deleted"


def test_a_job_of_six_hours_is_not_missed_with_the_default_schedule(bench: Bench) -> None:
    bench.sync()
    bench.clock.advance(hours=1)
    job = bench.fake.state.add(status="Succeeded", ttl_hours=6)
    for _ in range(26):
        bench.clock.advance(minutes=15)
        bench.sync()
    assert not bench.fake.state.alive(("transcriptions",))
    assert bench.find(job.id).sighting.status == "Succeeded"


def test_another_resource_behind_the_same_name_is_told_from_deletion(bench: Bench) -> None:
    old = bench.fake.state.add(status="Succeeded", ttl_hours=700)
    bench.sync()
    with watched() as other:
        new = other.fake.state.add(status="Succeeded", id="fa4e0000-0000-4000-a000-000000000001")
        bench.set(resources=(replace(bench.resource, endpoint=other.fake.endpoint),))
        assert bench.sync().mode == "full"
    assert bench.find(old.id).to_json()["cause"] == "resource-changed"
    assert bench.find(new.id).state == "live"


def test_a_list_that_is_empty_by_mistake_marks_nothing_gone(bench: Bench) -> None:
    """Every missing job is asked for by its ID first."""
    jobs = [bench.fake.state.add() for _ in range(5)]
    bench.sync()
    order = bench.fake.state._order
    kept, order["transcriptions"] = order["transcriptions"], []

    assert bench.sync(full=True).gone == 0

    order["transcriptions"] = kept
    assert {bench.find(job.id).state for job in jobs} == {"live"}


def test_without_an_answer_by_id_two_full_passes_decide(bench: Bench) -> None:
    job = bench.fake.state.add(ttl_hours=700)
    bench.sync()
    bench.fake.state.delete(job.id)
    bench.fake.faults.add("403", hex32(job)[:8], times=-1)

    assert bench.sync(full=True).gone == 0
    assert bench.sync(full=True).gone == 1
    assert bench.fake.faults.happened["403"] == 2


def test_what_comes_back_is_live_again(bench: Bench) -> None:
    """A 404 may have been a mistake of the service."""
    job = bench.fake.state.add()
    bench.sync()
    order = bench.fake.state._order
    kept, order["transcriptions"] = order["transcriptions"], []
    bench.fake.faults.add("404", hex32(job)[:8])
    assert bench.sync(full=True).gone == 1
    order["transcriptions"] = kept

    bench.sync(full=True)

    told = bench.find(job.id).to_json()
    assert told["state"] == "live"
    assert "cause" not in told


def test_failed_and_stuck_jobs_are_flagged(bench: Bench) -> None:
    waiting, running = bench.fake.state.add(), bench.fake.state.add(status="Running")
    failed = bench.fake.state.add(status="Failed", error=("InvalidUri", "no such file"))
    bench.sync()
    assert bench.find(failed.id).to_json()["flag"] == "failed"
    assert "flag" not in bench.find(waiting.id).to_json()
    bench.clock.advance(minutes=30)
    bench.sync()
    bench.clock.advance(hours=4)
    bench.fake.state.change(running.id, "Succeeded")

    assert bench.sync().stuck == 1
    assert bench.find(waiting.id).to_json()["flag"] == "stuck"
    bench.clock.advance(minutes=15)
    assert bench.sync().stuck == 0
    bench.fake.state.change(waiting.id, "Running")
    bench.clock.advance(minutes=15)
    bench.sync()
    assert "flag" not in bench.find(waiting.id).to_json()


def test_two_statuses_within_one_second_both_stand_in_the_history(bench: Bench) -> None:
    """The service writes whole seconds."""
    job = bench.fake.state.add()
    bench.sync()
    bench.fake.state.change(job.id, "Running")
    job.last_action = job.created
    bench.sync()
    assert [row["status"] for row in read_history(bench.index, "prod", hex32(job))] == ["Running", "NotStarted"]


def test_unknown_statuses_and_kinds_are_kept_as_they_are(bench: Bench) -> None:
    job = bench.fake.state.add(status="Hibernating")
    bench.sync()
    assert bench.find(job.id).sighting.status == "Hibernating"
    [state] = resource_states(bench.index, bench.settings)
    assert state["statuses"]["transcription"] == {"Hibernating": 1}


def test_old_rows_are_kept_for_ever_unless_a_setting_says_otherwise(bench: Bench) -> None:
    job = bench.fake.state.add(status="Succeeded", ttl_hours=6, audio=(Audio("https://x.example/a/b.wav"),))
    kept = bench.fake.state.add(status="Running", ttl_hours=700)
    bench.sync(read_files=True)
    for _ in range(3):
        bench.clock.advance(days=20)
        bench.sync()
    assert bench.find(job.id).state == "gone"
    assert find_audio(bench.index, "b.wav")
    bench.set(retention_days=30)
    bench.clock.advance(days=20)

    assert bench.sync().forgotten == 1

    assert [row for row in everything(bench) if hex32(job) in str(row)] == []
    assert find_audio(bench.index, "b.wav") == []
    assert bench.find(kept.id).state == "live"
    [state] = resource_states(bench.index, bench.settings)
    assert state["statuses"]["transcription"] == {"Running": 1}


# --- versions and auth


@pytest.mark.parametrize("version", ["v3.2", "2024-11-15", "2025-10-15"])
def test_every_api_version_that_still_lists_is_understood(bench: Bench, version: str) -> None:
    bench.set(api_version=version)
    for _ in range(120):
        bench.fake.state.add(status="Succeeded", ttl_hours=6)
    project = bench.fake.state.add("projects")

    report = bench.sync()

    assert (report.status, report.problems) == ("done", {})
    job = next(iter(bench.fake.state.all()))
    found = bench.find(job.id).sighting
    assert (found.api_version, found.time_to_live_hours) == (version, 6.0)
    assert found.expires == "2026-11-22T16:00:00.000Z"
    assert ("project" in report.tallies) == (version != "2024-11-15")
    if version != "2024-11-15":
        assert bench.find(project.id).sighting.kind == "project"


def test_base_models_are_listed_only_when_wanted(bench: Bench) -> None:
    model = bench.fake.state.add("models/base", status="Succeeded")
    assert "base_model" not in bench.sync().tallies
    bench.set(sync_base_models=True)
    bench.sync(full=True)
    assert bench.find(model.id).sighting.kind == "base_model"


def test_a_list_that_is_refused_does_not_stop_the_others(bench: Bench) -> None:
    hook = bench.fake.state.add("webhooks")
    bench.fake.faults.add("403", "/evaluations", times=-1)

    report = bench.sync()

    assert report.status == "done"
    assert bench.find(hook.id).sighting.kind == "webhook"
    [state] = resource_states(bench.index, bench.settings)
    assert state["problems"]["evaluation"]["code"] == "Forbidden"


class _Token:
    token = "made-up-token"


class _Credential:
    scopes: tuple[str, ...] = ()

    def get_token(self, *scopes: str) -> _Token:
        self.scopes = scopes
        return _Token()


def test_without_a_key_a_token_of_entra_id_is_sent(bench: Bench) -> None:
    job = bench.fake.state.add()
    bench.fake.token = "made-up-token"
    bench.set(resources=(replace(bench.resource, key=None),))
    credential = _Credential()

    assert bench.sync(credential=lambda: credential).status == "done"

    assert credential.scopes == ("https://cognitiveservices.azure.com/.default",)
    assert bench.find(job.id).state == "live"


# --- files, reports, audio names


def job_with_audio(bench: Bench, *names: str) -> Entity:
    audio = tuple(Audio(f"https://contoso.blob.core.windows.net/calls/{name}?sv=1&sig=SECRET") for name in names)
    return bench.fake.state.add(status="Succeeded", audio=audio)


def test_an_audio_file_is_found_by_its_name_and_the_name_stands_nowhere(bench: Bench) -> None:
    """Names of audio files are often phone numbers."""
    job = job_with_audio(bench, "%2B49%20170%205550100.wav", "caf%C3%A9.wav")
    bench.sync(read_files=True)

    for spelling in (
        "+49 170 5550100.wav",
        "+49 170 5550100.WAV",
        "C:\\calls\\+49 170 5550100.wav",
        "https://other.example/x/%2B49%20170%205550100.wav?sig=other",
    ):
        [match] = find_audio(bench.index, spelling)
        assert match.to_json() == {
            "transcription": job.id,
            "resource": "prod",
            "sourceId": match.source_id,
            "status": "Succeeded",
        }
    assert find_audio(bench.index, "cafe\u0301.wav")
    assert find_audio(bench.index, "5550100") == []
    text = json.dumps(everything(bench), default=str)
    assert "5550100" not in text
    assert "SECRET" not in text
    assert bench.fake.keys_leaked == 0


def test_names_of_audio_files_are_stored_when_a_setting_says_so(bench: Bench) -> None:
    bench.set(keep_audio_names=True)
    job_with_audio(bench, "Call-1.wav")
    bench.sync(read_files=True)
    [match] = find_audio(bench.index, "call-1.wav")
    assert match.name == "call-1.wav"


def test_the_report_of_a_job_is_kept_after_the_job_is_gone(bench: Bench) -> None:
    audio = (Audio("https://x.example/a.wav"), Audio("https://x.example/b.wav", "InvalidAudioFormat"))
    job = bench.fake.state.add(status="Failed", ttl_hours=6, audio=audio)
    bench.sync(read_files=True)
    bench.clock.advance(hours=26)
    bench.sync(read_files=True)

    assert bench.find(job.id).state == "gone"
    report = read_report(bench.index, "prod", hex32(job))
    assert report is not None
    assert report["failedTranscriptionsCount"] == 1
    assert report["errors"] == {"InvalidAudioFormat": 1}
    [match] = find_audio(bench.index, "b.wav")
    assert match.error == "InvalidAudioFormat"


def test_files_are_read_once_and_those_that_expire_first_come_first(bench: Bench) -> None:
    late = bench.fake.state.add(status="Succeeded", ttl_hours=100, audio=(Audio("https://x.example/late.wav"),))
    soon = bench.fake.state.add(status="Succeeded", ttl_hours=6, audio=(Audio("https://x.example/soon.wav"),))
    report = bench.sync(read_files=True)
    assert report.files is not None
    assert (report.files.status, report.files.jobs, report.files.audio) == ("done", 2, 2)
    asked = [line for line in bench.fake.log if "/files" in line]
    assert [soon.id in asked[0], late.id in asked[1]] == [True, True]
    bench.clock.advance(minutes=15)
    assert bench.sync(read_files=True, full=True).files == replace(report.files, jobs=0, reports=0, audio=0)


def test_a_sync_interrupts_the_reading_of_files(bench: Bench) -> None:
    """The reading has no lease: the sync does not wait, and nothing is stored after it began."""
    for n in range(5):
        job_with_audio(bench, f"{n}.wav")
    bench.sync()
    original = bench.fake._one
    calls: list[str] = []

    def watched_one(*args: object) -> object:
        calls.append("files")
        if len(calls) == 3:
            run = ResourceRun.begin(bench.index, "prod", "w2")
            assert run is not None
            run.finish()
        return original(*args)  # type: ignore[arg-type]  # passed through

    bench.fake._one = watched_one  # type: ignore[assignment,method-assign]  # watched for this test
    bench.clock.advance(minutes=15)
    report = bench.sync(read_files=True)

    assert report.files is not None
    assert (report.files.status, report.files.jobs) == ("interrupted", 2)
    bench.clock.advance(minutes=15)
    again = bench.sync(read_files=True).files
    assert again is not None
    assert (again.status, again.jobs) == ("done", 3)


def test_a_report_on_a_foreign_host_is_never_fetched(bench: Bench) -> None:
    """Only the storage of the clouds, and here the fake's own address."""
    job = job_with_audio(bench, "a.wav")
    bench.fake.content_base = "http://localhost:9"
    report = bench.sync(read_files=True)
    assert report.files is not None
    assert (report.files.status, report.files.jobs, report.files.reports) == ("done", 1, 0)
    assert bench.fake.requests["content"] == 0
    told = read_report(bench.index, "prod", hex32(job))
    assert told is not None
    assert told["files"] == 2


def test_one_job_whose_files_are_refused_does_not_hold_up_the_others(bench: Bench) -> None:
    first = bench.fake.state.add(status="Succeeded", ttl_hours=6)
    job_with_audio(bench, "b.wav")
    bench.fake.faults.add("400-version", f"{first.id}/files", times=-1)
    report = bench.sync(read_files=True)
    assert report.files is not None
    assert (report.files.status, report.files.jobs) == ("done", 2)
    assert find_audio(bench.index, "b.wav")


@pytest.mark.parametrize(
    ("given", "plain"),
    [
        ("A.WAV", "a.wav"),
        (" https://x.example/c/A%20b.wav?sig=1#f ", "a b.wav"),
        ("/a/b/", "b"),
        ("", ""),
        ("c:\\x\\y.mp3", "y.mp3"),
        ("100%.wav", "100%.wav"),
        ("stra\u00dfe.wav", "strasse.wav"),
    ],
)
def test_names_are_compared_in_one_form(given: str, plain: str) -> None:
    assert normalized(given) == plain


def test_the_record_tells_what_a_person_needs_to_know(bench: Bench) -> None:
    bench.fake.state.add()
    bench.sync()
    [state] = resource_states(bench.index, bench.settings)
    assert state["status"] == "done"
    assert state["lastSuccess"].startswith("2026-11-22T10:00:0")
    assert state["nextRun"] == "2026-11-22T10:15:00.000Z"
    assert state["requests"]["last"] == 7
    record = read_record(bench.index, "prod")
    assert record is not None
    assert bench.fake.key not in json.dumps(record.to_json())
