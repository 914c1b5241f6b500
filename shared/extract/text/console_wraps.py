"""Values that a console wrapped onto several lines: `Format-List` of PowerShell.

self   : https://eastus.api.cognitive.microsoft.com/speechtotext/tran
         scriptions/f5529d81-...
"""

from __future__ import annotations

_CONSOLES = frozenset({79, 80, 119, 120, 159, 160})  # usual widths, and one less


def end_of_value(buffer: str, end: int, column: int) -> int | None:
    """Where a value that began in `column` ends, its line ending at `end`; None when the buffer does not tell."""
    while True:
        position = end + 1
        if position + column >= len(buffer):
            rest = buffer[position:]
            return end if "\n" in rest or rest.strip(" ") else None
        if buffer[position : position + column].strip(" ") or buffer[position + column] in " \n":
            return end
        end = buffer.find("\n", position)
        if end < 0:
            return None


class Unwrap:
    """Puts wrapped values together; knows how wide the console was from those before."""

    def __init__(self) -> None:
        self._widest = 0

    def join(self, parts: list[str], column: int) -> str:
        """Lines cut at the width of the console are equally long, those cut between words are not. An URL is never
        cut between words, and nested values hold little that blanks matter in."""
        if len(parts) == 1:
            return parts[0]
        self._widest = max(self._widest, column + max(map(len, parts[:-1])))
        full = all(column + len(part) == self._widest for part in parts[:-1])
        hard = full and (len(parts) > 2 or self._widest in _CONSOLES)
        nested = parts[0].startswith(("@{", "{"))
        text = parts[0]
        for part in parts[1:]:
            glued = text.rpartition(" ")[2] + part.partition(" ")[0]
            apart = text.endswith((";", ",")) if nested else not hard and "://" not in glued
            text += f" {part}" if apart else part
        return text
