"""What the inventory costs: list calls, storage requests for changed and unchanged jobs, time and memory.

scripts/bench inventory                            10,000 jobs, tables in memory
scripts/bench inventory --azurite        the same on the storage emulator
scripts/bench inventory --jobs 1000000 --thin   flat in memory? (the fake is a process of its own)
"""

from __future__ import annotations

import argparse
import contextlib
import resource as rusage
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

import requests
from azure.data.tables import TableServiceClient

from dev.azurite import Azurite
from shared.inventory import SyncOptions, SyncResult, sync_resource
from shared.inventory.sync_context import Progress
from shared.inventory.tally import Tally
from shared.inventory.timing import Timing
from shared.settings import Settings, SpeechResource
from shared.storage.tables import Index
from tests.fakes.speech import KEY
from tests.fakes.tables import TableDouble
from tests.fakes.thin_tables import ThinTables

CHANGED = 200


class _Clock:
    """Ours runs; waiting only moves it on, so that pacing costs no time here."""

    def __init__(self) -> None:
        self.ahead = timedelta(0)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def sleep(self, seconds: float) -> None:
        self.ahead += timedelta(seconds=seconds)


@contextlib.contextmanager
def fake(jobs: int) -> Iterator[str]:
    command = [sys.executable, "-m", "tests.fakes.speech", "--no-quota", "--fill", str(jobs)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[1]) as process:
        assert process.stdout is not None
        yield process.stdout.readline().split(" at ")[1].split(" ")[0]
        process.kill()


@contextlib.contextmanager
def tables(*, azurite: bool, thin: bool) -> Iterator[Any]:
    if not azurite:
        yield ThinTables() if thin else TableDouble()
        return
    with (
        tempfile.TemporaryDirectory() as folder,
        Azurite(log=Path(folder) / "azurite.log") as running,
        TableServiceClient.from_connection_string(running.connection_string) as client,
    ):
        yield client


def submit(endpoint: str, count: int) -> None:
    body = {"displayName": "new", "locale": "en-US", "properties": {"timeToLiveHours": 48}}
    with requests.Session() as session:
        session.trust_env = False
        for _ in range(count):
            url = f"{endpoint}/speechtotext/transcriptions:submit?api-version=2025-10-15"
            session.post(url, json=body, headers={"Ocp-Apim-Subscription-Key": KEY}, timeout=10).raise_for_status()


def _milestones(every: int) -> Callable[[str, Tally], object]:
    """Prints time and memory each so many jobs."""
    started, told = time.perf_counter(), 0

    def tell(_kind: str, tally: Tally) -> None:
        nonlocal told
        if tally.items // every > told:
            told = tally.items // every
            took = (time.perf_counter() - started) / tally.items * 10_000
            with Path("/proc/self/statm").open(encoding="ascii") as file:
                now = int(file.read().split()[1]) * rusage.getpagesize() / 2**20
            print(f"    {tally.items} jobs: {took:.1f} s per 10,000, memory {now:.1f} MB", flush=True)

    return tell


def measure(
    name: str, index: Index, settings: Settings, clock: _Clock, *, full: bool = False, progress: Progress | None = None
) -> SyncResult:
    """One sync (with its continuations), and a line about it."""
    before, started = Counter(index.requests), time.perf_counter()
    calls, changed, listed = 0, 0, 0
    while True:
        options = SyncOptions(full=full, read_files=False, progress=progress, timing=Timing(clock, clock.sleep))
        report = sync_resource(settings.resources[0], settings, index, options)
        full = False
        calls += report.requests
        changed += report.changed
        listed += report.listed
        if report.status != "continue":
            break
    took = time.perf_counter() - started
    spent = index.requests - before
    writes = sum(n for kind, n in spent.items() if kind.startswith("transaction"))
    peak = rusage.getrusage(rusage.RUSAGE_SELF).ru_maxrss / 1024
    reads = sum(spent.values()) - writes
    print(
        f"{name}: {report.status}, service requests {calls}, listed {listed}, changed {changed}, "
        f"storage writes {writes}, reads {reads}, {took:.1f} s, peak memory {peak:.0f} MB"
    )
    for kind, count in sorted(spent.items()):
        per = f" ({count / changed:.3f} per changed job)" if changed else ""
        print(f"    {kind}: {count}{per}")
    return report


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jobs", type=int, default=10_000)
    parser.add_argument("--azurite", action="store_true")
    parser.add_argument("--thin", action="store_true", help="keep few columns, on disk: memory of the app alone")
    parser.add_argument("--tiny", action="store_true", help="sizes that only show that it works")
    options = parser.parse_args()
    jobs = 200 if options.tiny else options.jobs
    clock = _Clock()
    with fake(jobs) as endpoint, tables(azurite=options.azurite, thin=options.thin) as found:
        index = Index(found, "bench", clock=clock, sleep=clock.sleep)
        settings = Settings(resources=(SpeechResource("bench", endpoint, "westeurope", KEY),), sync_run_seconds=86_400)
        base = rusage.getrusage(rusage.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{jobs} jobs; memory before {base:.0f} MB")
        every = max(10_000, jobs // 10)
        measure("first full pass", index, settings, clock, progress=_milestones(every))
        measure("incremental, idle", index, settings, clock)
        submit(endpoint, CHANGED)
        measure(f"incremental, {CHANGED} new jobs", index, settings, clock)
        measure("incremental, the same again", index, settings, clock)
        measure("full pass, all unchanged", index, settings, clock, full=True, progress=_milestones(every))


if __name__ == "__main__":
    main()
