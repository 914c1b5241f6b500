"""Child processes that never outlive their starter. Standard library only: the installer uses it too.

    this process ── pipe (standard input) ──> guard ──> command, in a session of its own

The guard is this file run as a script. However its starter ends, even by SIGKILL, the pipe closes and the guard ends
the command's whole process group.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

ROOT = Path(__file__).resolve().parent.parent
_GRACE_SECONDS = 5.0
_PR_SET_PDEATHSIG = 1  # Linux: the kernel ends the command even if the guard is killed


class Child:
    """A guarded command: it ends with `stop`, or when this process ends in whatever way."""

    def __init__(
        self,
        command: Sequence[str | Path],
        *,
        cwd: Path = ROOT,
        env: Mapping[str, str] | None = None,
        log: Path | None = None,
    ) -> None:
        self._log = log.open("ab") if log else None
        self._guard = subprocess.Popen(  # noqa: S603  the command is the caller's own
            [sys.executable, "-I", "-S", __file__, *map(str, command)],
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
        """End the command and everything it started, and wait for that."""
        if self._guard.stdin and not self._guard.stdin.closed:
            self._guard.stdin.close()
        self._guard.wait()  # the guard itself stops waiting after its grace period
        if self._log:
            self._log.close()


def run(command: Sequence[str | Path], *, cwd: Path = ROOT, env: Mapping[str, str] | None = None) -> int:
    """Run a command to its end, guarded; its exit status."""
    with Child(command, cwd=cwd, env=env) as child:
        return child.wait()


# --- the guard


def _guard(command: list[str]) -> int:
    """Run `command`; its exit status, or 128 + n if signal n ended it, as in a shell."""
    for number in (signal.SIGINT, signal.SIGHUP):  # the command would inherit SIG_IGN, but not a handler
        signal.signal(number, lambda *_: None)
    try:
        process = subprocess.Popen(  # noqa: S603  the command is the starter's own
            command,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=_die_with_guard,  # noqa: PLW1509  no other thread runs yet
        )
    except OSError as error:
        print(f"could not start {command[0]}: {error.strerror}", file=sys.stderr)
        return 127
    signal.signal(signal.SIGTERM, lambda *_: _end(process))
    threading.Thread(target=_end_with_starter, args=(process,), daemon=True).start()
    status = process.wait()
    _signal_group(process.pid, signal.SIGKILL)  # what the command left behind
    return status if status >= 0 else 128 - status


def _die_with_guard() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _end_with_starter(process: subprocess.Popen[bytes]) -> None:
    while os.read(0, 1024):
        pass
    _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    _signal_group(process.pid, signal.SIGTERM)
    timer = threading.Timer(_GRACE_SECONDS, _signal_group, (process.pid, signal.SIGKILL))
    timer.daemon = True
    timer.start()


def _signal_group(pid: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):  # macOS refuses a group of zombies
        os.killpg(pid, number)


if __name__ == "__main__":
    sys.exit(_guard(sys.argv[1:]))
