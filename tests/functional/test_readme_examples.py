"""Every example of the README that asks a running app or the command line, run as it stands there.

Only what a reader would have to fill in is filled in: his log, a session ID of it, the port, the storage.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from devhost import demo, state
from devhost.processes import ROOT
from shared.settings import Settings
from tests.functional.running import READY, Run

README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```sh\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
STARTS = [block for block in BLOCKS if re.search(r"^scripts/(run|test)\b", block)]  # run by the tests of scripts/run
EXAMPLES = [block for block in BLOCKS if block not in STARTS]
EXAMPLE_ID = "9c9145db22a4462db58835a1ff33d4a0"
BARE = re.compile(r"^\s*(?:scripts/drop|curl|[^\s`]*speech-ids)\b", re.MULTILINE)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """`scripts/run --demo`, as the README says, on a free port."""
    assert any(block.startswith("scripts/run --demo\n") for block in STARTS)
    log = tmp_path_factory.mktemp("run") / "log"
    with Run(log, "--demo", "--port", "0", "--data", "memory", "--host", "devhost") as running:
        running.wait_for(READY)
        yield running


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the reader's log is."""
    return tmp_path_factory.mktemp("reader")


def filled_in(block: str, run: Run, session: str) -> str:
    port = int(run.url.rsplit(":", 1)[1])
    (running,) = state.running(port)
    for given, real in (
        ("127.0.0.1:7071", f"127.0.0.1:{port}"),
        (EXAMPLE_ID, session),
        ("scripts/speech-ids", f"'{ROOT}/scripts/speech-ids'"),
        ("scripts/drop", f"'{ROOT}/scripts/drop' --port {port}"),
        ("UseDevelopmentStorage=true", running.connection_string),
    ):
        block = block.replace(given, real)
    return block


@pytest.mark.parametrize("number", range(len(EXAMPLES)))
def test_an_example_works_as_it_stands(run: Run, folder: Path, number: int) -> None:
    found = demo.example()
    assert found is not None
    file, session = found
    shutil.copy(file, folder / "YOUR.log")
    script = filled_in(EXAMPLES[number], run, session)
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = ["bash", "-euo", "pipefail", "-c", script]
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, f"{script}\n{done.stdout}{done.stderr}"
    assert '{"error":' not in done.stdout, f"{script}\n{done.stdout}"
    if EXAMPLE_ID in EXAMPLES[number]:
        assert session in done.stdout
    for name, start in (("case.md", "# Session ID `"), ("sources.csv", "source,")):
        if f"> {name}" in script:
            assert (folder / name).read_text().startswith(start)


def test_every_command_of_the_readme_is_among_the_examples() -> None:
    """A block that is not marked `sh`, or lies outside of one, would not be run."""
    assert len(BARE.findall(README)) == sum(len(BARE.findall(block)) for block in EXAMPLES) > 10


def test_the_speech_resources_of_the_readme_are_valid() -> None:
    (block,) = re.findall(r"^```json\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    names = [resource["name"] for resource in json.loads(block)]
    settings = Settings.load(
        {
            "AzureWebJobsStorage": "UseDevelopmentStorage=true",
            "SPEECH_RESOURCES": block,
            "SPEECH_KEY_WEU": "a-made-up-key",
        }
    )
    assert settings.problems == ()
    assert [resource.name for resource in settings.resources] == names
