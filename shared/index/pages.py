"""A page of a range of keys: bounded in requests and in seconds, with an opaque token for the next.

Storage may answer with few rows, or none, and a place to go on (after 5 seconds of looking, or where the range goes
over to another server). So a page asks a few times and returns what it has; its token leads on.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Final, Generic, TypeVar

from shared.core.errors import BadRequest
from shared.storage.row_range import RowRange
from shared.storage.tables import Index, Place

T = TypeVar("T")
Read = Callable[[Mapping[str, Any]], T]
MOST_REQUESTS: Final = 4
MOST_SECONDS: Final = 8.0  # no further request after that; one takes 5 seconds at most
_TOKEN_VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """`token` is None on the last page. A page may be empty and have a token."""

    items: list[T]
    token: str | None = None


def read_page(
    index: Index,
    wanted: RowRange,
    top: int,
    token: str | None,
    read: Read[T],
    select: Sequence[str] | None = None,
    *,
    asked: RowRange | None = None,
) -> Page[T]:
    """At most `top` rows of a range. `asked` stands for it in tokens, where the range may change from page to page."""
    digest = (asked or wanted).digest
    place = _decode(token, digest) if token else None
    items: list[T] = []
    started = index.monotonic()
    for _ in range(MOST_REQUESTS):
        found, place = index.query(wanted, select, page_size=top - len(items), place=place)
        items.extend(read(row) for row in found)
        if place is None or len(items) >= top or index.monotonic() - started > MOST_SECONDS:
            break
    return Page(items, None if place is None else _encode(place, digest))


def _encode(place: Place, digest: str) -> str:
    body = json.dumps([_TOKEN_VERSION, digest, place.partition, place.row], separators=(",", ":"))
    # The seal last: a token that began with a dash would be an option to the command line.
    return base64.urlsafe_b64encode(body.encode() + _seal(body)).decode().rstrip("=")


def _seal(body: str) -> bytes:
    return blake2b(body.encode(), digest_size=6).digest()  # against slips of the clipboard, not against attackers


def _decode(token: str, digest: str) -> Place:
    """A token holds only a place in the keys: who makes one up reads nothing that the query would not give."""
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        body = raw[:-6].decode()
        version, owner, partition, row = json.loads(body)
        if raw[-6:] == _seal(body) and (version, owner) == (_TOKEN_VERSION, digest):
            return Place(partition, row)
    except (ValueError, TypeError, binascii.Error):
        pass
    raise BadRequest("The continuation token is damaged or of another query. Start again without it.", target="token")
