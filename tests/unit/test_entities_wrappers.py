"""What other tools make of a body: languages, shells, databases, pages, mails. Each gives exactly its entities, wherever
it lies in a log and wherever it is cut."""

from __future__ import annotations

import base64
import html
import json
import pprint
import textwrap

import pytest

from shared.core.records import Sighting
from shared.extract import extract_bytes
from shared.extract.entities.scanner import BLOCK
from tests.unit.entities_help import HOST, body, guid, last, other, scan, url

A, B, C = guid(1), guid(2), other(9)
UA, UB = url(A), url(B)
M = url(other(1), "models/base")
WIDE = len(UA)
J = json.dumps
LAST = J(last(1))
PRETTY = J(last(1), indent=2)
ONE: dict[str, str | None] = {A: "Failed"}
TWO: dict[str, str | None] = {A: "Running", B: "Failed"}
CASES: dict[str, tuple[str, dict[str, str | None]]] = {
    # languages
    "lombok": (f"Transcription(self={UA}, model=EntityReference(self={M}), status=Failed, displayName=My Job)\n", ONE),
    "java record": (f"Transcription[model=EntityReference[self={M}], self={UA}, status=Failed]\n", ONE),
    "dataclass": (f"INFO got Transcription(self='{UA}', model=Reference(self='{M}'), status='Failed')\n", ONE),
    "ordered dictionary": (
        f"OrderedDict([('model', OrderedDict([('self', '{M}')])), ('self', '{UA}'), ('status', 'Failed')])\n",
        ONE,
    ),
    "go struct": (f"&{{Self:{UA} Model:{{Self:{M}}} Status:Failed}}\n", ONE),
    "go map": (f"map[model:map[self:{M}] self:{UA} status:Failed]\n", ONE),
    "swift": (f'["self": "{UA}", "model": ["self": "{M}"], "status": "Failed"]\n', ONE),
    "php print_r": (
        f"Array\n(\n    [self] => {UA}\n    [model] => Array\n        (\n            [self] => {M}\n        )\n\n    [status] => Failed\n)\n",
        ONE,
    ),
    "php var_dump": (
        f'array(2) {{\n  ["model"]=>\n  array(1) {{\n    ["self"]=>\n    string(9) "{M}"\n  }}\n  ["self"]=>\n  string(9) "{UA}"\n  ["status"]=>\n  string(6) "Failed"\n}}\n',
        ONE,
    ),
    "node concatenation": (f"{{\n  self: '{HOST}/' +\n    'transcriptions/{A}',\n  status: 'Failed'\n}}\n", ONE),
    "r print": (
        f'> res\n$self\n[1] "{UA}"\n\n$model\n$model$self\n[1] "{M}"\n\n\n$links\n$links$files\n[1] "{UA}/files"\n\n\n$status\n[1] "Failed"\n\n',
        ONE,
    ),
    # lines of keys and values
    "yaml list between keys": (
        f"values:\n- properties:\n    channels:\n    - 0\n    - 1\n    timeToLiveHours: 48\n  model:\n    self: {M}\n  self: {UA}\n  status: Failed\n",
        ONE,
    ),
    "yaml folded value": (f"- self: >-\n    {UA}\n  status: Running\n- self: {UB}\n  status: Failed\n", TWO),
    "toml": (f'self = "{UA}"\nstatus = "Failed"\n\n[model]\nself = "{M}"\n', ONE),
    "ini": (f"[job]\nself={UA}\nstatus=Failed\n", ONE),
    "logfmt": (f'time=1 level=info self={UA} model={M} msg="got it" status=Failed\n', ONE),
    "environment": (f"X=1\nTRANSCRIPTION_ID={A}\nMODEL_ID={C}\n", {A: None}),
    # tables
    "pandas": (f"{'self':>{WIDE + 3}}   status\n0  {UA}  Running\n1  {UB}   Failed\n", TWO),
    "box": (
        f"│ self{' ' * (WIDE - 4)} │ status  │\n├{'─' * (WIDE + 2)}┼─────────┤\n│ {UA} │ Running │\n│ {UB} │ Failed  │\n",
        TWO,
    ),
    "markdown link": (
        f"| job | transcription | status |\n|---|---|---|\n| a | [a]({UA}) | Running |\n| b | {UB} | Failed |\n",
        TWO,
    ),
    "confluence": (f"||self||status||\n|{UA}|Running|\n|{UB}|Failed|\n", TWO),
    "csv of ids": (f'"Name","Transcription Id","Status"\n"x","{A}","Running"\n"y","{B}","Failed"\n', TWO),
    "csv of locations": (f"name;location;status\nx;{UA};Running\ny;{UB};Failed\n", TWO),
    "csv without header": (f"{UA},Running,en-US\n{UB},Failed,en-US\n", TWO),
    "wrapped table": (
        f"status  self\n------  ----\nRunning {UA[:60]}\n        {UA[60:]}\nFailed  {UB[:60]}\n        {UB[60:]}\n\n",
        TWO,
    ),
    "tsv of literals": (f"2026\t{{'self': '{M}'}}\t{{'files': '{UA}'}}\t{UA}\tFailed\n", ONE),
    # markup
    "html": (f"<html><body><pre>{html.escape(PRETTY)}</pre></body></html>\n", ONE),
    "html table": (
        f"<table>\n<tr><th>self</th><th>model</th><th>status</th></tr>\n<tr><td>{UA}</td><td>@{{self={M}}}</td><td>Failed</td></tr>\n</table>\n",
        ONE,
    ),
    "html code": (
        "<div>"
        + "</div>\n<div>".join(html.escape(line).replace(" ", "&nbsp;") for line in PRETTY.splitlines())
        + "</div>\n",
        ONE,
    ),
    "xml": (
        f"<list><values><item><model><self>{M}</self></model><status>Running</status><self>{UA}</self></item><item><self>{UB}</self><status>Failed</status></item></values></list>\n",
        TWO,
    ),
    "clixml": (
        f'<Objs Version="1.1.0.1">\n  <Obj RefId="0">\n    <MS>\n      <Obj N="model" RefId="1">\n        <TNRef RefId="0" />\n        <MS>\n          <S N="self">{M}</S>\n        </MS>\n      </Obj>\n      <S N="self">{UA}</S>\n      <S N="status">Failed</S>\n    </MS>\n  </Obj>\n</Objs>\n',
        ONE,
    ),
    "curly quotes": (PRETTY.replace('"', "”"), ONE),
    "syslog": (PRETTY.replace("\n", "#012") + "\n", ONE),
    # whatever holds a string
    "postman variables": (
        J({"values": [{"key": "transcriptionId", "value": A}, {"key": "modelId", "value": C}]}),
        {A: None},
    ),
    "list of ids": (J({"transcriptionIds": [A, B]}), {A: None, B: None}),
    "table of an app": (J({"RowKey": C, "TranscriptionUrl": UA, "Status": "Failed"}), ONE),
    "cosmos": (J({**last(1), "_self": "dbs/x==/colls/y=/docs/z==/", "id": C}), ONE),
    "escaped and cut at its start": (J(J(body(1)))[3:], {A: "Running"}),
    # lists within inventories of somebody's own
    "plural": (J({"datasets": {"values": [{"self": url(A, "datasets"), "status": "Failed"}]}}), ONE),
    "whole model": (
        J({"model": {"self": url(A, "models"), "status": "Failed", "createdDateTime": "2026-01-05T10:00:00Z"}}),
        ONE,
    ),
    # prose
    "several": (f"Transcription IDs: {A}, {B}\n", {A: None, B: None}),
    "heading": (f"### Transcription ID\n\n{A}\n\n### Request ID\n\n{C}\n", {A: None}),
    "affected": (f"Affected transcriptions:\n- {A}\n- {B}\n\n- {C}\n", {A: None, B: None}),
    "table of a form": (f"| Region | eastus |\n| Transcription ID | {A} |\n| Request ID | {C} |\n", {A: None}),
    # damage
    "line cut in a string": (J(body(1))[:180] + "\n" + J(last(2)) + "\n", {A: None, B: "Failed"}),
    "start cut in a reference": (PRETTY[PRETTY.index('"self"') :], ONE),
}
BASE64 = {
    "one line": base64.b64encode(LAST.encode()).decode() + "\n",
    "mail": base64.encodebytes(PRETTY.encode()).decode(),
}


@pytest.mark.parametrize("name", CASES)
def test_a_wrapper_gives_exactly_its_entities(name: str) -> None:
    text, wanted = CASES[name]
    whole = scan(text)
    assert whole.ids == wanted
    pieces = scan(text, 7)
    assert (pieces.sightings, pieces.near_misses, pieces.format) == (whole.sightings, whole.near_misses, whole.format)


@pytest.mark.parametrize("name", CASES)
def test_the_border_of_two_blocks_hurts_no_wrapper(name: str) -> None:
    text, wanted = CASES[name]
    noise = "nothing of interest\n"
    for inside in range(5, len(text.encode()), max(len(text) // 7, 1)):
        before = (noise * 1000)[: BLOCK - inside].rpartition("\n")[0] + "\n"
        assert scan(before + text + "\n" + noise * 2000).ids == wanted, inside


@pytest.mark.parametrize("name", [name for name in CASES if not name.startswith("start cut")])
def test_a_text_that_ends_anywhere_gives_no_other_id_and_no_other_kind(name: str) -> None:
    text, _ = CASES[name]
    data = text.encode()
    known = {(s.kind, s.id) for s in scan(data).sightings}
    states = {s.status for s in scan(data).sightings} | {None}
    for end in range(len(data)):
        found = scan(data[:end]).sightings
        assert {(s.kind, s.id) for s in found} <= known, end
        assert {s.status for s in found} <= states, end


@pytest.mark.parametrize("name", BASE64)
def test_base64_as_a_whole_document_is_read(name: str) -> None:
    assert scan(BASE64[name]).ids == ONE
    assert scan(BASE64[name], 11).ids == ONE


@pytest.mark.parametrize("width", [60, 79, 80, 100, 120])
def test_a_format_list_of_any_width_keeps_its_values(width: int) -> None:
    values = {
        "self": UA,
        "model": f"@{{self={M}}}",
        "links": f"@{{files={UA}}}",
        "status": "Failed",
        "properties": "@{channels=System.Object[]; punctuationMode=DictatedAndAutomatic; timeToLiveHours=48}",
        "lastActionDateTime": "2026-01-05T10:05:00Z",
        "displayName": "My Job",
    }
    lines = []
    for key, value in values.items():
        room = width - 22
        parts = [value[i : i + room] for i in range(0, len(value), room)]
        lines.append(f"{key:<19}: " + ("\n" + " " * 21).join(parts))
    for noise in ("", "x\n" * 8000):
        found = scan(noise + "\n" + "\n".join(lines) + "\n\n").merged
        assert found.keys() == {A}
        one = found[A]
        assert (one.status, one.model, one.time_to_live_hours, one.display_name, one.expires) == (
            "Failed",
            other(1),
            48.0,
            "My Job",
            "2026-01-07T10:05:00.000Z",
        )


def test_yaml_keeps_the_context_on_both_sides_of_a_list() -> None:
    text = f"- createdDateTime: '2026-01-05T10:00:00Z'\n  displayName: 'My: job'\n  model:\n    self: {M}\n  properties:\n    channels:\n    - 0\n    timeToLiveHours: 48\n  lastActionDateTime: '2026-01-05T10:05:00Z'\n  self: {UA}\n  status: Failed\n"
    one = scan(text).merged[A]
    assert (one.display_name, one.model, one.time_to_live_hours) == ("My: job", other(1), 48.0)
    assert (one.created, one.expires) == ("2026-01-05T10:00:00.000Z", "2026-01-07T10:05:00.000Z")


@pytest.mark.parametrize(
    "own",
    [
        f"eastus.api.cognitive.microsoft.com/speechtotext/v3.1/transcriptions/{A}",
        f"//eastus.api.cognitive.microsoft.com:443/speechtotext/v3.1/transcriptions/{A}",
        f"https://eastus.api.cognitive.microsoft.com//speechtotext/v3.1//transcriptions/{A}/",
        f"https://eastus.api.cognitive.microsoft.com/speechtotext/v3.1/transcriptions/%7B{A}%7D",
        f"https%3A%2F%2Feastus.api.cognitive.microsoft.com%2Fspeechtotext%2Fv3.1%2Ftranscriptions%2F{A}",
        f"[{HOST}/v3.1/transcriptions/{A}]({HOST}/v3.1/transcriptions/{A})",
        f"<{HOST}/v3.1/transcriptions/{A}>",
    ],
)
def test_a_self_that_people_or_programs_changed_still_tells_all(own: str) -> None:
    one = scan(J(last(1, self=own))).merged[A]
    assert (one.kind, one.region, one.api_version) == ("transcription", "eastus", "v3.1")


@pytest.mark.parametrize("own", [None, "", " "])
def test_without_a_self_the_link_to_the_files_names_the_entity(own: str | None) -> None:
    result = scan(J(last(1, self=own)))
    assert result.ids == ONE
    assert result.sightings[0].self_url is None
    assert scan(J(last(1, self=f"{HOST}/transcriptions/{{id}}"))).ids == {}


def extracted(text: str) -> list[Sighting]:
    with extract_bytes(text.encode()) as found:
        return list(found.sightings)


def test_the_log_of_an_endpoint_names_the_endpoint_and_no_audio() -> None:
    own = f"{HOST}/v3.1/endpoints/{A}/files/logs/2023-03-13_163715__{C}"
    found = extracted(J({"values": [{"self": own, "name": "+4915550001234.wav", "kind": "Audio"}]}))
    assert [(s.kind, s.id, s.display_name) for s in found] == [("endpoint", A, "[file].wav")]
    [file, job] = extracted(J({"self": url(B, f"transcriptions/{A}/files"), "name": "+4915550001234.wav.json"}))
    assert (file.kind, file.display_name) == ("transcription_file", "[file].wav.json")
    assert (job.kind, job.id) == ("transcription", A)


@pytest.mark.parametrize(
    "text",
    [
        J(
            {"recognizedPhrases": [{"nBest": [{"display": f"My transcription id is {C}, {UA}"}]}], "source": "x"},
            indent=1,
        ),
        J({"combinedPhrases": [{"text": f"transcription id {C}"}], "durationMilliseconds": 1}),
        J({"RecognitionStatus": "Success", "DisplayText": f"The transcription id is {C}."}),
        J(
            {
                "failedTranscriptionsCount": 1,
                "details": [{"errorKind": "X", "errorMessage": f"Transcription {C} failed"}],
            }
        ),
        J({"self": url("3fa85f64-5717-4562-b3fc-2c963f66afa6"), "status": "NotStarted"}),
        f"2026 INFO\t{{'self': '{M}'}}\tnothing\n",
        f"Transcription ID\n\n_No response_\n\n{C}\n",
    ],
)
def test_what_was_said_or_only_shown_names_nothing(text: str) -> None:
    assert scan(text).ids == {}


def test_version_2_says_why_a_job_failed() -> None:
    made = {
        "recordingsUrl": "https://x/a.wav?sig=CaNaRy",
        "statusMessage": "Cannot read https://x/a.wav?sig=CaNaRy",
        "id": A,
        "status": "Failed",
        "createdDateTime": "2019-01-07T12:34:12Z",
        "lastActionDateTime": "2019-01-07T12:36:07Z",
    }
    error = scan(J(made)).merged[A].error
    assert error is not None
    assert error.message == "Cannot read …"
    assert scan(J({**made, "status": "Running"})).merged[A].error is None


@pytest.mark.parametrize("depth", [300, 1900])
def test_very_deep_wrappers_are_opened(depth: int) -> None:
    assert scan('{"a":' * depth + LAST + "}" * depth).ids == ONE
    assert scan("[" * depth + LAST + "]" * depth).ids == ONE


def test_a_quoted_mail_with_wrapped_lines_is_put_together() -> None:
    lines = textwrap.wrap(pprint.pformat(last(1)), 72, break_on_hyphens=False, break_long_words=False)
    assert scan("On Monday X wrote:\n" + "\n".join("> " + line for line in lines) + "\n").ids == ONE
