"""One lease for everybody: it ends by the holder's own clock, before storage would give it to the next worker."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

import pytest

from shared.core.errors import LeaseLost
from shared.core.records import Sighting
from shared.index.source_attempt import SourceRun
from shared.inventory.resource_run import ResourceRun
from shared.inventory.rows import Change
from shared.storage import tables
from shared.storage.errors import ConditionFailed
from shared.storage.lease import LEASE, MARGIN, Fence, Lease, LeaseRecord, alive_until, lease_fields, leave_mark
from shared.storage.tables import IDS, SOURCES, Index, Key, Row
from tests.fakes.clock import START, StillClock
from tests.fakes.tables import TableDouble, all_rows

KEY: Final = Key("p", ".")
HEX: Final = "9c9145db22a4462db58835a1ff33d4a0"


@dataclass(frozen=True, slots=True)
class Work(LeaseRecord):
    done: str = ""
    more: str = ""

    def row(self) -> Row:
        return tables.row_at(KEY, {**self.lease_columns(), "done": self.done, "more": self.more})

    def marked(self, row: Mapping[str, Any]) -> Work:
        return replace(self, more=row["more"])


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def double() -> TableDouble:
    return TableDouble()


@pytest.fixture
def index(double: TableDouble, clock: StillClock) -> Index:
    made = Index(double, clock=clock, sleep=clock.sleep, monotonic=clock.monotonic)  # type: ignore[arg-type]
    made.ensure_tables()
    return made


def stored(index: Index) -> Row:
    row = index.get(SOURCES, *KEY)
    assert row is not None
    return row


def taken(index: Index) -> Lease[Work]:
    return Lease.take(index, SOURCES, Work(), None)


def taken_over(index: Index) -> Lease[Work]:
    row = stored(index)
    return Lease.take(index, SOURCES, Work(**lease_fields(row)), row)  # type: ignore[arg-type]  # the fields by name


def finished(held: Work) -> Work:
    return replace(held, done="yes")


Begin = Callable[[Index], Callable[[], object]]


def source(index: Index) -> Callable[[], object]:
    """A worker that has the lease of a blob; what it does next writes to `ids`."""
    run = SourceRun.begin(index, "blob:logs/a.log", etag="1", modified=START, size=1, worker="w")
    assert isinstance(run, SourceRun)
    return lambda: run.write([Sighting("session", HEX)])


def resource(index: Index) -> Callable[[], object]:
    """The same of a Speech resource."""
    run = ResourceRun.begin(index, "prod", "w")
    assert run is not None
    sighting = Sighting("transcription", "9c9145db-22a4-462d-b588-35a1ff33d4a0")
    return lambda: run.write([Change(sighting)], {})


@pytest.mark.parametrize("begin", [source, resource])
def test_nobody_writes_other_partitions_when_the_own_clock_says_that_the_lease_may_end(
    double: TableDouble, clock: StillClock, begin: Begin
) -> None:
    """The wall clock is set back meanwhile, and the claim is slow: what storage believes of the lease does not count."""
    index = Index(double, clock=clock, sleep=clock.sleep, monotonic=clock.monotonic)  # type: ignore[arg-type]
    write = begin(index)
    index.clock = lambda: START - timedelta(hours=1)

    def slow(_number: int) -> None:
        clock.advance(minutes=10)

    double.plan = slow
    with pytest.raises(LeaseLost):
        write()
    double.plan = lambda _number: None
    assert list(index.scan(all_rows(IDS))) == []


def test_a_check_keeps_a_margin_and_each_write_prolongs(index: Index, clock: StillClock) -> None:
    lease = taken(index)
    clock.sleep((LEASE - MARGIN).total_seconds())
    lease.check()
    clock.sleep(1)
    with pytest.raises(LeaseLost):
        lease.check()
    lease.touch([])
    lease.check()
    assert stored(index)["leaseUntil"] == lease.record.lease_until


def test_it_is_renewed_when_a_third_is_over_and_not_before(index: Index, clock: StillClock) -> None:
    lease = taken(index)
    before = index.requests.total()
    lease.renew()
    assert index.requests.total() == before
    clock.sleep(LEASE.total_seconds() / 3 + 1)
    lease.renew()
    assert index.requests.total() == before + 1


def test_only_one_worker_takes_it(index: Index) -> None:
    taken(index)
    row = stored(index)
    Lease.take(index, SOURCES, Work(), row)
    with pytest.raises(ConditionFailed):
        Lease.take(index, SOURCES, Work(), row)


@pytest.mark.parametrize(
    "act",
    [
        lambda lease: lease.touch([]),
        lambda lease: lease.save(finished),
        lambda lease: lease.release(finished),
    ],
)
def test_who_lost_it_writes_nothing_more(index: Index, act: Callable[[Lease[Work]], object]) -> None:
    lease = taken(index)
    newer = taken_over(index)
    with pytest.raises(LeaseLost):
        act(lease)
    assert stored(index)["done"] == ""
    assert stored(index)["holder"] == newer.record.holder


def test_a_mark_left_by_others_reaches_the_holder(index: Index) -> None:
    lease = taken(index)
    leave_mark(index, SOURCES, stored(index), {"more": "newer"})
    seen: list[str] = []

    def end(held: Work) -> Work:
        seen.append(held.more)
        return replace(finished(held), more="")

    lease.release(end)
    assert seen == ["", "newer"]
    row = stored(index)
    assert (row["done"], row["more"], row["leaseUntil"], row["holder"]) == ("yes", "", "", "")


def test_a_mark_is_left_on_the_version_that_was_read(index: Index) -> None:
    lease = taken(index)
    row = stored(index)
    lease.release(finished)
    with pytest.raises(ConditionFailed):
        leave_mark(index, SOURCES, row, {"more": "newer"})


def test_a_fence_ends_with_any_change_of_the_record(index: Index) -> None:
    taken(index).release(finished)
    row = stored(index)
    fence = Fence(index, SOURCES, Work(done="yes"), tables.etag_of(row))
    fence.save(lambda held: held)
    leave_mark(index, SOURCES, stored(index), {"more": "newer"})
    with pytest.raises(LeaseLost):
        fence.save(lambda held: held)


def test_it_is_lost_when_others_change_the_record_each_time(index: Index, clock: StillClock) -> None:
    lease = taken(index)

    def change(held: Work) -> Work:
        leave_mark(index, SOURCES, stored(index), {"more": "newer"})
        return finished(held)

    with pytest.raises(LeaseLost):
        lease.save(change)
    assert clock.slept, "who lost a race twice waits before the next turn"


def test_a_lease_that_was_not_given_back_says_how_long_its_worker_may_write(index: Index, clock: StillClock) -> None:
    lease = taken(index)
    ends = START + LEASE

    def until(now: datetime) -> str | None:
        return alive_until(lease.record, now)

    assert until(ends) == (ends + LEASE).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    assert until(ends + LEASE) is None
    clock.sleep(1)
    lease.release(finished)
    assert until(clock()) is None
