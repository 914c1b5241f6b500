"""What stands outside of all brackets: lines of text, headers, YAML, PowerShell lists, tables, CSV, bare URLs.

Lines of keys and values make up records, nested by indentation (YAML, `Format-List`, pasted pieces of JSON). A record
ends at an empty line, at a line that is something else, or where one of its keys comes again.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.extract import entities_text
from shared.extract.entities_escape import unescape
from shared.extract.entities_table import Table

if TYPE_CHECKING:
    from shared.extract.entities_parse import Parser

LINE = 32 * 1024  # a longer line is looked at in pieces of this size
# Where brackets begin in a line: `{` or `[` followed by what only structure has there, or a quoted name and a colon.
_START = re.compile(
    r"(?P<open>\{(?=\s*(?:[\"'{\[}@]|\\+[\"n]|&quot;|[A-Za-z_$@][\w$]*\s*[:=]|$))"
    r"|\[(?=\s*(?:[\"'{\[@]|\\+[\"n]|&quot;|[A-Z]\w+\s*\{|$)))"
    r"|(?P<call>\b[A-Z_a-z][\w.]{0,80}[(\[](?=[A-Za-z_]\w{0,40}=[\"'hA-Z]|\[\([\"'])|\bmap\[(?=\w{1,40}:))"  # dataclasses, records, Go
    r"|(?P<pair>[\"'][A-Za-z_@$][\w@$.\-]{0,63}[\"']\s*(?::|=>)\s*)"
)
_LIST = re.compile(r"\[\s*(?:[\"'{\[@\\&]|[A-Z]\w+\s*\{|$)")
_CALL = re.compile(r"\w[(\[](?:\w{1,40}=[\"'hA-Z]|\[\([\"']|model:|self:)")
_NAMED = re.compile(r"[\"']\s*(?::|=>)")
_KEY_BEFORE = re.compile(
    r"[\"']?([A-Za-z_@$][\w@$.\-]{0,63})[\"']?\s*(?::|=>|=)\s*(?:[bBuU]?[\"'`]*|@|(?:(?:class|record)\s+)?\w+\s*)$"
)
_PAIR = re.compile(
    r"(?P<indent>[ \t]*)(?P<dash>(?:-[ \t]+)*)(?P<quote>[\"']?)(?P<key>[A-Za-z_@$][\w@$.\-]{0,63})[\"']?[ \t]*"
    r"[:=](?:[ \t]+(?P<value>.*)|$)"
)
_NEAR = 200  # a key stands so near before its bracket
_NOT_ALONE = re.compile(r"[{}\[\]]|[\"']\s*(?::|=>)")
_CONSOLES = frozenset({79, 80, 119, 120, 159, 160})  # usual widths, and one less
_LISTED = re.compile(r"(?P<indent>)(?P<dash>)(?P<key>@?[A-Za-z_][\w.]{0,63}) +: (?P<value>.*\S.*)")
_QUOTED = re.compile(r"(?:[<>|*][ \t]+)+(?=\S)")
_EVENT = re.compile(r"X-MicrosoftSpeechServices-Event[\"']?\s*[:=,]\s*[\[\"'(]*(\w{1,64})", re.IGNORECASE)
_MESSAGE = re.compile(r"[<> ]*(?:HTTP/\d|(?:GET|POST|PUT|PATCH|DELETE) \S+ HTTP/)")


@dataclass(frozen=True, slots=True)
class _Dress:
    """A document in the middle of a line whose quotes are not plain ones, with no beginning quote that we saw."""

    begins: re.Pattern[str]
    body: re.Pattern[str]
    undress: Callable[[str], str]
    streams: bool = False


_DRESSES = (
    _Dress(re.compile(r"[{\[]\s*(?:\\+\"|\\+n)"), re.compile(r"(?:[^\"\\\n]|\\[^\n])*"), unescape, streams=True),
    _Dress(re.compile(r"[{\[]\s*\"\"\w"), re.compile(r"(?:[^\"]|\"\")*"), lambda text: text.replace('""', '"')),  # CSV
    _Dress(re.compile(r"[{\[]\s*&quot;"), re.compile(r"[^<]*"), html.unescape),
)


class LineReader:
    """`step` reads one line of the parser's buffer, or hands over to the brackets."""

    def __init__(self, parser: Parser) -> None:
        self._parser = parser
        self._indents: list[int] = []  # of the open `~` frames, outermost first
        self._pending: list[str | None] = []  # per frame: the key whose value is on deeper lines
        self._table: Table | None = None

    def step(self) -> bool:
        """False: the buffer holds no whole line."""
        parser = self._parser
        buffer, start = parser.buffer, parser.position
        end = buffer.find("\n", start)
        if end < 0:
            if not parser.ended and len(buffer) - start < LINE:
                return False
            end = len(buffer)
        self._line(start, end)
        return True

    @property
    def depth(self) -> int:
        """Frames of the open record."""
        return len(self._indents)

    def finish(self) -> None:
        self.close_record()
        self._table = None

    # -- one line

    def _line(self, start: int, end: int) -> None:
        parser = self._parser
        buffer = parser.buffer
        if start and buffer[start - 1] != "\n":
            self._rest(start, end)
            return
        line = buffer[start:end]
        if not line or line.isspace():
            self.close_record()
            self._table = None
            parser.position = min(end + 1, len(buffer))
            return
        first = line[0]
        if first == "{" and not self._indents and self._table is None and parser.whole_line(start):
            return
        quoted = _QUOTED.match(line) if first in "<>|*" else None
        if quoted is not None:
            start += quoted.end()
            line = line[quoted.end() :]
        if "peech" in line or parser.tree.event:
            self._header(line)
        if self._table is not None and self._row(line, start, end):
            return
        if " : " in line and self._listed(line, start, end):
            return
        if first in "\"' \t-" and self._named(line, start, end):
            return
        found = _START.search(buffer, start, end) if _structured(line) else None
        if found is not None:
            self._structure(found, start, end)
        else:
            self._plain(line, start, end)

    def _rest(self, start: int, end: int) -> None:
        """What follows a bracket that closed in this line, or a piece of a line that is too long."""
        parser = self._parser
        found = _START.search(parser.buffer, start, end)
        if found is not None:
            self._structure(found, start, end)
            return
        text = parser.buffer[start:end]
        parser.position = min(end + 1, len(parser.buffer))
        if "ranscription" in text:
            self._mentions(text, start)
        if text.strip(" ,;)"):
            self.close_record()

    def _header(self, line: str) -> None:
        event = _EVENT.search(line)
        if event is not None:
            self._parser.tree.event = event[1]
        elif self._parser.tree.event and _MESSAGE.match(line):
            self._parser.tree.event = None

    def _structure(self, found: re.Match[str], start: int, end: int) -> None:
        parser = self._parser
        at = found.start()
        before = parser.buffer[start:at]
        if "ranscription" in before:
            self._mentions(before, start)
        if found["pair"] is not None:
            self._pairs(found, before, start, end)
            return
        key = _KEY_BEFORE.search(before[-_NEAR:]) if before else None
        if key is not None and len(before) <= _NEAR and not before[: key.start()].strip(" \t-"):
            self._fields(before, len(before) - len(before.lstrip(" \t-")), start)
        elif self._awaited(before) is None:
            self.close_record()
        name = key[1] if key else self._awaited(before)
        if found["call"] is not None:
            parser.enter(at, name)
            parser.open_at(found.end() - 1, found["call"][-1])
            return
        dress = next((d for d in _DRESSES if d.begins.match(parser.buffer, at)), None)
        if dress is not None:
            self._run(at, name, dress)
        else:
            parser.enter(at, name)
            parser.open_at(at, found["open"])

    def _awaited(self, before: str) -> str | None:
        """The key on the line above, whose value begins here."""
        return self._pending[-1] if self._pending and not before.strip() else None

    def _pairs(self, found: re.Match[str], before: str, start: int, end: int) -> None:
        """Quoted names with values, without a bracket around them."""
        parser = self._parser
        at = found.start()
        fresh = start == 0 or parser.buffer[start - 1] == "\n"
        parser.enter(at, None)
        if end == len(parser.buffer) and not parser.ended:  # a line too long for the buffer
            parser.open_at(at - 1, "{")
            return
        if fresh or not self._indents:
            self._fields(before, len(before), start, key=found["pair"].rstrip(": =>\t")[1:-1])
        parser.pairs(end)
        if parser.buffer[parser.position : parser.position + 1] == "\n":
            parser.position += 1

    def _run(self, bracket: int, key: str | None, dress: _Dress) -> None:
        parser = self._parser
        match = dress.body.match(parser.buffer, bracket)
        end = match.end() if match else bracket + 1
        if dress.streams and end >= len(parser.buffer) - 1 and not parser.ended:
            parser.stream(bracket, bracket, key, '"')
            return
        text = parser.buffer[bracket:end]
        parser.position = max(end, bracket + 1)
        parser.document(key, dress.undress(text), bracket)

    def _listed(self, line: str, start: int, end: int) -> bool:
        """`key   : value` of `Format-List`: its value may go on in lines below, before any bracket counts."""
        pair = _LISTED.match(line)
        if pair is None:
            return False
        parser = self._parser
        after = parser.position
        parser.position = min(end + 1, len(parser.buffer))
        value = self._continued(pair["value"].rstrip(), pair.start("value"))
        if value.count("{") != value.count("}") and parser.position == end + 1:
            parser.position = after
            return False
        self._pair(pair, start, value)
        return True

    def _named(self, line: str, start: int, end: int) -> bool:
        """One quoted name and its value on a line of its own: YAML, or JSON whose brackets are lost."""
        pair = _PAIR.fullmatch(line) if '"' in line or "'" in line else None
        if pair is None or pair["quote"] == "" or _NOT_ALONE.search(pair["value"] or ""):
            return False
        self._parser.position = min(end + 1, len(self._parser.buffer))
        self._pair(pair, start, (pair["value"] or "").rstrip(" \t,;"))
        return True

    def _plain(self, line: str, start: int, end: int) -> None:
        parser = self._parser
        parser.position = min(end + 1, len(parser.buffer))
        if "ranscription" in line or "peechtotext" in line:
            self._mentions(line, start)
        if parser.tree.bare_ids:
            parser.tree.bare_id(line.strip(" \t,\"'"), parser.place(start))
        pair = _PAIR.match(line) if ":" in line or "=" in line else None
        if pair is not None and (self._indents or pair["dash"] or not pair["value"] or parser.tree.wanted(pair["key"])):
            self._pair(pair, start, (pair["value"] or "").rstrip())
            return
        if self._table is None and "elf" in line.lower():
            self._table = Table.begin(line)
            if self._table is not None:
                self.close_record()
                return
        if line.strip() not in {"---", "...", "{"}:
            self.close_record()

    def _mentions(self, line: str, start: int) -> None:
        tree = self._parser.tree
        for sighting, url in entities_text.mentions(line, strict=self._parser.level > 0):
            tree.mention(sighting, url, self._parser.place(start))

    # -- records

    def _pair(self, pair: re.Match[str], start: int, value: str) -> None:
        parser = self._parser
        key = pair["key"]
        self._fields(pair.string, pair.end("dash"), start, item=bool(pair["dash"]), key=key)
        if not value:
            if self._pending:
                self._pending[-1] = key
            return
        if self._pending:
            self._pending[-1] = None
        parser.text_value(key, value, start)

    def _continued(self, value: str, column: int) -> str:
        """`Format-List` wraps a long value onto lines that begin where the value began."""
        parser = self._parser
        buffer, parts = parser.buffer, [value]
        while True:
            position = parser.position
            margin = buffer[position : position + column]
            if len(margin) < column or margin.strip(" ") or buffer[position + column : position + column + 1] in " \n":
                break
            end = buffer.find("\n", position)
            end = len(buffer) if end < 0 else end
            parts.append(buffer[position + column : end].rstrip())
            parser.position = min(end + 1, len(buffer))
        return _rejoin(parts, column)

    def _fields(self, line: str, column: int, start: int, *, item: bool = False, key: str | None = None) -> None:
        """Make the record open that a pair in this column belongs to."""
        tree, parser = self._parser.tree, self._parser
        indent = len(line[:column].expandtabs(8)) if column else 0
        outer = len(line) - len(line.lstrip(" \t")) if item else indent
        while self._indents and self._indents[-1] > outer:
            self._close_one()
        known = tree.wanted(key) if key else None
        repeated = known is not None and self._indents and not item and known in tree.stack[-1].fields
        if repeated and self._indents[-1] == indent:
            self._close_one()
        if self._indents and not item and self._indents[-1] >= indent:
            return
        if item and self._indents and self._indents[-1] == indent:
            self._close_one()
        if self._indents and not item and self._pending[-1] is None:
            return
        under = self._pending[-1] if self._pending else None
        tree.open("~", under, parser.place(start))
        self._indents.append(indent)
        self._pending.append(None)

    def _close_one(self) -> None:
        self._parser.tree.close()
        self._indents.pop()
        self._pending.pop()

    def close_record(self) -> None:
        while self._indents:
            self._close_one()

    # -- tables

    def _row(self, line: str, start: int, end: int) -> bool:
        if self._table is None:
            return False
        cells = self._table.row(line)
        if cells is None:
            self._table = None
            return False
        parser = self._parser
        parser.position = min(end + 1, len(parser.buffer))
        if cells:
            place = parser.place(start)
            parser.tree.open("~", None, place)
            for name, value in cells:
                parser.cell(name, value, start)
            parser.tree.close()
        return True


def _structured(line: str) -> bool:
    """Cheap: most lines of most logs have no structure, though many have a bracket."""
    if "{" in line:
        return True
    if ("(" in line or "[" in line) and "elf" in line and _CALL.search(line) is not None:
        return True
    if ":" not in line and "=>" not in line:
        return "[" in line and _LIST.search(line) is not None
    return ("[" in line and _LIST.search(line) is not None) or (
        ('"' in line or "'" in line) and _NAMED.search(line) is not None
    )


def _rejoin(parts: list[str], column: int) -> str:
    """One value of its wrapped lines. Lines cut at the width of the console are equally long, those cut between words
    are not; an URL is never cut between words."""
    widths = {len(part) for part in parts[:-1]}
    hard = len(widths) == 1 and (len(parts) > 2 or column + len(parts[0]) in _CONSOLES)
    text = parts[0]
    for part in parts[1:]:
        glued = text.rpartition(" ")[2] + part.partition(" ")[0]
        text += part if hard or "://" in glued else f" {part}"
    return text
