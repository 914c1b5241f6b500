"""Settings are read once, never raise while read, and name every problem in one message."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dev.run import environment
from shared.core.errors import SettingsError
from shared.extract import Limits
from shared.settings import BODY_LIMIT, NAMES, Settings

STORAGE = {"AzureWebJobsStorage": "UseDevelopmentStorage=true"}
KEY = "0123456789abcdef0123456789abcdef"


def resources(*items: Any, **env: str) -> Settings:
    return Settings.load({**STORAGE, "SPEECH_RESOURCES": json.dumps(items), **env})


def problem(settings: Settings) -> str:
    assert len(settings.problems) == 1, settings.problems
    return ": ".join(settings.problems[0])


def test_only_storage_has_no_default() -> None:
    assert [name for name, _ in Settings.load({}).problems] == ["AzureWebJobsStorage"]
    settings = Settings.load(STORAGE)
    assert settings.problems == ()
    assert settings.logs_container == "speech-logs"
    assert settings.max_upload_bytes == 16 * 2**20
    assert settings.blob_trigger_source == "LogsAndContainerScan"
    assert settings.resources == ()


def test_an_empty_setting_counts_as_not_set() -> None:
    """The portal cannot tell the two apart."""
    assert Settings.load({**STORAGE, **dict.fromkeys(NAMES, ""), **STORAGE}) == Settings.load(STORAGE)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LOGS_CONTAINER", "Speech Logs"),
        ("LOGS_CONTAINER", "ab"),
        ("LOGS_CONTAINER", "a" * 64),
        ("LOGS_CONTAINER", "double--dash"),
        ("BLOB_TRIGGER_SOURCE", "eventgrid"),
        ("INDEX_TABLE_PREFIX", "1st"),
        ("INDEX_TABLE_PREFIX", "with-dash"),
        ("SPEECH_API_VERSION", "latest"),
        ("SYNC_SCHEDULE", "0 99 * * * *"),
        ("SYNC_SCHEDULE", "every quarter"),
        ("SWEEP_SCHEDULE", "0 5 * *"),
        ("MAX_UPLOAD_MIB", "0"),
        ("MAX_UPLOAD_MIB", "101"),
        ("MAX_UPLOAD_MIB", "-1"),
        ("MAX_UPLOAD_MIB", "1.5"),
        ("MAX_UPLOAD_MIB", "²"),
        ("MAX_UPLOAD_MIB", "9" * 5000),
        ("AzureWebJobsStorage", "not a connection string"),
        ("SPEECH_RESOURCES", "{"),
        ("SPEECH_RESOURCES", "[" * 100_000),
        ("SPEECH_RESOURCES", "{}"),
        ("SPEECH_RESOURCES", "[1]"),
    ],
)
def test_a_wrong_value_is_named_and_the_rest_still_works(name: str, value: str) -> None:
    settings = Settings.load({**STORAGE, name: value})
    assert [found for found, _ in settings.problems] == [name]
    with pytest.raises(SettingsError, match=name):
        settings.require(name)
    others = [other for other in NAMES if other != name]
    assert settings.require(*others) is settings


def test_all_problems_stand_in_one_message() -> None:
    settings = Settings.load({"LOGS_CONTAINER": "NO", "MAX_UPLOAD_MIB": "much", "SPEECH_RESOURCES": "x"})
    with pytest.raises(SettingsError) as caught:
        settings.require("LOGS_CONTAINER")
    for name in ("AzureWebJobsStorage", "LOGS_CONTAINER", "MAX_UPLOAD_MIB", "SPEECH_RESOURCES"):
        assert name in caught.value.message


@given(st.dictionaries(st.sampled_from(list(NAMES)), st.text(max_size=60)))
def test_no_environment_breaks_the_reading(env: dict[str, str]) -> None:
    Settings.load(env)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
)
entries = st.dictionaries(st.sampled_from(["name", "endpoint", "region", "keySetting", "key", "other"]), json_values)


@given(st.lists(entries, max_size=3))
def test_no_list_of_resources_breaks_the_reading(items: list[dict[str, Any]]) -> None:
    settings = resources(*items)
    assert len(settings.resources) == len(items) or settings.problems


# storage


def test_a_connection_string_wins_over_addresses() -> None:
    settings = Settings.load({**STORAGE, "AzureWebJobsStorage__accountName": "other"})
    assert settings.storage.connection_string == "UseDevelopmentStorage=true"


def test_an_account_name_gives_the_three_addresses() -> None:
    storage = Settings.load({"AzureWebJobsStorage__accountName": "acc"}).storage
    assert storage.connection_string is None
    assert storage.blob_url == "https://acc.blob.core.windows.net"
    assert storage.queue_url == "https://acc.queue.core.windows.net"
    assert storage.table_url == "https://acc.table.core.windows.net"


def test_service_addresses_are_taken_with_the_identity_that_is_named() -> None:
    env = {f"AzureWebJobsStorage__{kind}ServiceUri": f"https://x/{kind}" for kind in ("blob", "queue", "table")}
    storage = Settings.load({**env, "AzureWebJobsStorage__clientId": "1234"}).storage
    assert (storage.blob_url, storage.queue_url, storage.table_url) == (
        "https://x/blob",
        "https://x/queue",
        "https://x/table",
    )
    assert storage.client_id == "1234"


def test_a_missing_service_address_is_named() -> None:
    env = {f"AzureWebJobsStorage__{kind}ServiceUri": f"https://x/{kind}" for kind in ("blob", "queue")}
    assert "AzureWebJobsStorage__tableServiceUri" in problem(Settings.load(env))


# Speech resources


def test_a_resource_by_region_or_endpoint_with_a_key_of_another_setting() -> None:
    settings = resources(
        {"name": "weu", "region": "westeurope", "keySetting": "SPEECH_KEY_WEU"},
        {"name": "custom", "endpoint": "https://x.cognitiveservices.azure.com/some/prefix/"},
        {"name": "cn", "region": "chinaeast2", "key": "local"},
        {"name": "gov", "region": "usgovvirginia"},
        SPEECH_KEY_WEU=KEY,
    )
    assert settings.problems == ()
    weu, custom, china, gov = settings.resources
    assert (weu.endpoint, weu.key) == ("https://westeurope.api.cognitive.microsoft.com", KEY)
    assert (custom.endpoint, custom.key) == ("https://x.cognitiveservices.azure.com/some/prefix", None)
    assert (china.endpoint, china.key, china.cloud.name) == (
        "https://chinaeast2.api.cognitive.azure.cn",
        "local",
        "china",
    )
    assert (gov.endpoint, gov.cloud.name) == ("https://usgovvirginia.api.cognitive.microsoft.us", "usgov")
    assert settings.resource("custom") is custom
    assert settings.resource("nobody") is None


@pytest.mark.parametrize(
    ("item", "told"),
    [
        ({}, "name must be"),
        ({"name": "has space", "region": "westeurope"}, "name must be"),
        ({"name": "a"}, "specify an endpoint, or a region"),
        ({"name": "a", "region": "West Europe"}, "specify an endpoint, or a region"),
        ({"name": "a", "endpoint": "ftp://x"}, "plain address"),
        ({"name": "a", "endpoint": "https://"}, "plain address"),
        ({"name": "a", "endpoint": "https://x:port"}, "plain address"),
        ({"name": "a", "endpoint": "https://[::1"}, "plain address"),
        ({"name": "a", "endpoint": "https://user:secret@x"}, "plain address"),
        ({"name": "a", "endpoint": "https://x?code=secret"}, "plain address"),
        ({"name": "a", "endpoint": "http://example.com"}, "use https"),
        ({"name": "a", "region": "westeurope", "keyName": "X"}, "unknown field 'keyName'"),
        ({"name": "a", "region": "westeurope", "keySetting": "NOT_THERE"}, "a setting that does not exist"),
        ({"name": "a", "region": "westeurope", "keySetting": 1}, "a setting that does not exist"),
    ],
)
def test_a_wrong_resource_is_told_what_to_mend_and_the_others_stay(item: dict[str, Any], told: str) -> None:
    settings = resources({"name": "good", "region": "westeurope"}, item)
    assert any(told in what and "entry 2" in what for _, what in settings.problems)
    assert [r.name for r in settings.resources] == ["good"]


@pytest.mark.parametrize("host", ["localhost:8080", "127.0.0.1:1", "[::1]:80"])
def test_plain_http_is_for_this_machine(host: str) -> None:
    settings = resources({"name": "fake", "endpoint": f"http://{host}", "key": "k"})
    assert settings.problems == ()


def test_one_name_for_two_resources_is_a_problem() -> None:
    item = {"name": "a", "region": "westeurope"}
    settings = resources(item, {**item, "region": "eastus"})
    assert "'a' is given more than once" in problem(settings)
    assert [r.endpoint for r in settings.resources] == ["https://westeurope.api.cognitive.microsoft.com"]


@pytest.mark.parametrize("key", [5, "", ["k"]])
def test_a_key_that_is_no_text_is_not_taken_for_entra_id(key: object) -> None:
    assert "key must be a non-empty string" in problem(resources({"name": "a", "region": "westeurope", "key": key}))


# secrets


def test_no_secret_shows_in_a_record_or_a_message() -> None:
    settings = resources(
        {"name": "a", "region": "westeurope", "key": KEY},
        {"name": "b", "region": "westeurope", "keySetting": KEY},
        {"name": "c", "endpoint": f"https://x?key={KEY}"},
        AzureWebJobsStorage=f"AccountName=a;AccountKey={KEY}",
    )
    assert KEY not in repr(settings)
    with pytest.raises(SettingsError) as caught:
        settings.require("SPEECH_RESOURCES")
    assert KEY not in caught.value.message
    broken = Settings.load({**STORAGE, "SPEECH_RESOURCES": f'[{{"key": "{KEY}"'})
    assert KEY not in repr(broken.problems)
    assert KEY not in repr(Settings.load({"AzureWebJobsStorage": KEY}).problems)


def test_limits_of_unpacking_are_settings() -> None:
    given = {"UNPACK_MAX_GIB": "2", "UNPACK_MAX_RATIO": "50", "UNPACK_MAX_DEPTH": "1", "UNPACK_MAX_MEMBERS": "7"}
    limits = Settings.load(given).limits
    assert (limits.max_decoded_bytes, limits.max_ratio) == (2 * 2**30, 50)
    assert (limits.max_depth, limits.max_members) == (1, 7)
    assert Settings.load({}).limits == Limits()
    assert [name for name, _ in Settings.load({**given, "UNPACK_MAX_DEPTH": "0"}).problems if "UNPACK" in name] == [
        "UNPACK_MAX_DEPTH"
    ]


def test_the_host_takes_a_little_more_than_the_app_everywhere() -> None:
    """So that the app itself says what to do with a larger file; far above, the host need not hold it at all."""
    local = json.loads((Path(__file__).parents[2] / "local.settings.json").read_text())["Values"]
    given_by_callers: list[dict[str, str]] = [{}, {"MAX_UPLOAD_MIB": "3"}]
    for env in given_by_callers:
        settings = Settings.load({**STORAGE, **env})
        assert 0 < settings.host_body_limit - settings.max_upload_bytes <= 2**20
        given = environment(STORAGE["AzureWebJobsStorage"], env)
        assert given[BODY_LIMIT] == str(settings.host_body_limit)
    assert local[BODY_LIMIT] == str(Settings.load(STORAGE).host_body_limit)
