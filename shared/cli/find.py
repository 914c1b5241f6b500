"""`find TEXT`: all that is known of the IDs in a text; of an ID's beginning, the IDs that begin so."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from typing import Any, Final

from shared.cli.client import FAILED, OK, Client, Reply, WrongUsage
from shared.cli.connect import connect, parser_for
from shared.cli.output import chosen_format, good, note, write_fields, write_json, write_table
from shared.core import ids

_COLUMNS: Final = ("kind", "id", "time", "reached", "status", "region", "resource", "error.code", "source")
_SEEN: Final = ("source", "first.line", "time", "state", "indexed")
_FACTS: Final = (
    "time",
    "region",
    "regions",
    "resource",
    "reached",
    "status",
    "state",
    "locale",
    "language",
    "displayName",
    "sdk",
    "error",
    "host",
    "self",
)
_MOST: Final = 256 * 1024
_EXAMPLES: Final = """\
find 9c9145db22a4462db58835a1ff33d4a0
find --url https://NAME.azurewebsites.net 9c9145db
find - < mail.txt"""


def add(commands: Any) -> None:
    parser = parser_for(
        commands,
        "find",
        "all that is known of the IDs in a text",
        "Finds the IDs in a text (an ID in any spelling, a URL, lines of a log, a mail) and tells all "
        "that is known of each; 8 to 31 hex digits find the IDs that begin so.",
        _EXAMPLES,
    )
    parser.add_argument("text", metavar="TEXT", help="what to look for; - reads standard input, which no history keeps")
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """FAILED if nothing is known of any ID in the text."""
    form = chosen_format(chosen)
    text = _stdin() if chosen.text == "-" else chosen.text
    if not text.strip():
        raise WrongUsage("There is nothing to look for: the text is empty.")
    with connect(chosen) as client:
        reply = good(_ask(client, text))
    found = reply.json
    if form == "json":
        write_json(reply.body)
    elif "notFound" in found:
        _print(found)
    elif not write_table(found["value"], _COLUMNS):
        note("no ID begins so")
    return OK if found["value"] else FAILED


def _stdin() -> str:
    text = sys.stdin.buffer.read(_MOST + 1)
    if len(text) > _MOST:
        raise WrongUsage(f"The text is longer than {_MOST // 1024} KiB. For a whole log: speech-ids extract -")
    return text.decode("utf-8", "replace")


def _ask(client: Client, text: str) -> Reply:
    if ids.prefix(text) is not None:
        return client.call("get_id", params={"id": text.strip()})
    body = json.dumps({"text": text}).encode()
    return client.call("find", body=body, headers={"Content-Type": "application/json"})


def _print(found: Mapping[str, Any]) -> None:
    for known in found["value"]:
        merged = known["merged"]
        write_fields(
            [
                (known["kind"], known["id"]),
                *((name, merged.get(name)) for name in _FACTS),
                ("note", known.get("note", {}).get("note")),
            ]
        )
        write_table(known["sightings"], _SEEN)
        sys.stdout.write("\n")
    for unknown in found["notFound"]:
        similar = [one["id"] for one in unknown["similar"]]
        write_fields(
            [
                ("not known", unknown.get("value", "(not shown)")),
                ("looks like", unknown["looksLike"]),
                ("advice", unknown.get("advice")),
                ("similar", similar),
                ("note", unknown.get("note", {}).get("note")),
            ]
        )
        sys.stdout.write("\n")
    for text in found.get("notices", ()):
        note(text)
