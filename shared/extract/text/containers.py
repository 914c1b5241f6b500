"""Container logs that cut a long line into parts: the parts are joined, also when a block ends between them.

CRI     2026-11-22T05:00:00.1Z stdout P part      the next line of this stream goes on; F is the last one
Docker  {"log":"part","stream":"stdout",...}      only the last part ends with `\\n`
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from typing import Protocol

from shared.extract.text.bytesearch import find
from shared.extract.text.position_map import Edit

_HEAD = re.compile(rb"\S{20,40} (stdout|stderr) ([PF]) ")
_PART = re.compile(rb"(?m)^\S{20,40} (stdout|stderr) P ")
_DOCKER = re.compile(rb'(?<!\\n)", ?"stream": ?"std(?:out|err)"[^\n]{0,200}\} ?\n(?:\{"log": ?"|\Z)')
# one record a line, as Docker's json-file driver writes it
_RECORD = re.compile(
    rb'(?m)^\{"log": ?"(?P<text>[^"\\\n]*+(?:\\[^\n][^"\\\n]*+)*+)", ?"stream": ?"(?P<stream>std(?:out|err))"'
    rb'(?:, ?"[a-z]+": ?(?:"[^"\n]*"|\{[^{}\n]*\}))*?, ?"time": ?"(?P<time>[^"\n]{1,40})"\} ?$'
)
_ENTITY_WORDS = (b"speechtotext", b"ranscription", b"lastActionDateTime")
_STRING_CODE = re.compile(rb'\\(["\\/nrt])')
_CODES = {b"n": b"\n", b"r": b" ", b"t": b"\t"}
_DOCKER_HEAD = re.compile(rb'\{"log": ?"')


class Joiner(Protocol):
    """Keeps from text to text whether a part waits for the next one."""

    open: bool

    def edits(self, text: bytes, *, last: bool) -> Iterator[Edit]: ...


class CriParts:
    """The head of the first part stays: it has the time."""

    def __init__(self) -> None:
        self.open = False
        self._stream = b""

    def edits(self, text: bytes, *, last: bool) -> Iterator[Edit]:
        position = 0
        if self.open and text:
            self.open = False
            head = self._goes_on(text, 0)
            yield 0, head.end() if head else 0, b"" if head else b"\n"
            if head and head[2] == b"P":
                position = yield from self._rest(text, head.end(), last=last)
        while not self.open and (part := _PART.search(text, position)) is not None:
            self._stream = part[1]
            position = yield from self._rest(text, part.end(), last=last)

    def _rest(self, text: bytes, position: int, *, last: bool) -> Generator[Edit, None, int]:
        """From within a part on: all joints until the line is whole."""
        while (end := text.find(b"\n", position)) >= 0:
            if end + 1 == len(text):
                self.open = not last
                if self.open:
                    yield end, end + 1, b""
                break
            head = self._goes_on(text, end + 1)
            if head is None:
                return end + 1
            yield end, head.end(), b""
            position = head.end()
            if head[2] == b"F":
                return position
        return len(text)

    def _goes_on(self, text: bytes, position: int) -> re.Match[bytes] | None:
        head = _HEAD.match(text, position)
        return head if head is not None and head[1] == self._stream else None


class DockerParts:
    """What stands between two parts goes."""

    def __init__(self) -> None:
        self.open = False

    def edits(self, text: bytes, *, last: bool) -> Iterator[Edit]:
        if self.open and text:
            self.open = False
            head = _DOCKER_HEAD.match(text)
            yield 0, head.end() if head else 0, b"" if head else b"\n"
        for match in _DOCKER.finditer(text):
            self.open = not match[0].endswith(b'"')
            if not (self.open and last):
                yield *match.span(), b""
        self.open = self.open and not last


def docker_records(text: bytes) -> Iterator[Edit]:
    """The message of a record, after its time: a body is written over many records. Other lines stay as they are."""
    if all(find(text, word) < 0 for word in _ENTITY_WORDS):
        return
    for record in _RECORD.finditer(text):
        start, end = record.span("text")
        yield record.start(), start, b"%s %s F " % (record["time"], record["stream"])
        last = end - 2 if text.endswith(rb"\n", start, end) else end
        for code in _STRING_CODE.finditer(text, start, last):
            yield *code.span(), _CODES.get(code[1], code[1])
        yield last, record.end(), b""
