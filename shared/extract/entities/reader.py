"""Tokens -> frames: one pass over the text, whatever the notation. The tree decides what the frames mean.

Brackets open frames that only brackets close; names that stand at the beginning of lines, outside of brackets, open
frames (`~`) that a smaller indentation, a new item, an empty line or a repeated name closes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import unquote

from shared.core.records import Place
from shared.extract.entities.grammar import LOOK_AHEAD, NAMED_LINE, R_PATH, R_VALUE, SECTION, TOKEN, moment, unescaped
from shared.extract.entities.mentions import deleted, speaks, unnamed
from shared.extract.entities.outline import Line, Outline
from shared.extract.entities.rules import LOCATIONS, VERSION
from shared.extract.entities.words import Words
from shared.extract.tables import Row, Tables
from shared.speech import entity_url
from shared.speech.entity import norm, of_url
from shared.speech.near_misses import NearMissReason

if TYPE_CHECKING:
    from shared.extract.entities.tree import Tree

_JSON = json.JSONDecoder(strict=False)
MAX_DEPTH = 500
_COLUMNS = frozenset({"self", "transcriptionid", "transcription", "url", "job", "joburl", *LOCATIONS})
_LINK = re.compile(r"^\[[^\]]*\]\(([^)\s]+)\)$")
_ROW = 8 * 1024
_LINE = 2048  # how much of a line is searched for words
_CLOSER = {"}": "{", "]": "[", ")": "("}
_AFTER_URL = ".,;:)]}>\\\"'"
_EMPTY = frozenset({"null", "none", "nil", "undefined", "NULL", "None", ""})
_OBJECT = re.compile(r"@\{|[{\[].{0,4000}?self", re.DOTALL | re.IGNORECASE)
_QUERY = re.compile(r"(?<=[?&=])https?(?::|%3A)(?:/|%2F){2}[^&\s]+", re.IGNORECASE)
_LONE = re.compile(r"\s*[\"']?self[\"']?\s*[:=]\s*[\"']?(https?://[^\s\"']+)[\"',]*\s*\Z", re.IGNORECASE)
_VALUES = re.compile(r"\S{1,2000} ([^{}\[\]\n]{0,400})")
_STRINGS = re.compile(r"(?P<url>(?:https?://|/speechtotext/)[^\s\"'`,;<>(){}\[\]|]{1,2000})", re.ASCII)


class Reader:
    """`feed` text in pieces of any size, then `finish`."""

    def __init__(self, tree: Tree, locate: Callable[[int], Place]) -> None:
        self._tree = tree
        self._locate = locate
        self._text = "\n"  # the first line begins like all others
        self._base = -1  # position of `_text`
        self._at = 0
        self._outline = Outline(tree, self._place)
        self._tables = Tables(_COLUMNS.__contains__)
        self._words = Words(tree, self._place)
        self._no_json = -1  # what begins before this position is no JSON
        self._depth = 0  # brackets that are not counted as frames any more
        self._path: list[str] = []  # of the value that R prints next
        self._torn = False  # the last string had no end

    def feed(self, text: str) -> None:
        """What may look different once more text has come is kept."""
        self._text += text
        self._read(len(self._text) - LOOK_AHEAD)
        self._text, self._base = self._text[self._at :], self._base + self._at
        self._at = 0

    def finish(self) -> None:
        """Nothing follows."""
        self._read(len(self._text) + 1)
        for row in self._tables.flush():
            self._row(row, cut=not self._text.endswith("\n"))
        self._outline.flush()

    def _read(self, limit: int) -> None:
        text, match = self._text, TOKEN.search(self._text, self._at) if limit > self._at else None
        while match is not None and match.start() < limit:
            self._at = self._token(match)
            match = TOKEN.search(text, self._at)
        self._at = max(self._at, min(limit, len(text)))

    def _token(self, match: re.Match[str]) -> int:
        """Where the next one may begin."""
        if match["line"] is not None:
            return self._new_line(match)
        if match["open"]:
            return self._open(match["open"], match.start())
        if match["close"]:
            self._close(match["close"])
        elif match["key"] or match["name"]:
            return self._pair(match)
        elif match["element"]:
            return self._element(match)
        elif match["free"]:
            self._free(match["free"], match.start())
        return match.end()

    # -- frames

    def _open(self, bracket: str, at: int) -> int:
        end = self._whole(at) if bracket == "{" else None
        if end is not None:
            return end
        if len(self._tree.stack) < MAX_DEPTH:
            self._outline.open(bracket, at)
            self._tree.stack[-1].doubtful = self._text[at - 1] == "\t"
        else:
            self._depth += 1
        return at + 1

    def _whole(self, at: int) -> int | None:
        """The end of a short object of JSON that is an entity: the standard library reads it several times as fast."""
        if self._base + at < self._no_json or self._text.find('"self"', at, at + LOOK_AHEAD) < 0:
            return None
        piece = self._text[at : at + LOOK_AHEAD]
        try:
            value, end = _JSON.raw_decode(piece)
        except json.JSONDecodeError as error:
            if error.pos < LOOK_AHEAD // 2:
                self._no_json = self._base + at + error.pos
            return None
        except RecursionError:
            return None
        flat = "@{" in piece[:end]  # PowerShell made text of what lies too deep
        if flat or not isinstance(value, dict) or not self._tree.whole(self._outline.pending, value, self._place(at)):
            return None
        self._outline.pending = None
        return at + int(end)

    def _close(self, bracket: str) -> None:
        if self._depth:
            self._depth -= 1
        else:
            self._outline.close(_CLOSER[bracket])

    # -- lines

    def _new_line(self, match: re.Match[str]) -> int:
        real = self._text[match.start()] == "\n"
        line = self._text[match.end() : self._line_end(match.end())]
        if self._torn and real and line[:1] in {"{", "["}:
            self._outline.flush()
        self._torn = False
        if self._outline.in_brackets:
            return match.end()
        if self._printed_by_r(line, match.end()):
            return match.end() + len(line)
        indent, item = len(match["indent"].expandtabs()), match["item"]
        named = NAMED_LINE.match(line)
        self._outline.new_line(
            Line(
                indent + len(item or ""),
                indent if item else None,
                indent + len(item or "") + named.end() if named else None,
                blank=not line.strip(),
                closing=line[:1] in _CLOSER,
            ),
            match.end(),
        )
        if self._outline.in_brackets:
            return match.end()
        if named is None or not self._tree.spoken(named[1]):
            self._words.line(line, match.end())
        return self._special(line, match, real=real) if not self._tree.stack else match.end()

    def _printed_by_r(self, line: str, at: int) -> bool:
        """Names are on a line of their own, so empty lines between them end nothing."""
        path, value = R_PATH.fullmatch(line), R_VALUE.fullmatch(line) if self._path else None
        if path is not None:
            self._path = path[1].split("$")[1:]
        elif value is not None:
            self._outline.value_at(self._path, value[1], at, cut=at + len(line) == len(self._text))
        elif line.strip():
            self._path = []
        return bool(self._path)

    def _special(self, line: str, match: re.Match[str], *, real: bool) -> int:
        """Lines of tables, of sections, of lists of IDs: where the next token may begin."""
        bare = line.strip(" \t\"',[]") if self._tree.bare_ids else ""
        if bare:
            self._tree.bare_id(bare, self._place(match.end()))
            return match.end() + len(line)
        end = self._table(match.start() + 1) if real else None
        if end is not None:
            return end
        section = SECTION.fullmatch(line)
        if section is not None:
            self._outline.pending = section[1]
            return match.end() + len(line)
        return match.end()

    def _line_end(self, start: int) -> int:
        end = self._text.find("\n", start, start + _LINE)
        return start + _LINE if end < 0 else end

    def _table(self, start: int) -> int | None:
        """The end of this line, if it belongs to a table."""
        line = self._text[start : start + _ROW].partition("\n")[0]
        for row in self._tables.feed(line.encode("latin-1", "replace"), start + self._base):
            self._row(row)
        return start + len(line) if self._tables.active else None

    def _row(self, row: Row, *, cut: bool = False) -> None:
        """`cut`: the text ends within its last cell."""
        end = max(row, key=lambda name: row[name].position) if cut else None
        place = self._locate(max(0, min(cell.position for cell in row.values())))
        cells = {name: _LINK.sub(r"\1", cell.text.decode("latin-1").strip("\"'`")) for name, cell in row.items()}
        if "self" not in cells:
            urls = (value for name, value in cells.items() if name in _COLUMNS and entity_url.parse(value))
            cells["self"] = next(urls, "")
        if "createddatetime" not in cells and "created" in cells:
            cells["createddatetime"] = cells["created"]
        self._tree.open("~", None, place)
        for name, value in cells.items():
            self._tree.scalar(name, value, cut=name == end)
        self._tree.close()

    # -- names and values

    def _pair(self, match: re.Match[str]) -> int:
        written = match["key"] or match["name"]
        key = (written.rpartition(".")[2] or written).replace(" ", "")
        self._outline.name(key, match.start())
        value = self._value(match)
        self._outline.pending = key if value is None else None
        if value is None:
            return match.end()
        self._torn = match["cut"] is not None
        group = next((name for name in ("json", "string", "doubled") if match[name] is not None), "bare")
        string = match[group] if group != "bare" else None
        if string is None and value.strip() in _EMPTY:
            return match.end()
        if string is not None and _OBJECT.search(string):
            self._outline.pending = key
            return match.start(group)  # text around an object: it is read like all other text
        self._tree.scalar(key, value, cut=self._torn or match.end() == len(self._text))
        if norm(key) != "self":
            self._within(key, value, match.start())
        return match.end()

    @staticmethod
    def _value(match: re.Match[str]) -> str | None:
        """None: what stands for it comes later (brackets, or lines that are indented)."""
        if match["json"] is not None:
            return match["json"]
        if match["doubled"] is not None:
            return match["doubled"].replace('""', '"')
        if match["string"] is not None:
            return unescaped(match["string"])
        if match["url"]:
            return unescaped(match["url"]).rstrip(_AFTER_URL)
        if match["moment"]:
            return moment(match["moment"])
        bare = match["bare"] or match["boxed"]
        return bare.strip() if bare and bare.strip() else None

    def _element(self, match: re.Match[str]) -> int:
        """A string in a list or a call."""
        value, at = match["element"], match.start("element")
        bracket = self._tree.stack[-1].bracket if self._tree.stack else ""
        if _OBJECT.search(value):
            return at
        if bracket != "(" and entity_url.ROOT in value.lower():
            for found in _STRINGS.finditer(value):
                self._free(found["url"], at)
        elif bracket in {"[", "("}:
            self._tree.scalar(None, value)
        return match.end()

    def _within(self, key: str, value: str, at: int) -> None:
        """What a value names: its key says what it is only where it is the key of a reference."""
        if self._tree.referring(key):
            return
        lone = _LONE.match(value)
        if lone is not None:  # one line of a body that a logger wrote line by line
            self._tree.miss(lone[1].partition("?")[0][-36:], NearMissReason.LONE_SELF, self._place(at))
        elif entity_url.ROOT in value.lower():
            for found in _STRINGS.finditer(value):
                self._free(found["url"], at)
        if speaks(value):
            self._words.within(value, at)

    def _free(self, text: str, at: int) -> None:
        """An URL in the open, or the one in its query; or the value of a name on a line above."""
        text = unescaped(text).rstrip(_AFTER_URL)
        inner = _QUERY.search(text)
        text = unquote(inner[0]) if inner else text
        if self._outline.pending is not None and norm(self._outline.pending) == "self" and self._tree.stack:
            self._tree.scalar(self._outline.pending, text)
            self._outline.pending = None
            return
        exact = entity_url.parse(text)
        url = exact or entity_url.reference_of(text)
        if url is not None and not url.is_placeholder:
            start = self._text.rfind("\n", 0, at) + 1
            status = "Deleted" if deleted(self._text[start : self._line_end(at)]) else None
            beside = unnamed(self._beside(at).split(), record=True) if exact and self._text[at - 1] == "{" else {}
            sighting = of_url(url, {"status": status} | beside, f"url@{VERSION}")
            self._tree.mention(sighting if exact else replace(sighting, self_url=None), url, self._place(at))

    def _beside(self, at: int) -> str:
        """The values that follow an URL in a record without names, as Go prints one."""
        values = _VALUES.match(self._text, at)
        return values[1] if values else ""

    def _place(self, at: int) -> Place:
        return self._locate(max(0, self._base + at))
