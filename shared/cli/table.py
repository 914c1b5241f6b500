"""Plain tables for a terminal. Values come from logs, so nothing that steers a terminal gets through."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

STEERING = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def plain(value: object, width: int = 60) -> str:
    """One line of at most `width` characters."""
    text = STEERING.sub("?", str(value))
    return text if len(text) <= width else text[: width - 1] + "…"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns padded to their widest cell; columns without any value are left out."""
    kept = [i for i in range(len(head)) if any(row[i] for row in rows)]
    lines = [[head[i] for i in kept], *([row[i] for i in kept] for row in rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(kept))]
    return "".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() + "\n" for line in lines
    )


def time_of(span: Mapping[str, Any]) -> str:
    """A `time` of the API for people: one that is not known is marked."""
    if "start" in span:
        return str(span["start"])
    local, bound = span.get("local"), span.get("notLaterThan")
    return f"{local} (zone not stated)" if local else f"not later than {bound}" if bound else ""
