"""The value rules: one ID, many spellings, and a reason for whatever is none."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.core import ids

HEX = "9c9145db22a4462db58835a1ff33d4a0"
DASHED = "9c9145db-22a4-462d-b588-35a1ff33d4a0"
uuids = st.uuids().map(lambda value: value.hex)


@pytest.mark.parametrize(
    "spelling",
    [
        HEX,
        HEX.upper(),
        DASHED,
        DASHED.upper(),
        f"{{{DASHED}}}",
        f"({DASHED})",
        f'"{HEX}"',
        f"'{HEX}'",
        f"<{DASHED}>",
        f" {DASHED}\r\n",
        f"`{HEX}`",
    ],
)
def test_every_spelling_of_an_id_gives_the_same_digits(spelling: str) -> None:
    assert ids.digits(spelling) == HEX


@given(uuids)
def test_dashes_are_those_of_a_guid(hex32: str) -> None:
    assert ids.dashed(hex32) == str(UUID(hex32))
    assert ids.digits(ids.dashed(hex32)) == hex32


def test_sessions_are_written_bare_and_entities_dashed() -> None:
    assert ids.canonical("session", HEX) == HEX
    assert ids.canonical("transcription", HEX) == DASHED


@given(uuids)
def test_version_4_is_told_as_the_standard_library_tells_it(hex32: str) -> None:
    guid = UUID(hex32)
    assert ids.is_version_4(hex32) == (guid.version == 4)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("9c9145db", "9c9145db"),
        ("9C9145DB-22a4", "9c9145db22a4"),
        (HEX[:31], HEX[:31]),
        (HEX, None),
        ("9c9145d", None),
        ("zc9145db22", None),
        ("", None),
        ("9c9145db…", None),
    ],
)
def test_8_to_31_digits_are_a_prefix(value: str, expected: str | None) -> None:
    assert ids.prefix(value) == expected


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("", "empty"),
        ("{ }", "empty"),
        ("hello", "other than hex"),
        ("9c91", "4 hex digits"),
        (HEX + "0", "33 hex digits"),
        ("９c9145db22a4462db58835a1ff33d4a0", "other than hex"),
    ],
)
def test_what_is_no_id_is_told_why_and_what_an_id_looks_like(value: str, reason: str) -> None:
    assert ids.digits(value) is None
    told = ids.why_not(value)
    assert reason in told
    assert ids.EXAMPLE in told


@given(st.text(max_size=80))
def test_no_text_breaks_the_rules(value: str) -> None:
    found = ids.digits(value)
    assert found is None or len(found) == 32
    assert ids.prefix(value) is None or found is None
    assert ids.why_not(value)


def test_the_examples_of_messages_are_ids() -> None:
    examples = [word for word in ids.EXAMPLE.split() if len(word) >= 32]
    assert len(examples) == 2
    assert all(ids.digits(word) for word in examples)
