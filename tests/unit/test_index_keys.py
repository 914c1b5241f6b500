"""Key order is the order of the answers, so widths are fixed and nothing that a key cannot hold gets in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.index import keys

MOMENTS = st.datetimes(timezones=st.just(UTC))
HEX = st.text("0123456789abcdef", min_size=32, max_size=32)
FORBIDDEN = set("/\\#?") | {chr(c) for c in [*range(32), *range(127, 160)]}


@given(MOMENTS, MOMENTS)
def test_newer_comes_first_and_all_have_one_width(one: datetime, other: datetime) -> None:
    a, b = (keys.timeline_key("session", moment, "0" * 32, "0" * 16) for moment in (one, other))
    assert len(a.partition) == len(b.partition)
    assert len(a.row) == len(b.row)
    if one > other:
        assert a <= b
        assert a.row <= b.row, "a bound on the row key holds over all partitions"


@given(MOMENTS, st.timedeltas(timedelta(milliseconds=1), timedelta(days=1)))
def test_a_millisecond_makes_a_difference_between_2000_and_2100(moment: datetime, later: timedelta) -> None:
    inside = moment.replace(year=2000 + moment.year % 99, day=min(moment.day, 28))
    assert keys.inverted_ms(inside) > keys.inverted_ms(inside + later)


def test_absurd_dates_are_clamped() -> None:
    assert keys.inverted_ms(datetime.min.replace(tzinfo=UTC)) == keys.inverted_ms(datetime(2000, 1, 1, tzinfo=UTC))
    assert keys.inverted_hour(datetime.max.replace(tzinfo=UTC)) == keys.inverted_hour(datetime(2100, 1, 1, tzinfo=UTC))


@given(st.text(), HEX, st.text(max_size=2000), MOMENTS)
def test_any_kind_and_any_name_make_keys_that_storage_takes(kind: str, hex32: str, name: str, moment: datetime) -> None:
    source = keys.source_id(name)
    made = [
        keys.id_key(hex32, kind, source),
        keys.timeline_key(kind, moment, hex32, source),
        keys.source_row_key(source, 7, kind, hex32),
        keys.source_row_key(source, None, kind, hex32),
        keys.history_key(source, hex32, moment),
        keys.record_key(source),
    ]
    assert len(source) == 16
    for key in made:
        assert not FORBIDDEN & set(key.partition + key.row)
        assert max(len(key.partition), len(key.row)) < 512


@given(st.integers(1, 10**7), st.integers(1, 10**7))
def test_attempts_are_in_order_and_after_the_record(one: int, other: int) -> None:
    a, b = (keys.source_row_key("s", n, "session", "0" * 32).row for n in (one, other))
    assert (a < b) == (one < other)
    assert min(a, b) > keys.RECORD


def test_a_kind_cannot_pretend_to_be_another() -> None:
    assert keys.kind_part("session:9") == "session_9"
    assert keys.kind_part("") == "unknown"


@pytest.mark.parametrize("name", ["blob:c/\ud800", "blob:c/" + "é" * 1024, ""])
def test_every_name_has_an_id(name: str) -> None:
    assert keys.source_id(name) == keys.source_id(name)
