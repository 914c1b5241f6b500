"""Mails: what stands in Base64 is opened where it stands."""

from __future__ import annotations

import base64
import gzip
from email.mime.application import MIMEApplication
from email.mime.message import MIMEMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

import pytest

pytest.importorskip("backports.zstd")

from shared.extract import Limits, extract_bytes
from tests.extract.makers import IDs, log, mailed, read, zipped

ENTITY = "a1a1a1a1-1234-4000-8000-0000000000ab"
BODY = f'{{"self":"https://eastus.api.cognitive.microsoft.com/speechtotext/v3.2/transcriptions/{ENTITY}","status":"Failed"}}'
ALONE = b"MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n"


def mail(ids: list[str]) -> bytes:
    """As mail programs make it: alternatives, attachments, a mail inside it."""
    outer, both, inner = MIMEMultipart("mixed"), MIMEMultipart("alternative"), MIMEMultipart()
    outer["From"], outer["Subject"] = "a@example.com", "log"
    both.attach(MIMEText(f"Hallo Jörg, SessionId: {ids[0]}\n", "plain", "utf-8"))
    both.attach(MIMEText(f"<p>Session&nbsp;Id:\u200b <b>{ids[0]}</b></p>", "html", "utf-8"))
    inner["From"], inner["Subject"] = "b@example.com", "forwarded"
    inner.attach(MIMEText(f"SESSION STARTED: {ids[3]}\n", "plain", "utf-16"))
    inner.attach(MIMEApplication(zipped({"x.log": log(ids[4]), "body.json": BODY.encode()}), Name="x.zip"))
    for piece in (both, MIMEApplication(log(ids[1])), MIMEApplication(gzip.compress(log(ids[2]))), MIMEMessage(inner)):
        outer.attach(piece)
    outer.epilogue = f"\nSessionId: {ids[5]}\n"
    return outer.as_bytes()


@pytest.mark.parametrize("line_end", [b"\n", b"\r\n"])
def test_a_whole_mail_with_all_that_it_holds(line_end: bytes) -> None:
    ids = [IDs(number).new() for number in range(6)]
    data = mail(ids).replace(b"\n", line_end)
    want = sorted([*ids, ENTITY])
    for chunk in (0, 1, 77, 1000):
        assert read(data, chunk) == (want, []), chunk
    assert read(b"From a@example.com Mon Nov 24\n" + data + b"\n\nFrom b@example.com Tue Nov 25\n" + data) == (want, [])
    assert read(b"Here is the source of the mail:\n\n" + data) == (want, [])
    assert read(gzip.compress(data.decode("latin-1").encode("utf-16"))) == (want, [])


def test_the_content_of_a_part_is_read_however_it_is_broken_into_lines() -> None:
    a, b = (ids := IDs(1)).new(), ids.new()
    packed = base64.encodebytes(log(a))
    for body in (
        packed,
        packed.replace(b"\n", b"\r\n"),
        packed.replace(b"\n", b" \t\n"),
        packed.rstrip(b"=\n"),
        base64.b64encode(log(a, 3000)),
        packed.replace(b"\n", b"\n\n"),
    ):
        assert read(ALONE + body) == ([a], [])
        assert read(ALONE + body + b"\n--x--\nSessionId: " + b.encode()) == (sorted([a, b]), [])
    assert read(ALONE.lower() + packed)[0] == [a]
    assert read(ALONE.replace(b": base64", b":\n base64") + packed)[0] == [a]
    assert read(ALONE + base64.encodebytes(BODY.encode()))[0] == [ENTITY]


def test_a_mail_that_is_cut_anywhere_gives_what_stands_before_the_cut() -> None:
    id_ = IDs(2).new()
    data = ALONE + base64.encodebytes(log(id_))
    ends = len(ALONE) + len(base64.encodebytes(log(id_)[: log(id_).index(id_.encode()) + 32])) + 8
    for cut in range(0, len(data), 7):
        assert read(data[:cut])[0] == ([id_] if cut >= ends else []) or abs(cut - ends) < 16, cut


def test_words_about_base64_hide_nothing() -> None:
    id_ = IDs(3).new()
    for text in (
        "The header Content-Transfer-Encoding: base64 is needed.\n",
        "Content-Transfer-Encoding: base64\nabcd\n\n",
        "Content-Transfer-Encoding: base64\n\n",
        "Content-Transfer-Encoding: base64\n\n--x\n",
        "MIME-Version: 1.0\nContent-Type: x\n\n",
    ):
        assert read(f"{text}\nSessionId: {id_}\n".encode()) == ([id_], []), text


def test_mails_in_mails_end_at_the_depth_limit() -> None:
    a, b = (ids := IDs(4)).new(), ids.new()
    data = log(a)
    for _ in range(6):
        data = mailed(data)
    found, notices = read(data + f"SessionId: {b}\n".encode())
    assert found == [b]
    assert any("max_depth" in notice for notice in notices)
    assert read(data, limits=Limits(max_depth=7)) == ([a], [])


def test_lines_are_counted_on_behind_a_part() -> None:
    id_ = IDs(5).new()
    with extract_bytes(ALONE + base64.encodebytes(b"one\ntwo\n") + f"\nSessionId: {id_}\n".encode()) as found:
        (sighting,) = found.sightings
    assert sighting.first is not None
    assert sighting.first.line == 4 + 2 + 2


def test_thousands_of_parts_are_each_looked_for_in_what_is_left() -> None:
    """Were all of the mail searched again for each of them, this would take a quarter of an hour."""
    id_ = IDs(4).new()
    part = ALONE + b"\n" + b"-- \n"
    data = ALONE + base64.encodebytes(log(id_)) + b"-- \n" + part * 9_000 + b"." * 8_000_000
    found, notices = read(data)
    assert (found, notices) == ([id_], [])
