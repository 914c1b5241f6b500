"""`case ID...`: the support case, ready to paste."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from shared.cli.client import FAILED, OK, Client, Reply, WrongUsage
from shared.cli.connect import connect, parser_for
from shared.cli.output import chosen_format, good, note, write_json, write_json_lines, write_table, write_text
from shared.core import ids

_FORMATS: Final = ("markdown", "text", "table", "json", "jsonl")
_COLUMNS: Final = ("kind", "id", "region", "time", "status", "complete", "missing")
_EXAMPLES: Final = """\
speech-ids case 9c9145db22a4462db58835a1ff33d4a0 > case.md
speech-ids case --file sdk.log
speech-ids case --url https://NAME.azurewebsites.net --title "Outage on Friday" ID ID"""


def add(commands: Any) -> None:
    parser = parser_for(
        commands,
        "case",
        "the support case of one or more IDs, ready to paste",
        "Writes the support case of IDs: what is known, what it means, and what is missing. With --file it is made of "
        "files alone: no app is asked, and nothing is stored.",
        _EXAMPLES,
        formats=_FORMATS,
        in_terminal="markdown",
        when_piped="markdown",
    )
    parser.add_argument("ids", nargs="*", metavar="ID", help="session or transcription ID, in any notation")
    parser.add_argument(
        "--file",
        action="append",
        dest="files",
        metavar="FILE",
        help="file or directory to read, or - for standard input; may be repeated. Without an ID, all IDs in it",
    )
    parser.add_argument("--title", help="title of a case with several IDs")
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """FAILED if nothing is known about one of the IDs."""
    if chosen.files:
        return _offline(chosen)
    if not chosen.ids:
        raise WrongUsage("Specify an ID, or --file FILE.")
    with connect(chosen) as client:
        return show(client, chosen.ids, chosen.title, chosen_format(chosen))


def show(client: Client, wanted: Sequence[str], title: str | None, form: str) -> int:
    """Ask the app for the case of these IDs and print it; the exit status."""
    is_text = form in ("markdown", "text")
    reply = whole = good(_ask(client, wanted, title, form if is_text else "json"))
    if is_text and len(wanted) > 1:  # the text is for people; the exit status is not
        whole = good(_ask(client, wanted, title, "json"))
    if is_text:
        write_text(reply.body.decode("utf-8", "replace"))
    elif form == "json":
        write_json(reply.body)
    else:
        _print(form, _cases(reply.json))
    unknown = whole.json.get("unknown", ()) if not is_text or len(wanted) > 1 else ()
    for value in unknown:
        note(f"nothing is known about {value}")
    return FAILED if unknown else OK


def _offline(chosen: argparse.Namespace) -> int:
    """FAILED if a file could not be read, or does not contain one of the IDs."""
    from shared.cli import offline
    from shared.cli.reading import Reader

    wanted = {_whole(value): value for value in chosen.ids}
    form, reader = chosen_format(chosen), Reader()
    collected = offline.collect(reader.each(chosen.files), wanted)
    found = {ids.digits(case.merged.sighting.id) for case in collected.cases}
    missing = [value for hex32, value in wanted.items() if hex32 not in found]
    for value in missing:
        note(f"{value} was not found in the files")
    if form in ("markdown", "text"):
        write_text(offline.as_text(collected, form, chosen.title))
    elif form == "json":
        write_json(json.dumps(collected.to_json(chosen.title)).encode())
    else:
        _print(form, (case.to_json() for case in collected.cases))
    return FAILED if missing or reader.failed else OK


def _whole(value: str) -> str:
    hex32 = ids.digits(value)
    if hex32 is None:
        raise WrongUsage(ids.why_not(value))
    return hex32


def _print(form: str, cases: Iterable[Mapping[str, Any]]) -> None:
    if form == "jsonl":
        write_json_lines(cases)
    elif not write_table(map(_row, cases), _COLUMNS):
        note("no ID was found")


def _ask(client: Client, wanted: Sequence[str], title: str | None, form: str) -> Reply:
    if len(wanted) == 1 and title is None:
        return client.call("get_case", params={"id": wanted[0]}, query={"format": form})
    body = {"ids": list(wanted), "format": form, **({"title": title} if title else {})}
    return client.call("write_cases", body=json.dumps(body).encode(), headers={"Content-Type": "application/json"})


def _cases(body: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return list(body["value"]) if "value" in body else [body]


def _row(case: Mapping[str, Any]) -> dict[str, Any]:
    """How complete the case of an ID is."""
    known, score = case["known"], case["score"]
    missing = [item["name"] for item in case["completeness"] if not item["present"]]
    shown = {"region": known.get("region"), "time": known.get("time"), "status": known.get("status")}
    return {**case, **shown, "complete": f"{score['present']} of {score['of']}", "missing": missing}
