"""What archives and mails share, and which archive it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from shared.extract.decode import Budget, Stage

SLICE = 64 * 1024
ZIPS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08PK\x03\x04", b"PK00PK\x03\x04")  # the last two: once split, or nearly


def is_archive(head: bytes) -> bool:
    return head.startswith(ZIPS) or is_tar(head)


def open_archive(head: bytes, budget: Budget, inner: Callable[[], Stage], *, plain: bool) -> Stage | None:
    if head.startswith(ZIPS):
        from shared.extract.zips import Zip

        return Zip(budget, inner, plain=plain)
    if is_tar(head):
        from shared.extract.tars import Tar

        return Tar(budget, inner)
    return None


def is_tar(head: bytes) -> bool:
    return len(head) >= 512 and (head[257:262] == b"ustar" or tar_checksum_fits(head[:512]))


def tar_checksum_fits(header: bytes) -> bool:
    checksum = header[148:156].strip(b" \0")
    if not checksum or checksum.strip(b"01234567"):
        return False
    return int(checksum, 8) == sum(header[:148]) + 8 * 32 + sum(header[156:])


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


class Members:
    """The text of one member after another, divided by a line end."""

    def __init__(self, budget: Budget, inner: Callable[[], Stage]) -> None:
        self._budget = budget
        self._inner = inner
        self._member: Stage | None = None
        self._ends_line = True

    def _begin(self) -> None:
        self._budget.member()
        self._budget.new_member()
        self._member = self._inner()

    def _give(self, data: bytes) -> Iterator[bytes]:
        if self._member is not None:
            yield from self._noted(self._member.feed(data))

    def _end(self) -> Iterator[bytes]:
        if self._member is None:
            return
        yield from self._noted(self._member.flush())
        self._member = None
        if not self._ends_line:
            self._ends_line = True
            yield b"\n"

    def _noted(self, texts: Iterator[bytes]) -> Iterator[bytes]:
        for text in texts:
            if text:
                self._ends_line = text.endswith((b"\n", b"\r"))
                yield text
