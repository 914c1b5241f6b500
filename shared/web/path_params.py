"""The parts of routes that callers fill in. The patterns are exact: tests compare them with what the code takes."""

from __future__ import annotations

from typing import Final

from shared.web.operation import RouteParam

_DRESS: Final = "[-{}()<>\"'` \\t\\r\\n]*"
_SESSION: Final = "9c9145db22a4462db58835a1ff33d4a0"


def _digits(least: int) -> str:
    """At least so many hex digits and at most 32, in any spelling (see `shared.core.ids`)."""
    return f"^{_DRESS}([0-9A-Fa-f]{_DRESS}){{{least},32}}$"


ID: Final = RouteParam(
    "id", "An ID in any notation (dashes, braces, case), or a prefix of 8 or more hex digits.", _digits(8), _SESSION
)
WHOLE_ID: Final = RouteParam("id", "An ID in any notation (dashes, braces, case).", _digits(32), _SESSION)
SOURCE_ID: Final = RouteParam(
    "sourceId", "The ID of a source, as shown in lists of sources.", "^[0-9A-Fa-f]{16}$", "0123456789abcdef"
)
BLOB_NAME: Final = RouteParam(
    "name", "Name of the blob. Slashes separate folders and are not encoded as %2F.", example="sdk.log"
)
RESOURCE: Final = RouteParam(
    "name", "Name of a configured Speech resource.", "^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$", "prod-weu"
)
CONNECTION_ID: Final = RouteParam("value", "The value to check, exactly as sent.", example=_SESSION)
