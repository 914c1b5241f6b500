"""`speech-ids extract`: run as people run it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from shared.cli.table import Table, cells, plain, table
from shared.web.http import Request
from shared.web.operations import OPERATIONS
from shared.web.pipeline import answer

ROOT = Path(__file__).parents[2]
ID = "9c9145db22a4462db58835a1ff33d4a0"
LOG = f"[1]: 10ms SPX_TRACE_INFO: FireSessionStartedEvent: SessionId: {ID}\n".encode()


def run(*arguments: str, stdin: bytes = b"", cwd: Path = ROOT, **env: str) -> subprocess.CompletedProcess[bytes]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error", **env}
    command = [sys.executable, "-m", "shared", *arguments]
    return subprocess.run(command, input=stdin, capture_output=True, cwd=cwd, env=environment, check=False)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "sdk.log"
    path.write_bytes(LOG)
    return path


def test_piped_output_is_one_json_object_per_file_in_the_order_given(log: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty.log"
    empty.touch()
    done = run("extract", str(log), str(empty))
    assert (done.returncode, done.stderr) == (0, b"")
    first, second = [json.loads(line) for line in done.stdout.splitlines()]
    assert (first["source"], second["source"]) == (str(log), str(empty))
    assert [s["id"] for s in first["sightings"]] == [ID]
    assert second["sightings"] == []


def test_the_json_is_that_of_the_http_operation(log: Path) -> None:
    extract = next(o for o in OPERATIONS if o.name == "extract")
    over_http = answer(extract, Request("POST", "/api/extract", query={"name": "sdk.log"}, body=LOG))
    done = run("extract", "sdk.log", cwd=log.parent)
    assert json.loads(done.stdout) == json.loads(over_http.body)


def test_a_dash_reads_standard_input() -> None:
    done = run("extract", "-", stdin=LOG)
    assert done.returncode == 0
    body = json.loads(done.stdout)
    assert (body["source"], body["sightings"][0]["id"]) == ("-", ID)


def test_a_directory_is_walked_in_order_and_a_loop_of_links_ends(tmp_path: Path) -> None:
    for name in ("b/two.log", "a/one.log", "c.log", "B.log"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(LOG)
    (tmp_path / "a" / "loop").symlink_to(tmp_path)
    (tmp_path / "a" / "linked.log").symlink_to(tmp_path / "c.log")
    os.mkfifo(tmp_path / "pipe")  # would wait for a writer for ever
    done = run("extract", ".", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, b"")
    found = [json.loads(line)["source"] for line in done.stdout.splitlines()]
    assert found == ["./B.log", "./a/linked.log", "./a/one.log", "./b/two.log", "./c.log"]


def test_deep_directories_do_not_end_at_the_recursion_limit(tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*["d"] * 300)
    deep.mkdir(parents=True)
    (deep / "sdk.log").write_bytes(LOG)
    code = "import sys; from shared.cli import main; sys.setrecursionlimit(200); sys.exit(main(['extract', 'd']))"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, cwd=tmp_path, env=environment, check=True)
    assert json.loads(done.stdout)["sightings"][0]["id"] == ID


def test_a_file_that_cannot_be_read_is_named_and_the_others_are_read(log: Path, tmp_path: Path) -> None:
    missing = tmp_path / "missing.log"
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "dead").symlink_to(missing)
    (tmp_path / "logs" / "self").symlink_to(tmp_path / "logs" / "self")
    done = run("extract", str(missing), str(tmp_path / "logs"), str(log))
    assert done.returncode == 1
    assert [json.loads(line)["source"] for line in done.stdout.splitlines()] == [str(log)]
    assert [line.split(b": ")[0] for line in done.stderr.splitlines()] == [
        os.fsencode(missing),
        os.fsencode(tmp_path / "logs" / "dead"),
        os.fsencode(tmp_path / "logs" / "self"),
    ]


@pytest.mark.parametrize("arguments", [[], ["extract"], ["extract", "--format", "xml", "f"], ["find-it", "x"]])
def test_wrong_usage_is_2(arguments: list[str]) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    assert b"usage:" in done.stderr


def test_help_shows_an_example_and_the_exit_status() -> None:
    done = run("extract", "--help")
    assert done.returncode == 0
    assert b"speech-ids extract sdk.log" in done.stdout
    assert b"exit status: 0" in done.stdout


def test_the_table_is_for_people_and_sums_up_a_directory(log: Path) -> None:
    done = run("extract", "--format", "table", str(log.parent))
    lines = done.stdout.decode().splitlines()
    assert any(line.startswith("session") and ID in line for line in lines)
    assert lines[-1] == "1 file read, 1 ID found"


def test_a_reader_that_has_enough_ends_it_quietly(tmp_path: Path) -> None:
    path = tmp_path / "many.log"
    path.write_bytes(LOG)
    command = [sys.executable, "-m", "shared", "extract", *[str(path)] * 2000]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.readline()
        running.stdout.close()
        complaint = running.stderr.read()
    assert (running.returncode, complaint) == (1, b"")


def test_names_that_are_no_utf8_are_shown_and_read(tmp_path: Path) -> None:
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9 \xff.log")).write_bytes(LOG)
    done = run("extract", str(tmp_path), PYTHONUTF8="0", LC_ALL="C")
    assert done.returncode == 0
    assert json.loads(done.stdout)["source"].endswith("/caf\ufffd \ufffd.log")


def test_nothing_heavy_is_loaded() -> None:
    """The command line runs where Azure's packages are not installed."""
    code = "import sys, shared.cli; print(*sorted(m for m in sys.modules if m.split('.')[0] in ('azure', 'requests')))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, cwd=ROOT, check=True)
    assert done.stdout.split() == []


def test_what_steers_a_terminal_is_not_printed() -> None:
    assert plain("a\x1b[31mb\nc\u202ed") == "a?[31mb?c?d"
    assert plain("x" * 100, 10) == "x" * 9 + "…"


def test_a_table_leaves_empty_columns_out() -> None:
    assert table(("A", "B", "C"), [("1", "", "22"), ("333", "", "4")]) == "A    C\n1    22\n333  4\n"


def test_every_format_of_extract(log: Path, tmp_path: Path) -> None:
    (tmp_path / "more.log").write_bytes(LOG.replace(b"9c91", b"1c91"))
    both = [str(tmp_path / "more.log"), str(log)]
    whole = json.loads(run("extract", "--format", "json", *both).stdout)["value"]
    lines = [json.loads(line) for line in run("extract", "--format", "jsonl", *both).stdout.splitlines()]
    assert whole == lines
    assert [found["source"] for found in whole] == both
    head, *rows = run("extract", "--format", "csv", *both).stdout.decode().splitlines()
    assert head.startswith("source,kind,id,")
    assert [row.split(",")[:3] for row in rows] == [
        [both[0], "session", ID.replace("9c91", "1c91")],
        [both[1], "session", ID],
    ]
    case = run("extract", "--format", "case", *both).stdout.decode()
    assert case.startswith("# Speech to text support case\n")
    assert f"## Session ID `{ID}`" in case
    assert json.loads(run("extract", "--format", "json", str(tmp_path / "none")).stdout) == {"value": []}


def test_a_case_of_a_file_needs_no_app(log: Path, tmp_path: Path) -> None:
    other = ID.replace("9c91", "1c91")
    (tmp_path / "more.log").write_bytes(LOG.replace(b"9c91", b"1c91") + LOG)
    done = run("case", "--file", str(log))
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode().startswith(f"# Session ID `{ID}`\n")
    assert f"`{log}`, line 1" in done.stdout.decode()
    both = ["--file", str(log), "--file", str(tmp_path / "more.log")]
    cases = [json.loads(line) for line in run("case", *both, "--format", "jsonl").stdout.splitlines()]
    assert [(case["id"], len(case["sources"])) for case in cases] == [(ID, 2), (other, 1)]
    table = run("case", *both, other.upper(), "--format", "table").stdout.decode()
    assert (ID in table, other in table) == (False, True)
    missing = run("case", "--file", str(log), other)
    assert (missing.returncode, b"was not found" in missing.stderr) == (1, True)
    assert run("case", "--file", str(tmp_path / "none")).returncode == 1
    assert run("case", "--file", str(log), "hello").returncode == 2
    assert run("case").returncode == 2


def test_a_case_has_so_many_ids_and_says_how_many_more_there_are(tmp_path: Path) -> None:
    many = tmp_path / "many.log"
    many.write_bytes(b"".join(LOG.replace(b"9c9145db", b"%08x" % (n + 2**31)) for n in range(53)))
    done = run("case", "--file", str(many))
    assert (done.returncode, done.stdout.decode().count("## Session ID `")) == (0, 50)
    assert b"3 more" in done.stderr
    last = f"{52 + 2**31:08x}{ID[8:]}"
    assert f"# Session ID `{last}`" in run("case", "--file", str(many), last).stdout.decode()


@pytest.mark.parametrize("wide", ["日本語のログ", "통화기록", "ｌｏｇ"])
def test_east_asian_names_take_two_cells_each_and_combining_marks_none(wide: str) -> None:
    lines = table(("A", "B"), [(wide, "x"), ("e\u0301", "x"), ("plain", "x")]).splitlines()
    assert {cells(line[: line.index("x")]) for line in lines[1:]} == {2 * len(wide) + 2}


@pytest.mark.parametrize("width", [60, 80, 100])
def test_a_table_fits_the_terminal_and_cuts_no_id(width: int) -> None:
    lines: list[str] = []
    made = Table(("ID", "NAME", "日本"), lines.append, width=width, whole=("ID",))
    made.add([(ID, "x" * 70, "日" * 30), (ID, "short", "")])
    assert all(cells(line.rstrip("\n")) <= width for line in lines)
    assert all(line.startswith(ID) for line in lines[1:])
    assert lines[1].count("…") == 2


def test_blocks_of_a_table_share_one_header_and_lose_no_column() -> None:
    lines: list[str] = []
    made = Table(("A", "B"), lines.append, all_columns=True)
    for block in ([("1", "")], [], [("longer", "2")]):
        made.add(block)
    assert lines == ["A  B\n", "1\n", "longer  2\n"]


def test_ctrl_c_ends_it_at_once_without_a_traceback(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    command = [sys.executable, "-m", "shared", "extract", str(tmp_path / "pipe")]
    with (
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT) as running,
        (tmp_path / "pipe").open("wb"),  # returns when the command has opened it, and now waits for more
    ):
        running.send_signal(signal.SIGINT)
        complaint = running.communicate()
    assert (running.returncode, complaint) == (-signal.SIGINT, (b"", b""))
