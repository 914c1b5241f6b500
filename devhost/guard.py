"""Runs one command and ends it, with all it started, when the process that started this guard is gone.

Standard input is the life line: a pipe that only the starter holds. However the starter ends (also by SIGKILL, where
no handler runs), the pipe closes, and the guard ends the command's process group. Used by `processes.Child`; it runs
as a script, so that it needs nothing but an interpreter.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import threading

GRACE_SECONDS = 5.0
_PR_SET_PDEATHSIG = 1  # Linux: the kernel ends the command even if this guard is killed


def _die_with_guard() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _signal_group(pid: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):  # macOS refuses a group of zombies
        os.killpg(pid, number)


def _end(process: subprocess.Popen[bytes]) -> None:
    _signal_group(process.pid, signal.SIGTERM)
    timer = threading.Timer(GRACE_SECONDS, _signal_group, (process.pid, signal.SIGKILL))
    timer.daemon = True
    timer.start()


def _watch_life_line(process: subprocess.Popen[bytes]) -> None:
    while os.read(0, 1024):
        pass
    _end(process)


def main(command: list[str]) -> int:
    """Run `command`; its exit status, 128 + n if a signal ended it, as a shell has it."""
    for number in (signal.SIGINT, signal.SIGHUP):  # SIG_IGN would be inherited by the command, a handler is not
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
    threading.Thread(target=_watch_life_line, args=(process,), daemon=True).start()
    status = process.wait()
    _signal_group(process.pid, signal.SIGKILL)  # what the command left behind
    return status if status >= 0 else 128 - status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
