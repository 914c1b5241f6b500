"""What the tests of the command line share."""

from __future__ import annotations

from collections.abc import Callable

Cli = Callable[..., tuple[int, str, str]]
"""Runs a command; exit status, output, errors."""


def log(*ids: str) -> bytes:
    lines = (f"[1]: {n}0ms SPX_TRACE_INFO: FireSessionStartedEvent: SessionId: {i}\n" for n, i in enumerate(ids, 1))
    return "".join(lines).encode()
