"""The Azure clouds and the host names of Speech in each: the only place that knows one.

    {region}.api.cognitive.microsoft.com      REST API, by region
    {region}.stt.speech.microsoft.com         real time; also tts, s2s, sr, convai, ...
    transcribe.{region}.cts.speech.microsoft.com
    {region}.cris.ai                          REST API v2.0
    {name}.cognitiveservices.azure.com        custom domain of one resource: the region is not in the host
    {name}.services.ai.azure.com              Foundry resource: likewise

US Government splits its names: the REST API is under microsoft.us, everything else under azure.us.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

_REGION: Final = "[a-z0-9]+"
_SERVICE: Final = r"(?:[a-z0-9-]+\.){1,2}"  # stt, tts, ...; customvoice.api


@dataclass(frozen=True, slots=True)
class Cloud:
    """`name` is the value of answers and settings. Suffixes have no leading dot."""

    name: str
    region_prefixes: tuple[str, ...]
    rest: str
    rest_v2: str
    real_time: str
    custom_domains: tuple[str, ...]
    storage: str  # {account}.{blob, queue, table}.{storage}
    blobs: tuple[str, ...]  # where the files of a job are; custom domains of storage accounts are unknown
    authority: str
    scope: str

    def has_resource_host(self, host: str) -> bool:
        """Is this the host of a Speech resource's REST API in this cloud?"""
        return _under(host, (self.rest, *self.custom_domains))

    def has_blob_host(self, host: str) -> bool:
        return _under(host, self.blobs)

    def rest_host(self, region: str) -> str:
        return f"{region}.{self.rest}"

    def recognition_host(self, region: str) -> str:
        """Speech to text in real time, and the REST API for short audio."""
        return f"{region}.stt.{self.real_time}"


PUBLIC: Final = Cloud(
    "public",
    region_prefixes=(),
    rest="api.cognitive.microsoft.com",
    rest_v2="cris.ai",
    real_time="speech.microsoft.com",
    custom_domains=("cognitiveservices.azure.com", "services.ai.azure.com"),
    storage="core.windows.net",
    blobs=("blob.core.windows.net", "blob.storage.azure.net"),
    authority="https://login.microsoftonline.com",
    scope="https://cognitiveservices.azure.com/.default",
)
CHINA: Final = Cloud(
    "china",
    region_prefixes=("china",),
    rest="api.cognitive.azure.cn",
    rest_v2="cris.azure.cn",
    real_time="speech.azure.cn",
    custom_domains=("cognitiveservices.azure.cn",),
    storage="core.chinacloudapi.cn",
    blobs=("blob.core.chinacloudapi.cn",),
    authority="https://login.chinacloudapi.cn",
    scope="https://cognitiveservices.azure.cn/.default",
)
US_GOVERNMENT: Final = Cloud(
    "usgov",
    region_prefixes=("usgov", "usdod"),
    rest="api.cognitive.microsoft.us",
    rest_v2="cris.azure.us",
    real_time="speech.azure.us",
    custom_domains=("cognitiveservices.azure.us",),
    storage="core.usgovcloudapi.net",
    blobs=("blob.core.usgovcloudapi.net",),
    authority="https://login.microsoftonline.us",
    scope="https://cognitiveservices.azure.us/.default",
)
CLOUDS: Final = (PUBLIC, CHINA, US_GOVERNMENT)


def _regional(cloud: Cloud) -> str:
    rest, rest_v2, real_time = map(re.escape, (cloud.rest, cloud.rest_v2, cloud.real_time))
    return rf"(?:transcribe\.)?({_REGION})\.(?:{rest}|{rest_v2}|{_SERVICE}{real_time})"


_REGIONAL: Final = tuple(re.compile(_regional(cloud)) for cloud in CLOUDS)


# Names of regions are made of a direction and a place, in either order
_DIRECTIONS: Final = "(?:north|south|east|west|central)"
_REGION_NAME: Final = re.compile(
    rf"{_DIRECTIONS}{{1,2}}(?:us|europe|asia|india)\d?|[a-z]{{2,12}}{_DIRECTIONS}{{1,2}}\d?|centraluseuap"
    r"|usgov(?:virginia|arizona|texas|iowa)|usdod(?:central|east)|jioindia(?:west|central)"
)


def is_region(name: str) -> bool:
    """Is this written as the name of an Azure region? New ones are known by their form."""
    return _REGION_NAME.fullmatch(name) is not None


def of_host(host: str) -> Cloud | None:
    """The cloud of a resource's host; None for a gateway, a container and anything else that is not Azure's."""
    return next((cloud for cloud in CLOUDS if cloud.has_resource_host(host)), None)


def of_region(region: str) -> Cloud:
    """The cloud of a region, by its name: every new region of the public cloud is known."""
    return next((cloud for cloud in CLOUDS if region.startswith(cloud.region_prefixes)), PUBLIC)


@lru_cache(maxsize=256)
def region_of(host: str | None) -> str | None:
    """`eastus` of a regional host, with or without a port; None for custom domains and hosts that are not Azure's."""
    name = (host or "").lower().partition(":")[0]
    return next((match[1] for pattern in _REGIONAL if (match := pattern.fullmatch(name))), None)


def _under(host: str, domains: tuple[str, ...]) -> bool:
    return host.lower().endswith(tuple(f".{domain}" for domain in domains))
