"""The fake Speech service: its filters, its pages, its clock; and its answers against the official documents."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import requests

from tests.fakes.clock import StillClock
from tests.fakes.speech import FakeSpeech
from tests.fakes.speech_faults import REPLACING
from tests.fakes.speech_filter import PROPERTIES, FilterError, parse_filter
from tests.fakes.speech_main import seed_demo
from tests.fakes.speech_state import COLLECTIONS, Audio

SPECS = os.environ.get("SPEECH_SPECS")
DOCUMENTS = {
    "2025-10-15": "2025-10-15/speechtotext.json",
    "2024-11-15": "2024-11-15/speechtotext.json",
    "v3.2": "v3.2/speechtotext.openapi3.json",
}
MODELS = {
    "transcriptions": "Transcription",
    "datasets": "Dataset",
    "models": "CustomModel",
    "models/base": "BaseModel",
    "endpoints": "Endpoint",
    "evaluations": "Evaluation",
    "projects": "Project",
    "webhooks": "WebHook",
}
JOB = {
    "displayName": "O'Hara",
    "createdDateTime": "2026-11-22T10:00:00Z",
    "lastActionDateTime": "2026-11-22T11:00:00Z",
    "status": "Failed",
    "locale": "en-US",
}


@pytest.fixture
def fake() -> Iterator[FakeSpeech]:
    with FakeSpeech(StillClock()) as running:
        yield running


def ask(fake: FakeSpeech, path: str, version: str = "2025-10-15", **query: str) -> requests.Response:
    root = f"{fake.endpoint}/speechtotext/"
    if version.startswith("v"):
        root += f"{version}/"
    else:
        query["api-version"] = version
    with requests.Session() as session:
        session.trust_env = False
        return session.get(root + path, params=query, headers={"Ocp-Apim-Subscription-Key": fake.key}, timeout=10)


@pytest.mark.parametrize(
    ("expression", "passes"),
    [
        ("status eq 'Failed'", True),
        ("status ne 'Failed'", False),
        ("displayName eq 'O''Hara'", True),
        ("lastActionDateTime ge 2026-11-22T11:00:00Z", True),
        ("lastActionDateTime gt 2026-11-22T11:00:00Z", False),
        ("createdDateTime lt 2026-11-22T10:00:01Z and status eq 'Failed'", True),
        ("not status eq 'Failed' or locale eq 'en-US'", True),
        ("not (status eq 'Failed' or locale eq 'x')", False),
        ("status eq 'Running' or status eq 'Failed' and locale eq 'de-DE'", False),
        ("description eq 'x'", False),
    ],
)
def test_filters_read_as_the_documents_say(expression: str, passes: bool) -> None:
    assert parse_filter(expression, PROPERTIES["transcriptions"])(JOB) is passes


@pytest.mark.parametrize(
    "expression",
    [
        "",
        "status",
        "status eq",
        "status eq Failed",
        "size eq '1'",
        "status gt 'A'",
        "createdDateTime eq '2026-01-01'",
        "createdDateTime ge 2026-03-011",
        "(status eq 'x'",
        "status eq 'x')",
        "status eq 'x' status",
        "'a' eq status",
    ],
)
def test_other_filters_are_refused(expression: str) -> None:
    with pytest.raises(FilterError):
        parse_filter(expression, PROPERTIES["transcriptions"])


def test_pages_follow_one_another_on_the_fakes_own_host(fake: FakeSpeech) -> None:
    for n in range(5):
        fake.state.add(status="Failed" if n % 2 else "Running")
    first = ask(fake, "transcriptions", top="2", filter="status eq 'Running'").json()
    assert len(first["values"]) == 2
    assert first["@nextLink"].startswith(f"{fake.endpoint}/speechtotext/transcriptions?skip=2&top=2&filter=")
    with requests.Session() as session:
        session.trust_env = False
        last = session.get(first["@nextLink"], headers={"Ocp-Apim-Subscription-Key": fake.key}, timeout=10).json()
    assert len(last["values"]) == 1
    assert "@nextLink" not in last


@pytest.mark.parametrize(
    ("path", "query", "status", "code"),
    [
        ("transcriptions", {"skip": "-1"}, 400, "UnsupportedPagination"),
        ("transcriptions", {"filter": "x"}, 400, "UnsupportedFilter"),
        ("transcriptions/nonsense", {}, 404, None),
        ("nothing", {}, 404, None),
    ],
)
def test_bad_requests_get_the_services_error_body(
    fake: FakeSpeech, path: str, query: dict[str, str], status: int, code: str | None
) -> None:
    answer = ask(fake, path, **query)
    assert answer.status_code == status
    assert answer.json().get("innerError", {}).get("code") == code


def test_the_time_to_live_ends_by_the_fakes_clock(fake: FakeSpeech) -> None:
    job = fake.state.add(status="Succeeded", ttl_hours=6)
    clock = fake.clock
    assert isinstance(clock, StillClock)
    clock.advance(hours=5)
    assert ask(fake, f"transcriptions/{job.id}").status_code == 200
    clock.advance(hours=1)
    assert ask(fake, f"transcriptions/{job.id}").status_code == 404
    assert fake.state.expired == [job.id]


def test_more_than_a_hundred_requests_in_ten_seconds_are_throttled(fake: FakeSpeech) -> None:
    codes = [ask(fake, "projects").status_code for _ in range(101)]
    assert codes == [200] * 100 + [429]
    assert int(ask(fake, "projects").headers["Retry-After"]) >= 1
    assert isinstance(fake.clock, StillClock)
    fake.clock.advance(seconds=10)
    assert ask(fake, "projects").status_code == 200


def test_a_submitted_job_is_listed_and_a_deleted_one_is_not(fake: FakeSpeech) -> None:
    body = {"displayName": "x", "locale": "en-US", "properties": {"timeToLiveHours": 6}}
    with requests.Session() as session:
        session.trust_env = False
        headers = {"Ocp-Apim-Subscription-Key": fake.key}
        url = f"{fake.endpoint}/speechtotext/transcriptions:submit?api-version=2025-10-15"
        made = session.post(url, json=body, headers=headers, timeout=10)
        assert made.status_code == 201
        assert made.headers["Location"] == made.json()["self"]
        assert session.post(url, json={}, headers=headers, timeout=10).status_code == 400
        assert session.get(made.json()["self"], headers=headers, timeout=10).json()["displayName"] == "x"
        assert session.delete(made.json()["self"], headers=headers, timeout=10).status_code == 204
        assert session.get(made.json()["self"], headers=headers, timeout=10).status_code == 404


def test_the_demo_is_the_same_each_time_and_has_something_of_everything() -> None:
    clock = StillClock()
    with FakeSpeech(clock) as one, FakeSpeech(clock) as two:
        seed_demo(one.state)
        seed_demo(two.state)
        assert list(one.state.alive()) == list(two.state.alive())
        assert {e.status for e in one.state.all()} == {"Succeeded", "Failed", "Running", "NotStarted"}
        assert len({e.locale for e in one.state.all()}) > 3
        assert all(key.startswith("fa4e") for key in one.state.alive())


class _Document:
    """An official OpenAPI document as schemas."""

    def __init__(self, version: str) -> None:
        self._document = json.loads((Path(SPECS or "") / DOCUMENTS[version]).read_text(encoding="utf-8"))
        self._root = "definitions" if "definitions" in self._document else "components/schemas"

    def check(self, name: str, body: Any) -> None:
        root = self._root.split("/")[0]
        schema = {"$ref": f"#/{self._root}/{name}", root: self._document[root]}
        jsonschema.Draft4Validator(schema, format_checker=jsonschema.FormatChecker()).validate(body)


needs_specs = pytest.mark.skipif(not SPECS, reason="SPEECH_SPECS does not say where the OpenAPI documents are")


@needs_specs
@pytest.mark.parametrize("version", DOCUMENTS)
@pytest.mark.parametrize("collection", COLLECTIONS)
def test_lists_and_entities_are_valid(fake: FakeSpeech, version: str, collection: str) -> None:
    if (version, collection) == ("2024-11-15", "projects"):
        assert ask(fake, collection, version).status_code == 404
        return
    document, model = _Document(version), MODELS[collection]
    for status in ("NotStarted", "Running", "Succeeded", "Failed"):
        error = ("InvalidUri", "no such file") if status == "Failed" else None
        entity = fake.state.add(collection, status=status, error=error)
    document.check(f"Paginated{model}s", ask(fake, collection, version, top="3").json())
    document.check(model, ask(fake, f"{collection}/{entity.id}", version).json())


@needs_specs
@pytest.mark.parametrize("version", DOCUMENTS)
def test_files_are_valid(fake: FakeSpeech, version: str) -> None:
    job = fake.state.add(status="Succeeded", audio=(Audio("https://x.example/a.wav"),))
    body = ask(fake, f"transcriptions/{job.id}/files", version, top="1").json()
    document = _Document(version)
    document.check("PaginatedFiles", body)
    document.check("File", body["values"][0])


@needs_specs
@pytest.mark.parametrize("kind", sorted(REPLACING - {"reset", "half", "not-json", "302", "401-gateway", "403-domain"}))
def test_error_bodies_are_valid(fake: FakeSpeech, kind: str) -> None:
    """Those of the gateway have a form of their own, which no document describes."""
    fake.faults.add(kind)
    _Document("2025-10-15").check("Error", ask(fake, "transcriptions").json())
    assert fake.faults.happened[kind] == 1


def test_ages_are_in_order(fake: FakeSpeech) -> None:
    for hours in (3, 1, 2):
        fake.state.add(age=timedelta(hours=hours), name=str(hours))
    assert [v["displayName"] for v in ask(fake, "transcriptions").json()["values"]] == ["3", "2", "1"]
