"""`speech-ids upload`: over HTTP and straight on storage the same; big files go into the container."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from azure.storage.blob import ContainerClient

from shared.app.clients import services
from tests.fakes.app_server import AppServer
from tests.functional.cli_help import Cli, log
from tests.webclient import ask

A = "9c9145db22a4462db58835a1ff33d4a0"
B = "1c9145db22a4462db58835a1ff33d4a1"
pytestmark = pytest.mark.usefixtures("app_settings")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "logs/sub").mkdir(parents=True)
    (tmp_path / "logs/a.log").write_bytes(log(A))
    (tmp_path / "logs/sub/b c#.log").write_bytes(log(B))
    return tmp_path


def test_uploaded_files_are_stored_and_read(
    cli: Cli, where: list[str], folder: Path, container: ContainerClient
) -> None:
    status, out, err = cli("upload", *where, "--prefix", "2026/", str(folder / "logs"))
    assert (status, err) == (0, "")
    first, second = [json.loads(line) for line in out.splitlines()]
    assert first["source"] == f"blob:{container.container_name}/2026/logs/a.log"
    assert [s["id"] for s in second["sightings"]] == [B]
    assert sorted(container.list_blob_names()) == ["2026/logs/a.log", "2026/logs/sub/b c#.log"]
    assert ask("GET", f"/api/ids/{B}").status == 200
    _, out, _ = cli("upload", *where, "--format", "table", "--name", "x.log", str(folder / "logs/a.log"))
    assert "speech-sdk-log" in out
    status, _, _ = cli("upload", *where, "-", "--name", "piped.log", stdin=log(A))
    assert (status, container.download_blob("piped.log").readall()) == (0, log(A))


def test_what_is_there_stays_unless_it_is_to_be_replaced(
    cli: Cli, where: list[str], folder: Path, container: ContainerClient
) -> None:
    container.upload_blob("a.log", b"before")
    status, out, err = cli("upload", *where, str(folder / "logs/a.log"))
    assert (status, out) == (1, "")
    assert "--replace" in err
    assert container.download_blob("a.log").readall() == b"before"
    assert cli("upload", *where, "--replace", str(folder / "logs/a.log"))[0] == 0
    assert container.download_blob("a.log").readall() == log(A)


def test_a_file_that_cannot_be_read_does_not_stop_the_others(cli: Cli, where: list[str], folder: Path) -> None:
    status, out, err = cli("upload", *where, str(folder / "nope.log"), str(folder / "logs/a.log"))
    assert (status, len(out.splitlines())) == (1, 1)
    assert "nope.log: No such file" in err
    assert cli("upload", *where, str(folder / "logs/a.log"), "--name", "../x")[0] == 2
    assert cli("upload", *where, str(folder / "logs"), "--name", "x")[0] == 2


def test_a_big_file_goes_straight_into_the_container(
    cli: Cli, folder: Path, container: ContainerClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAX_UPLOAD_MIB", "1")
    big = folder / "big.log"
    big.write_bytes(log(A) + b"x" * 100 + b"\n" * (2 << 20) + log(B))
    status, out, _ = cli("upload", str(big))
    assert (status, json.loads(out)["status"], json.loads(out)["counts"]) == (0, "done", {"session": 2})
    assert container.get_blob_client("big.log").get_blob_properties().size == big.stat().st_size
    status, _, err = cli("upload", str(big))
    assert (status, "--replace" in err) == (1, True)
    assert cli("upload", str(big), "--replace", "--format", "table")[0] == 0


def test_a_big_file_over_http_is_told_the_direct_way(
    cli: Cli, folder: Path, server: AppServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAX_UPLOAD_MIB", "1")
    services()  # made with that limit before the first request
    (folder / "big.log").write_bytes(b"x" * (2 << 20))
    status, _, err = cli("upload", "--url", server.url, str(folder / "big.log"))
    assert status == 1
    assert "container" in err


def test_what_no_request_can_carry_is_not_even_read_to_its_end(cli: Cli, folder: Path, server: AppServer) -> None:
    with (folder / "huge.log").open("wb") as huge:
        huge.truncate(200 << 20)  # no bytes on the disk
    status, _, err = cli("upload", "--url", server.url, str(folder / "huge.log"))
    assert (status, server.seen) == (1, [])
    assert "too large" in err
