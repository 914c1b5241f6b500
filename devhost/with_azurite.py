"""Runs a command beside an emulator in memory: `python -m devhost.with_azurite COMMAND...`, its container made.

`{storage}` in an argument becomes the connection string. The exit status is the command's.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from azure.storage.blob import BlobServiceClient

from devhost.azurite import Azurite
from devhost.processes import run
from shared.settings import NAMES


def main(command: list[str]) -> int:
    """Run it to its end."""
    with tempfile.TemporaryDirectory() as folder, Azurite(log=Path(folder) / "log") as storage:
        with BlobServiceClient.from_connection_string(storage.connection_string) as blobs:
            blobs.create_container(NAMES["LOGS_CONTAINER"]).close()
        return run([part.replace("{storage}", storage.connection_string) for part in command], cwd=Path.cwd())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
