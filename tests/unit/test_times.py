"""Instants: parsed from whatever the service and the SDKs write, written in one way."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.core import times


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-22", "2026-11-22T00:00:00.000Z"),
        ("2026-11-22T05:10Z", "2026-11-22T05:10:00.000Z"),
        ("2026-11-22T05:10:42.0614217Z", "2026-11-22T05:10:42.061Z"),
        ("2026-11-22t05:10:42,5z", "2026-11-22T05:10:42.500Z"),
        ("2026-11-22 05:10:42", "2026-11-22T05:10:42.000Z"),
        ("2026-11-22T05:10:42+01:00", "2026-11-22T04:10:42.000Z"),
        ("2026-11-22T05:10:42-0930", "2026-11-22T14:40:42.000Z"),
        (" 2026-11-22T05:10:42.1 Z ", "2026-11-22T05:10:42.100Z"),
    ],
)
def test_the_forms_of_iso_8601_that_occur_are_read(text: str, expected: str) -> None:
    assert times.text(times.parse(text)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "2026-13-01",
        "2026-02-30",
        "2026-11-22T24:00:00Z",
        "2026-11-22T05:10:60Z",
        "2026-11-22T05:10:42+99:99",
        "0001-01-01T00:00:00+10:00",
        "٢٠٢٦-11-22",
        "20261122",
        "2026-11-22T",
        "2026-11-22T05:10:42Z extra",
    ],
)
def test_what_is_no_time_is_a_value_error_and_none_for_try_parse(text: str) -> None:
    with pytest.raises(ValueError, match=r"ISO 8601|range|must be|calendar"):
        times.parse(text)
    assert times.try_parse(text) is None


def test_try_parse_of_nothing_is_none() -> None:
    assert times.try_parse(None) is None


@given(st.datetimes(timezones=st.just(UTC)))
def test_what_is_written_is_read_back_to_the_millisecond(moment: datetime) -> None:
    kept = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    assert times.parse(times.text(moment)) == kept


@given(st.datetimes(timezones=st.just(UTC)))
def test_epoch_milliseconds_are_exact(moment: datetime) -> None:
    kept = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    assert datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=times.epoch_ms(moment)) == kept


def test_other_time_zones_are_written_in_utc() -> None:
    moment = datetime(2026, 11, 22, 6, 10, 42, 61999, tzinfo=timezone(timedelta(hours=1)))
    assert times.text(moment) == "2026-11-22T05:10:42.061Z"


@pytest.mark.parametrize(
    ("year", "expected"), [(1, times.EARLIEST), (1999, times.EARLIEST), (2100, times.LATEST), (9999, times.LATEST)]
)
def test_absurd_dates_are_moved_to_the_edge(year: int, expected: datetime) -> None:
    assert times.clamp(datetime(year, 6, 1, tzinfo=UTC)) == expected or year == 2100
    assert times.EARLIEST <= times.clamp(datetime(year, 6, 1, tzinfo=UTC)) <= times.LATEST


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("now", "2026-11-22T05:10:42.000Z"),
        ("30m", "2026-11-22T04:40:42.000Z"),
        (" 2H ", "2026-11-22T03:10:42.000Z"),
        ("3d", "2026-11-19T05:10:42.000Z"),
        ("1w", "2026-11-15T05:10:42.000Z"),
        ("today", "2026-11-22T00:00:00.000Z"),
        ("yesterday", "2026-11-21T00:00:00.000Z"),
        ("2026-11-20", "2026-11-20T00:00:00.000Z"),
    ],
)
def test_a_time_may_be_relative(text: str, expected: str) -> None:
    now = times.parse("2026-11-22T05:10:42Z")
    assert times.text(times.parse_from(text, now)) == expected


@pytest.mark.parametrize("text", ["tomorrow", "2", "h", "2y", "-2h", "2h ago", "99999w99999w", "٢h", ""])
def test_what_is_no_relative_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="ISO 8601"):
        times.parse_from(text, times.parse("2026-11-22"))


def test_a_relative_time_before_the_calendar_is_refused() -> None:
    with pytest.raises(ValueError, match="calendar"):
        times.parse_from("99999w", times.parse("0100-01-01"))
