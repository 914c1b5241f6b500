"""Formats that are known and not opened: better to say so than to search in what is packed."""

from __future__ import annotations

_FORMATS = (
    (b"7z\xbc\xaf\x27\x1c", "7-Zip"),
    (b"Rar!\x1a\x07", "RAR"),
    (b"\x04\x22\x4d\x18", "lz4"),
    (b"\x02\x21\x4c\x18", "lz4"),
    (b"\xff\x06\x00\x00sNaPpY", "Snappy"),
    (b"\x1f\x9d", "compress (.Z)"),
    (b"\x1f\xa0", "compress (.Z)"),
    (b"LZIP\x01", "lzip"),
    (b"\x89LZO\x00", "lzop"),
    (b"\x5d\x00\x00", "LZMA"),
    (b"MSCF\x00\x00", "Cabinet"),
    (b"\xce\xb2\xcf\x81", "Brotli"),
    (b"MSWIM\x00", "WIM"),
)


def unread_format(head: bytes) -> str | None:
    """Its name. Brotli streams tell themselves only in their rare framed form."""
    return next((name for magic, name in _FORMATS if head.startswith(magic)), None)
