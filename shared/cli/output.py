"""What commands print: JSON as the app wrote it, or tables for people."""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from shared.cli.client import Reply, failed
from shared.cli.table import STEERING, plain, table, time_of
from shared.web.csv_export import value_at

_WIDTH: Final = 60


def chosen_format(chosen: argparse.Namespace) -> str:
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8", errors="replace")  # JSON is UTF-8, whatever the terminal's language
    return chosen.format or ("table" if sys.stdout.isatty() else "json")


def good(reply: Reply) -> Reply:
    """The answer, if it is a good one."""
    if reply.status >= 300:
        raise failed(reply)
    return reply


def write_json(body: bytes) -> None:
    """As the app wrote it; in a terminal laid out, and with nothing that steers it."""
    text = body.decode("utf-8", "replace")
    if sys.stdout.isatty():
        laid_out = json.dumps(json.loads(text), indent=2, ensure_ascii=False)
        text = "\n".join(STEERING.sub(_escaped, line) for line in laid_out.split("\n"))
    sys.stdout.write(text.rstrip("\n") + "\n")


def _escaped(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"


def write_text(text: str) -> None:
    """Lines of a text for people."""
    for line in text.rstrip("\n").split("\n"):
        sys.stdout.write(plain(line, 100_000) + "\n")


def write_table(items: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> bool:
    """One row per item; `error.code` is the field `code` of the object `error`. False if there is nothing."""
    rows = [[_cell(value_at(item, column)) for column in columns] for item in items]
    if rows:
        sys.stdout.write(table([_head(column) for column in columns], rows))
    return bool(rows)


def write_fields(pairs: Iterable[tuple[str, object]]) -> None:
    """`name: value` lines; without those that have no value."""
    for name, value in pairs:
        if value not in (None, "", [], {}):
            sys.stdout.write(f"{name}: {plain(_joined(value), 1000)}\n")


def note(text: str) -> None:
    """For people, beside the output."""
    print(plain(text, 4000), file=sys.stderr)


def _head(column: str) -> str:
    """`time.start` -> TIME, `error.code` -> ERROR, `displayName` -> DISPLAY NAME"""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", column.partition(".")[0]).upper()


def _cell(value: object) -> str:
    return plain(_joined(value), _WIDTH)


def _joined(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(_joined, value))
    if isinstance(value, dict) and "basis" in value:
        return time_of(value)
    if isinstance(value, dict):
        return ", ".join(f"{name} {_joined(inner)}" for name, inner in value.items())
    return str(value)
