"""From a dropped blob to the index: `ingest_blob` for one, `sweep` for what was missed or left half-done."""

from shared.ingest.blob import ingest_blob
from shared.ingest.sweep import sweep
from shared.ingest.sweep_context import SweepReport

__all__ = ["SweepReport", "ingest_blob", "sweep"]
