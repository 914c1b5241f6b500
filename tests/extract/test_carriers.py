"""Every carrier, and pairs of them, hide neither a session nor any kind of entity: same ID, line and offset."""

from __future__ import annotations

import base64
import html
import itertools
import json
import quopri
import re
from collections.abc import Callable
from urllib.parse import quote

import pytest

from shared.extract import extract_bytes
from tests.extract.test_position_map import windows

SESSION = "1e6f0a4c7d2b4f3a9c5d8e7f60718293"
ENTITY = "a1a1a1a1-1234-4000-8000-0000000000ab"
API = "https://eastus.api.cognitive.microsoft.com/speechtotext/v3.2/"
KINDS = {
    "transcriptions": "transcription",
    "datasets": "dataset",
    "models": "model",
    "models/base": "base_model",
    "endpoints": "endpoint",
    "evaluations": "evaluation",
    "projects": "project",
    "webhooks": "webhook",
}
SUBJECTS = {
    "session": (f"Session ID: {SESSION}", "session", SESSION),
    **{
        kind: (f'{{"self": "{API}{collection}/{ENTITY}", "displayName": "x"}}', kind, ENTITY)
        for collection, kind in KINDS.items()
    },
}
Carry = Callable[[str], str]


def _within(text: str, what: str) -> str:
    """A sign between all words and in the middle of the ID."""
    middle = next(i for i in (SESSION, ENTITY) if i in text)
    return text.replace(middle, middle[:11] + what + middle[11:])


def _coded(text: str, code: str) -> str:
    return "".join(code.format(ord(sign)) if sign in '-:/"' else sign for sign in text)


def _json(text: str) -> str:
    return json.dumps({"message": text})


def _parts(text: str) -> str:
    """The ID is torn, as in the middle of 16 KiB."""
    cut = next(text.index(i) for i in (SESSION, ENTITY) if i in text) + 9
    head = "2026-11-22T05:24:42.849001Z stdout "
    return f"{head}P {text[:cut]}\n{head}F {text[cut:]}"


def _docker_parts(text: str) -> str:
    cut = next(text.index(i) for i in (SESSION, ENTITY) if i in text) + 9
    records = [{"log": part, "stream": "stdout", "time": "t"} for part in (text[:cut], text[cut:] + "\n")]
    return "\n".join(json.dumps(record, separators=(",", ":")) for record in records)


CARRIERS: dict[str, Carry] = {
    "colours around": lambda text: re.sub(r"(\w+)", "\x1b[32m\\1\x1b[0m", text, count=1),
    "colours within": lambda text: _within(text, "\x1b[1;31m"),
    "colours as JSON text": lambda text: _within(text, "\\u001b[31m"),
    "colours as carets": lambda text: _within(text, "^[[31m"),
    "HTML names": html.escape,
    "HTML numbers": lambda text: _coded(text, "&#{};"),
    "HTML hexadecimal": lambda text: _coded(text, "&#x{:X};"),
    "XML line ends": lambda text: (
        text.replace(": ", ":&#xD;&#xA; ", 1) if "Session" not in text else text + "&#xD;&#xA;"
    ),
    "JSON codes": lambda text: _coded(text, "\\u{:04x}"),
    "JSON": _json,
    "quoted-printable": lambda text: (
        "Content-Transfer-Encoding: quoted-printable\n\n" + quopri.encodestring(text.encode()).decode()
    ),
    "percent": lambda text: f"https://x.example/?q={quote(text, safe='')}",
    "CRI": lambda text: f"2026-11-22T05:24:42.849001Z stdout F {text}",
    "CRI parts": _parts,
    "Docker": lambda text: json.dumps({"log": text + "\n", "stream": "stdout", "time": "2026-11-22T05:24:42.8Z"}),
    "Docker parts": _docker_parts,
    "Base64": lambda text: base64.b64encode(text.encode()).decode(),
    "Base64 of a mail": lambda text: base64.encodebytes(text.encode()).decode(),
    "soft hyphens": lambda text: _within(text, "\u00ad"),
    "zero width as a code": lambda text: _within(text, "\\u200b"),
    "Markdown": lambda text: text.replace("_", "\\_").replace("Session ID", "session\\_id"),
    "syslog": lambda text: text.replace("{", "{#012  ") + "#012",
}
OUTER = ("colours around", "JSON", "HTML names", "CRI", "Docker", "quoted-printable", "Base64")
# what collectors and mails make of lines is outside of what programs write
LINES = ("CRI", "CRI parts", "Docker", "Docker parts", "quoted-printable", "Base64 of a mail")
PAIRS = [
    *((inner, outer) for inner, outer in itertools.product(CARRIERS, OUTER) if inner != outer and inner not in LINES),
    *((inner, "quoted-printable") for inner in ("CRI", "Docker", "CRI parts")),
]


def check(subject: str, text: str) -> None:
    _, kind, id_ = SUBJECTS[subject]
    before = "first line\nsecond\n"
    data = f"{before}{text}\nlast\n".encode()
    with extract_bytes(data) as found:
        places = {s.id: s.first for s in found.sightings if s.kind == kind}
    assert places.keys() == {id_}, text
    place = places[id_]
    assert place is not None
    assert data[: place.offset].count(b"\n") + 1 == place.line, text


@pytest.mark.parametrize("carrier", CARRIERS)
@pytest.mark.parametrize("subject", SUBJECTS)
def test_a_carrier_hides_nothing(subject: str, carrier: str) -> None:
    check(subject, CARRIERS[carrier](SUBJECTS[subject][0]))


@pytest.mark.parametrize(("inner", "outer"), PAIRS)
@pytest.mark.parametrize("subject", ["session", "transcription"])
def test_a_carrier_within_another_hides_nothing(subject: str, inner: str, outer: str) -> None:
    check(subject, CARRIERS[outer](CARRIERS[inner](SUBJECTS[subject][0])))


@pytest.mark.parametrize("carrier", [name for name in CARRIERS if not name.startswith(("Base64", "JSON codes"))])
def test_the_place_is_that_of_the_first_digit(carrier: str) -> None:
    text = CARRIERS[carrier](SUBJECTS["session"][0])
    data = f"a\n{text}\n".encode()
    with extract_bytes(data) as found:
        (sighting,) = found.sightings
    assert sighting.first is not None
    start = data[sighting.first.offset :].decode()
    assert start.startswith(SESSION[:9]), start[:40]


def test_a_place_within_base64_is_that_of_its_four_signs() -> None:
    text = f"some words before. Session ID: {SESSION}"
    data = base64.b64encode(text.encode())
    with extract_bytes(data) as found:
        (sighting,) = found.sightings
    assert sighting.first is not None
    assert abs(sighting.first.offset * 3 / 4 - text.index(SESSION)) < 3


@pytest.mark.parametrize("width", [60, 78, 80, 100])
@pytest.mark.parametrize("before", ["", "> ", "    "])
@pytest.mark.parametrize(
    "form", ['{{"self": "{}", "displayName": "x"}}', "Transcription job created: {} at ten", "self: {}"]
)
def test_a_hard_wrap_hides_no_entity(form: str, before: str, width: int) -> None:
    for shift in range(0, 50, 7):
        text = "x" * shift + " " + form.format(f"{API}transcriptions/{ENTITY}")
        lines = [text[at : at + width] for at in range(0, len(text), width)]
        data = "".join(f"{before}{line}\n" for line in lines).encode()
        with extract_bytes(data) as found:
            places = {s.id: s.first for s in found.sightings}
        assert places.keys() <= {ENTITY}
        if form.startswith("{") and not shift:
            assert places.keys() == {ENTITY}, data


def test_lines_that_only_look_like_a_wrapped_url_stay() -> None:
    text = f"{API}transcriptions\n{ENTITY}\n{API}transcriptions/{ENTITY}\n{ENTITY[::-1]}\n"
    data = text.encode()
    assert windows(data)[0].text == data
