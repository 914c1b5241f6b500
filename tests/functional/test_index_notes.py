"""The fourth table over real storage: notes under races, minted values, how many requests it takes."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from azure.data.tables import TableServiceClient

from dev.azurite import Azurite
from shared.core.errors import PreconditionFailed
from shared.core.stored import Minted, Noted
from shared.index import Index, notes
from shared.support.connection_ids import mint

A = "9c9145db22a4462db58835a1ff33d4a0"
NOW = datetime(2026, 11, 22, 6, tzinfo=UTC)


@pytest.fixture
def index(azurite: Azurite, table_prefix: str) -> Iterator[Index]:
    with TableServiceClient.from_connection_string(azurite.connection_string) as tables:
        yield Index(tables, table_prefix, clock=lambda: NOW)


def test_the_table_is_made_when_it_is_first_asked_for(index: Index) -> None:
    assert notes.notes_for(index, A) == Noted()
    assert index.requests["table notes"] == 1
    notes.notes_for(index, A)
    assert (index.requests["table notes"], index.requests["query notes"]) == (1, 3)


def test_one_request_gives_note_and_register_of_one_id_only(index: Index) -> None:
    notes.put_note(index, A, "mine", "42")
    notes.put_note(index, A[:-1] + "1", "of another", "")
    notes.register(index, [A], note="load test", owner="ann", moment=NOW)
    index.requests.clear()
    found = notes.notes_for(index, A)
    assert index.requests == {"query notes": 1}
    assert found.note is not None
    assert (found.note.note, found.note.case_number, found.note.changed) == ("mine", "42", "2026-11-22T06:00:00.000Z")
    assert found.minted == Minted(A, "2026-11-22T06:00:00.000Z", "load test", "ann")


def test_of_writers_with_the_same_etag_exactly_one_wins(index: Index) -> None:
    etag = notes.put_note(index, A, "start", "").etag

    def write(number: int) -> bool:
        try:
            notes.put_note(index, A, f"note {number}", "", if_match=etag)
        except PreconditionFailed:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(write, range(8))) == 1


def test_writers_without_an_etag_all_get_through(index: Index) -> None:
    with ThreadPoolExecutor(3) as pool:
        written = list(pool.map(lambda n: notes.put_note(index, A, f"note {n}", ""), range(3)))
    found = notes.notes_for(index, A).note
    assert found in written


def test_a_hundred_values_are_one_transaction_in_the_list(index: Index) -> None:
    counter = itertools.count()
    values = mint(100, lambda size: next(counter).to_bytes(size, "big"))
    index.ensure_tables()
    notes.register(index, values, note="", owner="", moment=NOW)
    assert index.requests["transaction notes"] == 2  # the list, and one partition of IDs that begin alike
    notes.register(index, values, note="", owner="", moment=NOW)  # the same again changes nothing
    seen, token = [], None
    while True:
        page = notes.list_minted(index, 30, token)
        seen += [one.id for one in page.items]
        token = page.token
        if token is None:
            break
    assert sorted(seen) == sorted(values)


def test_the_list_of_minted_values_and_notes_do_not_mix(index: Index) -> None:
    notes.put_note(index, A, "mine", "")
    assert notes.list_minted(index).items == []
