"""Every setting the app reads, parsed once, with all problems in one message.

An invalid setting stops only what needs it: `Settings.load` never raises, `require` does. So a typo in SPEECH_RESOURCES
leaves look-ups by ID working. The README's table of settings is checked against `NAMES` by a test.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from shared.core.errors import SettingsError
from shared.extract.limits import Limits
from shared.settings.resources import SpeechResource, read_resources
from shared.settings.storage import NOT_A_CONNECTION_STRING, StorageSettings, read_storage
from shared.settings.values import BODY_LIMIT, NAMES, STORAGE, Values

__all__ = [
    "BODY_LIMIT",
    "NAMES",
    "NOT_A_CONNECTION_STRING",
    "STORAGE",
    "Settings",
    "SpeechResource",
    "StorageSettings",
    "invalid",
]


def invalid(*problems: tuple[str, str]) -> SettingsError:
    """One error for all problems."""
    listed = "; ".join(f"{name}: {what}" for name, what in problems)
    return SettingsError(f"Invalid settings: {listed}", target=problems[0][0])


@dataclass(frozen=True, slots=True)
class Settings:
    """What the app runs with. `problems` holds (setting, what is wrong and what to do)."""

    storage: StorageSettings = field(default_factory=StorageSettings)
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
        """Self, if each of these settings is valid. Raises SettingsError that names every invalid setting."""
        if any(name in names for name, _ in self.problems):
            raise invalid(*self.problems)
        return self

    @property
    def host_body_limit(self) -> int:
        """What the Functions host may take (`BODY_LIMIT`): a little more, so that the app itself says what to do."""
        return self.max_upload_bytes + 2**20

    def resource(self, name: str) -> SpeechResource | None:
        """The Speech resource of this name, or None. A problem of another entry does not affect it."""
        found = next((r for r in self.resources if r.name == name), None)
        if found is None:
            self.require("SPEECH_RESOURCES")
        return found

    @classmethod
    def load(cls, env: Mapping[str, str]) -> Settings:
        """Read all settings of `env`. Never raises: what is wrong is in `problems`."""
        values = Values(env)
        return cls(
            storage=read_storage(values),
            logs_container=values.matching(
                "LOGS_CONTAINER",
                r"(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*",
                "3 to 63 lower-case letters, digits and single dashes",
            ),
            blob_trigger_source=values.matching(
                "BLOB_TRIGGER_SOURCE",
                "LogsAndContainerScan|EventGrid",
                "EventGrid in Azure, LogsAndContainerScan elsewhere",
            ),
            sync_schedule=values.schedule("SYNC_SCHEDULE"),
            sweep_schedule=values.schedule("SWEEP_SCHEDULE"),
            table_prefix=values.matching(
                "INDEX_TABLE_PREFIX",
                r"([A-Za-z][A-Za-z0-9]{0,40})?",
                "letters and digits only, starting with a letter",
            ),
            resources=read_resources(values),
            api_version=values.matching(
                "SPEECH_API_VERSION", r"\d{4}-\d\d-\d\d(-preview)?|v3\.[12]", "a version like 2025-10-15, or v3.2"
            ),
            max_upload_bytes=values.whole("MAX_UPLOAD_MIB", 1, 100) * 2**20,
            limits=Limits(
                max_decoded_bytes=2**30 * values.whole("UNPACK_MAX_GIB", 1, 10_000),
                max_ratio=values.whole("UNPACK_MAX_RATIO", 10, 1_000_000),
                max_depth=values.whole("UNPACK_MAX_DEPTH", 1, 20),
                max_members=values.whole("UNPACK_MAX_MEMBERS", 1, 10_000_000),
            ),
            speech_requests_per_second=values.whole("SPEECH_REQUESTS_PER_SECOND", 1, 10),
            sync_full_hours=values.whole("SYNC_FULL_HOURS", 1, 720),
            sync_run_seconds=60 * values.whole("SYNC_RUN_MINUTES", 1, 25),
            sync_base_models=values.switch("SYNC_BASE_MODELS"),
            stuck_after_minutes=values.whole("STUCK_AFTER_MINUTES", 1, 100_000),
            keep_audio_names=values.switch("KEEP_AUDIO_NAMES"),
            audio_names_keys=values.secrets("AUDIO_NAMES_KEY"),
            retention_days=values.whole("RETENTION_DAYS", 0, 36_500),
            problems=tuple(values.problems),
        )
