"""`case ID...`: the support case, ready to paste."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from typing import Any, Final

from shared.cli.client import FAILED, OK, Client, Reply
from shared.cli.connect import connect, parser_for
from shared.cli.output import chosen_format, good, note, write_json, write_table, write_text

_FORMATS: Final = ("markdown", "text", "json", "table")
_COLUMNS: Final = ("kind", "id", "known.region", "known.time", "known.status", "score", "missing")
_EXAMPLES: Final = """\
case 9c9145db22a4462db58835a1ff33d4a0 --format markdown > case.md
case --url https://NAME.azurewebsites.net --title "Outage of Friday" ID ID"""


def add(commands: Any) -> None:
    parser = parser_for(
        commands,
        "case",
        "the support case of one or many IDs, ready to paste",
        "Writes the support case of IDs: what is known, what it means, what is missing.",
        _EXAMPLES,
        formats=_FORMATS,
    )
    parser.add_argument("ids", nargs="+", metavar="ID", help="session or transcription ID, in any spelling")
    parser.add_argument("--title", help="of a case with several IDs")
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """A table tells of each ID how complete its case is. FAILED if nothing is known about one of several."""
    form = chosen_format(chosen)
    with connect(chosen) as client:
        reply = good(_ask(client, chosen.ids, chosen.title, "json" if form == "table" else form))
        whole = reply
        if form in ("markdown", "text") and len(chosen.ids) > 1:  # the text is for people; the exit status is not
            whole = good(_ask(client, chosen.ids, chosen.title, "json"))
    if form == "json":
        write_json(reply.body)
    elif form == "table":
        write_table(map(_row, _cases(reply.json)), _COLUMNS)
    else:
        write_text(reply.body.decode("utf-8", "replace"))
    unknown = whole.json.get("unknown", ()) if whole is not reply or form in ("json", "table") else ()
    for value in unknown:
        note(f"nothing is known about {value}")
    return FAILED if unknown else OK


def _ask(client: Client, ids: list[str], title: str | None, form: str) -> Reply:
    if len(ids) == 1 and title is None:
        return client.call("get_case", params={"id": ids[0]}, query={"format": form})
    body = {"ids": ids, "format": form, **({"title": title} if title else {})}
    return client.call("write_cases", body=json.dumps(body).encode(), headers={"Content-Type": "application/json"})


def _cases(body: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return list(body["value"]) if "value" in body else [body]


def _row(case: Mapping[str, Any]) -> dict[str, Any]:
    known, score = case["known"], case["score"]
    missing = [item["name"] for item in case["completeness"] if not item["present"]]
    told = {"region": known.get("region"), "time": known.get("time"), "status": known.get("status")}
    return {**case, "known": told, "score": f"{score['present']} of {score['of']}", "missing": missing}
