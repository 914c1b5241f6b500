"""The app's clients on the real storage emulator."""

from __future__ import annotations

import logging
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from shared.app.clients import Services

_THREADS = 32


def test_many_threads_at_once_keep_their_connections(
    app_settings: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    """urllib3 warns of each connection that its pool has no room for."""
    app = Services(app_settings)
    together = threading.Barrier(_THREADS)

    def ask(_: int) -> None:
        together.wait(60)
        app.container.get_container_properties()

    with caplog.at_level(logging.WARNING, "urllib3"), ThreadPoolExecutor(_THREADS) as pool:
        list(pool.map(ask, range(_THREADS * 5)))
    app.close()
    assert caplog.messages == []
