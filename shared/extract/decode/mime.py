"""Text, and what mails hold in Base64: texts, attached logs and archives, opened where they stand.

text ─> is there a part in Base64? ─> no:  as it is
                                   └> yes: lines as they are, the content of such parts ─> Sniffer
"""

from __future__ import annotations

import binascii
import re
from typing import TYPE_CHECKING

from shared.extract.decode.charset import Charset
from shared.extract.decode.members import Members
from shared.extract.decode.stage import Skip

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

    from shared.extract.decode.stage import Budget, Stage

LOOK = 64 * 1024  # a mail shows within so many bytes that it is one
_LINE = 8 * 1024  # a longer one is no header
_HEADERS = 64  # lines of a part's header
_SAYS_BASE64 = re.compile(rb"(?im)^[ \t]*content-transfer-encoding[ \t]*:\s*\"?base64\b[^\r\n]*\r?\n")
_FIRST = re.compile(
    rb"\s*(?:From |(?i:return-path|received|delivered-to|mime-version|message-id|dkim-signature|authentication-results"
    rb"|arc-[a-z-]{1,40}|x-[a-z0-9-]{1,60}|content-type|from|to|subject|date|reply-to|sender|thread-topic):)"
)
_SECOND = re.compile(rb"(?im)^(?:mime-version|content-type|received|message-id):")
_HEADER = re.compile(rb"[ \t]|[A-Za-z0-9-]{1,60}:")
_BODY = re.compile(rb"(?:[A-Za-z0-9+/]++|[ \t]*+\r?\n)*+")
_PADDING = re.compile(rb"={1,2}[ \t]*(?:\r?\n)?")
_BLANKS = b" \t\r\n"


def holds_base64(head: bytes) -> bool:
    """A mail by its first lines, or a piece of one."""
    if _FIRST.match(head) is not None and _SECOND.search(head, 0, LOOK) is not None:
        return True
    return b"base64" in head.lower() and _SAYS_BASE64.search(head) is not None


class Text:
    """Every text comes through here. `inner` opens what a part holds; None: too deep for that."""

    def __init__(self, budget: Budget, inner: Callable[[], Stage] | None) -> None:
        self._budget = budget
        self._inner = inner
        self._charset = Charset()
        self._mail: Mail | None = None
        self._head: bytes | None = b""  # None: it was judged

    def feed(self, data: bytes) -> Iterator[bytes]:
        if self._head is None and self._mail is None:
            yield from self._charset.feed(data)
            return
        for text in self._charset.feed(data):
            yield from self._text(text)

    def flush(self) -> Iterator[bytes]:
        for text in self._charset.flush():
            yield from self._text(text)
        if self._head is not None:
            yield from self._judge(self._head)
        if self._mail is not None:
            yield from self._mail.flush()

    def _text(self, text: bytes) -> Iterator[bytes]:
        if self._mail is not None:
            yield from self._mail.feed(text)
        elif self._head is None:
            yield text
        else:
            self._head += text
            if len(self._head) >= LOOK:
                yield from self._judge(self._head)

    def _judge(self, head: bytes) -> Iterator[bytes]:
        self._head = None
        if holds_base64(head[:LOOK]):
            self._mail = Mail(self._budget, self._inner)
            yield from self._mail.feed(head)
        else:
            yield head


class Mail(Members):
    def __init__(self, budget: Budget, inner: Callable[[], Stage] | None) -> None:
        super().__init__(budget, inner or Skip)
        self._opens = inner is not None
        self._rest = b""
        self._headers = 0  # lines of a part's header that may still come before its content
        self._quad = b""

    def feed(self, text: bytes) -> Iterator[bytes]:
        data = self._rest + text
        end = max(data.rfind(b"\n") + 1, len(data) - _LINE)  # whole lines, but for lines that never end
        self._rest = data[end:]
        yield from self._lines(data[:end])

    def flush(self) -> Iterator[bytes]:
        rest, self._rest = self._rest, b""
        yield from self._lines(rest)
        yield from self._close()

    def _lines(self, data: bytes) -> Iterator[bytes]:
        at = 0
        last = data.lower().rfind(b"base64")  # the expression takes many times as long, and this is asked once
        while at < len(data):
            if self._member is not None:
                at = yield from self._body(data, at)
            elif self._headers:
                at = yield from self._header(data, at)
            else:
                at = yield from self._outside(data, at, last)

    def _outside(self, data: bytes, at: int, last: int) -> Generator[bytes, None, int]:
        """`last`: where the word stands for the last time that a header needs."""
        match = _SAYS_BASE64.search(data, at) if at < last else None
        end = match.end() if match else len(data)
        yield data[at:end]
        if match and self._opens and not self._budget.full:
            self._headers = _HEADERS
        elif match:
            self._budget.notice("parts of a mail were not opened: too deep in archives and mails (limit max_depth)")
        return end

    def _header(self, data: bytes, at: int) -> Generator[bytes, None, int]:
        end = data.find(b"\n", at) + 1 or len(data)
        line = data[at:end]
        yield line
        if not line.strip():
            self._headers = 0
            if not self._budget.full:
                self._begin()
        else:
            self._headers = self._headers - 1 if _HEADER.match(line) else 0
        return end

    def _body(self, data: bytes, at: int) -> Generator[bytes, None, int]:
        """Up to the padding, or the first line that is no Base64."""
        match = _BODY.match(data, at)
        stop = match.end() if match else at
        padding = _PADDING.match(data, stop)
        if padding is None and stop < len(data):
            stop = data.rfind(b"\n", at, stop) + 1 or at
        yield from self._give(self._decoded(data[at:stop]))
        if padding is not None:
            stop = padding.end()
        elif stop == len(data):
            return stop
        yield from self._close()
        return stop

    def _decoded(self, piece: bytes) -> bytes:
        letters = self._quad + piece.translate(None, _BLANKS)
        whole = len(letters) - len(letters) % 4
        self._quad = letters[whole:]
        return binascii.a2b_base64(letters[:whole])

    def _close(self) -> Iterator[bytes]:
        rest, self._quad = self._quad, b""
        if len(rest) > 1:
            yield from self._give(binascii.a2b_base64(rest + b"=" * (4 - len(rest))))
        yield from self._end()
