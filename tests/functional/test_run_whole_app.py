"""A newcomer's first minute: `scripts/run` announces a running app, and the commands it prints work as they stand."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from azure.storage.queue import QueueServiceClient

from dev.drop import running_apps
from dev.processes import ROOT
from shared.app.clients import QUEUES
from tests.fakes.speech import FakeSpeech
from tests.functional.running import READY, Run, shell, until

MEMORY = ("--data", "memory", "--host", "dev")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """A run with two Speech resources given by the caller, and a storage account that must not be used."""
    log = tmp_path_factory.mktemp("run") / "log"
    with FakeSpeech() as fake:
        fake.state.add(name="Calls", status="Succeeded")
        resources = [
            {"name": "given", "endpoint": fake.endpoint, "key": fake.key},
            {"name": "dead", "endpoint": "http://127.0.0.1:1", "key": "x"},
        ]
        env = {
            "SPEECH_RESOURCES": json.dumps(resources),
            "AzureWebJobsStorage": "of-the-caller",
            "LOGS_CONTAINER": "my-logs",
        }
        with Run(log, "--port", "0", *MEMORY, env=env) as running:
            running.wait_for(READY)
            yield running


def commands(printed: str) -> list[str]:
    """The lines that are printed to be copied."""
    return re.findall(r"^  (\S.*)$", printed, re.MULTILINE)


def test_the_printed_commands_work_as_they_stand(run: Run) -> None:
    drop, upload, ask = commands(run.printed)
    assert "was uploaded as blob" in shell(drop)
    session = ask.rsplit("/", 1)[1]
    answer = until(lambda: a if session in (a := shell(ask)) and "sightings" in a else None, "the dropped log is found")
    sources = {s["source"] for s in json.loads(answer)["sightings"]}
    assert any(source.startswith("blob:my-logs/") for source in sources)
    uploaded = json.loads(shell(upload))
    assert session in {s["id"] for s in uploaded["sightings"]}
    assert uploaded["source"] in {s["source"] for s in json.loads(shell(ask))["sightings"]}


def test_the_queues_that_the_host_reads_are_there_from_the_start(run: Run) -> None:
    (app,) = running_apps(int(run.url.rsplit(":", 1)[1]))
    with QueueServiceClient.from_connection_string(app.connection_string) as queues:
        assert set(QUEUES) <= {queue.name for queue in queues.list_queues()}


def test_the_page_and_health_answer(run: Run) -> None:
    assert requests.get(run.url, timeout=10).headers["Content-Type"].startswith("text/html")
    assert requests.get(f"{run.url}/api/health", timeout=10).ok


def test_the_callers_speech_resources_are_listed_and_a_dead_one_stops_nobody(run: Run) -> None:
    names = [r["name"] for r in requests.get(f"{run.url}/api/resources", timeout=10).json()["value"]]
    assert sorted(names) == ["dead", "given"]
    requests.post(f"{run.url}/admin/functions/sync_timer", json={}, timeout=10)

    def listed() -> list[str]:
        answer = requests.get(f"{run.url}/api/transcriptions", timeout=10)
        return [t["displayName"] for t in answer.json()["value"]]

    assert until(listed, "the inventory") == ["Calls"]


def test_drop_takes_any_name_and_says_what_is_wrong(run: Run, tmp_path: Path) -> None:
    port = run.url.rsplit(":", 1)[1]
    odd = tmp_path / "a b#%é.log"
    odd.write_bytes(b"nothing in here")
    assert "a b#%é.log" in shell(f"'{ROOT}/scripts/drop' --port {port} '{odd.name}'", cwd=tmp_path)
    assert "new/name" in shell(f"'{ROOT}/scripts/drop' --port {port} --name new/name '{odd}'")
    drop = [str(ROOT / "scripts/drop"), "--port"]
    done = subprocess.run([*drop, port, "/no/file"], capture_output=True, text=True, check=False)
    assert (done.returncode, "No such file" in done.stderr) == (1, True)
    done = subprocess.run([*drop, "1", str(odd)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "scripts/drop: no app is running on port 1; start scripts/run first\n")


def test_the_demo_has_something_to_show_everywhere_when_it_is_ready(tmp_path: Path) -> None:
    with Run(tmp_path / "log", "--port", "0", "--demo", "--host", "dev") as run:
        printed = run.wait_for(READY)
        for path in (
            "resources",
            "sessions?reached=yes&region=westeurope",
            "sessions?reached=no",
            "transcriptions?status=Failed",
            "transcriptions?state=gone",
            "audio?name=call-003-0.wav",
            "sources",
        ):
            assert requests.get(f"{run.url}/api/{path}", timeout=10).json()["value"], path
    messages = [line for line in printed.splitlines() if re.match(r"\d\d:\d\d:\d\d ", line)]
    lines = [
        r"'demo/call-center.log': 2 IDs, \d+ ms",
        r"'demo/kiosk.log': 1 ID, \d+ ms",
        r"'demo/saved-response.json': 1",
    ]
    assert all(any(re.search(line, message) for message in messages) for line in lines)
    assert len(messages) == len(lines) + 1, printed  # and where the host answers


def test_many_blobs_at_once_print_a_line_each_and_no_warning(run: Run, tmp_path: Path) -> None:
    port = run.url.rsplit(":", 1)[1]
    sample = (ROOT / "dev/samples/call-center.log").read_text()
    files = []
    for n in range(40):
        files.append(tmp_path / f"many-{n:02d}.log")
        files[-1].write_text(sample.replace("9c9145db22a4462db58835a1ff33d4a0", f"{n:04x}45db22a4462db58835a1ff33d4a0"))
    before = len(run.printed)
    shell(f"'{ROOT}/scripts/drop' --port {port} {' '.join(map(str, files))}")

    def done() -> bool:
        return all(f"'{file.name}': 2 IDs, " in run.printed for file in files)

    until(done, "a line for each blob")
    assert "pool is full" not in run.printed
    assert all(re.search(r": 2 IDs, \d+ ms$", line) for line in run.printed[before:].splitlines() if "many-" in line)


def test_data_stays_in_its_folder_and_one_run_at_a_time_may_use_it(tmp_path: Path) -> None:
    arguments = ("--port", "0", "--data", str(tmp_path / "my data"), "--host", "dev")
    for log in ("first", "second"):
        with Run(tmp_path / log, *arguments) as run:
            run.wait_for(READY)
            if log == "first":
                assert requests.put(f"{run.url}/api/uploads/kept.log", data=b"text", timeout=30).status_code == 201
                with Run(tmp_path / "other", *arguments) as other:
                    assert other.exit_status() == 1
                    assert "another scripts/run is using the data in" in other.printed
            else:
                names = [s["source"] for s in requests.get(f"{run.url}/api/sources", timeout=30).json()["value"]]
                assert names == ["blob:speech-logs/kept.log"]


def test_a_port_in_use_is_named_with_what_to_do(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with Run(tmp_path / "log", "--port", str(port), *MEMORY) as run:
            assert run.exit_status() == 1
            assert f"port {port} is in use by another program; stop that, or choose another port" in run.printed


@pytest.mark.parametrize("port", ["99999", "-1", "http"])
def test_what_is_not_a_port_is_refused(tmp_path: Path, port: str) -> None:
    with Run(tmp_path / "log", f"--port={port}", *MEMORY) as run:
        assert run.exit_status() == 2
        assert f"{port} is not a port; give 1 to 65535, or 0 for any free one" in run.printed


def test_a_port_can_be_used_again_right_after_a_stop(tmp_path: Path) -> None:
    """Its old connections stay for a minute (TIME_WAIT), on the side that closes first: here the server."""
    with Run(tmp_path / "first", "--port", "0", *MEMORY) as run:
        run.wait_for(READY)
        port = run.url.rsplit(":", 1)[1]
        with socket.create_connection(("127.0.0.1", int(port))) as client:
            client.sendall(b"GET /api/health HTTP/1.0\r\nHost: localhost\r\n\r\n")
            while client.recv(4096):
                pass
    with socket.socket() as probe, pytest.raises(OSError, match="in use"):
        probe.bind(("127.0.0.1", int(port)))
    with Run(tmp_path / "second", "--port", port, *MEMORY) as run:
        run.wait_for(READY)


FUNC = r"""#!/bin/bash
echo "func $* with $VIRTUAL_ENV and ${AzureWebJobsStorage:0:24} in $PWD"
cd "$(mktemp -d)" && mkdir -p api && touch api/health && exec python -m http.server --bind 127.0.0.1 "$3"
"""


def test_core_tools_on_path_are_used(tmp_path: Path) -> None:
    """A stand-in for `func`: the real one was never run here."""
    (tmp_path / "func").write_text(FUNC)
    (tmp_path / "func").chmod(0o755)
    env = {"PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"}
    with Run(tmp_path / "log", "--port", "0", "--data", "memory", env=env) as run:
        printed = run.wait_for(READY)
        port = run.url.rsplit(":", 1)[1]
        said = f"func start --port {port} with {ROOT}/.venv and DefaultEndpointsProtocol in {ROOT}"
        assert said in printed
        assert "not tested with this project" in printed


def test_func_that_was_asked_for_and_is_not_there_is_told(tmp_path: Path) -> None:
    if shutil.which("func"):
        pytest.skip("it is there")
    with Run(tmp_path / "log", "--port", "0", "--data", "memory", "--host", "func") as run:
        assert run.exit_status() == 1
        assert "are not on PATH" in run.printed
