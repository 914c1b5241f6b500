"""Every setting the app reads, parsed once, with all problems in one message.

A broken setting stops only what needs it: `Settings.load` never raises, `require` does. So a typo in SPEECH_RESOURCES
leaves look-ups by ID working. The README's table of settings is checked against `NAMES` by a test.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from shared.core.errors import SettingsError
from shared.extract.limits import Limits
from shared.speech import clouds
from shared.speech.clouds import Cloud

if TYPE_CHECKING:
    from collections.abc import Mapping

STORAGE: Final = "AzureWebJobsStorage"
NAMES: Final = {
    STORAGE: "",
    "LOGS_CONTAINER": "speech-logs",
    "BLOB_TRIGGER_SOURCE": "LogsAndContainerScan",
    "INDEX_TABLE_PREFIX": "",
    "SPEECH_RESOURCES": "[]",
    "SPEECH_API_VERSION": "2025-10-15",
    "SYNC_SCHEDULE": "0 */15 * * * *",
    "SWEEP_SCHEDULE": "0 5 * * * *",
    "MAX_UPLOAD_MIB": "16",
    "UNPACK_MAX_GIB": "64",
    "UNPACK_MAX_RATIO": "300",
    "UNPACK_MAX_DEPTH": "4",
    "UNPACK_MAX_MEMBERS": "10000",
    "SPEECH_REQUESTS_PER_SECOND": "5",
    "SYNC_FULL_HOURS": "24",
    "SYNC_RUN_MINUTES": "10",
    "SYNC_BASE_MODELS": "false",
    "STUCK_AFTER_MINUTES": "180",
    "KEEP_AUDIO_NAMES": "false",
    "AUDIO_NAMES_KEY": "",
    "RETENTION_DAYS": "0",
}
_NCRONTAB = r"[\d*/,-]+(\s+[\w*/,-]+){5}"
_LEAST_SECRET: Final = 32
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


@dataclass(frozen=True, slots=True)
class StorageSettings:
    """Either a connection string or the service addresses that are opened with a managed identity."""

    connection_string: str | None = field(default=None, repr=False)
    blob_url: str | None = None
    queue_url: str | None = None
    table_url: str | None = None
    client_id: str | None = None


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


@dataclass(frozen=True, slots=True)
class Settings:
    """What the app runs with. `problems` holds (setting, what is wrong and what to do)."""

    storage: StorageSettings = StorageSettings()
    logs_container: str = NAMES["LOGS_CONTAINER"]
    blob_trigger_source: str = NAMES["BLOB_TRIGGER_SOURCE"]
    sync_schedule: str = NAMES["SYNC_SCHEDULE"]
    sweep_schedule: str = NAMES["SWEEP_SCHEDULE"]
    table_prefix: str = ""
    resources: tuple[SpeechResource, ...] = ()
    api_version: str = NAMES["SPEECH_API_VERSION"]
    max_upload_bytes: int = 16 * 2**20
    limits: Limits = field(default_factory=Limits)
    speech_requests_per_second: int = 5  # the service's limit is 100 in 10 seconds
    sync_full_hours: int = 24
    sync_run_seconds: int = 600
    sync_base_models: bool = False
    stuck_after_minutes: int = 180
    keep_audio_names: bool = False
    audio_names_keys: tuple[str, ...] = field(default=(), repr=False)  # the first one for new rows, all to look up
    retention_days: int = 0  # 0: never
    problems: tuple[tuple[str, str], ...] = ()

    def require(self, *names: str) -> Settings:
        """Self, if each of these settings is fine. Raises SettingsError that names every problem there is."""
        if any(name in names for name, _ in self.problems):
            told = "; ".join(f"{name}: {what}" for name, what in self.problems)
            raise SettingsError(f"Settings to mend: {told}", target=self.problems[0][0])
        return self

    def resource(self, name: str) -> SpeechResource | None:
        """The Speech resource of this name, or None. A problem of another entry does not matter to it."""
        found = next((r for r in self.resources if r.name == name), None)
        if found is None:
            self.require("SPEECH_RESOURCES")
        return found

    @classmethod
    def load(cls, env: Mapping[str, str]) -> Settings:
        """Read all settings of `env`. Never raises: what is wrong is in `problems`."""
        reader = _Reader(env)
        return cls(
            storage=reader.storage(),
            logs_container=reader.container(),
            blob_trigger_source=reader.matching(
                "BLOB_TRIGGER_SOURCE",
                "LogsAndContainerScan|EventGrid",
                "EventGrid in Azure, LogsAndContainerScan elsewhere",
            ),
            sync_schedule=reader.schedule("SYNC_SCHEDULE"),
            sweep_schedule=reader.schedule("SWEEP_SCHEDULE"),
            table_prefix=reader.matching(
                "INDEX_TABLE_PREFIX",
                r"([A-Za-z][A-Za-z0-9]{0,40})?",
                "letters and digits only, beginning with a letter",
            ),
            resources=reader.resources(),
            api_version=reader.matching(
                "SPEECH_API_VERSION", r"\d{4}-\d\d-\d\d(-preview)?|v3\.[12]", "a version like 2025-10-15, or v3.2"
            ),
            max_upload_bytes=reader.upload_bytes(),
            limits=reader.limits(),
            speech_requests_per_second=reader.whole("SPEECH_REQUESTS_PER_SECOND", 1, 10),
            sync_full_hours=reader.whole("SYNC_FULL_HOURS", 1, 720),
            sync_run_seconds=60 * reader.whole("SYNC_RUN_MINUTES", 1, 25),
            sync_base_models=reader.switch("SYNC_BASE_MODELS"),
            stuck_after_minutes=reader.whole("STUCK_AFTER_MINUTES", 1, 100_000),
            keep_audio_names=reader.switch("KEEP_AUDIO_NAMES"),
            audio_names_keys=reader.secrets("AUDIO_NAMES_KEY"),
            retention_days=reader.whole("RETENTION_DAYS", 0, 36_500),
            problems=tuple(reader.problems),
        )


def _is_connection_string(text: str) -> bool:
    """Says which account and how to sign in. Whether it is true only storage can tell."""
    fields = {name.strip().lower() for name, _, value in (part.partition("=") for part in text.split(";")) if value}
    signs_in = fields & {"accountkey", "sharedaccesssignature"} and fields & {"accountname", "blobendpoint"}
    return "usedevelopmentstorage" in fields or bool(signs_in)


class _Reader:
    """Collects problems while it parses one setting after the other."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self._env = env
        self.problems: list[tuple[str, str]] = []

    def _get(self, name: str) -> str:
        return (self._env.get(name) or NAMES[name]).strip()

    def _wrong(self, name: str, what: str) -> None:
        self.problems.append((name, what))

    def matching(self, name: str, pattern: str, form: str) -> str:
        value = self._get(name)
        if not re.fullmatch(pattern, value):
            self._wrong(name, f"{value[:40]!r} is not valid; use {form}")
            return NAMES[name]
        return value

    def schedule(self, name: str) -> str:
        return self.matching(name, _NCRONTAB, "six fields, seconds first, like 0 */15 * * * *")

    def container(self) -> str:
        return self.matching(
            "LOGS_CONTAINER",
            r"(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*",
            "3 to 63 lower-case letters, digits and single dashes",
        )

    def limits(self) -> Limits:
        return Limits(
            max_decoded_bytes=2**30 * self.whole("UNPACK_MAX_GIB", 1, 10_000),
            max_ratio=self.whole("UNPACK_MAX_RATIO", 10, 1_000_000),
            max_depth=self.whole("UNPACK_MAX_DEPTH", 1, 20),
            max_members=self.whole("UNPACK_MAX_MEMBERS", 1, 10_000_000),
        )

    def whole(self, name: str, least: int, most: int) -> int:
        value = self._get(name)
        if not re.fullmatch("[0-9]{1,9}", value) or not least <= int(value) <= most:
            self._wrong(name, f"{value[:40]!r} is not valid; use a whole number from {least} to {most}")
            return int(NAMES[name])
        return int(value)

    def switch(self, name: str) -> bool:
        value = self._get(name).lower()
        if value not in ("true", "false", "1", "0"):
            self._wrong(name, f"{value[:40]!r} is not valid; use true or false")
        return value in ("true", "1")

    def secrets(self, name: str) -> tuple[str, ...]:
        """Parted by spaces. No value is ever shown."""
        value = self._get(name)
        if value.startswith("@Microsoft.KeyVault("):
            self._wrong(
                name,
                "the Key Vault reference was not resolved; check that the secret exists and the app's "
                "identity may read it",
            )
            return ()
        found = tuple(value.split())
        if any(len(secret) < _LEAST_SECRET for secret in found):
            self._wrong(name, f"is too short; use {_LEAST_SECRET} random characters or more (openssl rand -hex 32)")
            return ()
        return found

    def upload_bytes(self) -> int:
        return self.whole("MAX_UPLOAD_MIB", 1, 100) * 2**20

    def storage(self) -> StorageSettings:
        whole = (self._env.get(STORAGE) or "").strip()
        if whole:
            if not _is_connection_string(whole):
                self._wrong(
                    STORAGE,
                    "is not a connection string of Azure Storage; copy it again, or use "
                    "UseDevelopmentStorage=true for Azurite",
                )
            return StorageSettings(connection_string=whole)
        account = self._env.get(f"{STORAGE}__accountName")
        urls = {
            kind: self._env.get(f"{STORAGE}__{kind}ServiceUri")
            or (f"https://{account}.{kind}.{clouds.PUBLIC.storage}" if account else None)
            for kind in ("blob", "queue", "table")
        }
        missing = [f"{STORAGE}__{kind}ServiceUri" for kind, url in urls.items() if not url]
        if missing:
            self._wrong(
                STORAGE,
                "is not set; give a connection string (UseDevelopmentStorage=true for Azurite), or "
                f"{STORAGE}__accountName, or {', '.join(missing)}",
            )
        return StorageSettings(
            None, urls["blob"], urls["queue"], urls["table"], self._env.get(f"{STORAGE}__clientId") or None
        )

    def resources(self) -> tuple[SpeechResource, ...]:
        name = "SPEECH_RESOURCES"
        try:
            items = json.loads(self._get(name))
        except (ValueError, RecursionError) as error:
            self._wrong(
                name,
                f"is not JSON ({error}); use a list like "
                '[{"name": "prod", "region": "westeurope", "keySetting": "SPEECH_KEY"}]',
            )
            return ()
        if not isinstance(items, list):
            self._wrong(name, "must be a JSON list of objects")
            return ()
        found = [r for i, item in enumerate(items) if (r := self._resource(i, item)) is not None]
        for twice in sorted({r.name for r in found if sum(o.name == r.name for o in found) > 1}):
            self._wrong(name, f"the name {twice!r} stands there twice; each resource needs its own")
        first = {r.name: r for r in reversed(found)}
        return tuple(r for r in found if first[r.name] is r)

    def _resource(self, position: int, item: object) -> SpeechResource | None:
        before = len(self.problems)
        if not isinstance(item, dict):
            self._wrong("SPEECH_RESOURCES", f"entry {position + 1} is not an object")
            return None
        label = f"entry {position + 1}"
        name = item.get("name")
        if not isinstance(name, str) or not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}", name):
            self._wrong("SPEECH_RESOURCES", f"{label}: name must be 1 to 63 letters, digits, dots, dashes, underscores")
            name = ""
        else:
            label = f"{label} ({name})"
        unknown = sorted(set(item) - {"name", "endpoint", "region", "keySetting", "key"})
        if unknown:
            self._wrong(
                "SPEECH_RESOURCES",
                f"{label}: unknown field {', '.join(map(repr, unknown))}; known are "
                "name, endpoint, region, keySetting, key",
            )
        endpoint = self._endpoint(label, item)
        key = self._key(label, item)
        region = item.get("region")
        if len(self.problems) > before or endpoint is None:
            return None
        return SpeechResource(name, endpoint, region if isinstance(region, str) else None, key)

    def _endpoint(self, label: str, item: dict[str, Any]) -> str | None:
        endpoint, region = item.get("endpoint"), item.get("region")
        if endpoint is None:
            if not isinstance(region, str) or not re.fullmatch(r"[a-z0-9]{2,40}", region):
                self._wrong("SPEECH_RESOURCES", f"{label}: give an endpoint, or a region like westeurope")
                return None
            return f"https://{clouds.of_region(region).rest_host(region)}"
        try:
            parts = urlsplit(endpoint if isinstance(endpoint, str) else "")
            host, _ = parts.hostname, parts.port
        except ValueError:
            host = None
        odd = re.search(r"[@\\\s%]", parts.netloc) if host else None  # a password, or a host that can be misread
        if not host or odd or parts.scheme not in ("https", "http") or parts.query or parts.fragment:
            self._wrong(
                "SPEECH_RESOURCES",
                f"{label}: endpoint must be a plain address like https://NAME.cognitiveservices.azure.com",
            )
            return None
        if parts.scheme == "http" and host not in _LOOPBACK:
            self._wrong("SPEECH_RESOURCES", f"{label}: http is for this machine only; use https")
            return None
        return f"{parts.scheme}://{parts.netloc}{parts.path}".rstrip("/")

    def _key(self, label: str, item: dict[str, Any]) -> str | None:
        setting, key = item.get("keySetting"), item.get("key")
        if setting is None:
            if key is not None and (not isinstance(key, str) or not key):
                self._wrong("SPEECH_RESOURCES", f"{label}: key must be a text; leave it out to use Entra ID")
            return key if isinstance(key, str) and key else None
        if not isinstance(setting, str) or not self._env.get(setting):
            # The value is not shown: people put the key itself here.
            self._wrong(
                "SPEECH_RESOURCES",
                f"{label}: keySetting names a setting that is not there; set it, or leave "
                "keySetting out to use Entra ID",
            )
            return None
        if self._env[setting].startswith("@Microsoft.KeyVault("):
            self._wrong(
                "SPEECH_RESOURCES",
                f"{label}: the Key Vault reference in {setting} was not resolved; check "
                "that the secret exists and the app's identity may read it",
            )
            return None
        return self._env[setting]
