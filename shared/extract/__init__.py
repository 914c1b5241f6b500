"""Bytes in, sightings out: every session and entity ID in what people drop. Pure: no Azure, no network, no file names.

    with extract_bytes(data) as found:
        for sighting in found.sightings: ...

Names are imported on first use: who only needs the records (the index, the HTTP layer) does not load the engine.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from shared.extract.engine import Extractor, extract_bytes, extract_stream
    from shared.extract.extraction import Extraction
    from shared.extract.limits import Limits
    from shared.extract.records import ErrorInfo, NearMiss, Place, Sdk, Sighting, TimeSpan

_HOMES: Final = {
    "Extractor": "engine", "extract_bytes": "engine", "extract_stream": "engine", "Extraction": "extraction",
    "Limits": "limits", "ErrorInfo": "records", "NearMiss": "records", "Place": "records", "Sdk": "records",
    "Sighting": "records", "TimeSpan": "records",
}  # fmt: skip
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


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(name)
    return getattr(importlib.import_module(f"shared.extract.{_HOMES[name]}"), name)
