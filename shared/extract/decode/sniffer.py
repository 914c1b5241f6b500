"""Whatever was dropped, as text: containers are opened, encodings converted, piece by piece.

    bytes ─> Sniffer ─┬─> gzip, zstd, bz2, xz ─> Sniffer ─> ...      what it is, its first bytes tell, never its name
                      ├─> zip, tar            ─> Sniffer a member
                      └─> Text: Charset ─> UTF-8, and of a mail each part in Base64 ─> Sniffer

Limits stop bombs. Whatever ends early, cut short, broken or too big, leaves a notice; what was read until then counts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.extract.decode.codecs import CODECS
from shared.extract.decode.compressed import Compressed
from shared.extract.decode.mime import Text
from shared.extract.decode.signatures import unread_format
from shared.extract.decode.stage import Budget, Full, Skip, Stage
from shared.extract.decode.tar import Tar, is_tar
from shared.extract.decode.zip import ZIPS, Zip
from shared.extract.engines import fastest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from shared.extract.engines import Engines
    from shared.extract.limits import Limits

SNIFF = 600  # a tar header tells itself at byte 257
GATHER = 64 * 1024


class Decoder:
    """`feed` and `flush` give UTF-8 text. `notices` says what went wrong on the way."""

    def __init__(
        self,
        limits: Limits,
        engines: Engines | None = None,
        new_member: Callable[[], None] | None = None,
    ) -> None:
        self._budget = Budget(limits, engines or fastest())
        if new_member is not None:
            self._budget.new_member = new_member
        self._parts: list[bytes] = []
        self._size = 0
        self._stage: Stage | None = Sniffer(self._budget, 0)
        self.notices = self._budget.notices

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        self._budget.taken += len(chunk)
        self._parts.append(chunk)
        self._size += len(chunk)
        if self._size >= GATHER:
            yield from self._take()

    def flush(self) -> Iterator[bytes]:
        yield from self._take()
        if self._stage is not None:
            yield from self._guarded(self._stage.flush())

    def _take(self) -> Iterator[bytes]:
        """Small chunks in one piece: stages that join bytes would take quadratic time otherwise."""
        data = b"".join(self._parts) if len(self._parts) != 1 else bytes(self._parts[0])
        self._parts.clear()
        self._size = 0
        if self._stage is not None and data:
            yield from self._guarded(self._stage.feed(data))

    def _guarded(self, texts: Iterator[bytes]) -> Iterator[bytes]:
        try:
            yield from texts
        except Full as reason:
            self._budget.notice(str(reason))
            self._budget.full = True
            stage, self._stage = self._stage, None
            if stage is not None:
                yield from stage.flush()


class Sniffer:
    """Waits for the first bytes, then hands everything to the stage they ask for."""

    def __init__(self, budget: Budget, depth: int) -> None:
        self._budget = budget
        self._depth = depth
        self._head = b""
        self._stage: Stage | None = None

    def feed(self, data: bytes) -> Iterator[bytes]:
        if self._stage is None:
            self._head += data
            if len(self._head) < SNIFF:
                return
            data, self._head = self._head, b""
            self._stage = self._choose(data)
        yield from self._stage.feed(data)

    def flush(self) -> Iterator[bytes]:
        if self._stage is None:
            self._stage = self._choose(self._head)
            yield from self._stage.feed(self._head)
        yield from self._stage.flush()

    def _choose(self, head: bytes) -> Stage:
        limit = self._budget.limits.max_depth
        codec = next((codec for codec in CODECS if codec.magic_fits(head)), None)
        if self._depth >= limit:
            if codec is not None or _is_archive(head):
                self._budget.notice(f"archives in archives deeper than {limit} were not opened (limit max_depth)")
                return Skip()
            return Text(self._budget, None)

        def inner() -> Stage:
            return Sniffer(self._budget, self._depth + 1)

        if codec is not None:
            return Compressed(codec, self._budget, inner)
        unread = unread_format(head)
        if unread is not None:
            self._budget.notice(f"{unread} files are not opened: unpack them, or pack the logs as zip or gzip")
            return Skip()
        if head.startswith(ZIPS):
            return Zip(self._budget, inner)
        return Tar(self._budget, inner) if is_tar(head) else Text(self._budget, inner)


def _is_archive(head: bytes) -> bool:
    return head.startswith(ZIPS) or is_tar(head)
