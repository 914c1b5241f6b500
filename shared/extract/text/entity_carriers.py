"""Markup, curly quotes and lines of containers, made plain before structure is looked for.

Lengths and line numbers are kept, so that places stay true: what goes is made up for by spaces and line ends behind.
"""

from __future__ import annotations

import re

from shared.extract.text.backslashes import BASE64_LINES, undo_base64, unescape
from shared.extract.text.markup import Markup, tags_at_end

# One line of output each, as Docker's json-file driver writes it.
_CONTAINER_LINE = re.compile(
    r'^\{"log":"([^"\\\n]*+(?:\\(?!n")[^\n][^"\\\n]*+)*+)(?:\\r)?(?:\\n)?","stream":"[a-z]+"[^\n]{0,300}\}',
    re.MULTILINE,
)
_LINE = 64 * 1024  # a longer one is not kept whole
_CURLED_NAME = re.compile(r"\xe2\x80[\x9c-\x9f]_?[Ss]elf\xe2\x80[\x9c-\x9f]\s*:")
_CURLED = re.compile(r"\xe2\x80[\x9c-\x9f](?=([\s,:}\]]|\Z)?)")  # in UTF-8


class Plain:
    """`text` in blocks, then `rest`. Once a mail or a container's log was met, lines are kept whole between blocks."""

    def __init__(self) -> None:
        self._container = False
        self._curled = False
        self._octal = False  # `#012`: how syslog writes line ends
        self._base64 = False
        self._markup = Markup()
        self.rest = ""

    def text(self, block: str) -> str:
        """The block after what was kept of those before, without what is kept now."""
        block, self.rest = self.rest + block, ""
        self._container = self._container or '{"log":"' in block
        self._octal = self._octal or "#012" in block
        self._curled = self._curled or ("\xe2\x80" in block and _CURLED_NAME.search(block) is not None)
        self._base64 = self._base64 or BASE64_LINES.search(block) is not None
        marked = self._markup.met(block)
        end = block.rfind("\n") + 1
        if not (self._container or self._curled or self._base64 or self._octal or marked):
            end = tags_at_end(block)  # the next block tells what they are
            if len(block) - end < _LINE:
                block, self.rest = block[:end], block[end:]
            return block
        if self._base64:
            end = next((m.start() for m in BASE64_LINES.finditer(block) if m.end() >= end - 1), end)
        if len(block) - end < _LINE:
            block, self.rest = block[:end], block[end:]
        return self.last(block)

    def last(self, block: str) -> str:
        """The rest, when nothing follows."""
        if self._container:
            block = _CONTAINER_LINE.sub(_unwrapped, block)
        if self._base64:
            block = BASE64_LINES.sub(_undone, block)
        if self._octal:
            block = block.replace("#012", "    ").replace("#011", "    ")
        if self._curled:
            block = _CURLED.sub(lambda match: '"  ' if match[1] is not None else '  "', block)
        return self._markup.text(block) if self._markup.met(block) else block


def _undone(match: re.Match[str]) -> str:
    text = match[0]
    digits = "".join(text.split())
    plain = undo_base64(digits[: len(digits) // 4 * 4]).replace("\n", " ")  # a word may follow that is none of it
    breaks = text.count("\n")
    return plain.ljust(len(text) - breaks) + "\n" * breaks


def _unwrapped(match: re.Match[str]) -> str:
    line = unescape(match[1])
    return line + " " * (len(match[0]) - len(line))
