"""All pages of a list that others change while it is read.

A list is paged by `skip`, so an entity that another program deletes meanwhile shifts the rest, and one entity per
deletion slips through between two pages:

    page 1: a b c | page 2: d e f        b is deleted after page 1        page 2 then shows  e f g:  d was never seen

So each page is requested from the last entity of the page before on (one position earlier than `@nextLink` says). If it
begins with an entity that was seen, nothing slipped through. If not, the reader goes back until it meets a known one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final, NoReturn

from shared.inventory.body import ListedEntity
from shared.inventory.client import ListPage, SpeechClient
from shared.inventory.service_errors import Problem, Unavailable
from shared.inventory.tally import Tally
from shared.inventory.urls import skip_of, with_skip
from shared.speech.collections import Listing

_MOST_SHIFTS: Final = 20
_MOST_EMPTY: Final = 20  # pages; others may delete the end of the list while it is read
_LEAST_NEW: Final = 2  # entities of a page, of which the first one was the last of the page before
_LOOP: Final = Problem("PageLoop", "The list led back to a page that was already read.", "Nothing, if it passes.")


class PageReader:
    """Reads one list. `was_seen`: was this entity on a page that was read before, by this run or an earlier one?"""

    def __init__(
        self, client: SpeechClient, listing: Listing, tally: Tally, was_seen: Callable[[ListedEntity], bool]
    ) -> None:
        self._client, self._listing, self._tally, self._was_seen = client, listing, tally, was_seen
        self._overlaps = True
        self._farthest = 0  # position of the last page
        self._empty = 0
        self._requested: set[str] = set()  # pages whose position is not a number
        self._last: ListedEntity | None = None  # of the page before
        self.next_url: str | None = None  # where to resume; None at the end, and after a loop

    def pages(self, start: str) -> Iterator[Sequence[ListedEntity]]:
        """The entities of each page from `start` on. Raises Refused, Unavailable (also for a loop), OutOfTime."""
        self.next_url = start
        while self.next_url is not None:
            url = self.next_url
            at = skip_of(url)
            page = self._client.page(url, self._listing)
            if self._repeats(page.entities, at):
                page = self._client.page(url, self._listing)
                self._tally.complete &= not self._repeats(page.entities, at)
            if not self._joins(page.entities, at):
                self.next_url = with_skip(url, max(0, (at or 0) - max(self._tally.page_size - 1, 1)))
                continue
            self._count(page.entities)
            yield page.entities
            self._farthest = max(self._farthest, at or 0)
            self.next_url = self._following(page, at)

    def _count(self, entities: Sequence[ListedEntity]) -> None:
        self._tally.pages += 1
        self._tally.page_size = max(self._tally.page_size, len(entities))
        self._last = entities[-1] if entities else None

    def _repeats(self, entities: Sequence[ListedEntity], at: int | None) -> bool:
        """Has a page beyond all others nothing new? Then it hides those that should be there."""
        if not at or at <= self._farthest or not self._overlaps or len(entities) < _LEAST_NEW:
            return False
        return all(map(self._was_seen, reversed(entities)))  # nearly always the last one is new

    def _joins(self, entities: Sequence[ListedEntity], at: int | None) -> bool:
        """Does this page begin with what was seen before, so that nothing slipped through between?"""
        begins = not at or not self._tally.pages or (bool(entities) and entities[0] == self._last)
        if begins or not self._overlaps or not self._tally.complete:
            return True
        if entities and self._was_seen(entities[0]):
            return True
        if not entities:
            self._empty += 1
            if self._empty > _MOST_EMPTY:  # each leads on to the next one, and all are empty
                self._stop_loop()
        self._tally.shifts += 1
        if self._tally.shifts <= _MOST_SHIFTS + self._tally.pages:
            return False
        self._tally.complete = False  # the list never holds still: better incomplete than without end
        return True

    def _following(self, page: ListPage, at: int | None) -> str | None:
        if page.next is None:
            return None
        follows = skip_of(page.next)
        if follows is None or at is None:
            if page.next in self._requested:
                self._stop_loop()
            self._requested.add(page.next)
            return page.next
        self._tally.items = follows
        if follows <= at:
            self._stop_loop()
        self._overlaps = follows - 1 > at  # pages of one entity cannot
        return with_skip(page.next, follows - 1) if self._overlaps else page.next

    def _stop_loop(self) -> NoReturn:
        """Resuming there would never end: the next run reads the list from its beginning."""
        self.next_url = None
        raise Unavailable(_LOOP)
