"""Neighbouring sightings of one ID shown as one: the same session seen by two logs is one session to a person."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from shared.index.sighting_json import Shown

_PLACES: Final = frozenset({"first", "last"})  # lines of the named source, not of another
_BEST: Final = {"time": ("log", "created", "local", "blob"), "reached": ("yes", "no", "unknown")}


def merged(found: Iterable[Shown]) -> list[str]:
    """One JSON object per run of sightings with the same ID, in the same order.

    Only what is really merged is taken apart: the rest goes from storage into the answer as it is.
    """
    made: list[str] = []
    for _, run in groupby(found, key=lambda shown: shown.name):
        first, *others = run
        made.append(json.dumps(merge([s.to_json() for s in (first, *others)])) if others else first.text)
    return made


def merge(seen: list[dict[str, Any]]) -> dict[str, Any]:
    """The first sighting, completed with what only the others know; they are named in `otherSources`."""
    first, *others = seen
    whole = dict(first)
    for other in others:
        for name, value in other.items():
            if name in whole:
                whole[name] = _both(name, whole[name], value)
            elif name not in _PLACES:
                whole[name] = value
    if others:
        whole["otherSources"] = [{"source": o["source"], "sourceId": o["sourceId"]} for o in others]
    return whole


def _both(name: str, mine: Any, theirs: Any) -> Any:
    """Lists are joined, the SDK is completed; of two times, errors... the better or the first stays as it is: half of
    one and half of the other would be true of neither."""
    if isinstance(mine, list) and isinstance(theirs, list):
        return [*mine, *(item for item in theirs if item not in mine)]
    if name == "sdk" and isinstance(mine, Mapping) and isinstance(theirs, Mapping):
        return {**theirs, **mine}
    return theirs if name in _BEST and _rank(name, theirs) < _rank(name, mine) else mine


def _rank(name: str, value: Any) -> int:
    told = value.get("basis") if isinstance(value, Mapping) else value
    return _BEST[name].index(told) if told in _BEST[name] else len(_BEST[name])
