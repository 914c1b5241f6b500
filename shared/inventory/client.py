"""The Speech to text REST API, as far as the inventory needs it: lists, one entity, files. It only ever reads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from shared.inventory.service_errors import Problem, Refused, Unavailable, refusal
from shared.inventory.transport import Transport
from shared.inventory.urls import Addresses

_MOST_PAGES = 300  # of files of one entity: three times what the service takes of audio files
_LOOP = "The list led back to a page that was already read."


@dataclass(frozen=True, slots=True)
class ListPage:
    """`values` as the service wrote them; `next` is the URL of the next page on our endpoint."""

    values: list[dict[str, Any]]
    next: str | None


class SpeechClient:
    """One resource in one API version."""

    def __init__(self, transport: Transport, addresses: Addresses) -> None:
        self.transport = transport
        self.addresses = addresses

    def page(self, url: str, path: str) -> ListPage:
        """One page of a list. Raises Refused, Unavailable, OutOfTime."""
        answer = self.transport.get(url)
        if answer.status == 404:
            raise Refused(refusal(404, answer.body, by_key=True, regional=False))
        values = answer.body.get("values")
        if not isinstance(values, list):
            raise Unavailable(Problem("NoValues", "The service's page had no values.", "Nothing, if it passes."))
        link = answer.body.get("@nextLink")
        following = self.addresses.next(link, path) if isinstance(link, str) and link else None
        return ListPage([v for v in values if isinstance(v, dict)], following)

    def pages(self, start: str, path: str) -> Iterator[ListPage]:
        """All pages from `start` on. Raises Unavailable when the links run in a circle."""
        seen: set[str] = set()
        url: str | None = start
        while url is not None:
            if url in seen:
                raise Unavailable(Problem("PageLoop", _LOOP, "Nothing, if it passes; the next run reads again."))
            seen.add(url)
            page = self.page(url, path)
            yield page
            url = page.next

    def entity(self, path: str, dashed_id: str) -> dict[str, Any] | None:
        """One entity, or None when the service says that it does not exist."""
        answer = self.transport.get(self.addresses.of(f"{path}/{dashed_id}"))
        return None if answer.status == 404 else answer.body

    def files(self, path: str, dashed_id: str) -> list[dict[str, Any]] | None:
        """The files of an entity; None when it is gone."""
        below = f"{path}/{dashed_id}/files"
        found: list[dict[str, Any]] = []
        try:
            for page in islice(self.pages(self.addresses.list(below), below), _MOST_PAGES):
                found += page.values
        except Refused as error:
            if error.problem.code == "NotFound":
                return None
            raise
        return found
