"""Wrappers of every client and shell, with the variants that people make of them: one function a family."""

from __future__ import annotations

import base64
import datetime
import json
import pprint
import quopri
import re
from collections.abc import Mapping

import pytest

from shared.extract import extract_bytes
from shared.extract.entities.format import only_ids
from tests.unit.entities_help import HOST, body, guid, last, other, scan, url

A, B = guid(1), guid(2)
M = url(other(1), "models/base")
ONE = {A: "Failed"}
TWO = {A: "Running", B: "Failed"}
J = json.dumps


def _check(text: str | bytes, wanted: Mapping[str, str | None]) -> None:
    whole = scan(text)
    assert whole.ids == wanted
    assert scan(text, 13).sightings == whole.sightings


LAST = J(last(1))
PRETTY = J(last(1), indent=2)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (LAST, ONE),
        (PRETTY, ONE),
        (J(last(1), indent="\t"), ONE),
        (J([body(1), last(2)]), TWO),
        (J({"values": [body(1), last(2)], "@nextLink": HOST + "/transcriptions?skip=2"}), TWO),
        ("\ufeff" + PRETTY.replace("\n", " \n"), ONE),
        (LAST.replace("/", "\\/"), ONE),
        (LAST.replace("/", "\\u002f").replace("?", "\\u003F"), ONE),
        ('/* { " */\n{ // it\'s\n "self": "' + url(A) + '", // {\n "status": "Failed", /* } */ }', ONE),
        (PRETTY.replace('"\n}', '",\n}'), ONE),
        (PRETTY.replace(",\n", "\n"), ONE),
        (PRETTY[2:-2], ONE),
        (PRETTY.replace('"model": {', '"model":\n  {'), ONE),
        (
            J({"values": [last(1), body(2, "Running")]}, indent=2).replace("\n    },\n    {", "\n    ,\n    {"),
            {A: "Failed", B: "Running"},
        ),
        (J(body(1))[:-1] + f', "self": "{url(B)}"}}', {B: "Running"}),
        (J([body(1), last(2)])[60:], TWO),
        ("{{" + LAST[1:-1] + "}}", ONE),
        ("\n".join(LAST[i : i + 80] for i in range(0, len(LAST), 80)), ONE),
        (LAST.replace('"', "&quot;"), ONE),
    ],
)
def test_json_whole_and_damaged(text: str, wanted: Mapping[str, str | None]) -> None:
    _check(text, wanted)


@pytest.mark.parametrize("cut", range(40, 900, 37))
def test_a_cut_body_keeps_what_stood_before_the_cut(cut: int) -> None:
    text = J({"values": [body(1), body(2, "Failed")]}, indent=1)[:cut]
    assert set(scan(text).ids) <= {A, B}
    assert (A in scan(text).ids) == (A in text)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (J({"level": "info", "message": "got " + LAST}), ONE),
        (J({"level": "info", "message": J({"body": LAST})}), ONE),
        (J({"a": J({"b": J({"c": J(LAST)})})}), ONE),
        (J({"statusCode": 200, "headers": {"Location": url(A)}, "body": LAST, "isBase64Encoded": False}), ONE),
        (J({"statusCode": 200, "body": base64.b64encode(LAST.encode()).decode(), "isBase64Encoded": True}), ONE),
        (J({"statusCode": 200, "headers": {"x": "y"}, "body": last(1)}), ONE),
        (J({"tables": [{"name": "PrimaryResult", "rows": [["2026-01-05", "Response: " + LAST]]}]}), ONE),
        (f"2026-01-05 10:00:00,123 DEBUG body={LAST} took 5ms\n", ONE),
        (f"resp='{LAST}'\n", ONE),
        ('2026 level=info msg="response {}" x=1\n'.format(LAST.replace('"', '\\"')), ONE),
        (
            '2026 level=info msg="response {}" x=1\n'.format(J(LAST)[1:-1].replace("\\", "\\\\").replace('"', '\\"')),
            ONE,
        ),
        (f"2026 got {LAST.encode()!r}\n", ONE),
        ("\n".join(J(b) for b in (body(1), last(2))), TWO),
        (J(body(1)) + '\n{"self": "https://eastus.api.cog\n' + J(last(2)) + "\n", TWO),
        ("for (x) { if (y) { don't } }\n" * 50 + LAST, ONE),
        (J({"TranscriptionLocation": url(A), "JobName": "x", "PollingCounter": 2}), {A: None}),
        (J({"transcriptionId": A, "level": "info"}), {A: None}),
    ],
)
def test_json_in_strings_and_in_log_lines(text: str, wanted: Mapping[str, str | None]) -> None:
    _check(text, wanted)


@pytest.mark.parametrize(
    "prefix",
    [
        "> ",
        "app_1  | ",
        "2026-01-05T10:00:00.123Z stdout F ",
        "2026-01-05 10:00:00.123 [main] INFO c.e.Foo - ",
    ],
)
def test_pretty_json_with_something_before_each_line(prefix: str) -> None:
    _check("\n".join(prefix + line for line in PRETTY.splitlines()), ONE)


def _har(text: str, *, encoded: bool) -> str:
    content = {"size": 1, "mimeType": "application/json", "text": text}
    if encoded:
        content = {"size": 1, "text": base64.b64encode(text.encode()).decode(), "encoding": "base64"}
    request = {
        "url": url(other(9)),
        "headers": [{"name": "apim-request-id", "value": other(8)}],
        "postData": {"text": J({"model": {"self": M}})},
    }
    entry = {"request": request, "response": {"status": 200, "content": content}}
    return J({"log": {"version": "1.2", "creator": {"name": "x"}, "entries": [entry]}}, indent=2)


@pytest.mark.parametrize("encoded", [False, True])
@pytest.mark.parametrize("indent", [None, 2])
def test_a_har_export_however_long_its_bodies(*, encoded: bool, indent: int | None) -> None:
    many = {guid(n): "Failed" for n in range(1, 300)}
    for text, wanted in (
        (J(last(1), indent=indent), ONE),
        (J({"values": [last(n) for n in range(1, 300)]}, indent=indent), many),
    ):
        assert scan(_har(text, encoded=encoded)).ids == {**wanted, other(9): None}
    assert scan(_har(LAST, encoded=encoded)).format == "har"


def test_a_postman_collection() -> None:
    request = {"url": {"raw": url(other(9))}, "body": {"mode": "raw", "raw": J({"model": {"self": M}})}}
    response = {"originalRequest": request, "header": [{"key": "apim-request-id", "value": other(8)}], "body": PRETTY}
    schema = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
    text = J({"info": {"schema": schema}, "item": [{"request": request, "response": [response]}]}, indent="\t")
    _check(text, {**ONE, other(9): None})
    assert scan(text).format == "postman"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            (
                f"* Connected to eastus\n> GET /speechtotext/transcriptions/{other(9)} HTTP/1.1\n>\n< HTTP/1.1 200 OK\n"
                f"< apim-request-id: {other(8)}\n<\n{{ [5 bytes data]\n{PRETTY}\n* Connection #0 left intact\n"
            ),
            {**ONE, other(9): None},
        ),
        (
            f"HTTP/1.1 202 Accepted\nLocation: https://westus.cris.ai:443/api/speechtotext/v2.0/Transcriptions/{A}\n\n",
            {A: None},
        ),
        (f"HTTP/1.1 202 Accepted\nOperation-Location: {url(A, 'operations/models/copy')}\n\n", {A: None}),
        (
            f"GET {url(other(9))} HTTP/1.1\n\nHTTP/1.1 404 Not Found\n\n" + J({"code": "NotFound", "message": "x"}),
            {other(9): None},
        ),
    ],
)
def test_curl(text: str, wanted: Mapping[str, str | None]) -> None:
    _check(text, wanted)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            pprint.pformat(
                {
                    "_self": url(A),
                    "display_name": "it's mine",
                    "model": {"_self": M},
                    "status": "Failed",
                    "properties": None,
                    "created_date_time": datetime.datetime(2026, 1, 5, 1, 2, 3, tzinfo=datetime.UTC),
                }
            ),
            ONE,
        ),
        (f"INFO:root:transcription {last(1)!r}", ONE),
        (f"2026 INFO [{body(1)!r}, {last(2)!r}]\n", TWO),
        (
            (
                f"{{\n  self: '{url(A)}',\n  model: {{ self: '{M}' }},\n  properties: {{ channels: [ 0 ], error: [Object] }},\n"
                "  status: 'Failed'\n}"
            ),
            ONE,
        ),
        (
            (
                f"{{ values:\n   [ {{ self:\n        '{url(A)}',\n       model: [Object],\n       status: 'Running' }},\n"
                f"     {{ model: {{ self: '{M}' }}, self: '{url(B)}', status: 'Failed' }},\n     ... 98 more items ] }}"
            ),
            TWO,
        ),
        (
            (
                f"class Transcription {{\n    self: {url(A)}\n    model: class EntityReference {{\n        self: {M}\n    }}\n"
                "    status: Failed\n    displayName: My Job\n    description: null\n}"
            ),
            ONE,
        ),
        (f"Transcription {{ Self = {url(A)}, Model = EntityReference {{ Self = {M} }}, Status = Failed }}", ONE),
        ("{" + LAST[1:-1].replace('": ', '"=>') + "}", ONE),
        (f"array (\n  'self' => '{url(A)}',\n  'model' => array ( 'self' => '{M}' ),\n  'status' => 'Failed',\n)", ONE),
    ],
)
def test_literals_of_programming_languages(text: str, wanted: Mapping[str, str | None]) -> None:
    _check(text, wanted)


def _flat(first: str, its: str, second: str, status: str) -> str:
    return f"{{@{{self={url(first)}; model=@{{self={M}}}; status={its}}}, @{{self={url(second)}; status={status}}}...}}"


def _wrap(key: str, value: str, width: int = 80) -> str:
    room = width - 22
    return f"{key:<19}: " + ("\n" + " " * 21).join(value[i : i + room] for i in range(0, len(value), room))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            (
                f"\n\nself                 : {url(A)}\nmodel                : @{{self={M}}}\n"
                "properties           : @{channels=System.Object[]; timeToLiveHours=48; error=}\nstatus               : Running\n"
                f"\n\nself                 : {url(B)}\nstatus               : Failed\n\n"
            ),
            TWO,
        ),
        (
            "\n"
            + "\n".join(
                [
                    _wrap("displayName", "My Job"),
                    _wrap("model", f"@{{self={M}}}"),
                    _wrap("self", url(A)),
                    _wrap("status", "Failed"),
                ]
            )
            + "\n",
            ONE,
        ),
        (_wrap("values", _flat(A, "Running", B, "Failed")), TWO),
        (J({"values": [f"@{{self={url(A)}; model=; status=Failed}}"]}, indent=2), ONE),
        (J({"self": url(A), "model": f"@{{self={M}}}", "status": "Failed"}), ONE),
        (
            (
                f"\nself{' ' * (len(url(B)) - 4)} status\n----{' ' * (len(url(B)) - 4)} ------\n"
                f"{url(A)[:90]}... Succeeded\n{url(B)} Failed\n"
            ),
            {B: "Failed"},
        ),
        (
            (
                f"\ndisplayName self{' ' * (len(url(B)) - 4)} status\n----------- ----{' ' * (len(url(B)) - 4)} ------\n"
                f"My Job      {url(A)} Running\nOther       {url(B)} Failed\n"
            ),
            TWO,
        ),
        (f'#TYPE System.PSCustomObject\n"displayName","self","status"\n"x","{url(A)}","Failed"\n', ONE),
    ],
)
def test_powershell(text: str, wanted: Mapping[str, str | None]) -> None:
    _check(text, wanted)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (f"{url(A)}\tRunning\n{url(B)}\tFailed\n", TWO),
        (f"2026-01-05T10:00:00Z\tMy Job\t{url(A)}\tFailed\n", ONE),
        (f"{url(A)}\n{url(B)}\n", {A: None, B: None}),
        (J([url(A), url(B)], indent=2), {A: None, B: None}),
        (f"{A}\n{B}\n", {A: None, B: None}),
        (J([A, B], indent=1), {A: None, B: None}),
        (J([{"self": url(A), "status": "Running"}, {"self": url(B), "status": "Failed"}]), TWO),
        (
            (
                f"model:\n  self: {M}\ndatasets:\n- self: {url(other(2), 'datasets')}\n- self: {url(other(3), 'datasets')}\n"
                f"self: {url(A, 'models')}\nstatus: Failed\n"
            ),
            ONE,
        ),
        (
            (
                f"values:\n  - self: {url(A)}\n    model:\n      self: {M}\n    status: Running\n  - status: Failed\n"
                f"    model:\n      self: {M}\n    self: {url(B)}\n"
            ),
            TWO,
        ),
        (f"status;self\nFailed;{url(A)}\n", ONE),
        (f"| self | status |\n|---|---|\n| {url(A)} | Running |\n| `{url(B)}` | Failed |\n", TWO),
        ('timestamp,message\n2026,"{}",x\n'.format(LAST.replace('"', '""')), ONE),
        ('timestamp,message\n2026,"{}",x\n'.format(PRETTY.replace('"', '""')), ONE),
    ],
)
def test_command_lines_tables_and_csv(text: str, wanted: Mapping[str, str | None]) -> None:
    _check(text, wanted)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            J({"headers": {"x-microsoftspeechservices-event": "TranscriptionDeletion"}, "body": {"self": url(A)}}),
            {A: "Deleted"},
        ),
        (
            J({"body": {"self": url(A)}, "headers": {"X-MicrosoftSpeechServices-Event": ["TranscriptionDeletion"]}}),
            {A: "Deleted"},
        ),
        (
            J(
                {
                    "headers": [{"name": "X-MicrosoftSpeechServices-Event", "value": "TranscriptionCompletion"}],
                    "body": J({"self": url(A), "invocationId": other(1)}),
                }
            ),
            {A: None},
        ),
        (
            (
                f"POST /x HTTP/1.1\nX-MicrosoftSpeechServices-Event: TranscriptionDeletion\n\n{J({'self': url(A)})}\n\n"
                f"POST /x HTTP/1.1\nX-MicrosoftSpeechServices-Event: TranscriptionCreation\n\n{J({'self': url(B)})}\n"
            ),
            {A: "Deleted", B: None},
        ),
    ],
)
def test_web_hooks_tell_what_happened(text: str, wanted: Mapping[str, str | None]) -> None:
    _check(text, wanted)
    assert any(s.events for s in scan(text).sightings)


REFERENCES = [
    "model",
    "baseModel",
    "model1",
    "model2",
    "dataset",
    "transcription1",
    "transcription2",
    "project",
    "customProperties",
    "links",
]


@pytest.mark.parametrize("key", REFERENCES)
def test_a_reference_is_never_the_entity(key: str) -> None:
    reference = {key: {"self": url(other(5))}}
    _check(J({**reference, **last(1)}), ONE)
    _check(J({**body(1, "Failed"), **reference}, indent=2), ONE)
    _check(J(reference), {})
    assert other(5) in {miss.value for miss in scan(J(reference)).near_misses}


@pytest.mark.parametrize(
    "text",
    [
        J({"code": "NotFound", "message": f"Transcription {other(1)} cannot be found."}),
        J({"code": "NotFound", "message": f"Transcription id: {other(1)} cannot be found."}),
        J(
            {
                "source": f"https://x.blob.core.windows.net/bestor-{other(1)}/TranscriptionData/{other(2)}_0_0.wav?sig=abc"
            }
        ),
        J({"targetResourceRegion": "westus2", "id": other(1), "targetResourceEndpoint": HOST + "/models"}),
        J({"model": {"self": url(other(1), "models")}, "modelFiles": [{"contentUrl": "https://x/y?sig=z"}]}),
        J(
            {
                "id": other(1),
                "status": "Succeeded",
                "createdDateTime": "2026-01-05T10:00:00Z",
                "outputs": {"result": "x"},
            }
        ),
        J({"self": url("00000000-0000-0000-0000-000000000000"), "status": "Running"}),
        J({"self": "{id}", "status": "Running", "model": {"self": "string"}}),
        J({"self": "", "status": "Running", "links": {"files": ""}}),
        J({"self": url(other(1), query="/files"), "status": "Running"}),
        J({"self": url(other(1), query=":ping"), "status": "Running"}),
        J(
            {
                "self": HOST.replace("speechtotext", "texttospeech") + f"/batchsyntheses/{other(1)}",
                "status": "Succeeded",
            }
        ),
    ],
)
def test_what_only_looks_like_an_entity_is_none(text: str) -> None:
    _check(text, {})


@pytest.mark.parametrize(
    ("text", "status"),
    [
        (f"I tried {url(A)} and request {other(2)}", None),
        (f"GET {url(A)} 200", None),
        (f'INFO httpx HTTP Request: GET {url(A)} "HTTP/1.1 200 OK"', None),
        (f'api.example:443 "GET /speechtotext/v3.2/transcriptions/{A}?x=1 HTTP/1.1" 200 512', None),
        (f"404 Client Error: Not Found for url: {url(A)}", None),
        (f"Polling {url(A)} failed", None),
        (f"HTTP DELETE {url(A)} responded 204 in 12 ms", "Deleted"),
        (f"job_url={url(A)}", None),
        (f"see [the transcription]({url(A)}).", None),
    ],
)
def test_the_url_of_an_entity_is_an_id_wherever_text_has_it(text: str, status: str | None) -> None:
    """A request tells that the entity was asked for, and nothing of its status unless it was deleted."""
    assert scan(f"{text}\n").ids == {A: status}


@pytest.mark.parametrize(
    "text", [f"model={url(A, 'models')}", f'"dataset": "{url(A, "datasets")}"', f'project => "{url(A, "projects")}"']
)
def test_the_url_under_the_key_of_a_reference_is_no_entity_of_the_text(text: str) -> None:
    assert scan(f"transcriptions: {text}\n").ids == {}


def test_a_blank_self_is_explained() -> None:
    assert scan(J({"self": "", "status": "Running"})).reasons == {"blank-self"}
    assert scan(J({"self": "string", "status": "Running"})).reasons == {"placeholder-self"}


@pytest.mark.parametrize(
    ("own", "region", "version"),
    [
        (
            f"https://usgovvirginia.api.cognitive.microsoft.us/speechtotext/v3.1/transcriptions/{A}",
            "usgovvirginia",
            "v3.1",
        ),
        (f"https://chinanorth3.api.cognitive.azure.cn/speechtotext/v3.0/transcriptions/{A}", "chinanorth3", "v3.0"),
        (
            f"https://contoso.cognitiveservices.azure.com/speechtotext/transcriptions/{A}?api-version=2024-11-15",
            None,
            "2024-11-15",
        ),
        (f"https://gw.contoso.com:8443/a/b/speechtotext/v3.2-preview.2/transcriptions/{A}", None, "v3.2-preview.2"),
        (f"https://westus.cris.ai:443/api/speechtotext/v2.1/transcriptions/{A}/", "westus", "v2.1"),
        (
            f"https://user:pass@EastUS.api.cognitive.microsoft.com/speechtotext/v3.0/Transcriptions/{A.upper()}",
            "eastus",
            "v3.0",
        ),
    ],
)
def test_every_cloud_and_every_host(own: str, region: str | None, version: str) -> None:
    sighting = scan(J(last(1, self=own))).merged[A]
    assert (sighting.region, sighting.api_version) == (region, version)
    assert "pass" not in (sighting.self_url or "")


@pytest.mark.parametrize(
    ("collection", "kind"),
    [
        ("datasets", "dataset"),
        ("models", "model"),
        ("models/base", "base_model"),
        ("endpoints", "endpoint"),
        ("evaluations", "evaluation"),
        ("projects", "project"),
        ("webhooks", "webhook"),
        ("operations/models/copy", "operation"),
        ("novelties", "novelties"),
    ],
)
def test_every_collection_has_its_kind(collection: str, kind: str) -> None:
    sighting = scan(J({"self": url(A, collection), "status": "Vanished"})).merged[A]
    assert (sighting.kind, sighting.status) == (kind, "Vanished")


def test_a_file_gives_its_transcription_too() -> None:
    own = url(B, f"transcriptions/{A}/files")
    found = scan(J({"values": [{"self": own, "kind": "Transcription", "links": {"contentUrl": "https://x?sig=1"}}]}))
    assert {(s.kind, s.id, s.parent_id) for s in found.sightings} == {
        ("transcription_file", B, A),
        ("transcription", A, None),
    }


def test_colours_and_mails_are_read_and_keep_their_places() -> None:
    coloured = "\x1b[1m$ jq . x.json\x1b[0m\n" + re.sub(r'("[^"]*")', "\x1b[34;1m\\1\x1b[0m", PRETTY) + "\n"
    _check(coloured, ONE)
    head = b"Subject: x\nContent-Transfer-Encoding: quoted-printable\n\n"
    mail = scan(head + quopri.encodestring(J([body(1), last(2)], indent=1).encode()) + b"\nnot 1=2\n")
    assert mail.ids == TWO
    assert mail.merged[A].api_version == "2025-10-15"
    first = mail.merged[A].first
    assert first is not None
    assert first.line == 5


def _container(text: str) -> str:
    records = ({"log": line + "\n", "stream": "stdout", "time": "2026-01-05T10:00:00.1Z"} for line in text.splitlines())
    return "".join(J(record, separators=(",", ":")) + "\n" for record in records)


def test_a_log_of_a_container_is_put_together_again() -> None:
    _check(_container("starting\n" + PRETTY + "\ndone\n"), ONE)
    many = J({"values": [last(n) for n in range(1, 200)]}, indent=2)
    _check(_container(many), {guid(n): "Failed" for n in range(1, 200)})
    first = scan(_container(many)).merged[guid(2)].first
    assert first is not None
    begins = many.index("\n    {", many.index(f'"self": "{url(guid(1))}'))
    assert first.line == many[:begins].count("\n") + 2


def test_single_lines_of_json_in_records_of_a_logger_name_no_reference() -> None:
    result = scan("".join(J({"t": "10:00", "message": line}) + "\n" for line in PRETTY.splitlines()))
    assert result.ids == {A: None}  # of the link to its files
    assert "lone-self" in result.reasons


V2 = {"id": A, "name": "n", "createdDateTime": "2018-11-28T00:00:00Z", "lastActionDateTime": "2018-11-28T00:00:00Z"}


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"recordingsUrl": "https://x/a.wav?sig=1", "resultsUrls": {"a": "https://x"}, "models": []}, "transcription"),
        ({"resultsUrls": {"channel_0": "https://x"}}, "transcription"),
        ({"modelKind": "Acoustic", "datasets": [{"dataImportKind": "Acoustic", "id": other(1)}]}, "model"),
        ({"dataImportKind": "Acoustic", "properties": {"AcceptedLines": "11"}}, "dataset"),
        ({"endpointUrls": {"a": "wss://x?cid=1"}, "models": [{"modelKind": "Acoustic", "id": other(1)}]}, "endpoint"),
        (
            {
                "models": [{"modelKind": "Acoustic", "id": other(1)}],
                "dataset": {"id": other(2)},
                "wordErrorRate": 0.0,
                "resultsUrl": "https://x",
            },
            "accuracy_test",
        ),
        ({"configuration": {"url": "https://x", "secret": "s3"}, "events": ["TranscriptionCompletion"]}, "webhook"),
    ],
)
def test_version_2_has_only_ids(fields: dict[str, object], kind: str) -> None:
    whole = {**fields, "status": "Succeeded", **V2}
    for document in (J(whole), J([whole], indent=2), repr(whole)):
        result = scan(document)
        assert result.ids == {A: "Succeeded"}
        assert (result.merged[A].kind, result.merged[A].api_version) == (kind, "v2.0")


def test_a_native_log_is_no_json() -> None:
    assert scan("[142]: 12ms SPX_TRACE_INFO: x.cpp:1 y\n" * 10).format is None


def test_places_are_where_the_object_begins() -> None:
    text = "one\ntwo\n" + J({"values": [body(1), body(2)]}, indent=2)
    places = {s.id: s.first for s in scan(text, 5).sightings}
    first, second = places[A], places[B]
    assert first is not None
    assert second is not None
    assert (first.line, second.line) == (5, 26)
    assert text.encode()[first.offset : first.offset + 1] == b"{"


def test_blanks_without_end_are_no_list_of_ids() -> None:
    """Were each of them tried as the beginning of one, this would take days."""
    many = 4 << 20
    assert not only_ids(b"\n" * many + b"x")
    assert not only_ids(A.encode() + b" " * many + b"x")
    assert only_ids(b"\n\n[ " + A.encode() + b" , \n" + b"'" + B.encode() + b"'\n ]\n")


@pytest.mark.parametrize(
    "text",
    [
        f"Transcription IDs: {A}, {B}",
        f"The transcription IDs are {A} and {B}.",
        f"TRANSCRIPTION ID: {A}\nTRANSCRIPTION ID: {B}",
        f"The batch transcription {A} has failed, transcription job {B} status: Failed",
        f"{{'transcription_id': UUID('{A}')}}\n{{'transcription_id': UUID('{B}')}}",
        f"Here are the transcription IDs of the failing jobs:\n\n- {A}\n- {B}",
        f"TRANSCRIPTION IDS\n{A}\n{B}",
    ],
)
def test_words_about_transcriptions_count_wherever_they_stand(text: str) -> None:
    """Behind the first megabyte only words that are rare are looked for."""
    before = "an ordinary line of a log that is about something else altogether\n" * 25_000
    for log in (text, before + text + "\n" + before):
        with extract_bytes(log.encode()) as found:
            assert {s.id for s in found.sightings} == {A, B}


@pytest.mark.parametrize(
    "heading",
    [
        "The request ID of my transcription ID:",
        "Transcription ID and model:",
        "transcription IDs are",
    ],
)
def test_a_heading_that_speaks_of_other_ids_too_tells_nothing(heading: str) -> None:
    _check(f"{heading}\n{A}\n", {})


def test_lines_of_a_quoted_mail_keep_their_indentation() -> None:
    yaml = f"self: {url(A)}\nmodel:\n  self: {M}\nstatus: Failed\n"
    _check("".join(f"> {line}\n" for line in yaml.splitlines()), ONE)
    _check("".join(f"> > {line}\n" for line in yaml.splitlines()), ONE)
