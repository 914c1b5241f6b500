"""`list WHAT`: the lists of the app. What there is, and every filter, comes from the table of operations."""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from shared.cli.client import Client, Reply
from shared.cli.connect import connect, parser_for
from shared.cli.output import chosen_format, good, note, write_json, write_table
from shared.web.operation import CSV_TYPE, Operation
from shared.web.operations import OPERATIONS
from shared.web.paging import FORMAT, TOKEN, TOP
from shared.web.query_params import Param

# Those that fit a terminal; other lists show what every sighting has.
_COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "sessions": ("time", "id", "reached", "region", "error.code", "sdk.version", "source"),
    "transcriptions": ("created", "id", "status", "resource", "state", "locale", "displayName", "error.code"),
    "audio": ("transcription", "status", "error", "resource", "name"),
    "sources": ("modified", "sourceId", "status", "format", "counts", "name", "error.code"),
    "resources": ("name", "status", "lastSuccess", "region", "auth", "statuses", "lastError.code", "notice"),
    "connection-ids": ("minted", "id", "owner", "note"),
}
_ANY: Final = (
    "time",
    "kind",
    "id",
    "status",
    "reached",
    "region",
    "resource",
    "displayName",
    "error.code",
    "source",
)
_EXAMPLES: Final = {
    "sessions": "list sessions --from 2026-11-22T09:00 --to 2026-11-22T11:00 --reached no",
    "transcriptions": "list transcriptions --status Failed --resource prod-weu",
    "entities": "list entities --kind model --resource prod-weu",
    "around": "list around --time 2026-11-22T10:00 --minutes 30",
    "audio": "list audio --name call-0001.wav",
    "sources": "list sources --status failed --format csv --all > failed.csv",
}


def lists() -> dict[str, Operation]:
    """`sessions` -> its operation: whatever answers a list and has a fixed address."""
    found = (o for o in OPERATIONS if o.method == "GET" and "{" not in o.route)
    return {o.route.removeprefix("api/"): o for o in found if o.replies[0].schema.endswith("List")}


def add(commands: Any) -> None:
    parser = commands.add_parser(
        "list",
        help="sessions, transcriptions, sources... by time and other filters",
        description="Lists, newest first. `list WHAT --help` shows its filters.",
    )
    what = parser.add_subparsers(title="what", metavar="WHAT", required=True)
    for name, operation in lists().items():
        _add(what, name, operation)


def _add(what: Any, name: str, operation: Operation) -> None:
    csv = any(CSV_TYPE in reply.types for reply in operation.replies)
    example = _EXAMPLES.get(name, f"list {name}")
    formats = ("json", "table", "csv") if csv else ("json", "table")
    parser = parser_for(what, name, operation.summary, operation.summary, example, formats=formats)
    for param in operation.query:
        if param is not FORMAT:
            parser.add_argument(
                option(param),
                dest=param.name,
                choices=param.choices or None,
                help=_help(param),
                required=param.required,
                metavar=None if param.choices else "VALUE",
            )
    if TOKEN in operation.query:
        parser.add_argument("--all", action="store_true", help="all pages, however many")
    parser.set_defaults(run=run, operation=operation, what=name)


def option(param: Param) -> str:
    """`errorCode` -> `--error-code`"""
    return "--" + re.sub(r"(?<=[a-z])(?=[A-Z])", "-", param.name).lower()


def _help(param: Param) -> str:
    return param.summary.replace("%", "%%")


def run(chosen: argparse.Namespace) -> int:
    form = chosen_format(chosen)
    query = {p.name: getattr(chosen, p.name) for p in chosen.operation.query if p is not FORMAT}
    query = {name: value for name, value in query.items() if value is not None}
    if form == "csv":
        query[FORMAT.name] = "csv"
    every = getattr(chosen, "all", False)
    with connect(chosen) as client:
        replies = _pages(client, chosen.operation, query, every=every)
        if form == "csv":
            last = _csv(replies)
        elif form == "json" and every:
            last = _whole_json(replies)
        elif form == "json":
            last = _json(replies)
        else:
            last = _table(replies, _COLUMNS.get(chosen.what, _ANY))
    token = _next(last)
    if token is not None and form != "json":
        note(f"there is more: --all, or --token {token}")
    return 0


def _pages(client: Client, operation: Operation, query: Mapping[str, str], *, every: bool) -> Iterator[Reply]:
    """The asked page, or all pages from there."""
    asked = {TOP.name: "1000", **query} if every else dict(query)
    while True:
        reply = good(client.call(operation.name, query=asked))
        yield reply
        token = _next(reply)
        if token is None or not every:
            return
        asked[TOKEN.name] = token


def _next(reply: Reply) -> str | None:
    """The token of the next page: from nextLink, with CSV from the header Link."""
    header = re.match(r"<([^>]*)>", reply.headers.get("link", ""))
    is_json = reply.headers.get("content-type", "").startswith("application/json")
    link = reply.json.get("nextLink", "") if is_json else header[1] if header else ""
    return dict(parse_qsl(urlsplit(link).query)).get(TOKEN.name)


# Each prints the pages and gives the last one.


def _csv(replies: Iterator[Reply]) -> Reply:
    """One header line, however many pages."""
    for number, reply in enumerate(replies):
        text = reply.body.decode("utf-8", "replace")
        sys.stdout.write((text.partition("\n")[2] if number else text).replace("\r\n", "\n"))
    return reply


def _json(replies: Iterator[Reply]) -> Reply:
    """The page as the app wrote it."""
    reply = next(replies)
    write_json(reply.body)
    return reply


def _whole_json(replies: Iterator[Reply]) -> Reply:
    """All pages as one list, written as they come."""
    separator = ""
    sys.stdout.write('{"value": [')
    for reply in replies:
        for item in reply.json["value"]:
            sys.stdout.write(separator + json.dumps(item, ensure_ascii=False))
            separator = ", "
    sys.stdout.write("]}\n")
    return reply


def _table(replies: Iterator[Reply], columns: tuple[str, ...]) -> Reply:
    for reply in replies:
        if not write_table(reply.json["value"], columns):
            note("nothing found")
        for text in reply.json.get("notices", ()):
            note(text)
    return reply
