"""Second half of the sweep: blobs of which no record knows the version that is there.

The listing comes by name and the records by time, so the versions that are known are held while they are compared: 8
bytes of hash each, some 60 MB for a million blobs.
"""

from __future__ import annotations

from functools import partial
from hashlib import blake2b
from typing import Any, Final

from azure.core.exceptions import ResourceNotFoundError
from azure.storage.blob import BlobProperties

from shared.index import keys
from shared.ingest.sweep_context import Round
from shared.storage import retry, tables
from shared.storage.blob_reader import bare
from shared.storage.tables import SOURCES, Key

_PARTITION: Final = "sweep"  # where the place in an unfinished listing is kept; no source has such an ID
_MARKER: Final = "marker"


def find_missed(work: Round) -> None:
    """Compare the listing with the records, from where the last sweep stopped."""
    place = Key(_PARTITION, str(work.container.container_name))
    row = work.index.get(SOURCES, *place)
    marker = str(row[_MARKER]) if row else None
    known = _known_versions(work)
    while not work.late():
        found = _page(work, marker)
        if found is None or not _compare(work, found[0], known):
            break
        marker = found[1]
        if marker is None:
            work.report.finished = True
            if row:
                work.index.delete_rows(SOURCES, [place])
            return
    if marker is not None:
        columns = tables.row_at(place, {_MARKER: marker})
        work.index.submit(SOURCES, [tables.put(columns)])


def _page(work: Round, marker: str | None) -> tuple[list[BlobProperties], str | None] | None:
    """A page of the listing and where the next begins. None if there is no container yet."""

    def page() -> tuple[list[BlobProperties], str | None]:
        work.index.count("list blobs")
        pages: Any = work.container.list_blobs(**retry.REQUEST_OPTIONS).by_page(continuation_token=marker)
        return list(next(pages, ())), pages.continuation_token or None

    try:
        return work.index.repeat(page)
    except ResourceNotFoundError:
        return None


def _known_versions(work: Round) -> set[int]:
    return {
        _version(str(row["sourceId"]), str(row["etag"]))
        for row in work.copies(select=("sourceId", "etag"))
        if row.get("etag")
    }


def _version(source_id: str, etag: str) -> int:
    return int.from_bytes(blake2b(f"{source_id}{bare(etag)}".encode(), digest_size=8).digest())


def _compare(work: Round, blobs: list[BlobProperties], known: set[int]) -> bool:
    """False if the time is over before the page is."""
    youngest = work.index.clock() - work.settle
    for blob in blobs:
        source = f"{work.prefix}{blob.name}"
        if _version(keys.source_id(source), str(blob.etag)) in known or blob.last_modified > youngest:
            continue
        if work.late():
            return False
        work.report.never_seen += 1
        work.safely(keys.source_id(source), partial(work.ingest, str(blob.name), False))  # noqa: FBT003 - of Ingest
    return True
