"""Many small requests of one lease holder at once: the partitions of `ids` are many, and each waits for the network."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import Final, Protocol, TypeVar

T = TypeVar("T")
_WORKERS: Final = 8
_SLICE: Final = 128  # tasks between two looks at whether the lease is to be prolonged


class Held(Protocol):
    """A lease, as far as many small writes need it."""

    def check(self) -> None:
        """Raises LeaseLost when a write that starts now could end after the lease."""

    def renew(self) -> None:
        """Prolong it when that is due."""


def pieces(items: Iterable[T], most: int) -> Iterator[list[T]]:
    """Lists of at most `most` items."""
    iterator = iter(items)
    while piece := list(islice(iterator, most)):
        yield piece


def run_all(lease: Held, tasks: Sequence[Callable[[], object]]) -> None:
    """Run each task while the lease holds. Raises the first error; tasks that had begun are finished then."""

    def checked(task: Callable[[], object]) -> None:
        lease.check()
        task()

    for part in pieces(tasks, _SLICE):
        lease.renew()
        if len(part) <= 2:  # a small log: threads would cost more than they save
            for task in part:
                checked(task)
        else:
            with ThreadPoolExecutor(_WORKERS) as pool:
                for _ in pool.map(checked, part):
                    pass
