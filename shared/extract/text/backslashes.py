"""Backslash escapes and Base64 in which documents are wrapped."""

from __future__ import annotations

import base64
import binascii
import re

_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|[\s\S])")
_SIMPLE_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "b": " ", "f": " ", "0": " "}
HALF_ESCAPE = re.compile(r"\\(?:u[0-9a-fA-F]{0,3}|x[0-9a-fA-F]?)?\Z")
# `speechtotext` in Base64, for each of the three ways in which it can stand, and how JSON begins there.
BASE64_NEEDLES = ("c3BlZWNodG90ZXh0", "NwZWVjaHRvdGV4d", "zcGVlY2h0b3RleH")
BASE64 = re.compile(r"(?:eyJ|ewog|ewo|ew0K|W3si|Wwog|Wwo|Ww0K|77u/)[A-Za-z0-9+/\r\n]*=*")
# Such a line is not the word of a log: a document begins in it.
BASE64_LINES = re.compile(
    r"^(?:eyJ|ewog|ewo|ew0K|W3si|Wwog|Wwo|Ww0K|77u/)[A-Za-z0-9+/]{33,}={0,2}[ \r]*"
    r"(?:\n[A-Za-z0-9+/]{40,}={0,2}[ \r]*)*(?:\n[A-Za-z0-9+/]+={0,2}[ \r]*)?$",
    re.MULTILINE,
)


def unescape(text: str) -> str:
    """One level of backslashes less."""
    return _ESCAPE.sub(_unescaped, text) if "\\" in text else text


def _unescaped(match: re.Match[str]) -> str:
    code = match[1]
    if len(code) > 1:
        return chr(int(code[1:], 16))
    return _SIMPLE_ESCAPES.get(code, code)


def is_base64(text: str) -> bool:
    """A JSON document about the API in Base64."""
    return BASE64.match(text) is not None and any(needle in text for needle in BASE64_NEEDLES)


def decoded(text: str) -> str:
    """Base64 undone, where the whole text is that."""
    return undo_base64(text) if BASE64.fullmatch(text) else text


def undo_base64(text: str) -> str:
    """As Latin-1; empty when it is broken."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4)).decode("latin-1")
    except (binascii.Error, ValueError):
        return ""
