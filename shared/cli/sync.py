"""`speech-ids sync [NAME...]`: what the timer does, now and with a progress bar."""

from __future__ import annotations

import argparse
import json
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final, TextIO

from shared.cli.client import CommandError, Unreachable, WrongUsage
from shared.cli.connect import parser_for
from shared.cli.output import chosen_format, write_json, write_json_lines, write_table, write_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from shared.app.clients import Services
    from shared.inventory.list_pass import Tally
    from shared.inventory.sync_result import SyncReport
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
        reports = _sync_all(app, resources, full=chosen.full, rescue=not chosen.no_files)
    except CommandError:
        raise
    except (SettingsError, StorageUnavailable) as error:
        raise Unreachable(str(error)) from None
    except Exception as error:
        told = as_app_error(error)
        if told is None:
            raise
        raise Unreachable(str(told)) from None
    _print(form, [to_json(r) for r in reports])
    return 1 if any(report.status in ("failed", "lost") for report in reports) else 0


def to_json(report: SyncReport) -> dict[str, Any]:
    """What a run did, for people and scripts."""
    found: dict[str, Any] = {
        "resource": report.resource,
        "status": report.status,
        "mode": report.mode,
        "complete": report.complete,
        "listed": report.listed,
        "changed": report.changed,
        "gone": report.gone,
        "requests": report.requests,
    }
    if report.problem is not None:
        found["error"] = report.problem.to_json()
    problems = dict(report.problems)
    if report.rescue is not None and report.rescue.problem is not None:
        problems["files"] = report.rescue.problem
    if problems:
        found["problems"] = {name: problem.to_json() for name, problem in problems.items()}
    if report.rescue is not None:
        found["files"] = {"status": report.rescue.status, "jobs": report.rescue.jobs, "audio": report.rescue.audio}
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


def _sync_all(app: Services, resources: list[SpeechResource], *, full: bool, rescue: bool) -> list[SyncReport]:
    from shared.inventory.sync import sync_resource

    bar = _Bar(sys.stderr)
    index = app.index

    def one(resource: SpeechResource) -> SyncReport:
        first = True
        while True:
            report = sync_resource(
                resource,
                app.settings,
                index,
                worker=app.worker,
                clock=app.clock,
                sleep=app.sleep,
                full=full and first,
                rescue=rescue,
                progress=bar.of(resource.name),
            )
            first = False
            if not report.unfinished:
                return report
            app.sleep(report.wait)

    with ThreadPoolExecutor(min(AT_ONCE, len(resources))) as pool:
        reports = list(pool.map(one, resources))
    bar.end()
    return reports


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


def _print(form: str, reports: list[dict[str, Any]]) -> None:
    if form == "json":
        write_json(json.dumps({"value": reports}).encode())
        return
    if form == "jsonl":
        write_json_lines(reports)
        return
    write_table(reports, _COLUMNS)
    for report in reports:
        told = {"": report["error"]} if "error" in report else {}
        for name, error in (told | report.get("problems", {})).items():
            where = f"{report['resource']} {name}".strip()
            write_text(f"{where}: {error['message']} {error.get('advice', '')}".strip())
