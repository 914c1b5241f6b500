"""Lists as CSV: fixed columns, and no cell that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

CONTENT_TYPE: Final = "text/csv; charset=utf-8"
_ORIGIN: Final = ("source", "sourceId", "indexed")
_ERROR: Final = ("error.code", "error.httpStatus", "error.message")
SESSIONS: Final = (
    "id",
    "time.start",
    "time.end",
    "time.local",
    "time.notLaterThan",
    "reached",
    "region",
    "host",
    "language",
    "mode",
    "sdk.version",
    "sdk.language",
    "sdk.os",
    *_ERROR,
    "requestIds",
    *_ORIGIN,
)
TRANSCRIPTIONS: Final = (
    "id",
    "status",
    "created",
    "lastAction",
    "locale",
    "displayName",
    "region",
    "resource",
    "state",
    "error.code",
    "error.message",
    "self",
    *_ORIGIN,
)
SIGHTINGS: Final = (
    "kind",
    "id",
    "time.start",
    "time.notLaterThan",
    "reached",
    "status",
    "region",
    "resource",
    "state",
    *_ERROR,
    *_ORIGIN,
)
SOURCES: Final = (
    "source",
    "sourceId",
    "status",
    "modified",
    "size",
    "format",
    "started",
    "finished",
    "attempt",
    "counts",
    "error.code",
    "error.message",
    "notices",
)
# The last four are the wide forms of the first, which spreadsheets in East Asian languages read alike.
_RUNS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def csv_text(columns: tuple[str, ...], items: Iterable[Mapping[str, Any]]) -> str:
    """A header line, and a line for each item. `error.code` is the field `code` of the object `error`."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows([cell(value_at(item, column)) for column in columns] for item in items)
    return out.getvalue()


def cell(value: object) -> str:
    """The text of a cell. What begins like a formula gets an apostrophe, which spreadsheets take as "this is text"."""
    if value is None:
        return ""
    if isinstance(value, list):
        text = "; ".join(map(str, value))
    elif isinstance(value, dict):
        text = "; ".join(f"{name}: {inner}" for name, inner in value.items())
    else:
        text = str(value)
    return f"'{text}" if text.startswith(_RUNS) or text.lstrip().startswith(_RUNS) else text


def value_at(item: Mapping[str, Any], column: str) -> object:
    """`error.code` is the field `code` of the object `error`."""
    outer, _, inner = column.partition(".")
    value = item.get(outer)
    return value.get(inner) if inner and isinstance(value, dict) else value
