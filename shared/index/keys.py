"""Keys of the three tables. Row keys are range-scanned: every part has a fixed width, key order is the answer's order.

    ids        {first 2 hex digits}      {32 hex}:{kind}:{source id}
    timeline   {kind}:{inverted hour}    {inverted ms}:{32 hex}:{source id}    (and by what few rows have: see facets)
    sources    {source id}               .                              the source record
                                         {attempt}:{kind}:{32 hex}      what that attempt of a blob put into the index
                                         {kind}:{32 hex}                the same for a Speech resource (no attempts)
                                         history:{32 hex}:{inverted ms} its changes of status

Inverted numbers (the largest of that width, minus the value) make the newest come first. As inverted milliseconds
order all of a kind, whatever the hour, one bound of the row key serves a range over many partitions.
"""

from __future__ import annotations

import re
from datetime import datetime
from hashlib import blake2b
from typing import Final

from shared.core import times
from shared.storage.tables import Key

RECORD: Final = "."
SOURCE_KIND: Final = "source"  # records stand in the timeline as this kind
_UNSAFE = re.compile(r"[^A-Za-z0-9_.-]")
_LAST_HOUR: Final = 10**7 - 1
_LAST_MS: Final = 10**13 - 1


def source_id(source_name: str) -> str:
    """16 hex digits that stand for a source in keys and URLs; names may hold anything, keys may not."""
    return blake2b(source_name.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def kind_part(kind: str) -> str:
    """Kinds come from collections of the service, also unknown ones: nothing that a key cannot hold, nor a colon."""
    return _UNSAFE.sub("_", kind)[:40] or "unknown"


def inverted_ms(moment: datetime) -> str:
    return f"{_LAST_MS - times.epoch_ms(times.clamp(moment)):013d}"


def inverted_hour(moment: datetime) -> str:
    return f"{_LAST_HOUR - times.epoch_ms(times.clamp(moment)) // 3_600_000:07d}"


def id_key(hex32: str, kind: str, source: str) -> Key:
    return Key(hex32[:2], f"{hex32}:{kind_part(kind)}:{source}")


def timeline_key(kind: str, moment: datetime, hex32: str, source: str) -> Key:
    return Key(f"{kind_part(kind)}:{inverted_hour(moment)}", f"{inverted_ms(moment)}:{hex32}:{source}")


def moment_of(timeline_row: str) -> datetime:
    """The time in a row key of the timeline."""
    return times.from_epoch_ms(_LAST_MS - int(timeline_row[:13]))


def source_timeline_key(moment: datetime, source: str) -> Key:
    """Where a record stands in the timeline: by the Last-Modified of what was read."""
    return timeline_key(SOURCE_KIND, moment, source.rjust(32, "0"), source)


def record_key(source: str) -> Key:
    return Key(source, RECORD)


def attempt_part(attempt: int) -> str:
    return f"{attempt:08d}"


def source_row_key(source: str, attempt: int | None, kind: str, hex32: str) -> Key:
    """The row of `sources` that says: this source put this ID into the index. Resources have no attempts."""
    name = f"{kind_part(kind)}:{hex32}"
    return Key(source, name if attempt is None else f"{attempt_part(attempt)}:{name}")


def history_key(source: str, hex32: str, moment: datetime) -> Key:
    return Key(source, f"history:{hex32}:{inverted_ms(moment)}")
