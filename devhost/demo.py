"""What `scripts/run --demo` adds: the fake Speech service, and a few real logs and bodies in the container."""

from __future__ import annotations

import json
import re
import sys
import time
from contextlib import suppress
from pathlib import Path

import requests
from azure.core.exceptions import ResourceExistsError
from azure.storage.blob import ContainerClient

from devhost.processes import ROOT, Child
from shared.extract import extract_bytes

DATA = ROOT / "tests/data"
_AT_MOST = 12
_LARGEST = 1 << 20
_NOT_SAMPLES = {"README.md", "expected.json", "ground_truth.json"}
_SAID = re.compile(r"Fake Speech service at (http://\S+) \(key: (\S+)\)")
_START_SECONDS = 30.0
_READ_SECONDS = 20.0


class FakeSpeechError(Exception):
    """The fake Speech service did not start."""


def start_fake_speech(log: Path) -> tuple[Child, str]:
    """The running service, and the SPEECH_RESOURCES that point to it."""
    log.write_bytes(b"")
    child = Child([sys.executable, "-m", "tests.fakes.speech", "--port", "0", "--demo"], log=log)
    until = time.monotonic() + _START_SECONDS
    while (said := _SAID.search(log.read_text())) is None:
        if child.poll() is not None or time.monotonic() > until:
            child.stop()
            raise FakeSpeechError(f"the fake Speech service did not start: {log.read_text()[-500:]}")
        time.sleep(0.05)
    return child, json.dumps([{"name": "demo", "endpoint": said[1], "key": said[2]}])


def _files(kind: str) -> list[Path]:
    """Those directly in the folder: below it are cuts, pastes and traps for tests, which show a newcomer little."""
    found = (f for f in (DATA / kind).iterdir() if f.is_file() and f.name not in _NOT_SAMPLES)
    return sorted(f for f in found if f.stat().st_size <= _LARGEST)


def drop_samples(container: ContainerClient) -> int:
    """Upload some logs and bodies that ship with the project; how many are there afterwards."""
    files = [file for kind in ("logs", "bodies") for file in _files(kind)[:_AT_MOST]]
    for file in files:
        with suppress(ResourceExistsError):  # dropped by an earlier run
            container.upload_blob(f"demo/{file.relative_to(DATA).as_posix()}", file.read_bytes())
    return len(files)


def wait_until_read(url: str, samples: int) -> None:
    """Until the app has read them, or for a while: its messages about them come before the commands to copy."""
    until = time.monotonic() + _READ_SECONDS
    while time.monotonic() < until:
        time.sleep(1)
        with suppress(requests.RequestException, ValueError, KeyError):
            found = requests.get(f"{url}/api/sources", params={"top": "1000"}, timeout=10).json()["value"]
            ended = [s for s in found if s["name"].startswith("demo/") and s["status"] != "running"]
            if len(ended) >= samples:
                return


def example() -> tuple[Path, str] | None:
    """A real log that ships with the project, and a session ID in it, for commands that can be copied."""
    for file in _files("logs"):
        with extract_bytes(file.read_bytes(), file.name) as extraction:
            for sighting in extraction.sightings:
                if sighting.kind == "session":
                    return file, sighting.id
    return None
