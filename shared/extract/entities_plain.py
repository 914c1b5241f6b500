"""Colours of terminals, quoted-printable of mails and lines of containers, made plain before structure is looked for.

Lengths and line numbers are kept, so that places stay true: what goes is made up for by spaces and line ends behind.
"""

from __future__ import annotations

import re

from shared.extract.entities_escape import unescape

_ANSI = re.compile(r"\x1b(?:\[[0-9;:?]*[ -/]*[@-~]|\][^\x07\x1b\n]{0,200}\x07)")
_SOFT_BREAK = re.compile(r"= ?\n")  # `\r\n` comes as ` \n`
_LOGICAL_LINE = re.compile(r"(?:[^\n]*= ?\n)*[^\n]*\n?")
# One line of output each, as Docker's json-file driver writes it.
_CONTAINER_LINE = re.compile(
    r'^\{"log":"([^"\\\n]*+(?:\\(?!n")[^\n][^"\\\n]*+)*+)(?:\\r)?(?:\\n)?","stream":"[a-z]+"[^\n]{0,300}\}',
    re.MULTILINE,
)
_LINE = 64 * 1024  # a longer one is not kept whole
_CODE = re.compile(r"=([0-9A-F]{2})")


class Plain:
    """`text` in blocks, then `rest`. Once a mail or a container's log was met, lines are kept whole between blocks."""

    def __init__(self) -> None:
        self._mail = False
        self._container = False
        self.rest = ""

    def text(self, block: str) -> str:
        """The block after what was kept of those before, without what is kept now."""
        block, self.rest = self.rest + block, ""
        if "\x1b" in block:
            block = _ANSI.sub(lambda match: " " * len(match[0]), block)
        self._container = self._container or '{"log":"' in block
        if "quoted-printable" in block.lower() or ("=3D" in block and _SOFT_BREAK.search(block)):
            self._mail = True
        if not (self._mail or self._container):
            return block
        end = block.rfind("\n") + 1
        if len(block) - end < _LINE:
            block, self.rest = block[:end], block[end:]
        return self.last(block)

    def last(self, block: str) -> str:
        """The rest, when nothing follows."""
        if self._container:
            block = _CONTAINER_LINE.sub(_unwrapped, block)
        return _LOGICAL_LINE.sub(_decoded, block) if self._mail and "=" in block else block


def _unwrapped(match: re.Match[str]) -> str:
    line = unescape(match[1])
    return line + " " * (len(match[0]) - len(line))


def _decoded(match: re.Match[str]) -> str:
    line = match[0]
    if "=" not in line:
        return line
    body = line.removesuffix("\n")
    joined, breaks = _SOFT_BREAK.subn("", body)
    plain = _CODE.sub(lambda code: chr(int(code[1], 16)), joined)
    padding = " " * (len(body) - len(plain) - breaks)
    return plain + padding + "\n" * breaks + line[len(body) :]
