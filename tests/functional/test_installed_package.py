"""The command `speech-ids` of an installed package, without a clone and without the packages of Azure."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from email.parser import Parser
from pathlib import Path
from zipfile import ZipFile

import pytest

from dev.processes import ROOT
from tests.functional.cli_help import log

ID = "1f2e3d4c5b6a4798a0b1c2d3e4f50617"


def pip(*arguments: str | Path) -> None:
    subprocess.run([sys.executable, "-m", "pip", "--quiet", *arguments], check=True, cwd=ROOT)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built as pip, pipx and uvx build it, but with the build tool that is here: no network."""
    folder = tmp_path_factory.mktemp("wheel")
    pip("wheel", "--no-build-isolation", "--no-deps", "--wheel-dir", folder, ".")
    (made,) = folder.glob("*.whl")
    return made


@pytest.fixture(scope="module")
def command(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`speech-ids` in an environment of its own that has the wheel and nothing else."""
    folder = tmp_path_factory.mktemp("installed")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    pip("--python", folder / "bin/python", "install", "--no-index", "--no-deps", "--no-compile", wheel)
    return folder / "bin/speech-ids"


def run(command: Path, *arguments: str | Path, **env: str) -> subprocess.CompletedProcess[str]:
    clean = {"PATH": os.environ["PATH"], **env}
    return subprocess.run([command, *arguments], env=clean, cwd="/", capture_output=True, text=True, check=False)


def test_ids_of_a_file_are_found(command: Path, tmp_path: Path) -> None:
    file = tmp_path / "sdk.log"
    file.write_bytes(log(ID))
    done = run(command, "extract", file)
    assert (done.returncode, done.stderr) == (0, "")
    assert [sighting["id"] for sighting in json.loads(done.stdout)["sightings"]] == [ID]


def test_a_command_without_its_packages_says_in_one_line_what_to_install(command: Path) -> None:
    done = run(command, "list", "sources", AzureWebJobsStorage="UseDevelopmentStorage=true")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "speech-ids: Working directly on storage requires more packages: pip install 'speech-id-keeper[storage]'\n"
    )


def test_the_package_adds_one_name_to_site_packages_and_needs_nothing_of_azure(wheel: Path) -> None:
    with ZipFile(wheel) as opened:
        names = {name.partition("/")[0] for name in opened.namelist()}
        metadata = opened.read(next(name for name in opened.namelist() if name.endswith("/METADATA"))).decode()
    assert {name for name in names if not name.endswith(".dist-info")} == {"speech_id_keeper"}
    needed = Parser().parsestr(metadata).get_all("Requires-Dist") or []
    assert any(line.startswith("requests") for line in needed)
    assert [line for line in needed if line.startswith("azure") and "extra ==" not in line] == []
