"""Every example of the README that asks a running app or the command line, run against the demo as it is written.

Only what differs on the reader's machine is replaced: the port, the address of storage, and where `scripts` is.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from dev.drop import running_apps
from dev.processes import ROOT
from shared.settings import Settings
from tests.functional.running import READY, Run

README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```sh\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
STARTS = [block for block in BLOCKS if re.search(r"^scripts/(run|test)\b", block)]  # run by the tests of scripts/run
EXAMPLES = [block for block in BLOCKS if block not in STARTS]
YOUR_LOG = ROOT / "tests/data/logs/web-js-1.52-recognized.log"
YOUR_ID = "fadcafd996014368a36f3c36eb23ded3"
EXAMPLE_ID = "9c9145db22a4462db58835a1ff33d4a0"
BARE = re.compile(r"^\s*(?:scripts/drop|curl|[^\s`]*speech-ids)\b.*(?:\\\n.*)*", re.MULTILINE)
# What a command says that it shows: (in the command, in its output or the file it writes)
PROMISES = [
    ("scripts/drop", "was uploaded as blob YOUR.log"),
    ("/api/uploads/", YOUR_ID),
    (f"/api/ids/{EXAMPLE_ID} ", '"region": "westeurope"'),
    ("extract YOUR.log", YOUR_ID),
    ("/api/find", '"region": "westeurope"'),
    ("/api/sessions?reached=no", "c0ffee00c0ffee00c0ffee00c0ffee02"),
    ("/api/transcriptions?status=Failed", "InvalidAudioFormat"),
    ("/api/transcriptions?state=gone", "Interviews, deleted"),
    ("/api/audio?name=", "call-003-0.wav"),
    (f"/api/ids/{EXAMPLE_ID}/case", "westeurope"),
    ("-X PUT", "24110001"),
    ("-X POST http://127.0.0.1:7071/api/connection-ids", '"value"'),
    ("speech-ids upload", YOUR_ID),
    ("speech-ids find", '"region": "westeurope"'),
    ("> case.md", f"# Session ID `{EXAMPLE_ID}`"),
    ("case --file YOUR.log", f"# Session ID `{YOUR_ID}`"),
    ("list sessions", EXAMPLE_ID),
    ("speech-ids mint", "ann"),
    ("speech-ids check", EXAMPLE_ID),
    ("> sources.csv", "blob:speech-logs/demo/call-center.log"),
]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """`scripts/run --demo`, as the README says, on a free port."""
    assert any(block.startswith("scripts/run --demo\n") for block in STARTS)
    log = tmp_path_factory.mktemp("run") / "log"
    with Run(log, "--demo", "--port", "0", "--host", "dev") as running:
        running.wait_for(READY)
        yield running


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the reader's log is."""
    made = tmp_path_factory.mktemp("reader")
    shutil.copy(YOUR_LOG, made / "YOUR.log")
    return made


def on_this_machine(script: str, run: Run) -> str:
    port = int(run.url.rsplit(":", 1)[1])
    (app,) = running_apps(port)
    for given, real in (
        ("127.0.0.1:7071", f"127.0.0.1:{port}"),
        ("scripts/drop", f"scripts/drop --port {port}"),
        ("scripts/", f"'{ROOT}'/scripts/"),
        ("UseDevelopmentStorage=true", app.connection_string),
    ):
        script = script.replace(given, real)
    return script


@pytest.mark.parametrize("block", EXAMPLES)
def test_an_example_works_as_it_is_written(run: Run, folder: Path, block: str) -> None:
    command = ["bash", "-euo", "pipefail", "-c", on_this_machine(block, run)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert '{"error":' not in done.stdout, done.stdout
    shown = done.stdout + "".join(
        (folder / name).read_text() for name in re.findall(r"> ([\w.]+)$", block, re.MULTILINE)
    )
    for part in BARE.findall(block):
        promised = [shows for asks, shows in PROMISES if asks in part + " "]
        assert promised, f"nothing says what this shows: {part}"
        for shows in promised:
            assert shows in shown, f"{part}: {shown}"


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
