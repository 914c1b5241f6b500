"""What archives and mails share, and which archive it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from shared.extract.decode.stage import Budget, Stage


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
