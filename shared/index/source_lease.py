"""The lease on a source, with the copy of its record in the timeline, which is open as long as somebody works."""

from __future__ import annotations

import logging
from typing import Final

from shared.core.errors import TryAgain
from shared.index.source_record import SourceRecord
from shared.storage import tables
from shared.storage.lease import Lease
from shared.storage.tables import TIMELINE

log: Final = logging.getLogger(__name__)


class SourceLease(Lease[SourceRecord]):
    """The record of a source while we hold it, and the version of the copy that we wrote."""

    _copy: str | None = None

    def show(self) -> None:
        """Write the copy in the timeline, whatever stands there. It is open then, so the sweep looks at it."""
        self.check()
        self._copy = self.index.submit(TIMELINE, [tables.put(self.record.timeline_row())])

    def close_copy(self) -> None:
        """Bring the copy up to date after the lease was given back, unless a newer attempt has begun.

        If that fails, the copy stays open and the sweep mends it: what was done is done.
        """
        if self._copy is None:
            self.show()
            return
        try:
            self.index.submit(TIMELINE, [tables.replace(self.record.timeline_row(), self._copy)])
        except TryAgain as error:
            log.info("the copy of %s stays open: %s", self.record.source_id, error.code)
