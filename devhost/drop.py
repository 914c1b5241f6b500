"""What `scripts/drop` does: put files into the watched container of the running `scripts/run`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from azure.core.exceptions import AzureError
from azure.storage.blob import BlobServiceClient

from devhost import state


def main() -> int:
    """The command line; 0 when every file was dropped."""
    parser = argparse.ArgumentParser(prog="scripts/drop", description="Drops logs into the watched container.")
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--name", help="the blob's name, for a single FILE; default: the file's own name")
    parser.add_argument("--port", type=int, help="of the scripts/run to use, when several run")
    options = parser.parse_args()
    if options.name and len(options.files) > 1:
        parser.error("--name is for a single FILE")
    running = state.running(options.port)
    if not running:
        print(
            "scripts/drop: no app runs"
            + (f" on port {options.port}" if options.port else "")
            + "; start scripts/run first",
            file=sys.stderr,
        )
        return 1
    if len(running) > 1:
        print(
            f"scripts/drop: the app runs on the ports {', '.join(str(s.port) for s in running)}; choose one with "
            "--port",
            file=sys.stderr,
        )
        return 1
    return max(_drop(running[0], file, options.name or file.name) for file in options.files)


def _drop(to: state.State, file: Path, name: str) -> int:
    # Storage that is gone shall be told at once, not after the SDK's usual minute.
    service = BlobServiceClient.from_connection_string(to.connection_string, retry_total=1, connection_timeout=5)
    try:
        with service, file.open("rb") as content:
            service.get_blob_client(to.container, name).upload_blob(content, overwrite=True)
    except (OSError, AzureError) as error:
        print(f"scripts/drop: {file}: {str(error).splitlines()[0]}", file=sys.stderr)
        return 1
    print(f"{file} is now the blob {name} in the container {to.container}; the app takes it within seconds")
    return 0


if __name__ == "__main__":
    sys.exit(main())
