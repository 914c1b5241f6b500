"""`scripts/run` for tests: started under a guard, told apart by a mark in the environment of all its processes."""

from __future__ import annotations

import os
import re
import secrets
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

import pytest

from dev.processes import ROOT, Child

MARK = "RUN_OF_A_TEST"
READY = "Press Ctrl-C to stop everything."
T = TypeVar("T")


def until(ask: Callable[[], T | None], what: str, seconds: float = 60) -> T:
    """What `ask` gives once it is truthy; fails with `what` after a generous time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if answer := ask():
            return answer
        time.sleep(0.05)
    pytest.fail(f"not within {seconds} s: {what}")


def marked(mark: str) -> dict[int, str]:
    """Every process of this machine that inherited the mark, with its command (Linux)."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if f"{MARK}={mark}".encode() in (folder / "environ").read_bytes().split(b"\0"):
                command = (folder / "cmdline").read_bytes()
                found[int(folder.name)] = command.replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue  # it ended, or belongs to somebody else
    return found


class Run:
    """One `scripts/run`. Its output is in `log`; leaving the block ends it."""

    def __init__(self, log: Path, *arguments: str, env: Mapping[str, str] | None = None) -> None:
        self.mark = secrets.token_hex(8)
        self.log = log
        command: list[str | Path] = [ROOT / "scripts/run", *arguments]
        self._child = Child(command, env={**os.environ, **(env or {}), MARK: self.mark}, log=log)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._child.stop()

    @property
    def printed(self) -> str:
        return self.log.read_text()

    def processes(self) -> dict[int, str]:
        """Those of the run, without the test's own guard."""
        return {pid: command for pid, command in marked(self.mark).items() if pid != self._child.pid}

    def pid(self, part: str) -> int | None:
        """Of the process whose command line holds `part` at its end or before a space, guards aside."""
        found = [pid for pid, command in self.processes().items() if part in command and "processes.py" not in command]
        return found[0] if found else None

    def wait_for(self, text: str) -> str:
        """All that was printed, once it holds `text`."""
        until(lambda: text in self.printed or self._child.poll() is not None, f"{text!r} in the output")
        assert text in self.printed, self.printed
        return self.printed

    def exit_status(self) -> int:
        """The status with which it ended."""
        until(lambda: self._child.poll() is not None, "the end of the run")
        return self._child.wait()

    def wait_until_all_ended(self) -> None:
        until(lambda: not self.processes(), "the end of every process")

    @property
    def url(self) -> str:
        found = re.search(r"The app is running at (http://127\.0\.0\.1:\d+)/", self.printed)
        assert found, self.printed
        return found[1]


def shell(command: str, cwd: Path = ROOT) -> str:
    """What a copied command prints; it must succeed."""
    done = subprocess.run(["bash", "-c", command], cwd=cwd, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
    return done.stdout
