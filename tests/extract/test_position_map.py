"""Every position of normalised text leads back to its place in the source."""

from __future__ import annotations

import random
import re

from shared.extract import extract_bytes
from shared.extract.sessions.matcher import Search
from shared.extract.text.blocks import BlockCutter
from shared.extract.text.normaliser import Normaliser
from shared.extract.text.passes import editing, removing
from shared.extract.text.position_map import Chain, Edits, apply
from shared.extract.text.window import Trail, Window


def windows(data: bytes) -> list[Window]:
    cutter, normaliser = BlockCutter(), Normaliser(Search())
    return [
        *(normaliser.clean(block) for block in cutter.feed(data)),
        *(normaliser.clean(block, last=True) for block in cutter.flush()),
    ]


def test_what_no_edit_touched_keeps_its_place() -> None:
    generator = random.Random(1)
    for _ in range(300):
        text = bytes(generator.choices(b"abcdef", k=60))
        first, one = removing(rb"a+|bc")(text)
        second, two = editing(lambda text: ((*m.span(), b"<longer>") for m in re.finditer(rb"d", text)))(first)
        chain = Chain([one, two])
        for position, letter in enumerate(second):
            if letter in b"bcef" and second[max(0, position - 7) : position + 8].find(b"<") < 0:
                assert text[chain.source(position)] == letter


def test_what_an_edit_put_in_stands_within_what_it_replaced() -> None:
    edits = [(2, 6, b"abc"), (10, 10, b"new"), (12, 20, b"")]
    text = b"0123456789" * 3
    step = Edits(lambda: edits)
    new = apply(text, edits)
    assert new == b"01abc6789new01" + text[20:]
    assert [step.source(n) for n in range(2, 5)] == [2, 3, 4]
    assert {step.source(n) for n in range(9, 12)} == {10}
    assert text[step.source(14)] == new[14]
    assert [step.forward(n) for n in (0, 1, 6, 12, 15, 20)] == [0, 1, 5, 14, 14, 14]


def test_the_fresh_parts_of_all_windows_are_the_whole_text() -> None:
    line = b"\x1b[32m2026-11-22\x1b[0m &quot;plain&quot; \\u0041 and more\r\n"
    data = line * 30_000
    found = windows(data)
    assert len(found) > 2
    text = b"".join(window.text[window.fresh :] for window in found)
    assert text == b'2026-11-22 "plain" A and more \n' * 30_000
    trail = Trail(1 << 20)
    for window in found:
        trail.add(window)
    for number in (29_999, 25_001, 20_000):
        start = number * len(b'2026-11-22 "plain" A and more \n')
        assert trail.place(start + 11)[0] == number + 1
        assert trail.place(start + 12) == (number + 1, number * len(line) + line.index(b"plain"))


def test_parts_of_one_line_are_joined_over_the_border_of_blocks() -> None:
    head = "2026-11-22T05:24:42.849001Z stdout "
    parts = "".join(f"{head}P {'x' * 70}\n" for _ in range(20_000)) + f"{head}F end\n"
    text = b"".join(window.text[window.fresh :] for window in windows(parts.encode()))
    assert text == f"{head}P {'x' * 70 * 20_000}end\n".encode()
    docker = "".join('{"log":"%s","stream":"stdout","time":"t"}\n' % ("x" * 70) for _ in range(20_000))
    text = b"".join(w.text[w.fresh :] for w in windows((docker + '{"log":"end\\n","stream":"stdout"}\n').encode()))
    assert text == b'{"log":"' + b"x" * 70 * 20_000 + b'end\\n","stream":"stdout"}\n'


def test_a_trail_keeps_no_text_that_nobody_asks_for() -> None:
    trail = Trail(1 << 20)
    for window in windows(b"x\n" * 4_000_000):
        trail.add(window)
    assert trail.held <= 3 << 20
    assert trail.place(trail.end)[0] == 4_000_001
    assert re.fullmatch(b"(?:x\n)+", windows(b"x\n" * 9)[0].text)


def test_lines_are_those_of_editors() -> None:
    """A lone `\r` separates what stands on both sides, but no editor and no grep counts a line there."""
    id_ = b"1e6f0a4c7d2b4f3a9c5d8e7f60718293"
    for end, line in ((b"\n", 3), (b"\r\n", 3), (b"\r", 1), (b"\n\r", 3)):
        for size in (1, 100_000):  # in the first block, and in one with a look-back
            before = (b"progress" + end) * size
            with extract_bytes(before + b"a" + end + b"SessionId: " + id_ + end) as found:
                (sighting,) = found.sightings
            assert sighting.first is not None
            assert sighting.first.line == (1 if line == 1 else size + 2), (end, size)
            assert sighting.first.offset == len(before + b"a" + end) + 11
