"""How to get what a case lacks: a line of code in the application's language, or a call of the REST API.

Every value in a command is validated first: it comes from logs, and people paste commands into a shell.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from shared.core import ids
from shared.speech import clouds, entity_url, sdk_snippets

if TYPE_CHECKING:
    from shared.core.records import Sighting

API_VERSION: Final = "2025-10-15"
_HOST: Final = re.compile(r"[a-z0-9][a-z0-9.-]{0,200}")
_REGION: Final = re.compile(r"[a-z][a-z0-9]{1,30}")
_VERSION: Final = re.compile(r"\d{4}-\d\d-\d\d(?:-preview)?")
Line = Literal["log", "session", "error"]


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do. `code` is a line to copy; `language` says in what."""

    text: str
    code: str | None = None
    language: str | None = None

    def to_json(self) -> dict[str, Any]:
        found = {"text": self.text, "code": self.code, "language": self.language}
        return {name: value for name, value in found.items() if value}


def sdk_steps(sighting: Sighting, text: str, line: Line) -> tuple[Step, ...]:
    """`text`, then the line for the program's language, or one line for each while the language is not sighting."""
    rows = sdk_snippets.wanted(sighting.sdk.language if sighting.sdk else None)
    return (Step(text), *(Step(row.name, getattr(row, line), row.name) for row in rows))


def log_steps(sighting: Sighting) -> tuple[Step, ...]:
    text = (
        "Have the SDK write its full log (at the default level Verbose), reproduce the problem, and drop the log into "
        "the container. A JavaScript log contains the key: do not send it by mail."
    )
    return sdk_steps(sighting, text, "log")


def rest_steps() -> tuple[Step, ...]:
    """For a session without an SDK log."""
    text = (
        "The REST API for short audio leaves no log. Save the request and the response without the key: the URL (with "
        "region, language and X-ConnectionId), the time in UTC, the status and the response body. Drop it into the "
        "container, or put it into the note. With curl, instead of -s"
    )
    keep = "-sv ... 2>&1 | grep -vi -e subscription-key -e authorization > request.log"
    other = "If the application does use the Speech SDK, turn on its log with the property Speech_LogFilename."
    return (Step(text, keep, "curl"), Step(other))


def batch_steps(sighting: Sighting, *, files: bool = False) -> tuple[Step, ...]:
    """The call that answers with everything about an entity; `files` for the report of each audio file."""
    what = (
        "List its files and read the report: it shows what failed for each audio file."
        if files
        else "Get it from the service and drop the response into the container (PowerShell: $env:SPEECH_KEY)."
    )
    file = "files.json" if files else "answer.json"
    url = address(sighting, "/files" if files else "")
    return (Step(what, f'curl -s -H "Ocp-Apim-Subscription-Key: $SPEECH_KEY" -o {file} "{url}"', "curl"),)


def address(sighting: Sighting, suffix: str = "") -> str:
    """On its own host if that is one of Azure's, else on that of its region; never on a host that only a log names.

    Every part is checked or made here. The API versions whose name begins with v are retired: the newest is named.
    """
    own = entity_url.parse(sighting.self_url) if sighting.self_url else None
    host = own.host or "" if own else ""
    if not (_HOST.fullmatch(host) and clouds.of_host(host)):
        region = sighting.region if sighting.region and _REGION.fullmatch(sighting.region) else "YOUR-REGION"
        host = clouds.of_region(region).rest_host(region)
    version = sighting.api_version if sighting.api_version and _VERSION.fullmatch(sighting.api_version) else API_VERSION
    parent = sighting.parent_id if sighting.parent_id and ids.digits(sighting.parent_id) else None
    path = entity_url.path_of(sighting.kind, sighting.id, parent) or f"transcriptions/{sighting.id}"
    return f"https://{host}/speechtotext/{path}{suffix}?api-version={version}"
