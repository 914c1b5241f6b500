"""The functions of a function app (Python v2 model), as its decorators recorded them.

Triggers: HTTP, timer, queue (`func.QueueMessage`) and blob (SDK type `BlobClient`), each with the bindings that this
app uses; anything else is refused at the start.
"""

from __future__ import annotations

import importlib
import json
import logging
import os
import sys
import time
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import azure.functions as func
from azure.storage.blob import BlobClient

from shared.core.errors import place

_log = logging.getLogger(__name__)
_VALUES: Final[Mapping[str, type]] = {
    "httpTrigger": func.HttpRequest,
    "timerTrigger": func.TimerRequest,
    "queueTrigger": func.QueueMessage,
    "blobTrigger": BlobClient,
}


class AppError(Exception):
    """The app cannot be hosted; the message says why."""


class ScheduleError(AppError):
    """The schedule of a timer is invalid. The real host leaves out that function only."""


@dataclass(frozen=True, slots=True)
class Function:
    """One function of the app. `trigger` is its trigger binding."""

    name: str
    kind: str
    call: Callable[..., Any]
    trigger: Mapping[str, Any]

    def invoke(self, value: object) -> Any:
        """Call it as the worker does. An exception is logged here, in one line, and raised."""
        start = time.perf_counter()
        try:
            result = self.call(**{self.trigger["name"]: value})
        except Exception as error:
            what = f"{type(error).__name__}: {error}".partition("\n")[0]
            _log.error("%s raised %s (%s)", self.name, what, place(error))
            _log.debug("traceback of %s", self.name, exc_info=True)
            raise
        _log.debug("%s: %d ms", self.name, (time.perf_counter() - start) * 1000)
        return result


def _function(built: Any) -> Function:
    name = built.get_function_name()
    bindings = built.get_bindings_dict()["bindings"]
    triggers = [b for b in bindings if b["type"] in _VALUES]
    if len(triggers) != 1 or any(b["type"] != "http" for b in bindings if b not in triggers):
        raise AppError(f"{name}: unsupported bindings {', '.join(b['type'] for b in bindings)}")
    (trigger,) = triggers
    call = built.get_user_function()
    wanted, given = _VALUES[trigger["type"]], typing.get_type_hints(call).get(trigger["name"])
    if not isinstance(given, type) or not issubclass(given, wanted):
        raise AppError(f"{name}: its parameter {trigger['name']} must be a {wanted.__name__}, not {given}")
    return Function(name, trigger["type"], call, trigger)


def _local_settings(folder: Path) -> dict[str, str]:
    file = folder / "local.settings.json"
    return json.loads(file.read_text())["Values"] if file.is_file() else {}


def load(folder: Path) -> list[Function]:
    """The functions of `folder`/function_app.py, in the order in which the real host tries their routes."""
    for name, value in _local_settings(folder).items():
        os.environ.setdefault(name, value)
    sys.path.insert(0, str(folder))
    app = importlib.import_module("function_app").app
    return sorted(map(_function, app.get_functions()), key=lambda f: f.name.lower())
