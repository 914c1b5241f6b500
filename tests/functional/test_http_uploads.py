"""`PUT /uploads/{*name}` and replay on real storage: stored once, found at once, never overwritten by accident."""

from __future__ import annotations

import os
import socket
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest
from azure.storage.blob import ContainerClient

from shared.app import triggers
from shared.app.clients import reset, services
from tests.webclient import Given, ask

pytestmark = pytest.mark.usefixtures("app_settings")
A = "9c9145db22a4462db58835a1ff33d4a0"
B = "1c9145db22a4462db58835a1ff33d4a1"


def log(*ids: str) -> bytes:
    lines = (f"[1]: {n}0ms SPX_TRACE_INFO: FireSessionStartedEvent: SessionId: {i}\n" for n, i in enumerate(ids, 1))
    return "".join(lines).encode()


def put(name: str, body: bytes, **headers: str) -> Given:
    sent = {key.replace("_", "-"): value for key, value in headers.items()}
    return ask("PUT", f"/api/uploads/{quote(name)}", body, sent)


def sources_of(id_: str) -> list[str]:
    given = ask("GET", f"/api/ids/{id_}")
    return [s["source"] for s in given.json["sightings"]] if given.status == 200 else []


def test_an_upload_is_stored_indexed_and_answered_like_extract(container: ContainerClient) -> None:
    body = log(A, B)
    given = put("2026/sdk.log", body)
    assert given.status == 201
    source = f"blob:{container.container_name}/2026/sdk.log"
    extracted = ask("POST", f"/api/extract?name={quote(source)}", body).json
    assert given.json == {**extracted, "sourceId": given.json["sourceId"]}
    assert container.download_blob("2026/sdk.log").readall() == body
    assert sources_of(A) == sources_of(B) == [source]
    record = ask("GET", given.answer.headers["Location"]).json
    assert (record["source"], record["status"]) == (source, "done")
    assert record["etag"] == given.answer.headers["ETag"].strip('"')


@pytest.mark.parametrize(
    "name",
    ["sdk log #1 100%.log", "größe/日志/🎙.log", "?x=1&y", "d/" + "n" * 900, "+plus+", "quote's \"", "é" * 400],
)
def test_odd_names_are_kept_exactly(container: ContainerClient, name: str) -> None:
    given = put(name, log(A))
    assert given.status == 201, given.json
    assert [blob.name for blob in container.list_blobs()] == [name]
    source = f"blob:{container.container_name}/{name}"
    assert sources_of(A) == [source] == [given.json["source"]]
    assert len(ask("GET", f"/api/sources?name={quote(source)}").value) == 1


@pytest.mark.parametrize("name", ["", "n" * 1100, "a/../b", "folder/", "a\\b", "a%00b".replace("%00", "\x00")])
def test_impossible_names_are_400_and_nothing_is_stored(container: ContainerClient, name: str) -> None:
    given = put(name, log(A))
    assert (given.status, given.error["code"], given.error["target"]) == (400, "InvalidName", "name")
    assert list(container.list_blobs()) == []


@pytest.mark.parametrize("body", [b"", b"\x00\xff\xfe" * 1000, b'{"self": "https://x', b"x" * 100_000])
def test_a_file_without_ids_is_stored_and_its_record_says_so(body: bytes) -> None:
    given = put("odd.bin", body)
    assert (given.status, given.json["sightings"]) == (201, [])
    assert ask("GET", f"/api/sources/{given.json['sourceId']}").json["status"] == "done"


def test_an_existing_name_is_409_and_the_blob_stays(container: ContainerClient) -> None:
    put("sdk.log", log(A))
    given = put("sdk.log", log(B))
    assert (given.status, given.error["target"]) == (409, "name")
    assert "If-Match" in given.error["message"]
    assert container.download_blob("sdk.log").readall() == log(A)
    assert sources_of(B) == []


@pytest.mark.parametrize("form", ["{}", "bare", "*"])
def test_if_match_replaces_the_version_it_names(form: str) -> None:
    etag = put("sdk.log", log(A)).answer.headers["ETag"]
    sent = {"{}": etag, "bare": etag.strip('"'), "*": "*"}[form]
    given = put("sdk.log", log(B), if_match=sent)
    assert given.status == 201
    assert given.answer.headers["ETag"] != etag
    assert (len(sources_of(A)), len(sources_of(B))) == (0, 1)


def test_if_match_of_another_version_is_412_also_when_there_is_no_blob(container: ContainerClient) -> None:
    put("sdk.log", log(A))
    for name, etag in (("sdk.log", '"0x8D0000000000000"'), ("new.log", '"0x8D0000000000000"'), ("new.log", "*")):
        given = put(name, log(B), if_match=etag)
        assert (given.status, given.error["target"]) == (412, "If-Match")
    assert [blob.name for blob in container.list_blobs()] == ["sdk.log"]
    assert sources_of(A)


@pytest.mark.parametrize("header", ['"a", "b"', 'W/"a"', "", '"unclosed'])
def test_an_if_match_that_is_no_single_etag_is_400(header: str) -> None:
    assert put("sdk.log", log(A), if_match=header).status == 400


def test_a_body_in_chunks_is_411_before_anything_is_written(container: ContainerClient) -> None:
    """The real host hands such a body over empty, with the header still there."""
    whole = put("kept.log", log(A))
    given = put("kept.log", b"", transfer_encoding="chunked", if_match="*")
    assert (given.status, given.json["error"]["code"]) == (411, "LengthRequired")
    assert container.get_blob_client("kept.log").get_blob_properties().etag == whole.answer.headers["ETag"]
    assert ask("POST", "/api/find", b"", {"transfer-encoding": "chunked"}).status == 411


@pytest.mark.parametrize(
    "path", ["a%2Fb.log", "a%252fb.log", "..%2Fb.log", "a//", "a/", "a//b", "..%5Cb", "a/...", "%20/."]
)
def test_a_name_that_the_host_hands_over_otherwise_than_meant_is_400(container: ContainerClient, path: str) -> None:
    given = ask("PUT", f"/api/uploads/{path}", log(A))
    assert (given.status, given.error["code"], given.error["target"]) == (400, "InvalidName", "name")
    assert list(container.list_blobs()) == []


def test_an_empty_body_never_replaces_a_log(container: ContainerClient) -> None:
    whole = put("full.log", log(A))
    assert put("full.log", b"", if_match="*").status == 400
    assert container.get_blob_client("full.log").get_blob_properties().etag == whole.answer.headers["ETag"]


def test_a_body_over_the_limit_is_413_and_told_the_direct_way(
    container: ContainerClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAX_UPLOAD_MIB", "1")
    given = put("big.log", b"x" * (2**20 + 1))
    assert given.status == 413
    assert str(container.container_name) in given.error["message"]
    assert list(container.list_blobs()) == []


def test_a_missing_container_is_made(container: ContainerClient) -> None:
    container.delete_container()
    assert put("sdk.log", log(A)).status == 201
    assert sources_of(A)


def test_a_replay_reads_the_source_again(container: ContainerClient) -> None:
    source_id = put("sdk.log", log(A)).json["sourceId"]
    before = ask("GET", f"/api/sources/{source_id}").json
    given = ask("POST", f"/api/sources/{source_id}/replay")
    assert given.status == 200
    assert (given.json["status"], given.json["attempt"]) == ("done", before["attempt"] + 1)
    assert len(sources_of(A)) == 1


def test_a_replay_of_a_deleted_blob_says_that_it_is_gone(container: ContainerClient) -> None:
    source_id = put("sdk.log", log(A)).json["sourceId"]
    container.delete_blob("sdk.log")
    given = ask("POST", f"/api/sources/{source_id}/replay")
    assert (given.status, given.error["code"]) == (409, "SourceGone")
    assert len(sources_of(A)) == 1


def test_settings_that_an_upload_does_not_need_may_be_wrong() -> None:
    os.environ["SPEECH_RESOURCES"] = "{"
    try:
        reset()
        assert put("sdk.log", log(A)).status == 201
        assert ask("GET", "/api/resources").error["code"] == "SettingsInvalid"
    finally:
        del os.environ["SPEECH_RESOURCES"]


def test_an_upload_that_could_not_be_indexed_says_so_and_is_indexed_later(
    container: ContainerClient, app_settings: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Blobs are there, tables are not: what is stored is not refused, the trigger and the sweep make up for it."""
    parts = app_settings["AzureWebJobsStorage"].strip(";").split(";")
    parts = [part for part in parts if not part.startswith("TableEndpoint")]
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        away = f"TableEndpoint=http://127.0.0.1:{taken.getsockname()[1]}/devstoreaccount1"
        monkeypatch.setenv("AzureWebJobsStorage", ";".join([*parts, away]))
        services().sleep = lambda _: None
        given = put("sdk.log", log(A))
    assert (given.status, given.json["status"]) == (201, "pending")
    assert [s["id"] for s in given.json["sightings"]] == [A]
    monkeypatch.setenv("AzureWebJobsStorage", app_settings["AzureWebJobsStorage"])
    reset()
    triggers.index_blob(str(container.container_name), "sdk.log")
    assert sources_of(A)


def test_the_sweep_finds_what_was_never_indexed(container: ContainerClient) -> None:
    container.upload_blob("sdk.log", log(A))
    services().clock = lambda: datetime.now(UTC) + timedelta(hours=1)  # a fresh blob is left to its own event
    triggers.sweep()
    assert sources_of(A)
