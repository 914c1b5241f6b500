"""Free text of users and of the service, made fit to be stored and shown: no URL query, nothing key-like, capped.

Also counts the secrets that a stretch of text holds. Nothing here ever returns one.
"""

from __future__ import annotations

import re
from collections import Counter

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
            r"\b((?:sig|signature|secret|password|pwd|token|api[_-]?key|account[_-]?key|subscription[_-]?key|"
            r"ocp-apim-subscription-key|authorization|key)[\"']?\s*[=:]\s*[\"']?)[^\s\"'&,;]{4,}",
            re.IGNORECASE,
        ),
    ),
    ("key of a Speech resource, old form", re.compile(r"(?<![0-9A-Za-z-])[0-9A-Fa-f]{32}(?![0-9A-Za-z-])")),
    ("long key, new form or storage key", re.compile(r"(?<![\w+/-])(?=[\w+/]*\d)(?=[\w+/]*[A-Za-z])[\w+/]{40,}={0,2}")),
)
# Most names: too short for a key, and without the signs and words that come before one.
_HARMLESS = re.compile(r"(?!.*(?:bearer|basic|eyj))[\w .,()#+\-]{1,31}", re.IGNORECASE | re.ASCII)
# Names of audio files are often phone numbers. What stands between blanks, quotes or slashes before the ending goes.
_AUDIO = re.compile(
    r"[^\s/\\\"'<>|:;,()\[\]{}]{1,255}(?=\.(?:wav|mp3|ogg|oga|opus|flac|wma|aac|m4a|mp4|mka|mkv|webm|amr|speex|spx|raw|"
    r"pcm|alaw|mulaw|ulaw|aif|aiff|3gp|avi|mov|wmv)\b)",
    re.IGNORECASE,
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_HALVES = re.compile(r"[\ud800-\udfff]")
_LOOK = 16  # cleaned before it is cut, but not all of a huge text: look at so many times the cap

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
    found = _CONTROL.sub(" ", text[: cap * _LOOK])
    if _HALVES.search(found):  # `\\ud83d\\ude00` of escaped text: pairs are joined, a half alone is replaced
        found = found.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    found = _USERINFO.sub(r"\1", _QUERY.sub(r"\1", found))
    for _, pattern in _SECRETS:
        found = pattern.sub(lambda m: (m[1] if m.re.groups else "") + _MASK, found)
    found = found.strip()
    return (found if len(found) <= cap else found[: cap - 1] + _CUT) or None


def clean_message(text: str | None, cap: int) -> str | None:
    """An error message as `clean` leaves it, and without the names of audio files: `[file].wav`."""
    found = clean(text, cap)
    return _AUDIO.sub("[file]", found)[:cap] if found else None


def count_secrets(text: str, redacted: Counter[str]) -> None:
    """Count the secrets of saved bodies: signatures, the headers of HAR files, `properties.secret` of web hooks."""
    for name, word, pattern in _COUNTED:
        met = len(pattern.findall(text)) if word in text else 0
        if met:
            redacted[name] += met
