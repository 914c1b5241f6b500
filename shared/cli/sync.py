"""`speech-ids sync [NAME...]`: what the timer does, now and with a progress bar."""

from __future__ import annotations

import argparse
import json
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, TextIO

from shared.cli.client import CommandError, Unreachable, WrongUsage
from shared.cli.connect import parser_for
from shared.cli.output import chosen_format, write_json, write_json_lines, write_table, write_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from shared.app.clients import Services
    from shared.inventory.sync_result import SyncResult
    from shared.inventory.tally import Tally
    from shared.settings import SpeechResource

AT_ONCE: Final = 4  # resources; each has its own pace
_WIDTH: Final = 24
_DESCRIPTION: Final = (
    "Lists the entities of the configured Speech resources (SPEECH_RESOURCES) and updates the index in the storage "
    "account that AzureWebJobsStorage names. A resource that fails does not stop the others; the exit status is then 1."
)
_EXAMPLES: Final = """\
speech-ids sync
speech-ids sync prod --full
speech-ids sync --no-files --format json | jq -r '.value[] | "\\(.resource) \\(.status)"'"""
_COLUMNS: Final = ("resource", "status", "mode", "listed", "changed", "gone", "requests")


def add(commands: Any) -> None:
    """The subcommand, for the parser of `speech-ids`."""
    parser = parser_for(
        commands,
        "sync",
        "update the inventory of the Speech resources now",
        _DESCRIPTION,
        _EXAMPLES,
        formats=("table", "json", "jsonl"),
        asks_the_app=False,
    )
    parser.add_argument("name", nargs="*", metavar="NAME", help="only these resources; default: all")
    parser.add_argument("--full", action="store_true", help="read every list to its end, even if none is due")
    parser.add_argument("--no-files", action="store_true", help="do not read the files and reports of finished jobs")
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """The exit status. Raises CommandError."""
    from shared.app.clients import services
    from shared.core.errors import SettingsError, StorageUnavailable
    from shared.storage.errors import as_app_error

    form, app = chosen_format(chosen), services()
    try:
        resources = _chosen(app, chosen.name)
        results = _sync_all(app, resources, full=chosen.full, read_files=not chosen.no_files)
    except CommandError:
        raise
    except (SettingsError, StorageUnavailable) as error:
        raise Unreachable(str(error)) from None
    except Exception as error:
        told = as_app_error(error)
        if told is None:
            raise
        raise Unreachable(str(told)) from None
    _print(form, [to_json(result) for result in results])
    return 1 if any(result.status in ("failed", "lost") for result in results) else 0


def to_json(result: SyncResult) -> dict[str, Any]:
    """What a sync did, for people and scripts."""
    found: dict[str, Any] = {
        "resource": result.resource,
        "status": result.status,
        "mode": result.mode,
        "complete": result.complete,
        "listed": result.listed,
        "changed": result.changed,
        "gone": result.gone,
        "requests": result.requests,
    }
    if result.problem is not None:
        found["error"] = result.problem.to_json()
    problems, files = dict(result.problems), result.files
    if files is not None and files.problem is not None:
        problems["files"] = files.problem
    if problems:
        found["problems"] = {name: problem.to_json() for name, problem in problems.items()}
    if files is not None:
        found["files"] = {"status": files.status, "jobs": files.jobs, "audio": files.audio}
    return found


def _chosen(app: Services, names: Sequence[str]) -> list[SpeechResource]:
    from shared.core.errors import SettingsError

    configured = app.settings.require("SPEECH_RESOURCES").resources
    if not configured:
        raise SettingsError("No Speech resource is configured: set SPEECH_RESOURCES.", target="SPEECH_RESOURCES")
    unknown = sorted(set(names) - {r.name for r in configured})
    if unknown:
        known = ", ".join(r.name for r in configured)
        raise WrongUsage(f"Unknown resource: {', '.join(unknown)}. Configured in SPEECH_RESOURCES: {known}.")
    return [r for r in configured if not names or r.name in names]


def _sync_all(app: Services, resources: list[SpeechResource], *, full: bool, read_files: bool) -> list[SyncResult]:
    from shared.inventory import SyncOptions, sync_resource
    from shared.inventory.timing import Timing

    bar = _Bar(sys.stderr)
    index = app.index
    options = SyncOptions(read_files=read_files, worker=app.worker, timing=Timing(app.clock, app.sleep))

    def one(resource: SpeechResource) -> SyncResult:
        first = True
        while True:
            result = sync_resource(
                resource,
                app.settings,
                index,
                replace(options, full=full and first, progress=bar.of(resource.name)),
            )
            first = False
            if not result.unfinished:
                return result
            app.sleep(result.wait)

    with ThreadPoolExecutor(min(AT_ONCE, len(resources))) as pool:
        results = list(pool.map(one, resources))
    bar.end()
    return results


class _Bar:
    """One line that tells how far each resource is. How long a list is nobody knows before its end."""

    def __init__(self, out: TextIO) -> None:
        self._out, self._lock = out, threading.Lock()
        self._state: dict[str, str] = {}

    def of(self, resource: str) -> Callable[[str, Tally], object]:
        def tell(kind: str, tally: Tally) -> None:
            if not self._out.isatty():
                return
            with self._lock:
                filled = tally.pages % (_WIDTH // 2)
                bar = ("=" * filled + ">").ljust(_WIDTH // 2)
                self._state[resource] = f"{resource} [{bar}] {kind} {tally.listed} ({tally.changed} changed)"
                self._out.write("\r\x1b[K" + " | ".join(self._state.values())[:200])
                self._out.flush()

        return tell

    def end(self) -> None:
        if self._state:
            self._out.write("\r\x1b[K")


def _print(form: str, results: list[dict[str, Any]]) -> None:
    if form == "json":
        write_json(json.dumps({"value": results}).encode())
        return
    if form == "jsonl":
        write_json_lines(results)
        return
    write_table(results, _COLUMNS)
    for result in results:
        problems = {"": result["error"]} if "error" in result else {}
        for name, error in (problems | result.get("problems", {})).items():
            where = f"{result['resource']} {name}".strip()
            write_text(f"{where}: {error['message']} {error.get('advice', '')}".strip())
