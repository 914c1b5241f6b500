"""`extract FILE...`: the IDs in files, without Azure."""

from __future__ import annotations

import argparse
import os
import sys
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TextIO

from shared.cli import files
from shared.cli.table import plain, table, time_of
from shared.extract import Extractor
from shared.settings import Settings
from shared.speech.near_misses import explain

if TYPE_CHECKING:
    from shared.core.records import Sighting
    from shared.extract import Extraction, Limits

_CHUNK: Final = 256 * 1024  # stays in the second-level cache of a core until it is read
_BLOCK: Final = 1000  # rows that are laid out together: a file may hold millions of IDs
_HEAD: Final = ("KIND", "ID", "TIME", "REACHED", "STATUS", "REGION", "LINE", "ERROR")
_EXAMPLE: Final = """\
examples:
  speech-ids extract sdk.log
  speech-ids extract --format jsonl logs/ | jq -r '.sightings[].id'
  az storage blob download -c logs -n sdk.log.gz | speech-ids extract -

exit status: 0 all files were read (also when no ID was found), 1 one could not be read, 2 wrong usage
"""


def add(commands: Any) -> None:
    parser = commands.add_parser(
        "extract",
        help="find the IDs in files",
        description="Find session, transcription and other IDs in files.",
        epilog=_EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("files", nargs="+", metavar="FILE", help="file, directory (walked), or - for standard input")
    parser.add_argument(
        "--format",
        choices=("jsonl", "table"),
        help="jsonl: one JSON object per file (default when piped); table: for people (default in a terminal)",
    )
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    form = chosen.format or ("table" if sys.stdout.isatty() else "jsonl")
    _utf8(sys.stdout)
    failed: list[str] = []
    summary: list[tuple[str, str, int, int]] = []
    limits = Settings.load(os.environ).limits
    for name in files.find(chosen.files, partial(_report, failed)):
        try:
            with _read(name, limits) as found:
                if form == "jsonl":
                    found.write_json(_label(name), sys.stdout.write)
                    sys.stdout.write("\n")
                else:
                    _print(_label(name), found)
                summary.append((_label(name), found.format, len(found.sightings), len(found.near_misses)))
        except BrokenPipeError:
            raise
        except Exception as error:  # noqa: BLE001  one bad file never stops the others
            _report(failed, name, error)
    if form == "table" and any(Path(argument).is_dir() for argument in chosen.files):
        _summarize(summary, len(failed))
    return 1 if failed else 0


def _read(name: str, limits: Limits) -> Extraction:
    with files.opened(name) as stream:
        extractor = Extractor(_label(name), limits=limits)
        while chunk := stream.read(_CHUNK):
            extractor.feed(chunk)
        return extractor.finish()


def _report(failed: list[str], name: str, error: Exception) -> None:
    """Of an error that nobody expected only the type: its message may quote the file."""
    failed.append(name)
    reason = getattr(error, "strerror", None) or f"could not be read ({type(error).__name__})"
    print(f"{plain(_label(name), 1000)}: {reason}", file=sys.stderr)


def _label(name: str) -> str:
    """The name as given; bytes that are no UTF-8 become replacement characters."""
    return os.fsencode(name).decode("utf-8", "replace")


def _utf8(stream: TextIO) -> None:
    """JSON is UTF-8, whatever the terminal's language is."""
    if hasattr(stream, "reconfigure"):
        stream.reconfigure(encoding="utf-8", errors="replace")


def _print(source: str, found: Extraction) -> None:
    out = sys.stdout.write
    out(f"{plain(source, 1000)} ({found.format})\n")
    rows = map(_row, found.sightings)
    while block := list(islice(rows, _BLOCK)):
        out(table(_HEAD, block))
    if not len(found.sightings):
        out("no IDs found\n")
    for miss in found.near_misses:
        line = f", line {miss.line}" if miss.line else ""
        suggested = f" Suggested: {plain(miss.suggestion)}" if miss.suggestion else ""
        out(f"not an ID: {plain(miss.value)} ({plain(miss.reason)}{line}). {explain(miss.reason)}{suggested}\n")
    for notice in found.notices:
        out(f"note: {plain(notice, 1000)}\n")
    out("\n")


def _row(sighting: Sighting) -> tuple[str, ...]:
    error = sighting.error
    time = time_of(sighting.time.to_json()) if sighting.time else sighting.created
    return (
        plain(sighting.kind),
        sighting.id,
        plain(time or ""),
        plain(sighting.reached or ""),
        plain(sighting.status or ""),
        plain(sighting.region or ""),
        str(sighting.first.line) if sighting.first else "",
        plain(error.code or error.message or "") if error else "",
    )


def _summarize(summary: list[tuple[str, str, int, int]], failed: int) -> None:
    rows = [(plain(name, 200), form, str(ids), str(near)) for name, form, ids, near in summary]
    ids = sum(ids for _, _, ids, _ in summary)
    sys.stdout.write(table(("FILE", "FORMAT", "IDS", "NEAR MISSES"), rows) if rows else "")
    sys.stdout.write(f"{len(rows)} files read, {ids} IDs; {failed} could not be read\n")
