"""One object of the API becomes one sighting; nothing secret comes with it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from shared.core.records import Sighting
from shared.extract import extract_bytes
from shared.extract.entities import mentions
from shared.speech.entity import MESSAGE_CAP, NAME_CAP, entity_from_json, newer_state
from tests.unit.entities_help import body, guid, last, other, scan, url

A = guid(1)


def _one(**more: Any) -> Sighting:
    found = entity_from_json(body(1, **more))
    assert found is not None
    return found


def test_everything_that_support_asks_for_is_taken_over() -> None:
    error = {"code": "InvalidData", "message": "The recording is empty."}
    found = _one(status="Failed", properties={"timeToLiveHours": 48, "error": error})
    assert found.to_json() == {
        "kind": "transcription",
        "id": A,
        "self": url(A),
        "status": "Failed",
        "apiVersion": "2025-10-15",
        "host": "eastus.api.cognitive.microsoft.com",
        "region": "eastus",
        "locale": "en-US",
        "displayName": "Made-up job",
        "created": "2026-01-05T10:00:00.000Z",
        "lastAction": "2026-01-05T10:05:00.000Z",
        "time": {"start": "2026-01-05T10:00:00.000Z", "basis": "created"},
        "error": error,
        "timeToLiveHours": 48.0,
        "expires": "2026-01-07T10:05:00.000Z",
        "model": other(1),
    }


@pytest.mark.parametrize(
    ("properties", "hours"),
    [
        ({"timeToLiveHours": 6}, 6.0),
        ({"timeToLive": "P2D"}, 48.0),
        ({"timeToLive": "PT12H30M"}, 12.5),
        ({"timeToLive": "P1DT1H"}, 25.0),
        ({"timeToLive": "2.00:00:00"}, 48.0),
        ({"timeToLive": "PT0S"}, 0.0),
        ({"time_to_live": "P1D"}, 24.0),
        ({"timeToLive": "string"}, None),
        ({"timeToLive": None}, None),
        (None, None),
        ([], None),
        ({"timeToLiveHours": True}, None),
        ({"timeToLiveHours": -1}, None),
        ({"timeToLive": "P"}, None),
    ],
)
def test_the_time_to_live_in_any_spelling(properties: Any, hours: float | None) -> None:
    found = _one(status="Succeeded", properties=properties)
    assert found.time_to_live_hours == hours
    assert (found.expires is not None) == bool(hours)


@pytest.mark.parametrize("status", ["NotStarted", "Running", "Novel", None])
def test_only_a_finished_job_expires(status: str | None) -> None:
    assert _one(status=status).expires is None


@pytest.mark.parametrize("date", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59.9999999Z", "yesterday", 7, None])
def test_absurd_dates_are_unknown(date: Any) -> None:
    found = _one(createdDateTime=date, lastActionDateTime=date)
    assert (found.created, found.last_action, found.time, found.expires) == (None, None, None, None)


def test_the_version_asked_for_fills_in() -> None:
    found = entity_from_json({"self": url(A, query="")}, api_version="2025-10-15")
    assert found is not None
    assert found.api_version == "2025-10-15"


@pytest.mark.parametrize("value", [None, 5, "", "string", [], {}, url(A, query="/files"), {"self": url(A)}])
def test_an_object_without_a_usable_self_is_none(value: Any) -> None:
    assert entity_from_json({"self": value, "status": "Running"}) is None


@pytest.mark.parametrize("strange", [None, 1, "x", [1], {"self": 3}, {"code": {}, "message": []}, True])
def test_strange_values_in_any_field_are_survived(strange: Any) -> None:
    for key in body(1):
        if key != "self":
            found = entity_from_json({**body(1), key: strange, "error": strange})
            assert found is not None
            assert found.id == A


SECRETS = [
    "sv=2022&sig=CaNaRy0123456789",
    "0123456789abcdef0123456789abcdef",
    "Bearer eyJhbGciOiJIUzI1NiJ9.CaNaRy.x",
    "key=CaNaRyCaNaRy",
    "CaNaRy00" * 10 + "AB==",
]


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("form", ["{}", "https://x.blob.core.windows.net/a.wav?{}", "cannot read https://u:{}@host/x"])
def test_no_secret_comes_along(secret: str, form: str) -> None:
    text = form.format(secret)
    made = last(
        1,
        displayName=text,
        properties={"error": {"code": "X", "message": text}, "secret": secret},
        contentUrls=[text],
        customProperties={"a": secret},
        self=url(A, query=f"?sig={secret}&api-version=v1"),
    )
    for document in (json.dumps(made), json.dumps({"m": json.dumps(made)}), repr(made)):
        result = scan(document)
        assert result.ids == {A: "Failed"}
        shown = json.dumps([s.to_json() for s in result.sightings] + [m.to_json() for m in result.near_misses])
        assert "CaNaRy" not in shown
        assert "0123456789abcdef0123456789abcdef" not in shown


def test_secrets_of_web_hooks_are_counted() -> None:
    made = {"self": url(A, "webhooks"), "properties": {"secret": "x1"}, "status": "Succeeded"}
    assert scan(json.dumps(made)).redacted["webhook-secret"] == 1


def test_secrets_of_saved_bodies_are_counted_once_by_the_engine() -> None:
    made = {"contentUrls": ["https://x/a?sv=1&sig=AAAA%3D", "https://x/b?sv=1&sig=AAAABBBBCCCCDDDD%3D"], **body(1)}
    header = {"name": "Ocp-Apim-Subscription-Key", "value": "FAKE"}
    with extract_bytes(json.dumps({"headers": [header], "body": made}).encode()) as found:
        assert found.redacted == {"sas-signature": 2, "subscription-key": 1}


def test_free_text_is_capped_and_has_no_control_characters() -> None:
    found = _one(displayName="a\x00b\n" * 1000, status="Failed", properties={"error": {"message": "failed " * 5000}})
    assert found.display_name is not None
    assert found.error is not None
    assert found.error.message is not None
    assert len(found.display_name) == NAME_CAP
    assert MESSAGE_CAP - len("failed ") < len(found.error.message) <= MESSAGE_CAP
    assert found.display_name.startswith("a b a b")


def test_names_in_other_scripts_survive_every_wrapper() -> None:
    made = last(1, displayName="Gespräch 会話 \U0001f600")
    for document in (
        json.dumps(made),
        json.dumps(made, ensure_ascii=False),
        repr(made),
        json.dumps(made).replace('"status"', ',,"status"'),
        json.dumps({"m": json.dumps(made)}),
        json.dumps({"m": json.dumps(made, ensure_ascii=False)}, ensure_ascii=False),
    ):
        assert scan(document).merged[A].display_name == "Gespräch 会話 \U0001f600"


def test_half_a_surrogate_pair_can_still_be_written() -> None:
    name = scan('{"self": "' + url(A) + '", "displayName": "x\\ud83d", "status": "Failed"}').merged[A].display_name
    assert name is not None
    name.encode()


@pytest.mark.parametrize("form", mentions.FORMS, ids=lambda form: form.name)
def test_each_text_form_matches_its_examples_and_no_counter_example(form: mentions.TextForm) -> None:
    for example in form.examples:
        found = list(mentions.mentions(example))
        assert {s.id for s, _ in found} == {mentions.A}
        assert any((s.found_by or "").startswith(f"text-{form.name}@") for s, _ in found)
        assert mentions.A in scan("INFO something\n" + example + "\n").ids
    for example in form.counter_examples:
        assert not [s for s, _ in mentions.mentions(example) if (s.found_by or "").startswith(f"text-{form.name}@")]


def test_region_and_deletion_are_read_from_text() -> None:
    found = scan(f"Created new transcription with id '{A}' in region eastus\n").merged[A]
    assert (found.kind, found.region, found.status) == ("transcription", "eastus", None)
    assert scan(f"Deleted transcription {url(A)}\n").ids == {A: "Deleted"}


@pytest.mark.parametrize(
    ("one", "two", "newer"),
    [
        (("Running", "2"), ("NotStarted", "1"), True),
        (("Running", "1"), ("Failed", "2"), False),
        (("Running", "1"), ("Failed", "1"), False),
        ((None, "3"), ("Failed", "1"), False),
        (("Failed", None), (None, None), True),
        (("Deleted", None), ("Failed", "1"), True),
        (("Failed", "1"), ("Deleted", None), False),
    ],
)
def test_the_newer_state_is_known(one: Any, two: Any, *, newer: bool) -> None:
    first, second = (Sighting("transcription", A, status=s, last_action=t) for s, t in (one, two))
    assert newer_state(first, second) is newer


def test_the_engine_keeps_the_newest_state_of_an_entity() -> None:
    text = "\n".join(
        json.dumps(body(1, status, lastActionDateTime=f"2026-01-05T10:0{n}:00Z"))
        for n, status in enumerate(["NotStarted", "Succeeded", "Running"])
    )
    text = text.replace("10:01", "10:09")
    with extract_bytes(text.encode()) as found:
        assert [(s.id, s.status, s.first and s.first.line, s.last and s.last.line) for s in found.sightings] == [
            (A, "Succeeded", 1, 3)
        ]


@pytest.mark.parametrize("name", ["+4915550001234.wav", "call 7/Anna.Example.MP3", r"C:\\calls\\anna-example.opus"])
def test_an_error_message_keeps_no_name_of_an_audio_file(name: str) -> None:
    body = {
        "self": "https://eastus.api.cognitive.microsoft.com/speechtotext/transcriptions/"
        "537216f8-0620-4a10-ae2d-00bdb423b36f?api-version=2025-10-15",
        "status": "Failed",
        "properties": {"error": {"code": "InvalidData", "message": f"The file 'https://a/b/{name}' has no audio."}},
    }
    found = entity_from_json(body)
    assert found is not None
    assert found.error is not None
    assert found.error.message is not None
    assert found.error.message == "The file … has no audio."
    assert not any(part in found.error.message for part in ("4915550001234", "Anna.Example", "anna-example"))


@pytest.mark.parametrize(
    ("written", "created"),
    [
        ("02/20/2026 09:13:27", "2026-02-20T09:13:27.000Z"),
        ("02/20/2026 09:13:27 +00:00", "2026-02-20T09:13:27.000Z"),
        ("02/20/2026 09:13:27 -05:00", "2026-02-20T14:13:27.000Z"),
        ("20/02/2026 09:13:27", None),
        ("01/01/0001 00:00:00", None),
    ],
)
def test_moments_as_dotnet_writes_them_are_read(written: str, created: str | None) -> None:
    made = last(1, createdDateTime=written)
    assert scan(json.dumps(made)).merged[A].created == created
    assert (
        scan(f"self            : {made['self']}\ncreatedDateTime : {written}\nstatus          : Failed\n")
        .merged[A]
        .created
        == created
    )


@pytest.mark.parametrize(
    ("text", "created"),
    [
        (
            f"got {{{url(A)} <nil> Job 3 lv-LV 2026-02-20T09:13:27Z Failed {{{url(A)}/files}}}}",
            "2026-02-20T09:13:27.000Z",
        ),
        (f"{url(A)}\t2026-02-20T09:13:27Z\t2026-02-20T09:14:27Z\tFailed\tlv-LV", "2026-02-20T09:13:27.000Z"),
        (f"2026-02-20T10:00:00Z\tINFO\t{url(A)}\tFailed\tlv-LV", None),
    ],
)
def test_values_without_names_are_what_they_can_only_be(text: str, created: str | None) -> None:
    one = scan(f"{text}\n").merged[A]
    assert (one.status, one.locale, one.created) == ("Failed", "lv-LV", created)


@pytest.mark.parametrize("zone", [", tzinfo=datetime.timezone.utc", ", tzinfo=tzutc()", ""])
def test_moments_of_python_objects_are_read(zone: str) -> None:
    text = f"{{'self': '{url(A)}', 'created_date_time': datetime.datetime(2026, 2, 20, 9, 13, 27{zone}), 'status': 'Failed'}}"
    one = scan(text).merged[A]
    assert (one.created, one.status) == ("2026-02-20T09:13:27.000Z", "Failed")


def test_moments_of_a_database_shell_are_read() -> None:
    text = f'{{ self: "{url(A)}", createdDateTime: ISODate("2026-02-20T09:13:27Z"), status: "Failed" }}'
    assert scan(text).merged[A].created == "2026-02-20T09:13:27.000Z"
