"""host.json, infra/ and the code agree on time, on what runs at once, and on what is logged."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any, Final

import pytest

from shared.core.events import Event
from shared.ingest.blob import MOST_SECONDS as READING
from shared.ingest.sweep import MOST_SECONDS as SWEEP
from shared.settings import Settings
from tests.infra.template import ROOT, Snapshot, snapshot

HOST: Final[dict[str, Any]] = json.loads((ROOT / "host.json").read_text(encoding="utf-8"))
# Measured in the real Functions host, in MiB
IDLE_HOST: Final = 230
IDLE_PYTHON: Final = 100
BODY_COPIES: Final = 8  # of a request's body, host and Python together
LARGEST_WINDOW: Final = 128  # zstd --long


def _timeout() -> float:
    hours, minutes, seconds = map(int, HOST["functionTimeout"].split(":"))
    return timedelta(hours=hours, minutes=minutes, seconds=seconds).total_seconds()


def _at_once(made: Snapshot) -> dict[str, int]:
    """How many calls of each kind an instance may have at once."""
    extensions = HOST["extensions"]
    scale = made.one("Microsoft.Web/sites")["properties"]["functionAppConfig"]["scaleAndConcurrency"]
    return {
        "http": scale["triggers"]["http"]["perInstanceConcurrency"],
        "blobs": extensions["blobs"]["maxDegreeOfParallelism"],
        "queues": extensions["queues"]["batchSize"] + extensions["queues"]["newBatchThreshold"],
        "timers": 2,
    }


def test_everything_ends_by_itself_before_the_host_ends_the_worker() -> None:
    """The host kills the process at the timeout, and with it every other call that runs there."""
    spare = 240  # a sync ends its request, a reader writes its rows
    longest_sync = max(n for n in range(1, 1000) if _valid("SYNC_RUN_MINUTES", n))
    assert longest_sync * 60 + spare < _timeout()
    assert _timeout() >= READING * 1.5
    # The last blob that a sweep takes up may need its whole time.
    assert SWEEP + READING + spare < _timeout()


def _valid(name: str, value: int) -> bool:
    return name not in {wrong for wrong, _ in Settings.load({name: str(value)}).problems}


def test_each_call_that_an_instance_may_have_finds_a_thread() -> None:
    made = snapshot()
    assert sum(_at_once(made).values()) <= int(made.settings["PYTHON_THREADPOOL_THREAD_COUNT"])


@pytest.mark.parametrize("upload", ["1", "16", "32", "100"])
def test_the_bodies_and_windows_of_all_calls_fit_into_an_instance(upload: str) -> None:
    made = snapshot(MAX_UPLOAD_MIB=upload)
    memory = made.one("Microsoft.Web/sites")["properties"]["functionAppConfig"]["scaleAndConcurrency"][
        "instanceMemoryMB"
    ]
    calls = _at_once(made)
    bodies = calls["http"] * int(upload) * BODY_COPIES
    assert IDLE_HOST + IDLE_PYTHON + bodies + calls["blobs"] * LARGEST_WINDOW < memory
    assert calls["http"] >= 1


def test_of_what_went_well_only_counters_are_sent() -> None:
    """A line and a request for each log would use up the daily quota, and the alerts that read the log with it."""
    levels = HOST["logging"]["logLevel"]
    assert (levels["Host.Results"], levels["Host.Aggregator"], levels["Function"]) == (
        "Error",
        "Information",
        "Warning",
    )
    # What runs seldom, and what alerts wait for
    assert {name for name, level in levels.items() if name.startswith("Function.") and level == "Information"} == {
        "Function.sweep_timer.User",
        "Function.sync_resource.User",
    }


def test_alerts_ask_only_for_lines_that_the_app_writes() -> None:
    queries = [
        criterion["query"]
        for rule in snapshot().of_type("Microsoft.Insights/scheduledQueryRules")
        for criterion in rule["properties"]["criteria"]["allOf"]
    ]
    asked = {name for query in queries for name in re.findall(r'Message startswith "([^"]*) "', query)}
    assert asked
    assert asked <= {event.value for event in Event}
