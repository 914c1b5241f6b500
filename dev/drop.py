"""What `scripts/drop` does: put files into the watched container of the running `scripts/run`.

Every `scripts/run` leaves a small file in .data/run while it runs; that is how it is found.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from azure.core.exceptions import AzureError
from azure.storage.blob import BlobServiceClient

from dev.processes import ROOT

FOLDER = ROOT / ".data/run"


class DropError(Exception):
    """Nothing was dropped; the message says what to do."""


@dataclass(frozen=True, slots=True)
class RunningApp:
    """One running `scripts/run`: where it answers and where its storage is."""

    pid: int
    port: int
    container: str
    connection_string: str

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def published(app: RunningApp) -> Iterator[None]:
    """Within this, `running_apps` finds it."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    file = FOLDER / f"{app.port}.json"
    file.write_text(json.dumps(asdict(app)))
    try:
        yield
    finally:
        file.unlink(missing_ok=True)


def running_apps(port: int | None = None) -> list[RunningApp]:
    """Those that run now; only the one on `port` if given."""
    apps = [RunningApp(**json.loads(file.read_text())) for file in FOLDER.glob("*.json")]
    return [app for app in apps if _is_alive(app.pid) and port in (None, app.port)]


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def _choose(port: int | None) -> RunningApp:
    apps = running_apps(port)
    if not apps:
        raise DropError(f"no app is running{f' on port {port}' if port else ''}; start scripts/run first")
    if len(apps) > 1:
        ports = ", ".join(str(app.port) for app in apps)
        raise DropError(f"apps are running on ports {ports}; choose one with --port")
    return apps[0]


def _drop(app: RunningApp, file: Path, name: str) -> None:
    # Storage that is gone is reported at once, not after the SDK's usual minute.
    service = BlobServiceClient.from_connection_string(app.connection_string, retry_total=1, connection_timeout=5)
    try:
        with service, file.open("rb") as content:
            service.get_blob_client(app.container, name).upload_blob(content, overwrite=True)
    except (OSError, AzureError) as error:
        raise DropError(f"{file}: {str(error).splitlines()[0]}") from None
    print(f"{file} was uploaded as blob {name} to container {app.container}; the app processes it within seconds")


def main() -> int:
    """The command line; 0 when every file was dropped."""
    parser = argparse.ArgumentParser(prog="scripts/drop", description="Drops logs into the watched container.")
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--name", help="the blob's name, for a single FILE; default: the file's own name")
    parser.add_argument("--port", type=int, help="port of the app, if several are running")
    options = parser.parse_args()
    if options.name and len(options.files) > 1:
        parser.error("--name is for a single FILE")
    failed = 0
    for file in options.files:
        try:
            _drop(_choose(options.port), file, options.name or file.name)
        except DropError as error:
            print(f"scripts/drop: {error}", file=sys.stderr)
            failed = 1
    return failed


if __name__ == "__main__":
    sys.exit(main())
