"""Only storage/ knows how a row is called and how a filter is written."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from shared.storage.row_range import RowRange, successor

SHARED = Path(__file__).parents[2] / "shared"
_FILTER = re.compile(r"PartitionKey|RowKey|\"[^\"\n]* (?:eq|ne|ge|gt|le|lt) (?:@|true)")


def test_nothing_outside_of_storage_writes_a_key_column_or_a_filter() -> None:
    found = [
        f"{path.relative_to(SHARED)}:{number}"
        for path in sorted(SHARED.rglob("*.py"))
        if path.parent.name != "storage"
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if _FILTER.search(line)
    ]
    assert found == []


def test_each_narrowing_adds_a_condition_and_keeps_values_out_of_the_text() -> None:
    wanted = RowRange.of("sources", "0a'1").starting("history:").unequal("kind", "x").true("open")
    assert wanted.filter == (
        "PartitionKey eq @partition and RowKey ge @low and RowKey lt @high and kind ne @kind and open eq true"
    )
    assert wanted.parameters == {"partition": "0a'1", "low": "history:", "high": "history;", "kind": "x"}


def test_other_bounds_or_values_make_another_digest() -> None:
    ranges = [
        RowRange.of("ids", "aa").starting("aa1"),
        RowRange.of("ids", "aa").starting("aa2"),
        RowRange.of("timeline", "aa").starting("aa1"),
        RowRange.of("ids", "aa").starting("aa1").equal("region", "x"),
    ]
    assert len({wanted.digest for wanted in ranges}) == len(ranges)


@pytest.mark.parametrize(("prefix", "behind"), [("a:", "a;"), ("0f", "0g"), ("session:", "session;")])
def test_the_successor_is_behind_every_key_with_the_prefix(prefix: str, behind: str) -> None:
    assert successor(prefix) == behind
    assert prefix <= f"{prefix}\U0010ffff" < successor(prefix)
