"""Placeholder until the containers come: bytes through."""
from __future__ import annotations
from collections.abc import Iterator
from shared.extract.limits import Limits


class Decoder:
    def __init__(self, limits: Limits, *, plain: bool = False) -> None:
        self.notices: list[str] = []

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        yield bytes(chunk)

    def flush(self) -> Iterator[bytes]:
        return iter(())
