"""The installer is quick when there is nothing to do, waits for another one, and names what is missing."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from dev.processes import ROOT, Child
from tests.functional.running import until

TOO_OLD = '#!/bin/bash\n[ "$1" = --version ] && echo Python 3.9.2 && exit; exit 1\n'
NO_VENV = '#!/bin/bash\ncase "$*" in *ensurepip*) exit 1;; esac\n'


def bare_machine(folder: Path, python: str | None) -> tuple[Path, dict[str, str]]:
    """A copy of the scripts without .venv, and a PATH that holds nothing but what bash needs and this Python."""
    (folder / "scripts").mkdir()
    for name in ("run", "install", "with-python"):
        shutil.copy(ROOT / "scripts" / name, folder / "scripts" / name)
    (folder / "bin").mkdir()
    for name in ("bash", "dirname"):
        (folder / "bin" / name).symlink_to(shutil.which(name) or name)
    if python:
        (folder / "bin/python3").write_text(python)
        (folder / "bin/python3").chmod(0o755)
    return folder / "scripts", {"PATH": str(folder / "bin")}


@pytest.mark.parametrize(
    ("python", "message"),
    [
        (None, "No Python 3.11 or newer was found on PATH (the python3 there: none)"),
        (TOO_OLD, "No Python 3.11 or newer was found on PATH (the python3 there: Python 3.9.2)"),
        (NO_VENV, "cannot create virtual environments: its module venv is missing"),
    ],
)
def test_a_python_that_is_missing_or_unfit_is_told(tmp_path: Path, python: str | None, message: str) -> None:
    scripts, env = bare_machine(tmp_path, python)
    done = subprocess.run([str(scripts / "run")], env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert message in done.stderr


def test_a_second_installation_does_nothing(tmp_path: Path) -> None:
    """Without a network: every package server is out of reach."""
    env = {**os.environ, "PIP_INDEX_URL": "http://127.0.0.1:1", "npm_config_registry": "http://127.0.0.1:1"}
    done = subprocess.run(
        [str(ROOT / "scripts/install")], cwd=tmp_path, env=env, capture_output=True, text=True, check=False
    )
    # Tests run at once, so another one may be installing just now.
    printed = done.stdout.removeprefix("another installation is running in this folder; waiting for it\n")
    assert (done.returncode, printed, done.stderr) == (0, "installed\n", "")


def test_two_installations_at_once_wait_for_each_other(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with (ROOT / ".data/install.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        child = Child([ROOT / "scripts/install"], log=log)
        until(lambda: "another installation is running" in log.read_text(), "the waiting")
    with child:
        assert child.wait() == 0
    assert log.read_text().endswith("installed\n")
