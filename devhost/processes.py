"""Child processes that never outlive their starter. Standard library only: the installer uses it too."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

ROOT = Path(__file__).resolve().parent.parent
_GUARD = Path(__file__).with_name("guard.py")


class Child:
    """A command under a guard (see `guard.py`): it ends with `stop`, or when this process ends in whatever way."""

    def __init__(
        self,
        command: Sequence[str | Path],
        *,
        cwd: Path = ROOT,
        env: Mapping[str, str] | None = None,
        log: Path | None = None,
    ) -> None:
        self._log = log.open("ab") if log else None
        self._guard = subprocess.Popen(  # noqa: S603
            [sys.executable, "-I", "-S", str(_GUARD), *map(str, command)],
            cwd=cwd,
            env=env,
            stdin=subprocess.PIPE,
            stdout=self._log,
            stderr=self._log,
            start_new_session=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    @property
    def pid(self) -> int:
        """Of the guard; the command is its only child."""
        return self._guard.pid

    def poll(self) -> int | None:
        """The exit status, or None while it runs."""
        return self._guard.poll()

    def wait(self) -> int:
        """Wait until the command ends by itself; its exit status."""
        return self._guard.wait()

    def stop(self) -> None:
        """End the command and all that it started, and wait until that is done."""
        if self._guard.stdin and not self._guard.stdin.closed:
            self._guard.stdin.close()
        self._guard.wait()  # the guard itself stops waiting after its grace time
        if self._log:
            self._log.close()


def run(command: Sequence[str | Path], *, cwd: Path = ROOT, env: Mapping[str, str] | None = None) -> int:
    """Run a command to its end, guarded; its exit status."""
    with Child(command, cwd=cwd, env=env) as child:
        return child.wait()
