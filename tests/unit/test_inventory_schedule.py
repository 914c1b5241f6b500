"""The next run of a timer, checked against croniter, which is a tool of development only."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from croniter import croniter  # type: ignore[import-untyped]  # has no stubs

from shared.core.ncrontab import next_run

NOW = datetime(2026, 11, 22, 10, 7, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "schedule",
    [
        "0 */15 * * * *",
        "0 5 * * * *",
        "*/10 * * * * *",
        "30 7 10 * * *",
        "0 0 3 * * mon-fri",
        "0 0 0 1 jan *",
        "15,45 0-30/10 22 * * 0",
        "0 0 12 29 2 *",
        "31 7 10 22 11 *",
    ],
)
def test_the_next_run_is_the_one_that_the_schedule_says(schedule: str) -> None:
    if schedule.startswith("0 0 12 29"):
        assert next_run(schedule, NOW) is None  # not within a year
        return
    expected = croniter(schedule, NOW, second_at_beginning=True, day_or=False).get_next(datetime)
    assert next_run(schedule, NOW) == expected


@pytest.mark.parametrize("schedule", ["", "* * * * *", "0 99 * * * *", "0 */0 * * * *", "a b c d e f", "0 5-1 * * * *"])
def test_what_cannot_be_read_has_no_next_run(schedule: str) -> None:
    assert next_run(schedule, NOW) is None
