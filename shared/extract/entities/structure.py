"""Where structure begins in a line of text: brackets, quoted names, calls, documents whose quotes are dressed up."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass

from shared.extract.text.backslashes import unescape

# `{` or `[` followed by what only structure has there, a call or a record with named values, or a quoted name and a
# colon. All begin with one of few characters, which are looked for first.
_CANDIDATE = re.compile(r"[{\[(\\\"']")
_START = re.compile(
    r"(?P<open>\{(?=\s*(?:[\"'{\[}@]|\\+[\"n]|&quot;|[A-Za-z_$@][\w$]*\s*[:=]|$))"
    r"|\[(?=\s*(?:[\"'{\[@]|\\+[\"n]|&quot;|[A-Z]\w+\s*\{|$)))"
    # dataclasses, records, dictionaries of Go, arrays of PHP
    r"|(?P<call>(?<=\w)[(\[](?=[A-Za-z_]\w{0,40}=[\"'hA-Z]|\[\([\"'])|(?<=\bmap)\[(?=\w{1,40}:)|\((?=[ \t]*$))"
    r"|(?P<escaped>(?<!\\)\\{1,64}\"[A-Za-z_@$]\w{0,63}\\{1,64}\"\s*:)"
    r"|(?P<pair>[\"'][A-Za-z_@$][\w@$.\-]{0,63}[\"']\s*(?::|=>)\s*)"
)
_LIST = re.compile(r"\[\s*(?:[\"'{\[@\\&]|[A-Z]\w+\s*\{|$)")
_CALL = re.compile(r"\w[(\[](?:\w{1,40}=[\"'hA-Z]|\[\([\"']|model:|self:)")
_NAMED = re.compile(r"[\"']\s*(?::|=>)")  # also when the quote is escaped


@dataclass(frozen=True, slots=True)
class Dress:
    """A document in the middle of a line whose quotes are not plain ones, with no beginning quote that we saw."""

    begins: re.Pattern[str]
    body: re.Pattern[str]
    undress: Callable[[str], str]
    streams: bool = False


DRESSES = (
    Dress(re.compile(r"[{\[]\s*(?:\\+\"|\\+n)|\\+\""), re.compile(r"(?:[^\"\\\n]|\\[^\n])*"), unescape, streams=True),
    Dress(re.compile(r"[{\[]\s*\"\"\w"), re.compile(r"(?:[^\"]|\"\")*"), lambda text: text.replace('""', '"')),  # CSV
    Dress(re.compile(r"[{\[]\s*&quot;"), re.compile(r"[^<]*"), html.unescape),
)


def begins(buffer: str, start: int, end: int) -> re.Match[str] | None:
    """The first place between `start` and `end` where structure begins."""
    for candidate in _CANDIDATE.finditer(buffer, start, end):
        found = _START.match(buffer, candidate.start(), end)
        if found is not None:
            return found
    return None


def structured(line: str) -> bool:
    """Cheap: most lines of most logs have no structure, though many have a bracket."""
    if "{" in line:
        return True
    if line[-1:] == "(" and (line.strip() == "(" or "rray" in line):
        return True
    if ("(" in line or "[" in line) and "elf" in line and _CALL.search(line) is not None:
        return True
    if ":" not in line and "=>" not in line:
        return "[" in line and _LIST.search(line) is not None
    return ("[" in line and _LIST.search(line) is not None) or (
        ('"' in line or "'" in line) and _NAMED.search(line) is not None
    )
