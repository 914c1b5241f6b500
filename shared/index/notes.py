"""The fourth table: what people wrote about an ID, and the X-ConnectionId values that were minted here.

    notes   {first 2 hex digits}      {32 hex}:note                      the note of people, and their case number
                                      {32 hex}:minted                    who minted this value, when and for what
            minted:{inverted hour}    {inverted ms}:{32 hex}:{source}    the same, newest first, for the list

The first two share the partitions of `ids`, so everything about an ID is one range query here, beside one there; a
row `{32 hex}:~:` there says whether this one is worth it. A note's ETag is the mark of its last write (see `store`):
it stays the same however often the row is read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any, Final

from shared.core import times
from shared.core.errors import PreconditionFailed
from shared.core.stored import Minted, Note, Noted
from shared.index import keys, rows
from shared.index.pages import Page, read_page
from shared.index.query import NOTED
from shared.storage import tables
from shared.storage.row_range import RowRange
from shared.storage.tables import IDS, NOTES, Index, Key, Row

NOTE_CHARS: Final = 4000
_WORKERS: Final = 8
_MINTED: Final = "minted"
_SOURCE: Final = keys.source_id(_MINTED)


def notes_for(index: Index, hex32: str) -> Noted:
    """One request."""
    found, _ = index.query(
        RowRange.of(NOTES, hex32[:2]).starting(f"{hex32}:"),
    )
    by_kind = {tables.key_of(row).row.partition(":")[2]: row for row in found}
    written = _note(by_kind["note"]) if "note" in by_kind else None
    minted = _minted(by_kind[_MINTED]) if _MINTED in by_kind else None
    return Noted(written if written and (written.note or written.case_number) else None, minted)


def put_note(index: Index, hex32: str, note: str, case_number: str, *, if_match: str | None = None) -> Note:
    """Replace the note of an ID; both texts empty takes it back. `if_match`: an ETag, or * for "there is one".

    Without it the last one to write wins. Raises PreconditionFailed.
    """
    key = _id_row(hex32, "note")
    _mark(index, [hex32])

    def write(_refused: Row | None) -> Note:
        before = index.get(NOTES, key.partition, key.row)
        if if_match is not None and (before is None or if_match not in ("*", before.get("write"))):
            raise _changed()
        wanted: Row = tables.row_at(
            key, {"id": hex32, "note": note, "caseNumber": case_number, "changed": times.text(index.clock())}
        )
        operation = tables.create(wanted) if before is None else tables.replace(wanted, tables.etag_of(before))
        index.submit(NOTES, [operation])
        return _note(wanted)

    return index.race(write)


def register(index: Index, values: Iterable[str], *, note: str, owner: str, moment: datetime) -> list[Minted]:
    """Keep minted values. The list first: a value that is known by ID is always listed."""
    minted = [Minted(value, times.text(moment), note, owner) for value in values]
    index.upsert_rows(NOTES, [_minted_row(m, keys.timeline_key(_MINTED, moment, m.id, _SOURCE)) for m in minted])
    _mark(index, [m.id for m in minted])
    _spread(index, NOTES, [_minted_row(m, _id_row(m.id, _MINTED)) for m in minted])
    return minted


def list_minted(index: Index, top: int = 100, token: str | None = None) -> Page[Minted]:
    """Newest first."""
    return read_page(index, RowRange.partitions_starting(NOTES, f"{_MINTED}:"), top, token, _minted)


def _mark(index: Index, wanted: Iterable[str]) -> None:
    """A row in `ids` that says: look here too. So a look-up of an ID that nobody wrote about costs one request."""
    _spread(index, IDS, [tables.row_at(Key(hex32[:2], f"{hex32}:{NOTED}:"), {"kind": NOTED}) for hex32 in wanted])


def _spread(index: Index, table: str, found: list[Row]) -> None:
    """Random values lie in as many partitions."""
    batches = list(tables.batches(found))
    if len(batches) == 1:
        index.upsert_rows(table, batches[0])
        return
    with ThreadPoolExecutor(_WORKERS) as pool:
        for _ in pool.map(lambda batch: index.upsert_rows(table, batch), batches):
            pass


def _id_row(hex32: str, kind: str) -> Key:
    return Key(hex32[:2], f"{hex32}:{kind}")


def _minted_row(minted: Minted, key: Key) -> Row:
    return tables.row_at(
        key,
        {
            "id": minted.id,
            "minted": minted.minted,
            "note": rows.capped(minted.note),
            "owner": rows.capped(minted.owner),
        },
    )


def _note(row: Mapping[str, Any]) -> Note:
    return Note(row["id"], row.get("note", ""), row.get("caseNumber", ""), row.get("changed", ""), row.get("write", ""))


def _minted(row: Mapping[str, Any]) -> Minted:
    return Minted(row["id"], row.get("minted", ""), row.get("note", ""), row.get("owner", ""))


def _changed() -> PreconditionFailed:
    return PreconditionFailed(
        "The note is not the version that If-Match names: somebody changed it, or there is none. Get it again.",
        target="If-Match",
    )
