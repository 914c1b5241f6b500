"""A stand-in for the Functions host, for development only: `python -m dev.host [--port N] [--app FOLDER]`.

    function_app.py ── functions ──┬─ http (routes) ─────────────> HTTP triggers, /admin
                                   ├─ triggers ──────────────────> timers
                                   └─ storage_triggers ──────────> blobs and queues

It runs the app without Azure Functions Core Tools and behaves as the real host does where that matters to this app. It
checks no function keys, knows one process, and keeps nothing but the blob receipts. Settings come from the
environment, then from local.settings.json.
"""

from __future__ import annotations

import argparse
import json
import logging
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from dev.functions import AppError, Function, ScheduleError, load
from dev.http import Web, serve
from dev.storage_triggers import BlobTrigger, QueueTrigger
from dev.triggers import Background, TimerTrigger, Trigger

_log = logging.getLogger(__name__)


def _trigger(function: Function, background: Background, extensions: Mapping[str, Any]) -> Trigger:
    if function.kind == "blobTrigger":
        return BlobTrigger(function, background, int(extensions.get("blobs", {}).get("poisonBlobThreshold", 5)))
    if function.kind == "queueTrigger":
        return QueueTrigger(function, background, extensions.get("queues", {}))
    return TimerTrigger(function, background)


def _triggers(
    functions: Sequence[Function], background: Background, extensions: Mapping[str, Any]
) -> dict[str, Trigger]:
    """Of all functions without an HTTP trigger, by their names in lower case."""
    found = {}
    for function in functions:
        if function.kind != "httpTrigger":
            try:
                found[function.name.lower()] = _trigger(function, background, extensions)
            except ScheduleError as error:
                _log.error("%s; the function is left out", error)
    return found


def _start_now(functions: Sequence[Function], triggers: Mapping[str, Trigger]) -> Callable[[str, str | None], None]:
    http = {f.name.lower() for f in functions if f.kind == "httpTrigger"}

    def start(name: str, given: str | None) -> None:
        if name.lower() in http:
            raise ValueError(f"{name} has an HTTP trigger: call its address")
        if given is not None and not isinstance(given, str):
            raise ValueError('"input" must be a string')
        triggers[name.lower()].run_now(given)

    return start


def run(folder: Path, port: int) -> None:
    """Host the app in `folder` until SIGTERM or Ctrl-C."""
    extensions = json.loads((folder / "host.json").read_text()).get("extensions", {})
    functions = load(folder)
    background = Background()
    triggers = _triggers(functions, background, extensions)
    prefix = extensions.get("http", {}).get("routePrefix", "api")
    server = serve(Web(functions, prefix, _start_now(functions, triggers)), port)
    for trigger in triggers.values():
        trigger.start()
    _log.info("the host is listening on http://127.0.0.1:%d", server.server_port)
    try:
        server.serve_forever()
    finally:
        background.stopping.set()
        server.server_close()


def _set_up_logging(log: Path | None) -> None:
    """Messages to the terminal; tracebacks and more to the file."""
    handlers: list[logging.Handler] = [logging.StreamHandler()]
    handlers[0].setLevel(logging.INFO)
    if log:
        handlers.append(logging.FileHandler(log))
    form = "%(asctime)s %(levelname)s %(message)s"
    logging.basicConfig(level=logging.INFO, format=form, datefmt="%H:%M:%S", handlers=handlers)
    logging.getLogger("dev").setLevel(logging.DEBUG)
    logging.getLogger("azure").setLevel(logging.WARNING)


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description="Runs function_app.py for development.")
    parser.add_argument("--port", type=int, default=7071)
    parser.add_argument("--app", type=Path, default=Path.cwd(), help="folder of function_app.py")
    parser.add_argument("--log", type=Path, help="file for messages, tracebacks and the time of each call")
    options = parser.parse_args()
    _set_up_logging(options.log)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        run(options.app.resolve(), options.port)
    except AppError as error:
        print(f"dev.host: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        pass
    return 0


if __name__ == "__main__":
    sys.exit(main())
