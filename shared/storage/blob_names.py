"""Which names an upload may have: what Azure Storage takes and every tool brings back unchanged."""

from __future__ import annotations

import re

from shared.core.errors import BadRequest

MAX_CHARACTERS = 1024
MAX_SEGMENTS = 254
_NOT_TEXT = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


def checked(name: str) -> str:
    """The name, or BadRequest that says what is wrong with it."""
    problem = _problem(name)
    if problem:
        raise BadRequest(f"This name cannot be stored: {problem}.", code="InvalidName", target="name")
    return name


def _problem(name: str) -> str | None:
    if not name:
        return "it is empty; write PUT /api/uploads/NAME"
    # Storage counts UTF-16 units.
    if len(name.encode("utf-16-le", "surrogatepass")) // 2 > MAX_CHARACTERS:
        return f"it is longer than {MAX_CHARACTERS} characters"
    if _NOT_TEXT.search(name):
        return "it contains control characters or is not valid Unicode"
    if "\\" in name:
        return "it contains a backslash; separate folders with /"
    if "%2f" in name.lower():
        # The Functions host decodes a path except for this, so the caller may mean the slash or the text.
        return "it contains %2F; separate folders with /, and rename a file whose own name contains it"
    return _segments_problem(name.split("/"))


def _segments_problem(segments: list[str]) -> str | None:
    if len(segments) > MAX_SEGMENTS:
        return f"it has more than {MAX_SEGMENTS} folders"
    if "" in segments:
        return "it begins or ends with /, or has an empty folder name; remove the extra slash"
    if any(segment.strip(".") == "" for segment in segments):
        return "it has a folder named . or ..; use the name that remains without it"
    if any(segment.endswith(".") for segment in segments):
        return "a part of it ends with a dot; remove the dot"
    return None
