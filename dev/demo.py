"""What `scripts/run --demo` adds: logs and a saved response to look at, and a fake Speech service.

Everything in it is made up: the logs in `dev/samples` and the jobs of the fake service. README's examples work on it.
"""

from __future__ import annotations

import dataclasses
import functools
import json
import re
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import requests
from azure.core.exceptions import ResourceExistsError
from azure.storage.blob import ContainerClient

from dev.processes import ROOT, Child

SAMPLES: Final = ROOT / "dev/samples"
EXAMPLE: Final = SAMPLES / "call-center.log"
EXAMPLE_ID: Final = "9c9145db22a4462db58835a1ff33d4a0"  # a session in it, and the ID in README's examples
_RESOURCE: Final = "demo"
_STARTED: Final = re.compile(r"Fake Speech service at (http://\S+) \(key: (\S+)\), to be deleted: (\S+)")
_START_SECONDS: Final = 30.0
_READ_SECONDS: Final = 20.0
_FAST: Final = 1000  # requests per second: the fake service has no quota


class DemoError(Exception):
    """The demo could not be set up; the message says why."""


class FakeSpeech:
    """The running fake Speech service."""

    def __init__(self, log: Path) -> None:
        log.write_bytes(b"")
        command = [sys.executable, "-m", "tests.fakes.speech", "--port", "0", "--no-quota", "--demo"]
        self._child = Child(command, log=log)
        until = time.monotonic() + _START_SECONDS
        while (started := _STARTED.search(log.read_text())) is None:
            if self.poll() is not None or time.monotonic() > until:
                self._child.stop()
                raise DemoError(f"the fake Speech service did not start: {log.read_text()[-500:]}")
            time.sleep(0.05)
        self._endpoint, self._key, self._deleted = started.groups()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._child.stop()

    def poll(self) -> int | None:
        """None while it runs."""
        return self._child.poll()

    @property
    def settings(self) -> dict[str, str]:
        """Of the app: the service as its only Speech resource. Its audio names are made up, so they may be shown."""
        resource = {"name": _RESOURCE, "endpoint": self._endpoint, "key": self._key}
        return {"SPEECH_RESOURCES": json.dumps([resource]), "KEEP_AUDIO_NAMES": "true"}

    def fill_inventory(self, env: Mapping[str, str]) -> None:
        """List what the service has, then once more after one job was deleted, which takes a full pass to notice."""
        from shared.app.clients import Services
        from shared.inventory import SyncOptions, sync_resource
        from shared.inventory.timing import Timing

        app = Services(env)
        settings = dataclasses.replace(app.settings, speech_requests_per_second=_FAST)
        options = SyncOptions(worker=app.worker, timing=Timing(app.clock, app.sleep))
        sync = functools.partial(sync_resource, settings.resources[0], settings, app.index)
        sync(dataclasses.replace(options, read_files=False))
        requests.delete(self._deleted, headers={"Ocp-Apim-Subscription-Key": self._key}, timeout=10)
        sync(dataclasses.replace(options, full=True))
        app.close()


def drop_samples(container: ContainerClient) -> None:
    """Upload the samples, unless an earlier run did."""
    for file in SAMPLES.iterdir():
        with suppress(ResourceExistsError):
            container.upload_blob(f"demo/{file.name}", file.read_bytes())


def wait_until_read(url: str) -> None:
    """Until the app has read the samples, or for a while: its messages about them come before the announcement."""
    samples = len(list(SAMPLES.iterdir()))
    until = time.monotonic() + _READ_SECONDS
    while time.monotonic() < until:
        with suppress(requests.RequestException, ValueError, KeyError):
            found = requests.get(f"{url}/api/sources", params={"top": "1000"}, timeout=10).json()["value"]
            if sum(s["name"].startswith("demo/") and s["status"] != "running" for s in found) >= samples:
                return
        time.sleep(0.2)
