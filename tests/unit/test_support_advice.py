"""The address in the command that a case advises: on which host, in which collection, of which version."""

from __future__ import annotations

from typing import Any

import pytest

from shared.core.records import Sighting
from shared.speech import entity_url
from shared.support.advice import address

T = "537216f8-0620-4a10-ae2d-00bdb423b36f"
F = "0a0b0c0d-1111-4222-8333-444455556666"


def entity(kind: str = "transcription", id_: str = T, **known: Any) -> Sighting:
    return Sighting(kind, id_, **known)


@pytest.mark.parametrize(
    ("region", "host"),
    [
        ("eastus", "eastus.api.cognitive.microsoft.com"),
        ("chinaeast2", "chinaeast2.api.cognitive.azure.cn"),
        ("usgovvirginia", "usgovvirginia.api.cognitive.microsoft.us"),
        (None, "YOUR-REGION.api.cognitive.microsoft.com"),
    ],
)
def test_the_address_is_made_of_the_region_in_its_cloud(region: str | None, host: str) -> None:
    assert address(entity(region=region)) == f"https://{host}/speechtotext/transcriptions/{T}?api-version=2025-10-15"


@pytest.mark.parametrize(
    "host",
    [
        "eastus.api.cognitive.microsoft.com",
        "calls.cognitiveservices.azure.com",
        "calls.services.ai.azure.com",
        "usgovvirginia.api.cognitive.microsoft.us",
    ],
)
def test_a_host_of_azure_is_kept(host: str) -> None:
    own = f"https://{host}/speechtotext/transcriptions/{T}?api-version=2024-11-15"
    assert address(entity(self_url=own, api_version="2024-11-15", region="westus")) == own


def test_a_retired_version_is_replaced_by_the_newest() -> None:
    own = f"https://eastus.api.cognitive.microsoft.com/speechtotext/v3.1/transcriptions/{T}"
    assert address(entity(self_url=own, api_version="v3.1")).endswith(f"/transcriptions/{T}?api-version=2025-10-15")


def test_a_file_is_under_its_parent() -> None:
    file = entity("transcription_file", F, parent_id=T, region="eastus")
    assert f"/speechtotext/transcriptions/{T}/files/{F}?" in address(file)


@pytest.mark.parametrize(
    ("kind", "parent"),
    [
        ("transcription", None),
        ("base_model", None),
        ("webhook", None),
        ("operation", None),
        ("transcription_file", F),
        ("dataset_file", F),
        ("endpoint_log", F),
    ],
)
def test_the_path_of_an_entity_is_the_one_that_is_read_back(kind: str, parent: str | None) -> None:
    path = entity_url.path_of(kind, T, parent)
    found = entity_url.parse(f"https://eastus.api.cognitive.microsoft.com/speechtotext/{path}")
    assert found is not None
    assert (found.kind, found.id, found.parent_id) == (kind, T, parent)


@pytest.mark.parametrize("kind", ["session", "unknown", "transcription_file", "gadget_file", "_file"])
def test_there_is_no_path_of_what_the_api_does_not_have(kind: str) -> None:
    assert entity_url.path_of(kind, T) is None
