"""What `scripts/install` does: everything for tests and checks. `install.py MODULE [ARGUMENT...]` installs only what
running needs, then runs that module in .venv.

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

from dev import azurite  # noqa: E402
from dev.processes import Child, run  # noqa: E402

VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin/python"
NODE_MODULES = ROOT / "node_modules"
RUN, DEVELOP, NODE = "requirements-run.txt", "requirements-dev.txt", "requirements-node.txt"


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
            print("another installation is running in this folder; waiting for it", flush=True)
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


def _pip(requirements: str) -> None:
    # Without --no-compile pip would compile every module of every package; Python compiles those that are imported.
    base = (VENV_PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile")
    if run([*base, "--require-hashes", "-r", requirements], env={**os.environ, "PIP_USER": "0"}) != 0:
        raise InstallError(
            f"pip could not install {requirements} (its message is above). Is the package index "
            "reachable from here? Then run scripts/install again."
        )


def ensure_venv() -> str:
    """.venv with a Python that works; its version."""
    if version := _version_of_venv():
        return version
    print(f"creating .venv with Python {sys.version.split()[0]}", flush=True)
    base = getattr(sys, "_base_executable", sys.executable)  # .venv cannot make itself anew
    if run([base, "-m", "venv", "--clear", VENV]) != 0:
        raise InstallError(
            "python -m venv failed (its message is above). On Debian and Ubuntu it requires the package python3-venv."
        )
    return _version_of_venv() or ""


def ensure_python_packages(version: str, requirements: str) -> None:
    """The packages of this file in .venv; those of development include those of running."""
    stamp = VENV / ".installed"
    if any(_is(stamp, _hash(version, files=(name,))) for name in {requirements, DEVELOP}):
        return
    print("installing Python packages into .venv", flush=True)
    _pip(requirements)
    stamp.write_text(_hash(version, files=(requirements,)))


def ensure_node() -> azurite.Node:
    """A Node.js that runs Azurite."""
    if found := azurite.find_node():
        return found
    print(f"no Node.js {azurite.OLDEST_NODE} or newer with npm on PATH: installing one into .venv", flush=True)
    _pip(NODE)
    if found := azurite.node_of_wheel(VENV):
        return found
    raise InstallError(
        f"the Node.js of {NODE} does not work on this machine; install Node.js "
        f"{azurite.OLDEST_NODE} or newer with npm, then run scripts/install again."
    )


@contextmanager
def azurite_arrives(npm: tuple[str, ...]) -> Iterator[None]:
    """node_modules with the locked Azurite, installed while the body does something else."""
    stamp = NODE_MODULES / ".installed"
    wanted = _hash(files=("package.json", "package-lock.json"))
    # A worktree may borrow the folder of another: npm ci would empty it.
    if _is(stamp, wanted) or NODE_MODULES.is_symlink():
        yield
        return
    print("installing Azurite, the storage emulator, into node_modules (60 MB)", flush=True)
    quiet = ("--ignore-scripts", "--no-audit", "--no-fund", "--no-progress", "--loglevel=error")
    with Child([*npm, "ci", *quiet]) as child:
        yield
        if child.wait() != 0:
            raise InstallError(
                "npm ci could not install Azurite (its message is above). Is the npm registry reachable "
                "from here? Then run scripts/install again."
            )
    stamp.write_text(wanted)


def install(requirements: str) -> None:
    """Everything; pip and npm work at the same time, since both mostly wait."""
    if VENV.is_symlink():  # a worktree borrows it: its owner installs what belongs into it
        return
    version = ensure_venv()
    with azurite_arrives(ensure_node().npm):
        ensure_python_packages(version, requirements)


def main(command: list[str]) -> int:
    """Install; then become `command`, if there is one."""
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell has its background jobs ignore it
    try:
        with only_one():
            install(RUN if command else DEVELOP)
    except InstallError as error:
        print(f"scripts/install: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("scripts/install: interrupted; run it again to continue", file=sys.stderr)
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
