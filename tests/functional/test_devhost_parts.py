"""Schedules, route templates and refusals of the development host, without a server."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import azure.functions as func
import pytest
from azure.functions.queue import QueueMessage
from azure.functions.timer import TimerRequest

from devhost.app import AppError, Function, resolve
from devhost.background import Background
from devhost.blobs import compile_path
from devhost.routes import compile_template, match, table
from devhost.timers import TimerTrigger, next_run

GUID = "00000000-0000-0000-0000-0000000000Aa"
SUNDAY = datetime(2026, 11, 22, 11, 13, 30, tzinfo=UTC)


def http(name: str, route: str, *methods: str) -> Function:
    return Function(name, "httpTrigger", print, {"name": "req", "route": route, "methods": methods})


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        ("0 */15 * * * *", "2026-11-22T11:15:00"),
        ("30 13 11 * * *", "2026-11-23T11:13:30"),
        ("*/10 * * * *", "2026-11-22T11:20:00"),
        ("0 0 0 * * 0", "2026-11-29T00:00:00"),
        ("0 0 0 1 January *", "2027-01-01T00:00:00"),
        ("0 0 12 * * Mon-Friday", "2026-11-23T12:00:00"),
        ("0 0 0 13 * 5", "2027-08-13T00:00:00"),
    ],
)
def test_schedules_are_ncrontab(schedule: str, expected: str) -> None:
    """Seconds first, Sunday is 0, long names, and day of month AND day of week (a Friday the 13th)."""
    assert next_run(schedule, SUNDAY).isoformat() == f"{expected}+00:00"


def test_a_wrong_schedule_is_told_when_the_host_starts() -> None:
    function = Function("t", "timerTrigger", print, {"name": "timer", "schedule": "every day"})
    with pytest.raises(AppError, match="t: 'every day' is not a schedule"):
        TimerTrigger(function, Background(), lambda: SUNDAY)


@pytest.mark.parametrize(
    ("template", "path", "parameters"),
    [
        ("api/x/{id:guid}", f"api/X/{GUID}", {"id": GUID}),
        ("api/x/{id:int}", "api/x/twelve", None),
        ("api/x/{id?}", "api/x", {"id": None}),
        ("api/x/{id}", "api/x/", None),
        ("api/x", "api/x/", {}),
        ("api/x.y", "api/xzy", None),
        ("{*all}", "", {"all": None}),
        ("{*all}", "a//b", {"all": "a//b"}),
    ],
)
def test_templates(template: str, path: str, parameters: dict[str, Any] | None) -> None:
    found = compile_template(template).fullmatch(path)
    assert (found.groupdict() if found else None) == parameters


@pytest.mark.parametrize("template", ["a/{x=5}", "a/{x:regex(^a$)}", "a/v{x}"])
def test_a_template_that_devhost_does_not_know_is_refused(template: str) -> None:
    with pytest.raises(AppError, match="does not know the route"):
        compile_template(template)


def test_a_route_prefix_and_the_functions_name_make_a_route() -> None:
    routes = table([http("hello", "")], "api")
    assert match(routes, "GET", "/api/hello") is not None
    assert match(routes, "GET", "/hello") is None


def test_what_is_no_utf8_stays_encoded() -> None:
    found = match(table([http("a", "{x}")], ""), "GET", "/%FFa")
    assert found is not None
    assert found[1] == {"x": "%FFa"}


def test_settings_in_bindings_are_resolved_or_named() -> None:
    assert resolve("%A%/{name}", {"A": "logs"}) == "logs/{name}"
    with pytest.raises(AppError, match="the setting A is not set"):
        resolve("%A%", {})


@pytest.mark.parametrize(
    ("path", "name", "fits"), [("logs", "a/b", True), ("logs/{n}.log", "a\n.log", True), ("logs/x-{n}", "y-1", False)]
)
def test_blob_paths(path: str, name: str, fits: bool) -> None:
    container, pattern = compile_path(path)
    assert container == "logs"
    assert bool(pattern.fullmatch(name)) == fits


def test_the_package_functions_has_the_types_that_devhost_gives() -> None:
    """The same modules hold them in both major versions of azure-functions."""
    assert issubclass(QueueMessage, func.QueueMessage)
    assert issubclass(TimerRequest, func.TimerRequest)
