"""The edge to the service: whatever JSON arrives, records come out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.inventory.body import AudioDetail, JobFile, ListedEntity, TranscriptionReport, objects
from shared.inventory.job_summary import JobSummary

ID = "9c9145db-22a4-462d-b588-35a1ff33d4a0"
SELF = f"https://westeurope.api.cognitive.microsoft.com/speechtotext/transcriptions/{ID}?api-version=2025-10-15"
NAMES = ("kind", "links", "contentUrl", "details", "source", "sourceUrl", "status", "errorKind", "errorMessage", "self")
COUNTS = ("successfulTranscriptionsCount", "failedTranscriptionsCount")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=80) | st.just(SELF),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from((*NAMES, *COUNTS)) | st.text(max_size=8), inner, max_size=6)
    ),
    max_leaves=20,
)


def entity(data: Mapping[str, object], kind: str = "transcription") -> ListedEntity:
    return ListedEntity.parse(data, kind=kind, api_version="2025-10-15", region="westeurope")


@given(st.dictionaries(st.sampled_from((*NAMES, *COUNTS)), JSON))
def test_any_json_becomes_records_of_the_declared_types(data: dict[str, Any]) -> None:
    file, detail, report = JobFile.parse(data), AudioDetail.parse(data), TranscriptionReport.parse(data)
    assert all(isinstance(getattr(file, one.name), str) for one in fields(file))
    assert all(isinstance(getattr(detail, one.name), str) for one in fields(detail))
    assert report is not None
    assert all(type(count) in (int, type(None)) for count in (report.succeeded, report.failed))
    shown = JobSummary((file.kind,), report).to_json(keep_names=True)
    assert shown["files"] == 1
    assert sum(shown["errors"].values()) <= len(report.details)
    assert entity(data).sent == data


@given(JSON.filter(lambda value: not isinstance(value, dict)))
def test_what_is_no_object_is_no_report(value: Any) -> None:
    assert TranscriptionReport.parse(value) is None
    assert TranscriptionReport.parse({"details": value}) == TranscriptionReport(
        tuple(AudioDetail.parse(one) for one in objects(value))
    )


@pytest.mark.parametrize(
    ("data", "kind", "named"),
    [
        ({"self": SELF}, "transcription", True),
        ({"self": SELF}, "dataset", False),
        ({"self": SELF.replace(ID, "00000000-0000-0000-0000-000000000000")}, "transcription", False),
        ({"self": 7}, "transcription", False),
        ({"displayName": "x"}, "transcription", False),
    ],
)
def test_only_an_entity_of_the_listed_kind_has_a_sighting(data: dict[str, object], kind: str, *, named: bool) -> None:
    found = entity(data, kind).sighting
    assert (found is not None) is named
    if found is not None:
        assert (found.id, found.region) == (ID, "westeurope")


def test_entities_are_equal_if_they_were_sent_alike() -> None:
    assert entity({"self": SELF, "status": "Running"}) == entity({"self": SELF, "status": "Running"})
    assert entity({"self": SELF, "status": "Running"}) != entity({"self": SELF, "status": "Failed"})
    assert entity({"a": 1}) != entity({"a": 2})


def test_neither_a_signature_nor_content_is_in_the_repr_of_a_record() -> None:
    file = JobFile.parse({"kind": "Transcription", "links": {"contentUrl": "https://x.net/?sig=not-a-signature"}})
    assert file.content_url.endswith("not-a-signature")
    assert "signature" not in repr(file)
    assert "call.wav" not in repr(entity({"self": SELF, "customProperties": {"audio": "call.wav"}}))
