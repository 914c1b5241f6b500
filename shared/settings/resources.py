"""SPEECH_RESOURCES: a JSON list with one object for each Speech resource."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import SplitResult, urlsplit

from shared.settings.values import Values
from shared.speech import clouds
from shared.speech.clouds import Cloud

_SETTING: Final = "SPEECH_RESOURCES"
_FIELDS: Final = ("name", "endpoint", "region", "keySetting", "key")
_LOOPBACK: Final = {"localhost", "127.0.0.1", "::1"}


@dataclass(frozen=True, slots=True)
class SpeechResource:
    """One Speech resource to keep an inventory of. `endpoint` has no trailing slash and may have a path prefix.

    `key` is None when Entra ID is used.
    """

    name: str
    endpoint: str
    region: str | None = None
    key: str | None = field(default=None, repr=False)

    @property
    def cloud(self) -> Cloud:
        """By the host of the endpoint; a gateway is taken to be of the public cloud."""
        return clouds.of_host(urlsplit(self.endpoint).hostname or "") or clouds.PUBLIC


def read_resources(values: Values) -> tuple[SpeechResource, ...]:
    """The valid entries; of two with the same name the first."""
    try:
        items = json.loads(values.get(_SETTING))
    except (ValueError, RecursionError) as error:
        example = '[{"name": "prod", "region": "westeurope", "keySetting": "SPEECH_KEY"}]'
        values.wrong(_SETTING, f"is not JSON ({error}); use a list like {example}")
        return ()
    if not isinstance(items, list):
        values.wrong(_SETTING, "must be a JSON list of objects")
        return ()
    found = [r for i, item in enumerate(items, 1) if (r := _Entry(values, i, item).resource()) is not None]
    return _unique(values, found)


def _unique(values: Values, found: Sequence[SpeechResource]) -> tuple[SpeechResource, ...]:
    first = {r.name: r for r in reversed(found)}
    for name in sorted({r.name for r in found if first[r.name] is not r}):
        values.wrong(_SETTING, f"the name {name!r} is given more than once; each resource needs its own")
    return tuple(r for r in found if first[r.name] is r)


class _Entry:
    """One entry; every problem in it is reported with its position and name."""

    def __init__(self, values: Values, position: int, item: object) -> None:
        self._values = values
        self._label = f"entry {position}"
        self._item = item

    def resource(self) -> SpeechResource | None:
        if not isinstance(self._item, dict):
            self._values.wrong(_SETTING, f"{self._label} is not an object")
            return None
        before = len(self._values.problems)
        item = self._item
        name = self._name(item)
        self._unknown_fields(item)
        endpoint, key, region = self._endpoint(item), self._key(item), item.get("region")
        if len(self._values.problems) > before or endpoint is None:
            return None
        return SpeechResource(name, endpoint, region if isinstance(region, str) else None, key)

    def _wrong(self, what: str) -> None:
        self._values.wrong(_SETTING, f"{self._label}: {what}")

    def _name(self, item: dict[str, Any]) -> str:
        name = item.get("name")
        if not isinstance(name, str) or not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}", name):
            self._wrong("name must be 1 to 63 letters, digits, dots, dashes and underscores")
            return ""
        self._label += f" ({name})"
        return name

    def _unknown_fields(self, item: dict[str, Any]) -> None:
        unknown = sorted(set(item) - set(_FIELDS))
        if unknown:
            self._wrong(f"unknown field {', '.join(map(repr, unknown))}; the known fields are {', '.join(_FIELDS)}")

    def _endpoint(self, item: dict[str, Any]) -> str | None:
        if item.get("endpoint") is None:
            return self._of_region(item.get("region"))
        parts = _plain_address(item["endpoint"])
        if parts is None:
            self._wrong("endpoint must be a plain address like https://NAME.cognitiveservices.azure.com")
            return None
        if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
            self._wrong("http is accepted for loopback addresses only; use https")
            return None
        return f"{parts.scheme}://{parts.netloc}{parts.path}".rstrip("/")

    def _of_region(self, region: object) -> str | None:
        if not isinstance(region, str) or not re.fullmatch(r"[a-z0-9]{2,40}", region):
            self._wrong("specify an endpoint, or a region like westeurope")
            return None
        return f"https://{clouds.of_region(region).rest_host(region)}"

    def _key(self, item: dict[str, Any]) -> str | None:
        setting, key = item.get("keySetting"), item.get("key")
        if setting is None:
            if key is not None and (not isinstance(key, str) or not key):
                self._wrong("key must be a non-empty string; omit it to use Entra ID")
            return key if isinstance(key, str) and key else None
        found = self._values.env.get(setting) if isinstance(setting, str) else None
        if not found:
            # The value is not shown: people put the key itself here.
            self._wrong("keySetting names a setting that does not exist; add it, or omit keySetting to use Entra ID")
            return None
        return None if self._values.unresolved(_SETTING, found, f"{self._label}: {setting}") else found


def _plain_address(endpoint: object) -> SplitResult | None:
    """http or https, a host and perhaps a path. No password, no host that two readers understand differently."""
    try:
        parts = urlsplit(endpoint if isinstance(endpoint, str) else "")
        host, _ = parts.hostname, parts.port
    except ValueError:
        return None
    if not host or re.search(r"[@\\\s%]", parts.netloc) or parts.query or parts.fragment:
        return None
    return parts if parts.scheme in ("https", "http") else None
