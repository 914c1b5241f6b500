"""`extract FILE...`: the IDs in files, without Azure."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from shared.cli.connect import parser_for
from shared.cli.output import chosen_format, counted, write_csv, write_table, write_tables, write_text
from shared.cli.reading import Reader
from shared.cli.table import plain
from shared.speech.near_misses import explain

if TYPE_CHECKING:
    from shared.extract import Extraction

_BLOCK: Final = 1000  # rows that are laid out together: a file may hold millions of IDs
_COLUMNS: Final = ("kind", "id", "time", "reached", "status", "region", "first.line", "error")
_CSV: Final = (
    "source",
    "kind",
    "id",
    "time.start",
    "time.local",
    "created",
    "reached",
    "status",
    "region",
    "first.line",
    "error.code",
    "error.httpStatus",
    "error.message",
)
_EXAMPLES: Final = """\
speech-ids extract sdk.log
speech-ids extract --format case sdk.log > case.md
speech-ids extract --format jsonl logs/ | jq -r '.sightings[].id'
az storage blob download -c logs -n sdk.log.gz | speech-ids extract -"""
_STATUSES: Final = "exit status: 0 all files were read (even if no ID was found); 1 a file failed; 2 invalid usage"


def add(commands: Any) -> None:
    parser = parser_for(
        commands,
        "extract",
        "find the IDs in files",
        "Finds session, transcription and other IDs in files. The formats: a table, JSON, one JSON object per file "
        "(jsonl), one row per ID (csv), or the support case in Markdown (case).",
        _EXAMPLES,
        formats=("table", "json", "jsonl", "csv", "case"),
        when_piped="jsonl",
        asks_the_app=False,
        statuses=_STATUSES,
    )
    parser.add_argument("files", nargs="+", metavar="FILE", help="file, directory (walked), or - for standard input")
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    form, reader = chosen_format(chosen), Reader()
    found = reader.each(chosen.files)
    match form:
        case "csv":
            write_csv(_rows(found), _CSV)
        case "case":
            from shared.cli import offline

            write_text(offline.as_text(offline.collect(found), "markdown"))
        case "table":
            _tables(found, reader, is_tree=any(Path(argument).is_dir() for argument in chosen.files))
        case _:
            _json(found, as_list=form == "json")
    return 1 if reader.failed else 0


def _json(found: Iterator[tuple[str, Extraction]], *, as_list: bool) -> None:
    """Written piece by piece: a file may hold a million sightings."""
    before, between, after = ('{"value": [', ", ", "]}\n") if as_list else ("", "", "")
    separator = before
    for name, extraction in found:
        sys.stdout.write(separator)
        extraction.write_json(name, sys.stdout.write)
        sys.stdout.write("" if as_list else "\n")
        separator = between
    sys.stdout.write((before if separator == before else "") + after)


def _rows(found: Iterator[tuple[str, Extraction]]) -> Iterator[dict[str, Any]]:
    for name, extraction in found:
        yield from ({"source": name, **sighting.to_json()} for sighting in extraction.sightings)


def _tables(found: Iterator[tuple[str, Extraction]], reader: Reader, *, is_tree: bool) -> None:
    summary: list[dict[str, Any]] = []
    for name, extraction in found:
        _print(name, extraction)
        ids, near = len(extraction.sightings), len(extraction.near_misses)
        summary.append({"file": name, "format": extraction.format, "IDs": ids, "nearMisses": near})
    if is_tree:
        write_table(summary, ("file", "format", "IDs", "nearMisses"))
        ids = sum(one["IDs"] for one in summary)
        failed = f", {len(reader.failed)} could not be read" if reader.failed else ""
        sys.stdout.write(f"{counted(len(summary), 'file')} read, {counted(ids, 'ID')} found{failed}\n")


def _print(source: str, found: Extraction) -> None:
    out = sys.stdout.write
    out(f"{plain(source, 1000)} ({found.format})\n")
    rows = map(_row, (sighting.to_json() for sighting in found.sightings))
    if not write_tables(_blocks(rows), _COLUMNS, many=len(found.sightings) > _BLOCK):
        out("no IDs found\n")
    for miss in found.near_misses:
        line = f", line {miss.line}" if miss.line else ""
        instead = f" Use instead: {plain(miss.suggestion)}" if miss.suggestion else ""
        out(f"not an ID: {plain(miss.value)} ({plain(miss.reason)}{line}). {explain(miss.reason)}{instead}\n")
    for notice in found.notices:
        out(f"note: {plain(notice, 1000)}\n")
    out("\n")


def _blocks(rows: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    while block := list(islice(rows, _BLOCK)):
        yield block


def _row(sighting: dict[str, Any]) -> dict[str, Any]:
    """One time and one word for the error, as a table has room for."""
    error = sighting.get("error", {})
    return sighting | {
        "time": sighting.get("time") or sighting.get("created"),
        "error": error.get("code") or error.get("message"),
    }
