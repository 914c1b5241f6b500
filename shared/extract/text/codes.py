"""Single characters that HTML, JSON and programs write as codes: `&#45;`, `&quot;`, `\\u0022`, `\\x2d`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from shared.extract.text.position_map import Edit
from shared.extract.text.strings import Strings

_HTML = re.compile(rb"&(?:#([0-9]{1,7})|#[xX]([0-9A-Fa-f]{1,6})|([A-Za-z]{2,24}));")
_CODES = re.compile(rb"(\\{1,15})(?:(?:u00|x)([2-7][0-9A-Fa-f]|[aA][0dD])|u(20[0-6][0-9A-Fa-f]|[fF][eE][fF]{2}))")
_OCTAL = re.compile(rb"#01([12])")
_ENDS = frozenset((b'"', b"\\", b"\n"))  # of strings
_QUOTES = frozenset((b'"', b"\\"))
# Unseen characters go, spaces of all widths and hyphens become plain ones.
_UNSEEN = frozenset(
    (0xAD, 0x034F, 0x180E, 0xFEFF, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A))
)
_SPACES = frozenset((0xA0, 0x202F, 0x205F, *range(0x2000, 0x200B)))
_HYPHENS = frozenset((0x2010, 0x2011))
NAMES = {
    b"quot": b'"',
    b"apos": b"'",
    b"amp": b"&",
    b"lt": b"<",
    b"gt": b">",
    b"colon": b":",
    b"semi": b";",
    b"equals": b"=",
    b"num": b"#",
    b"period": b".",
    b"comma": b",",
    b"lpar": b"(",
    b"rpar": b")",
    b"lsqb": b"[",
    b"lbrack": b"[",
    b"rsqb": b"]",
    b"rbrack": b"]",
    b"lcub": b"{",
    b"lbrace": b"{",
    b"rcub": b"}",
    b"rbrace": b"}",
    b"sol": b"/",
    b"bsol": b"\\",
    b"lowbar": b"_",
    b"quest": b"?",
    b"excl": b"!",
    b"plus": b"+",
    b"ast": b"*",
    b"commat": b"@",
    b"percnt": b"%",
    b"dollar": b"$",
    b"vert": b"|",
    b"verbar": b"|",
    b"grave": b"`",
    b"hyphen": b"-",
    b"dash": b"-",
    b"Tab": b"\t",
    b"NewLine": b"\n",
    b"nbsp": b" ",
    b"NonBreakingSpace": b" ",
    b"ensp": b" ",
    b"emsp": b" ",
    b"thinsp": b" ",
    b"hairsp": b" ",
    b"shy": b"",
    b"ZeroWidthSpace": b"",
    b"zwj": b"",
    b"zwnj": b"",
    b"NoBreak": b"",
    b"lrm": b"",
    b"rlm": b"",
}


def html(text: bytes) -> Iterator[Edit]:
    """`&quot;`, `&#34;`, `&#x22;`."""
    strings = Strings(text)
    for match in _HTML.finditer(text):
        new = NAMES.get(match[3]) if match[3] else _shown(int(match[1]) if match[1] else int(match[2], 16))
        if new is not None:
            yield *match.span(), strings.put(new, match.start()) if new in _ENDS else new


def escapes(text: bytes) -> Iterator[Edit]:
    """`\\u0022`, `\\x22`. Quotes and backslashes stay escaped, so that a string still ends where it did."""
    for match in _CODES.finditer(text):
        new = _shown(int(match[2] or match[3], 16))
        if new is not None:
            yield *match.span(), b"\\" * (2 * len(match[1]) - 1) + new if new in _QUOTES else new


def octal(text: bytes) -> Iterator[Edit]:
    """`#012`, `#011`: how syslog writes what would end its lines."""
    strings = Strings(text)
    for match in _OCTAL.finditer(text):
        yield *match.span(), strings.put(b"\n" if match[1] == b"2" else b"\t", match.start())


def _shown(code: int) -> bytes | None:
    """None for what no text has."""
    if code in _UNSEEN:
        return b""
    if code in _SPACES:
        return b" "
    if code in _HYPHENS:
        return b"-"
    return bytes([code]) if 0x20 <= code < 0x7F or code in (9, 10) else b" " if code == 13 else None
