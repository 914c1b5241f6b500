"""Decompressors with one face, bounded output, and the fastest library that is installed.

`isal` inflates gzip two to three times as fast as zlib; without its wheel zlib does the same, byte for byte.
"""

from __future__ import annotations

import bz2
import lzma
import zlib
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from collections.abc import Iterator


class Corrupt(Exception):
    """The data is not what it claims to be, from here on."""


class Codec:
    """`pieces` gives output of at most `most` bytes a piece. After the end `rest` holds what follows."""

    name: ClassVar[str]
    magic: ClassVar[bytes]

    def __init__(self, *, plain: bool = False) -> None:  # noqa: ARG002 - gzip alone has a choice
        self.ended = False
        self.rest = b""

    @classmethod
    def magic_fits(cls, head: bytes) -> bool:
        return head.startswith(cls.magic)

    def pieces(self, data: bytes, most: int) -> Iterator[bytes]:
        raise NotImplementedError


class Deflate(Codec):
    """gzip by default; a raw deflate stream, as zip holds it, with `wbits` -15."""

    name = "gzip"
    magic = b"\x1f\x8b\x08"

    def __init__(self, *, plain: bool = False, wbits: int = 31) -> None:
        super().__init__()
        self._make, self._error = _inflater(plain=plain)
        self._stream = self._make(wbits)

    def pieces(self, data: bytes, most: int) -> Iterator[bytes]:
        try:
            while True:
                piece = self._stream.decompress(data, most)
                if piece:
                    yield piece
                if self._stream.eof:
                    self.ended, self.rest = True, self._stream.unused_data
                    return
                data = self._stream.unconsumed_tail
                if not data and len(piece) < most:
                    return
        except self._error as reason:
            raise Corrupt(str(reason)[:80]) from None


class _Modern(Codec):
    """bz2, lzma and zstd share one interface: `decompress(data, max_length)`, `needs_input`, `eof`, `unused_data`."""

    def __init__(self, *, plain: bool = False) -> None:  # noqa: ARG002 - the same signature for all
        super().__init__()
        self._stream, self._errors = self._open()

    def _open(self) -> tuple[Any, tuple[type[BaseException], ...]]:
        raise NotImplementedError

    def pieces(self, data: bytes, most: int) -> Iterator[bytes]:
        try:
            while True:
                piece = self._stream.decompress(data, most)
                if piece:
                    yield piece
                if self._stream.eof:
                    self.ended, self.rest = True, self._stream.unused_data
                    return
                data = b""
                if self._stream.needs_input:
                    return
        except self._errors as reason:
            raise Corrupt(str(reason)[:80]) from None


class Bzip2(_Modern):
    name = "bzip2"
    magic = b"BZh"

    @classmethod
    def magic_fits(cls, head: bytes) -> bool:
        return head.startswith(cls.magic) and head[3:4] in b"123456789" and head[4:10] in (b"1AY&SY", b"\x17rE8P\x90")

    def _open(self) -> tuple[Any, tuple[type[BaseException], ...]]:
        return bz2.BZ2Decompressor(), (OSError, ValueError, EOFError)


class Xz(_Modern):
    name = "xz"
    magic = b"\xfd7zXZ\x00"

    def _open(self) -> tuple[Any, tuple[type[BaseException], ...]]:
        return lzma.LZMADecompressor(memlimit=256 * 1024 * 1024), (lzma.LZMAError, EOFError)


class Zstd(_Modern):
    name = "zstd"
    magic = b"\x28\xb5\x2f\xfd"

    def _open(self) -> tuple[Any, tuple[type[BaseException], ...]]:
        module = _zstd()
        if module is None:
            raise Corrupt("zstd files need the package backports.zstd")
        options = {module.DecompressionParameter.window_log_max: 27}
        return module.ZstdDecompressor(options=options), (module.ZstdError, EOFError)


CODECS: tuple[type[Codec], ...] = (Deflate, Bzip2, Xz, Zstd)


@cache
def _inflater(*, plain: bool) -> tuple[Any, Any]:
    if not plain:
        try:
            from isal import isal_zlib
        except ImportError:
            pass
        else:
            return isal_zlib.decompressobj, isal_zlib.error
    return zlib.decompressobj, zlib.error


@cache
def _zstd() -> Any:
    try:
        from backports import zstd
    except ImportError:
        return None
    return zstd
