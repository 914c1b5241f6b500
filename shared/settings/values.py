"""Single values of the environment: defaults, parsing, and what is wrong with each."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from shared.core.ncrontab import Schedule

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
BODY_LIMIT: Final = "FUNCTIONS_REQUEST_BODY_SIZE_LIMIT"
"""A setting of the Functions host, in bytes: it holds a whole body in memory before the app sees it."""
_LEAST_SECRET: Final = 32
_UNRESOLVED: Final = "@Microsoft.KeyVault("


class Values:
    """The environment, and the problems found so far: (setting, what is wrong and what to do)."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self.env = env
        self.problems: list[tuple[str, str]] = []

    def get(self, name: str) -> str:
        """The value, or its default also when it is empty: the portal cannot tell the two apart."""
        return (self.env.get(name) or NAMES[name]).strip()

    def wrong(self, name: str, what: str) -> None:
        self.problems.append((name, what))

    def matching(self, name: str, pattern: str, form: str) -> str:
        value = self.get(name)
        if not re.fullmatch(pattern, value):
            self.wrong(name, f"{value[:40]!r} is not valid; use {form}")
            return NAMES[name]
        return value

    def schedule(self, name: str) -> str:
        value = self.get(name)
        try:
            Schedule.parse(value)
        except ValueError as error:
            self.wrong(name, f"{value[:40]!r} is not valid: {str(error)[:80]}; use NCRONTAB, like 0 */15 * * * *")
            return NAMES[name]
        return value

    def whole(self, name: str, least: int, most: int) -> int:
        value = self.get(name)
        if not re.fullmatch("[0-9]{1,9}", value) or not least <= int(value) <= most:
            self.wrong(name, f"{value[:40]!r} is not valid; use a whole number from {least} to {most}")
            return int(NAMES[name])
        return int(value)

    def switch(self, name: str) -> bool:
        value = self.get(name).lower()
        if value not in ("true", "false", "1", "0"):
            self.wrong(name, f"{value[:40]!r} is not valid; use true or false")
        return value in ("true", "1")

    def secrets(self, name: str) -> tuple[str, ...]:
        """Separated by spaces. No value is ever shown."""
        value = self.get(name)
        if self.unresolved(name, value, name):
            return ()
        found = tuple(value.split())
        if any(len(secret) < _LEAST_SECRET for secret in found):
            self.wrong(name, f"is too short; use {_LEAST_SECRET} random characters or more (openssl rand -hex 32)")
            return ()
        return found

    def unresolved(self, name: str, value: str, holder: str) -> bool:
        """A Key Vault reference that Azure left as it is, in the setting `holder`."""
        if not value.startswith(_UNRESOLVED):
            return False
        self.wrong(
            name,
            f"the Key Vault reference in {holder} was not resolved; check that the secret exists and that the app's "
            "identity may read it",
        )
        return True
