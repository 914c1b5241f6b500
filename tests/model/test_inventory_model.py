"""Hundreds of random lives of a Speech resource, with faults of the service, of storage and of our own process."""

from __future__ import annotations

import os
import socket
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from azure.data.tables import TableServiceClient

from dev.azurite import Azurite
from tests.fakes.tables import TableDouble
from tests.model.world import FAULTS, STORAGE_FAULTS, World, live_through

GROUPS = 10
SCHEDULES = int(os.environ.get("MODEL_SCHEDULES", "200"))  # more for a night, fewer for a quick look
happened: Counter[str] = Counter()


@pytest.fixture(autouse=True)
def loopback_only(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No request ever leaves the configured hosts: even the name of another one is never looked up."""
    original = socket.getaddrinfo
    asked: list[Any] = []

    def watched(host: Any, *rest: Any, **options: Any) -> Any:
        asked.append(host)
        return original(host, *rest, **options)

    monkeypatch.setattr(socket, "getaddrinfo", watched)
    yield
    assert set(asked) <= {"127.0.0.1"}


@pytest.mark.parametrize("group", range(GROUPS))
def test_after_the_faults_the_inventory_equals_the_resource(group: int) -> None:
    """What was listed during a complete pass is there, nothing alive is gone, and the tables agree."""
    for seed in range(group, SCHEDULES, GROUPS):
        tables = TableDouble()
        world = World(seed, tables)
        try:
            live_through(world)
        except BaseException as error:
            error.add_note(
                f"seed {seed}; service faults {dict(world.fake.faults.happened)}; "
                f"storage faults {dict(tables.happened)}"
            )
            raise
        happened.update(world.fake.faults.happened)
        happened.update(tables.happened)
        happened["passes"] += world.passes


def test_every_fault_really_happened() -> None:
    """A fault that never takes effect proves nothing."""
    if happened["passes"] < 200:
        pytest.skip("too few schedules ran before this one")
    assert {kind for kind in (*FAULTS, *STORAGE_FAULTS) if not happened[kind]} == set()


@pytest.mark.parametrize("seed", [1000, 1001, 1002])
def test_the_same_holds_on_the_storage_emulator(seed: int, azurite: Azurite, unique: Callable[[str], str]) -> None:
    """The double of the tables stands for this one."""
    with TableServiceClient.from_connection_string(azurite.connection_string) as tables:
        live_through(World(seed, tables, unique("m")))
