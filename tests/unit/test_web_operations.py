"""The table of operations, as the Functions host will see it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from shared.app.clients import QUEUES
from shared.web.operation import Operation
from shared.web.operations import OPERATIONS
from tests.webclient import bound_functions

ROOT = Path(__file__).parents[2]
ANONYMOUS = {"health", "page", "openapi", "docs"}


def segments(route: str) -> list[str]:
    return [part for part in route.split("/") if part]


def can_meet(one: list[str], other: list[str]) -> bool:
    """Is there a path that both templates match? A `{*rest}` matches any number of segments, also none."""
    if any(template and template[0].startswith("{*") for template in (one, other)):
        return True
    if not one or not other:
        return not one and not other
    first, second = one[0], other[0]
    same = first.lower() == second.lower() or first.startswith("{") or second.startswith("{")
    return same and can_meet(one[1:], other[1:])


def test_the_check_of_overlaps_sees_overlaps() -> None:
    assert can_meet(segments("api/ids/{id}"), segments("api/ids/new"))
    assert can_meet(segments("api/{*rest}"), segments("api/ids/{id}"))
    assert can_meet(segments("api/uploads/{*name}"), segments("api/uploads"))
    assert not can_meet(segments("api/ids/{id}"), segments("api/ids/{id}/case"))
    assert not can_meet(segments("api/ids"), segments("/"))


def test_no_two_routes_of_one_method_overlap() -> None:
    """The host takes the first function by name whose template matches, not the more exact one."""
    for one, other in combinations(OPERATIONS, 2):
        if one.method == other.method or one.route != other.route:
            assert not can_meet(segments(one.route), segments(other.route)), (one.name, other.name)


def test_names_are_unique_and_valid_for_the_host() -> None:
    names = [operation.name for operation in OPERATIONS]
    assert len({name.lower() for name in names}) == len(names)
    assert all(re.fullmatch(r"[A-Za-z][A-Za-z0-9_]{0,126}", name) for name in names)


def test_every_route_but_the_page_is_below_api() -> None:
    """host.json has no prefix, because the page is served from the root."""
    assert [o.route for o in OPERATIONS if not o.route.startswith("api/")] == ["/"]


def test_only_health_the_page_and_the_description_are_open() -> None:
    assert {o.name for o in OPERATIONS if o.anonymous} == ANONYMOUS


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda o: o.name)
def test_an_operation_is_described_and_its_parameters_are_distinct(operation: Operation) -> None:
    assert operation.summary.endswith(".")
    names = [param.name for param in operation.query]
    assert len(set(names)) == len(names)
    assert all(param.summary for param in operation.query)


def bindings() -> dict[str, dict[str, Any]]:
    found = {}
    for name, function in bound_functions().items():
        described = json.loads(function.get_function_json())
        found[name] = next(b for b in described["bindings"] if b["type"].lower().endswith("trigger"))
    return found


@pytest.fixture(scope="module")
def bound() -> dict[str, dict[str, Any]]:
    return bindings()


def test_the_app_binds_exactly_the_table_and_four_triggers(bound: dict[str, dict[str, Any]]) -> None:
    others = {
        "index_blob": "blobTrigger",
        "sync_timer": "timerTrigger",
        "sweep_timer": "timerTrigger",
        "sync_resource": "queueTrigger",
    }
    assert {name: b["type"] for name, b in bound.items() if b["type"] != "httpTrigger"} == others
    http = {name: b for name, b in bound.items() if b["type"] == "httpTrigger"}
    assert set(http) == {o.name for o in OPERATIONS}
    for operation in OPERATIONS:
        binding = http[operation.name]
        assert binding["route"] == operation.route
        assert [str(getattr(m, "value", m)) for m in binding["methods"]] == list(operation.methods)
        level = "ANONYMOUS" if operation.anonymous else "FUNCTION"
        assert str(getattr(binding["authLevel"], "value", binding["authLevel"])).upper().endswith(level)


def test_each_queue_that_the_host_reads_is_there_before_its_first_message(bound: dict[str, dict[str, Any]]) -> None:
    """Else the host logs a warning at each poll."""
    assert {b["queueName"] for b in bound.values() if b["type"] == "queueTrigger"} == set(QUEUES)
    template = (ROOT / "infra/modules/storage.bicep").read_text()
    assert all(f"'{name}'" in template and f"'{name}-poison'" in template for name in QUEUES)


def test_importing_the_app_loads_nothing_that_only_some_calls_need(unmeasured: dict[str, str]) -> None:
    """Import time is cold start."""
    late = (
        "azure.data.tables",
        "azure.storage.queue",
        "tenacity",
        "sqlite3",
        "shared.extract.extractor",
        "shared.storage.tables",
        "shared.ingest",
        "shared.inventory.sync",
    )
    code = f"import sys, function_app; print(*[name for name in {late} if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, cwd=ROOT, text=True, check=True, env=unmeasured
    )
    assert done.stdout.split() == []


def test_no_binding_expression_is_left_to_the_host(bound: dict[str, dict[str, Any]]) -> None:
    """A %NAME% whose setting is missing leaves Azure without the function."""
    assert "%" not in json.dumps(bound, default=str)
    assert bound["index_blob"]["path"] == "speech-logs/{name}"
    assert str(getattr(bound["index_blob"]["source"], "value", bound["index_blob"]["source"])) == "LogsAndContainerScan"
