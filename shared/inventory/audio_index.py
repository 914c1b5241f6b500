"""Audio file name -> transcription, which the service itself cannot tell.

Names of audio files are often phone numbers. So by default only a keyed hash of the name is stored: who has the name
finds the transcription, and the name does not stand in these rows. There are not many phone numbers, so who has the key
too can try them all. Without AUDIO_NAMES_KEY it is made once and kept beside the index: then who may read the tables
has it. With that setting it is elsewhere (in Azure: in the vault), and the kept one only finds what it was used for.

    ids  audio-{2 hex}  {hash of the name}:{32 hex of the transcription}:{source id}
"""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final
from urllib.parse import unquote, urlsplit

from shared.core import ids
from shared.index.rows import filter_text
from shared.inventory.body import AudioDetail
from shared.inventory.rows import audio_key
from shared.settings import Settings
from shared.storage import tables
from shared.storage.errors import ConditionFailed
from shared.storage.row_range import RowRange
from shared.storage.tables import IDS, SOURCES, Index, Key, Row

_KEY_PARTITION: Final = "audio-names"
_URL: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_MOST: Final = 1000


@dataclass(frozen=True, slots=True)
class AudioMatch:
    """One transcription that had an audio file of this name."""

    transcription: str
    resource: str
    source_id: str
    status: str = ""
    error: str = ""
    name: str = ""

    def to_json(self) -> dict[str, str]:
        found = {
            "transcription": self.transcription,
            "resource": self.resource,
            "sourceId": self.source_id,
            "status": self.status,
            "error": self.error,
            "name": self.name,
        }
        return {name: value for name, value in found.items() if value}


def normalized(name: str) -> str:
    """The file's name alone: of a URL or path the last part, without query, unescaped, in one Unicode form and case."""
    text = name.strip()
    if _URL.match(text):
        try:
            text = unquote(urlsplit(text).path)
        except ValueError:
            text = text.partition("?")[0]
    last = re.split(r"[/\\]", text.rstrip("/\\"))[-1]
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", last).casefold()).strip()


def find_audio(index: Index, name: str, secrets_: Sequence[str] = ()) -> list[AudioMatch]:
    """The transcriptions of an audio file, by its exact name, path or URL. Needs no stored name.

    `secrets_` are those of AUDIO_NAMES_KEY; what was stored under any of them, or under the kept key, is found.
    """
    wanted = normalized(name)
    if not wanted:
        return []
    kept = _kept_key(index, make=False)
    digests = [_digest(key, wanted) for key in (*map(_key_of, secrets_), *([kept] if kept else []))]
    found = {
        match.transcription + match.source_id: match
        for digest in reversed(digests)
        for match in _matches(index, digest)
    }
    return list(found.values())


def _matches(index: Index, digest: str) -> list[AudioMatch]:
    partition = audio_key(digest, "", "").partition
    found, _ = index.query(RowRange.of(IDS, partition).starting(f"{digest}:"), page_size=_MOST)
    return [
        AudioMatch(
            row["transcription"],
            row["resource"],
            row["sourceId"],
            row.get("status", ""),
            row.get("error", ""),
            row.get("name", ""),
        )
        for row in found
    ]


class AudioNames:
    """Makes the rows of the audio files of a transcription, and labels in place of names."""

    def __init__(self, index: Index, *, keep: bool, secret: str | None = None, wrong: str | None = None) -> None:
        self._index, self.keep = index, keep
        self.wrong = wrong  # with AUDIO_NAMES_KEY: then there is no key to work with
        self._secret = _key_of(secret) if secret else None

    @classmethod
    def by(cls, settings: Settings, index: Index) -> AudioNames:
        wrong = next((what for name, what in settings.problems if name == "AUDIO_NAMES_KEY"), None)
        first = next(iter(settings.audio_names_keys), None)
        return cls(index, keep=settings.keep_audio_names, secret=first, wrong=wrong)

    def label(self, name: str) -> str:
        """The same for the same name; tells it to nobody who does not have it."""
        if self.wrong:  # lists are read all the same: jobs expire
            return "[audio]"
        return f"[audio {_digest(self._key(), normalized(name))[:8]}]"

    def _key(self) -> bytes:
        if self._secret is None:
            self._secret = _kept_key(self._index, make=True)
        assert self._secret is not None
        return self._secret

    def rows(self, details: Iterable[AudioDetail], hex32: str, resource: str, source: str) -> list[Row]:
        """One row for each name of a report's `details`."""
        found: list[Row] = []
        for detail in details:
            base = normalized(detail.name)
            if not base:
                continue
            digest = _digest(self._key(), base)
            key = audio_key(digest, hex32, source)
            row: Row = tables.row_at(
                key, {"kind": "audio", "transcription": ids.dashed(hex32), "resource": resource, "sourceId": source}
            )
            more = {"status": detail.status, "error": detail.error_kind, "name": base if self.keep else ""}
            found.append(row | {name: filter_text(value) for name, value in more.items() if value})
        return found


def audio_names(details: Iterable[AudioDetail]) -> set[str]:
    """The names in a report's `details`, normalized."""
    return {name for detail in details if (name := normalized(detail.name))}


def _digest(key: bytes, name: str) -> str:
    return blake2b(name.encode("utf-8", "surrogatepass"), digest_size=16, key=key).hexdigest()


def _key_of(secret: str) -> bytes:
    """Of any length."""
    return blake2b(secret.encode("utf-8", "surrogatepass"), digest_size=32, person=b"audio names").digest()


def _kept_key(index: Index, *, make: bool) -> bytes | None:
    found = index.get(SOURCES, _KEY_PARTITION, "key")
    if found is None and make:
        row = tables.row_at(Key(_KEY_PARTITION, "key"), {"kind": "secret", "key": secrets.token_hex(32)})
        try:
            index.submit(SOURCES, [tables.create(row)])
        except ConditionFailed:  # another worker made it first
            found = index.get(SOURCES, _KEY_PARTITION, "key")
        else:
            return bytes.fromhex(row["key"])
    return bytes.fromhex(found["key"]) if found is not None else None
