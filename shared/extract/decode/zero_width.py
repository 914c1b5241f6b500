"""Takes out characters that nobody sees: web pages, Word, Teams and Outlook put them into long words, as IDs are.

Soft hyphens, zero-width spaces and joiners, word joiners, marks of direction and of byte order go where ASCII stands
on both sides (between other letters they mean something). A hyphen that forbids a line break becomes a plain one. The
line is made up to its length with spaces at its end, so that places further on stay true.
"""

from __future__ import annotations

import re

_INVISIBLE = (
    rb"(?:\xc2\xad|\xcd\x8f|\xe1\xa0\x8e|\xe2\x80[\x8b-\x8f\xaa-\xae]|\xe2\x81[\xa0-\xa4\xa6-\xa9]|\xef\xbb\xbf)"
)
_HYPHEN = rb"\xe2\x80[\x90\x91]"
_SPACE = rb"(?:\xc2\xa0|\xe2\x80[\x80-\x8a\xaf]|\xe2\x81\x9f)"
# no groups: so the search looks for the first bytes alone, ten times as fast
_ANY = re.compile(
    rb"\xc2[\xa0\xad]|\xcd\x8f|\xe1\xa0\x8e|\xe2\x80[\x80-\x91\xaa-\xaf]|\xe2\x81[\x9f-\xa4\xa6-\xa9]|\xef\xbb\xbf"
)
_LEADS = {
    b"\xc2": (b"\xc2\xa0", b"\xc2\xad"),
    b"\xcd": (b"\xcd\x8f",),
    b"\xe1": (b"\xe1\xa0\x8e",),
    b"\xe2": (b"\xe2\x80", b"\xe2\x81"),
    b"\xef": (b"\xef\xbb\xbf",),
}
_GONE = re.compile(rb"(?<![\x80-\xff])" + _INVISIBLE + rb"+(?=[\x00-\x7f]|\Z)")
_HYPHENS = re.compile(rb"(?<=[0-9A-Za-z])" + _HYPHEN + rb"(?=[0-9A-Za-z])")
# `Session Started` with one of the many spaces; elsewhere, in names, they are left alone
_SPACES = re.compile(rb"(?i:(?<=session)" + _SPACE + rb"(?=[a-z]))")
_LINE_END = re.compile(rb"\r\n?|\n")
_LEADING = re.compile(_INVISIBLE + b"*")
RULES = ((_GONE, b""), (_HYPHENS, b"-"), (_SPACES, b" "))  # one after the other
_UNSURE = re.compile(rb"[0-9A-Za-z]{0,8}(?:" + _INVISIBLE + b"|" + _HYPHEN + b"|" + _SPACE + rb"){0,16}\Z")


def may_hold(text: bytes) -> bool:
    """Is it worth while to look? Some quick searches against one slow one."""
    return not text.isascii() and any(
        lead in text and any(begin in text for begin in begins) for lead, begins in _LEADS.items()
    )


def _plain(text: bytes) -> bytes:
    for pattern, new in RULES:
        text = pattern.sub(new, text)
    return text


class Invisible:
    """`clean` pieces of UTF-8 in order, then `flush`. Where the pieces are cut changes nothing."""

    def __init__(self) -> None:
        self.after_ascii = True  # what stands before the next piece
        self._held = b""
        self._owed = 0

    @property
    def waits(self) -> bool:
        """Plain text must come through `clean` too."""
        return bool(self._held or self._owed)

    def clean(self, text: bytes) -> bytes:
        if text.isascii() and not self.waits:
            self.after_ascii = self.after_ascii or bool(text)
            return text
        text = self._held + text
        unsure = _UNSURE.search(text, max(0, len(text) - 64))
        cut = unsure.start() if unsure and not text.isascii() else len(text)
        text, self._held = text[:cut], text[cut:]
        return self._cleaned(text)

    def flush(self) -> bytes:
        text, self._held = self._held, b""
        return self._cleaned(text)

    def _cleaned(self, text: bytes) -> bytes:
        if not text:
            return b""
        leading = None if self.after_ascii else _LEADING.match(text)
        lead = leading.end() if leading is not None else 0
        self.after_ascii = text[-1] < 0x80
        if not self._owed and not may_hold(text):
            return text
        parts, at = [text[:lead]], lead
        while at < len(text):
            found = None if self._owed else _ANY.search(text, at)
            if found is None and not self._owed:
                break
            start = at if found is None else max(at, _line_start(text, found.start()))
            end = _line_end(text, start)
            parts += (text[at:start], self._line(text[start:end]))
            at = end
        return b"".join((*parts, text[at:]))

    def _line(self, line: bytes) -> bytes:
        found = _plain(line)
        self._owed += len(line) - len(found)
        body = found.rstrip(b"\r\n")
        if not self._owed or len(body) == len(found):
            return found
        spaces, self._owed = b" " * self._owed, 0
        return body + spaces + found[len(body) :]


def _line_start(text: bytes, position: int) -> int:
    return max(text.rfind(b"\n", 0, position), text.rfind(b"\r", 0, position)) + 1


def _line_end(text: bytes, position: int) -> int:
    """Behind the line end, which is there or in a later piece."""
    match = _LINE_END.search(text, position)
    return match.end() if match else len(text)
