"""What happened around a moment: several kinds of sightings merged by time, newest first.

Row keys of the timeline order all kinds alike, so the place of the last item is where each kind goes on.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Final

from shared.core.errors import BadRequest, StorageUnavailable
from shared.index import keys, sighting_json
from shared.index.pages import Page, read_page
from shared.index.query import timeline
from shared.index.sighting_json import Shown
from shared.storage.row_range import RowRange
from shared.storage.tables import Index

_ROUNDS: Final = 4  # of a page's requests each, before a kind counts as stuck


@dataclass(frozen=True, slots=True)
class _Place:
    """The last item that was given, by row key and number of its kind."""

    row_key: str
    kind: int


def around(
    index: Index, kinds: Sequence[str], since: datetime, until: datetime, top: int, token: str | None
) -> Page[Shown]:
    """One request for each kind."""
    owner = _owner(kinds, since, until)
    place = _decode(token, owner) if token else None
    found: list[tuple[str, int, Shown]] = []
    ends: list[tuple[str, int]] = []  # up to here a kind is known, where there is more of it
    for number, kind in enumerate(kinds):
        wanted = _after(timeline(kind, since, until), place, number)
        page = _some(index, wanted, top)
        found += [(item.row_key, number, item) for item in page.items]
        if page.token is not None:
            ends.append((page.items[-1].row_key, number))
    found.sort(key=lambda one: one[:2])
    end = min(ends, default=None)
    known = [one for one in found if end is None or one[:2] <= end]
    given = known[:top]
    more = end is not None or len(known) > top
    return Page([item for _, _, item in given], _encode(*given[-1][:2], owner) if more and given else None)


def _some(index: Index, wanted: RowRange, top: int) -> Page[Shown]:
    """At least one item, if there is any: without it nobody knows how far the other kinds may go."""
    token: str | None = None
    for _ in range(_ROUNDS):
        page = read_page(index, wanted, top, token, sighting_json.shown, sighting_json.COLUMNS)
        if page.items or page.token is None:
            return page
        token = page.token
    raise StorageUnavailable("Storage is slow in this time range. Ask for fewer minutes, or try again.")


def _after(wanted: RowRange, place: _Place | None, number: int) -> RowRange:
    """Row keys end with a source, so the same key is another kind of the same ID."""
    if place is None:
        return wanted
    low = place.row_key + ("!" if number <= place.kind else "")  # "!" sorts right behind
    kind = wanted.first_partition.rpartition(":")[0]
    return wanted.resumed(f"{kind}:{keys.inverted_hour(keys.moment_of(place.row_key))}", low)


def _owner(kinds: Sequence[str], since: datetime, until: datetime) -> str:
    """Stands for the question in its tokens: with another window they would silently leave out what comes before."""
    return blake2b(json.dumps([*kinds, str(since), str(until)]).encode(), digest_size=8).hexdigest()


def _encode(row_key: str, kind: int, owner: str) -> str:
    return base64.urlsafe_b64encode(json.dumps([1, owner, row_key, kind]).encode()).decode().rstrip("=")


def _decode(token: str, owner: str) -> _Place:
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        version, asked, row_key, kind = json.loads(raw)
        known = (version, asked) == (1, owner)
        if known and isinstance(row_key, str) and isinstance(kind, int) and row_key[:13].isdigit():
            return _Place(row_key[:200], kind)
    except (ValueError, TypeError, binascii.Error):
        pass
    raise BadRequest("The continuation token is damaged or of another query. Start again without it.", target="token")
