"""Secrets and personal data of every kind, in every place that a value is read from, in every carrier: none comes out."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from shared.core.records import NearMiss
from shared.extract import extract_bytes
from shared.speech.allowed import near_miss
from shared.speech.near_misses import NearMissReason
from tests.extract.secret_slots import API, ENTITY, SECRETS, SESSION, slots
from tests.extract.test_carriers import CARRIERS

PLACES = list(slots(""))


def output(text: str) -> str:
    with extract_bytes(f"first\n{text}\nlast\n".encode()) as found:
        return json.dumps(found.to_json("log"), ensure_ascii=False).lower()


@pytest.mark.parametrize("place", PLACES)
def test_no_secret_comes_out_of_any_place(place: str) -> None:
    shown = {kind: output(slots(text)[place]) for kind, (text, _) in SECRETS.items()}
    assert [kind for kind, (_, part) in SECRETS.items() if part.lower() in shown[kind]] == []


@pytest.mark.parametrize("carrier", [name for name in CARRIERS if "parts" not in name])
@pytest.mark.parametrize("place", ["behind the error", "in a display name", "in a message", "path of self"])
def test_no_carrier_brings_one_through(place: str, carrier: str) -> None:
    shown = {kind: output(CARRIERS[carrier](slots(text)[place])) for kind, (text, _) in SECRETS.items()}
    assert [kind for kind, (_, part) in SECRETS.items() if part.lower() in shown[kind]] == []


def test_what_stands_around_a_secret_is_kept() -> None:
    """Else no secret could come out, but nothing else either."""
    with extract_bytes(slots("password=N0tARealSecret")["behind the error"].encode()) as found:
        (session,) = found.sightings
        assert session.error is not None
        assert session.error.message == "WebSocket upgrade failed: Bad request (400). …"
        assert found.redacted["error-text"] == 1
    with extract_bytes(slots("call_+491701234567.wav")["in a display name"].encode()) as found:
        (entity,) = found.sightings
        assert entity.display_name == "Job [file].wav of today"
        assert found.redacted["display-name"] == 1


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        (json.dumps({"self": API + ENTITY, "status": "with words"}), "status", None),
        (json.dumps({"self": API + ENTITY, "status": "Novel"}), "status", "Novel"),
        (json.dumps({"self": API + ENTITY, "locale": "de-CH"}), "locale", "de-CH"),
        (json.dumps({"self": API.replace("transcriptions", "novelties") + ENTITY}), "kind", "novelties"),
        (json.dumps({"self": API.replace("transcriptions", "n0velties9") + ENTITY}), "kind", "unknown"),
        (
            json.dumps({"self": API.replace("/speech", "/tenant-4711/speech") + ENTITY}),
            "self_url",
            API.replace("/speech", "/redacted/speech") + ENTITY,
        ),
        (
            f"wss://my-speech.cognitiveservices.azure.com/stt/speech/universal/v2?X-ConnectionId={SESSION}",
            "host",
            "my-speech.cognitiveservices.azure.com",
        ),
        (
            f"wss://0123456789abcdef0123456789abcdee.example/stt/speech/universal/v2?X-ConnectionId={SESSION}",
            "host",
            None,
        ),
    ],
)
def test_a_field_holds_what_its_form_allows(text: str, field: str, value: str | None) -> None:
    with extract_bytes(f"{text}\n".encode()) as found:
        (sighting,) = found.sightings
        assert getattr(sighting, field) == value


def test_a_near_miss_shows_hexadecimal_digits_only() -> None:
    counts: Counter[str] = Counter()
    for value, shown in (
        (SESSION, SESSION),
        (ENTITY, ENTITY),
        ("self", "self"),
        ("any words at all", "redacted"),
        ("0123456789abcdef0123456789abcdee", "redacted"),
    ):
        assert near_miss(NearMiss(value, NearMissReason.RESULT_ID), counts).value == shown
    assert counts == {"unexpected-value": 2}
