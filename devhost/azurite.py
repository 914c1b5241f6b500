"""Starts the locked Azurite (storage emulator) and ends it again. Used by `scripts/run` and by the tests."""

from __future__ import annotations

import re
import socket
import time
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from devhost import node
from devhost.processes import ROOT, Child

ACCOUNT: Final = "devstoreaccount1"
# The same in every Azurite of the world and printed in its documentation: no secret.
KEY: Final = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
USUAL_PORTS: Final = (10000, 10001, 10002)
FREE_PORTS: Final = (0, 0, 0)  # Azurite picks; no other process can take them in between
_PROGRAM = ROOT / "node_modules/azurite/dist/src/azurite.js"
_SERVICES: Final = ("Blob", "Queue", "Table")
_LISTENING = re.compile(r"Azurite (\w+) service is successfully listening at (http://[\d.]+:\d+)")
_START_SECONDS = 60.0


class AzuriteError(Exception):
    """The emulator could not be started; the message says what to do."""


class Azurite:
    """A running emulator, as a context manager.

    `data` is a folder, or None to keep everything in memory. `log` receives what Azurite prints, which is little.
    """

    def __init__(self, *, log: Path, data: Path | None = None, ports: tuple[int, int, int] = FREE_PORTS) -> None:
        found = node.find()
        if found is None or not _PROGRAM.is_file():
            raise AzuriteError("Azurite is not installed; run scripts/install")
        self._log = log
        self._log_start = log.stat().st_size if log.exists() else 0
        # Long OData filters need more than the usual 16 KiB of headers.
        command: list[str | Path] = [found.program, "--max-http-header-size=65536", _PROGRAM]
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
                raise AzuriteError(f"Azurite did not start: {self._printed().strip()[-500:] or 'it said nothing'}")
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
