"""One tolerant reader for everything that nests: JSON, JSONC, Python and JavaScript literals, PowerShell's `@{...}`,
Java's `class X {...}`, documents inside strings (escaped any number of times), whole, cut or with parts missing.

It goes over text in two modes:

    lines     outside of every bracket: `entities_lines` looks at whole lines, for the next place where brackets begin
    brackets  tokens of one compiled pattern, handed to the `Tree`; back to lines when the last bracket closes

Strings end with their line (a quote that is missing costs one line), brackets of any kind may be missing, and where the
text stops making sense (`_JUNK` words in a row) it is lines again. A string that is itself a document is read by a
child; one that is longer than the buffer is fed to its child in pieces, so nothing is ever held whole.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from shared.core.records import Place
from shared.extract.entities.lines import LineReader
from shared.extract.entities.long_string import LongString
from shared.extract.entities.rules import STATUSES
from shared.extract.entities.tokens import (
    BODY,
    COLON,
    CONTINUED,
    MAY_GO_ON,
    OPEN_STRING,
    SHORT,
    TOKEN,
    WRAPPED_URL,
    hard_wrapped,
    is_document,
    literal,
)
from shared.extract.entities.tree import MAX_DEPTH, Tree
from shared.extract.text.backslashes import decoded, unescape

STREAM = 32 * 1024  # a string or line longer than this is read in pieces
_MARGIN = 1024  # kept behind the position: how wide the lines are tells whether they are hard-wrapped
_CHILDREN = 6  # documents in strings in documents...
_WRAP = 4096  # a string wrapped over lines is not longer
_JUNK = 8
_CLOSERS = {"}": "{", "]": "[", ")": "("}
_DECODER = json.JSONDecoder()


class Parser:
    """`feed` text, `finish`. `locate` gives the place of a position in all that was fed."""

    def __init__(self, tree: Tree, locate: Callable[[int], Place], *, level: int = 0) -> None:
        self.tree = tree
        self.buffer = ""
        self.position = 0
        self.ended = False
        self.level = level
        self._locate = locate
        self._dropped = 0  # characters of the stream before the buffer
        self._base = len(tree.stack)
        self._lines = LineReader(self)
        self._key: str | None = None
        self._junk = 0
        self._deeper = 0
        self._lost = ""  # closing brackets that have no partner in the stack as it is
        self._stream: LongString | None = None
        self._no_json_before = 0  # the fast way failed: it is not tried again before this position

    # -- driving

    def feed(self, text: str) -> None:
        gone = max(self.position - _MARGIN, 0)
        self.buffer = self.buffer[gone:] + text
        self._dropped += gone
        self._no_json_before -= gone
        self.position -= gone
        self._run()

    def finish(self) -> None:
        """The text ends here, however it ends."""
        self.ended = True
        self._run()
        if self._stream is not None:
            self._stream.finish()
            self._stream = None
        self._lines.finish()
        self.tree.flush(self._base)
        self.buffer, self.position = "", 0

    def _run(self) -> None:
        while self.position < len(self.buffer):
            if self._stream is not None:
                more = self._long_string()
            elif self._in_brackets():
                more = self._brackets()
            else:
                more = self._lines.step()
            if not more:
                return

    def place(self, position: int) -> Place:
        return self._locate(self._dropped + position)

    def _in_brackets(self) -> bool:
        stack = self.tree.stack
        return self._deeper > 0 or (len(stack) > self._base and stack[-1].bracket != "~")

    @property
    def _floor(self) -> int:
        """Brackets stand above this: below are those of the outer text, and the open record of lines."""
        return self._base + self._lines.depth

    # -- brackets

    def enter(self, position: int, key: str | None) -> None:
        """Called by the line reader: a bracket (or a quoted key) begins here."""
        self.position, self._key, self._junk = position, key, 0

    def whole_line(self, position: int) -> bool:
        """The fast way for an object that begins a line."""
        self._key = None
        return self._whole(position, root=True)

    def open_at(self, position: int, bracket: str) -> None:
        """A bracket outside of all others."""
        if bracket == "{" and self._key is None and self._whole(position, root=True):
            return
        self.position = position + 1
        self._open(bracket, max(position, 0))

    def pairs(self, end: int) -> None:
        """Keys and values of one line without brackets around them; stops at a bracket that opens."""
        while self.position < end and not self._in_brackets():
            match = TOKEN.match(self.buffer, self.position, end)
            if match is None:
                self.position = end
                return
            if match.lastgroup == "other" and match[0].strip(" \t,;") in {'"', "'"}:
                self._cut_string(match.end() - 1, end)
                continue
            self._token(match)
            if match.lastgroup == "close" and not self._in_brackets():
                self._lines.close_inner(self.position)
        if not self._in_brackets():
            self._key = None

    def _brackets(self) -> bool:
        """Tokens until the brackets close (True) or the buffer has no whole one more (False)."""
        buffer, size = self.buffer, len(self.buffer)
        while self._stream is None and self._in_brackets():
            match = TOKEN.match(buffer, self.position)
            if match is None:  # white space only
                self.position = size
                return False
            if not self.ended and self._goes_on(match):
                if size - self.position < STREAM:
                    return False
                if match.end() == size and self._start_stream():
                    continue
            if match.lastgroup == "other":
                quote = match[0][-1]
                if quote in "\"'" and not self._loose_quote(match.end() - 1):
                    return False
                if quote not in "\"'":
                    self.position = match.end()
                continue
            if match.lastgroup == "open" and self._key is None and self._whole_value(match):
                continue
            self._token(match)
        return True

    def _goes_on(self, match: re.Match[str]) -> bool:
        """Could this token be longer than the buffer shows?"""
        end = match.end()
        if end == len(self.buffer):
            return True
        if match.lastgroup == "open" and match[0][-1] in "[(":  # PHP: `[self] => string(9) "..."`
            return len(self.buffer) - end < _WRAP and self.buffer.find("\n", end) < 0
        return match.lastgroup == "string" and MAY_GO_ON.match(self.buffer, end) is not None

    def _token(self, match: re.Match[str]) -> None:
        group = match.lastgroup
        self.position = match.end()
        if group == "simple" or group == "key":
            self._keyed(match)
        elif group == "string":
            self._string(match)
        elif group == "open":
            self._open(match["open"], match.end() - 1)
        elif group == "close":
            self._close(match["close"])
        elif group == "bare":
            self._bare(match)

    def _keyed(self, match: re.Match[str]) -> None:
        key = match["key"]
        if key[0] == "[":  # PHP
            key = key[1:-1].strip("\"'")
        elif key[0] in "\"'":
            key = unescape(key[1:-1])
        self._junk = 0
        value = match["simple"]
        if value is None:
            self._key = key
        elif value[0] == '"':
            self._key = None
            self.string(key, value[1:-1], match.start("simple"))
        else:
            self._key = None
            if self.tree.wanted(key):
                self.tree.scalar(key, literal(value))

    def _string(self, match: re.Match[str]) -> None:
        text = match["string"]
        text = text[text.index(text[-1]) + 1 : -1]
        key, self._key = self._key, None
        self._junk = 0
        while (more := CONTINUED.match(self.buffer, self.position)) is not None and key is not None:
            following = TOKEN.match(self.buffer, more.end())
            if following is None or following.lastgroup != "string" or following.end() == len(self.buffer):
                break
            self.position = following.end()
            text += following["string"][1:-1]
        self.string(key, unescape(text), match.start("string"))

    def string(self, key: str | None, text: str, place: int | Place) -> None:
        """A string value, unescaped: a document of its own, or a value."""
        if len(text) > SHORT and self.level < _CHILDREN and is_document(text) and not self._own_url(key, text):
            self._inside(key, decoded(text), place if isinstance(place, Place) else self.place(place))
            return
        self.tree.scalar(key, text)

    def _own_url(self, key: str | None, text: str) -> bool:
        """A `self` with a placeholder in braces is no document."""
        return key is not None and self.tree.wanted(key) == "self" and " " not in text

    def document(self, key: str | None, text: str, position: int) -> None:
        """A document in the middle of a line, its quotes no longer escaped."""
        if self.level < _CHILDREN:
            self._inside(key, text, self.place(position))

    def text_value(self, key: str, value: str, position: int | Place) -> None:
        """The value of a pair that stands on lines: a word, a quoted string, or a document."""
        if self._lines.cut_off and self.tree.wanted(key) == "status" and value.strip("\"'") not in STATUSES:
            return
        if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
            self.string(key, unescape(value[1:-1]) if value[0] == '"' else value[1:-1], position)
        elif value[0] in "{[@" and self.level < _CHILDREN:
            self._inside(key, value, position if isinstance(position, Place) else self.place(position))
        else:
            self.string(key, value, position) if " " in value else self.tree.scalar(key, literal(value))

    def cell(self, name: str, value: str, place: Place) -> None:
        """A cell of a table; `properties.timeToLiveHours` is how a flattened object names its columns."""
        outer, dot, inner = name.rpartition(".")
        if not dot:
            self.text_value(name, value, place)
            return
        self.tree.open("{", outer.rpartition(".")[2], place)
        self.text_value(inner, value, place)
        self.tree.close()

    def _inside(self, key: str | None, text: str, place: Place) -> None:
        self.tree.open('"', key, place)
        child = self._child(place)
        child.feed(text)
        child.finish()
        self.tree.close()

    def _child(self, place: Place) -> Parser:
        return Parser(self.tree, lambda _: place, level=self.level + 1)

    def _bare(self, match: re.Match[str]) -> None:
        text = match["bare"].rstrip()
        top = self.tree.stack[-1] if self.tree.stack else None
        if top is not None and top.bracket == "(" and ")" in text:
            text = text.partition(")")[0]
            self.position = match.start("bare") + len(text)
        if self._key is not None:
            key, self._key = self._key, None
            if text.startswith("http") and " " in text:  # Go: `{Self:https://... Model:{...} Status:Running}`
                text = text.split(None, 1)[0]
                self.position = match.start("bare") + len(text)
            self.tree.scalar(key, literal(text), cut=self.position == len(self.buffer) and key != "self")
            return
        if top is not None and top.bracket in "[(":
            self.tree.scalar(None, text, cut=top.bracket == "(" and self.position == len(self.buffer))
            return
        self.position = match.start("bare") + len(text.split(None, 1)[0])
        self._junk += 1
        if self._junk > _JUNK:
            self._give_up()

    def _give_up(self) -> None:
        """This is no structure: what was found stays, the rest is lines again."""
        self.tree.flush(self._floor)
        self._deeper, self._key, self._junk = 0, None, 0

    def _open(self, opener: str, position: int) -> None:
        key, self._key = self._key, None
        bracket, self._lost = opener[-1], ""
        stack = self.tree.stack
        if self._deeper or len(stack) >= MAX_DEPTH:
            self._deeper += 1
            return
        if key is None and bracket == "{" and len(stack) > self._base:
            self._mend()
        self.tree.open(bracket, key, self.place(position), opener[:-1].strip())

    def _mend(self) -> None:
        """An object where a key should be: the one before it was cut. It ends here, in its list or altogether."""
        top = self.tree.stack[-1]
        if top.bracket != "{" or not (top.fields or top.held):
            return
        stack = self.tree.stack
        at = len(stack) - 1
        while at >= self._floor and (stack[at].bracket != "[" or stack[at].reference):
            at -= 1
        self.tree.flush(max(at + 1, self._floor))

    def _close(self, closer: str) -> None:
        self._key, self._junk = None, 0
        if self._deeper:
            self._deeper -= 1
            return
        stack, wanted = self.tree.stack, _CLOSERS[closer]
        at = len(stack) - 1
        floor = self._floor if closer not in self._lost else len(stack)
        while at >= floor and stack[at].bracket != wanted:
            at -= 1
        if at < floor:
            self._lost += closer if closer not in self._lost else ""
            return
        self._lost = ""
        while len(stack) > at:
            key, bracket = stack[-1].key, stack[-1].bracket
            value = self.tree.close()
            if bracket == "(" and value is not None and stack:
                self.tree.scalar(key, value)

    def _whole_value(self, match: re.Match[str]) -> bool:
        """The fast way: an element of a list that is plain JSON and whole."""
        if self._deeper or match["open"] != "{" or self.tree.stack[-1].bracket != "[":
            return False
        return self._whole(match.end() - 1)

    def _whole(self, start: int, *, root: bool = False) -> bool:
        """`root`: places are those of the objects, so a wrapper on many lines is gone through slowly."""
        if start < self._no_json_before:
            return False
        try:
            value, end = _DECODER.raw_decode(self.buffer, start)
        except json.JSONDecodeError as error:
            self._no_json_before = max(error.pos, start + 1)
            return False
        except (RecursionError, ValueError):
            self._no_json_before = len(self.buffer)
            return False
        if root and "self" not in value and self.buffer.find("\n", start, end) >= 0:
            return False
        self.walk(None, value, self.place(start))
        self.position, self._junk = end, 0
        return True

    def walk(self, key: str | None, value: Any, place: Place) -> None:
        """A decoded JSON value, as if its text had been read. Not by recursion: it may nest deeper than Python does."""
        tree, open_ones = self.tree, [iter([(key, value)])]
        while open_ones:
            for name, inner in open_ones[-1]:
                if not isinstance(inner, (dict, list)):
                    self._leaf(name, inner, place)
                elif inner and len(tree.stack) < MAX_DEPTH:
                    if isinstance(inner, dict) and tree.whole(name, inner, place):
                        continue
                    tree.open("{" if isinstance(inner, dict) else "[", name, place)
                    open_ones.append(iter(inner.items()) if isinstance(inner, dict) else ((None, v) for v in inner))
                    break
            else:
                open_ones.pop()
                if open_ones:
                    tree.close()

    def _leaf(self, key: str | None, value: Any, place: Place) -> None:
        if isinstance(value, str) and len(value) > SHORT:
            self.string(key, value, place)
        elif (key is None and isinstance(value, str)) or (key is not None and self.tree.wanted(key)):
            self.tree.scalar(key, value)

    # -- strings that do not end, or not soon

    def _loose_quote(self, position: int) -> bool:
        """A quote without its partner on this line. False: more text is needed to know."""
        quote = self.buffer[position]
        end = BODY[quote].match(self.buffer, position + 1).end()  # type: ignore[union-attr]  # matches empty too
        if end >= len(self.buffer) - 1 and not self.ended:
            if len(self.buffer) - position < STREAM:
                return False
            return self._start_stream()
        if len(self.buffer) - position < _WRAP and not self.ended:
            return False
        wrapped = WRAPPED_URL.match(self.buffer, position, position + _WRAP) if self._key is not None else None
        if wrapped is not None:
            key, self._key = self._key, None
            self.tree.scalar(key, re.sub(r"\s*\n[ \t>|]*", "", wrapped[0][1:-1]))
            self.position = wrapped.end()
        elif quote == '"' and (torn := hard_wrapped(self.buffer, position)) is not None:
            self._rejoined(torn[0], position, torn[1])
        elif quote == "'" and self._key is None:
            self.position = position + 1  # an apostrophe
        else:
            self._cut_string(position, end)
        return True

    def _rejoined(self, text: str, position: int, end: int) -> None:
        colon = COLON.match(self.buffer, end)
        self.position = colon.end() if colon else end
        if colon:
            self._key = unescape(text)
        else:
            key, self._key = self._key, None
            self.string(key, unescape(text), position)

    def _cut_string(self, position: int, end: int) -> None:
        key, self._key = self._key, None
        text = unescape(self.buffer[position + 1 : end])
        self.position = max(end, position + 1)
        if len(text) > SHORT and is_document(text) and self.level < _CHILDREN:
            self.string(key, text, position)
        else:
            self.tree.scalar(key, text, cut=True)

    def _start_stream(self) -> bool:
        match = OPEN_STRING.match(self.buffer, self.position)
        if match is None or self.level >= _CHILDREN:
            self.position = len(self.buffer)  # one token of this length is nothing that we know
            return True
        key, self._key = self._key, None
        self.stream(match.start(1), match.end(), key, match[1])
        return True

    def stream(self, start: int, body: int, key: str | None, quote: str) -> None:
        """A string that begins at `start` is read in pieces, from `body` on."""
        place = self.place(start)
        self.position = body
        if self.level >= _CHILDREN:
            self.position = len(self.buffer)
            return
        self.tree.open('"', key, place)
        self._stream = LongString(self._child(place), quote)

    def _long_string(self) -> bool:
        stream = self._stream
        if stream is None:
            return True
        self.position, done = stream.take(self.buffer, self.position, ended=self.ended)
        if done:
            stream.finish()
            self.tree.close()
            self._stream = None
        return done
