"""Properties of the entity scanner: any chunking, any bytes, any damage."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.extract.entities.scanner import BLOCK
from tests.unit.entities_help import BODIES, CORPUS, Result, body, guid, last, other, scan, url

A = guid(1)
_QUICK = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
FILES = sorted(p for p in BODIES.iterdir() if p.name != "expected.json")
MORE = sorted(p for p in (Path(CORPUS) / "bodies").iterdir() if p.name != "expected.json") if CORPUS else []
TEXTS = [path.read_bytes() for path in FILES]
_GUIDS = re.compile(rb"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)


def _same(one: Result, two: Result) -> None:
    assert one.sightings == two.sightings
    assert one.near_misses == two.near_misses
    assert (one.format, one.redacted) == (two.format, two.redacted)


@_QUICK
@given(st.sampled_from(TEXTS), st.lists(st.integers(1, 300), min_size=1, max_size=60))
def test_any_chunking_gives_the_same(data: bytes, sizes: list[int]) -> None:
    chunks, at = [], 0
    for size in sizes:
        chunks.append(data[at : at + size])
        at += size
    _same(scan([*chunks, data[at:]]), scan(data))


@_QUICK
@given(st.integers(0, 3 * BLOCK), st.sampled_from(TEXTS), st.integers(1, 70_000))
def test_where_a_body_lies_in_a_long_log_does_not_matter(before: int, data: bytes, size: int) -> None:
    """Its block, its distance from a block's end, what is around it."""
    line = b"2026-01-05 10:00:00 [main] nothing of interest {happens: here} in 'this' line\n"
    noise = (line * (before // len(line) + 1))[:before].rpartition(b"\n")[0] + b"\n"
    whole = noise + data + b"\n" + line * 2000
    alone, inside = scan(data), scan(whole, size)
    assert inside.sightings == scan(whole).sightings
    wanted = {s.id for s in alone.sightings if not (s.found_by or "").startswith("id-line@")}
    assert wanted == {s.id for s in inside.sightings}
    assert alone.ids == inside.ids


def test_lines_are_counted_right_wherever_a_body_lies() -> None:
    noise = b"nothing of interest\n"
    for count in (1, 700, 2_000, 5_000, 20_000):
        data = noise * count + json.dumps(last(1)).encode() + b"\n" + noise * 3000
        for size in (1 << 20, 999, 70_000):
            place = scan(data, size).merged[A].first
            assert place is not None
            assert (place.line, place.offset) == (count + 1, count * len(noise)), size


@_QUICK
@given(st.binary(max_size=5000))
def test_random_bytes_hold_nothing(data: bytes) -> None:
    assert scan(data).sightings == []


_PIECES = st.sampled_from(
    [
        "{",
        "}",
        "[",
        "]",
        "(",
        ")",
        '"',
        "'",
        "\\",
        '\\"',
        ",",
        ":",
        "=",
        "\n",
        " ",
        "  ",
        "@{",
        "self",
        '"self":',
        "_self",
        "status",
        "- ",
        "| ",
        "model",
        '"model":',
        "values:",
        "\t",
        "//",
        "/*",
        "*/",
        "#",
        "...",
        "eyJ",
        "speechtotext",
        "lastActionDateTime",
        "Created transcription ",
        "transcription id: ",
        "X-MicrosoftSpeechServices-Event: Ping",
        "class X {",
        "datetime.datetime(",
        "&quot;",
        '""',
        "https://",
        "null",
        "1",
        "\x00",
        "\xe9",
        "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"),
        url(A),
        url(other(1), "models"),
        A,
        f'"self": "{url(A)}"',
    ]
)


@settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(_PIECES, max_size=60), st.integers(1, 50))
def test_any_soup_of_tokens_is_survived(pieces: list[str], size: int) -> None:
    text = "speechtotext" + "".join(pieces)
    found = scan(text)
    assert set(found.ids) <= {A, other(1)}
    _same(scan(text, size), found)


@pytest.mark.parametrize("path", FILES + MORE, ids=lambda path: path.name)
def test_damage_never_makes_up_an_id(path: Path) -> None:
    """Bytes lost, doubled, swapped for others: only IDs that still stand in the text are found, and nothing crashes."""
    generator = random.Random(path.name)
    data = path.read_bytes()
    for _ in range(8):
        damaged = bytearray(data)
        for _ in range(generator.randint(1, 6)):
            at = generator.randrange(len(damaged))
            choice = generator.randrange(4)
            if choice == 0:
                del damaged[at : at + generator.randint(1, 40)]
            elif choice == 1:
                damaged[at:at] = damaged[at : at + generator.randint(1, 200)]
            elif choice == 2:
                damaged[at : at + 1] = generator.choice([b'"', b"{", b"}", b"\n", b"\\", b"[", b"]", b",", b"\x00"])
            else:
                damaged = damaged[: max(at, 1)]
            if not damaged:
                damaged = bytearray(b" ")
        result = scan(bytes(damaged))
        if path.suffix == ".har":
            continue  # a Base64 body holds IDs that this test does not see
        joined = bytes(damaged).replace(b"\n", b"").replace(b" ", b"")  # some wrappers break an URL over lines
        assert set(result.ids) <= {match.decode().lower() for match in _GUIDS.findall(joined)}


@pytest.mark.parametrize(
    "text",
    [
        "{" * 100_000,
        "[" * 100_000,
        '{"a":' * 50_000,
        "@{a=" * 50_000,
        "(" * 50_000,
        "\\" * 100_000,
        '"' * 100_000,
        "'" * 100_000,
        "- " * 50_000,
        "  a:\n" * 20_000,
        '{"a":"' * 20_000,
        "{'" * 50_000,
        "/*" * 50_000,
        "@@{" * 30_000,
        "datetime(" * 30_000,
        "{}," * 50_000,
        '\\"' * 50_000,
        '{\\"' * 30_000,
        '{""a' * 30_000,
        "a = " * 50_000,
        "| self " * 20_000,
        "https://" * 30_000,
        "created transcription " * 10_000,
        "in job " * 30_000,
        "location: " * 30_000,
        " " * 300_000,
        "\n" * 300_000,
        '{"self": "' + "x" * 300_000,
        '{"self": "https://' + "a/" * 100_000,
        "eyJ" * 50_000,
        "{&quot;" * 20_000,
        "\\\\" * 60_000,
        '\\"self\\":' * 20_000,
        "T(self=" * 30_000,
        "map[self:" * 20_000,
        "[[[[)" * 30_000,
        "Array\n(" * 20_000,
        "('self', 'x'), " * 9_000,
        "<" * 100_000,
        "<self>" * 30_000,
        "<self>x</self>\n" * 9_000,
        "<a " * 50_000,
        "self : x\n       y\n" * 9_000,
        "self status\n---- ------\nhttps://x y\n          z\n" * 4_000,
        "ewog" * 40_000,
        ("ewog" + "A" * 72 + "\n") * 2_000,
        "self=x a=b " * 15_000,
        "transcription ids: " * 9_000,
        "'a' +\n" * 20_000,
        "#012" * 40_000,
        "\u201cself\u201d: " * 20_000,
    ],
)
def test_hostile_repetition_is_survived(text: str) -> None:
    """With needles around, so that it is parsed; what is planted behind it on lines of its own is still found."""
    found = scan("speechtotext " + text + "\nlastActionDateTime\n" * 3 + json.dumps(last(1)) + "\n")
    assert set(found.ids) <= {A}


@pytest.mark.parametrize("depth", [1, 50, 150])
def test_deep_wrappers_are_opened(depth: int) -> None:
    assert scan('{"a":' * depth + json.dumps(last(1)) + "}" * depth).ids == {A: "Failed"}


def test_random_documents_with_planted_ids_give_exactly_those() -> None:
    generator = random.Random(7)
    for round_ in range(40):
        numbers = range(1, generator.randint(2, 60))
        made = [generator.choice([body, last])(n, generator.choice(["Running", "Failed"])) for n in numbers]
        document: object = generator.choice(
            [{"values": made}, made, {"body": json.dumps(made)}, {"result": {"items": made}}]
        )
        text = json.dumps(document, indent=generator.choice([None, 1, 4]))
        noise = "INFO nothing\n" * generator.randint(0, 5000)
        assert scan(noise + text + "\n" + noise, generator.choice([997, 1 << 20])).ids == {
            guid(n): item["status"] for n, item in zip(numbers, made, strict=True)
        }, round_
