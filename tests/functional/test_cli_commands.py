"""`python -m shared find`, `case`, `list`, `mint`, `check`, `upload`: over HTTP and straight on storage the same."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from azure.storage.blob import ContainerClient

from shared.cli import main
from shared.services import services
from tests.fakes.app_server import AppServer
from tests.webclient import ask

A = "9c9145db22a4462db58835a1ff33d4a0"
B = "1c9145db22a4462db58835a1ff33d4a1"
NOWHERE = "7a1b2c3d4e5f4a6b8c9d0e1f2a3b4c5d"
pytestmark = pytest.mark.usefixtures("app_settings")
Cli = Callable[..., tuple[int, str, str]]


def log(*ids: str) -> bytes:
    lines = (f"[1]: {n}0ms SPX_TRACE_INFO: FireSessionStartedEvent: SessionId: {i}\n" for n, i in enumerate(ids, 1))
    return "".join(lines).encode()


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Cli:
    """Runs a command; exit status, output, errors."""

    def run(*arguments: str, stdin: bytes = b"") -> tuple[int, str, str]:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8"))
        status = main(arguments)
        out, err = capsys.readouterr()
        return status, out, err

    return run


@pytest.fixture
def server() -> Iterator[AppServer]:
    with AppServer() as running:
        yield running


@pytest.fixture(params=["storage", "http"])
def where(request: pytest.FixtureRequest) -> list[str]:
    """The options that say which app: none (storage from the environment), or `--url`."""
    if request.param == "storage":
        return []
    return ["--url", request.getfixturevalue("server").url]


@pytest.fixture
def indexed(app_settings: dict[str, str]) -> None:
    assert ask("PUT", "/api/uploads/one.log", log(A, B)).status == 201
    assert ask("PUT", "/api/uploads/two.log", log(A)).status == 201


def same(text: str, expected: Any) -> None:
    assert json.loads(text) == expected


# find


@pytest.mark.usefixtures("indexed")
def test_find_gives_the_json_of_the_http_operation(cli: Cli, where: list[str]) -> None:
    text = f"https://x.example/?X-ConnectionId={A}, and {NOWHERE}"
    status, out, _ = cli("find", *where, text)
    assert status == 0
    same(out, ask("POST", "/api/find", json.dumps({"text": text}).encode(), {"content-type": "application/json"}).json)
    status, out, _ = cli("find", *where, "9C9145DB")
    assert status == 0
    same(out, ask("GET", "/api/ids/9C9145DB").json)


@pytest.mark.usefixtures("indexed")
def test_find_reads_standard_input_so_that_no_history_keeps_it(cli: Cli, where: list[str]) -> None:
    status, out, _ = cli("find", *where, "-", stdin=f"SessionId: {B}\r\n".encode())
    assert (status, [known["id"] for known in json.loads(out)["value"]]) == (0, [B])


def test_find_of_what_nobody_knows_is_1_and_says_what_it_looks_like(cli: Cli, where: list[str]) -> None:
    status, out, _ = cli("find", *where, NOWHERE)
    assert (status, json.loads(out)["notFound"][0]["looksLike"]) == (1, "session-id")
    status, out, _ = cli("find", *where, "--format", "table", NOWHERE)
    assert (status, f"not known: {NOWHERE}" in out) == (1, True)
    status, _, err = cli("find", *where, "--format", "table", "00000000")
    assert (status, err) == (1, "no ID begins so\n")


@pytest.mark.usefixtures("indexed")
def test_find_as_a_table_names_every_source(cli: Cli, where: list[str], container: ContainerClient) -> None:
    status, out, _ = cli("find", *where, "--format", "table", A)
    assert status == 0
    assert out.startswith(f"session: {A}\n")
    for name in ("one.log", "two.log"):
        assert f"blob:{container.container_name}/{name}" in out


# case


@pytest.mark.usefixtures("indexed")
def test_case_gives_what_the_http_operation_gives(cli: Cli, where: list[str]) -> None:
    for form in ("markdown", "text", "json"):
        status, out, _ = cli("case", *where, A.upper(), "--format", form)
        assert status == 0
        assert out.strip() == ask("GET", f"/api/ids/{A}/case?format={form}").answer.body.decode().strip()
    status, out, _ = cli("case", *where, A)
    assert json.loads(out)["id"] == A


@pytest.mark.usefixtures("indexed")
def test_case_of_several_ids_names_the_unknown_and_is_1_then(cli: Cli, where: list[str]) -> None:
    status, out, err = cli("case", *where, A, B, NOWHERE, "--title", "Friday")
    assert (status, json.loads(out)["title"], json.loads(out)["unknown"]) == (1, "Friday", [NOWHERE])
    assert err == f"nothing is known of {NOWHERE}\n"
    status, out, _ = cli("case", *where, A, B, "--format", "table")
    assert (status, out.count("session  "), "SCORE" in out) == (0, 2, True)


def test_case_of_an_unknown_id_is_1_and_of_no_id_2(cli: Cli, where: list[str]) -> None:
    status, out, err = cli("case", *where, NOWHERE)
    assert (status, out) == (1, "")
    assert err.startswith(f"python -m shared: Nothing is known of {NOWHERE}")
    for wrong in ("hello", "..", "a/b", ""):
        assert cli("case", *where, wrong)[0] == 2


# list


@pytest.mark.usefixtures("indexed")
def test_list_gives_the_json_and_the_csv_of_the_http_operation(cli: Cli, where: list[str]) -> None:
    status, out, _ = cli("list", "sources", *where, "--status", "done", "--top", "1")
    assert status == 0
    same(out, ask("GET", "/api/sources?status=done&top=1").json)
    status, out, err = cli("list", "sources", *where, "--top", "1", "--format", "csv")
    assert status == 0
    assert out.splitlines() == ask("GET", "/api/sources?top=1&format=csv").answer.body.decode().splitlines()
    assert err.startswith("there is more: --all, or --token ")


@pytest.mark.usefixtures("indexed")
def test_list_all_follows_every_page(cli: Cli, where: list[str]) -> None:
    ids = [item["id"] for item in ask("GET", "/api/sessions").json["value"]]
    _, out, _ = cli("list", "sessions", *where, "--all", "--top", "1")
    assert {item["id"] for item in json.loads(out)["value"]} == set(ids) == {A, B}
    _, out, err = cli("list", "sessions", *where, "--all", "--top", "1", "--format", "csv")
    assert (out.count("requestIds"), err) == (1, "")
    assert [line.split(",")[0] for line in out.splitlines()[1:]]
    _, out, _ = cli("list", "sessions", *where, "--all", "--top", "1", "--format", "table")
    assert A in out
    assert B in out


@pytest.mark.usefixtures("indexed")
def test_a_token_goes_on_where_a_page_ended(cli: Cli, where: list[str]) -> None:
    _, out, _ = cli("list", "sources", *where, "--top", "1")
    token = json.loads(out)["nextLink"].partition("token=")[2]
    _, out, _ = cli("list", "sources", *where, "--top", "1", "--token", token)
    assert len(json.loads(out)["value"]) == 1


def test_an_empty_list_is_0_and_a_wrong_filter_2(cli: Cli, where: list[str]) -> None:
    status, out, err = cli("list", "transcriptions", *where, "--format", "table")
    assert (status, out, err) == (0, "", "nothing found\n")
    status, _, err = cli("list", "sessions", *where, "--from", "yesterday")
    assert status == 2
    assert "ISO 8601" in err


def test_resources_that_are_not_configured_are_an_empty_list(cli: Cli, where: list[str]) -> None:
    assert cli("list", "resources", *where)[:2] == (0, '{"value": []}\n')


# mint, check


def test_what_was_minted_is_listed_and_checked(cli: Cli, where: list[str]) -> None:
    status, out, _ = cli("mint", *where, "--count", "2", "--owner", "ann", "--note", "load test", "--region", "eastus")
    minted = json.loads(out)
    assert (status, len(minted["value"]), minted["example"]["region"]) == (0, 2, "eastus")
    value = minted["value"][0]["id"]
    status, out, _ = cli("check", *where, value)
    assert (status, json.loads(out)["minted"]["owner"]) == (0, "ann")
    same(out, ask("GET", f"/api/connection-ids/{value}").json)
    _, out, _ = cli("list", "connection-ids", *where, "--format", "table")
    assert value in out
    _, out, _ = cli("check", *where, value, "--format", "table")
    assert "accepted: yes" in out
    assert "seen: No log" in out
    _, out, _ = cli("mint", *where, "--format", "table")
    assert "$SPEECH_KEY" in out


@pytest.mark.parametrize(
    "value",
    ["9c9145db-22a4-462d-b588-35a1ff33d4a0", "hello", "a/b", "..", f"https://x.example/?X-ConnectionId={A}", ""],
)
def test_a_value_that_the_service_would_not_take_is_1(cli: Cli, where: list[str], value: str) -> None:
    status, out, _ = cli("check", *where, value)
    found = json.loads(out)
    assert (status, found["accepted"]) == (1, False)
    if value and "/" not in value and value != "..":
        assert found == ask("GET", f"/api/connection-ids/{quote(value)}").json
    assert cli("check", *where, value, "--format", "table")[0] == 1


# upload


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
