"""Loads a function app (Python v2 model) and tells its functions by what the public decorators recorded.

The development host takes the bindings that the app may use and refuses others when it starts: HTTP, timer, queue
(`func.QueueMessage`) and blob (SDK type `BlobClient`) triggers, no output bindings but the HTTP answer.
"""

from __future__ import annotations

import asyncio
import importlib
import inspect
import json
import logging
import os
import re
import sys
import time
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import azure.functions as func
from azure.storage.blob import BlobClient

_log = logging.getLogger(__name__)
_VALUES: Final[Mapping[str, type]] = {
    "httpTrigger": func.HttpRequest,
    "timerTrigger": func.TimerRequest,
    "queueTrigger": func.QueueMessage,
    "blobTrigger": BlobClient,
}
_SETTING = re.compile(r"%([^%]+)%")


class AppError(Exception):
    """The app cannot be hosted; the message says why."""


@dataclass(frozen=True, slots=True)
class Function:
    """One function of the app. `trigger` is its trigger binding with `%NAME%` replaced by the setting."""

    name: str
    kind: str
    call: Callable[..., Any]
    trigger: Mapping[str, Any]

    def invoke(self, value: object) -> Any:
        """Call it as the worker does. An exception is logged here and raised."""
        start = time.perf_counter()
        outcome = "Failed"
        try:
            result = self.call(**{self.trigger["name"]: value})
            if inspect.iscoroutine(result):
                result = asyncio.run(result)
            outcome = "Succeeded"
        except Exception:
            _log.exception("%s raised", self.name)
            raise
        finally:
            _log.info("%s: %s, %d ms", self.name, outcome, (time.perf_counter() - start) * 1000)
        return result


def resolve(text: str, env: Mapping[str, str]) -> str:
    """`%NAME%` in a binding is the app setting NAME; without it the real host would not load the function."""

    def setting(match: re.Match[str]) -> str:
        if match[1] not in env:
            raise AppError(f"the setting {match[1]} is not set (a binding says {match[0]})")
        return env[match[1]]

    return _SETTING.sub(setting, text)


def _function(built: Any, env: Mapping[str, str]) -> Function:
    name = built.get_function_name()
    bindings = built.get_bindings_dict()["bindings"]
    triggers = [b for b in bindings if b["type"] in _VALUES]
    if len(triggers) != 1 or any(b["type"] != "http" for b in bindings if b not in triggers):
        raise AppError(f"{name}: devhost does not know the bindings {', '.join(b['type'] for b in bindings)}")
    trigger = {key: resolve(v, env) if isinstance(v, str) else v for key, v in triggers[0].items()}
    call = built.get_user_function()
    wanted, given = _VALUES[trigger["type"]], typing.get_type_hints(call).get(trigger["name"])
    if not isinstance(given, type) or not issubclass(given, wanted):
        raise AppError(f"{name}: devhost gives a {wanted.__name__} for {trigger['name']}, the function takes {given}")
    return Function(name, trigger["type"], call, trigger)


def settings_of(folder: Path) -> dict[str, str]:
    """The values of local.settings.json, as `func start` takes them."""
    file = folder / "local.settings.json"
    if not file.is_file():
        return {}
    return {name: str(value) for name, value in json.loads(file.read_text()).get("Values", {}).items()}


def load(folder: Path) -> list[Function]:
    """The functions of `folder`/function_app.py, in the order in which the real host tries their routes."""
    for name, value in settings_of(folder).items():
        os.environ.setdefault(name, value)
    sys.path.insert(0, str(folder))
    module = importlib.import_module("function_app")
    apps = [value for value in vars(module).values() if isinstance(value, func.FunctionApp)]
    if len(apps) != 1:
        raise AppError(f"function_app.py holds {len(apps)} FunctionApp objects at its top level, must be 1")
    functions = [_function(built, os.environ) for built in apps[0].get_functions()]
    return sorted(functions, key=lambda f: f.name.lower())
