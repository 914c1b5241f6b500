"""tar, read as it streams by: ustar, GNU and pax, long names, sparse and huge files, archives one after another."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shared.extract.decode.members import Members
from shared.extract.decode.stage import Skip, Slices

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from shared.extract.decode.stage import Budget, Stage

BLOCK = 512
_ABOUT = b"gLKDVNAI"  # names of members and the like; `x` and `X` may hold the size of the next member
_NO_CONTENT = b"23456"  # links, devices, folders: their size means something else
_PAX_MAX = 1024 * 1024
_PAX_SIZE = re.compile(rb"(?:\A|\n)\d{1,3} size=(\d{1,18})\n")


class Tar(Members):
    def __init__(self, budget: Budget, inner: Callable[[], Stage]) -> None:
        super().__init__(budget, inner)
        self._slices = Slices()
        self._data = b""
        self._left = 0
        self._padding = 0
        self._link = 0  # size of a hard link, which may have content or not
        self._maps = False  # more blocks of a sparse file's map follow
        self._pax: list[bytes] | None = None  # the extended header that is being read
        self._pax_size: int | None = None
        self._ended = self._lost = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        for piece in self._slices.feed(data):
            yield from self._take(piece)

    def flush(self) -> Iterator[bytes]:
        if not self._budget.full:
            yield from self._take(self._slices.rest())
        if self._left:
            self._budget.notice("the tar file is cut short; what it held was read")
        yield from self._end()

    def _take(self, data: bytes) -> Iterator[bytes]:
        self._data += data
        while self._data:
            if self._left and not self._maps:
                yield from self._content()
            elif self._padding and not self._maps:
                skipped = min(self._padding, len(self._data))
                self._data, self._padding = self._data[skipped:], self._padding - skipped
            elif len(self._data) >= BLOCK:
                block, self._data = self._data[:BLOCK], self._data[BLOCK:]
                self._block(block)
            else:
                return

    def _content(self) -> Iterator[bytes]:
        piece, self._data = self._data[: self._left], self._data[self._left :]
        self._left -= len(piece)
        if self._pax is not None:
            self._pax.append(piece if self._left < _PAX_MAX else b"")
        yield from self._give(piece)
        if self._left:
            return
        yield from self._end()
        if self._pax is not None:
            found = _PAX_SIZE.search(b"".join(self._pax))
            self._pax, self._pax_size = None, int(found[1]) if found else None

    def _block(self, block: bytes) -> None:
        if self._maps:
            self._maps = block[504] != 0
            return
        link, self._link = self._link, 0
        if not block.strip(b"\0"):
            self._ended = True  # or blocks of nothing before the next archive that was appended
        elif link and not tar_checksum_fits(block):
            self._data = block + self._data
            self._open(link)
        else:
            self._header(block)

    def _header(self, header: bytes) -> None:
        size = _number(header[124:136])
        if size is None or not (tar_checksum_fits(header) if self._lost else is_tar(header)):
            if not self._lost and not self._ended:
                self._budget.notice("the tar file is broken in places; the rest was read")
            self._lost = True
            return
        self._ended = self._lost = False
        kind = header[156:157]
        if kind in (b"x", b"X"):
            self._pax = []
            self._skip(size)
        elif kind in _ABOUT:
            self._skip(size)
        elif kind == b"1":
            self._link, self._pax_size = size, None
        elif kind in _NO_CONTENT:
            self._pax_size = None
        else:
            self._maps = kind == b"S" and header[482] != 0
            self._open(size if self._pax_size is None else self._pax_size)

    def _skip(self, size: int) -> None:
        self._left, self._padding = size, -size % BLOCK
        self._member = Skip() if size else None

    def _open(self, size: int) -> None:
        self._pax_size = None
        self._left, self._padding = size, -size % BLOCK
        if size:
            self._begin()


def _number(field: bytes) -> int | None:
    if field[0] & 0x80:
        return int.from_bytes(bytes([field[0] & 0x7F]) + field[1:], "big") if field[0] == 0x80 else None
    digits = field.strip(b" \0")
    if not digits:
        return 0
    return int(digits, 8) if not digits.strip(b"01234567") else None


def is_tar(head: bytes) -> bool:
    return len(head) >= 512 and (head[257:262] == b"ustar" or tar_checksum_fits(head[:512]))


def tar_checksum_fits(header: bytes) -> bool:
    checksum = header[148:156].strip(b" \0")
    if not checksum or checksum.strip(b"01234567"):
        return False
    return int(checksum, 8) == sum(header[:148]) + 8 * 32 + sum(header[156:])
