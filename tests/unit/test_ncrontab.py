"""NCRONTAB schedules, against a brute-force reference."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.core.ncrontab import Schedule

SUNDAY = datetime(2026, 11, 22, 11, 13, 30, tzinfo=UTC)
LIMITS = ((0, 59), (0, 59), (0, 23), (1, 31), (1, 12), (0, 6))


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        ("0 */15 * * * *", "2026-11-22T11:15:00"),
        ("30 13 11 * * *", "2026-11-23T11:13:30"),
        ("31 13 11 22 11 *", "2026-11-22T11:13:31"),
        ("*/10 * * * *", "2026-11-22T11:20:00"),
        ("0 0 0 * * 0", "2026-11-29T00:00:00"),
        ("0 0 0 1 January *", "2027-01-01T00:00:00"),
        ("0 0 0 1 JAN *", "2027-01-01T00:00:00"),
        ("0 0 12 * * Mon-Friday", "2026-11-23T12:00:00"),
        ("0 0 12 * * mond", "2026-11-23T12:00:00"),
        ("0 0 0 13 * 5", "2027-08-13T00:00:00"),
        ("0 5-1 12 * * *", "2026-11-22T12:01:00"),
        ("0 20/30 * * * *", "2026-11-22T11:20:00"),
        ("0 */0 * * * *", "2026-11-22T11:14:00"),
        ("15,45 0-30/10 22 * * 0", "2026-11-22T22:00:15"),
        ("0 0 12 29 2 *", "2028-02-29T12:00:00"),
        ("0 0 0 29 2 0", "2032-02-29T00:00:00"),
        (" 0  0 12 * * * ", "2026-11-22T12:00:00"),
    ],
)
def test_a_schedule_is_read_as_azure_functions_reads_it(schedule: str, expected: str) -> None:
    found = Schedule.parse(schedule).next_after(SUNDAY)
    assert found is not None
    assert found.isoformat() == f"{expected}+00:00"


@pytest.mark.parametrize(
    "schedule",
    [
        "",
        "every day",
        "* * * *",
        "* * * * * * *",
        "0 99 * * * *",
        "0 0 24 * * *",
        "0 0 0 0 * *",
        "0 0 0 32 * *",
        "0 0 0 * 13 *",
        "0 0 0 * * 7",
        "a b c d e f",
        "0 jan * * * *",
        "0 0 0 * janx *",
        "0 1, * * * *",
        "0 ,1 * * * *",
        "0 */ * * * *",
        "0 *-5 * * * *",
        "0 -5 * * * *",
        "0 */5/5 * * * *",
        "0 ² * * * *",
        "0\t5 * * * *",
        "00:15:00",
    ],
)
def test_what_azure_functions_refuses_is_refused(schedule: str) -> None:
    with pytest.raises(ValueError, match=r"is not valid for|fields instead of 5 or 6"):
        Schedule.parse(schedule)


def test_a_date_that_never_comes_has_no_next_run() -> None:
    assert Schedule.parse("0 0 0 30 2 *").next_after(SUNDAY) is None


def test_a_leap_day_on_a_weekday_is_found_across_a_century_without_one() -> None:
    found = Schedule.parse("0 0 0 29 2 mon").next_after(datetime(2072, 3, 1, tzinfo=UTC))
    assert found == datetime(2112, 2, 29, tzinfo=UTC)


def test_the_moment_may_be_of_another_time_zone() -> None:
    kolkata = timezone(timedelta(hours=5, minutes=30))
    assert Schedule.parse("0 0 0 * * *").next_after(SUNDAY.astimezone(kolkata)) == datetime(2026, 11, 23, tzinfo=UTC)


def _part(low: int, high: int) -> st.SearchStrategy[str]:
    value = st.integers(low, high).map(str)
    base = st.one_of(st.just("*"), value, st.tuples(value, value).map("-".join))
    return st.tuples(base, st.one_of(st.just(""), st.integers(0, 20).map("/{}".format))).map("".join)


def _field(low: int, high: int) -> st.SearchStrategy[str]:
    return st.one_of(st.just("*"), st.lists(_part(low, high), min_size=1, max_size=3).map(",".join))


SCHEDULES = st.tuples(*(_field(*limits) for limits in LIMITS))
MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2032, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  hypothesis wants naive bounds


def _matches(value: int, field: str, low: int, high: int) -> bool:
    return any(_part_matches(value, part, low, high) for part in field.split(","))


def _part_matches(value: int, part: str, low: int, high: int) -> bool:
    base, slash, step = part.partition("/")
    ends = [low, high] if base == "*" else [int(end) for end in base.split("-")]
    if slash and len(ends) == 1:
        ends.append(high)
    return min(ends) <= value <= max(ends) and (value - min(ends)) % (int(step or 1) or 1) == 0


def _reference(fields: tuple[str, ...], after: datetime) -> datetime | None:
    """The first second that matches within ten years; days and hours that do not match are passed over whole."""
    moment = after.replace(microsecond=0) + timedelta(seconds=1)
    end = moment + timedelta(days=3653)
    while moment < end:
        date = (moment.day, moment.month, moment.isoweekday() % 7)
        if not all(_matches(v, f, *x) for v, f, x in zip(date, fields[3:], LIMITS[3:], strict=True)):
            moment = moment.replace(hour=0, minute=0, second=0) + timedelta(days=1)
        elif not _matches(moment.hour, fields[2], 0, 23):
            moment = moment.replace(minute=0, second=0) + timedelta(hours=1)
        elif not _matches(moment.minute, fields[1], 0, 59):
            moment = moment.replace(second=0) + timedelta(minutes=1)
        elif not _matches(moment.second, fields[0], 0, 59):
            moment += timedelta(seconds=1)
        else:
            return moment
    return None


@settings(max_examples=300, deadline=None)
@given(SCHEDULES, MOMENTS)
def test_the_next_run_is_the_first_second_that_matches(fields: tuple[str, ...], moment: datetime) -> None:
    expected = _reference(fields, moment)
    found = Schedule.parse(" ".join(fields)).next_after(moment)
    assert found == expected or (expected is None and (found is None or found - moment > timedelta(days=3652)))
