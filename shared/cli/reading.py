"""Files that a command reads by itself: what is in each, and what could not be read."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from typing import Final

from shared.cli import files
from shared.cli.progress import Progress
from shared.cli.table import plain
from shared.extract import Extraction, Extractor
from shared.settings import Settings

_CHUNK: Final = 256 * 1024  # stays in the second-level cache of a core until it is read
_MB: Final = 1_000_000


class Reader:
    """Reads files one after the other. `failed` are those that could not be read; each was reported."""

    def __init__(self) -> None:
        self.failed: list[str] = []
        self._limits = Settings.load(os.environ).limits

    def each(self, arguments: list[str]) -> Iterator[tuple[str, Extraction]]:
        """The name and the content of every file, closed when the next one is asked for. A bad file stops no other."""
        for name in files.find(arguments, self.report):
            try:
                found = self._read(name)
            except Exception as error:  # noqa: BLE001  one bad file never stops the others
                self.report(name, error)
                continue
            with found:
                yield label(name), found

    def report(self, name: str, error: Exception) -> None:
        """Of an error that nobody expected only the type: its message may quote the file."""
        self.failed.append(name)
        reason = getattr(error, "strerror", None) or f"could not be read ({type(error).__name__})"
        print(f"{plain(label(name), 1000)}: {reason}", file=sys.stderr)

    def _read(self, name: str) -> Extraction:
        with files.opened(name) as stream, Progress() as progress:
            extractor, size = Extractor(label(name), limits=self._limits), 0
            while chunk := stream.read(_CHUNK):
                extractor.feed(chunk)
                size += len(chunk)
                progress.tell(f"{label(name)}: {size // _MB} MB")
            return extractor.finish()


def label(name: str) -> str:
    """The name as given; bytes that are no UTF-8 become replacement characters."""
    return os.fsencode(name).decode("utf-8", "replace")
