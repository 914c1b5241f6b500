"""The one redaction of free text, of the service, of logs and of users: no URL query, nothing key-like, capped.

Also counts the secrets in a stretch of text. Nothing here ever returns one.
"""

from __future__ import annotations

import re
from collections import Counter

from shared.core import ids

_CUT = "…"
_MASK = "[redacted]"
_FILE = "[file]"
MASKS = (_MASK, _FILE)  # what stands where something was
_URL_START = r"\b[a-z][a-z0-9+.\-]{1,15}://"
_QUERY = re.compile(rf"({_URL_START}[^\s?#\"'<>]*)[?#][^\s\"'<>]*", re.IGNORECASE)
_USERINFO = re.compile(
    rf"({_URL_START})[^\s/\"'<>]{{1,512}}@", re.IGNORECASE
)  # up to the last @: a password may hold one
_PHRASES = r"(?:pass(?:word|wd|phrase|code)|pwd|pin)"
_NAMES_OF_SECRETS = rf"(?:{_PHRASES}|sig|signature|secret|token|key\d?|credentials?|auth|code(?=\s?=\s?\S{{16}}))"
# Each row: what it is, the pattern; group 1, where there is one, stays.
_SECRETS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("private key", re.compile(r"-----BEGIN[A-Z ]{1,40}-----.*?(?:-----END[A-Z ]{1,40}-----|\Z)", re.DOTALL)),
    (
        "header with credentials",
        re.compile(r"\b((?:(?:proxy-)?authorization|(?:set-)?cookie2?)[\"']?\s*[:=]\s*)\S.*", re.IGNORECASE),
    ),
    (
        "credentials by their scheme",
        re.compile(r"\b((?:Bearer|Basic|Digest|Negotiate|SharedKey(?:Lite)?)\s+)[\w.~+/=\-%:]{6,}", re.IGNORECASE),
    ),
    ("JSON web token", re.compile(r"\beyJ[\w\-]{8,}(?:\.[\w\-]+){0,4}")),
    (
        "named secret",
        re.compile(
            r"((?:\b|_)(?:(?:client|shared|access|refresh|id|account|api|app|subscription|functions?|speech|storage|primary|"
            rf"secondary|master|private|user|db)[_-]?){{0,3}}{_NAMES_OF_SECRETS}"
            r"[\"']?\s*[=:]\s*)(?:\"[^\"]*\"|'[^']*'|[\"']?[^\s\"'&,;]{3,})",
            re.IGNORECASE,
        ),
    ),
    ("password in a sentence", re.compile(rf"(\b{_PHRASES}\s+(?:is|was)\s+)\S+", re.IGNORECASE)),
    (
        "token by its form",
        re.compile(r"\b(?:gh[a-z]_\w{20,}|github_pat_\w{20,}|AKIA[0-9A-Z]{12,}|xox[a-z]-[\w\-]{10,}|sk-[\w\-]{20,})"),
    ),
    ("long key, new form or storage key", re.compile(r"(?<![\w+/-])(?=[\w+/]*\d)(?=[\w+/]*[A-Za-z])[\w+/]{40,}={0,2}")),
    (
        "long key of mixed letters",
        re.compile(r"(?<![\w+/-])(?=[\w+/]*\d)(?=[\w+/]*[A-Z])(?=[\w+/]*[a-z])[\w+/]{24,}={0,2}"),
    ),
)
# A key of a Speech resource in its old form, or a session ID.
_HEX32 = re.compile(r"(?<![0-9A-Za-z-])[0-9A-Fa-f]{32}(?![0-9A-Za-z-])")
# Most names: letters and at most four digits, without the signs and words that come before a secret.
_HARMLESS = re.compile(
    r"(?!.*(?:pass|secret|token|key|code|pin\b|bearer|basic|digest|cookie|auth|sig|cred|pwd|eyj|gh._))"
    r"[a-z_ .,()#+\-]{1,31}\d{0,4}[a-z_ .,()#+\-]{0,8}",
    re.IGNORECASE | re.ASCII,
)
# What tells of a person. Dates and GUIDs are digits too, but no number of a person: they are met first and stay.
_DIGITS = re.compile(
    r"(?P<stays>[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"
    r"|(?<!\d)(?:19|20)\d\d([-_./]?)(?:0[1-9]|1[0-2])\2(?:0[1-9]|[12]\d|3[01])"
    r"(?:[T _-]{0,2}[0-2]\d[:.-]?[0-5]\d(?:[:.-]?[0-5]\d(?:\.\d{1,7})?)?Z?)?(?!\d))"
    r"|(?<![0-9A-Za-z.])[A-Z]{0,2}[+(]{0,2}\d(?:[ ().\-/]{0,2}\d){6,40}"
)
_PERSONAL: tuple[re.Pattern[str], ...] = (
    re.compile(r"()[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}"),  # address of a mail
    re.compile(r"((?:[/\\](?:home|users))[/\\]+)[^/\\\s\"']+", re.IGNORECASE),
    re.compile(r"(\b(?:born|dob|birth ?day|date of birth|geb\.)[ :=]{1,3})\S+", re.IGNORECASE),
    re.compile(
        r"(\b(?i:patient|caller|insured|mrs?|ms|dr|herr|frau)\b[.:=_ ]{1,3})"
        r"[A-Z][\w'\u2019-]*(?:[ _][A-Z][\w'\u2019-]*){0,3}"
    ),
    re.compile(r"(<(?:speak|voice|prosody|p|s)\b).*", re.IGNORECASE),
    re.compile(r"(\b(?:text|lexical|itn|display|transcript|said)[\"']?\s?[:=]\s?).+", re.IGNORECASE),
)
# Names of audio files are often phone numbers. What stands between blanks, quotes or slashes before the ending goes.
_AUDIO = re.compile(
    r"[^\s/\\\"'<>|:;,()\[\]{}]{1,255}(?=\.(?:wav|mp3|ogg|oga|opus|flac|wma|aac|m4a|mp4|mka|mkv|webm|amr|speex|spx|raw|"
    r"pcm|alaw|mulaw|ulaw|aif|aiff|3gp|avi|mov|wmv)\b)",
    re.IGNORECASE,
)
_KEY_LIKE = re.compile(
    r"(?i:[0-9a-f]{20,}|akia\w{12,}|gh[a-z]_\w{16,}|eyj[\w-]{8,})|(?=\w*\d)(?=\w*[A-Za-z])\w{25,}|\d{12,}"
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


def clean_name(text: str | None, cap: int) -> str | None:
    """A name that somebody gave, as `clean` leaves it, without what tells of a person: names of audio files
    (`[file].wav`), numbers of phones and cards, addresses.
    """
    found = clean(text, cap)
    if not found:
        return None
    found = _AUDIO.sub(_FILE, found)
    for pattern in _PERSONAL:
        found = pattern.sub(rf"\1{_MASK}", found)
    return _DIGITS.sub(lambda m: m["stays"] or _MASK, found)[:cap] or None


def key_like(text: str) -> bool:
    """Is a part of it like a key or a token, by its form alone?"""
    return _KEY_LIKE.search(text) is not None


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
