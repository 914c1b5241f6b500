"""The extractor: decode, cut into blocks, scan for sessions, hand the same stream to the entity scanner.

bytes ─> Decoder ─> text ─> BlockCutter ─> Normaliser ─> SessionScanner ─┐
         (archives,                       (carriers) └─> EntityScanner ──┼─> Store ─> Extraction
          encodings)                                                     └─> near misses, notices, counts
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from shared.core.redaction import clean_name
from shared.extract.decode.sniffer import Decoder
from shared.extract.diagnostics import Facts, explain
from shared.extract.entities.scanner import EntityScanner
from shared.extract.limits import Limits
from shared.extract.result import Extraction
from shared.extract.sessions.matcher import Search
from shared.extract.sessions.patterns import TABLE
from shared.extract.sessions.scanner import SessionScanner
from shared.extract.sighting_store import Store
from shared.extract.text.blocks import BlockCutter
from shared.extract.text.normaliser import Normaliser
from shared.speech.allowed import admitted, near_miss

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shared.core.records import NearMiss, Sighting
    from shared.extract.engines import Engines
    from shared.extract.sessions.pattern import PatternTable
    from shared.extract.text.blocks import Block


class Extractor:
    """One source. `name` is a label only: what the source is, its bytes tell.

    `engines`: others than the fastest that are installed; `table`: other rows than all.
    """

    def __init__(
        self,
        name: str = "",
        *,
        limits: Limits | None = None,
        engines: Engines | None = None,
        table: PatternTable = TABLE,
    ) -> None:
        self.name = name
        self._limits = limits or Limits()
        self._store = Store(max(1, self._limits.open_sightings // 2))
        self._near: dict[tuple[str, str], NearMiss] = {}
        self._near_cut = 0
        self._redacted: Counter[str] = Counter()
        self._sessions = SessionScanner(self._keep, self._miss, self._redacted, self._limits, engines, table)
        self._decoder = Decoder(self._limits, engines, self._new_member)
        self._cutter = BlockCutter()
        self._normaliser = Normaliser(Search(engines, table))
        self._entities = EntityScanner(self._keep, self._miss, self._redacted)
        self._facts = Facts()

    def feed(self, chunk: bytes) -> None:
        """The next bytes of the source, as many as there happen to be."""
        for text in self._decoder.feed(chunk):
            self._text(text)

    def finish(self) -> Extraction:
        """Close the result when done with it: it may own a temporary file."""
        for text in self._decoder.flush():
            self._text(text)
        for block in self._cutter.flush():
            self._scan(block, last=True)
        self._sessions.finish()
        self._entities.flush()
        return self._result()

    def _new_member(self) -> None:
        """Another file of an archive begins: what is known of threads does not go on."""
        for block in self._cutter.flush():
            self._scan(block, last=True)
        self._normaliser.next_file()
        self._sessions.next_file()

    def _text(self, text: bytes) -> None:
        for block in self._cutter.feed(text):
            self._scan(block, last=False)

    def _scan(self, block: Block, *, last: bool) -> None:
        self._facts.look(block.text, block.fresh)
        window = self._normaliser.clean(block, last=last)
        self._sessions.feed(window)
        if len(window.text) > window.fresh:
            self._entities.feed(window, quiet=not self._sessions.saw_entity_word)

    def _keep(self, sighting: Sighting) -> None:
        self._store.add(admitted(sighting, self._redacted, name=clean_name))

    def _miss(self, miss: NearMiss) -> None:
        miss = near_miss(miss, self._redacted)
        key = (miss.value, miss.reason)
        if key in self._near:
            return
        if len(self._near) >= self._limits.near_misses:
            self._near_cut += 1
            return
        self._near[key] = miss

    def _result(self) -> Extraction:
        facts = self._facts.ended(self._sessions, self._decoder, self._entities.format, len(self._store))
        notices = explain(facts)
        if self._near_cut:
            notices.append(f"{self._near_cut} more near misses are not listed")
        if self._store.spilled:
            notices.append("very many IDs: they were kept in a temporary file while reading")
        return Extraction(facts.format, self._store, self._near.values(), notices, dict(self._redacted))


def extract_bytes(
    data: bytes, name: str = "", *, limits: Limits | None = None, engines: Engines | None = None
) -> Extraction:
    """All of `data` at once."""
    return extract_stream([data], name, limits=limits, engines=engines)


def extract_stream(
    chunks: Iterable[bytes], name: str = "", *, limits: Limits | None = None, engines: Engines | None = None
) -> Extraction:
    """A source in chunks of any size; the chunking never changes the result."""
    extractor = Extractor(name, limits=limits, engines=engines)
    for chunk in chunks:
        extractor.feed(chunk)
    return extractor.finish()
