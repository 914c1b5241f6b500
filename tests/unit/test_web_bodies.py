"""`POST /extract`: what a body must be, and an answer that is the command line's."""

from __future__ import annotations

import json
from typing import Any

import pytest

from shared.app.clients import Services
from shared.web import pipeline
from shared.web.http import Answer, Request
from shared.web.operations import OPERATIONS

EXTRACT = next(o for o in OPERATIONS if o.name == "extract")
ID = "9c9145db22a4462db58835a1ff33d4a0"
LOG = f"[1]: 10ms SPX_TRACE_INFO: FireSessionStartedEvent: SessionId: {ID}\n".encode()


def post(body: bytes, query: dict[str, str] | None = None, headers: dict[str, str] | None = None, **env: str) -> Answer:
    request = Request("POST", "/api/extract", query=query or {}, headers=headers or {}, body=body)
    return pipeline.answer(EXTRACT, request, services=lambda: Services(env))


def body_of(given: Answer) -> Any:
    return json.loads(given.body)


def test_ids_of_a_log_are_found_without_storage_and_without_settings() -> None:
    given = post(LOG, {"name": "sdk.log"})
    assert given.status == 200
    body = body_of(given)
    assert set(body) >= {"source", "format", "sightings", "nearMisses", "notices", "redacted"}
    assert body["source"] == "sdk.log"
    assert [s["id"] for s in body["sightings"]] == [ID]


@pytest.mark.parametrize("body", [b"", b"\x00\xff" * 500, b"{", b"\xff\xfe", b"\x1f\x8b broken", b"PK\x03\x04 broken"])
def test_a_body_without_ids_is_an_answer_too(body: bytes) -> None:
    given = post(body)
    assert given.status == 200
    assert body_of(given)["sightings"] == []


def test_a_body_over_the_limit_is_413_and_told_the_way_around() -> None:
    given = post(b"x" * (2**20 + 1), MAX_UPLOAD_MIB="1")
    assert given.status == 413
    error = body_of(given)["error"]
    assert error["code"] == "ContentTooLarge"
    assert "1 MiB" in error["message"]
    assert "speech-ids extract" in error["message"]
    assert post(b"x" * 2**20, MAX_UPLOAD_MIB="1").status == 200


@pytest.mark.parametrize(
    ("header", "value"),
    [("content-type", "multipart/form-data; boundary=x"), ("content-encoding", "br")],
)
def test_a_form_or_an_unknown_encoding_is_415(header: str, value: str) -> None:
    given = post(LOG, headers={header: value})
    assert given.status == 415
    assert body_of(given)["error"]["target"].lower() == header


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "text/plain", "application/octet-stream", ""])
def test_any_other_content_type_is_taken(kind: str) -> None:
    """curl --data-binary says x-www-form-urlencoded, whatever the file is."""
    assert post(LOG, headers={"content-type": kind}).status == 200


def test_wrong_settings_of_other_parts_do_not_matter() -> None:
    assert post(LOG, SPEECH_RESOURCES="{", AzureWebJobsStorage="junk", LOGS_CONTAINER="NO").status == 200
