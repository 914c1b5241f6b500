"""One case of the tables of forms: a text as people drop it, and what must come out of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from shared.extract import Extraction, extract_bytes
from shared.extract.engines import Engines

# Made-up version 4 GUIDs, as the SDKs make them
A = "1e6f0a4c7d2b4f3a9c5d8e7f60718293"
B = "7a1b2c3d4e5f4a6b8c9d0e1f2a3b4c5d"
C = "2f7e1b5d8c3c4a4b8d6e9f8071829304"
D = "c0d1e2f3a4b54c6d9e8f70819203a4b5"
R = "90817263544f4e3d8c2b1a0f9e8d7c6b"  # a request or result
X = "5d4c3b2a19084f7e9d6c5b4a39281706"  # something else of the same make
MD5 = "d41d8cd98f00b204e9800998ecf8427e"
KEY = "deadbeef00c0ffee00deadbeef00c0ff"  # plainly fake


DASHED = "1e6f0a4c-7d2b-4f3a-9c5d-8e7f60718293"  # A, as people write a GUID


def dashed(value: str) -> str:
    return f"{value[:8]}-{value[8:12]}-{value[12:16]}-{value[16:20]}-{value[20:]}"


@dataclass(frozen=True)
class Form:
    """`says`: fields of the sighting of each ID, as the API names them (`error.code`; None: the field is absent).

    `misses`: (value, reason, suggestion). `notices`: words of the notices.
    """

    name: str
    text: str | bytes
    found: tuple[str, ...] = (A,)
    never: tuple[str, ...] = ()
    says: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    misses: tuple[tuple[str, str, str | None], ...] = ()
    notices: tuple[str, ...] = ()

    @property
    def data(self) -> bytes:
        return self.text if isinstance(self.text, bytes) else self.text.encode()


def differences(form: Form, engines: Engines | None = None) -> list[str]:
    """What the extractor says otherwise, one line each. Nothing when the form is read rightly."""
    with extract_bytes(form.data, engines=engines) as extraction:
        return [*_ids(form, extraction), *_context(form, extraction), *_beside(form, extraction)]


def _ids(form: Form, extraction: Extraction) -> list[str]:
    found = {s.id for s in extraction.sightings if s.kind == "session"}
    said = [f"missed {value}" for value in form.found if value not in found]
    said += [f"wrong {value}" for value in sorted(found - set(form.found))]
    shown = json.dumps([s.to_json() for s in extraction.sightings]).lower()
    return said + [f"must not: {value}" for value in form.never if value.lower() in shown]


def _context(form: Form, extraction: Extraction) -> list[str]:
    said = []
    for id_, fields in form.says.items():
        sighting = next((s.to_json() for s in extraction.sightings if s.id == id_), {})
        for path, wanted in fields.items():
            value: object = sighting
            for step in path.split("."):
                value = value.get(step) if isinstance(value, dict) else None
            wanted = list(wanted) if isinstance(wanted, tuple) else wanted
            if value != wanted:
                said.append(f"{id_[:6]} {path}: {value!r}, not {wanted!r}")
    return said


def _beside(form: Form, extraction: Extraction) -> list[str]:
    misses = [(m.value, m.reason, m.suggestion) for m in extraction.near_misses]
    notices = " ".join(extraction.notices)
    said = [f"no near miss {miss}, but {misses}" for miss in form.misses if miss not in misses]
    return said + [f"no notice {words!r}, but {notices!r}" for words in form.notices if words not in notices]
