"""The small parts: addresses, problems and their advice, tokens, the table of IDs, the double of the tables."""

from __future__ import annotations

import random
import secrets
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import requests
from azure.core.exceptions import ClientAuthenticationError
from azure.data.tables import TableServiceClient
from hypothesis import given
from hypothesis import strategies as st

from dev.azurite import Azurite
from shared.inventory import pass_table
from shared.inventory.auth import TokenAuth, auth_for
from shared.inventory.pass_table import IdTable
from shared.inventory.service_errors import Refused, refusal
from shared.inventory.urls import Addresses, skip_of, with_skip
from shared.settings import SpeechResource
from shared.speech import clouds
from shared.storage import tables as store
from shared.storage.errors import ConditionFailed
from shared.storage.row_range import RowRange
from shared.storage.tables import SOURCES, Index, Key
from tests.fakes.tables import TableDouble

PUBLIC = SpeechResource("p", "https://westeurope.api.cognitive.microsoft.com", "westeurope", "k")
PREFIXED = SpeechResource("p", "https://gateway.example/speech", None, "k")
CHINA = SpeechResource("c", "https://chinaeast2.api.cognitive.azure.cn", "chinaeast2", "k")
GOV = SpeechResource("g", "https://usgovvirginia.api.cognitive.microsoft.us", "usgovvirginia", "k")


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        (
            "2025-10-15",
            "https://gateway.example/speech/speechtotext/transcriptions?skip=0&top=100&api-version=2025-10-15",
        ),
        ("v3.2", "https://gateway.example/speech/speechtotext/v3.2/transcriptions?skip=0&top=100"),
    ],
)
def test_a_path_prefix_of_the_endpoint_is_kept(version: str, expected: str) -> None:
    assert Addresses(PREFIXED, version).list("transcriptions") == expected


@pytest.mark.parametrize(
    ("resource", "link", "expected"),
    [
        (
            PUBLIC,
            f"{PUBLIC.endpoint}/speechtotext/transcriptions?skip=100",
            f"{PUBLIC.endpoint}/speechtotext/transcriptions?skip=100",
        ),
        (
            PUBLIC,
            "https://name.cognitiveservices.azure.com/speechtotext/transcriptions?skip=100&api-version=2025-10-15",
            f"{PUBLIC.endpoint}/speechtotext/transcriptions?skip=100&api-version=2025-10-15",
        ),
        (
            PUBLIC,
            "/speechtotext/v3.2/Transcriptions?skip=1",
            f"{PUBLIC.endpoint}/speechtotext/v3.2/Transcriptions?skip=1",
        ),
        (
            PREFIXED,
            "https://westus.api.cognitive.microsoft.com/speechtotext/transcriptions?skip=1",
            f"{PREFIXED.endpoint}/speechtotext/transcriptions?skip=1",
        ),
    ],
)
def test_a_next_link_in_another_form_of_the_host_is_rebased(resource: SpeechResource, link: str, expected: str) -> None:
    """The key goes to the configured endpoint and nowhere else."""
    assert Addresses(resource, "2025-10-15").next(link, "transcriptions") == expected


@pytest.mark.parametrize(
    "link",
    [
        "https://evil.example/speechtotext/transcriptions?skip=1",
        "https://evil.example",
        "",
        "https://westeurope.api.cognitive.microsoft.com.evil.example/speechtotext/transcriptions",
        "https://chinaeast2.api.cognitive.azure.cn/speechtotext/transcriptions?skip=1",
        "http://westus.api.cognitive.microsoft.com/speechtotext/transcriptions?skip=1",
        "https://user@westeurope.api.cognitive.microsoft.com/speechtotext/transcriptions",
        "https://westeurope.api.cognitive.microsoft.com/speechtotext/models?skip=1",
        "https://westeurope.api.cognitive.microsoft.com/other/transcriptions?skip=1",
        "https://[",
        "ftp://x/speechtotext/",
    ],
)
def test_any_other_next_link_is_refused(link: str) -> None:
    with pytest.raises(Refused, match="not followed"):
        Addresses(PUBLIC, "2025-10-15").next(link, "transcriptions")


@pytest.mark.parametrize(
    ("resource", "url", "may"),
    [
        (PUBLIC, "https://x.blob.core.windows.net/c/report.json?sig=1", True),
        (PUBLIC, "https://x.blob.core.chinacloudapi.cn/c/r", False),
        (CHINA, "https://x.blob.core.chinacloudapi.cn/c/r", True),
        (GOV, "https://x.blob.core.usgovcloudapi.net/c/r", True),
        (GOV, "https://x.blob.core.windows.net/c/r", False),
        (PUBLIC, "http://x.blob.core.windows.net/c/r", False),
        (PUBLIC, "https://x.blob.core.windows.net:8443/c/r", False),
        (PUBLIC, "https://blob.core.windows.net.evil.example/", False),
        (PUBLIC, "https://u@x.blob.core.windows.net/", False),
        (PUBLIC, "http://169.254.169.254/metadata", False),
        (PUBLIC, "http://127.0.0.1/", False),
        (PUBLIC, "https://[", False),
        (PUBLIC, "file:///etc/passwd", False),
    ],
)
def test_content_is_fetched_from_the_storage_of_the_resources_cloud_only(
    resource: SpeechResource, url: str, may: bool
) -> None:
    assert Addresses(resource, "2025-10-15").may_fetch(url) is may


def test_the_place_in_a_list_is_read_and_changed_in_the_url() -> None:
    url = "https://h/speechtotext/transcriptions?skip=100&top=100&filter=a%20eq%20%27skip%3D1%27"
    assert skip_of(url) == 100
    assert with_skip(url, 99) == url.replace("skip=100", "skip=99")
    assert skip_of("https://h/x?skip=abc") is None
    assert skip_of("https://h/x") is None


@pytest.mark.parametrize(
    ("status", "body", "by_key", "regional", "code", "word"),
    [
        (401, {"error": {"code": "401", "message": "Access denied"}}, True, True, "Unauthorized", "KEY 1"),
        (401, {}, False, False, "Unauthorized", "Cognitive Services Speech User"),
        (401, None, False, True, "Unauthorized", "custom domain"),
        (403, {"error": {"code": "AuthenticationTypeDisabled"}}, True, False, "KeysDisabled", "Entra ID"),
        (400, {"code": "InvalidRequest", "innerError": {"code": "InvalidSubscription"}}, True, True, "FreeTier", "S0"),
        (404, {"error": {"code": "404", "message": "Resource not found"}}, True, True, "NotFound", "issuetoken"),
        (410, [], True, True, "ApiVersionRefused", "2025-10-15"),
        (418, {"code": "Teapot", "message": "see https://x.example/?sig=SECRET"}, True, True, "Teapot", "version"),
    ],
)
def test_a_refusal_says_what_is_wrong_and_what_to_do(
    status: int, body: Any, by_key: bool, regional: bool, code: str, word: str
) -> None:
    problem = refusal(status, body, by_key=by_key, regional=regional)
    assert problem.code == code
    assert word in problem.advice
    assert "SECRET" not in problem.message


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("The key 0123456789abcdef0123456789abcdef is wrong", "."),
        ("Bearer eyJub3QtYSI6InRva2VuIn0.eyJub3QtYSI6InRva2VuIn0.x is old", "."),
        ("sig=bm90LWEtc2lnbmF0dXJl is old", "."),
        ("https://x.example/c/+490000000000.wav?sig=no is missing", ": … is missing"),
        (
            "Access denied due to invalid subscription key. Ask +490000000000.",
            ": Access denied due to invalid subscription key. ….",
        ),
    ],
)
def test_a_refusal_repeats_no_secret_and_no_name_of_an_audio_file(said: str, shown: str) -> None:
    """Some gateways quote what was sent to them."""
    problem = refusal(403, {"error": {"code": "403", "message": said}}, by_key=True, regional=True)
    assert problem.message == f"The service responded with 403{shown}"


@pytest.mark.parametrize("code", ["x" * 65, "Two\nLines", "two words", "abcdef0123456789abcdef0123456789"])
def test_a_code_that_is_none_stands_neither_in_the_log_nor_in_the_record(code: str) -> None:
    assert refusal(400, {"code": code, "message": "no"}, by_key=True, regional=True).code == "Refused"


@given(
    st.integers(100, 599),
    st.recursive(
        st.none() | st.text() | st.integers(),
        lambda inner: (
            st.lists(inner) | st.dictionaries(st.sampled_from(["code", "message", "error", "innerError", "x"]), inner)
        ),
    ),
)
def test_no_body_breaks_the_explanation(status: int, body: Any) -> None:
    assert refusal(status, body, by_key=True, regional=True).message


def test_each_cloud_has_its_own_scope() -> None:
    class Credential:
        def get_token(self, *scopes: str) -> Any:
            raise ClientAuthenticationError(f"no token for {scopes[0]} in tenant SECRET")

    for resource, cloud in ((PUBLIC, clouds.PUBLIC), (CHINA, clouds.CHINA), (GOV, clouds.US_GOVERNMENT)):
        auth = auth_for(replace(resource, key=None), Credential)
        assert isinstance(auth, TokenAuth)
        assert auth._scope == cloud.scope
        with pytest.raises(Refused, match="managed identity") as caught:
            auth(requests.Request("GET", "https://x.example").prepare())
        assert "SECRET" not in str(caught.value)


def test_the_table_of_ids_is_a_dictionary() -> None:
    """Also for IDs that differ in their last digits only, as some clients count them up."""
    keys = [secrets.token_bytes(16) for _ in range(3000)] + [n.to_bytes(16, "big") for n in range(3000)]
    model: dict[bytes, bytes] = {}
    with IdTable() as table:
        for key in random.Random(1).choices(keys, k=9000):
            value = secrets.token_bytes(8)
            table.put(key, print_=value, status=value[:1].hex(), flags=0)
            model[key] = value
        seen = set(list(model)[::3])
        table.mark_all(seen, pass_table.SEEN)
        table.mark(b"of none, so void", pass_table.GONE)

        assert len(table) == len(model)
        assert {key: found.print for key in keys if (found := table.get(key)) is not None} == model
        assert sum(table.counts().values()) == len(model)
        assert [key for key, _ in table.having(pass_table.SEEN)] == sorted(seen)
        assert {key for key, _ in table.having(0, without=pass_table.SEEN)} == set(model) - seen
        table.unmark_all(pass_table.SEEN)
        assert not list(table.having(pass_table.SEEN))


def _exercise(index: Index) -> list[Any]:
    """What the index does with tables, and what came of it."""
    told: list[Any] = []
    key = Key("p", "a")
    row = {"PartitionKey": "p", "RowKey": "a", "text": "x", "blob": b"\0\1", "number": 3, "yes": True}
    etag = index.submit(SOURCES, [store.create(dict(row))])
    for operation in (store.create(dict(row)), store.replace(dict(row), "W/\"datetime'2020-01-01T00%3A00%3A00Z'\"")):
        try:
            index.submit(SOURCES, [operation])
        except ConditionFailed as error:
            told.append(None if error.row is None else error.row["text"])
    index.submit(SOURCES, [store.patch({"PartitionKey": "p", "RowKey": "a", "more": "m"}, etag)])
    index.submit(
        SOURCES,
        [
            store.merge({"PartitionKey": "p", "RowKey": "b", "text": "y"}),
            store.put({"PartitionKey": "p", "RowKey": "c", "text": "z"}),
        ],
    )
    index.upsert_rows(SOURCES, [{"PartitionKey": f"q{n % 3}", "RowKey": f"{n:03d}", "text": "t"} for n in range(250)])
    index.delete_rows(SOURCES, [Key("p", "c"), Key("p", "nothing"), Key("q0", "000")])
    try:
        index.submit(SOURCES, [store.put({"PartitionKey": "p", "RowKey": "d"}), store.drop(Key("p", "nothing"))])
    except Exception as error:  # the kind is what is compared
        told.append(type(error).__name__)
    found = index.get(SOURCES, *key)
    assert found is not None
    told.append({name: value for name, value in found.items() if name != "write"})
    wanted = RowRange.of(SOURCES, "q1").rows("001", "040").unequal("text", "u")
    told.append([store.key_of(r) for r in index.scan(wanted)])
    told.append([store.key_of(r) for r in index.scan(RowRange.of(SOURCES, "q1").rows_after("001", "010"))])
    told.append([store.key_of(r) for r in index.scan(RowRange.of(SOURCES, "q1").starting_with_any(["00", "21"]))])
    told.append([store.key_of(r) for r in index.scan(RowRange.of(SOURCES, "q1").not_starting("0"))])
    told.append([store.key_of(r) for r in index.scan(RowRange.between(SOURCES, "q1", "q2").below("text", "u"))])
    told.append([store.key_of(r) for r in index.scan(RowRange.of(SOURCES, "q1").any_equal(("text", "other"), "t"))])
    rows, place = index.query(RowRange.partitions_starting(SOURCES, "q"), ["RowKey"], 7)
    told += [[dict(r) for r in rows], place is not None]
    rest, place = index.query(RowRange.partitions_starting(SOURCES, "q"), ["RowKey"], 1000, place)
    told += [[r["RowKey"] for r in rest], place, index.get(SOURCES, "p", "d")]
    return told


def test_the_double_of_the_tables_does_as_the_storage_emulator(azurite: Azurite, unique: Callable[[str], str]) -> None:
    double: Any = TableDouble()
    with TableServiceClient.from_connection_string(azurite.connection_string) as tables:
        assert _exercise(Index(double)) == _exercise(Index(tables, unique("d")))
