"""Containers and encodings: opened by content, the same text for any chunking, bombs stopped with a notice."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
from collections.abc import Callable
from itertools import pairwise

import pytest

from shared.extract import Limits, extract_bytes
from shared.extract.decode.sniffer import Decoder
from shared.extract.engines import PLAIN
from tests.extract.makers import Pipe

zstd = pytest.importorskip("backports.zstd")

A = "1e6f0a4c7d2b4f3a9c5d8e7f60718293"
TEXT = b"".join(b"line %d of a log, longer than it has to be\n" % n for n in range(4000)) + f"SessionId: {A}\n".encode()


def decode(data: bytes, cuts: list[int] | None = None, limits: Limits | None = None, *, plain: bool = False) -> bytes:
    decoder = Decoder(limits or Limits(), PLAIN if plain else None)
    edges = [0, *(cuts or []), len(data)]
    parts = [text for low, high in pairwise(edges) for text in decoder.feed(data[low:high])]
    return b"".join([*parts, *decoder.flush()])


def zipped(data: bytes, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        archive.writestr("a/one.log", data[:70_000])
        archive.writestr("a/two.log", data[70_000:])
    return target.getvalue()


def streamed_zip(data: bytes) -> bytes:
    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("one.log", data[:70_000])
        archive.writestr("two.log", data[70_000:])
    return bytes(pipe.data)


def tarred(data: bytes) -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w:gz") as archive:
        for name, part in (("one.log", data[:70_000]), ("x" * 180, data[70_000:])):
            info = tarfile.TarInfo(name)
            info.size = len(part)
            archive.addfile(info, io.BytesIO(part))
    return target.getvalue()


WRAPS: dict[str, Callable[[bytes], bytes]] = {
    "plain": bytes,
    "gzip": gzip.compress,
    "gzip, concatenated": lambda d: gzip.compress(d[:9000]) + gzip.compress(d[9000:]) + b"\0" * 512,
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "zstd": lambda d: bytes(zstd.compress(d)),
    "zip": zipped,
    "zip, stored": lambda d: zipped(d, zipfile.ZIP_STORED),
    "zip, bzip2": lambda d: zipped(d, zipfile.ZIP_BZIP2),
    "zip, streamed": streamed_zip,
    "tar.gz": tarred,
    "zip of gzip": lambda d: zipped(gzip.compress(d)),
    "UTF-16 LE": lambda d: d.decode().encode("utf-16-le"),
    "UTF-16 BE": lambda d: d.decode().encode("utf-16-be"),
    "UTF-16 with mark": lambda d: b"\xff\xfe" + d.decode().encode("utf-16-le"),
    "UTF-16 BE with mark": lambda d: b"\xfe\xff" + d.decode().encode("utf-16-be"),
    "UTF-8 with mark": lambda d: b"\xef\xbb\xbf" + d,
    "change to UTF-16 LE": lambda d: d[:50_001] + d[50_001:].decode().encode("utf-16-le"),
    "change to UTF-16 BE": lambda d: d[:50_001] + d[50_001:].decode().encode("utf-16-be"),
    "change from UTF-16": lambda d: b"\xff\xfe" + d[:50_001].decode().encode("utf-16-le") + d[50_001:],
}


@pytest.mark.parametrize("plain", [False, True], ids=["isal", "zlib"])
@pytest.mark.parametrize("wrap", WRAPS)
def test_the_text_comes_out_whole_whatever_the_chunks(wrap: str, *, plain: bool) -> None:
    data = WRAPS[wrap](TEXT)
    whole = decode(data, plain=plain)
    if wrap == "zip of gzip":  # the gzip stream is torn into two members: the second is no gzip
        assert whole
    else:
        assert whole.replace(b"\n", b"") == TEXT.replace(b"\n", b"")
    for step in (len(data) // 3 + 1, 4099, 600):
        assert decode(data, list(range(step, len(data), step)), plain=plain) == whole
    assert decode(data, list(range(1, min(len(data), 2000))), plain=plain) == whole


def notices(data: bytes, limits: Limits | None = None) -> str:
    with extract_bytes(data, limits=limits) as extraction:
        return " ".join(extraction.notices)


def test_what_a_truncated_gzip_held_is_kept() -> None:
    data = gzip.compress(f"SessionId: {A}\n".encode() + bytes(range(256)) * 900)
    with extract_bytes(data[:-100]) as extraction:
        assert [s.id for s in extraction.sightings] == [A]
        assert "cut short" in " ".join(extraction.notices)


def test_what_came_before_broken_data_is_kept() -> None:
    data = bytearray(gzip.compress(TEXT, 0))
    data[len(data) // 2 :] = b"\xff" * (len(data) // 2)
    assert "broken" in notices(bytes(data)) or "cut short" in notices(bytes(data))


def test_a_bomb_is_stopped_by_its_ratio() -> None:
    bomb = gzip.compress(b"\0" * (80 * 1024 * 1024))
    assert "max_ratio" in notices(bomb)


def test_the_size_limit_keeps_what_was_read_until_then() -> None:
    data = gzip.compress(f"SessionId: {A}\n".encode() + b"x" * 3_000_000)
    with extract_bytes(data, limits=Limits(max_decoded_bytes=1024 * 1024)) as extraction:
        assert [s.id for s in extraction.sightings] == [A]
        assert "max_decoded_bytes" in " ".join(extraction.notices)


def test_archives_in_archives_end_at_the_depth_limit() -> None:
    data = TEXT
    for _ in range(6):
        data = gzip.compress(data)
    assert "max_depth" in notices(data)
    assert "max_depth" not in notices(data, Limits(max_depth=8))


def test_members_are_counted() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for number in range(20):
            archive.writestr(f"{number}.log", f"SessionId: {A[:-2]}{number:02d}\n")
    with extract_bytes(target.getvalue(), limits=Limits(max_members=10)) as extraction:
        assert len(extraction.sightings) == 10
        assert "max_members" in " ".join(extraction.notices)


def test_latin_1_and_broken_bytes_do_not_hide_an_id() -> None:
    text = "Größe\n".encode("latin-1") + b"\xfd\xb0\x9b'\n" + f"SessionId: {A}\n".encode() + b"\xc3"
    with extract_bytes(text) as extraction:
        assert [s.id for s in extraction.sightings] == [A]
    assert decode("Größe €\n".encode()).decode() == "Größe €\n"
    assert decode("Größe\n".encode("latin-1")).decode() == "Größe\n"
