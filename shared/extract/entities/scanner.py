"""Finds the entities of the Speech to text REST API in a stream of decoded text, whatever they are wrapped in.

Most bytes of most logs hold none, so the stream is taken in blocks and only searched for a few rare words; the reader
takes a block only when it, or the one after it, holds one:

    block       .    .    .    n    .    .    n    n    .    .    .        n: holds a needle
    parsed                .    n    .    .    n    n    .
                          `- look back: an object may begin before the first needle in it

Blocks are cut at fixed offsets, so chunks of any size give the same result. Memory: two blocks, what the reader looks
ahead (`grammar.LOOK_AHEAD`), and the open objects. An object that is open for more than `_PATIENCE` blocks
without a needle is handed on as it is.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from shared.core.records import NearMiss, Place, Sighting
from shared.core.redaction import count_secrets
from shared.extract.entities.format import only_ids, recognise
from shared.extract.text.window import Trail
from shared.speech.phrases import ENTITY_PHRASE

if TYPE_CHECKING:
    from shared.extract.entities.reader import Reader
    from shared.extract.entities.tree import Tree
    from shared.extract.text.markup import Markup
    from shared.extract.text.window import Window

BLOCK = 16 * 1024
_PATIENCE = 64  # blocks: 1 MiB
_THOROUGH = 64  # blocks at the start in which also words are looked for that are not rare
_ASKED = 1024 * 1024  # the reader asks for the line of nothing that lies further back
_MARGIN = 64  # bytes after a block that are needed to see a needle that begins in it
_NEEDLES = (b"speechtotext", b"lastActionDateTime")
# rare enough, but in native logs part of class names: see what follows
_WORDS = (b"ranscription", b"RANSCRIPTION")
_WORD_GOES_ON = re.compile(b"ranscription" + ENTITY_PHRASE, re.IGNORECASE)
_MORE_NEEDLES = (b"self", b"Self", b"SpeechToText", b"last_action_date_time", b"ranscription", b"TRANSCRIPTION")


class EntityScanner:
    """`feed` every byte in order, then `flush`. `format` says what the document as a whole is, where that shows."""

    def __init__(
        self,
        emit: Callable[[Sighting], None],
        near_miss: Callable[[NearMiss], None],
        redacted: Counter[str],
    ) -> None:
        self.format: str | None = None
        self._emit = emit
        self._near_miss = near_miss
        self._bare_ids = False
        self._redacted = redacted
        self._pending = b""
        self._start = 0  # offset of the first pending byte
        self._loud_until = 0
        self._trail = Trail(2 * _ASKED)
        self._behind = b""  # the block before the pending ones
        self._blocks = 0
        self._reader: Reader | None = None
        self._quiet = 0
        self._end = 0  # of what the reader has taken

    def feed(self, window: Window, *, quiet: bool = False) -> None:
        """`quiet`: another search has found none of the words in it that are looked for in the middle of a log."""
        chunk, fresh = window.text, window.fresh
        self._trail.add(window)
        if not quiet:
            self._loud_until = self._trail.end
        elif self._may_skip():
            self._skip(chunk, fresh)
            return
        self._pending += chunk[fresh:]
        self._take((len(self._pending) - _MARGIN) // BLOCK)

    def flush(self) -> None:
        """The stream has ended."""
        self._take(-(-len(self._pending) // BLOCK))
        self._stop()
        self._behind = b""

    # -- blocks

    def _may_skip(self) -> bool:
        """At the beginning of a source, and in documents that are JSON as a whole, more words are looked for."""
        begun = self._blocks >= _THOROUGH and self.format is None and not self._only_ids
        return begun and self._reader is None and self._loud_until <= self._start

    def _skip(self, chunk: bytes, fresh: int) -> None:
        """As `_take` when nothing is hot, but nothing is copied that is not needed later."""
        pending, begin = self._pending, fresh - len(self._pending)
        count = (len(chunk) - begin - _MARGIN) // BLOCK
        if count <= 0:
            self._pending += chunk[fresh:]
            return
        size = count * BLOCK
        behind, cut = size - BLOCK, max(fresh, begin + size)
        self._behind = pending[behind:size] + chunk[max(fresh, begin + behind) : cut]
        self._pending = pending[size:] + chunk[cut:]
        self._blocks += count
        self._start += size

    def _take(self, count: int) -> None:
        if count <= 0:
            return
        if not self._blocks:
            self.format = recognise(self._pending[:BLOCK])
            self._bare_ids = only_ids(self._pending[:BLOCK])
        hot = self._hot(count)
        data, size = self._pending, min(count * BLOCK, len(self._pending))
        for index in range(count) if hot or self._reader is not None else ():
            begin, end = index * BLOCK, min((index + 1) * BLOCK, size)
            if index in hot:
                self._read(data[begin:end], self._start + begin, begin)
            elif self._reader is not None:
                self._read_quiet(data[begin:end], self._start + begin)
        self._behind = data[(count - 1) * BLOCK : size]
        self._blocks += count
        self._start += size
        self._pending = data[size:]

    def _hot(self, count: int) -> set[int]:
        """The pending blocks in which a needle begins."""
        if self._only_ids:
            return set(range(count))
        data, hot = self._pending, set[int]()
        limit = min(count * BLOCK + _MARGIN, len(data))
        for needle in _NEEDLES:
            at = data.find(needle, 0, limit)
            while at >= 0:
                hot.add(at // BLOCK)
                at = data.find(needle, (at // BLOCK + 1) * BLOCK, limit)
        for word in _WORDS:
            at = data.find(word, 0, limit)
            while at >= 0:
                if at // BLOCK not in hot and _WORD_GOES_ON.match(data, at):
                    hot.add(at // BLOCK)
                at = data.find(word, at + 1, limit)
        for index in range(min(count, max(0, _THOROUGH - self._blocks))):
            if index not in hot and any(data.find(n, index * BLOCK, (index + 1) * BLOCK) >= 0 for n in _MORE_NEEDLES):
                hot.add(index)
        return {index for index in hot if index < count}

    def _read(self, block: bytes, offset: int, begin: int) -> None:
        self._quiet = 0
        if self._reader is None:
            before = self._pending[begin - BLOCK : begin] if begin else self._behind
            self._begin(offset - len(before))
            self._parse(before, offset - len(before))
        self._parse(block, offset)

    def _read_quiet(self, block: bytes, offset: int) -> None:
        self._quiet += 1
        if self._quiet > (_PATIENCE if self._tree.busy else 1):
            self._stop()
        else:
            self._parse(block, offset)

    # -- the reader

    # most logs hold no entities: they do without the reader's modules, a third of all that extraction loads

    @cached_property
    def _tree(self) -> Tree:
        from shared.extract.entities.tree import Tree

        tree = Tree(self._emit, self._near_miss)
        tree.bare_ids = self._bare_ids
        return tree

    @property
    def _only_ids(self) -> bool:
        """Until the reader finds something else."""
        return self._tree.bare_ids if "_tree" in self.__dict__ else self._bare_ids

    @cached_property
    def _markup(self) -> Markup:
        from shared.extract.text.markup import Markup

        return Markup()

    def _begin(self, start: int) -> None:
        from shared.extract.entities.reader import Reader

        self._end = start

        def locate(position: int) -> Place:
            return Place(*self._trail.place(start + position))

        self._reader = Reader(self._tree, locate)

    def _parse(self, block: bytes, offset: int) -> None:
        before = len(self._markup.rest)
        self._parse_text(self._markup.text(block.decode("latin-1")), offset - before)

    def _parse_text(self, text: str, offset: int) -> None:
        if self._reader is None or not text:
            return
        self._end = offset + len(text)
        count_secrets(text, self._redacted)
        self._reader.feed(text)

    def _stop(self) -> None:
        if self._reader is None:
            return
        self._parse_text(self._markup.last(), self._end)
        self._reader.finish()
        self._reader = None
        self._tree.event = None
