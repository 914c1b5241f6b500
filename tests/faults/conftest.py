from __future__ import annotations

from collections.abc import Iterator

import pytest
from azure.storage.blob import ContainerClient

from dev.azurite import Azurite
from tests.faults.world import World


@pytest.fixture
def world(azurite: Azurite, container: ContainerClient, table_prefix: str) -> Iterator[World]:
    made = World(azurite.connection_string, container, table_prefix)
    yield made
    made.close()
