"""zip and tar, read as they stream by: nothing is written to disk and no member is held in memory."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from shared.extract.compression import Bzip2, Codec, Corrupt, Deflate, Xz, Zstd

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from shared.extract.decode import Budget, Stage

PIECE = 256 * 1024
_LOCAL = b"PK\x03\x04"
_DESCRIPTOR = b"PK\x07\x08"
_ENCRYPTED, _DESCRIPTOR_FOLLOWS = 0x1, 0x8
_ZIP64 = 0xFFFFFFFF
_NAME_MAX = 64 * 1024
_REGULAR = b"0\x007"


def is_archive(head: bytes) -> bool:
    return head.startswith((_LOCAL, b"PK\x05\x06")) or _is_tar(head)


def open_archive(head: bytes, budget: Budget, inner: Callable[[], Stage], *, plain: bool) -> Stage | None:
    if head.startswith((_LOCAL, b"PK\x05\x06")):
        return Zip(budget, inner, plain=plain)
    return Tar(budget, inner) if _is_tar(head) else None


def _is_tar(head: bytes) -> bool:
    if len(head) < 512:
        return False
    if head[257:262] == b"ustar":
        return True
    checksum = head[148:156].strip(b" \0")
    if not checksum.isdigit():
        return False
    octal = checksum.strip(b"01234567") == b""
    return octal and int(checksum, 8) == sum(head[:148]) + 8 * 32 + sum(head[156:512])


class _Members:
    """What zip and tar share: the text of one member after another, divided by a line end."""

    def __init__(self, budget: Budget, inner: Callable[[], Stage]) -> None:
        self._budget = budget
        self._inner = inner
        self._member: Stage | None = None
        self._ends_line = True

    def _begin(self) -> None:
        self._budget.member()
        self._budget.new_member()
        self._member = self._inner()

    def _give(self, data: bytes) -> Iterator[bytes]:
        if self._member is not None:
            yield from self._noted(self._member.feed(data))

    def _end(self) -> Iterator[bytes]:
        if self._member is None:
            return
        yield from self._noted(self._member.flush())
        self._member = None
        if not self._ends_line:
            self._ends_line = True
            yield b"\n"

    def _noted(self, texts: Iterator[bytes]) -> Iterator[bytes]:
        for text in texts:
            if text:
                self._ends_line = text.endswith((b"\n", b"\r"))
                yield text


class Zip(_Members):
    """By its local headers. The directory at the end is not needed, so a zip that is cut short gives what it holds."""

    def __init__(self, budget: Budget, inner: Callable[[], Stage], *, plain: bool) -> None:
        super().__init__(budget, inner)
        self._plain = plain
        self._data = b""
        self._codec: Codec | None = None
        self._left = 0  # stored bytes of this member that are still to come
        self._descriptor = False
        self._done = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        self._data += data
        while not self._done and self._data:
            before = len(self._data)
            if self._member is None:
                self._header()
            yield from self._content()
            if len(self._data) == before and (self._member is None or self._codec is None):
                return

    def flush(self) -> Iterator[bytes]:
        if self._member is not None or (self._data and not self._done):
            self._budget.notice("the zip file is cut short; what it held was read")
        yield from self._end()

    def _header(self) -> None:
        self._skip_descriptor()
        if len(self._data) < 30:
            return
        if not self._data.startswith(_LOCAL):
            self._done = True  # the directory, or something that is no zip
            return
        flags, method = struct.unpack_from("<HH", self._data, 6)
        packed, size, name, extra = struct.unpack_from("<IIHH", self._data, 18)
        if len(self._data) < 30 + name + extra:
            return
        if _ZIP64 in (packed, size):
            packed = _zip64(self._data[30 + name : 30 + name + extra], both=size == _ZIP64, packed=packed)
        self._data = self._data[30 + name + extra :]
        self._descriptor = bool(flags & _DESCRIPTOR_FOLLOWS)
        self._left = packed
        self._open(flags, method)

    def _open(self, flags: int, method: int) -> None:
        self._begin()
        self._codec = None
        if flags & _ENCRYPTED:
            self._budget.notice("a file in the zip is encrypted and was not read")
            self._member = _Skip()
        elif method == 8:
            self._codec = Deflate(plain=self._plain, wbits=-15)
        elif method in (12, 93, 95):
            self._codec = {12: Bzip2, 93: Zstd, 95: Xz}[method]()
        elif method:
            self._budget.notice(f"a file in the zip is packed with method {method}, which is not supported")
            self._member = _Skip()
        elif self._descriptor and not self._left:
            self._budget.notice("a stored file in the zip does not tell its size; it was not read")
            self._done = True

    def _content(self) -> Iterator[bytes]:
        if self._member is None:
            return
        if self._codec is not None:
            yield from self._inflate(self._codec)
            return
        piece, self._data = self._data[: self._left], self._data[self._left :]
        self._left -= len(piece)
        self._budget.grew(len(piece))
        yield from self._give(piece)
        if not self._left:
            yield from self._end()

    def _inflate(self, codec: Codec) -> Iterator[bytes]:
        data, self._data = self._data, b""
        try:
            for piece in codec.pieces(data, PIECE):
                self._budget.grew(len(piece))
                yield from self._give(piece)
        except Corrupt as reason:
            self._budget.notice(f"the zip file is broken ({reason}); what came before was read")
            self._done = True
            yield from self._end()
            return
        if codec.ended:
            self._data, self._codec = codec.rest, None
            yield from self._end()

    def _skip_descriptor(self) -> None:
        """Sizes after the content: with or without a signature, with 32 or 64 bits."""
        if not self._descriptor or len(self._data) < 24:
            return
        for size in (16, 24, 12, 20):
            if self._data[size : size + 2] == b"PK" and (size in (12, 20) or self._data.startswith(_DESCRIPTOR)):
                self._data = self._data[size:]
                break
        self._descriptor = False


def _zip64(extra: bytes, *, both: bool, packed: int) -> int:
    at = 0
    while at + 4 <= len(extra):
        kind, size = struct.unpack_from("<HH", extra, at)
        if kind == 1:
            offset = at + 4 + (8 if both else 0)
            return int(struct.unpack_from("<Q", extra, offset)[0]) if len(extra) >= offset + 8 else packed
        at += 4 + size
    return packed


class _Skip:
    def feed(self, _data: bytes) -> Iterator[bytes]:
        return iter(())

    def flush(self) -> Iterator[bytes]:
        return iter(())


class Tar(_Members):
    def __init__(self, budget: Budget, inner: Callable[[], Stage]) -> None:
        super().__init__(budget, inner)
        self._data = b""
        self._left = 0
        self._padding = 0
        self._done = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        self._data += data
        while not self._done and self._data:
            if self._left:
                piece, self._data = self._data[: self._left], self._data[self._left :]
                self._left -= len(piece)
                yield from self._give(piece)
                if not self._left:
                    yield from self._end()
            elif self._padding:
                skipped = min(self._padding, len(self._data))
                self._data, self._padding = self._data[skipped:], self._padding - skipped
            elif len(self._data) >= 512:
                self._header(self._data[:512])
                self._data = self._data[512:]
            else:
                return

    def flush(self) -> Iterator[bytes]:
        if self._left:
            self._budget.notice("the tar file is cut short; what it held was read")
        yield from self._end()

    def _header(self, header: bytes) -> None:
        if not header.strip(b"\0"):
            return  # the end, or blocks of nothing before the next archive that was appended
        size = _tar_number(header[124:136])
        if size is None or not _is_tar(header):
            self._budget.notice("the tar file is broken; what came before was read")
            self._done = True
            return
        self._left, self._padding = size, -size % 512
        if header[156:157] in (b"0", b"\0", b"7") and size:
            self._begin()
        else:
            self._member = _Skip() if size else None


def _tar_number(field: bytes) -> int | None:
    if field[0] & 0x80:
        return int.from_bytes(bytes([field[0] & 0x7F]) + field[1:], "big")
    digits = field.strip(b" \0")
    if not digits:
        return 0
    return int(digits, 8) if not digits.strip(b"01234567") else None
