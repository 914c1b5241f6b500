"""Names of audio files in what is stored: in display names of jobs, and under which key their hashes are made."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import requests

from shared.inventory.audio_index import AudioNames, find_audio
from shared.inventory.auth import KeyAuth
from shared.inventory.client import SpeechClient
from shared.inventory.pseudonyms import tells
from shared.inventory.report_reader import FilesResult, ReportReader
from shared.inventory.resource_run import ResourceRun, read_report
from shared.inventory.transport import Access, Transport
from shared.inventory.urls import Addresses
from shared.settings import Settings
from shared.storage.tables import IDS, SOURCES, TIMELINE
from tests.fakes.bench import Bench, watched
from tests.fakes.speech_state import Audio, Entity
from tests.fakes.tables import Crash, TableDouble, all_rows

NUMBER = "5550100"
ONE, OTHER = "not-a-real-secret-" + "1" * 20, "not-a-real-secret-" + "2" * 20


@pytest.fixture
def bench() -> Iterator[Bench]:
    with watched() as found:
        yield found


def everything(bench: Bench) -> str:
    """All rows of all tables."""
    found = [bench.index.scan(all_rows(table)) for table in (IDS, TIMELINE, SOURCES)]
    return json.dumps([dict(row) for rows in found for row in rows], default=str)


def job(bench: Bench, name: str, *audio: str, **values: Any) -> Entity:
    files = tuple(Audio(f"https://contoso.example/{one}") for one in audio)
    return bench.fake.state.add(name=name, audio=files, ttl_hours=700, **{"status": "Succeeded", **values})


def shown(bench: Bench, entity: Entity) -> str:
    return bench.find(entity.id).sighting.display_name or ""


def test_a_job_named_like_a_file_gets_a_label_when_it_is_listed(bench: Bench) -> None:
    """The name never stands anywhere, not even until the report is read."""
    first, again = job(bench, f"+49 170 {NUMBER}.WAV"), job(bench, f"calls/+49 170 {NUMBER}.wav", status="Running")
    plain, film = job(bench, "Calls of November"), job(bench, f"{NUMBER}.mkv")

    bench.sync()

    assert shown(bench, film).startswith("[audio ")

    assert shown(bench, first).startswith("[audio ")
    assert shown(bench, again) == shown(bench, first)
    assert shown(bench, plain) == "Calls of November"
    assert NUMBER not in everything(bench)
    bench.clock.advance(minutes=15)
    assert bench.sync(full=True).changed == 0


def test_a_job_whose_name_its_report_knows_gets_a_label_with_the_report(bench: Bench) -> None:
    """At the end of the same sync; all its places in the tables are moved, and nothing counts as changed."""
    told, plain = job(bench, f"Caller 0170 {NUMBER}", f"0170{NUMBER}.wav"), job(bench, "Monday", "x1.wav")

    report = bench.sync(read_files=True)

    assert (report.files and report.files.labels, report.status) == (1, "done")
    assert shown(bench, told).startswith("[audio ")
    assert shown(bench, plain) == "Monday"
    assert NUMBER not in everything(bench)
    assert "~label" not in everything(bench)
    bench.clock.advance(hours=1)
    assert bench.sync(full=True, read_files=True).changed == 0
    assert shown(bench, told).startswith("[audio ")


def test_a_label_outlives_changes_of_the_job_and_its_end(bench: Bench) -> None:
    told = job(bench, f"Caller {NUMBER}", f"{NUMBER}.wav")
    bench.sync(read_files=True)
    label = shown(bench, told)
    bench.fake.state.change(told.id, "Failed", ("InvalidUri", "no such file"))
    bench.clock.advance(minutes=15)
    assert bench.sync().changed == 1
    assert (shown(bench, told), bench.find(told.id).sighting.status) == (label, "Failed")
    bench.fake.state.delete(told.id)
    bench.clock.advance(minutes=15)

    assert bench.sync(full=True).gone == 1

    assert (shown(bench, told), bench.find(told.id).state) == (label, "gone")
    assert NUMBER not in everything(bench)


def dying_at(due: int) -> Callable[[int], str | None]:
    count = itertools.count(1)
    return lambda _number: "dies" if next(count) == due else None


def test_after_a_crash_at_any_request_the_next_sync_gives_the_label() -> None:
    crashes = 0
    for due in range(1, 200):
        with watched() as bench:
            tables = bench.index._tables
            assert isinstance(tables, TableDouble)
            told = job(bench, f"Caller {NUMBER}", f"{NUMBER}.wav")
            bench.sync()
            tables.plan = dying_at(due)
            bench.clock.advance(minutes=15)
            try:
                bench.sync(read_files=True)
            except Crash:
                crashes += 1
            tables.plan = lambda _number: None
            bench.clock.advance(minutes=11)
            bench.sync(read_files=True)
            assert shown(bench, told).startswith("[audio "), due
            assert NUMBER not in everything(bench), due
            bench.clock.advance(minutes=15)
            assert bench.sync(full=True).changed <= 1, due  # a crash may leave it without its fingerprint
            assert bench.sync(full=True).changed == 0, due
            assert shown(bench, told).startswith("[audio "), due
            if not tables.happened["dies"]:
                break
    assert crashes > 15


def test_names_stay_as_they_are_when_a_setting_says_so(bench: Bench) -> None:
    bench.set(keep_audio_names=True)
    listed, told = job(bench, f"{NUMBER}.wav"), job(bench, f"Caller {NUMBER}", f"{NUMBER}.wav")
    bench.sync(read_files=True)
    assert (shown(bench, listed), shown(bench, told)) == (f"{NUMBER}.wav", f"Caller {NUMBER}")


@pytest.mark.parametrize(
    ("display", "name", "expected"),
    [
        ("call-17", "call-17.wav", True),
        ("a", "a.wav", True),
        ("Rerun of CALL-17, second try", "call-17.wav", True),
        ("+49 (170) 555-0100", "491705550100.wav", True),
        ("0170 555-0100", "+491705550100.wav", True),
        ("+49 170 5550100", "01705550100.wav", True),
        ("\uff11\uff17\uff10\uff15\uff15\uff15\uff10\uff11\uff10\uff10", "1705550100.wav", True),
        ("Calls of Monday", "call.wav", False),
        ("Batch 17", "17.wav", False),
        ("Nightly", "491705550100.wav", False),
    ],
)
def test_a_display_name_tells_a_file_name(display: str, name: str, *, expected: bool) -> None:
    """Short names count only as a whole: one-letter names stand inside of nearly everything."""
    assert tells(display, [name]) is expected


@pytest.mark.parametrize("keep", [False, True])
def test_messages_of_a_report_quote_names_only_where_names_are_kept(bench: Bench, *, keep: bool) -> None:
    bench.set(keep_audio_names=keep)
    audio = Audio(f"https://contoso.example/c/{NUMBER}?sig=not-a-signature", error="InvalidAudio")
    entity = bench.fake.state.add(status="Failed", audio=(audio,))
    bench.sync(read_files=True)

    told = read_report(bench.index, "prod", entity.id.replace("-", ""))
    assert told is not None
    assert told["errors"] == {"InvalidAudio": 1}
    assert (NUMBER in json.dumps(told.get("messages", ""))) is keep
    assert (NUMBER in everything(bench)) is keep
    assert "not-a-signature" not in everything(bench)


def test_no_file_is_read_while_a_sync_has_the_lease(bench: Bench) -> None:
    entity = job(bench, "Monday", f"{NUMBER}.wav")
    bench.sync()
    run = ResourceRun.begin(bench.index, "prod", "another")
    assert run is not None
    client = SpeechClient(_never_asked(bench), Addresses(bench.resource, bench.settings.api_version))
    asked = bench.fake.requests.total()

    assert (
        ReportReader(bench.index, client, "prod", AudioNames.by(bench.settings, bench.index)).run().status
        == "interrupted"
    )

    assert bench.fake.requests.total() == asked
    run.finish()
    assert bench.sync(read_files=True).files == FilesResult(jobs=1, reports=1, audio=1)
    assert find_audio(bench.index, f"{NUMBER}.wav")[0].transcription == entity.id


def _never_asked(bench: Bench) -> Transport:
    return Transport(
        requests.Session(),
        Access(KeyAuth(bench.fake.key)),
        timing=bench.timing,
        deadline=bench.clock() + timedelta(minutes=10),
    )


# --- the key


def test_with_a_key_of_ones_own_who_reads_the_tables_has_no_key(bench: Bench) -> None:
    bench.set(audio_names_keys=(ONE,))
    entity = job(bench, "Monday", f"{NUMBER}.wav")

    bench.sync(read_files=True)

    assert [m.transcription for m in find_audio(bench.index, f"{NUMBER}.wav", (ONE,))] == [entity.id]
    assert find_audio(bench.index, f"{NUMBER}.wav") == []
    assert find_audio(bench.index, f"{NUMBER}.wav", (OTHER,)) == []
    assert '"secret"' not in everything(bench)
    assert ONE not in everything(bench)


def test_what_was_stored_under_older_keys_is_still_found(bench: Bench) -> None:
    """Under the key beside the tables, then under one of one's own, then under a newer one."""
    jobs = []
    for keys in ((), (ONE,), (OTHER, ONE)):
        bench.set(audio_names_keys=keys)
        jobs.append(job(bench, "Monday", f"{NUMBER}.wav"))
        bench.clock.advance(minutes=15)
        bench.sync(read_files=True)

    found = find_audio(bench.index, f"{NUMBER}.wav", (OTHER, ONE))

    assert sorted(match.transcription for match in found) == sorted(one.id for one in jobs)


@pytest.mark.parametrize("value", ["short", "@Microsoft.KeyVault(VaultName=kv;SecretName=x)", f"{ONE} short"])
def test_a_key_that_is_wrong_stops_the_reading_of_files_and_not_the_lists(bench: Bench, value: str) -> None:
    """Nothing is hashed with another key than the one that is meant; jobs expire, so they are listed all the same."""
    settings = Settings.load({"AUDIO_NAMES_KEY": value})
    wrong = [what for name, what in settings.problems if name == "AUDIO_NAMES_KEY"]
    assert len(wrong) == 1
    assert ONE not in wrong[0]
    bench.set(problems=settings.problems, audio_names_keys=settings.audio_names_keys)
    listed, entity = job(bench, f"{NUMBER}.wav"), job(bench, "Monday", f"{NUMBER}.wav")

    report = bench.sync(read_files=True)

    assert report.status == "done"
    assert report.files is not None
    assert report.files.problem is not None
    assert (report.files.status, report.files.problem.code) == ("failed", "AudioNamesKey")
    assert (shown(bench, listed), shown(bench, entity)) == ("[audio]", "Monday")
    assert bench.fake.requests["content"] == 0
    bench.set(problems=(), audio_names_keys=(ONE,))
    bench.clock.advance(minutes=15)
    bench.sync(full=True, read_files=True)
    assert [m.transcription for m in find_audio(bench.index, f"{NUMBER}.wav", (ONE,))] == [entity.id]
    assert shown(bench, listed) == AudioNames(bench.index, keep=False, secret=ONE).label(f"{NUMBER}.wav")


def test_the_settings_never_show_the_key() -> None:
    settings = Settings.load({"AUDIO_NAMES_KEY": f" {ONE}  {OTHER} "})
    assert settings.audio_names_keys == (ONE, OTHER)
    assert ONE not in repr(settings)
