"""Is a position within a string of JSON? What is undone there must not end the string."""

from __future__ import annotations

_QUOTE, _ESCAPED = b'"', b'\\"'


class Strings:
    """Asked of ascending positions of a text."""

    def __init__(self, text: bytes) -> None:
        self._text = text
        self._at = 0
        self._quotes = 0

    def put(self, new: bytes, position: int) -> bytes:
        """`new` as it is written there."""
        return escaped(new) if self.within(position) else new

    def within(self, position: int) -> bool:
        """An odd number of quotes stands before it on its line."""
        line = self._text.rfind(b"\n", self._at, position) + 1
        if line:
            self._at, self._quotes = line, 0
        quotes = self._text.count(_QUOTE, self._at, position)
        if quotes:
            self._quotes += quotes - self._text.count(_ESCAPED, self._at, position)
        self._at = position
        return self._quotes % 2 == 1


def escaped(text: bytes) -> bytes:
    """As JSON writes it."""
    return text.replace(b"\\", b"\\\\").replace(b'"', b'\\"').replace(b"\r", b" ").replace(b"\n", rb"\n")
