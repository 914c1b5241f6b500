"""The Speech to text REST API, as far as the inventory needs it: lists, one entity, files, reports. It only ever reads.

The edge to the service: its JSON becomes records here, so that nothing further in depends on its form.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from shared.inventory.body import JobFile, Json, ListedEntity, TranscriptionReport, objects
from shared.inventory.service_errors import Problem, Refused, Unavailable, refusal
from shared.inventory.transport import Transport
from shared.inventory.urls import Addresses
from shared.speech.collections import TRANSCRIPTIONS, Listing

_log = logging.getLogger(__name__)
_MOST_PAGES: Final = 300  # of files of one job: three times the number of audio files that the service accepts
_REPORT_BYTES: Final = 8 * 2**20  # 10,000 audio files with their URLs
_LOOP: Final = "The list led back to a page that was already read."


@dataclass(frozen=True, slots=True)
class ListPage:
    """One page; `next` is the URL of the next one on the configured endpoint, None on the last page."""

    entities: tuple[ListedEntity, ...]
    next: str | None


class SpeechClient:
    """One resource in one API version."""

    def __init__(self, transport: Transport, addresses: Addresses) -> None:
        self.transport = transport
        self.addresses = addresses

    def page(self, url: str, listing: Listing) -> ListPage:
        """One page of a list. Raises Refused, Unavailable, OutOfTime."""
        values, following = self._page(url, listing.path)
        return ListPage(tuple(self._entity(value, listing) for value in values), following)

    def entity(self, listing: Listing, dashed_id: str) -> ListedEntity | None:
        """One entity, or None if the service answers that it does not exist. Raises as `page`."""
        answer = self.transport.get(self.addresses.of(f"{listing.path}/{dashed_id}"))
        return None if answer.status == 404 else self._entity(answer.body, listing)

    def files(self, dashed_id: str) -> list[JobFile] | None:
        """The files of a transcription; None if it no longer exists. Raises as `page`."""
        path = f"{TRANSCRIPTIONS.path}/{dashed_id}/files"
        found: list[JobFile] = []
        try:
            for values in islice(self._pages(path), _MOST_PAGES):
                found += map(JobFile.parse, values)
        except Refused as error:
            if error.problem.code == "NotFound":
                return None
            raise
        return found

    def report(self, file: JobFile) -> TranscriptionReport | None:
        """The content of a report; None if it cannot be read. Raises Unavailable (later it may be), OutOfTime."""
        if not self.addresses.may_fetch(file.content_url):
            _log.info("a report was not read: its address is not one of the cloud's storage")
            return None
        data = self.transport.fetch(file.content_url, _REPORT_BYTES)
        try:
            return TranscriptionReport.parse(json.loads(data)) if data else None
        except (ValueError, RecursionError):  # not JSON, or nested too deeply
            return None

    def _entity(self, data: Json, listing: Listing) -> ListedEntity:
        resource = self.addresses
        return ListedEntity.parse(data, kind=listing.kind, api_version=resource.api_version, region=resource.region)

    def _pages(self, path: str) -> Iterator[list[Json]]:
        """All pages. Raises Unavailable if the links form a loop."""
        seen: set[str] = set()
        url: str | None = self.addresses.list(path)
        while url is not None:
            if url in seen:
                raise Unavailable(Problem("PageLoop", _LOOP, "Nothing, if it passes; the next run reads again."))
            seen.add(url)
            values, url = self._page(url, path)
            yield values

    def _page(self, url: str, path: str) -> tuple[list[Json], str | None]:
        answer = self.transport.get(url)
        if answer.status == 404:
            raise Refused(refusal(404, answer.body, by_key=True, regional=False))
        values = answer.body.get("values")
        if not isinstance(values, list):
            raise Unavailable(Problem("NoValues", "The service's page had no values.", "Nothing, if it passes."))
        link = answer.body.get("@nextLink")
        return objects(values), self.addresses.next(link, path) if isinstance(link, str) and link else None
