"""A string that is longer than the parser's buffer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.extract.entities.tokens import BODY
from shared.extract.text.backslashes import BASE64, HALF_ESCAPE, undo_base64, unescape

if TYPE_CHECKING:
    from shared.extract.entities.parser import Parser


class LongString:
    """Unescaped (and Base64 undone) piece by piece into a child parser."""

    def __init__(self, child: Parser, quote: str) -> None:
        self._child = child
        self._body = BODY[quote]
        self._quote = quote
        self._base64: bool | None = None
        self._rest = ""

    def take(self, buffer: str, start: int, *, ended: bool) -> tuple[int, bool]:
        """New position, and whether the string has ended."""
        match = self._body.match(buffer, start)
        end = match.end() if match else start
        done = end < len(buffer) - 1 or ended or (end < len(buffer) and buffer[end] in (self._quote, "\n"))
        if not done:
            half = HALF_ESCAPE.search(buffer, max(end - 6, start), end)
            end = half.start() if half else end
        self._push(unescape(buffer[start:end]))
        if done and end < len(buffer) and buffer[end] in (self._quote, "\\"):
            return end + 1, True
        return end, done

    def _push(self, text: str) -> None:
        if self._base64 is None and text:
            self._base64 = BASE64.match(text) is not None and BASE64.fullmatch(text[:1024]) is not None
        if self._base64:
            text = self._rest + text.replace("\n", "").replace("\r", "")
            whole = len(text) // 4 * 4
            self._rest, text = text[whole:], undo_base64(text[:whole])
        self._child.feed(text)

    def finish(self) -> None:
        self._child.finish()
