"""What is known of each ID during a pass: 26 bytes an ID in one bytearray, so that a million jobs cost some 50 MB.

    slot = 16 bytes ID | 8 bytes fingerprint of the stored content | 1 byte status number | 1 byte flags

Open addressing. IDs need not be random: some clients count up.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_SLOT: Final = 26
_FIRST_SLOTS: Final = 1024
USED: Final = 1
SEEN: Final = 2  # listed in this pass
GONE: Final = 4  # stored as gone
MISSED: Final = 8  # not listed in the full pass before
KNOWN: Final = 16  # was stored before this pass


@dataclass(frozen=True, slots=True)
class Entry:
    print: bytes
    status: int
    flags: int


class IdTable:
    """ID (16 bytes) -> Entry."""

    def __init__(self) -> None:
        self._slots = _FIRST_SLOTS
        self._data = bytearray(_SLOT * _FIRST_SLOTS)
        self._count = 0
        self._statuses: dict[str, int] = {}

    def __len__(self) -> int:
        return self._count

    def number_of(self, status: str | None) -> int:
        """A small number that stands for this status; more than 250 of them share one."""
        if status not in self._statuses and len(self._statuses) >= 250:
            return 250
        return self._statuses.setdefault(status or "", len(self._statuses))

    def get(self, key: bytes) -> Entry | None:
        at = self._find(key)
        data = self._data
        if not data[at + 25] & USED:
            return None
        return Entry(bytes(data[at + 16 : at + 24]), data[at + 24], data[at + 25])

    def put(self, key: bytes, *, print_: bytes, status: int, flags: int) -> None:
        at = self._find(key)
        if not self._data[at + 25] & USED:
            self._count += 1
            if self._count * 4 > self._slots * 3:
                self._grow()
                at = self._find(key)
        self._data[at : at + _SLOT] = key + print_ + bytes((status, flags | USED))

    def mark(self, key: bytes, flag: int) -> None:
        """Add a flag to an ID that is in the table."""
        self._data[self._find(key) + 25] |= flag

    def items(self) -> Iterator[tuple[bytes, int, int]]:
        """ID, status number, flags; in no order. The table must not change meanwhile."""
        data = self._data
        for at in range(0, len(data), _SLOT):
            if data[at + 25] & USED:
                yield bytes(data[at : at + 16]), data[at + 24], data[at + 25]

    def counts(self) -> dict[str, int]:
        """How many IDs that are not gone have each status."""
        names = {number: status for status, number in self._statuses.items()}
        found: dict[str, int] = {}
        for _, status, flags in self.items():
            if not flags & GONE:
                name = names.get(status, "other")
                found[name] = found.get(name, 0) + 1
        return found

    def _find(self, key: bytes) -> int:
        data, mask = self._data, self._slots - 1
        slot = hash(key) & mask
        while True:
            at = slot * _SLOT
            if not data[at + 25] & USED or data[at : at + 16] == key:
                return at
            slot = (slot + 1) & mask

    def _grow(self) -> None:
        old = self._data
        self._slots *= 2
        self._data = bytearray(_SLOT * self._slots)
        for at in range(0, len(old), _SLOT):
            if old[at + 25] & USED:
                new = self._find(bytes(old[at : at + 16]))
                self._data[new : new + _SLOT] = old[at : at + _SLOT]
