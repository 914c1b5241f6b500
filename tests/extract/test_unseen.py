"""Characters that nobody sees, and codes in place of characters, hide no ID."""

from __future__ import annotations

import json
import quopri
import re

import pytest

from shared.extract import extract_bytes
from shared.extract.sessions.matcher import Search
from shared.extract.text.blocks import Block, LineIndex
from shared.extract.text.normaliser import Normaliser
from tests.extract.test_decoding import decode

A = "1e6f0a4c7d2b4f3a9c5d8e7f60718293"
B = "7a1b2c3d4e5f4a6b8c9d0e1f2a3b4c5d"
C = "2f7e1b5d8c3c4a4b8d6e9f8071829304"
UNSEEN = "\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u2060\u2066\ufeff"
ENTITY = "a1a1a1a1-1234-4000-8000-0000000000ab"
URL = "https://eastus.api.cognitive.microsoft.com/speechtotext/v3.2/transcriptions/"


def ids(data: str | bytes) -> list[str]:
    with extract_bytes(data.encode() if isinstance(data, str) else data) as found:
        return [s.id for s in found.sightings]


def cleaned(text: str) -> str:
    data = text.encode()
    return Normaliser(Search()).clean(Block(data, 0, 0, 1, LineIndex(data)), last=True).text.decode()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
@pytest.mark.parametrize("unseen", UNSEEN, ids=ascii)
def test_unseen_characters_anywhere_in_an_id_or_its_label(unseen: str, encoding: str) -> None:
    line = f"SessionId: {A}"
    for place in range(len(line) + 1):
        text = f"über\n{line[:place]}{unseen}{line[place:]}{unseen}\n"
        assert ids(text.encode(encoding)) == [A], place
    assert ids(unseen.join(f"\nSessionId: {A}\n").encode(encoding)) == [A]
    assert ids(f'{{"self":"{URL}{ENTITY[:9]}{unseen}{ENTITY[9:]}","status":"Failed"}}') == [ENTITY]


def test_unseen_characters_between_other_letters_stay() -> None:
    for text in ("می\u200cخواهم\n", "👩\u200d💻\n", "\u200b\u4e2d\n", "Größe\u00ad\u00e4\n"):
        assert decode(text.encode()).decode() == text


def test_places_behind_them_are_true() -> None:
    text = f"a\u200bb\u00adc \u2060d\nSessionId: {A}\n"
    with extract_bytes(text.encode()) as found:
        (sighting,) = found.sightings
    assert sighting.first is not None
    assert (sighting.first.line, sighting.first.offset) == (2, text.encode().index(A.encode()))


def test_pieces_cut_anywhere_give_the_same() -> None:
    torn = f"Sess\u200bionId:\u2060 {A[:5]}\u200b\u200b{A[5:]}\r\n"
    data = f"ü\u200b{'x' * 10}\u00ad\n{torn}\u200b\u4e2d session\u00a0id\u2011\n".encode()
    whole = decode(data * 2000)
    for step in (1, 3, 1000, 65_537):
        assert decode(data * 2000, list(range(step, len(data) * 2000, step))) == whole, step


def test_hyphens_and_spaces_of_word_processors() -> None:
    assert ids(f"X\u2011ConnectionId: {A}") == [A]
    assert ids(f'{{"self":"{URL}{ENTITY.replace("-", chr(0x2011))}","status":"Failed"}}') == [ENTITY]
    for space in "\u00a0\u202f\u2009":
        assert ids(f"Session{space}Started:{space}{A}") == [A]
        assert ids(f"Session{space}Id:{space}{A}") == [A]
    assert decode("„Call\u00a05“ Call\u00a05\n".encode()).decode() == "„Call\u00a05“ Call\u00a05\n"


@pytest.mark.parametrize("code", ["&#{};", "&#0{};", "&#x{:x};", "&#X{:X};", "&#x000{:x};", "&amp;#{};"])
def test_any_character_written_as_a_code_of_html(code: str) -> None:
    text = f'"SessionId": "{A}"'
    assert cleaned("".join(code.format(ord(letter)) for letter in text)) == text
    assert ids("&quot;" + "".join(code.format(ord(letter)) for letter in text)) == [A]


def test_names_and_escapes_of_characters() -> None:
    assert cleaned(
        "&quot;session&lowbar;id&quot;&colon;&nbsp;&lbrack;x&rsqb;&Tab;&hyphen;&shy;<wbr>&zwj;&amp;quot;"
    ) == ('"session_id": [x]\t-"')
    assert cleaned("\\u0022session\\u005fid\\x22\\u003A\\u00a0\\u200b\\xad\\ufeff") == '\\"session_id\\": '
    assert (
        cleaned("&eacute;&#233;&#x4e2d;&#0;&#99999999; a&b; \\u4e2d")
        == "&eacute;&#233;&#x4e2d;&#0;&#99999999; a&b; \\u4e2d"
    )


CODES = (
    "&shy;",
    "&#173;",
    "&#xAD;",
    "&#8203;",
    "&#x200b;",
    "&ZeroWidthSpace;",
    "&NoBreak;",
    "<wbr>",
    "\\u200b",
    "\\ufeff",
)
JUNK = (
    b"\xc0\x80",
    b"\xc1\x93",
    b"\xed\xa0\xbd\xed\xb8\x80",
    b"\xf8\x88\x80\x80\x80",
    b"\xff\xff",
    b"\x80" * 50,
    b"\xe2\x82",
    b"\0" * 70_000,
    b"\0",
)


@pytest.mark.parametrize("code", CODES)
def test_unseen_characters_written_as_codes(code: str) -> None:
    for place in range(1, 32):
        assert cleaned(f"Sess{code}ion{code}Id: {A[:place]}{code}{A[place:]}") == f"SessionId: {A}"
    assert ids(f"&quot;Sess{code}ionId: {A[:9]}{code}{A[9:]}") == [A]


@pytest.mark.parametrize("small", [False, True], ids=["=C2", "=c2"])
def test_quoted_printable_tears_and_hides_nothing(small: bool) -> None:
    for shift in range(80):
        text = f"{'x' * shift} ü session_id={A}, {'y' * 90} Session\u00a0Id:\u00ad{B[:4]}\u200b{B[4:]} SessionId: {C}\n"
        body = quopri.encodestring(text.encode())
        if small:
            body = re.sub(rb"=[0-9A-F]{2}", lambda code: code[0].lower(), body)
        assert ids(b"Content-Transfer-Encoding: quoted-printable\r\n\r\n" + body) == [A, B, C], shift


def test_a_plain_part_of_a_mail_with_capital_codes_keeps_its_values() -> None:
    header = "Content-Transfer-Encoding: quoted-printable\n\n"
    assert cleaned(f"{header}a=3Db language=de-DE") == f"{header}a=b language=de-DE"


def test_lines_that_container_runtimes_cut_in_parts() -> None:
    long = "x" * 16_300
    logs = (f"{long}SessionId: {A[:7]}", f"{A[7:]} tail\n")
    parts = [json.dumps({"log": part, "stream": "stdout", "time": "t"}, separators=(",", ":")) for part in logs]
    assert f"SessionId: {A} tail" in cleaned("\n".join(parts))
    assert (
        cleaned('{"log":"a\\n","stream":"stdout","time":"t"}\n{"log":"b\\n"')
        == '{"log":"a\\n","stream":"stdout","time":"t"}\n{"log":"b\\n"'
    )
    head = "2026-11-22T05:24:42.849001Z stdout "
    line, cut = f"{head}F {'y' * 500}\n", f"{head}P {long}SessionId: {A[:7]}\n{head}F {A[7:]} tail\n"
    for before in range(480, 500):  # blocks end somewhere within it
        assert ids(line * before + cut + cut.replace(A[:7], B[:7]).replace(A[7:], B[7:])) == [A, B], before


def test_many_escapes_keep_their_places() -> None:
    text = f"{'&quot;&amp;quot;' * 3000}\n&quot;SessionId&#58; {A}\n"
    with extract_bytes(text.encode()) as found:
        (sighting,) = found.sightings
    assert sighting.first is not None
    assert (sighting.first.line, sighting.first.offset) == (2, text.index(A))


@pytest.mark.parametrize("quote", ["\n", "\r\n", "\n> ", "\n> > "])
def test_a_label_torn_in_a_big_log_with_long_lines(quote: str) -> None:
    """Rows of a terminal pasted between others that are not wrapped, in blocks that are large."""
    long = ("long " * 900 + "\n") * 40
    for label in ("SessionId: ", "session_id=", "X-ConnectionId: ", "SESSION STARTED: "):
        for place in range(1, len(label) + 8):
            if label.startswith("SESSION ") and place in (8, 15, 16, 17):  # around its blanks: the table's business
                continue
            line = label + A
            assert ids(f"{long}{line[:place]}{quote}{line[place:]}\n") == [A], (label, place)


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r", "\n\r", "\u2028", "\x85", "\x0b", "\x0c"], ids=ascii)
def test_all_that_may_end_a_line(line_end: str) -> None:
    assert ids(line_end.join(["a", f"SessionId: {A}", "b", f"SESSION STARTED: {B}", ""])) == [A, B]


@pytest.mark.parametrize("junk", JUNK, ids=lambda junk: junk[:5].hex())
def test_bytes_that_are_no_text_hide_no_id_beside_them(junk: bytes) -> None:
    assert ids(junk + f"SessionId: {A}".encode() + junk + b"\n" + junk + f"SESSION STARTED: {B}".encode() + junk) == [
        A,
        B,
    ]


def test_colours_within_a_label_and_an_id() -> None:
    for place in range(33):
        assert ids(f"Sess\x1b[1mion\x1b[0mId: {A[:place]}\x1b[31m\x1b[K{A[place:]}\x1b[0m") == [A], place
