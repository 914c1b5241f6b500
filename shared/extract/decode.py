"""Whatever was dropped, as text: containers are opened, encodings converted, piece by piece.

    bytes ─> Sniffer ─┬─> gzip, zstd, bz2, xz ─> Sniffer ─> ...      what it is, its first bytes tell, never its name
                      ├─> zip, tar            ─> Sniffer a member
                      └─> Charset             ─> UTF-8

Limits stop bombs. Whatever ends early, cut short, broken or too big, leaves a notice; what was read until then counts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from shared.extract.charset import Charset
from shared.extract.compression import CODECS, Codec, Corrupt

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from shared.extract.limits import Limits

SNIFF = 600  # a tar header tells itself at byte 257
GATHER = 64 * 1024
PIECE = 256 * 1024
SLICE = 64 * 1024  # isal may keep the last byte of a stream that is cut short, depending on how it was fed
RATIO_FROM = 64 * 1024 * 1024
_MIB = 1024 * 1024


class Full(Exception):
    """A limit of `Limits` was reached; the message says which."""


class Stage(Protocol):
    """A step of decoding: bytes in, text out."""

    def feed(self, data: bytes) -> Iterator[bytes]: ...
    def flush(self) -> Iterator[bytes]: ...


class Budget:
    """Counts for all stages of one source."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.notices: list[str] = []
        self.taken = 0
        self.inflated = 0
        self.text = 0
        self.members = 0
        self.new_member: Callable[[], None] = lambda: None

    def notice(self, text: str) -> None:
        if text not in self.notices and len(self.notices) < 50:
            self.notices.append(text)

    def grew(self, size: int) -> None:
        """So many bytes came out of a compressed one."""
        self.inflated += size
        most = self.limits.max_decoded_bytes
        if most and self.inflated > most:
            raise Full(f"stopped after {most // _MIB} MiB of decompressed content (limit max_decoded_bytes)")
        if self.inflated > RATIO_FROM and self.inflated > self.limits.max_ratio * max(1, self.taken):
            raise Full(
                f"stopped: it decompresses to more than {self.limits.max_ratio} times its size (limit max_ratio); "
                "that is no log"
            )

    def member(self) -> None:
        self.members += 1
        if self.members > self.limits.max_members:
            raise Full(f"stopped after {self.limits.max_members} files of an archive (limit max_members)")


class Decoder:
    """`feed` and `flush` give UTF-8 text. `notices` says what went wrong on the way."""

    def __init__(self, limits: Limits, *, plain: bool = False, new_member: Callable[[], None] | None = None) -> None:
        self._budget = Budget(limits)
        if new_member is not None:
            self._budget.new_member = new_member
        self._parts: list[bytes] = []
        self._size = 0
        self._stage: Stage | None = Sniffer(self._budget, 0, plain=plain)
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
            self._stage = None


class Sniffer:
    """Waits for the first bytes, then hands everything to the stage they ask for."""

    def __init__(self, budget: Budget, depth: int, *, plain: bool) -> None:
        self._budget = budget
        self._depth = depth
        self._plain = plain
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
        from shared.extract import archives

        if self._depth >= self._budget.limits.max_depth:
            if archives.is_archive(head) or any(codec.magic_fits(head) for codec in CODECS):
                self._budget.notice(f"archives in archives deeper than {self._depth} were not opened (limit max_depth)")
                return Nothing()
            return Charset()

        def inner() -> Stage:
            return Sniffer(self._budget, self._depth + 1, plain=self._plain)

        for codec in CODECS:
            if codec.magic_fits(head):
                return Compressed(codec, self._budget, inner, plain=self._plain)
        return archives.open_archive(head, self._budget, inner, plain=self._plain) or Charset()


class Nothing:
    """Takes bytes that nobody wants."""

    def feed(self, _data: bytes) -> Iterator[bytes]:
        return iter(())

    def flush(self) -> Iterator[bytes]:
        return iter(())


class Compressed:
    """One compressed stream, or several one after another (`cat a.gz b.gz`, log rotation)."""

    def __init__(self, codec: type[Codec], budget: Budget, inner: Callable[[], Stage], *, plain: bool) -> None:
        self._make = codec
        self._plain = plain
        self._budget = budget
        self._inner = inner()
        self._codec: Codec | None = None
        self._waiting = b""
        self._held = b""
        self._broken = False
        self._streams = 0

    def feed(self, data: bytes) -> Iterator[bytes]:
        data = self._held + data
        whole = len(data) - len(data) % SLICE
        self._held = data[whole:]
        for at in range(0, whole, SLICE):
            yield from self._take(data[at : at + SLICE])

    def _take(self, data: bytes) -> Iterator[bytes]:
        if self._broken:
            return
        try:
            yield from self._inflate(self._waiting + data)
        except Corrupt as reason:
            self._broken = True
            self._budget.notice(f"{self._make.name} data is broken ({reason}); what came before it was read")

    def _inflate(self, data: bytes) -> Iterator[bytes]:
        self._waiting = b""
        while data:
            if self._codec is None:
                if self._streams and not self._begins(data):
                    return
                if self._waiting:
                    return
                self._codec = self._make(plain=self._plain)
                self._streams += 1
            for piece in self._codec.pieces(data, PIECE):
                self._budget.grew(len(piece))
                yield from self._inner.feed(piece)
            if not self._codec.ended:
                return
            data = self._codec.rest
            self._codec = None

    def _begins(self, data: bytes) -> bool:
        """Does another stream begin? Padding with zeros is common, anything else is not ours."""
        data = data.lstrip(b"\0")
        if not data:
            return False
        if len(data) < len(self._make.magic) and self._make.magic.startswith(data):
            self._waiting = data
            return True
        if self._make.magic_fits(data):
            return True
        self._broken = True
        self._budget.notice(f"bytes after the end of the {self._make.name} data were ignored")
        return False

    def flush(self) -> Iterator[bytes]:
        yield from self._take(self._held)
        if self._codec is not None and not self._codec.ended and not self._broken:
            self._budget.notice(f"{self._make.name} data ends too early: the file is cut short; what it held was read")
        yield from self._inner.flush()
