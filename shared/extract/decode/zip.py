"""zip, read as it streams by its local headers.

The directory at the end is not needed, so a zip that is cut short gives what it holds. Where a member does not tell
its size (a writer that could not go back), it ends where its stream ends, or at a descriptor that fits.
"""

from __future__ import annotations

import re
import struct
from typing import TYPE_CHECKING

from shared.extract.decode.codecs import Bzip2, Codec, Corrupt, Deflate, Xz, ZipLzma, Zstd
from shared.extract.decode.members import Members
from shared.extract.decode.stage import Skip, Slices

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from shared.extract.decode.stage import Budget, Stage

PIECE = 256 * 1024
ZIPS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08PK\x03\x04", b"PK00PK\x03\x04")  # the last two: once split, or nearly
_LOCAL = b"PK\x03\x04"
_DESCRIPTOR = b"PK\x07\x08"
_DIRECTORY = (b"PK\x01\x02", b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x08")
_SPLIT = (b"PK\x07\x08PK\x03\x04", b"PK00PK\x03\x04")
_ENCRYPTED, _DESCRIPTOR_FOLLOWS = 0x1, 0x8
_ZIP64 = 0xFFFFFFFF
_HEADER = 30
# version, flags and method as writers make them: looked for where the stream was lost
_PLAUSIBLE = re.compile(rb"PK\x03\x04[\x00-\x3f][\x00-\x14][\x00-\xff][\x00-\x3f][\x00-\x13\x5d-\x63]\x00")
_CODECS: dict[int, type[Codec]] = {12: Bzip2, 14: ZipLzma, 93: Zstd, 95: Xz}


class Zip(Members):
    def __init__(self, budget: Budget, inner: Callable[[], Stage]) -> None:
        super().__init__(budget, inner)
        self._slices = Slices()
        self._data = b""
        self._codec: Codec | None = None
        self._left: int | None = 0  # packed bytes of this member that are still to come; None: unknown
        self._taken = 0
        self._descriptor = False
        self._seeking = False  # for the next member: behind the directory, or where the stream was lost

    def feed(self, data: bytes) -> Iterator[bytes]:
        for piece in self._slices.feed(data):
            yield from self._take(piece)

    def flush(self) -> Iterator[bytes]:
        if not self._budget.full:
            yield from self._take(self._slices.rest())
            if self._member is not None and self._left is None and self._codec is None:
                yield from self._until_descriptor(last=True)
        if self._member is not None or (self._data.strip(b"\0") and not self._seeking and not self._descriptor):
            self._budget.notice("the zip file is cut short; what it held was read")
        yield from self._end()

    def _take(self, data: bytes) -> Iterator[bytes]:
        self._data += data
        while self._data:
            if self._member is None and not self._find_header():
                return
            before, member = len(self._data), self._member
            yield from self._content()
            if len(self._data) == before and self._member is member:
                return

    # -- headers

    def _find_header(self) -> bool:
        """False: it is not there yet."""
        self._skip_descriptor()
        if self._seeking and not self._seek():
            return False
        if len(self._data) < _HEADER:
            return False
        if self._data.startswith(_SPLIT):
            self._data = self._data[4:]
        if not self._data.startswith(_LOCAL):
            if not self._data.startswith(_DIRECTORY):
                self._lost("a file does not end where it says")
            self._seeking = True
            return self._find_header()
        return self._header()

    def _seek(self) -> bool:
        match = _PLAUSIBLE.search(self._data)
        if match is None:
            self._data = self._data[-(_HEADER - 1) :]
            return False
        self._data = self._data[match.start() :]
        self._seeking = False
        return True

    def _header(self) -> bool:
        flags, method = struct.unpack_from("<HH", self._data, 6)
        packed, size, name_size, extra_size = struct.unpack_from("<IIHH", self._data, 18)
        end = _HEADER + name_size + extra_size
        if len(self._data) < end:
            return False
        name = self._data[_HEADER : _HEADER + name_size]
        if _ZIP64 in (packed, size):
            packed = _zip64(self._data[_HEADER + name_size : end], both=size == _ZIP64, packed=packed)
        self._data = self._data[end:]
        self._descriptor = bool(flags & _DESCRIPTOR_FOLLOWS)
        self._left = None if self._descriptor and not packed else packed
        self._taken = 0
        self._open(flags, method, name)
        return True

    def _open(self, flags: int, method: int, name: bytes) -> None:
        self._codec = None
        if name.endswith(b"/") or name.startswith(b"__MACOSX/"):
            self._member = Skip()  # folders, and what macOS keeps beside each file
            self._left = 0 if name.endswith(b"/") and not self._left and not method else self._left
        elif flags & _ENCRYPTED:
            self._unread("is encrypted and was not read")
            return
        else:
            self._begin()
        if method == 8:
            self._codec = Deflate(self._budget.engines, wbits=-15)
        elif method in _CODECS:
            self._open_codec(_CODECS[method])
        elif method:
            self._unread(f"is packed with method {method}, which is not supported")

    def _open_codec(self, codec: type[Codec]) -> None:
        try:
            self._codec = codec(self._budget.engines)
        except Corrupt as reason:
            self._unread(f"was not read ({reason})")

    def _unread(self, why: str) -> None:
        self._budget.notice(f"a file in the zip {why}")
        self._member = Skip()

    # -- content

    def _content(self) -> Iterator[bytes]:
        if self._left is not None:
            piece, self._data = self._data[: self._left], self._data[self._left :]
            self._left -= len(piece)
            yield from self._inflate(piece) if self._codec is not None else self._stored(piece)
            if not self._left:
                self._check_end()
                yield from self._end()
        elif self._codec is not None:
            piece, self._data = self._data, b""
            yield from self._inflate(piece)
            if self._codec is None:
                yield from self._end()
        else:
            yield from self._until_descriptor()

    def _inflate(self, data: bytes) -> Iterator[bytes]:
        """The codec is gone when its stream has ended or is broken."""
        codec = self._codec
        if codec is None:
            return
        try:
            for piece in codec.pieces(data, PIECE):
                self._budget.grew(len(piece))
                yield from self._give(piece)
        except Corrupt as reason:
            self._lost(str(reason))
            self._codec = None
            if self._left is None:  # where this one ends is not known: the next one's header tells
                self._seeking, self._data = True, data
            return
        if codec.ended:
            self._codec = None
            if self._left is None:
                self._data = codec.rest

    def _check_end(self) -> None:
        if self._codec is not None:
            self._lost("a file ends too early")
            self._codec = None

    def _stored(self, piece: bytes) -> Iterator[bytes]:
        if isinstance(self._member, Skip):
            return
        self._budget.grew(len(piece))
        yield from self._give(piece)

    def _until_descriptor(self, *, last: bool = False) -> Iterator[bytes]:
        """A descriptor repeats how many bytes came before it: so it is told from content that looks like one."""
        at = self._data.find(_DESCRIPTOR)
        while 0 <= at <= len(self._data) - (12 if last else 24):
            told = self._data[at + 8 : at + 16]
            if self._taken + at in (int.from_bytes(told[:4], "little"), int.from_bytes(told, "little")):
                piece, self._data = self._data[:at], self._data[at:]
                yield from self._stored(piece)
                yield from self._end()
                return
            at = self._data.find(_DESCRIPTOR, at + 1)
        keep = 0 if last else len(self._data) - at if at >= 0 else len(_DESCRIPTOR) - 1
        cut = max(0, len(self._data) - keep)
        piece, self._data = self._data[:cut], self._data[cut:]
        self._taken += cut
        yield from self._stored(piece)

    def _skip_descriptor(self) -> None:
        """Sizes after the content: with or without a signature, with 32 or 64 bits."""
        if not self._descriptor or len(self._data) < 26:
            return
        for size in (16, 24, 12, 20):
            if self._data[size : size + 2] == b"PK" and (size in (12, 20) or self._data.startswith(_DESCRIPTOR)):
                self._data = self._data[size:]
                break
        self._descriptor = False

    def _lost(self, why: str) -> None:
        self._budget.notice(f"the zip file is broken ({why}); the rest was read")


def _zip64(extra: bytes, *, both: bool, packed: int) -> int:
    at = 0
    while at + 4 <= len(extra):
        kind, size = struct.unpack_from("<HH", extra, at)
        if kind == 1:
            offset = at + 4 + (8 if both else 0)
            return int(struct.unpack_from("<Q", extra, offset)[0]) if len(extra) >= offset + 8 else packed
        at += 4 + size
    return packed
