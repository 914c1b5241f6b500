"""Bytes in, sightings out: every session and entity ID in what people drop. Pure: no Azure, no network, no file names.

    with extract_bytes(data) as found:
        for sighting in found.sightings: ...

Names are imported on first use: who only needs the records (the index, the HTTP layer) does not load the engine.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from shared.extract.extractor import Extractor, extract_bytes, extract_stream
    from shared.extract.limits import Limits
    from shared.extract.result import Extraction

_HOMES: Final = {
    "Extraction": "shared.extract.result",
    "Extractor": "shared.extract.extractor",
    "Limits": "shared.extract.limits",
    "extract_bytes": "shared.extract.extractor",
    "extract_stream": "shared.extract.extractor",
}
__all__ = ["Extraction", "Extractor", "Limits", "extract_bytes", "extract_stream"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(name)
    return getattr(importlib.import_module(_HOMES[name]), name)
