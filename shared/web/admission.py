"""How many heavy calls run at once in this process.

The worker has one pool of threads for all calls, and Python runs one thread at a time: heavy calls in every thread
would leave look-ups and `/api/health` waiting for seconds. So one above the limit is refused at once, with 503 and
Retry-After, before anything was done. It never waits, because a waiting call would hold a thread as well.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from shared.core.errors import Busy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shared.web.http import Request
    from shared.web.operation import Operation

AT_ONCE: Final = 2
SMALL: Final = 2**18
"""Bytes of a body that is processed in a fraction of a second, usually also where it is compressed."""
_free = threading.BoundedSemaphore(AT_ONCE)


@contextmanager
def admitted(operation: Operation, request: Request) -> Iterator[None]:
    """Within this, the call is one of those at once. Raises Busy if there are too many."""
    if not operation.heavy or (operation.body is not None and len(request.body) <= SMALL):
        yield
        return
    if not _free.acquire(blocking=False):
        raise Busy(
            f"{AT_ONCE} large calls are being processed, which is the limit. Nothing was stored; send it again after "
            "the seconds in Retry-After, or copy large files into the container directly."
        )
    try:
        yield
    finally:
        _free.release()
