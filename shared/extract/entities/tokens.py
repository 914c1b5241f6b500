"""The pieces of structure: one pattern for the tokens of every syntax, and what is known about strings."""

from __future__ import annotations

import re
from typing import Any

from shared.extract.text.backslashes import is_base64

SHORT = 40  # no document in a string of this length
_AFTER = re.compile(r"[ \t]*(?:[,:}\])\n]|\Z)")  # what may follow the end of a string
_NARROW = 40  # no terminal and no mail wraps at less
_WRAPPED_LINES = 40
_STRING = r"""\"[^\"\\\n]*+(?:\\[^\n][^\"\\\n]*+)*+\"|'[^'\\\n]*+(?:\\[^\n][^'\\\n]*+)*+'"""
TOKEN = re.compile(
    r"[\s,;]*+(?:"
    rf"(?P<key>{_STRING}|[A-Za-z_@$][\w@$.\-]*+|\[[\"']?[A-Za-z_@][\w@]*[\"']?\](?=[ \t]*=>))"
    r"[ \t]*+\n?[ \t]*+(?::(?!//)|=>|=(?!=))[ \t]*+"
    rf"(?:(?P<simple>\"[^\"\\\n]*+\"|-?[\d.eE+\-]++|true|false|null|None|True|False)(?=[ \t]*+[\n,;}}\])]))?"
    rf"|(?P<string>(?:[bBuUrRfF@]{{0,2}}|string\(\d+\)[ ])(?:{_STRING}))"
    r"|(?P<open>array\(\d+\)\s*\{|[Aa]rray\s*\(|@?(?:(?:class|new|record)\s+)?(?:[A-Za-z_][\w.<>`]*+\s*+)?[{\[]|(?:new\s+)?[A-Za-z_][\w.]*+\(|\()"
    r"|(?P<close>[}\])])"
    r"|(?P<skip>//[^\n]*+|/\*(?:[^*]|\*(?!/))*+\*/|\#[^\n]*+|\.\.\.[^\n,}\])]*+)"
    r"|(?P<bare>[^\s,;{}\[\]\"'()>|:=][^\n,;{}\[\]\"]*+)"
    r"|(?P<other>[\s\S]))"
)
OPEN_STRING = re.compile(r"[\s,;]*+[bBuUrRfF@]{0,2}([\"'])")
BODY = {'"': re.compile(r'[^"\\\n]*(?:\\[^\n][^"\\\n]*)*'), "'": re.compile(r"[^'\\\n]*(?:\\[^\n][^'\\\n]*)*")}
WRAPPED_URL = re.compile(r"[\"']https?:[^\s\"'{}]*(?:\s*\n[ \t>|]*[^\s\"':{}\[\],]+)+[\"'](?=\s*[,}\]\n])")
COLON = re.compile(r"\s*:\s*")
CONTINUED = re.compile(r"[ \t]*\+?[ \t]*\n\s*(?=[\"'])")
MAY_GO_ON = re.compile(r"[ \t]{0,80}\+?[ \t]{0,80}\n?[ \t]{0,200}(?:[\"'][^\"'\n]{0,2000})?\Z")
_ONE_URL = re.compile(r"\s*(?:(?:https?:/)?/|[\w.\-]+(?::\d{1,5})?/)[^\s{}\"<>]*\s*")
_NOTHING = frozenset({"null", "None", "undefined"})
_TRUTH = {"true": True, "True": True, "false": False, "False": False}


def is_document(text: str) -> bool:
    """A string worth reading: it speaks of the API and is more than one URL."""
    if "speechtotext" in text or "ranscription" in text or "ctionDateTime" in text or "peechToText" in text:
        return _ONE_URL.fullmatch(text) is None
    return is_base64(text)


def literal(text: str) -> Any:
    """The value of a word without quotes."""
    if text in _NOTHING:
        return None
    if text in _TRUTH:
        return _TRUTH[text]
    try:
        return float(text) if len(text) < SHORT and text[0] in "-0123456789" else text
    except ValueError:
        return text


def hard_wrapped(buffer: str, position: int) -> tuple[str, int] | None:
    """The string that begins at `position`, torn by a terminal or a mail, and its end.

    The lines before its end are all equally long: that is what tells it from a string whose quote is missing.
    """
    start = buffer.rfind("\n", 0, position) + 1
    width = buffer.find("\n", position) - start
    if width < _NARROW:
        return None
    text, at = "", position + 1
    for _ in range(_WRAPPED_LINES):
        body = BODY['"'].match(buffer, at)
        end = body.end() if body else at
        text += buffer[at:end]
        if buffer[end : end + 1] == '"':
            return (text, end + 1) if _AFTER.match(buffer, end + 1) else None
        if buffer[end : end + 1] != "\n" or end - start != width:
            return None
        start = at = end + 1
    return None
