"""The files behind the arguments: `-`, files, and directories walked in a fixed order."""

from __future__ import annotations

import os
import stat
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

STDIN = "-"


def find(arguments: list[str], report: Callable[[str, OSError], object]) -> Iterator[str]:
    """Each file once per argument; what cannot be listed is reported and passed over."""
    for argument in arguments:
        if argument != STDIN and Path(argument).is_dir():
            yield from _walk(argument, report)
        else:
            yield argument


def opened(name: str) -> AbstractContextManager[BinaryIO]:
    return nullcontext(sys.stdin.buffer) if name == STDIN else Path(name).open("rb")


def _walk(top: str, report: Callable[[str, OSError], object]) -> Iterator[str]:
    """Sorted by path. Links are followed, but no directory is entered twice, so a loop of links ends."""
    seen: set[tuple[int, int]] = set()
    open_ends = [top]
    while open_ends:
        path = open_ends.pop()
        try:
            about = os.stat(path)  # noqa: PTH116  Path would drop a leading ./ of the argument
            if stat.S_ISREG(about.st_mode):
                yield path
            elif stat.S_ISDIR(about.st_mode) and (about.st_dev, about.st_ino) not in seen:
                seen.add((about.st_dev, about.st_ino))
                open_ends += _entries(path)
        except OSError as error:
            report(path, error)


def _entries(directory: str) -> list[str]:
    """Last first: the caller takes from the end."""
    with os.scandir(directory) as listed:
        return [entry.path for entry in sorted(listed, key=lambda entry: entry.name, reverse=True)]
