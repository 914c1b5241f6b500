"""`find TEXT`: everything known about the IDs in a text; of a prefix, the IDs that start with it."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from typing import Any, Final

from shared.cli import case
from shared.cli.client import FAILED, OK, Client, Reply, WrongUsage
from shared.cli.connect import connect, parser_for
from shared.cli.output import (
    chosen_format,
    good,
    note,
    write_csv,
    write_fields,
    write_json,
    write_json_lines,
    write_table,
    write_text,
)
from shared.core import ids
from shared.web.csv_export import SIGHTINGS

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
    "created",
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
speech-ids find 9c9145db22a4462db58835a1ff33d4a0
speech-ids find --url https://NAME.azurewebsites.net 9c9145db
speech-ids find - < mail.txt"""


def add(commands: Any) -> None:
    parser = parser_for(
        commands,
        "find",
        "everything known about the IDs in a text",
        "Finds the IDs in a text (an ID in any notation, a URL, log lines, a mail) and shows everything known about "
        "each; 8 to 31 hex digits find the IDs that start with them.",
        _EXAMPLES,
        formats=("table", "json", "jsonl", "csv", "case"),
    )
    parser.add_argument(
        "text", metavar="TEXT", help="the text; - reads standard input, which keeps it out of the shell history"
    )
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """FAILED if nothing is known about any ID in the text."""
    form = chosen_format(chosen)
    text = _stdin() if chosen.text == "-" else chosen.text
    if not text.strip():
        raise WrongUsage("The text is empty.")
    with connect(chosen) as client:
        reply = good(_ask(client, text))
        if form == "case":
            return _cases(client, reply.json)
    if form == "json":
        write_json(reply.body)
    else:
        _show(form, reply.json)
    return OK if reply.json["value"] else FAILED


def _stdin() -> str:
    text = sys.stdin.buffer.read(_MOST + 1)
    if len(text) > _MOST:
        raise WrongUsage(f"The text is longer than {_MOST // 1024} KiB. For a whole log, use: speech-ids extract -")
    return text.decode("utf-8", "replace")


def _ask(client: Client, text: str) -> Reply:
    if ids.prefix(text) is not None:
        return client.call("get_id", params={"id": text.strip()})
    body = json.dumps({"text": text}).encode()
    return client.call("find", body=body, headers={"Content-Type": "application/json"})


def _show(form: str, found: Mapping[str, Any]) -> None:
    is_prefix = "notFound" not in found
    if form == "jsonl":
        write_json_lines(found["value"])
    elif form == "csv":
        write_csv(_sightings(found), SIGHTINGS)
    elif not is_prefix:
        _print(found)
        return
    elif not write_table(found["value"], _COLUMNS):
        note("no known ID starts with these digits")
    for unknown in found.get("notFound", ()):
        note(f"not known: {unknown.get('value', '(not shown)')} ({unknown['looksLike']})")


def _sightings(found: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for item in found["value"]:
        yield from item.get("sightings", (item,))


def _cases(client: Client, found: Mapping[str, Any]) -> int:
    """The case of everything that the text names; of what is not stored, as far as the text tells."""
    known = list(dict.fromkeys(item["id"] for item in found["value"]))
    pasted = [unknown["case"] for unknown in found.get("notFound", ()) if "case" in unknown]
    if known:
        case.show(client, known, None, "markdown")
    for text in pasted:
        write_text(text)
    if not known and not pasted:
        note("nothing is known about the IDs in this text, so there is no case")
    return OK if known or pasted else FAILED


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
        _print_unknown(unknown)
    for text in found.get("notices", ()):
        note(text)


def _print_unknown(unknown: Mapping[str, Any]) -> None:
    understood = unknown.get("understood", {})
    write_fields(
        [
            ("not known", unknown.get("value", "(not shown)")),
            ("looks like", unknown["looksLike"]),
            *((name, understood.get(name)) for name in ("kind", *_FACTS)),
            ("advice", unknown.get("advice")),
            ("similar", [one["id"] for one in unknown["similar"]]),
            ("note", unknown.get("note", {}).get("note")),
        ]
    )
    sys.stdout.write("\n")
