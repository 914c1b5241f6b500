"""Clients are made on first use, kept, and stopped only by the settings that they need."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from azure.identity import DefaultAzureCredential, ManagedIdentityCredential

from shared.app import clients
from shared.app.clients import Services, reset, services
from shared.core.errors import SettingsError
from shared.settings import NAMES
from tests.webclient import ask

ROOT = Path(__file__).parents[2]
STORAGE = {"AzureWebJobsStorage": "UseDevelopmentStorage=true"}
KINDS = ("blob", "queue", "table")
ADDRESSES = {f"AzureWebJobsStorage__{kind}ServiceUri": f"https://x.{kind}.invalid" for kind in KINDS}


@pytest.fixture
def app() -> Iterator[Services]:
    made = Services(STORAGE)
    yield made
    made.close()


def test_a_client_is_made_once_also_by_many_threads_at_the_same_time(app: Services) -> None:
    barrier = threading.Barrier(8)

    def use(_: int) -> tuple[int, int, int]:
        barrier.wait()
        return id(app.index), id(app.container), id(app.queue("speech-sync"))

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(use, range(8)))) == 1


def test_the_container_is_the_watched_one(app: Services) -> None:
    assert app.container.container_name == "speech-logs"


def test_storage_that_is_not_set_is_told_when_it_is_needed_and_not_before() -> None:
    app = Services({})
    for use in (lambda: app.blobs, lambda: app.container, lambda: app.index, lambda: app.queue("q")):
        with pytest.raises(SettingsError, match="AzureWebJobsStorage"):
            use()


@pytest.mark.parametrize("value", ["junk", "AccountName=;AccountKey=", "BlobEndpoint=", "AccountName=a"])
def test_a_broken_connection_string_is_a_settings_error_without_its_text(value: str) -> None:
    with pytest.raises(SettingsError, match="AzureWebJobsStorage") as caught:
        _ = Services({"AzureWebJobsStorage": value}).blobs
    assert value not in caught.value.message


def test_a_wrong_container_name_does_not_stop_the_index() -> None:
    app = Services({**STORAGE, "LOGS_CONTAINER": "NO"})
    assert app.index is app.index
    with pytest.raises(SettingsError, match="LOGS_CONTAINER"):
        _ = app.container
    app.close()


@pytest.mark.parametrize(
    ("more", "credential"),
    [({"AzureWebJobsStorage__clientId": "1234"}, ManagedIdentityCredential), ({}, DefaultAzureCredential)],
)
def test_without_a_connection_string_an_identity_opens_the_three_services(
    more: dict[str, str], credential: type[object]
) -> None:
    app = Services({**ADDRESSES, **more})
    assert app.blobs.url.startswith("https://x.blob.invalid")
    assert app.queue("q").url == "https://x.queue.invalid/q"
    assert isinstance(app.index, object)
    assert isinstance(app._kept["credential"], credential)
    app.close()


def test_the_services_of_the_process_are_kept_until_reset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGS_CONTAINER", "first")
    first = services()
    monkeypatch.setenv("LOGS_CONTAINER", "second")
    assert services() is first
    assert first.settings.logs_container == "first"
    reset()
    assert services().settings.logs_container == "second"


def test_two_workers_are_told_apart() -> None:
    assert Services({}).worker != Services({}).worker


def test_the_sdks_do_not_log_addresses_of_requests(app: Services) -> None:
    """Their INFO lines hold query strings, and SAS signatures stand in these."""
    _ = app.blobs
    assert not logging.getLogger("azure.core.pipeline.policies.http_logging_policy").isEnabledFor(logging.INFO)


def test_importing_the_services_imports_no_sdk() -> None:
    names = vars(clients)
    assert not any(getattr(value, "__name__", "").startswith("azure") for value in names.values())


def test_the_first_call_logs_each_invalid_setting_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("SYNC_SCHEDULE", "0 99 * * * *")
    monkeypatch.setenv("MAX_UPLOAD_MIB", "many")
    monkeypatch.setenv("AzureWebJobsStorage", STORAGE["AzureWebJobsStorage"])
    for _ in range(2):
        health = ask("GET", "/api/health").json
    assert health["status"] == "degraded"
    assert health["settings"]["problems"] == ["MAX_UPLOAD_MIB", "SYNC_SCHEDULE"]
    told = [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]
    assert [message.split(":")[0] for message in told] == [
        "Invalid setting SYNC_SCHEDULE",
        "Invalid setting MAX_UPLOAD_MIB",
    ]
    assert "minutes" in told[0]
    assert "use NCRONTAB" in told[0]


@pytest.mark.parametrize("name", ["SYNC_SCHEDULE", "SWEEP_SCHEDULE"])
def test_a_wrong_schedule_leaves_azure_the_default_one_instead_of_no_function(
    name: str, unmeasured: dict[str, str]
) -> None:
    """The Functions host drops a function whose schedule it cannot read, and nothing says so."""
    code = (
        "import function_app; b = {f.get_function_name(): f.get_bindings_dict()['bindings'][0] for f in "
        "function_app.app.get_functions()}; print(b['sync_timer']['schedule'], b['sweep_timer']['schedule'], sep='|')"
    )
    env = {**unmeasured, name: "0 99 * * * *"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, cwd=ROOT, text=True, check=True, env=env)
    assert done.stdout.strip() == f"{NAMES['SYNC_SCHEDULE']}|{NAMES['SWEEP_SCHEDULE']}"
