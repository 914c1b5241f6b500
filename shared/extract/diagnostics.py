"""Says what was read, and when nothing was found, why, with what to do about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from shared.speech import sdk_snippets

if TYPE_CHECKING:
    from collections import Counter

    from shared.extract.decode.sniffer import Decoder
    from shared.extract.sessions.scanner import SessionScanner

_LOOK = 4  # blocks that are looked at for the level of a log
_MEDIA = (
    (b"RIFF", "audio"),
    (b"ID3", "audio"),
    (b"OggS", "audio"),
    (b"fLaC", "audio"),
    (b"\xff\xfb", "audio"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"%PDF", "document"),
    (b"\xd0\xcf\x11\xe0", "document"),
    (b"\x7fELF", "program"),
    (b"MZ\x90", "program"),
    (b"SQLite format 3", "database"),
)


@dataclass(slots=True)
class Facts:
    """Gathered while reading; `ended` adds what only the end knows."""

    format: str = "empty"
    size: int = 0
    blocks: int = 0
    native: bool = False
    verbose: bool = False
    memory_dump: bool = False
    memory_start: bool = False
    media: str | None = None
    binary: bool = False
    found: int = 0
    sessions: int = 0
    tts: int = 0
    tts_seen: bool = False
    errors: int = 0
    silent_failures: int = 0
    language: str | None = None
    decoding: list[str] = field(default_factory=list)
    unknown_forms: dict[str, int] = field(default_factory=dict)

    def look(self, text: bytes, fresh: int) -> None:
        """A block: what comes before `fresh` was seen with the block before."""
        self.blocks += 1
        if self.blocks <= _LOOK or not self.size:
            self._look(text[fresh:])
        self.size += len(text) - fresh

    def _look(self, text: bytes) -> None:
        if not self.size and text:
            self.media = next((kind for magic, kind in _MEDIA if text.startswith(magic)), None)
            self.memory_dump = text.startswith((b": [", b": ("))
            sample = text[:4096]
            self.binary = sum(byte < 9 or (13 < byte < 32 and byte != 27) for byte in sample) > len(sample) // 20
        if self.blocks <= _LOOK:
            self.native = self.native or b"ms SPX_" in text
            self.verbose = self.verbose or b"SPX_DBG_TRACE_VERBOSE" in text
            self.memory_start = self.memory_start or b"started logging; " in text

    def ended(self, scanner: SessionScanner, decoder: Decoder, document: str | None, found: int) -> Facts:
        self.found = found
        self.sessions = scanner.sessions
        self.tts = scanner.tts_connections
        self.tts_seen = scanner.reading.native.saw_tts or scanner.reading.javascript.saw_tts
        self.errors = scanner.reading.native.errors + scanner.reading.javascript.errors
        self.silent_failures = scanner.reading.silent_failures
        self.language = scanner.reading.native.language
        self.decoding = decoder.notices
        self.unknown_forms = dict(scanner.unknown.shapes)
        self.native = self.native or scanner.reading.native.origins.lines > 0
        self.format = self._format(scanner, document)
        return self

    def _format(self, scanner: SessionScanner, document: str | None) -> str:
        if not self.size:
            return "empty"
        if document == "har":
            return document
        if self.native:
            return "speech-sdk-log"
        if scanner.reading.javascript.lines:
            return "speech-js-log"
        if document:
            return document
        return "binary" if self.media or (self.binary and not self.found) else "text"


def explain(facts: Facts) -> list[str]:
    notices = list(facts.decoding)
    if facts.unknown_forms:
        notices.append(_drift(facts.unknown_forms))
    if facts.found:
        return notices
    reason = _nothing_found(facts)
    return [*notices, reason] if reason else notices


def _nothing_found(facts: Facts) -> str | None:
    if not facts.size:
        return (
            None
            if facts.decoding
            else "the file is empty: with the JavaScript SDK at level Error nothing is written; use level Debug"
        )
    if facts.media:
        return (
            f"this is {_article(facts.media)} file, not a log; "
            "drop the SDK's log, the console output or the API's answer"
        )
    if facts.tts or (facts.tts_seen and not facts.errors):
        return "only text to speech was found; support asks for its result ID (X-RequestId), not for a session ID"
    if facts.native and facts.memory_dump and not facts.memory_start:
        return (
            "a memory log without its beginning: its ring buffer was overwritten before the dump; "
            "dump right after the failure, or log to a file"
        )
    if facts.native and not facts.verbose:
        return (
            f"log level too low: {_errors(facts)}no session IDs; "
            f"set the level to Verbose (the default of a log file): {_line(facts)}"
        )
    if facts.native:
        return "a Speech SDK log without any session: recognition never started while it was written"
    if facts.silent_failures:
        return (
            "failures of the JavaScript SDK, whose messages name no session ID; switch its diagnostics on: "
            + sdk_snippets.JAVASCRIPT.log
        )
    return "binary content without any ID: is this the right file?" if facts.binary else "no ID was found"


def _errors(facts: Facts) -> str:
    return "errors but " if facts.errors else ""


def _line(facts: Facts) -> str:
    row = sdk_snippets.of(facts.language) or sdk_snippets.PYTHON
    return f"{row.name}: {row.log}"


def _article(word: str) -> str:
    return ("an " if word[0] in "aeiou" else "a ") + word


def _drift(forms: dict[str, int] | Counter[str]) -> str:
    total = sum(forms.values())
    shapes = ", ".join(f"`{shape}` ({count})" for shape, count in sorted(forms.items(), key=lambda f: -f[1])[:5])
    return f"{total} times a session seems to be named in a form that is not known, so it was not taken: {shapes}"
