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
_ANY = re.compile(_INVISIBLE + b"|" + _HYPHEN + b"|" + _SPACE)
_GONE = re.compile(rb"(?<![\x80-\xff])" + _INVISIBLE + rb"+(?=[\x00-\x7f]|\Z)")
_HYPHENS = re.compile(rb"(?<=[0-9A-Za-z])" + _HYPHEN + rb"(?=[0-9A-Za-z])")
# `Session Started` with one of the many spaces; elsewhere, in names, they are left alone
_SPACES = re.compile(rb"(?i:(?<=session)" + _SPACE + rb"(?=[a-z]))")
_LEADING = re.compile(_INVISIBLE + b"*")
RULES = ((_GONE, b""), (_HYPHENS, b"-"), (_SPACES, b" "))  # one after the other
_UNSURE = re.compile(rb"[0-9A-Za-z]{0,8}(?:" + _INVISIBLE + b"|" + _HYPHEN + b"|" + _SPACE + rb"){0,16}\Z")


def plain(text: bytes) -> bytes:
    """One text without them; nothing makes up for what went."""
    if not _ANY.search(text):
        return text
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
        if not self._owed and not _ANY.search(text, lead):
            return text
        lines = text[lead:].splitlines(keepends=True)
        return text[:lead] + b"".join(map(self._line, lines))

    def _line(self, line: bytes) -> bytes:
        found = plain(line)
        self._owed += len(line) - len(found)
        body = found.rstrip(b"\r\n")
        if not self._owed or len(body) == len(found):
            return found
        spaces, self._owed = b" " * self._owed, 0
        return body + spaces + found[len(body) :]
