"""Bytes in, sightings out: every session and entity ID in what people drop. Pure: no Azure, no network, no file names.

    with extract_bytes(data) as found:
        for sighting in found.sightings: ...
"""

from __future__ import annotations

from shared.extract.engine import Extractor, extract_bytes, extract_stream
from shared.extract.extraction import Extraction
from shared.extract.limits import Limits
from shared.extract.records import ErrorInfo, NearMiss, Place, Sdk, Sighting, TimeSpan

__all__ = [
    "ErrorInfo",
    "Extraction",
    "Extractor",
    "Limits",
    "NearMiss",
    "Place",
    "Sdk",
    "Sighting",
    "TimeSpan",
    "extract_bytes",
    "extract_stream",
]
