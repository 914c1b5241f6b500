"""The template as Azure's own deployment engine evaluates it: every resource, with names and properties, offline.

The compiler is looked for in `BICEP`, then on PATH. It is no Python or npm package, so a new machine may lack it: the
tests that need it are skipped there, with the reason, and fail in CI.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest

ROOT: Final = Path(__file__).resolve().parents[2]
INFRA: Final = ROOT / "infra"
SUBSCRIPTION: Final = "00000000-0000-0000-0000-000000000001"
DEPLOYER: Final = "00000000-0000-0000-0000-0000000000aa"
_GIVEN: Final = {"AZURE_ENV_NAME": "test", "AZURE_LOCATION": "westeurope"}
_WHY: Final = "no Bicep compiler: install it (az bicep install) and name it with BICEP=/path/to/bicep"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """`resources` as evaluated; values known only at deployment are `[reference(...)]`."""

    resources: tuple[dict[str, Any], ...]
    outputs: Mapping[str, Any]

    def of_type(self, type_: str) -> list[dict[str, Any]]:
        return [resource for resource in self.resources if resource["type"] == type_]

    def one(self, type_: str) -> dict[str, Any]:
        (found,) = self.of_type(type_)
        return found

    @property
    def settings(self) -> dict[str, str]:
        """What the app reads from its environment."""
        config = next(r for r in self.of_type("Microsoft.Web/sites/config") if r["name"].endswith("/appsettings"))
        return dict(config["properties"])


def compiler() -> str:
    """Its path; without one the test is skipped, in CI it fails."""
    found = os.environ.get("BICEP") or shutil.which("bicep")
    if found:
        return found
    if os.environ.get("CI"):
        pytest.fail(_WHY)
    pytest.skip(_WHY)


def run(*arguments: str, env: Mapping[str, str] | None = None, cwd: Path = INFRA) -> subprocess.CompletedProcess[str]:
    """The compiler, with nothing of our environment that could become a parameter."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
    return subprocess.run(
        [compiler(), *arguments], cwd=cwd, env=kept | dict(env or {}), capture_output=True, text=True, check=False
    )


def snapshot(**given: str) -> Snapshot:
    """The template as azd would evaluate it with these values in its environment; the same values are evaluated once."""
    return _snapshot(tuple(sorted(given.items())))


@cache
def _snapshot(given: tuple[tuple[str, str], ...]) -> Snapshot:
    with tempfile.TemporaryDirectory(prefix="infra-") as name:
        folder = Path(name)
        shutil.copytree(INFRA, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("*.snapshot.json"))
        done = run(
            *("snapshot", "main.bicepparam", "--mode", "overwrite"),
            *("--subscription-id", SUBSCRIPTION, "--location", "westeurope"),
            env=_GIVEN | dict(given),
            cwd=folder,
        )
        assert done.returncode == 0, done.stderr
        found = json.loads((folder / "main.snapshot.json").read_text(encoding="utf-8"))
    return Snapshot(tuple(found["predictedResources"]), found["outputs"])


def texts(value: object) -> Iterator[str]:
    """Every text in it, names of fields too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield from (name, *texts(inner))
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from texts(inner)
