"""What every test gets: an environment without the caller's settings, and the real storage emulator where asked for."""

from __future__ import annotations

import contextlib
import os
import secrets
import sys
from collections.abc import Callable, Iterator

import pytest
from azure.core.exceptions import ResourceNotFoundError
from azure.data.tables import TableServiceClient
from azure.storage.blob import BlobServiceClient, ContainerClient
from hypothesis import HealthCheck, settings

from dev.azurite import Azurite
from shared.settings import NAMES

_KEPT = {"SPEECH_CORPUS", "SPEECH_SPECS"}  # where the tests find more input, when the machine has it
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")  # a test may not fail because others run beside it
_PREFIXES = ("AzureWebJobs", "AzureFunctionsJobHost", "SPEECH_", "AZURE_", "FUNCTIONS_", "IDENTITY_", "MSI_")


@pytest.fixture(autouse=True)
def scrubbed_environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No setting of the caller reaches a test, and no client that one test made reaches another."""
    for name in list(os.environ):
        if name not in _KEPT and (name in NAMES or name.startswith(_PREFIXES)):
            monkeypatch.delenv(name)
    yield
    services = sys.modules.get("shared.app.clients")
    if services is not None:
        services.reset()


_SLOW = ("tests/faults/", "tests/model/")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Thousands of deaths in memory: to measure them would take as long again, and other tests reach the same lines.

    They come first: a file of them that begins last keeps one worker busy when the others have nothing left.
    """
    for item in items:
        if item.nodeid.startswith(_SLOW):
            item.add_marker(pytest.mark.no_cover)
    items.sort(key=lambda item: not item.nodeid.startswith(_SLOW))


@pytest.fixture
def unmeasured() -> dict[str, str]:
    """The environment of a child in which coverage does not start: it would load modules of its own."""
    return {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}


@pytest.fixture(scope="session")
def azurite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Azurite]:
    """The real storage emulator, in memory, on free ports, one for the whole run: make names of your own."""
    with Azurite(log=tmp_path_factory.mktemp("azurite") / "azurite.log") as running:
        yield running


@pytest.fixture
def unique() -> Callable[[str], str]:
    """Names that no other test uses: `unique("logs")` is good for a container, a queue and a table prefix."""

    def name(start: str = "t") -> str:
        return f"{start}{secrets.token_hex(5)}"

    return name


@pytest.fixture
def table_prefix(azurite: Azurite, unique: Callable[[str], str]) -> Iterator[str]:
    """A prefix for this test's tables, which are removed afterwards."""
    prefix = unique("t")
    yield prefix
    with TableServiceClient.from_connection_string(azurite.connection_string) as tables:
        for table in [t.name for t in tables.list_tables()]:
            if table.startswith(prefix):
                tables.delete_table(table)


@pytest.fixture
def container(azurite: Azurite, unique: Callable[[str], str]) -> Iterator[ContainerClient]:
    """An empty container of this test's own, removed afterwards."""
    with BlobServiceClient.from_connection_string(azurite.connection_string) as blobs:
        client = blobs.get_container_client(unique("logs"))
        client.create_container()
        yield client
        with contextlib.suppress(ResourceNotFoundError):  # the test may have removed it
            client.delete_container()


@pytest.fixture
def app_settings(
    azurite: Azurite, container: ContainerClient, table_prefix: str, monkeypatch: pytest.MonkeyPatch
) -> dict[str, str]:
    """The app's settings for this test's container and tables, also put into the environment."""
    settings = {
        "AzureWebJobsStorage": azurite.connection_string,
        "LOGS_CONTAINER": str(container.container_name),
        "INDEX_TABLE_PREFIX": table_prefix,
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    return settings
