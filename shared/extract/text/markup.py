"""HTML, XML and curly quotes made plain before structure is looked for: pages that show JSON, elements of serializers.

    <transcription><self>https://...</self></transcription>   ->   transcription:{self: "https://..."      },

A line keeps its length: an element is never shorter than what it becomes, and blanks make up for the rest.
"""

from __future__ import annotations

import html
import re

_HTML = re.compile(
    r"^[ \t]*<(?:!DOCTYPE html|html|head|body|div|pre|code|table|tr|td|span|p|br)\b|^Content-Type: text/html"
    r"|^(?:&nbsp;|[ \t{\[])*&quot;_?self&quot;|[{\[,]<br ?/?>[ \r]*$",
    re.IGNORECASE | re.MULTILINE,
)
_XML = re.compile(r"</?_?self>|<\w+ (?:N|Name)=\"_?self\"", re.IGNORECASE)
_TAG = re.compile(r"<(/?)([A-Za-z][\w:.\-]*)((?:\s[^<>]*?)?)(/?)>|<[!?][^<>]{0,500}>|\]\]>")
_LEAF = re.compile(r"<([A-Za-z_][\w:.\-]*)(\s[^<>]*)?(?<!/)>([^<\n]*)</\1>")
_OF_TABLES = frozenset({"table", "thead", "tbody", "tr", "th", "td"})
_LINES = re.compile(r"[^\n]+\n?")
_NAME = re.compile(r"\s(?:N|Name|name|key)=[\"']([\w.\-]{1,64})[\"']")


class _Tags:
    """`text` of whole lines. What was met once counts for all that follows."""

    def __init__(self) -> None:
        self._html = False
        self._xml = False

    def met(self, text: str) -> bool:
        """Does this text, or one before it, hold markup about entities?"""
        if "<" in text or "&" in text or "text/html" in text:
            self._xml = self._xml or _XML.search(text) is not None
            self._html = self._html or _HTML.search(text) is not None
        return self._html or self._xml

    def text(self, text: str) -> str:
        """The same with markup undone."""
        if "<" not in text and "&" not in text:
            return text
        if self._xml:
            return _TAG.sub(_element, _LEAF.sub(_leaf, text))
        return _LINES.sub(_line, text) if self._html else text


_LINE = 64 * 1024  # a longer one is not kept whole
_CURLED_NAME = re.compile(r"\xe2\x80[\x9c-\x9f]_?[Ss]elf\xe2\x80[\x9c-\x9f]\s*:")
_CURLED = re.compile(r"\xe2\x80[\x9c-\x9f](?=([\s,:}\]]|\Z)?)")  # in UTF-8


class Markup:
    """`text` in blocks, then `last`. Once markup was met, lines are kept whole between blocks."""

    def __init__(self) -> None:
        self._curled = False
        self._tags = _Tags()
        self.rest = ""

    def text(self, block: str) -> str:
        """The block after what was kept of those before, without what is kept now."""
        block, self.rest = self.rest + block, ""
        self._curled = self._curled or ("\xe2\x80" in block and _CURLED_NAME.search(block) is not None)
        marked = self._tags.met(block)
        end = (
            block.rfind("\n") + 1 if self._curled or marked else _tags_at_end(block)
        )  # the next block tells what they are
        if len(block) - end < _LINE:
            block, self.rest = block[:end], block[end:]
        return self._undone(block)

    def last(self) -> str:
        """The rest, when nothing follows."""
        rest, self.rest = self.rest, ""
        return self._undone(rest)

    def _undone(self, text: str) -> str:
        if self._curled:
            text = _CURLED.sub(lambda match: '"  ' if match[1] is not None else '  "', text)
        return self._tags.text(text) if self._tags.met(text) else text


def _tags_at_end(text: str) -> int:
    """Where the lines begin that end the text and are elements, as far as their first sign tells."""
    end = len(text)
    while end:
        start = text.rfind("\n", 0, end - 1) + 1
        if not text[start:end].lstrip(" \t").startswith("<"):
            break
        end = start
    return end


def _line(match: re.Match[str]) -> str:
    line = match[0]
    body = line.removesuffix("\n")
    plain = html.unescape(_TAG.sub(_cell, body)).replace("\xa0", " ")
    return plain.replace("\n", " ").ljust(len(body)) + line[len(body) :]


def _cell(match: re.Match[str]) -> str:
    """Tables are read as such, other elements go."""
    return match[0] if (match[2] or "").lower() in _OF_TABLES else ""


def _leaf(match: re.Match[str]) -> str:
    value = html.unescape(match[3]).replace("\\", "/").replace('"', "'")
    return f'{_name(match[1], match[2])}: "{value}" '.ljust(len(match[0]))[: len(match[0])]


def _element(match: re.Match[str]) -> str:
    end, name, rest, empty = match.groups()
    begin = f"{_name(name, rest)}:{{" if name and not empty else ""
    text = "}," if end else begin
    return text + re.sub(r"[^\n]", " ", match[0][len(text) :])


def _name(element: str, attributes: str | None) -> str:
    named = _NAME.search(attributes or "")
    return named[1] if named else element.rpartition(":")[2]
