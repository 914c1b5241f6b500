"""Makes logs with known IDs, and packs them in every way that people's tools do."""

from __future__ import annotations

import base64
import bz2
import gzip
import io
import lzma
import random
import struct
import tarfile
import uuid
import zipfile
import zlib
from collections.abc import Callable

from backports import zstd

from shared.extract import Limits, extract_stream


class IDs:
    """Made-up session IDs, the same in every run."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)

    def new(self) -> str:
        return uuid.UUID(int=self._chance.getrandbits(128), version=4).hex


def log(id_: str, lines: int = 40, *, seed: int = 0) -> bytes:
    chance = random.Random(seed)
    rows = [f"line {number} of a log, {chance.getrandbits(64)}\n" for number in range(lines)]
    return "".join([*rows, f"SessionId: {id_}\n", *rows[:5]]).encode()


def read(data: bytes, chunk: int = 0, limits: Limits | None = None) -> tuple[list[str], list[str]]:
    """The IDs, sorted, and the notices."""
    step = chunk or len(data) or 1
    with extract_stream((data[at : at + step] for at in range(0, len(data), step)), limits=limits) as found:
        return sorted(s.id for s in found.sightings), found.notices


class Pipe(io.RawIOBase):
    """Cannot seek: zip then writes sizes behind the content."""

    def __init__(self) -> None:
        self.data = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        self.data += bytes(data)  # type: ignore[call-overload]
        return len(bytes(data))  # type: ignore[call-overload]


def zipped(
    files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED, *, streamed: bool = False, zip64: bool = False
) -> bytes:
    target = Pipe() if streamed else io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name)
            entry.compress_type = method
            with archive.open(entry, "w", force_zip64=zip64) as member:
                member.write(data)
    return bytes(target.data) if isinstance(target, Pipe) else target.getvalue()


def tarred(files: dict[str, bytes], format_: int = tarfile.GNU_FORMAT) -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w", format=format_) as archive:
        for name, data in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
            for kind in (tarfile.LNKTYPE, tarfile.SYMTYPE, tarfile.DIRTYPE):
                other = tarfile.TarInfo(f"other{kind!r}")
                other.type, other.linkname = kind, name
                archive.addfile(other)
    return target.getvalue()


HEADERS = (
    "From: a@example.com\nTo: b@example.com\nSubject: log\nMIME-Version: 1.0\n"
    "Content-Type: multipart/mixed; boundary=x\n\n"
)


def part(data: bytes, type_: str = "application/octet-stream") -> bytes:
    head = f"--x\nContent-Type: {type_}\nContent-Transfer-Encoding: base64\nContent-Disposition: attachment\n\n"
    return head.encode() + base64.encodebytes(data)


def mailed(*contents: bytes) -> bytes:
    return HEADERS.encode() + b"".join(part(data) for data in contents) + b"--x--\n"


def skippable(data: bytes) -> bytes:
    return struct.pack("<II", 0x184D2A53, len(data)) + data


PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "plain": bytes,
    "gzip": gzip.compress,
    "gzip in two": lambda d: gzip.compress(d[:777]) + gzip.compress(d[777:]) + b"\0" * 300,
    "zlib": zlib.compress,
    "bzip2 in two": lambda d: bz2.compress(d[:777]) + bz2.compress(d[777:]),
    "xz in two": lambda d: lzma.compress(d[:777]) + b"\0" * 4 + lzma.compress(d[777:]),
    "zstd in frames": lambda d: (
        skippable(b"abc") + zstd.compress(d[:777]) + skippable(b"\0" * 99) + zstd.compress(d[777:]) + skippable(b"")
    ),
    "zip": lambda d: zipped({"a/": b"", "a/b.log": d, "__MACOSX/a/._b.log": b"\0\5\x16\7", "empty": b""}),
    "zip, stored": lambda d: zipped({"b.log": d}, zipfile.ZIP_STORED),
    "zip, streamed": lambda d: zipped({"a/": b"", "b.log": d, "c": b"x"}, streamed=True),
    "zip, stored and streamed": lambda d: zipped({"b.log": d, "c": b"x"}, zipfile.ZIP_STORED, streamed=True),
    "zip64, streamed": lambda d: zipped({"b.log": d, "c": b"x"}, streamed=True, zip64=True),
    "zip, lzma": lambda d: zipped({"b.log": d, "c": b"x"}, zipfile.ZIP_LZMA),
    "zip, bzip2, streamed": lambda d: zipped({"b.log": d, "c": b"x"}, zipfile.ZIP_BZIP2, streamed=True),
    "zip without directory": lambda d: (z := zipped({"b.log": d}))[: z.index(b"PK\x01\x02")],
    "zip in zip": lambda d: zipped({"z.zip": zipped({"b.log": d}), "c": b"x"}),
    "zip of gzip": lambda d: zipped({"b.log.gz": gzip.compress(d)}),
    "tar": lambda d: tarred({"b.log": d}),
    "tar.gz, pax, long names": lambda d: gzip.compress(tarred({"n" * 200 + "é": d}, tarfile.PAX_FORMAT)),
    "tar, GNU, long names": lambda d: tarred({"n" * 200 + "é": d}),
    "tar behind tar": lambda d: tarred({"a": b"x\n"}) + tarred({"b.log": d}),
    "mail": mailed,
    "mail with gzip": lambda d: mailed(b"hello\n", gzip.compress(d)),
    "mail in mail": lambda d: mailed(mailed(zipped({"b.log": d}))),
}
