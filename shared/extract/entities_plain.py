"""Colours of terminals and the quoted-printable of mails, made plain before structure is looked for.

Lengths and line numbers are kept, so that places stay true: what goes is made up for by spaces and line ends behind.
"""

from __future__ import annotations

import re

_ANSI = re.compile(r"\x1b(?:\[[0-9;:?]*[ -/]*[@-~]|\][^\x07\x1b\n]{0,200}\x07)")
_SOFT_BREAK = re.compile(r"= ?\n")  # `\r\n` comes as ` \n`
_LOGICAL_LINE = re.compile(r"(?:[^\n]*= ?\n)*[^\n]*\n?")
_CODE = re.compile(r"=([0-9A-F]{2})")


class Plain:
    """Remembers that a mail said so: its later blocks may hold no other sign."""

    def __init__(self) -> None:
        self._mail = False

    def text(self, block: str) -> str:
        if "\x1b" in block:
            block = _ANSI.sub(lambda match: " " * len(match[0]), block)
        if "quoted-printable" in block.lower() or ("=3D" in block and _SOFT_BREAK.search(block)):
            self._mail = True
        return _LOGICAL_LINE.sub(_decoded, block) if self._mail and "=" in block else block


def _decoded(match: re.Match[str]) -> str:
    line = match[0]
    if "=" not in line:
        return line
    body = line.removesuffix("\n")
    joined, breaks = _SOFT_BREAK.subn("", body)
    plain = _CODE.sub(lambda code: chr(int(code[1], 16)), joined)
    padding = " " * (len(body) - len(plain) - breaks)
    return plain + padding + "\n" * breaks + line[len(body) :]
