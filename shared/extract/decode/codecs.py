"""Decompressors with one face, bounded output, and the fastest library that is installed.

`isal` inflates gzip two to three times as fast as zlib; without its wheel zlib does the same, byte for byte.
"""

from __future__ import annotations

import bz2
import lzma
import re
from abc import ABC, abstractmethod
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shared.extract.engines import Engines

_XZ_MEMORY = 80 * 1024 * 1024  # `xz -9` takes 65 MiB
HEAD = 16  # bytes that every `magic_fits` can tell from


class Corrupt(Exception):
    """The data is not what it claims to be, from here on."""


class Codec(ABC):
    """`pieces` gives output of at most `most` bytes a piece. After the end `rest` holds what follows."""

    name: ClassVar[str]
    magic: ClassVar[bytes]
    again: ClassVar[re.Pattern[bytes] | None] = None

    def __init__(self, engines: Engines) -> None:  # noqa: ARG002 - gzip alone has a choice
        self.ended = False
        self.rest = b""

    @classmethod
    def magic_fits(cls, head: bytes) -> bool:
        return head.startswith(cls.magic)

    @abstractmethod
    def pieces(self, data: bytes, most: int) -> Iterator[bytes]: ...


class Deflate(Codec):
    """gzip by default; a raw deflate stream, as zip holds it, with `wbits` -15."""

    name = "gzip"
    magic = b"\x1f\x8b\x08"
    # a header as programs write it: looked for where a stream is broken, and longer than the magic for that
    again: ClassVar[re.Pattern[bytes] | None] = re.compile(
        rb"\x1f\x8b\x08[\x00-\x1f][\x00-\xff]{4}[\x00\x02\x04][\x00-\x0d\xff]"
    )

    def __init__(self, engines: Engines, wbits: int = 31) -> None:
        super().__init__(engines)
        self._error = engines.inflate_error
        self._stream = engines.inflater(wbits)

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


class Zlib(Deflate):
    """As HTTP bodies and programs hold it; the second byte is one of three, so that no text begins so."""

    name = "zlib"
    magic = b"\x78"
    again = None

    def __init__(self, engines: Engines) -> None:
        super().__init__(engines, wbits=15)

    @classmethod
    def magic_fits(cls, head: bytes) -> bool:
        return head.startswith((b"\x78\x01", b"\x78\x9c", b"\x78\xda"))


class _Modern(Codec):
    """bz2, lzma and zstd share one interface: `decompress(data, max_length)`, `needs_input`, `eof`, `unused_data`."""

    def __init__(self, engines: Engines) -> None:
        super().__init__(engines)
        self._stream, self._errors = self._open()

    @abstractmethod
    def _open(self) -> tuple[Any, tuple[type[BaseException], ...]]:
        """The decompressor and what it raises on damage."""

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
    again = re.compile(rb"BZh[1-9](?:1AY&SY|\x17rE8P\x90)")

    @classmethod
    def magic_fits(cls, head: bytes) -> bool:
        return head.startswith(cls.magic) and head[3:4] in b"123456789" and head[4:10] in (b"1AY&SY", b"\x17rE8P\x90")

    def _open(self) -> tuple[Any, tuple[type[BaseException], ...]]:
        return bz2.BZ2Decompressor(), (OSError, ValueError, EOFError)


class Xz(_Modern):
    name = "xz"
    magic = b"\xfd7zXZ\x00"
    again = re.compile(rb"\xfd7zXZ\x00")

    def _open(self) -> tuple[Any, tuple[type[BaseException], ...]]:
        return lzma.LZMADecompressor(memlimit=_XZ_MEMORY), (lzma.LZMAError, EOFError)


class ZipLzma(_Modern):
    """A member of a zip: its dictionary's size and three small numbers stand in front of the stream."""

    name = "lzma"
    magic = b""

    def __init__(self, engines: Engines) -> None:
        super().__init__(engines)
        self._head = b""

    def _open(self) -> tuple[Any, tuple[type[BaseException], ...]]:
        return None, (lzma.LZMAError, EOFError, ValueError)

    def pieces(self, data: bytes, most: int) -> Iterator[bytes]:
        if self._stream is None:
            self._head += data
            if len(self._head) < 9:
                return
            numbers, dictionary = self._head[4], int.from_bytes(self._head[5:9], "little")
            if numbers >= 225 or dictionary > _XZ_MEMORY:
                raise Corrupt("parameters that are not supported")
            chain = {
                "id": lzma.FILTER_LZMA1,
                "dict_size": max(4096, dictionary),
                "lc": numbers % 9,
                "lp": numbers // 9 % 5,
                "pb": numbers // 45,
            }
            self._stream = lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=[chain])
            data, self._head = self._head[9:], b""
        yield from super().pieces(data, most)


class Zstd(_Modern):
    name = "zstd"
    magic = b"\x28\xb5\x2f\xfd"
    again = re.compile(rb"\x28\xb5\x2f\xfd")

    @classmethod
    def magic_fits(cls, head: bytes) -> bool:
        """Frames to be skipped may come first: parallel compressors write them."""
        return head.startswith(cls.magic) or (head[1:4] == b"\x2a\x4d\x18" and head[0] >> 4 == 5)

    def _open(self) -> tuple[Any, tuple[type[BaseException], ...]]:
        module = _zstd()
        if module is None:
            raise Corrupt("zstd files need the package backports.zstd")
        options = {module.DecompressionParameter.window_log_max: 27}
        return module.ZstdDecompressor(options=options), (module.ZstdError, EOFError)


CODECS: tuple[type[Codec], ...] = (Deflate, Zlib, Bzip2, Xz, Zstd)


@cache
def _zstd() -> Any:
    try:
        from backports import zstd
    except ImportError:
        return None
    return zstd
