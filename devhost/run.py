"""What `scripts/run` does: storage emulator and host, until Ctrl-C.

Every process is started under a guard (`guard.py`), so all end when this one ends: by Ctrl-C, SIGTERM, a closed
terminal or SIGKILL. A caller that ends does not end it: `scripts/run &` in a script outlives that script.
"""

from __future__ import annotations

import argparse
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
from azure.storage.blob import BlobServiceClient

from devhost import demo
from devhost.azurite import FREE_PORTS, USUAL_PORTS, Azurite, AzuriteError, usual_ports_are_free
from devhost.processes import ROOT, Child
from devhost.state import FOLDER, State, published
from shared.settings import NAMES, STORAGE

USUAL_PORT = 7071
_START_SECONDS = 180.0  # the first `func start` downloads its extension bundle


class RunError(Exception):
    """It cannot run; the message says what to do."""


class Running(Protocol):
    """A child process."""

    def poll(self) -> int | None:
        """None while it runs."""


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/run", description="Runs the whole app on this machine.")
    parser.add_argument("--port", type=int, help=f"of the app; default: {USUAL_PORT}, or a free one when it is taken")
    parser.add_argument("--data", metavar="DIR|memory", help="where storage is kept; default: .data/azurite")
    parser.add_argument("--demo", action="store_true", help="add a fake Speech service and some real logs and bodies")
    parser.add_argument("--host", choices=("func", "devhost"), help="default: func when it is on PATH, else devhost")
    return parser.parse_args()


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with suppress(OSError, OverflowError):
            probe.bind(("127.0.0.1", port))
            return True
    return False


def choose_port(wanted: int | None) -> int:
    """The wanted port if it is free, the usual one if none is wanted, a free one for 0 or when the usual is taken."""
    if wanted and not _is_free(wanted):
        raise RunError(f"port {wanted} is taken; choose another with --port, 0 for any free one")
    if wanted is None and _is_free(USUAL_PORT):
        return USUAL_PORT
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", wanted or 0))
        return int(probe.getsockname()[1])


def start_storage(stack: ExitStack, data: str | None, log: Path) -> Azurite:
    """Azurite with its data in a folder that only one may use at a time, or in memory."""
    folder = None
    if data != "memory":
        folder = Path(data).resolve() if data else ROOT / ".data/azurite"
        folder.mkdir(parents=True, exist_ok=True)
        lock = stack.enter_context((folder / ".lock").open("w"))
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RunError(
                f"another scripts/run keeps its data in {folder}; choose --data memory or another folder"
            ) from None
    if usual_ports_are_free():
        with suppress(AzuriteError):  # another process was quicker
            return stack.enter_context(Azurite(log=log, data=folder, ports=USUAL_PORTS))
    return stack.enter_context(Azurite(log=log, data=folder, ports=FREE_PORTS))


def environment(storage: Azurite, caller: Mapping[str, str]) -> dict[str, str]:
    """The caller's environment with the emulator as the app's storage, whatever storage the caller has."""
    env = {name: value for name, value in caller.items() if not name.startswith(STORAGE)}
    env[STORAGE] = storage.connection_string
    env["VIRTUAL_ENV"] = str(ROOT / ".venv")
    env["PATH"] = f"{ROOT / '.venv/bin'}{os.pathsep}{caller.get('PATH', os.defpath)}"
    return env


def start_host(kind: str | None, port: int, env: Mapping[str, str]) -> tuple[Child, str]:
    """The host of the functions, and a line that says which it is."""
    func = shutil.which("func")
    if kind == "func" and not func:
        raise RunError("Azure Functions Core Tools (func) are not on PATH; leave --host out to use devhost")
    if func and kind != "devhost":
        told = "Azure Functions Core Tools (this project's makers could not try them; --host devhost is the other way)"
        return Child([func, "start", "--port", str(port)], env=env), told
    told = "devhost, a stand-in for the Functions host, for development only"
    return Child([sys.executable, "-m", "devhost.host", "--port", str(port)], env=env), told


def wait_until_it_answers(url: str, children: Mapping[str, Running]) -> None:
    """Until GET /api/health is fine."""
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until:
        check(children)
        with suppress(requests.RequestException):
            if requests.get(f"{url}/api/health", timeout=10).ok:
                return
        time.sleep(0.1)
    raise RunError(f"{url}/api/health did not answer within {_START_SECONDS:.0f} s (the host's messages are above)")


def check(children: Mapping[str, Running]) -> None:
    """Raise if one of them has ended."""
    for name, child in children.items():
        if child.poll() is not None:
            raise RunError(f"{name} ended by itself (its messages are above or in {FOLDER})")


def announcement(state: State, storage: Azurite, host: str, data: str, caller_folder: Path) -> str:
    """What runs where, and commands to copy."""
    at_root = caller_folder == ROOT
    found = demo.example()
    file, session = found or (Path("YOUR.log"), "YOUR-SESSION-ID")
    log = shlex.quote(str(file.relative_to(ROOT) if found and at_root else file))
    drop = shlex.quote("scripts/drop" if at_root else str(ROOT / "scripts/drop"))
    return f"""
The app answers at {state.url}/ (a page for people; the API is below {state.url}/api)
Watched container: {state.container}, in the storage emulator at {storage.blob_url} (data: {data})
Host: {host}

Drop a log into the container:
  {drop} --port {state.port} {log}
Or upload one over HTTP:
  curl -sS -T {log} {state.url}/api/uploads/example-$(date +%s).log
Ask for a session ID of it (a dropped log takes a few seconds):
  curl -sS {state.url}/api/ids/{session}

Ctrl-C ends all of it.
"""


def run(options: argparse.Namespace, stack: ExitStack) -> None:
    """Start everything, say so, and wait; returns only by an exception."""
    port = choose_port(options.port)
    logs = FOLDER / str(port)
    logs.mkdir(parents=True, exist_ok=True)
    for old in logs.glob("*.log"):
        old.unlink()
    storage = start_storage(stack, options.data, logs / "azurite.log")
    if os.environ.get(STORAGE) not in (None, "UseDevelopmentStorage=true"):
        print(f"{STORAGE} of your environment is not used: scripts/run works with the storage emulator only")
    env = environment(storage, os.environ)
    children: dict[str, Running] = {"the storage emulator": storage}
    if options.demo and not env.get("SPEECH_RESOURCES"):
        speech, env["SPEECH_RESOURCES"] = demo.start_fake_speech(logs / "speech.log")
        children["the fake Speech service"] = stack.enter_context(speech)
    name = env.get("LOGS_CONTAINER") or NAMES["LOGS_CONTAINER"]
    blobs = stack.enter_context(BlobServiceClient.from_connection_string(storage.connection_string))
    container = blobs.get_container_client(name)
    with suppress(ResourceExistsError):
        container.create_container()
    host, told = start_host(options.host, port, env)
    children["the host"] = stack.enter_context(host)
    state = State(os.getpid(), port, name, storage.connection_string)
    wait_until_it_answers(state.url, children)
    stack.enter_context(published(state))
    if options.demo:
        samples = demo.drop_samples(container)
        print(f"demo: {samples} logs and bodies are in the container; listing transcriptions now", flush=True)
        with suppress(requests.RequestException):  # then they are listed at the next tick of the timer
            requests.post(f"{state.url}/admin/functions/sync_timer", json={}, timeout=10)
        demo.wait_until_read(state.url, samples)
    print(announcement(state, storage, told, options.data or ".data/azurite", Path.cwd()), flush=True)
    while True:
        check(children)
        time.sleep(0.5)


def _on_signals() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
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
                for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                    signal.signal(number, signal.SIG_IGN)  # a second Ctrl-C would leave before all have ended
    except (RunError, AzuriteError, demo.FakeSpeechError) as error:
        print(f"scripts/run: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("stopped", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
