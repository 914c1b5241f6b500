"""Known IDs through packer x encoding x line end x chunk: exactly they come out."""

from __future__ import annotations

import gzip
import random
import struct
import tarfile
import zipfile

import pytest

pytest.importorskip("backports.zstd")

from shared.extract import Limits, extract_bytes
from shared.extract.sessions.javascript_log import connections
from tests.extract.js_lines import JsLog
from tests.extract.makers import PACKERS, IDs, log, mailed, read, tarred, zipped

ENCODINGS = (
    "utf-8",
    "utf-8-sig",
    "utf-16-le",
    "utf-16-be",
    "utf-16",
    "utf-32-le",
    "utf-32-be",
    "utf-32",
    "latin-1",
    "gb18030",
    "shift_jis",
    "cp1251",
)
LINE_ENDS = ("\n", "\r\n", "\r", "\n\r\n")
WORDS = {
    "gb18030": "会话已开始，日志",
    "shift_jis": "ありがとう 認識",
    "cp1251": "Сеанс начался",
    "latin-1": "Größe für",
}
FORMS = (
    "SESSION STARTED: SessionEventArgs(session_id={})",
    "SessionId: {}.",
    '{{"sessionId":"{}"}}',
    "SESSION STOPPED: {}",
    "[7]: 57ms SPX_DBG_TRACE_VERBOSE:  a.cpp:1 [0x1]SessionStartedEvent: Firing SessionStarted event: SessionId: {}",
    "GET /speech/recognition/conversation/cognitiveservices/v1?X-ConnectionId={} HTTP/1.1",
)


def text_with(planted: list[str], words: str, line_end: str, chance: random.Random, gap: str = "") -> str:
    lines: list[str] = []
    for id_ in planted:
        lines += [words * chance.randrange(1, 9) for _ in range(chance.randrange(6))]
        lines += [
            f"{words} {chance.choice(FORMS).format(id_)}{gap}{chance.choice(('', words))}",
            "x" * chance.randrange(80),
        ]
    return line_end.join([*lines, ""])


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("packer", PACKERS)
def test_exactly_the_planted_ids_come_out(packer: str, encoding: str) -> None:
    chance = random.Random(f"{packer} {encoding}")
    ids = IDs(chance.getrandbits(32))
    for line_end in LINE_ENDS:
        planted = [ids.new() for _ in range(8)]
        words = WORDS.get(encoding) or chance.choice(list(WORDS.values()))
        data = PACKERS[packer](text_with(planted, words, line_end, chance).encode(encoding))
        for chunk in (0, chance.randrange(1, 40), chance.randrange(40, 5000)):
            assert read(data, chunk) == (sorted(planted), []), (line_end, chunk)


def test_pieces_in_all_encodings_one_behind_the_other() -> None:
    """What `type >>` and log collectors make: also with odd lengths, so that wide characters stand anywhere."""
    wide = [encoding for encoding in ENCODINGS if encoding.startswith("utf")]
    for seed in range(100):
        chance = random.Random(seed)
        ids, planted, data = IDs(seed), [], b""
        for _ in range(6):
            planted.append(ids.new())
            words = chance.choice(["some log ", *WORDS.values()])
            data += text_with(planted[-1:], words, "\r\n", chance, " ").encode(
                chance.choice(wide)
            ) + b"\n" * chance.randrange(3)
        assert read(data, chance.choice((0, 1, 7, 1000)))[0] == sorted(planted), seed


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_a_byte_lost_or_put_in_shifts_nothing_for_long(encoding: str) -> None:
    a, b = (ids := IDs(1)).new(), ids.new()
    lines = "".join(f"line {number} 会话\r\n" for number in range(50))
    whole = f"{lines}SessionId: {a}\r\n{lines}SessionId: {b}\r\n{lines}".encode(encoding)
    for cut in range(400, 408):
        assert read(whole[:cut] + whole[cut + 1 :])[0] == sorted([a, b]), cut
        assert read(whole[:cut] + b"?" + whole[cut:])[0] == sorted([a, b]), cut
    assert read(whole.replace(b"\n", b"\r\n"))[0] == sorted([a, b]), "as text mode of the C library does it"


def test_a_gzip_cut_anywhere_hides_nothing_of_the_one_appended_to_it() -> None:
    a, b = (ids := IDs(2)).new(), ids.new()
    first, second = gzip.compress(log(a)), gzip.compress(log(b, seed=1))
    for cut in range(3, len(first)):
        found, notices = read(first[:cut] + second)
        assert b in found, cut
        assert set(found) <= {a, b}
        assert notices, cut


def test_a_big_gzip_that_breaks_is_taken_up_again_at_the_next_one() -> None:
    a, b = (ids := IDs(3)).new(), ids.new()
    first = bytearray(gzip.compress(log(a, 9000)))
    assert len(first) > 100_000
    first[len(first) // 2] ^= 0xFF
    for behind in (b"", b"\0" * 70_000, b"nothing of gzip"):
        found, notices = read(bytes(first) + behind + gzip.compress(log(b, seed=1)))
        assert b in found
        assert any("broken" in notice for notice in notices)


def test_a_zip_cut_anywhere_says_so_and_keeps_what_it_held() -> None:
    a, b = (ids := IDs(4)).new(), ids.new()
    for streamed in (False, True):
        data = zipped({"a.log": log(a), "b.log": log(b, seed=1)}, streamed=streamed)
        second, end = data.index(b"PK\x03\x04", 4), data.index(b"PK\x01\x02")
        for cut in range(100, len(data), 13):
            found, notices = read(data[:cut])
            assert set(found) <= {a, b}
            assert a in found or cut < second
            assert any("cut short" in notice for notice in notices) or cut >= second - 16, cut
        assert read(data[:end]) == (sorted([a, b]), [])


@pytest.mark.parametrize("streamed", [False, True])
def test_damage_in_one_file_of_a_zip_hides_no_other(streamed: bool) -> None:
    ids = IDs(5)
    a, b, c = ids.new(), ids.new(), ids.new()
    data = bytearray(zipped({"a.log": log(a), "b.log": log(b, seed=1), "c.log": log(c, seed=2)}, streamed=streamed))
    at = data.index(b"a.log") + 60
    data[at : at + 2] = b"\xff\xaa"
    found, notices = read(bytes(data))
    assert {b, c} <= set(found)
    assert any("broken" in notice for notice in notices)


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize(("place", "value", "word"), [(6, 1, "encrypted"), (8, 9, "method 9")])
def test_what_a_zip_does_not_give_up_is_said(place: int, value: int, word: str, streamed: bool) -> None:
    a, b = (ids := IDs(6)).new(), ids.new()
    data = bytearray(zipped({"a.log": log(a), "b.log": log(b, seed=1)}, streamed=streamed))
    data[place] = value | (data[place] if place == 6 else 0)
    found, notices = read(bytes(data))
    assert found == [b]
    assert any(word in notice for notice in notices)


def test_zips_one_behind_the_other_and_marked_as_split_are_read() -> None:
    a, b = (ids := IDs(7)).new(), ids.new()
    assert read(b"PK\x07\x08" + zipped({"a": log(a)}) + zipped({"b": log(b)}))[0] == sorted([a, b])


def header(name: str, size: int, kind: bytes) -> bytearray:
    entry = tarfile.TarInfo(name)
    entry.size, entry.type = size, kind
    return bytearray(entry.tobuf(tarfile.GNU_FORMAT))


def signed(block: bytearray) -> bytes:
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block)


def padded(data: bytes) -> bytes:
    return data + b"\0" * (-len(data) % 512)


def test_a_sparse_file_in_a_tar_is_read_whatever_size_it_claims() -> None:
    a, b = (ids := IDs(8)).new(), ids.new()
    sparse = header("sparse.log", len(log(a)), b"S")
    sparse[482] = 1  # a block more of its map
    sparse[483:495] = b"%011o\0" % (8**11 - 1)
    data = signed(sparse) + b"\0" * 512 + padded(log(a)) + tarred({"b.log": log(b)})
    assert read(data) == (sorted([a, b]), [])


def test_a_hard_link_with_a_size_has_content_or_not() -> None:
    a, b = (ids := IDs(9)).new(), ids.new()
    link = signed(header("link", 700, tarfile.LNKTYPE))
    assert read(link + tarred({"b.log": log(b)})) == ([b], [])
    content = padded(log(a)[-700:])
    assert read(link + content + tarred({"b.log": log(b)})) == (sorted([a, b]), [])


def test_the_size_of_an_extended_header_counts() -> None:
    """Files from 8 GiB on: the plain header has no room for it."""
    a, b = (ids := IDs(10)).new(), ids.new()
    record = f" size={len(log(a))}\n"
    record = f"{len(record) + 2}{record}"
    about = signed(header("about", len(record), b"x")) + padded(record.encode())
    assert read(about + signed(header("a.log", 0, b"0")) + padded(log(a)) + tarred({"b": log(b)})) == (
        sorted([a, b]),
        [],
    )


def test_a_tar_with_a_broken_header_goes_on_at_the_next_one() -> None:
    ids = IDs(11)
    a, b, c = ids.new(), ids.new(), ids.new()
    data = bytearray(tarred({"a.log": log(a), "b.log": log(b), "c.log": log(c)}))
    at = data.index(b"b.log")
    data[at : at + 512] = b"?" * 512
    found, notices = read(bytes(data))
    assert found == sorted([a, c])
    assert any("broken in places" in notice for notice in notices)


@pytest.mark.parametrize(
    ("magic", "name"), [(b"7z\xbc\xaf\x27\x1c", "7-Zip"), (b"Rar!\x1a\x07\0", "RAR"), (b"\x04\x22\x4d\x18", "lz4")]
)
def test_formats_that_are_not_opened_are_named(magic: bytes, name: str) -> None:
    found, notices = read(magic + log(IDs(12).new()))
    assert found == []
    assert any(name in notice for notice in notices)


def bombs() -> dict[str, bytes]:
    zeros = b"\0" * (36 * 1024 * 1024)
    return {
        "gzip": gzip.compress(zeros),
        "zip": zipped({"a": zeros}),
        "nested": gzip.compress(gzip.compress(zeros)),
    }


def test_bombs_are_stopped_and_what_was_read_is_kept() -> None:
    id_ = IDs(13).new()
    for name, bomb in bombs().items():
        found, notices = read(zipped({"a.log": log(id_), name: bomb}, zipfile.ZIP_STORED))
        assert found == [id_], name
        assert any("max_ratio" in notice for notice in notices), name


def test_what_stands_before_a_limit_is_read_to_its_last_line() -> None:
    """Also where it waits to be converted."""
    id_ = IDs(14).new()
    data = gzip.compress("ü\n".encode() + log(id_)) + gzip.compress(b"x" * 100_000)
    found, notices = read(data, limits=Limits(max_decoded_bytes=50_000))
    assert found == [id_]
    assert [notice for notice in notices if "max_decoded_bytes" in notice] == notices


def test_a_packed_file_that_holds_itself_ends_at_the_depth_limit() -> None:
    id_ = IDs(15).new()
    data = log(id_)
    for level in range(8):
        data = zipped({"r.zip": data, f"{level}.log": log(id_)})
    found, notices = read(data)
    assert found == [id_]
    assert any("max_depth" in notice for notice in notices)


def test_folders_and_resource_forks_are_no_files() -> None:
    id_ = IDs(16).new()
    files = {f"{number}/": b"" for number in range(50)} | {f"__MACOSX/{number}": b"x" for number in range(50)}
    assert read(zipped({**files, "a.log": log(id_)}), limits=Limits(max_members=1)) == ([id_], [])


def test_the_files_of_mails_count() -> None:
    ids = [IDs(number).new() for number in range(20)]
    found, notices = read(mailed(*map(log, ids)), limits=Limits(max_members=5))
    assert found == sorted(ids[:5])
    assert any("max_members" in notice for notice in notices)


def test_skippable_frames_that_claim_more_than_there_is_end_with_a_notice() -> None:
    found, notices = read(struct.pack("<II", 0x184D2A50, 1_000_000) + b"x" * 1000)
    assert found == []
    assert any("cut short" in notice for notice in notices)


@pytest.mark.parametrize("many", [3, 64, 65, 300])
def test_connections_that_take_turns_are_all_seen_first_and_last(many: int) -> None:
    """In one block, few are looked for one by one, many all at once."""
    ids = IDs(many)
    logs = [JsLog(ids.new().upper(), start=number * 7) for number in range(many)]
    text = "".join(log.connection(ms, "ConnectionMessageSentEvent") + "\n" for ms in range(3) for log in logs).encode()
    first, last = connections(text, json=False)
    assert {id_.decode() for id_ in first} == {log.id for log in logs}
    assert all(text.find(id_) == at and text.rfind(id_) == last[id_] for id_, at in first.items())
    with extract_bytes(text) as found:
        assert [s.id for s in found.sightings] == [log.id.lower() for log in logs]
        assert [s.first and s.first.line for s in found.sightings] == list(range(1, many + 1))
        assert [s.last and s.last.line for s in found.sightings] == list(range(2 * many + 1, 3 * many + 1))
