"""However `scripts/run` ends, no process and no port of it is left."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from dev.processes import ROOT, Child
from tests.functional.running import MARK, READY, Run, marked, until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="finds the processes in /proc")
ARGUMENTS = ("--port", "0", "--data", "memory", "--host", "dev", "--demo")


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_a_signal_to_the_running_app_ends_everything(tmp_path: Path, number: signal.Signals) -> None:
    with Run(tmp_path / "log", *ARGUMENTS) as run:
        printed = run.wait_for(READY)
        ports = {int(port) for port in re.findall(r"127\.0\.0\.1:(\d+)", printed)}
        assert len(ports) == 2
        assert all(listens(port) for port in ports)
        assert run.pid("dev.host")
        assert run.pid("azurite.js")
        assert run.pid("tests.fakes.speech")
        os.kill(run.pid("dev.run") or 0, number)
        run.wait_until_all_ended()
        assert not any(listens(port) for port in ports)
        assert run.exit_status() == (128 + number if number == signal.SIGKILL else 0)


@pytest.mark.parametrize(
    ("moment", "number"),
    [
        ("dev.run", signal.SIGINT),
        ("azurite.js", signal.SIGTERM),
        ("tests.fakes.speech", signal.SIGINT),
        ("dev.host", signal.SIGKILL),
    ],
)
def test_a_signal_while_it_starts_ends_everything(tmp_path: Path, moment: str, number: signal.Signals) -> None:
    """At the moment when a process appears: nothing answers yet."""
    with Run(tmp_path / "log", *ARGUMENTS) as run:
        until(lambda: run.pid(moment), moment)
        assert READY not in run.printed
        os.kill(run.pid("dev.run") or 0, number)
        run.wait_until_all_ended()


@pytest.mark.parametrize("part", ["dev.host", "azurite.js"])
def test_a_part_that_dies_ends_the_rest_with_a_message(tmp_path: Path, part: str) -> None:
    with Run(tmp_path / "log", *ARGUMENTS) as run:
        run.wait_for(READY)
        os.kill(run.pid(part) or 0, signal.SIGKILL)
        assert run.exit_status() == 1
        run.wait_until_all_ended()
        assert "stopped unexpectedly" in run.printed


def test_a_killed_group_leaves_nothing(tmp_path: Path) -> None:
    """As a closed terminal or a CI job that is cut off does it."""
    with Run(tmp_path / "log", *ARGUMENTS) as run:
        run.wait_for(READY)
        os.killpg(os.getpgid(run.pid("dev.run") or 0), signal.SIGKILL)
        run.wait_until_all_ended()


def test_it_outlives_the_shell_that_started_it_in_the_background(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.touch()
    mark = "background" + tmp_path.name + str(os.getpid())
    command = f"'{ROOT}/scripts/run' {' '.join(ARGUMENTS)} >'{log}' 2>&1 &"
    subprocess.run(["bash", "-c", command], env={**os.environ, MARK: mark}, check=True)
    try:
        until(lambda: READY in log.read_text(), "the announcement")
    finally:
        for pid, line in marked(mark).items():
            if "dev.run" in line:
                os.kill(pid, signal.SIGINT)  # such a shell has it ignore SIGINT; it takes it all the same
    until(lambda: not marked(mark), "the end of all")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_guarded_command_ends_with_its_starter_also_when_it_resists(tmp_path: Path, number: signal.Signals) -> None:
    """The command ignores SIGTERM and has a child of its own, as an installer in the middle of its work might."""
    program = (
        "import subprocess, sys, time; from dev.processes import Child\n"
        "Child(['bash', '-c', 'trap \"\" TERM; sleep 600 & echo up; sleep 600; sleep 600'])\n"
        "time.sleep(600)"
    )
    mark = "guarded" + tmp_path.name + str(os.getpid())
    log = tmp_path / "log"
    with (
        log.open("wb") as output,
        subprocess.Popen(
            [sys.executable, "-c", program], cwd=ROOT, env={**os.environ, MARK: mark}, stdout=output
        ) as starter,
    ):
        until(lambda: "up" in log.read_text(), "the command")
        assert len(marked(mark)) >= 5
        starter.send_signal(number)
    until(lambda: not marked(mark), "the end of all")


def test_a_killed_guard_takes_its_command_along(tmp_path: Path) -> None:
    mark = "guard" + tmp_path.name + str(os.getpid())
    with Child(["sleep", "600"], env={**os.environ, MARK: mark}) as child:
        until(lambda: any(line.startswith("sleep") for line in marked(mark).values()), "the command")
        os.kill(child.pid, signal.SIGKILL)
        until(lambda: not marked(mark), "the end of both")


def test_a_command_that_is_not_there_is_told(capfd: pytest.CaptureFixture[str]) -> None:
    with Child(["/no/such/program"]) as child:
        assert child.wait() == 127
    assert "could not start /no/such/program" in capfd.readouterr().err
