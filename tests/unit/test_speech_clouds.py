"""Every host form of every cloud: its cloud, its region, and the host that is made of a region."""

from __future__ import annotations

import pytest

from shared.speech import clouds
from shared.speech.clouds import CHINA, PUBLIC, US_GOVERNMENT, Cloud

REGIONAL = [
    ("westeurope.api.cognitive.microsoft.com", "westeurope"),
    ("EastUS2.API.cognitive.microsoft.com:443", "eastus2"),
    ("westeurope.stt.speech.microsoft.com", "westeurope"),
    ("westeurope.tts.speech.microsoft.com", "westeurope"),
    ("westeurope.s2s.speech.microsoft.com", "westeurope"),
    ("westeurope.sr.speech.microsoft.com", "westeurope"),
    ("westeurope.convai.speech.microsoft.com", "westeurope"),
    ("westeurope.voice.speech.microsoft.com", "westeurope"),
    ("westeurope.transcribe.speech.microsoft.com", "westeurope"),
    ("transcribe.westeurope.cts.speech.microsoft.com", "westeurope"),
    ("centralus.customvoice.api.speech.microsoft.com", "centralus"),
    ("westus.cris.ai:443", "westus"),
    ("chinaeast2.api.cognitive.azure.cn", "chinaeast2"),
    ("chinanorth3.stt.speech.azure.cn", "chinanorth3"),
    ("chinaeast2.cris.azure.cn", "chinaeast2"),
    ("usgovvirginia.api.cognitive.microsoft.us", "usgovvirginia"),
    ("usgovarizona.stt.speech.azure.us", "usgovarizona"),
    ("usgovarizona.tts.speech.azure.us", "usgovarizona"),
]
WITHOUT_REGION = [
    "calls.cognitiveservices.azure.com",
    "calls.privatelink.cognitiveservices.azure.com",
    "calls.services.ai.azure.com",
    "calls.cognitiveservices.azure.cn",
    "calls.cognitiveservices.azure.us",
    "usgovvirginia.api.cognitive.azure.us",  # no such host: the REST API is under microsoft.us
    "usgovarizona.stt.speech.microsoft.us",  # and real time under azure.us
    "westeurope.api.cognitive.microsoft.com.evil.example",
    "api.cognitive.microsoft.com",
    "stt.speech.microsoft.com",
    "gateway.example",
    "",
    None,
]


@pytest.mark.parametrize(("host", "region"), REGIONAL)
def test_the_region_of_a_regional_host_is_read(host: str, region: str) -> None:
    assert clouds.region_of(host) == region


@pytest.mark.parametrize("host", WITHOUT_REGION)
def test_no_region_is_read_of_any_other_host(host: str | None) -> None:
    assert clouds.region_of(host) is None


@pytest.mark.parametrize(
    ("host", "cloud"),
    [
        ("westeurope.api.cognitive.microsoft.com", PUBLIC),
        ("calls.cognitiveservices.azure.com", PUBLIC),
        ("calls.services.ai.azure.com", PUBLIC),
        ("chinaeast2.api.cognitive.azure.cn", CHINA),
        ("calls.cognitiveservices.azure.cn", CHINA),
        ("usgovvirginia.api.cognitive.microsoft.us", US_GOVERNMENT),
        ("calls.cognitiveservices.azure.us", US_GOVERNMENT),
        ("usgovvirginia.api.cognitive.azure.us", None),
        ("cognitiveservices.azure.com", None),
        ("evilcognitiveservices.azure.com", None),
        ("gateway.example", None),
    ],
)
def test_the_cloud_of_a_resource_is_known_by_its_host(host: str, cloud: Cloud | None) -> None:
    assert clouds.of_host(host) is cloud


@pytest.mark.parametrize(
    ("region", "rest", "recognition"),
    [
        ("westeurope", "westeurope.api.cognitive.microsoft.com", "westeurope.stt.speech.microsoft.com"),
        ("chinaeast2", "chinaeast2.api.cognitive.azure.cn", "chinaeast2.stt.speech.azure.cn"),
        ("usgovvirginia", "usgovvirginia.api.cognitive.microsoft.us", "usgovvirginia.stt.speech.azure.us"),
        ("usdodeast", "usdodeast.api.cognitive.microsoft.us", "usdodeast.stt.speech.azure.us"),
    ],
)
def test_the_hosts_of_a_region_are_those_of_its_cloud(region: str, rest: str, recognition: str) -> None:
    cloud = clouds.of_region(region)
    assert (cloud.rest_host(region), cloud.recognition_host(region)) == (rest, recognition)
    assert clouds.of_host(rest) is cloud
    assert clouds.region_of(rest) == clouds.region_of(recognition) == region


def test_no_two_clouds_share_a_domain() -> None:
    domains = [
        domain
        for c in clouds.CLOUDS
        for domain in (c.rest, c.rest_v2, c.real_time, *c.custom_domains, *c.blobs, c.authority, c.scope, c.storage)
    ]
    assert len(domains) == len(set(domains))
