"""Encodings of whole pieces of text: Base64 runs and percent-encoding, undone where they hide what is looked for."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator

from shared.extract.text.position_map import Edit
from shared.extract.text.strings import Strings, escaped

_PLAIN_WORDS = (b"speechtotext", b"ession", b"SESSION", b"onnectionId")


def _needles(word: bytes) -> Iterator[bytes]:
    """A word in Base64, for each of the three ways in which it can stand."""
    for shift in range(3):
        text = base64.b64encode(bytes(shift) + word + bytes(2))
        yield text[(shift * 8 + 5) // 6 : (shift + len(word)) * 8 // 6]


BASE64_WORDS = tuple(needle for word in _PLAIN_WORDS for needle in _needles(word))
# How a document of JSON begins, on a line that another follows: every word of it may be torn
BASE64_HEADS = (b"eyJ", b"ewog", b"ewo", b"ew0K", b"W3si", b"Wwog", b"Wwo", b"Ww0K", b"77u/")
AFTER_BASE64_HEAD = rb"[A-Za-z0-9+/]{53,120} ?\n[> \t]{0,8}[A-Za-z0-9+/]{4}"
_RUN = re.compile(
    rb"[A-Za-z0-9+/]{24,}(?: ?\n[> \t]{0,8}[A-Za-z0-9+/]{4,}(?![A-Za-z0-9+/=]*[^A-Za-z0-9+/=\s\"'>]))*={0,2}"
)
_BREAK = re.compile(rb"[^A-Za-z0-9+/]+")
_CONTROLS = bytes(set(range(32)) - {9, 10, 13, 27})

PERCENT_WORDS = (b"%3a%2f%2f", b"%2fspeechtotext%2f", b"sessionid%", b"session_id%", b"session%20id", b"connectionid%")
_TOKEN = re.compile(rb"[^\s\"'<>`]*%[0-9A-Fa-f]{2}[^\s\"'<>`]*")
_PERCENT = re.compile(rb"%([0-9A-Fa-f]{2})")
_ENCODED = re.compile(b"(?i:" + b"|".join(PERCENT_WORDS) + b")")


def base64_runs(text: bytes) -> Iterator[Edit]:
    """One edit for each line of a run, in proportion: four signs are three bytes."""
    strings = Strings(text)
    for match in _RUN.finditer(text):
        digits = _BREAK.sub(b"", match[0])
        if any(word in digits for word in BASE64_WORDS) and (found := _decoded(digits)) is not None:
            yield from _spread(match, found, quoted=strings.within(match.start()))


def _decoded(digits: bytes) -> bytes | None:
    """None if it is no text, or none that is looked for."""
    digits = digits[: len(digits) // 4 * 4] if len(digits) % 4 == 1 else digits + b"=" * (-len(digits) % 4)
    try:
        found = base64.b64decode(digits)
    except (binascii.Error, ValueError):
        return None
    text = len(found.translate(None, _CONTROLS)) == len(found)
    return found if text and any(word in found for word in _PLAIN_WORDS) else None


def _spread(match: re.Match[bytes], found: bytes, *, quoted: bool) -> Iterator[Edit]:
    """Groups of four signs, which may lie across a line break; in a string, quotes stay escaped."""
    signs = re.compile(rb"[A-Za-z0-9+/](?:[^A-Za-z0-9+/]*[A-Za-z0-9+/]){0,3}(?:[^A-Za-z0-9+/=]+(?=[A-Za-z0-9+/])|=*)")
    for number, group in enumerate(signs.finditer(match[0])):
        new = found[number * 3 : number * 3 + 3]
        yield match.start() + group.start(), match.start() + group.end(), escaped(new) if quoted else new


def percent_codes(text: bytes) -> Iterator[Edit]:
    """All codes of a word that has the URL or the label in it. Within a string, quotes stay escaped."""
    strings = Strings(text)
    for token in _TOKEN.finditer(text):
        for match in _PERCENT.finditer(text, *token.span()) if _ENCODED.search(token[0]) else ():
            new = bytes([int(match[1], 16)])
            if new >= b" " or new in b"\n\t\r":
                yield *match.span(), strings.put(new.replace(b"\r", b" "), match.start())
