"""How long the app goes on asking a service that does not answer: caps of tries, of each wait and of all together."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from shared.inventory.timing import Patience
from tests.fakes.bench import Bench, watched


@pytest.fixture
def bench() -> Iterator[Bench]:
    with watched() as found:
        yield found


def waits(bench: Bench) -> list[float]:
    """Those between two tries; the pace is a fifth of a second."""
    return [seconds for seconds in bench.clock.slept if seconds > 0.3]


def test_the_waits_double_up_to_the_longest_one(bench: Bench) -> None:
    bench.fake.faults.add("503", times=-1)
    report = bench.sync(
        patience=Patience(tries=7, seconds=900, first_wait=1, longest_wait=10), timing=bench.waiting(1.0)
    )

    assert (report.status, bench.fake.faults.happened["503"]) == ("failed", 7)
    assert waits(bench) == [1, 2, 4, 8, 10, 10]


def test_the_jitter_takes_up_to_half_of_a_wait(bench: Bench) -> None:
    """So that many clients do not come again at once."""
    bench.fake.faults.add("503", times=-1)
    bench.sync(patience=Patience(tries=4, first_wait=8), timing=bench.waiting(0.0))

    assert waits(bench) == [4, 8, 15]
    assert bench.fake.faults.happened["503"] == 4


def test_all_waits_together_have_an_end(bench: Bench) -> None:
    """The service asks for 50 seconds each time; a third wait would be more than two minutes in all."""
    bench.fake.faults.add("429", times=-1, value=50)
    report = bench.sync(patience=Patience(tries=99, seconds=120), timing=bench.waiting(0.0))

    assert report.problem is not None
    assert (report.status, report.problem.code) == ("failed", "Throttled")
    assert bench.fake.faults.happened["429"] == 3
    assert waits(bench) == [50.5, 50.5]
