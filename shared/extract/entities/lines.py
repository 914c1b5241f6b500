"""What stands outside of all brackets: lines of text, headers, YAML, PowerShell lists, tables, CSV, bare URLs.

Lines of keys and values make up records, nested by indentation (YAML, `Format-List`, pasted pieces of JSON). A record
ends at an empty line, at a line that is something else, or where one of its keys comes again.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shared.core.records import Place
from shared.extract.entities import mentions
from shared.extract.entities.line_records import Records
from shared.extract.entities.structure import DRESSES, Dress, begins, structured
from shared.extract.entities.tables import Table
from shared.extract.text.console_wraps import Unwrap, end_of_value

if TYPE_CHECKING:
    from shared.extract.entities.parser import Parser

LINE = 32 * 1024  # a longer line is looked at in pieces of this size
_KEY_BEFORE = re.compile(
    r"[\"']?([A-Za-z_@$][\w@$.\-]{0,63})[\"']?\s*(?::|=>|=)\s*(?:[bBuU]?[\"'`]*|@|(?:(?:class|record)\s+)?\w+\s*)$"
)
_PAIR = re.compile(
    r"(?P<indent>[ \t]*)(?P<dash>(?:-[ \t]+)*)(?P<quote>[\"']?)(?P<key>[A-Za-z_@$][\w@$.\-]{0,63})[\"']?[ \t]*"
    r"(?:[:=](?:[ \t]+(?P<value>.*))?|=(?P<tight>[^\s=].*))"
)
_WRAPPED = 256 * 1024  # a value of a `Format-List` that goes on for longer is cut
_MORE = re.compile(r"\s*,\s*(?:\\*[\"'&\w]|\Z)")
_NEAR = 200  # a key stands so near before its bracket
_NOT_ALONE = re.compile(r"[{}\[\]]|[\"']\s*(?::|=>)")
_LISTED = re.compile(r"(?P<indent>)(?P<dash>)(?P<key>@?[A-Za-z_][\w.]{0,63}) +: (?P<value>.*\S.*)")
_SEVERAL = re.compile(r"(?:^|(?<=\s))([A-Za-z_]\w{0,63})=(\"(?:[^\"\\]|\\.)*\"|\S+)")
_HEADER = re.compile(r"self\b|transcription|location", re.IGNORECASE)
# `az -o tsv` of nested values: references, if anything.
_LITERAL_CELL = re.compile(r"(?:^|\t)\{'[^\t]*\}(?=\t|$)")
_REFERENCE_CELL = re.compile(r"(?:^|\t)\{'self': '[^'\t]*(?:'\}(?=\t|$)|'?$)")
# what is left keeps its indentation
_QUOTED = re.compile(r"(?:[<>|*][ \t]+(?=[<>|*][ \t]))*[<>|*][ \t](?=[ \t]*\S)")
_EVENT = re.compile(r"X-MicrosoftSpeechServices-Event[\"']?\s*[:=,]\s*[\[\"'(]*(\w{1,64})", re.IGNORECASE)
_MESSAGE = re.compile(r"[<> ]*(?:HTTP/\d|(?:GET|POST|PUT|PATCH|DELETE) \S+ HTTP/)")


class LineReader:
    """`step` reads one line of the parser's buffer, or hands over to the brackets."""

    def __init__(self, parser: Parser) -> None:
        self._parser = parser
        self._records = Records(parser)
        self._unwrap = Unwrap()
        self._table: Table | None = None
        self._cells: list[str] = []  # of the row before, which may go on
        self._row_place = Place(1, 0)
        self._waits = False  # for the end of a document of which the buffer holds the beginning
        self.cut_off = False  # the text ends in the middle of this line, or its last line has no end
        self._listed_ids: bool | None = None  # a line above says that IDs follow; True: some did

    def step(self) -> bool:
        """False: the buffer holds no whole line."""
        parser = self._parser
        buffer, start = parser.buffer, parser.position
        end = buffer.find("\n", start)
        if end < 0:
            if not parser.ended and len(buffer) - start < LINE:
                return False
            end = len(buffer)
        if not parser.ended and len(buffer) - start < _WRAPPED and (not start or buffer[start - 1] == "\n"):
            pair = _LISTED.match(buffer, start, end)
            if pair is not None and end_of_value(buffer, end, pair.start("value") - start) is None:
                return False
        self.cut_off = end == len(buffer) and parser.level == 0
        self._waits = False
        self._line(start, end)
        return not self._waits

    @property
    def depth(self) -> int:
        """Frames of the open record."""
        return len(self._records)

    def close_record(self) -> None:
        """What stood on lines is over."""
        self._records.close()

    def close_inner(self, after: int) -> None:
        """A bracket closes that we did not see open. An object that holds a `self` alone, with more to follow in the
        object around it, was a reference."""
        stack, buffer = self._parser.tree.stack, self._parser.buffer
        if self._records and stack[-1].fields.keys() == {"self"} and _MORE.match(buffer, after):
            stack[-1].reference = True
        self._records.close()

    def finish(self) -> None:
        self._records.close()
        self._records.forget_section()
        self._end_table()

    # -- one line

    def _line(self, start: int, end: int) -> None:
        parser = self._parser
        buffer = parser.buffer
        if start and buffer[start - 1] != "\n":
            self._rest(start, end)
            return
        line = buffer[start:end]
        if not line or line.isspace():
            self._records.close()
            self._end_table()
            self._listed_ids = None if self._listed_ids else self._listed_ids
            parser.position = min(end + 1, len(buffer))
            return
        first = line[0]
        if first == "{" and not self._records and self._table is None and parser.whole_line(start):
            return
        if first in "<>|*" and (quoted := _QUOTED.match(line)) is not None:
            start += quoted.end()
            line = line[quoted.end() :]
        self._text(line, start, end)

    def _text(self, line: str, start: int, end: int) -> None:
        """One line without the signs of a quotation before it."""
        parser = self._parser
        if "peech" in line or parser.tree.event:
            self._header(line)
        if self._table is not None and self._row(line, start, end):
            return
        if " : " in line and self._listed(line, start, end):
            return
        if line[:1] in "\"' \t-" and self._named(line, start, end):
            return
        found = begins(parser.buffer, start, end) if structured(line) else None
        if found is not None and "\t" in line and _of_literals(line):
            found = None
        if found is not None:
            self._structure(found, start, end)
        else:
            self._plain(line, start, end)

    def _rest(self, start: int, end: int) -> None:
        """What follows a bracket that closed in this line, or a piece of a line that is too long."""
        parser = self._parser
        found = begins(parser.buffer, start, end)
        if found is not None:
            self._structure(found, start, end)
            return
        text = parser.buffer[start:end]
        parser.position = min(end + 1, len(parser.buffer))
        if mentions.speaks(text):
            self._mentions(text, start)
        if text.strip(" ,;)"):
            self._records.close()

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
        if mentions.speaks(before):
            self._mentions(before, start)
        if found["pair"] is not None:
            self._pairs(found, before, start, end)
            return
        key = _KEY_BEFORE.search(before[-_NEAR:]) if before else None
        if key is not None and len(before) <= _NEAR and not before[: key.start()].strip(" \t-"):
            self._records.open(before, len(before) - len(before.lstrip(" \t-")), start)
        elif self._awaited(before) is None:
            self._records.close()
            self._records.forget_section()
        name = key[1] if key else self._awaited(before)
        if found["call"] is not None:
            parser.enter(at, name)
            parser.open_at(at, found["call"])
            return
        dress = next((d for d in DRESSES if d.begins.match(parser.buffer, at)), None)
        if dress is not None:
            self._run(at, name, dress)
        else:
            parser.enter(at, name)
            parser.open_at(at, found["open"])

    def _awaited(self, before: str) -> str | None:
        """The key on the line above, whose value begins here."""
        return self._records.awaited if not before.strip() else None

    def _pairs(self, found: re.Match[str], before: str, start: int, end: int) -> None:
        """Quoted names with values, without a bracket around them."""
        parser = self._parser
        at = found.start()
        fresh = start == 0 or parser.buffer[start - 1] == "\n"
        parser.enter(at, None)
        if end == len(parser.buffer) and not parser.ended:  # a line too long for the buffer
            parser.open_at(at - 1, "{")
            return
        if fresh or not self._records:
            self._records.open(before, len(before), start, key=found["pair"].rstrip(": =>\t")[1:-1])
        parser.pairs(end)
        if parser.buffer[parser.position : parser.position + 1] == "\n":
            parser.position += 1

    def _run(self, bracket: int, key: str | None, dress: Dress) -> None:
        parser = self._parser
        match = dress.body.match(parser.buffer, bracket)
        end = match.end() if match else bracket + 1
        if dress.streams and end >= len(parser.buffer) - 1 and not parser.ended:
            parser.stream(bracket, bracket, key, '"')
            return
        if end == len(parser.buffer) and not parser.ended and end - bracket < _WRAPPED:
            parser.position, self._waits = bracket, True
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
        column = pair.start("value")
        ends = end_of_value(parser.buffer, end, column)
        if ends is None:
            ends = len(parser.buffer) - parser.buffer.endswith("\n")
        value = self._joined(pair["value"].rstrip(), start, column, ends)
        if value.count("{") != value.count("}") and ends == end:
            parser.position = start
            return False
        self._records.pair(line, 0, start, pair["key"], value, item=False)
        return True

    def _named(self, line: str, start: int, end: int) -> bool:
        """One quoted name and its value on a line of its own: YAML, or JSON whose brackets are lost."""
        pair = _PAIR.fullmatch(line) if '"' in line or "'" in line else None
        if pair is None or pair["quote"] == "" or _NOT_ALONE.search(pair["value"] or pair["tight"] or ""):
            return False
        self._parser.position = min(end + 1, len(self._parser.buffer))
        value = (pair["value"] or pair["tight"] or "").rstrip(" \t,;")
        self._records.pair(line, pair.end("dash"), start, pair["key"], value, item=bool(pair["dash"]))
        return True

    def _plain(self, line: str, start: int, end: int) -> None:
        parser = self._parser
        parser.position = min(end + 1, len(parser.buffer))
        if self._listed_ids is not None and (named := mentions.listed_id(line)) is not None:
            parser.tree.mention(named, None, parser.place(start))
            self._listed_ids = True
            return
        speaks = mentions.speaks(line)
        self._listed_ids = False if speaks and mentions.awaits_ids(line) else None
        if speaks or "peechtotext" in line:
            self._mentions(line, start)
        if parser.tree.bare_ids:
            parser.tree.bare_id(line.strip(" \t,\"'"), parser.place(start))
        if self._pair(line, start) or self._records.goes_on(line, start) or self._records.section(line):
            return
        if self._table is None and _HEADER.search(line):
            self._table = Table.begin(line)
            if self._table is not None:
                self._records.close()
                return
        if line.strip() in {"}", "},"}:
            self.close_inner(start + line.rindex("}") + 1)
        elif line.strip() not in {"---", "...", "{"}:
            self._records.close()

    def _pair(self, line: str, start: int) -> bool:
        pair = _PAIR.fullmatch(line) if ":" in line or "=" in line else None
        if pair is None:
            return False
        key, value = pair["key"], (pair["value"] or pair["tight"] or "").rstrip()
        if pair["tight"] and (several := _SEVERAL.findall(f"{key}={value}"))[1:]:
            return self._logfmt(several, start)
        plain = self._records or pair["dash"] or not value
        if self._parser.tree.wanted(key) or (plain and not pair["tight"]):
            self._records.pair(line, pair.end("dash"), start, key, value, item=bool(pair["dash"]))
            return True
        return False

    def _logfmt(self, pairs: list[tuple[str, str]], start: int) -> bool:
        """`level=info self=https://... status=Running`: a record on one line."""
        parser = self._parser
        self._records.close()
        parser.tree.open("~", None, parser.place(start))
        for key, value in pairs:
            parser.text_value(key, value, start)
        parser.tree.close()
        return True

    def _mentions(self, line: str, start: int) -> None:
        tree = self._parser.tree
        for sighting, url in mentions.mentions(line, strict=self._parser.level > 0):
            tree.mention(sighting, url, self._parser.place(start))

    # -- values on more than one line

    def _joined(self, value: str, start: int, column: int, ends: int) -> str:
        """The value that begins in `column` of the line at `start` and goes on until `ends`."""
        parser = self._parser
        lines = parser.buffer[start:ends].split("\n")
        parser.position = min(ends + 1, len(parser.buffer))
        return self._unwrap.join([value, *(line[column:].rstrip() for line in lines[1:])], column)

    # -- tables

    def _row(self, line: str, start: int, end: int) -> bool:
        if self._table is None:
            return False
        more = self._table.more(self._cells, line)
        cells = self._table.row(line) if more is None else None
        if more is None and cells is None:
            self._end_table()
            if not self.cut_off:
                return False
            self._parser.position = end  # what is left of a row does not tell of which column it is
            return True
        parser = self._parser
        parser.position = min(end + 1, len(parser.buffer))
        if more is not None:
            self._cells = more
        elif cells is not None:
            self._end_row()
            self._cells, self._row_place = cells, parser.place(start)
        return True

    def _end_row(self) -> None:
        if self._table is not None and self._cells:
            tree = self._parser.tree
            tree.open("~", None, self._row_place)
            for name, value in self._table.named(self._cells):
                self._parser.cell(name, value, self._row_place)
            tree.close()
        self._cells = []

    def _end_table(self) -> None:
        self._end_row()
        self._table = None


def _of_literals(line: str) -> bool:
    """A row of tabbed cells in which what nests is a reference, and what names the entity is an URL in a cell."""
    if _REFERENCE_CELL.search(line):
        return True
    return _LITERAL_CELL.search(line) is not None and any(mentions.alone(line))
