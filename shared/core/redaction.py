"""The one redaction of free text, of the service, of logs and of users: no URL query, nothing key-like, capped.

Also counts the secrets in a stretch of text. Nothing here ever returns one.
"""

from __future__ import annotations

import re
from collections import Counter

from shared.core import ids

_CUT = "…"
_MASK = "[redacted]"
_QUERY = re.compile(r"(https?://[^\s?#\"'<>]*)[?#][^\s\"'<>]*", re.IGNORECASE)
_USERINFO = re.compile(r"(https?://)[^\s/@\"'<>]{1,256}@", re.IGNORECASE)
# Each row: what it is, the pattern; group 1, where there is one, stays.
_SECRETS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("bearer or basic credentials", re.compile(r"\b((?:Bearer|Basic)\s+)[\w.~+/=\-]{6,}", re.IGNORECASE)),
    ("JSON web token", re.compile(r"\beyJ[\w\-]{8,}(?:\.[\w\-]+){0,2}")),
    (
        "named secret",
        re.compile(
            r"((?:\b|_)(?:(?:client|shared|access|refresh|account|api|app|subscription|functions?|speech|storage|primary|"
            r"secondary|master)[_-]?){0,3}(?:sig|signature|secret|password|passwd|pwd|token|key\d?|authorization)"
            r"[\"']?\s*[=:]\s*[\"']?)[^\s\"'&,;]{4,}",
            re.IGNORECASE,
        ),
    ),
    ("long key, new form or storage key", re.compile(r"(?<![\w+/-])(?=[\w+/]*\d)(?=[\w+/]*[A-Za-z])[\w+/]{40,}={0,2}")),
)
# A key of a Speech resource in its old form, or a session ID.
_HEX32 = re.compile(r"(?<![0-9A-Za-z-])[0-9A-Fa-f]{32}(?![0-9A-Za-z-])")
# Most names: too short for a key, and without the signs and words that come before one.
_HARMLESS = re.compile(r"(?!.*(?:bearer|basic|eyj))[\w .,()#+\-]{1,31}", re.IGNORECASE | re.ASCII)
# Names of audio files are often phone numbers. What stands between blanks, quotes or slashes before the ending goes.
_AUDIO = re.compile(
    r"[^\s/\\\"'<>|:;,()\[\]{}]{1,255}(?=\.(?:wav|mp3|ogg|oga|opus|flac|wma|aac|m4a|mp4|mka|mkv|webm|amr|speex|spx|raw|"
    r"pcm|alaw|mulaw|ulaw|aif|aiff|3gp|avi|mov|wmv)\b)",
    re.IGNORECASE,
)
# Controls, and characters without a width that could break up a secret; the joiners of some scripts stay.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")
_HALVES = re.compile(r"[\ud800-\udfff]")
_LOOK = 16  # redacted before it is cut, but not all of a huge text: so many times the cap are processed
_MOST_LINES = 40

# Forms that the scanner for sessions, which sees every byte and counts the usual ones, does not know.
_COUNTED = (
    ("sas-signature", "sig=", re.compile(r"(?:\\u0026|[?&;](?=sig=(?![0-9A-Za-z%+/]{8})))sig=[^&\s\"'\\]")),
    ("subscription-key", "Subscription-Key", re.compile(r"Ocp-Apim-Subscription-Key[\"'\\]*\s*,")),
    (
        "authorization",
        "Authorization",
        re.compile(r"\bAuthorization[\"'\\]*\s*,(?!\s*\\*[\"']value\\*[\"']:\s*\\*[\"']Bearer)"),
    ),
    ("webhook-secret", "secret", re.compile(r"[\"'\s{,;@]secret[\"'\\]*\s*[:=]\s*\\*[\"']?[^\s\"',;}\\]")),
)


def clean(text: str | None, cap: int) -> str | None:
    """`text` without URL queries, credentials, key-like runs and control characters, at most `cap` characters."""
    if not text:
        return None
    if len(text) <= cap and _HARMLESS.fullmatch(text):
        return text.strip() or None
    return _capped(_HEX32.sub(_MASK, _redacted(text[: cap * _LOOK])), cap) or None


def clean_message(text: str | None, cap: int) -> str | None:
    """An error message as `clean` leaves it, and without the names of audio files: `[file].wav`."""
    found = clean(text, cap)
    return _AUDIO.sub("[file]", found)[:cap] if found else None


def user_text(text: str, cap: int) -> str:
    """A note: several lines stay lines, and session IDs stay readable."""
    lines = (user_line(line, cap) for line in text.splitlines()[:_MOST_LINES])
    return "\n".join(line for line in lines if line)[:cap]


def user_line(text: str, cap: int) -> str:
    """What a person enters in one field. 32 hex digits may be an old key or a session ID: the SDKs generate version 4
    GUIDs, and only one key in 64 has that form.
    """
    printable = "".join(c if c.isprintable() else " " for c in " ".join(text[: cap * _LOOK].split()))
    return _capped(_HEX32.sub(_session_id, _redacted(printable)), cap)


def _session_id(found: re.Match[str]) -> str:
    hex32 = found[0].lower()
    return hex32 if ids.is_version_4(hex32) else _MASK


def _redacted(text: str) -> str:
    found = _CONTROL.sub(" ", text)
    if _HALVES.search(found):  # `\\ud83d\\ude00` of escaped text: pairs are joined, a half alone is replaced
        found = found.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    found = _USERINFO.sub(r"\1", _QUERY.sub(r"\1", found))
    for _, pattern in _SECRETS:
        found = pattern.sub(lambda m: (m[1] if m.re.groups else "") + _MASK, found)
    return found


def _capped(text: str, cap: int) -> str:
    text = text.strip()
    return text if len(text) <= cap else text[: cap - 1] + _CUT


def count_secrets(text: str, redacted: Counter[str]) -> None:
    """Count the secrets of saved bodies: signatures, the headers of HAR files, `properties.secret` of web hooks."""
    for name, word, pattern in _COUNTED:
        met = len(pattern.findall(text)) if word in text else 0
        if met:
            redacted[name] += met
