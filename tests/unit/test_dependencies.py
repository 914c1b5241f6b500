"""The locks are those of pyproject.toml, hold hashes, and name no package index."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from dev.processes import ROOT

FILES = sorted(path.name for path in ROOT.glob("requirements*.txt"))
PINNED = re.compile(r"^([a-z0-9][a-z0-9.\-]*)(?:\[.*?\])?==(\S+)", re.MULTILINE)


def pins(name: str) -> set[tuple[str, str]]:
    return set(PINNED.findall((ROOT / name).read_text()))


def test_the_locks_are_made_of_this_pyproject() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "scripts/lock.py", "--check"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_what_is_developed_with_is_what_is_deployed() -> None:
    """Otherwise the tests would run with other versions than Azure."""
    assert pins("requirements.txt") <= pins("requirements-run.txt") <= pins("requirements-dev.txt")


@pytest.mark.parametrize("name", FILES)
def test_every_pin_has_a_hash_and_no_line_an_address(name: str) -> None:
    text = (ROOT / name).read_text()
    requirements = [line for line in text.splitlines() if line[:1] not in "# "]
    assert requirements
    assert all(PINNED.match(line) and line.endswith("\\") for line in requirements)
    assert "://" not in text


def test_only_what_the_app_needs_is_deployed() -> None:
    names = {name for name, _ in pins("requirements.txt")}
    assert {"azure-functions", "azure-data-tables", "requests"} <= names
    assert not names & {"pytest", "jsonschema", "mypy", "coverage"}


def test_pre_commit_runs_what_scripts_check_runs() -> None:
    lines = (ROOT / "scripts/check").read_text().splitlines()
    entries = re.findall(r"^ +entry: (.+)$", (ROOT / ".pre-commit-config.yaml").read_text(), re.MULTILINE)
    assert entries == lines[lines.index("scripts/install") + 1 :]
