"""Dropped blobs of every kind end in the index and in the record."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest
from azure.data.tables import TableServiceClient
from azure.storage.blob import BlobClient, BlobServiceClient, ContainerClient

from dev.azurite import Azurite
from shared.core.errors import StorageUnavailable
from shared.core.stored import StoredSighting
from shared.extract import Extraction, Extractor
from shared.index import Index, query
from shared.index.keys import source_id
from shared.ingest import ingest_blob
from shared.storage.tables import TIMELINE
from tests.faults.world import A, Clock, Lines, Worker, World, answers, lose_request

SELF = "https://westeurope.api.cognitive.microsoft.com/speechtotext/transcriptions/"
GUID = "537216f8-0620-4a10-ae2d-00bdb423b36f"
BODY = json.dumps(
    {"self": f"{SELF}{GUID}?api-version=2025-10-15", "status": "Succeeded", "createdDateTime": "2026-11-20T07:00:00Z"}
)
LINE_MIB = int(os.environ.get("TEST_LINE_MIB", "8"))  # set it to 1024 for the gigabyte of one line


@pytest.fixture
def world(azurite: Azurite, container: ContainerClient, table_prefix: str) -> Iterator[World]:
    made = World(azurite.connection_string, container, table_prefix)
    yield made
    made.close()


def many(numbers: range, spread: int = 1) -> str:
    """A log with these sessions; a big odd `spread` puts them into all 256 partitions of `ids`."""
    return "".join(f"session {n * spread % 2**32:08x}{0:024d} 2026-11-20T07:00:00Z\n" for n in numbers)


def test_a_small_log_with_one_session_costs_seven_requests(world: World) -> None:
    name = world.drop(f"session {A} 2026-11-01T10:00:00Z\n")
    world.main.ingest(name)
    assert world.main.index.requests == Counter(
        {"get blob": 1, "transaction sources": 2, "transaction ids": 1, "transaction timeline": 3}
    )


def test_what_is_done_is_skipped_after_one_read_and_read_again_on_demand(world: World) -> None:
    name = world.drop(f"session {A}\n")
    world.main.ingest(name)
    world.main.index.requests.clear()
    assert world.main.ingest(name).attempt == 1
    assert world.main.index.requests == Counter({"get blob": 1, "transaction sources": 1, "get sources": 1})
    assert world.main.ingest(name, force=True).attempt == 2
    assert world.main.ingest(name, version="newer").attempt == 3
    assert world.rows(name) == {
        k: [v[0].replace('"version": "1"', '"version": "newer"')] for k, v in world.expected(name).items()
    }


def test_a_saved_body_is_found_by_its_id_and_in_the_list(world: World) -> None:
    name = world.drop(BODY)
    record = world.main.ingest(name, extractor=Extractor)
    assert (record.status, record.counts) == ("done", {"transcription": 1})
    index = world.main.index
    (found,) = query.find(index, GUID.replace("-", ""))
    assert (found.sighting.id, found.sighting.status, found.source) == (GUID, "Succeeded", record.source)
    assert found.sighting.time is not None
    assert ((found.sighting.time.start or "")[:16], found.sighting.time.basis) == ("2026-11-20T07:00", "created")
    assert query.list_sightings(index, "transcription").items == [found]
    assert [s.sighting.id for s in query.source_sightings(index, record.source_id).items] == [GUID]


@pytest.mark.parametrize("content", [b"", bytes(range(256)) * 64, BODY[: len(BODY) // 2].encode(), b"\xff\xfe\x00"])
def test_what_holds_no_id_is_done_with_none(world: World, content: bytes) -> None:
    """Empty, binary, JSON cut in half, half a character."""
    name = world.drop(content)
    record = world.main.ingest(name, extractor=Extractor)
    assert (record.status, record.size, sum(record.counts.values())) == ("done", len(content), 0)
    assert record.format
    assert answers(world.rows(name)) == {}


def test_a_very_long_line_is_read_to_its_end(world: World) -> None:
    blob = world.container.get_blob_client("one line.log")
    blob.upload_blob(_one_line(), length=LINE_MIB * 2**20)
    record = world.main.ingest("one line.log", extractor=Extractor)
    assert (record.status, record.size) == ("done", LINE_MIB * 2**20)
    assert world.main.index.requests["get blob"] == LINE_MIB // 4


def _one_line() -> Iterator[bytes]:
    for _ in range(LINE_MIB):
        yield b"x" * 2**20


@pytest.mark.parametrize(
    "name",
    [
        "with spaces.log",
        "sharp#1.log",
        "100%.log",
        "%41 is not A.log",
        "ü 漢字 🎧.log",
        "a/b/c//d.log",
        "quote's.log",
        "what?and=query&.log",
        "n" * 900 + ".log",
        "é" * 300,
    ],
)
def test_any_name_that_storage_takes_is_indexed_listed_and_found_by_the_sweep(world: World, name: str) -> None:
    world.drop(f"session {A} 2026-11-01T10:00:00Z\n", name)
    assert world.main.sweep().never_seen == 1
    index = world.main.index
    (found,) = query.find(index, A)
    container = world.container.container_name
    assert found.source.startswith(f"blob:{container}/")
    listed = query.list_sources(index, where={"name": found.source.removeprefix(f"blob:{container}/")}).items
    assert [record.status for record in listed] == ["done"]
    assert query.get_source(index, source_id(found.source)) == listed[0]
    world.main.ingest(name)
    assert len(query.find(index, A)) == 1
    assert world.main.sweep().never_seen == 0


def test_a_big_blob_is_read_in_chunks_of_one_version(world: World) -> None:
    name = world.drop(many(range(300)))
    record = world.main.ingest(name, chunk=1000)
    assert record.counts == {"session": 300}
    assert world.main.index.requests["get blob"] == -(-(record.size or 0) // 1000)
    assert world.rows(name) == world.expected(name)


@pytest.mark.parametrize("step", range(1, 25, 3))
def test_a_big_blob_overwritten_while_it_is_read_ends_with_the_new_content(world: World, step: int) -> None:
    name = world.drop(many(range(300)))
    worker = world.worker("worker")
    worker.wire.arm(step, before=lambda: world.drop(many(range(100, 350)), name))
    worker.ingest(name, chunk=1000)
    worker.ingest(name, chunk=1000)  # the event of the new content, if it came after the last byte
    assert worker.wire.hits == 1
    assert world.rows(name) == world.expected(name)


def test_a_blob_that_is_always_overwritten_is_given_to_the_sweep(world: World) -> None:
    name = world.drop(many(range(100)))

    class Restless(Lines):
        def feed(self, chunk: bytes, /) -> None:
            world.drop(many(range(100)), name)
            super().feed(chunk)

    record = world.main.ingest(name, chunk=1000, extractor=Restless)
    assert record.status == "failed"
    assert record.error is not None
    assert (record.error.code, record.error.retryable) == ("SourceChanged", True)
    world.clock.forward(timedelta(hours=1))
    assert world.main.sweep().replayed == 1
    assert world.rows(name) == world.expected(name)


def test_thousands_of_ids_are_written_in_few_transactions_and_removed_again(world: World) -> None:
    name = world.drop(many(range(1200), spread=2654435761))
    assert world.main.ingest(name).counts == {"session": 1200}
    requests = world.main.index.requests
    assert requests["transaction sources"] < 20
    assert requests["transaction ids"] <= 256
    assert requests["transaction timeline"] < 20
    ids = [s.sighting.id for s in all_sessions(world.main.index)]
    assert len(ids) == len(set(ids)) == 1200
    world.drop(many(range(1190, 1205), spread=2654435761), name)
    world.main.ingest(name)
    assert world.rows(name) == world.expected(name)


def all_sessions(index: Index) -> Iterator[StoredSighting]:
    token: str | None = None
    while True:
        page = query.list_sightings(index, "session", top=1000, token=token)
        yield from page.items
        token = page.token
        if token is None:
            return


def test_storage_that_is_not_there_is_said_within_seconds(azurite: Azurite, container: ContainerClient) -> None:
    clock = Clock()
    away = azurite.connection_string
    for port in {part.rsplit(":", 1)[1].split("/")[0] for part in away.split(";") if "Endpoint=http" in part}:
        away = away.replace(f":{port}/", ":1/")
    with (
        TableServiceClient.from_connection_string(away) as tables,
        BlobServiceClient.from_connection_string(away) as blobs,
    ):
        index = Index(tables, sleep=clock.sleep)
        blob: BlobClient = blobs.get_blob_client("logs", "a.log")
        with pytest.raises(StorageUnavailable, match="Storage is not responding"):
            ingest_blob(blob, index, worker="w")
        with pytest.raises(StorageUnavailable):
            query.find(index, A)
    assert clock.seconds - 1000.0 < 30


def test_when_only_blobs_are_away_the_record_says_so_and_the_sweep_reads_it_later(world: World) -> None:
    name = world.drop(f"session {A} 2026-11-01T10:00:00Z\n")
    worker = world.worker("worker")
    worker.wire.arm(1, before=lose_request, times=3)
    record = worker.ingest(name)
    assert record.error is not None
    assert (record.status, record.error.code, record.error.retryable) == ("failed", "StorageUnavailable", True)
    assert world.main.sweep().never_seen == 1
    assert world.rows(name) == world.expected(name)


class Broken:
    """An extractor with a bug."""

    def __init__(self, name: str = "") -> None:
        pass

    def feed(self, chunk: bytes, /) -> None:
        raise ZeroDivisionError

    def finish(self) -> Extraction:
        raise AssertionError


@pytest.mark.parametrize("chunk", [10, 1000])
def test_a_fault_of_the_extraction_stands_in_the_record_without_words_of_the_log(world: World, chunk: int) -> None:
    name = world.drop(f"session {A}\n")
    record = world.main.ingest(name, extractor=Broken, chunk=chunk)
    assert record.error is not None
    assert (record.status, record.error.code, record.error.retryable) == ("failed", "InternalError", False)
    assert "ZeroDivisionError" in record.error.message
    assert not record.open
    assert world.main.sweep().replayed == 0


class Full(Broken):
    def feed(self, chunk: bytes, /) -> None:
        raise OSError(28, "No space left on device")


def test_a_full_disk_may_pass(world: World) -> None:
    record = world.main.ingest(world.drop(f"session {A}\n"), extractor=Full)
    assert record.error is not None
    assert (record.error.code, record.error.retryable) == ("OSError", True)


def test_a_blob_that_was_deleted_before_it_was_read_is_gone(world: World) -> None:
    record = world.main.ingest("never there.log")
    assert record.error is not None
    assert (record.status, record.error.code, record.error.retryable) == ("failed", "SourceGone", False)
    assert world.main.ingest("never there.log").attempt == 1


def test_a_blob_that_was_deleted_after_it_was_read_stays_known(world: World) -> None:
    name = world.drop(f"session {A} 2026-11-01T10:00:00Z\n")
    done = world.main.ingest(name)
    world.container.delete_blob(name)
    assert world.main.ingest(name, force=True) == done
    assert len(query.find(world.main.index, A)) == 1


def test_a_worker_knows_its_lease_is_over_before_storage_says_so(world: World) -> None:
    """The rows of `ids` have no condition that could stop it."""
    name = world.drop(f"session {A} 2026-11-01T10:00:00Z\n")
    slow = world.worker("slow")
    slow.wire.arm(4, after=world.pass_lease)
    assert slow.ingest(name).status == "running"
    assert (slow.wire.hits, slow.index.requests["transaction ids"]) == (1, 1)
    assert slow.index.requests["transaction timeline"] == 1, "the copy of the record, not the sighting"
    assert world.main.sweep().replayed == 1
    world.pass_lease()
    world.main.sweep()
    assert world.rows(name) == world.expected(name)


def test_reading_stops_in_time_keeps_what_was_found_and_says_so(world: World) -> None:
    """The Functions host would end the worker, with all its other calls, and the next try would end the same way."""

    class Slow(Lines):
        def feed(self, chunk: bytes, /) -> None:
            world.clock.forward(timedelta(seconds=40))
            super().feed(chunk)

    name = world.drop(many(range(200)))
    done = world.main.ingest(name, extractor=Slow, chunk=640, seconds=120.0)
    assert done.status == "done"
    assert any(notice.startswith("Reading stopped after 2 minutes, at 1,920 of ") for notice in done.notices)
    assert 0 < len(list(all_sessions(world.main.index))) < 200


def test_a_long_work_renews_its_lease(world: World) -> None:
    name = world.drop(many(range(200)))

    class Slow(Lines):
        def feed(self, chunk: bytes, /) -> None:
            world.clock.forward(timedelta(seconds=40))
            super().feed(chunk)

    record = world.main.ingest(name, chunk=1000, extractor=Slow)
    assert (record.status, record.attempt) == ("done", 1)
    assert world.main.index.requests["transaction sources"] > 10


def test_tables_are_made_when_they_are_missing(azurite: Azurite, container: ContainerClient, table_prefix: str) -> None:
    worker = Worker(azurite.connection_string, str(container.container_name), table_prefix, Clock())
    try:
        assert query.find(worker.index, A) == []
        container.upload_blob("a.log", f"session {A}\n")
        assert worker.ingest("a.log").status == "done"
        assert worker.index.requests[f"table {TIMELINE}"] == 1
    finally:
        worker.close()
