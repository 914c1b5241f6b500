"""What a value looks like: keys first, then examples, then its label, then its form."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.speech.lookalikes import likeness

V4 = "1a2b2c2d3e3f4a4b8c5d6e6f7a7b8c8d"
OTHER = "1a2b2c2d3e3f1a4b8c5d6e6f7a7b8c8d"
GUID = "1a2b2c2d-3e3f-4a4b-8c5d-6e6f7a7b8c8d"


@pytest.mark.parametrize(
    ("value", "label", "name"),
    [
        (V4, "", "session-id"),
        (V4.upper(), "", "session-id"),
        (GUID, "", "guid"),
        (GUID, "modelId", "model-id"),
        (V4, "X-RequestId", "request-id"),
        (V4, "result_id", "result-id"),
        (V4, "traceId", "trace-id"),
        (V4, "privAudioSessionId", "other-id"),
        (V4, "Ocp-Apim-Subscription-Key", "key"),
        (OTHER, "", "key"),
        (OTHER.upper(), "", "hash"),
        ("Xy3" * 28, "", "key"),
        ("0b734c41faf8430380d493127bd44631", "", "documentation-example"),
        ("0" * 32, "", "documentation-example"),
        ("aaaabbbb-0000-cccc-1111-dddd2222eeee", "", "documentation-example"),
        (V4[:31], "", "cut-id"),
        (V4 + "0", "", "too-long"),
        (V4 + "0" * 8, "", "hash"),
        (V4 * 2, "", "hash"),
        ("hello", "", "other"),
        ("", "", "other"),
    ],
)
def test_each_form_has_its_name(value: str, label: str, name: str) -> None:
    assert likeness(value, label).name == name


@given(st.text(), st.text())
def test_every_value_gets_advice_that_does_not_repeat_it(value: str, label: str) -> None:
    found = likeness(value, label)
    assert found.advice
    assert found.secret == (found.name == "key")
    assert len(value.strip()) < 12 or value.strip() not in found.advice


@pytest.mark.parametrize("label", ["Signal", "keyword", "Signed off by", "tokenizer"])
def test_a_word_that_only_begins_like_a_secret_is_no_secret(label: str) -> None:
    assert not likeness(V4, label).secret


@pytest.mark.parametrize("label", ["key", "KEY1", "subscription-key", "sig", "Signature", "Bearer", "a_token"])
def test_the_usual_labels_of_secrets_are_known(label: str) -> None:
    assert likeness(V4, label).secret
