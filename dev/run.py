"""What `scripts/run` does: storage emulator and host, until Ctrl-C.

    port ─> storage emulator ─> (demo: fake Speech service, samples) ─> host ─> GET /api/health ─> announcement

Every process is started under a guard (`processes`), so all end when this one ends: by Ctrl-C, SIGTERM, a closed
terminal or SIGKILL. A caller that ends does not end it: `scripts/run &` in a script outlives that script.
"""

from __future__ import annotations

import argparse
import errno
import fcntl
import os
import shlex
import shutil
import signal
import socket
import sys
import time
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Protocol

import requests
from azure.core.exceptions import ResourceExistsError
from azure.storage.blob import BlobServiceClient, ContainerClient
from azure.storage.queue import QueueServiceClient

from dev import demo
from dev.azurite import FREE_PORTS, USUAL_PORTS, Azurite, AzuriteError, usual_ports_are_free
from dev.drop import FOLDER, RunningApp, published, running_apps
from dev.processes import ROOT, Child
from shared.app.clients import QUEUES
from shared.settings import BODY_LIMIT, NAMES, STORAGE, Settings

USUAL_PORT = 7071
_DATA = ".data/azurite"
_START_SECONDS = 180.0  # the first `func start` downloads its extension bundle
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class RunError(Exception):
    """It cannot run; the message says what to do."""


class Running(Protocol):
    """A child process."""

    def poll(self) -> int | None:
        """None while it runs."""


# --- options and ports


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text} is not a port; give 1 to 65535, or 0 for any free one")
    return int(text)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/run", description="Runs the whole app on this machine.")
    parser.add_argument(
        "--port", type=_port, help=f"port of the app; default: {USUAL_PORT}, or a free one if that is in use"
    )
    parser.add_argument(
        "--data", metavar="DIR|memory", help="where storage data is kept; default: .data/azurite, or memory with --demo"
    )
    parser.add_argument("--demo", action="store_true", help="add a fake Speech service and sample logs")
    parser.add_argument("--host", choices=("func", "dev"), help="default: func if it is on PATH, else dev")
    return parser.parse_args()


def _bindable(port: int) -> int:
    """`port`, or a free one for 0. Raises OSError if the host could not listen there."""
    with socket.socket() as probe:
        # As the host does: connections of a host that ended a moment ago do not count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", port))
        return int(probe.getsockname()[1])


def choose_port(wanted: int | None) -> int:
    """The wanted port, any free one for 0; if none is wanted the usual one, or a free one if that is in use."""
    port = USUAL_PORT if wanted is None else wanted
    try:
        return _bindable(port)
    except OSError as error:
        holder = "another scripts/run" if running_apps(port) else "another program"
        reason = f"is in use by {holder}" if error.errno == errno.EADDRINUSE else f"is not possible: {error.strerror}"
    if wanted is not None:
        raise RunError(f"port {port} {reason}; stop that, or choose another port with --port (0: any free one)")
    print(f"port {port} {reason}; using a free one")
    return _bindable(0)


# --- parts


def start_storage(stack: ExitStack, data: str, log: Path) -> Azurite:
    """Azurite with its data in a folder that only one may use at a time, or in memory."""
    folder = None
    if data != "memory":
        folder = (ROOT / data).resolve() if data == _DATA else Path(data).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        lock = stack.enter_context((folder / ".lock").open("w"))
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RunError(
                f"another scripts/run is using the data in {folder}; choose --data memory or another folder"
            ) from None
    if usual_ports_are_free():
        with suppress(AzuriteError):  # another process was quicker
            return stack.enter_context(Azurite(log=log, data=folder, ports=USUAL_PORTS))
    return stack.enter_context(Azurite(log=log, data=folder, ports=FREE_PORTS))


def environment(connection_string: str, caller: Mapping[str, str]) -> dict[str, str]:
    """The caller's environment with the emulator as the app's storage, whatever storage the caller has."""
    env = {name: value for name, value in caller.items() if not name.startswith(STORAGE)}
    env[STORAGE] = connection_string
    env.setdefault(BODY_LIMIT, str(Settings.load(env).host_body_limit))
    env["VIRTUAL_ENV"] = str(ROOT / ".venv")
    env["PATH"] = f"{ROOT / '.venv/bin'}{os.pathsep}{caller.get('PATH', os.defpath)}"
    return env


def start_host(kind: str | None, port: int, env: Mapping[str, str], log: Path) -> tuple[Child, str]:
    """The host of the functions, and what it is."""
    func = shutil.which("func")
    if kind == "func" and not func:
        raise RunError("Azure Functions Core Tools (func) are not on PATH; omit --host to run without them")
    if func and kind != "dev":
        name = "Azure Functions Core Tools (not tested with this project; --host dev runs without them)"
        return Child([func, "start", "--port", str(port)], env=env), name
    name = f"a stand-in for the Functions host (log: {log.relative_to(ROOT)})"
    return Child([sys.executable, "-m", "dev.host", "--port", str(port), "--log", log], env=env), name


def make_container(stack: ExitStack, storage: Azurite, name: str) -> ContainerClient:
    """The watched container."""
    blobs = stack.enter_context(BlobServiceClient.from_connection_string(storage.connection_string))
    container = blobs.get_container_client(name)
    with suppress(ResourceExistsError):
        container.create_container()
    return container


def make_queues(storage: Azurite) -> None:
    """Those that the host polls from its start on."""
    with QueueServiceClient.from_connection_string(storage.connection_string) as queues:
        for name in QUEUES:
            with suppress(ResourceExistsError):
                queues.create_queue(name)


def wait_until_it_answers(url: str, children: Mapping[str, Running]) -> None:
    """Until GET /api/health is fine."""
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until:
        check(children)
        with suppress(requests.RequestException):
            if requests.get(f"{url}/api/health", timeout=10).ok:
                return
        time.sleep(0.1)
    raise RunError(f"{url}/api/health did not respond within {_START_SECONDS:.0f} s (the host's messages are above)")


def check(children: Mapping[str, Running]) -> None:
    """Raise if one of them has ended."""
    for name, child in children.items():
        if child.poll() is not None:
            raise RunError(f"{name} stopped unexpectedly (its messages are above or in {FOLDER})")


# --- all together


def announcement(app: RunningApp, storage: Azurite, host: str, data: str) -> str:
    """What runs where, and commands to copy: every indented line is one."""
    at_root = Path.cwd() == ROOT
    log = shlex.quote(str(demo.EXAMPLE.relative_to(ROOT) if at_root else demo.EXAMPLE))
    drop = shlex.quote("scripts/drop" if at_root else str(ROOT / "scripts/drop"))
    return f"""
The app is running at {app.url}/ (web page; the API is under {app.url}/api)
Storage emulator: {storage.blob_url}, container {app.container}, data in {data}
Host: {host}

  {drop} --port {app.port} {log}
  curl -sS -T {log} {app.url}/api/uploads/example-$(date +%s).log
  curl -sS {app.url}/api/ids/{demo.EXAMPLE_ID}

Press Ctrl-C to stop everything.
"""


def run(options: argparse.Namespace, stack: ExitStack) -> None:
    """Start everything, say so, and wait; returns only by an exception."""
    port = choose_port(options.port)
    data = options.data or ("memory" if options.demo else _DATA)
    logs = FOLDER / str(port)
    logs.mkdir(parents=True, exist_ok=True)
    for old in logs.glob("*.log"):
        old.unlink()
    storage = start_storage(stack, data, logs / "azurite.log")
    if os.environ.get(STORAGE) not in (None, "UseDevelopmentStorage=true"):
        print(f"ignoring {STORAGE} from your environment: scripts/run uses only the storage emulator")
    env = environment(storage.connection_string, os.environ)
    children: dict[str, Running] = {"the storage emulator": storage}
    container = make_container(stack, storage, env.get("LOGS_CONTAINER") or NAMES["LOGS_CONTAINER"])
    make_queues(storage)
    speech = None
    if options.demo:
        demo.drop_samples(container)
        if not env.get("SPEECH_RESOURCES"):
            speech = stack.enter_context(demo.FakeSpeech(logs / "speech.log"))
            children["the fake Speech service"] = speech
            env |= speech.settings
    host, name = start_host(options.host, port, env, logs / "host.log")
    children["the host"] = stack.enter_context(host)
    app = RunningApp(os.getpid(), port, str(container.container_name), storage.connection_string)
    if speech:
        speech.fill_inventory(env)
    wait_until_it_answers(app.url, children)
    stack.enter_context(published(app))
    if options.demo:
        demo.wait_until_read(app.url)
    print(announcement(app, storage, name, data), flush=True)
    while True:
        check(children)
        time.sleep(0.5)


def _on_signals() -> None:
    for number in _SIGNALS:
        # A shell starts background jobs with SIGINT ignored, `nohup` ignores SIGHUP: only the latter is a wish.
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, signal.default_int_handler)


def main() -> int:
    """The command line; 0 when it was ended from outside."""
    options = _options()
    _on_signals()
    try:
        with ExitStack() as stack:
            try:
                run(options, stack)
            finally:
                for number in _SIGNALS:
                    signal.signal(number, signal.SIG_IGN)  # a second Ctrl-C would leave before all have ended
    except (RunError, AzuriteError, demo.DemoError) as error:
        print(f"scripts/run: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("stopped", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
