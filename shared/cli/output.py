"""What commands print: JSON as the app wrote it, or tables for people."""

from __future__ import annotations

import argparse
import csv
import json
import re
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from shared.cli.client import Reply, failed
from shared.cli.table import STEERING, Table, plain, time_of
from shared.web.csv_export import cell, value_at

_WIDTH: Final = 60
_HEADS: Final = {"first.line": "LINE", "name": "NAME"}
_WHOLE: Final = ("ID", "SOURCE ID", "TRANSCRIPTION")  # never truncated: part of an ID is of no use
_MILLISECONDS: Final = re.compile(r"(?<=T\d\d:\d\d:\d\d)\.\d{3}(?=Z)")


def chosen_format(chosen: argparse.Namespace) -> str:
    """`--format`, or the default for where the output goes."""
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8", errors="replace")  # JSON is UTF-8, whatever the terminal's language
    return str(chosen.format or (chosen.in_terminal if sys.stdout.isatty() else chosen.when_piped))


def good(reply: Reply) -> Reply:
    """The answer, if it is a good one."""
    if reply.status >= 300:
        raise failed(reply)
    return reply


def counted(number: int, noun: str) -> str:
    """`1 file`, `2 files`"""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def write_json(body: bytes) -> None:
    """As the app wrote it; in a terminal laid out, and with nothing that steers it."""
    text = body.decode("utf-8", "replace")
    if sys.stdout.isatty():
        laid_out = json.dumps(json.loads(text), indent=2, ensure_ascii=False)
        text = "\n".join(STEERING.sub(_escaped, line) for line in laid_out.split("\n"))
    sys.stdout.write(text.rstrip("\n") + "\n")


def _escaped(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"


def write_json_lines(items: Iterable[Mapping[str, Any]]) -> None:
    """One object per line."""
    for item in items:
        sys.stdout.write(STEERING.sub(_escaped, json.dumps(item, ensure_ascii=False)) + "\n")


def write_json_list(items: Iterable[Mapping[str, Any]]) -> None:
    """`{"value": [...]}`, written as the items come."""
    separator = ""
    sys.stdout.write('{"value": [')
    for item in items:
        sys.stdout.write(separator + STEERING.sub(_escaped, json.dumps(item, ensure_ascii=False)))
        separator = ", "
    sys.stdout.write("]}\n")


def write_csv(items: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> None:
    """A header line, and a line for each item, as `format=csv` of the app has them."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([STEERING.sub("?", cell(value_at(item, column))) for column in columns] for item in items)


def write_text(text: str) -> None:
    """Lines of a text for people."""
    for line in text.rstrip("\n").split("\n"):
        sys.stdout.write(plain(line, 100_000) + "\n")


def write_table(items: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> bool:
    """One row per item; `error.code` is the field `code` of the object `error`. False if there is nothing."""
    return write_tables([items], columns)


def write_tables(blocks: Iterable[Iterable[Mapping[str, Any]]], columns: Sequence[str], *, many: bool = False) -> bool:
    """The same in blocks under one header, each written as it comes. `many`: there may be more than one."""
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    made = Table([_head(c) for c in columns], sys.stdout.write, width=width, whole=_WHOLE, all_columns=many)
    anything = False
    for items in blocks:
        rows = [[_cell(value_at(item, column)) for column in columns] for item in items]
        made.add(rows)
        anything = anything or bool(rows)
    return anything


def write_fields(pairs: Iterable[tuple[str, object]]) -> None:
    """`name: value` lines; without those that have no value."""
    for name, value in pairs:
        if value not in (None, "", [], {}):
            sys.stdout.write(f"{_spaced(name)}: {plain(joined(value), 1000)}\n")


def note(text: str) -> None:
    """For people, beside the output."""
    print(plain(text, 4000), file=sys.stderr)


def _spaced(name: str) -> str:
    """`displayName` -> `display name`"""
    return re.sub(r"(?<=[a-z])[A-Z]", lambda found: f" {found[0].lower()}", name)


def _head(column: str) -> str:
    """`time.start` -> TIME, `error.code` -> ERROR, `displayName` -> DISPLAY NAME"""
    return _HEADS.get(column) or _spaced(column.partition(".")[0]).upper()


def _cell(value: object) -> str:
    """Seconds are enough for an overview; the other formats have the milliseconds."""
    shown = time_of(value) if isinstance(value, dict) and "basis" in value else joined(value)
    return plain(_MILLISECONDS.sub("", shown), _WIDTH)


def joined(value: object) -> str:
    """A value as a person would write it: `2 session`, `09:30 to 09:31`, `1.53.0, Python, Linux`."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case list():
            return ", ".join(map(joined, value))
        case {"start": start, "end": end}:
            return f"{start} to {end}"
        case dict() if "basis" in value:
            return time_of(value)
        case dict():
            return ", ".join(_part(name, inner) for name, inner in value.items())
    return str(value)


def _part(name: str, value: object) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value} {name}"
    return f"{name}: {joined(value)}" if isinstance(value, dict) else joined(value)
