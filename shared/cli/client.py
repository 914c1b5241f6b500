"""What every command that asks the app works with: a client, its answers, and what can go wrong on the way.

The calls are those of the table of operations, so the command line cannot ask for what the app does not have.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Final, Protocol, Self
from urllib.parse import quote

from shared.web.operation import Operation
from shared.web.operations import OPERATIONS

OK: Final = 0
FAILED: Final = 1
USAGE: Final = 2
UNREACHABLE: Final = 3
STATUSES: Final = {
    OK: "success",
    FAILED: "not found, not accepted, or something failed",
    USAGE: "invalid usage",
    UNREACHABLE: "the app or its storage is not responding, or denied access (address, key, role, setting)",
}
NOT_THE_APP: Final = "The server at this address is not this app. Specify the address of the app, without /api."
EXIT_STATUS: Final = "exit status: " + "; ".join(f"{number} {meaning}" for number, meaning in STATUSES.items())
_PARAMETER: Final = re.compile(r"\{(\*?)(\w+)\}")


class CommandError(Exception):
    """Ends a command; the message is for a person."""

    exit_status = FAILED


class WrongUsage(CommandError):
    exit_status = USAGE


class Unreachable(CommandError):
    exit_status = UNREACHABLE


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer of the app; names of `headers` are lower case."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def json(self) -> Any:
        try:
            return json.loads(self.body)
        except ValueError:
            raise Unreachable(NOT_THE_APP) from None

    @property
    def error(self) -> Mapping[str, Any]:
        """The error object; empty if something else than the app answered."""
        try:
            found = json.loads(self.body)["error"]
        except (ValueError, KeyError, TypeError):
            return {}
        return found if isinstance(found, dict) else {}


class Client(Protocol):
    """A deployed app, or the same app in this process."""

    def call(
        self,
        name: str,
        *,
        params: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
    ) -> Reply: ...

    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None: ...


def operation(name: str) -> Operation:
    return next(o for o in OPERATIONS if o.name == name)


def path(called: Operation, params: Mapping[str, str]) -> str:
    """The path with its parameters filled in. What no path can carry is refused: hosts mend or refuse it."""

    def fill(found: re.Match[str]) -> str:
        catch_all, name = found.groups()
        value = params[name]
        parts = value.split("/") if catch_all else [value]
        if any(part in ("", ".", "..") or "/" in part for part in parts):
            raise WrongUsage(f"{value[:80]!r} is not valid here: it is empty, a dot, or contains a slash.")
        return quote(value, safe="/" if catch_all else "", errors="replace")

    return "/" + _PARAMETER.sub(fill, called.route).lstrip("/")


def failed(reply: Reply) -> CommandError:
    """The error that an unsuccessful answer describes."""
    told = reply.error
    message = str(
        told.get("message")
        or _WITHOUT_BODY.get(reply.status)
        or f"The server responded with status {reply.status}. Is it the app?"
    )
    if 300 <= reply.status < 400:
        return Unreachable(
            "The server responded with a redirect, which was not followed: specify the address of the app itself."
        )
    if reply.status in (401, 403, 429) or reply.status >= 500 or not told:
        return Unreachable(message)
    return WrongUsage(message) if reply.status == 400 else CommandError(message)


_WITHOUT_BODY: Final = {
    401: "The app requires a key: set the environment variable SPEECH_IDS_KEY to one of its function keys.",
    403: "Access was denied: check SPEECH_IDS_KEY and the network restrictions of the app.",
    404: "There is no such operation at this address. Specify the address of the app, without /api, of this version.",
    413: "The host rejected the body: it is too large. Copy the file into the container directly.",
    429: "The app is overloaded. Try again later.",
}
