"""A stand-in for the Functions host, for development only: `python -m devhost.host [--port N] [--app FOLDER]`.

It runs function_app.py without Azure Functions Core Tools: HTTP, blob, queue and timer triggers as the real host has
them where that matters to this app (each module says how). It checks no keys, knows one process, keeps no state but
the blob receipts, and is not deployed. Settings come from the environment, then from local.settings.json.
"""

from __future__ import annotations

import argparse
import json
import logging
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from devhost.app import AppError, Function, load
from devhost.background import Background
from devhost.blobs import BlobTrigger
from devhost.queues import QueueTrigger
from devhost.timers import TimerTrigger
from devhost.web import Web, serve

_log = logging.getLogger("devhost")
Listener = BlobTrigger | QueueTrigger | TimerTrigger


def _listener(function: Function, background: Background, extensions: dict[str, Any]) -> Listener:
    if function.kind == "blobTrigger":
        return BlobTrigger(function, background, int(extensions.get("blobs", {}).get("poisonBlobThreshold", 5)))
    if function.kind == "queueTrigger":
        return QueueTrigger(function, background, extensions.get("queues", {}))
    return TimerTrigger(function, background)


def _start_now(functions: Sequence[Function], listeners: dict[str, Listener]) -> Callable[[str, str | None], None]:
    http = {f.name.lower() for f in functions if f.kind == "httpTrigger"}

    def start(name: str, given: str | None) -> None:
        if name.lower() in http:
            raise ValueError(f"{name} has an HTTP trigger: call its address")
        if given is not None and not isinstance(given, str):
            raise ValueError('"input" must be a string')
        listeners[name.lower()].run_now(given)

    return start


def run(folder: Path, port: int) -> None:
    """Host the app in `folder` until SIGTERM or Ctrl-C."""
    host_json = folder / "host.json"
    extensions = json.loads(host_json.read_text()).get("extensions", {}) if host_json.is_file() else {}
    functions = load(folder)
    background = Background()
    listeners = {f.name.lower(): _listener(f, background, extensions) for f in functions if f.kind != "httpTrigger"}
    prefix = extensions.get("http", {}).get("routePrefix", "api")
    server = serve(Web(functions, prefix, _start_now(functions, listeners)), port)
    for listener in listeners.values():
        listener.start()
    _log.info(
        "devhost (development only) answers at http://127.0.0.1:%d: %s",
        server.server_port,
        ", ".join(f.name for f in functions),
    )
    try:
        server.serve_forever()
    finally:
        background.stopping.set()
        server.server_close()


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description="Runs function_app.py for development.")
    parser.add_argument("--port", type=int, default=7071)
    parser.add_argument("--app", type=Path, default=Path.cwd(), help="folder of function_app.py")
    options = parser.parse_args()
    form = "%(asctime)s %(levelname)s %(name)s: %(message)s"
    logging.basicConfig(level=logging.INFO, format=form, datefmt="%H:%M:%S")
    logging.getLogger("azure").setLevel(logging.WARNING)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        run(options.app.resolve(), options.port)
    except AppError as error:
        print(f"devhost: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        pass
    return 0


if __name__ == "__main__":
    sys.exit(main())
