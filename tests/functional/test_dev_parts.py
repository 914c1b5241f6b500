"""Timers, route templates and refusals of the development host, without a server."""

from __future__ import annotations

from typing import Any

import azure.functions as func
import pytest
from azure.functions.queue import QueueMessage
from azure.functions.timer import TimerRequest

from dev.functions import AppError, Function
from dev.host import _triggers
from dev.routes import compile_template, match, table
from dev.storage_triggers import BlobTrigger
from dev.triggers import Background


def http(name: str, route: str, *methods: str) -> Function:
    return Function(name, "httpTrigger", print, {"name": "req", "route": route, "methods": methods})


def test_an_invalid_schedule_leaves_out_that_function_only(caplog: pytest.LogCaptureFixture) -> None:
    wrong = Function("Wrong", "timerTrigger", print, {"name": "timer", "schedule": "0 99 * * * *"})
    good = Function("Good", "timerTrigger", print, {"name": "timer", "schedule": "0 5 * * * *"})
    assert set(_triggers([wrong, good, http("a", "a")], Background(), {})) == {"good"}
    assert "Wrong: '0 99 * * * *' is not a schedule" in caplog.text


@pytest.mark.parametrize(
    ("template", "path", "parameters"),
    [
        ("api/x/{id}", "/api/X/a%20b", {"id": "a%20b"}),
        ("api/x/{id}", "/api/x/", None),
        ("api/x", "/api/x/", {}),
        ("api/x.y", "/api/xzy", None),
        ("{*all}", "/", {"all": None}),
        ("{*all}", "/a//b", {"all": "a//b"}),
        ("api/x/{*rest}", "/api/x", {"rest": None}),
    ],
)
def test_templates(template: str, path: str, parameters: dict[str, Any] | None) -> None:
    found = compile_template(template).fullmatch(path)
    assert (found.groupdict() if found else None) == parameters


@pytest.mark.parametrize("template", ["a/{x:int}", "a/{x?}", "a/{x=5}", "a/v{x}"])
def test_a_template_that_this_app_does_not_use_is_refused(template: str) -> None:
    with pytest.raises(AppError, match="unsupported route segment"):
        compile_template(template)


def test_a_route_prefix_and_the_functions_name_make_a_route() -> None:
    routes = table([http("hello", "")], "api")
    assert match(routes, "GET", "/api/hello") is not None
    assert match(routes, "GET", "/hello") is None


def test_what_is_not_utf8_stays_encoded() -> None:
    found = match(table([http("a", "{x}")], ""), "GET", "/%FFa")
    assert found is not None
    assert found[1] == {"x": "%FFa"}


@pytest.mark.parametrize("path", ["logs", "logs/{name}.log", "logs/a/{name}"])
def test_a_blob_path_that_this_app_does_not_use_is_refused(path: str) -> None:
    function = Function("b", "blobTrigger", print, {"name": "client", "path": path, "connection": "X"})
    with pytest.raises(AppError, match="b: unsupported path"):
        BlobTrigger(function, Background(), 5)


def test_the_package_functions_has_the_types_that_the_host_gives() -> None:
    """The same modules hold them in both major versions of azure-functions."""
    assert issubclass(QueueMessage, func.QueueMessage)
    assert issubclass(TimerRequest, func.TimerRequest)
