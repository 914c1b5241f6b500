"""X-ConnectionId: the documented rule, minting, and what counts as the same session."""

from __future__ import annotations

import random
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.core import ids
from shared.core.records import Sighting, TimeSpan
from shared.core.stored import StoredSighting
from shared.support import connection_ids

GUID = "7a1b2c3d4e5f4a6b8c9d0e1f2a3b4c5d"
DASHED = "7a1b2c3d-4e5f-4a6b-8c9d-0e1f2a3b4c5d"


@pytest.mark.parametrize(
    ("value", "accepted", "code", "corrected"),
    [
        (GUID, True, "accepted", GUID),
        (GUID.upper(), True, "accepted", GUID),
        ("7a1b2c3d4e5f1a6b8c9d0e1f2a3b4c5d", True, "not-version-4", "7a1b2c3d4e5f1a6b8c9d0e1f2a3b4c5d"),
        ("9f4ffa5113a846eba289aa98b28e766f", True, "example", None),
        ("0" * 32, True, "example", None),
        (DASHED, False, "dashes", GUID),
        (DASHED.upper(), False, "dashes", GUID),
        ("{" + DASHED + "}", False, "braces", GUID),
        ("(" + DASHED + ")", False, "braces", GUID),
        ("{" + GUID + "}", False, "braces", GUID),
        ("%7B" + DASHED + "%7D", False, "braces", GUID),
        (f'"{GUID}"', False, "not-exact", GUID),
        (f" {GUID} ", False, "not-exact", GUID),
        ("Request" + GUID, False, "not-a-guid", GUID),
        (f"x={GUID}&y={GUID.upper()}", False, "not-a-guid", GUID),
        (f"{GUID},{GUID[::-1]}", False, "not-a-guid", None),
        ("5948f700d2a811ee", False, "wrong-length", None),
        (GUID[:31], False, "wrong-length", None),
        (GUID + "0", False, "wrong-length", None),
        (DASHED[:-1], False, "wrong-length", None),
        ("hello", False, "not-a-guid", None),
        ("", False, "empty", None),
        ('" "', False, "empty", None),
        ("7a1b2c3d4e5f4a6b8c9d0e1f2a3b4cOO", False, "not-a-guid", None),
        ("9Qx" + "a1B2" * 20, False, "looks-like-a-key", None),
    ],
)
def test_a_value_is_judged_by_the_documented_rule(
    value: str, *, accepted: bool, code: str, corrected: str | None
) -> None:
    judged = connection_ids.judge(value)
    assert (judged.accepted, judged.code, judged.corrected) == (accepted, code, corrected)
    assert judged.reason


@given(st.text())
def test_only_32_hex_digits_are_ever_accepted_and_a_correction_always_is(value: str) -> None:
    judged = connection_ids.judge(value)
    assert judged.accepted is bool(re.fullmatch(r"[0-9A-Fa-f]{32}", value))
    if judged.corrected is not None:
        assert connection_ids.judge(judged.corrected).accepted


@given(st.uuids(version=4), st.sampled_from(["{}", "{{{}}}", "({})", '"{}"', "x{}", " {}"]))
def test_a_dressed_guid_is_found_again(guid: object, dress: str) -> None:
    bare = str(guid).replace("-", "")
    assert connection_ids.judge(dress.format(guid)).corrected == bare


def test_minted_values_are_what_the_rule_accepts_and_the_random_source_decides() -> None:
    values = connection_ids.mint(50, random.Random(1).randbytes)
    assert values == connection_ids.mint(50, random.Random(1).randbytes)
    assert len(set(values)) == 50
    assert all(connection_ids.judge(v).code == "accepted" and ids.is_version_4(v) for v in values)


def test_a_source_that_repeats_itself_still_gives_different_values() -> None:
    given_bytes = iter([b"\0" * 16, b"\0" * 16, b"\1" * 16])
    assert len(set(connection_ids.mint(2, lambda _: next(given_bytes)))) == 2


@pytest.mark.parametrize(
    ("region", "host"),
    [
        ("westeurope", "westeurope.stt.speech.microsoft.com"),
        ("chinanorth3", "chinanorth3.stt.speech.azure.cn"),
        ("usgovarizona", "usgovarizona.stt.speech.azure.us"),
    ],
)
def test_the_example_is_a_request_of_that_cloud_without_a_key(region: str, host: str) -> None:
    made = connection_ids.example(GUID, region, "de-DE")
    for name in ("url", "webSocketUrl"):
        parts = urlsplit(made[name])
        assert parts.hostname == host
        assert parse_qs(parts.query) == {"language": ["de-DE"], "format": ["detailed"], "X-ConnectionId": [GUID]}
    assert made["url"] in made["curl"]


def seen(*sightings: tuple[str, str | None, str]) -> connection_ids.Seen:
    made = (
        Sighting("session", GUID, region=region, time=TimeSpan(start, basis=basis))
        for start, region, basis in sightings
    )
    return connection_ids.seen([StoredSighting(one, f"blob:c/{n}", "0" * 16, "") for n, one in enumerate(made)])


@pytest.mark.parametrize(
    ("sightings", "state"),
    [
        ((), "never"),
        ((("2026-11-22T05:00:00Z", "eastus", "log"),), "seen"),
        ((("2026-11-22T05:00:00Z", None, "log"), ("2026-11-22T05:59:00Z", "eastus", "log")), "seen"),
        ((("2026-11-22T05:00:00Z", None, "log"), ("2026-11-22T06:01:00Z", None, "log")), "reused"),
        ((("2026-11-22T05:00:00Z", "eastus", "log"), ("2026-11-22T05:00:00Z", "westus", "log")), "reused"),
        ((("2026-11-20T05:00:00Z", None, "blob"), ("2026-11-22T06:01:00Z", None, "log")), "seen"),
        ((("nonsense", None, "log"), ("2026-11-22T06:01:00Z", None, "log")), "seen"),
    ],
)
def test_sightings_far_apart_or_in_two_regions_are_not_one_session(
    sightings: tuple[tuple[str, str | None, str], ...], state: str
) -> None:
    found = seen(*sightings)
    assert found.state == state
    assert found.why.endswith(".")


def test_entities_with_these_digits_say_nothing_of_a_session() -> None:
    other = StoredSighting(Sighting("transcription", DASHED), "blob:c/1", "0" * 16, "")
    assert connection_ids.seen([other]).state == "never"
