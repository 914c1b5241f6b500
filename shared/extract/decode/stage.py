"""A decoding step, what it may cost, and the two steps that every format needs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Protocol

from shared.extract.engines import Engines
from shared.extract.limits import Limits

RATIO_FROM = 32 * 1024 * 1024  # what is unpacked until then may stand in memory: zstd and xz look so far back
_MIB = 1024 * 1024
SLICE = 64 * 1024


class Full(Exception):
    """A limit of `Limits` was reached; the message says which."""


class Stage(Protocol):
    """A step of decoding: bytes in, text out."""

    def feed(self, data: bytes) -> Iterator[bytes]: ...
    def flush(self) -> Iterator[bytes]: ...


class Budget:
    """Counts for all stages of one source."""

    def __init__(self, limits: Limits, engines: Engines) -> None:
        self.limits = limits
        self.engines = engines
        self.notices: list[str] = []
        self.taken = 0
        self.inflated = 0
        self.text = 0
        self.members = 0
        self.full = False  # nothing more is unpacked, but what is at hand still comes out
        self.new_member: Callable[[], None] = lambda: None

    def notice(self, text: str) -> None:
        if text not in self.notices and len(self.notices) < 50 and not self.full:
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


class Slices:
    """Cuts a stream at fixed places, however it was fed.

    isal may keep the last byte of a stream that is cut short, depending on how it was fed; and to take the members of
    an archive off a long piece one by one would copy its rest again and again.
    """

    def __init__(self) -> None:
        self._held = b""

    def feed(self, data: bytes) -> Iterator[bytes]:
        data = self._held + data
        whole = len(data) - len(data) % SLICE
        self._held = data[whole:]
        for at in range(0, whole, SLICE):
            yield data[at : at + SLICE]

    def rest(self) -> bytes:
        rest, self._held = self._held, b""
        return rest


class Skip:
    """Takes bytes that nobody wants."""

    def feed(self, _data: bytes) -> Iterator[bytes]:
        return iter(())

    def flush(self) -> Iterator[bytes]:
        return iter(())
