"""A blob in chunks, all of one version: each request names the ETag of the first answer.

One GET for a small blob. The SDK's own streaming holds the first 32 MiB; here a chunk is all that is held.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeVar

from azure.core import MatchConditions
from azure.core.exceptions import HttpResponseError, ResourceModifiedError, ResourceNotFoundError
from azure.storage.blob import BlobClient, BlobProperties

from shared.core.errors import Poison, SourceChanged, SourceGone
from shared.storage import retry
from shared.storage.tables import Index

T = TypeVar("T")
CHUNK: Final = 4 * 2**20
_EMPTY: Final = 416  # the answer to a range of an empty blob


def bare(etag: str) -> str:
    """Headers quote ETags, listings do not."""
    return etag.strip('"')


@dataclass(frozen=True, slots=True)
class Download:
    """A version of a blob, and its first chunk. `whole`: there is no other chunk."""

    blob: BlobClient
    index: Index
    etag: str
    modified: datetime
    size: int
    first: bytes
    chunk: int = CHUNK

    @property
    def whole(self) -> bool:
        return len(self.first) >= self.size

    def chunks(self) -> Iterator[bytes]:
        """All of it. Raises SourceChanged or SourceGone when the blob is overwritten or deleted meanwhile."""
        yield self.first
        for offset in range(len(self.first), self.size, self.chunk):
            yield _get(self.blob, self.index, offset, self.chunk, self.etag)[0]

    def check(self) -> None:
        """Is this still the blob's content? Raises like `chunks`."""
        _properties(self.blob, self.index, self.etag)


def start(blob: BlobClient, index: Index, chunk: int = CHUNK) -> Download:
    """The first chunk of the newest version. Raises SourceGone."""
    try:
        data, found = _get(blob, index, 0, chunk, None)
    except HttpResponseError as error:
        if error.status_code != _EMPTY:
            raise
        data, found = b"", _properties(blob, index, None)
        if found.size:  # written between the two requests
            raise SourceChanged("The blob was overwritten while it was read.") from error
    size = int(str(found.content_range).rpartition("/")[2]) if data else 0
    return Download(blob, index, bare(str(found.etag)), found.last_modified, size, data, chunk)


def _get(blob: BlobClient, index: Index, offset: int, length: int, etag: str | None) -> tuple[bytes, BlobProperties]:
    def get() -> tuple[bytes, BlobProperties]:
        index.count("get blob")
        # As stored: a blob whose Content-Encoding says gzip cannot be unpacked range by range.
        stream = blob.download_blob(offset, length, decompress=False, **_condition(etag), **retry.REQUEST_OPTIONS)
        return stream.readall(), stream.properties

    return _translated(lambda: index.repeat(get))


def _properties(blob: BlobClient, index: Index, etag: str | None) -> BlobProperties:
    def head() -> BlobProperties:
        index.count("head blob")
        return blob.get_blob_properties(**_condition(etag), **retry.REQUEST_OPTIONS)

    return _translated(lambda: index.repeat(head))


def _condition(etag: str | None) -> dict[str, Any]:
    return {"etag": f'"{etag}"', "match_condition": MatchConditions.IfNotModified} if etag else {}


def _translated(action: Callable[[], T]) -> T:
    try:
        return action()
    except ResourceNotFoundError as error:
        raise SourceGone("The blob does not exist any more; what an earlier version held stays known.") from error
    except ResourceModifiedError as error:
        raise SourceChanged("The blob was overwritten while it was read.") from error
    except HttpResponseError as error:
        if error.status_code == 409:
            raise Poison(
                "Storage does not give the blob out (409). If it is in the archive tier, rehydrate it and replay.",
                code="SourceNotReadable",
            ) from error
        raise
