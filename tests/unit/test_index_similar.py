"""Slips of one character, and what it costs to find the ID that was meant."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.index import Index
from shared.index.fuzzy_match import MOST_REQUESTS, similar, variants
from tests.fakes.tables import TableDouble

HEX = st.text("0123456789abcdef", min_size=32, max_size=32)
KNOWN = "9c9145db22a4462db58835a1ff33d4a0"


def index_of(*known: str) -> Index:
    made = Index(TableDouble())  # type: ignore[arg-type]  # stands for the SDK's client
    rows = [{"PartitionKey": k[:2], "RowKey": f"{k}:session:{'0' * 16}", "kind": "session"} for k in known]
    made.upsert_rows("ids", rows)
    made.requests.clear()
    return made


@given(HEX, st.data())
def test_every_slip_can_be_undone(right: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, 31))
    digit = data.draw(st.sampled_from("0123456789abcdef"))
    swapped = right[:at] + right[at + 1 : at + 2] + right[at : at + 1] + right[at + 2 :]
    changed, added = right[:at] + digit + right[at + 1 :], right[:at] + digit + right[at:]
    lost = right[:at] + right[at + 1 :]
    for wrong in (changed, lost, added, swapped):
        assert wrong == right or right in set(variants(wrong))


@given(HEX)
def test_nothing_else_counts_as_a_slip(value: str) -> None:
    assert value not in set(variants(value))
    assert all(len(v) == 32 for v in variants(value))
    assert list(variants(value[:30])) == list(variants(value + "00")) == []


@pytest.mark.parametrize("at", range(32))
@pytest.mark.parametrize("slip", ["changed", "lost", "added", "swapped"])
def test_a_slip_is_found_wherever_it_stands(at: int, slip: str) -> None:
    index = index_of(KNOWN, "9c9145db22a4462db58835a1ff33ffff", "0" * 32)
    other = "7" if KNOWN[at] != "7" else "8"
    wrong = {
        "changed": KNOWN[:at] + other + KNOWN[at + 1 :],
        "lost": KNOWN[:at] + KNOWN[at + 1 :],
        "added": KNOWN[:at] + other + KNOWN[at:],
        "swapped": KNOWN[:at] + KNOWN[at + 1 : at + 2] + KNOWN[at] + KNOWN[at + 2 :],
    }[slip]
    if wrong != KNOWN:
        assert [found.id for found in similar(index, wrong)] == [KNOWN]
    assert sum(index.requests.values()) < MOST_REQUESTS  # the bound leaves nothing out


def test_a_filter_never_holds_more_than_the_15_comparisons_that_storage_takes() -> None:
    asked: list[str] = []

    class Watched(Index):
        def query(self, *arguments: Any, **options: Any) -> Any:
            asked.append(arguments[0].filter)
            return super().query(*arguments, **options)

    similar(Watched(TableDouble()), KNOWN)  # type: ignore[arg-type]
    assert asked
    assert all(sum(f.count(f" {sign} @") for sign in ("eq", "ge", "lt")) <= 15 for f in asked)
