"""Classifies what stands where a label of the pattern table promises an ID: an ID, or what else, and why not."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from shared.core import ids
from shared.speech.near_misses import NearMissReason

if TYPE_CHECKING:
    from shared.extract.text.window import Window

_GUID = re.compile(rb"[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}(?![0-9A-Fa-f-])")
_QUOTE = re.compile(rb" ?\n(?:[ \t]*>[ \t]?)*[ \t]{0,8}")
_OTHER_SESSION = re.compile(
    rb"(?:\baudio|\bj|http|asp\.net|php|redis|servlet|tomcat|django|cookie|login|logon|browser|\bnot|\bmcp|\bss[hl]|\btls|\brdp|\baws|amzn|zookeeper|kafka|vscode|devtools|selenium"
    rb"|(?<![&/])\btts|synthesi[sz](?:er|is)|text[ -]to[ -]speech|avatar)[ _.:/-]{0,3}$",
    re.IGNORECASE,
)
_LABEL = re.compile(rb"session", re.IGNORECASE)
# servers of web sites, of the Model Context Protocol, and programs that drive browsers
_OTHER_SPEAKER = re.compile(
    rb"HttpSession|StandardSession|SessionManagement|\bo\.s\.[a-z.]{1,20}session|springframework"
    rb"|transport with |/messages/\?|\bwebdriver |\bmcp[-_ ]?$",
    re.IGNORECASE,
)
_COOKIE = re.compile(rb"\bcookies?[\\'\"]{0,3} ?[:=][^\n]{0,800}\Z", re.IGNORECASE)
_USER = re.compile(rb"\buser[ _-]?\Z", re.IGNORECASE)
# what is longer than an ID: a file that is named by one, or a word that begins so
_FILE = re.compile(
    rb"[0-9A-Za-z_-]{0,64}\.(?:wav|mp3|mp4|m4a|ogg|opus|flac|webm|wma|aac|amr|json|txt|log|csv|zip)\b", re.IGNORECASE
)
_GOES_ON = re.compile(rb"[G-Zg-z_][0-9A-Za-z_]{0,7}")
_NEXT_WORD = re.compile(rb"[A-Z][A-Za-z]")
DIGITS = 32


class Candidate(NamedTuple):
    """`id`: the 32 lower-case digits, if it is one. Else `reason` and, where there is one, the right value."""

    id: str = ""
    reason: NearMissReason | None = None
    value: str = ""
    suggestion: str | None = None
    end: int = 0
    wait: bool = False


def classify(window: Window, start: int, *, any_version: bool, connection_id: bool) -> Candidate:
    """What begins at `start`, where at least eight hex digits are known to stand."""
    run = window.hex_run(start)
    end = start + len(run)
    if end == len(window.text) and not window.last:
        return Candidate(wait=True)
    if len(run) == 8:
        guid = _GUID.match(window.text, start)
        if guid is not None:
            return _dashed(guid[0].decode("ascii"), connection_id=connection_id)
    torn = _joined(window, run, end) if len(run) < DIGITS else b""
    if torn:
        run = torn
    if len(run) != DIGITS:
        return _length(run)
    more = _more(window.text, end, run) if not torn else None
    if more is not None:
        return _length(run + more) if connection_id else Candidate()
    found = run.decode("ascii").lower()
    if is_placeholder(found):
        return Candidate(reason=NearMissReason.PLACEHOLDER, value=found)
    if not any_version and not ids.is_version_4(found):
        return Candidate()
    return Candidate(id=found, end=end)


def is_placeholder(hex32: str) -> bool:
    """Values of the documentation, zeros: they identify nothing."""
    return hex32 in ids.PLACEHOLDERS or len(set(hex32)) < 4


def _dashed(guid: str, *, connection_id: bool) -> Candidate:
    if connection_id:  # the service discards a dashed value, so this was never the session's ID
        return Candidate(reason=NearMissReason.DASHED_CONNECTION_ID, value=guid, suggestion=ids.digits(guid))
    return Candidate(reason=NearMissReason.INTERACTION_ID, value=guid)


def _length(run: bytes) -> Candidate:
    if 20 <= len(run) <= 40:
        return Candidate(reason=NearMissReason.WRONG_LENGTH, value=run.decode("ascii"))
    return Candidate()


def _more(text: bytes, end: int, run: bytes) -> bytes | None:
    """What makes the word longer than 32 digits; a word in capitals behind lower-case digits is another one."""
    if _FILE.match(text, end) is not None:
        return b""
    match = _GOES_ON.match(text, end)
    if match is None or (run.lower() == run and _NEXT_WORD.match(text, end) is not None):
        return None
    return match[0]


def _joined(window: Window, run: bytes, end: int) -> bytes:
    """An ID torn by a hard wrap: the line ends inside it and the next one begins with exactly what is missing."""
    gap = _QUOTE.match(window.text, end)
    if gap is None:
        return b""
    rest = window.hex_run(gap.end())
    whole = run + rest
    return whole if len(whole) == DIGITS and ids.is_version_4(whole.decode("ascii").lower()) else b""


def torn_at_end(window: Window, start: int) -> bool:
    """The digits end with the last line of this block: the next block may hold the rest."""
    if window.last or start + DIGITS + 32 < len(window.text):
        return False
    run = window.hex_run(start)
    return len(run) < DIGITS and window.text[start + len(run) :].strip(b" >\t\n") == b""


def _in_cookie(before: bytes) -> bool:
    return (b"ookie" in before or b"COOKIE" in before) and _COOKIE.search(before) is not None


def speaks_of_another_session(text: bytes, start: int, *, bare: bool = False) -> bool:
    """`HttpSession sessionId=`, `JSESSIONID=`, `audioSessionId`: other things have sessions too.

    `bare`: the label is `session` alone, which users of a web site have.
    """
    low = max(0, start - 64)
    window = text[low:start]
    window = window[window.rfind(b"\n", 0, len(window) - 8) + 1 :]
    labels = list(_LABEL.finditer(window))
    if not labels:
        return False
    before = window[: labels[-1].start()]
    if _OTHER_SESSION.search(before) is not None or b"session:" in before:
        return True
    if bare and _USER.search(before) is not None:
        return True
    return _OTHER_SPEAKER.search(before) is not None or _in_cookie(text[max(0, start - 900) : start])
