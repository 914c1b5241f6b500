"""The extractor: decode, cut into blocks, scan for session IDs, hand the same stream to the entity scanner."""

from __future__ import annotations

import importlib
import importlib.util
import re
from collections import Counter
from collections.abc import Iterable
from typing import Any

from shared import ids
from shared.extract.blocks import Block, BlockCutter
from shared.extract.extraction import Extraction
from shared.extract.limits import Limits
from shared.extract.records import NearMiss, Place, Sighting

_ID = re.compile(
    rb"(?:session[ _-]?id|session (?:started|stopped)|x-connectionid)['\"; :=a-z()]{1,20}?([0-9a-f]{32})(?![0-9a-f])",
    re.IGNORECASE,
)
_URL = re.compile(rb"connectionUrl=\S*?(tts|websocket/v1)")
_PREFIX = re.compile(rb"[\[(](\d{1,7})[\])]: +\d+ms SPX_")


class _Memory(list[Sighting]):
    def close(self) -> None:
        self.clear()


class Extractor:
    """One source. `name` is a label only: what it is, its bytes tell."""

    def __init__(self, name: str = "", *, limits: Limits | None = None) -> None:
        self.name = name
        self._limits = limits or Limits()
        self._cutter = BlockCutter()
        self._found: dict[tuple[str, str], Sighting] = {}
        self._weak: dict[str, tuple[Place, bytes]] = {}
        self._tts: set[bytes] = set()
        self._near: list[NearMiss] = []
        self._redacted: Counter[str] = Counter()
        self._native = False
        self._fed = 0
        self._entities = self._plug()

    def _plug(self) -> Any:
        if importlib.util.find_spec("shared.extract.entities") is None:
            return None
        scanner = importlib.import_module("shared.extract.entities").EntityScanner
        return scanner(self._emit, self._near.append, self._redacted)

    def feed(self, chunk: bytes) -> None:
        for block in self._cutter.feed(bytes(chunk)):
            self._scan(block)

    def finish(self) -> Extraction:
        for block in self._cutter.flush():
            self._scan(block)
        form = None
        if self._entities is not None:
            self._entities.flush()
            form = self._entities.format
        for hex32, (place, _) in self._weak.items():
            if hex32.encode() not in self._tts:
                self._emit(Sighting("session", hex32, "native-set-configuration@0", place, place))
        form = "speech-sdk-log" if self._native else form or ("text" if self._fed else "empty")
        return Extraction(form, _Memory(self._found.values()), self._near, [], dict(self._redacted))

    def _emit(self, sighting: Sighting) -> None:
        self._found.setdefault((sighting.kind, sighting.id), sighting)

    def _scan(self, block: Block) -> None:
        text = block.text
        self._fed += len(text) - block.fresh
        if self._entities is not None:
            self._entities.feed(text[block.fresh :], block.offset + block.fresh, block.line_at(block.fresh))
        for match in _ID.finditer(text):
            if match.end() <= block.fresh or not ids.is_version_4(match[1].decode().lower()):
                continue
            self._take(block, match)
        self._native = self._native or _PREFIX.search(text) is not None

    def _take(self, block: Block, match: re.Match[bytes]) -> None:
        text, hex32 = block.text, match[1].decode().lower()
        place = Place(block.line_at(match.start(1)), block.offset + match.start(1))
        start = text.rfind(b"\n", 0, match.start()) + 1
        line = text[start : match.end()]
        if b"SetConfiguration" in line or b"ConnectionId" in line:
            before = text[max(0, match.start() - 600) : match.start()]
            after = text[match.end() : match.end() + 4000]
            if b"tts" in before[-300:] or b"websocket/v1" in before[-300:] or _URL.search(after):
                return
            self._weak.setdefault(hex32, (place, line))
            return
        self._emit(Sighting("session", hex32, "session-id-word@0", place, place, events=_events(line)))


def _events(line: bytes) -> tuple[str, ...]:
    if b"FireSessionStarted" in line or b"SESSION STARTED" in line:
        return ("started",)
    return ("stopped",) if b"FireSessionStopped" in line else ()


def extract_bytes(data: bytes, name: str = "", *, limits: Limits | None = None) -> Extraction:
    """All of `data` at once."""
    return extract_stream([data], name, limits=limits)


def extract_stream(chunks: Iterable[bytes], name: str = "", *, limits: Limits | None = None) -> Extraction:
    """A source in chunks of any size; the chunking never changes the result."""
    extractor = Extractor(name, limits=limits)
    for chunk in chunks:
        extractor.feed(chunk)
    return extractor.finish()
