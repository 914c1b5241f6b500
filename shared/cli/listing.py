"""`list WHAT`: the lists of the app. What there is, and every filter, comes from the table of operations."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from shared.cli.client import Client, Reply
from shared.cli.connect import connect, parser_for
from shared.cli.output import chosen_format, good, note, write_json, write_json_lines, write_json_list, write_tables
from shared.web.operation import CSV_TYPE, Operation
from shared.web.operations import OPERATIONS
from shared.web.paging import FORMAT, TOKEN, TOP
from shared.web.query_params import Param

# Those that fit a terminal; other lists show what every sighting has.
_COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "sessions": ("time", "id", "reached", "region", "error.code", "sdk.version", "source"),
    "transcriptions": ("created", "id", "status", "resource", "state", "locale", "displayName", "error.code"),
    "audio": ("transcription", "status", "error", "resource", "name"),
    "sources": ("modified", "sourceId", "status", "format", "counts", "name", "error.code", "notices"),
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
    "sessions": "speech-ids list sessions --from 2026-11-22T09:00 --to 2026-11-22T11:00 --reached no",
    "transcriptions": "speech-ids list transcriptions --status Failed --resource prod-weu",
    "entities": "speech-ids list entities --kind model --resource prod-weu",
    "around": "speech-ids list around --time 2026-11-22T10:00 --minutes 30",
    "audio": "speech-ids list audio --name call-0001.wav",
    "sources": "speech-ids list sources --status failed --format csv --all > failed.csv",
}


def lists() -> dict[str, Operation]:
    """`sessions` -> its operation: whatever answers a list and has a fixed address."""
    found = (o for o in OPERATIONS if o.method == "GET" and "{" not in o.route)
    return {o.route.removeprefix("api/"): o for o in found if o.replies[0].schema.endswith("List")}


def add(commands: Any) -> None:
    parser = commands.add_parser(
        "list",
        help="sessions, transcriptions, sources and more, by time and other filters",
        description="Lists, newest first. `speech-ids list WHAT --help` shows the filters of each.",
    )
    what = parser.add_subparsers(title="what", metavar="WHAT", required=True)
    for name, operation in lists().items():
        _add(what, name, operation)


def _add(what: Any, name: str, operation: Operation) -> None:
    csv = any(CSV_TYPE in reply.types for reply in operation.replies)
    example = _EXAMPLES.get(name, f"speech-ids list {name}")
    formats = ("table", "json", "jsonl", "csv") if csv else ("table", "json", "jsonl")
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
        parser.add_argument("--all", action="store_true", help="fetch all pages")
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
        elif form == "json" and not every:
            last = _json(replies)
        else:
            last = _items(form, replies, _COLUMNS.get(chosen.what, _ANY), every=every)
    token = _next(last).get(TOKEN.name)
    if token is not None and form != "json":
        note(f"more results are available: use --all, or --token {token}")
    return 0


def _pages(client: Client, operation: Operation, query: Mapping[str, str], *, every: bool) -> Iterator[Reply]:
    """The asked page, or all pages from there."""
    asked = {TOP.name: "1000", **query} if every else dict(query)
    while True:
        reply = good(client.call(operation.name, query=asked))
        yield reply
        asked = _next(reply)
        if not asked or not every:
            return


def _next(reply: Reply) -> dict[str, str]:
    """The query of the next page, empty on the last: from nextLink, with CSV from the header Link."""
    header = re.match(r"<([^>]*)>", reply.headers.get("link", ""))
    is_json = reply.headers.get("content-type", "").startswith("application/json")
    link = reply.json.get("nextLink", "") if is_json else header[1] if header else ""
    return dict(parse_qsl(urlsplit(link).query))


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


def _items(form: str, replies: Iterator[Reply], columns: tuple[str, ...], *, every: bool) -> Reply:
    """The items of all pages, written as they come."""
    last: list[Reply] = []

    def pages() -> Iterator[list[dict[str, Any]]]:
        for reply in replies:
            last[:] = [reply]
            yield reply.json["value"]

    if form == "table":
        if not write_tables(pages(), columns, many=every):
            note("nothing found")
        for text in last[0].json.get("notices", ()):
            note(text)
    else:
        write = write_json_list if form == "json" else write_json_lines
        write(item for page in pages() for item in page)
    return last[0]
