"""What holds for any input: chunking changes nothing, nothing crashes it, no ID comes that was not planted."""

from __future__ import annotations

import gzip
import random
import re
import tracemalloc
import uuid
from collections.abc import Iterator

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.extract import Extraction, Limits, extract_bytes, extract_stream
from tests.extract.corpus import files

QUIET = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
FORMS = (
    "SESSION STARTED: SessionEventArgs(session_id={})",
    "SessionId: {}.",
    '{{"sessionId":"{}"}}',
    "SESSION STOPPED: {}",
    "[7]: 57ms SPX_DBG_TRACE_VERBOSE:  a.cpp:1 [0x1]X::FireSessionStartedEvent: Firing SessionStarted event: SessionId: {}",
    "GET /speech/recognition/conversation/cognitiveservices/v1?X-ConnectionId={} HTTP/1.1",
    "2026-11-22T05:24:42.849Z | ConnectionEstablishedEvent | privName: ConnectionEstablishedEvent | privConnectionId: {} | x",
)
ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "latin-1")


def sessions(extraction: Extraction) -> set[str]:
    with extraction:
        return {s.id for s in extraction.sightings if s.kind == "session"}


def chunked(data: bytes, sizes: list[int]) -> Iterator[bytes]:
    at, turn = 0, 0
    while at < len(data):
        size = sizes[turn % len(sizes)]
        yield data[at : at + size]
        at, turn = at + size, turn + 1


ids = st.builds(lambda n: uuid.UUID(int=n, version=4).hex, st.integers(0, 2**128 - 1))


@QUIET
@given(st.lists(st.integers(1, 70_000), min_size=1, max_size=6), st.sampled_from(files()), st.booleans())
def test_any_chunking_gives_the_same_answer(sizes: list[int], log: object, packed: bool) -> None:
    data = log.read()[:300_000]  # type: ignore[attr-defined]
    data = gzip.compress(data) if packed else data
    with extract_bytes(data) as whole, extract_stream(chunked(data, sizes)) as parts:
        assert parts.to_json("x") == whole.to_json("x")


def test_one_byte_at_a_time_gives_the_same_answer() -> None:
    for log in files()[:4]:
        data = log.read()[:40_000]
        with extract_bytes(data) as whole, extract_stream(chunked(data, [1])) as parts:
            assert parts.to_json("x") == whole.to_json("x")


@QUIET
@given(st.binary(max_size=5000))
def test_random_bytes_never_crash_it_nor_yield_an_id(data: bytes) -> None:
    assert sessions(extract_bytes(data)) == set()


@QUIET
@given(
    st.lists(st.tuples(ids, st.sampled_from(FORMS), st.sampled_from(ENCODINGS), st.binary(max_size=60)), max_size=12),
    st.lists(st.integers(1, 400), min_size=1, max_size=4),
)
def test_exactly_the_planted_ids_come_out_of_any_mix_of_encodings(
    planted: list[tuple[str, str, str, bytes]], sizes: list[int]
) -> None:
    """Each line in an encoding of its own; junk between lines has no NUL, which would be half a character.

    What begins like an archive is one: so the first line is plain.
    """
    data, want = b"a log\n", set()
    for id_, form, encoding, junk in planted:
        line = "\n" + form.format(id_) + "\n"
        data += junk.replace(b"\0", b"\x01") + b"\n" * 32 + line.encode(encoding) + "\n".encode(encoding) * 32
        want.add(id_)
    found = sessions(extract_stream(chunked(data, sizes)))
    assert found == {id_ for id_ in want if not placeholder(id_)}


TEARS = re.compile(rb"\x1b\[0m|=(?=[\r\n])|[\s>]")  # colours, line ends of mails and terminals


def placeholder(id_: str) -> bool:
    return len(set(id_)) < 4


def test_two_hundred_mutated_logs_yield_nothing_that_was_not_there() -> None:
    """Bytes flipped, cut out, doubled, cases changed: every ID found still stands in the bytes, torn at most."""
    chance = random.Random(20261122)
    logs = files()
    for number in range(240):
        log = logs[number % len(logs)]
        data = bytearray(log.read()[: chance.randrange(2_000, 60_000)])
        for _ in range(chance.randrange(1, 30)):
            mutate(data, chance)
        found = sessions(extract_bytes(bytes(data)))
        there = TEARS.sub(b"", bytes(data)).lower()
        invented = {id_ for id_ in found - log.allowed if id_.encode() not in there}
        if not log.path.suffix.startswith((".gz", ".zip")):
            assert invented == set(), str(log)


def mutate(data: bytearray, chance: random.Random) -> None:
    if not data:
        return
    at = chance.randrange(len(data))
    match chance.randrange(5):
        case 0:
            data[at] = chance.randrange(256)
        case 1:
            del data[at : at + chance.randrange(1, 80)]
        case 2:
            data[at:at] = data[at : at + chance.randrange(1, 200)]
        case 3:
            data[at : at + 100] = data[at : at + 100].swapcase()
        case _:
            data[at:at] = chance.choice([b"\n", b"\r", b"\0", b"\x1b[0m", b"\xff", b"&#x27;", b"=\n"])


def test_one_line_of_64_mib_keeps_memory_flat() -> None:
    """What is true of 64 MiB is true of any length: the line is never held whole."""
    tracemalloc.start()
    try:
        with extract_stream(long_line(64)) as extraction:
            assert len(extraction.sightings) == 2
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 16 * 1024 * 1024


def long_line(mib: int) -> Iterator[bytes]:
    yield b"SessionId: 1e6f0a4c7d2b4f3a9c5d8e7f60718293 "
    for _ in range(mib):
        yield b"abc " * (256 * 1024)
    yield b"SessionId: 7a1b2c3d4e5f4a6b8c9d0e1f2a3b4c5d"


def test_very_many_sessions_are_spilled_in_order() -> None:
    chance = random.Random(1)
    planted = [uuid.UUID(int=chance.getrandbits(128), version=4).hex for _ in range(3000)]
    data = "".join(f"SESSION STARTED: SessionEventArgs(session_id={id_})\n" for id_ in planted + planted[:5]).encode()
    with extract_bytes(data, limits=Limits(open_sightings=500)) as extraction:
        assert [s.id for s in extraction.sightings] == planted
        assert len(extraction.sightings) == 3000
        assert "temporary file" in " ".join(extraction.notices)
        pieces: list[str] = []
        extraction.write_json("x", pieces.append)
        assert len(pieces) > 3000
    with extract_bytes(data) as kept, extract_bytes(data, limits=Limits(open_sightings=500)) as spilled:
        assert [s.to_json() for s in kept.sightings] == [s.to_json() for s in spilled.sightings]
