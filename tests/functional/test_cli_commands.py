"""`speech-ids find`, `case`, `list`, `mint`, `check`: over HTTP and straight on storage the same."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest
from azure.storage.blob import ContainerClient

from tests.functional.cli_help import Cli, log
from tests.webclient import ask

A = "9c9145db22a4462db58835a1ff33d4a0"
B = "1c9145db22a4462db58835a1ff33d4a1"
NOWHERE = "7a1b2c3d4e5f4a6b8c9d0e1f2a3b4c5d"
pytestmark = pytest.mark.usefixtures("app_settings")


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
    _, out, err = cli("find", *where, text, "--format", "jsonl")
    assert ([json.loads(line)["id"] for line in out.splitlines()], NOWHERE in err) == ([A], True)
    _, out, _ = cli("find", *where, text, "--format", "csv")
    assert [line.split(",")[:2] for line in out.splitlines()] == [["kind", "id"], ["session", A], ["session", A]]


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
    assert (status, err) == (1, "no known ID starts with these digits\n")


@pytest.mark.usefixtures("indexed")
def test_find_as_a_table_names_every_source(cli: Cli, where: list[str], container: ContainerClient) -> None:
    status, out, _ = cli("find", *where, "--format", "table", A)
    assert status == 0
    assert out.startswith(f"session: {A}\n")
    for name in ("one.log", "two.log"):
        assert f"blob:{container.container_name}/{name}" in out


def test_find_makes_a_case_of_the_text_where_nothing_is_stored(cli: Cli, where: list[str]) -> None:
    line = f"[1]: 10ms SPX_TRACE_INFO: FireSessionStartedEvent: SessionId: {NOWHERE}"
    status, out, _ = cli("find", *where, line, "--format", "case")
    assert (status, out.startswith(f"# Session ID `{NOWHERE}`")) == (0, True)
    status, out, err = cli("find", *where, NOWHERE, "--format", "case")
    assert (status, out, err) == (1, "", "nothing is known about the IDs in this text, so there is no case\n")


# case


@pytest.mark.usefixtures("indexed")
def test_case_gives_what_the_http_operation_gives(cli: Cli, where: list[str]) -> None:
    for form in ("markdown", "text", "json"):
        status, out, _ = cli("case", *where, A.upper(), "--format", form)
        assert status == 0
        assert out.strip() == ask("GET", f"/api/ids/{A}/case?format={form}").answer.body.decode().strip()
    status, out, _ = cli("case", *where, A)
    assert out.startswith(f"# Session ID `{A}`")
    status, out, _ = cli("find", *where, f"SessionId: {A}", "--format", "case")
    assert (status, out.startswith(f"# Session ID `{A}`")) == (0, True)


@pytest.mark.usefixtures("indexed")
def test_case_of_several_ids_names_the_unknown_and_is_1_then(cli: Cli, where: list[str]) -> None:
    status, out, err = cli("case", *where, A, B, NOWHERE, "--title", "Friday", "--format", "json")
    assert (status, json.loads(out)["title"], json.loads(out)["unknown"]) == (1, "Friday", [NOWHERE])
    assert err == f"nothing is known about {NOWHERE}\n"
    for form in ("markdown", "text"):
        status, out, err = cli("case", *where, A, NOWHERE, "--format", form)
        assert (status, NOWHERE in out, NOWHERE in err) == (1, True, True)
    status, out, _ = cli("case", *where, A, B, "--format", "table")
    assert (status, out.count("session  "), "COMPLETE" in out) == (0, 2, True)


def test_case_of_an_unknown_id_is_1_and_of_no_id_2(cli: Cli, where: list[str]) -> None:
    status, out, err = cli("case", *where, NOWHERE)
    assert (status, out) == (1, "")
    assert err.startswith(f"speech-ids: Nothing is known about {NOWHERE}")
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
    assert err.startswith("more results are available: use --all, or --token ")


@pytest.mark.usefixtures("indexed")
def test_list_all_follows_every_page(cli: Cli, where: list[str]) -> None:
    ids = [item["id"] for item in ask("GET", "/api/sessions").json["value"]]
    _, out, _ = cli("list", "sessions", *where, "--all", "--top", "1")
    assert {item["id"] for item in json.loads(out)["value"]} == set(ids) == {A, B}
    _, out, err = cli("list", "sessions", *where, "--all", "--top", "1", "--format", "csv")
    assert (out.count("requestIds"), err) == (1, "")
    assert [line.split(",")[0] for line in out.splitlines()[1:]]
    _, out, _ = cli("list", "sessions", *where, "--all", "--top", "1", "--format", "table")
    assert (out.count("SOURCE"), A in out, B in out) == (1, True, True)
    _, out, _ = cli("list", "sessions", *where, "--all", "--top", "1", "--format", "jsonl")
    assert {json.loads(line)["id"] for line in out.splitlines()} == {A, B}


@pytest.mark.usefixtures("indexed")
def test_the_pages_of_a_relative_time_are_of_one_window(cli: Cli, where: list[str]) -> None:
    _, out, _ = cli("list", "sources", *where, "--from", "2d", "--to", "now", "--top", "1", "--all")
    assert len(json.loads(out)["value"]) == 2
    _, out, _ = cli("list", "sources", *where, "--from", "2d", "--top", "1")
    assert "from=2d" not in json.loads(out)["nextLink"]
    assert "from=20" in json.loads(out)["nextLink"]


@pytest.mark.usefixtures("indexed")
def test_a_token_goes_on_where_a_page_ended(cli: Cli, where: list[str]) -> None:
    _, out, _ = cli("list", "sources", *where, "--top", "1")
    token = json.loads(out)["nextLink"].partition("token=")[2]
    _, out, _ = cli("list", "sources", *where, "--top", "1", "--token", token)
    assert len(json.loads(out)["value"]) == 1


def test_an_empty_list_is_0_and_a_wrong_filter_2(cli: Cli, where: list[str]) -> None:
    status, out, err = cli("list", "transcriptions", *where, "--format", "table")
    assert (status, out, err) == (0, "", "nothing found\n")
    status, _, err = cli("list", "sessions", *where, "--from", "tomorrow")
    assert status == 2
    assert "2h" in err


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
    assert "seen: No indexed log" in out
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
