"""What a `speech.config` message and the `User-agent` header tell of the SDK: version, language, system."""

from __future__ import annotations

import re
from functools import lru_cache

_KEY_LIKE = rb"(?![^\\\"]{0,88}[0-9A-Za-z]{25})"  # no version and no name of a language or system is so
_FIELD = re.compile(rb'[\\"]+(version|lang|name|platform)[\\"]+: ?[\\"]+' + _KEY_LIKE + rb'([^\\"]{1,120})')
_AGENT = re.compile(rb"-([A-Za-z+#]{1,20})/(\d[0-9A-Za-z.-]{0,23}) (?!\S{0,16}[0-9A-Za-z]{25})(\S{1,40})")


def text(value: bytes) -> str:
    return value.decode("utf-8", "replace")


@lru_cache(maxsize=64)
def sdk_fields(line: bytes) -> dict[str, str]:
    """Version, language and system of a `speech.config` message, nearly always the same one."""
    found: dict[str, str] = {}
    system, os = line.find(b"system"), line.find(b"os", line.find(b"system"))
    fields = _fields(line, system)
    if b"version" in fields:
        found["version"] = fields[b"version"]
    if b"lang" in fields:
        found["language"] = fields[b"lang"]
    platform = _fields(line, os).get(b"platform")
    if platform:
        found["os"] = platform
    return found


def _fields(line: bytes, start: int) -> dict[bytes, str]:
    """The text fields of the object that begins at `start` with its name."""
    end = line.find(b"}", start)
    return {m[1]: text(m[2]) for m in _FIELD.finditer(line, start, end)} if 0 <= start < end else {}


@lru_cache(maxsize=64)
def agent_fields(line: bytes) -> dict[str, str]:
    """`-Python/1.53.0 Linux ...`: what follows `SpeechSDK` in the header."""
    match = _AGENT.match(line)
    return dict(zip(("language", "version", "os"), map(text, match.groups()), strict=True)) if match else {}
