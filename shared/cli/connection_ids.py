"""`mint` and `check`: X-ConnectionId values, the session IDs that callers of the REST API for short audio generate."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any, Final

from shared.cli.client import FAILED, OK, Reply
from shared.cli.connect import connect, parser_for
from shared.cli.output import chosen_format, good, write_fields, write_json
from shared.cli.table import plain
from shared.web.handlers.connection_ids import MINT_BODY

_MINT: Final = """\
speech-ids mint
speech-ids mint --count 3 --owner ann --note "load test" --region westeurope --language en-US"""
_CHECK: Final = "speech-ids check 9c9145db-22a4-462d-b588-35a1ff33d4a0"


def add(commands: Any) -> None:
    mint = parser_for(
        commands,
        "mint",
        "generate X-ConnectionId values and record who uses them",
        "Generates X-ConnectionId values and records who uses them.",
        _MINT,
    )
    for field in MINT_BODY:
        mint.add_argument(
            f"--{field.name}",
            type=int if field.kind == "count" else str,
            help=field.summary,
            metavar=field.name.upper(),
        )
    mint.set_defaults(run=run_mint)
    check = parser_for(
        commands,
        "check",
        "check whether the service accepts an X-ConnectionId",
        "Checks whether the service accepts a value as X-ConnectionId, and if not, why and what to send instead. Also "
        "shows whether this app generated it, and whether an indexed log contains it.",
        _CHECK,
    )
    check.add_argument("value", metavar="VALUE", help="the value, exactly as sent")
    check.set_defaults(run=run_check)


def run_mint(chosen: argparse.Namespace) -> int:
    """The table has one value per line, so that it can be copied, and an example of its use."""
    form = chosen_format(chosen)
    body = {field.name: getattr(chosen, field.name) for field in MINT_BODY}
    given = json.dumps({name: value for name, value in body.items() if value is not None}).encode()
    with connect(chosen) as client:
        reply = good(client.call("mint_connection_ids", body=given, headers={"Content-Type": "application/json"}))
    if form == "json":
        write_json(reply.body)
        return OK
    for one in reply.json["value"]:
        sys.stdout.write(plain(one["id"]) + "\n")
    sys.stdout.write(f"\nExample request:\n{plain(reply.json['example']['curl'], 2000)}\n")
    return OK


def run_check(chosen: argparse.Namespace) -> int:
    """FAILED for a value that the service would not accept."""
    form = chosen_format(chosen)
    if _fits_a_path(chosen.value):
        with connect(chosen) as client:
            reply = good(client.call("judge_connection_id", params={"value": chosen.value}))
    else:
        reply = _judged_here(chosen.value)
    if form == "json":
        write_json(reply.body)
    else:
        _print(reply.json)
    return OK if reply.json["accepted"] else FAILED


def _fits_a_path(value: str) -> bool:
    return value not in ("", ".", "..") and "/" not in value


def _judged_here(value: str) -> Reply:
    """No path can carry such a value, and none can be an ID, so there is nothing to look up."""
    from shared.support import connection_ids

    return Reply(
        200, json.dumps({"value": connection_ids.shown(value), **connection_ids.judge(value).to_json()}).encode()
    )


def _print(found: dict[str, Any]) -> None:
    minted, seen = found.get("minted") or {}, found.get("seen") or {}
    write_fields(
        [
            ("value", found["value"]),
            ("accepted", found["accepted"]),
            ("reason", found["reason"]),
            ("send instead", found.get("corrected") if not found["accepted"] else None),
            ("generated", minted.get("minted")),
            ("owner", minted.get("owner")),
            ("note", minted.get("note")),
            ("seen", seen.get("why")),
        ]
    )
