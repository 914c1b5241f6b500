"""More of what people save: variants of every wrapper, each with exactly the entities in it."""

from __future__ import annotations

import json
import pprint
from collections.abc import Mapping

import pytest

from tests.unit.entities_help import HOST, body, guid, last, other, scan, url

A, B, C = guid(1), guid(2), other(9)
M = url(other(1), "models")
J = json.dumps
P = J(last(1), indent=2)
AUDIO = [f"https://x.blob.core.windows.net/a/{n:06}.wav?sv=1&sig={'a' * 80}" for n in range(1000)]
CASES: dict[str, tuple[str | bytes, Mapping[str, str | None]]] = {
    "quoted yaml": (
        f'values:\n  - "self": "{url(A)}"\n    "model":\n      "self": "{M}"\n    "status": "Running"\n  - "self": "{url(B)}"\n    "status": "Failed"\n',
        {A: "Running", B: "Failed"},
    ),
    "yaml comment multi": (
        f"# saved\n---\nself: {url(A)}\nstatus: Running\n---\nself: {url(B)}\nstatus: Failed\n",
        {A: "Running", B: "Failed"},
    ),
    "yaml nested error": (
        f'error: null\nproperties:\n  error:\n    code: X\n    message: "bad: thing"\nself: "{url(A)}"\nstatus: Failed\n',
        {A: "Failed"},
    ),
    "yaml self first then model": (
        f"self: {url(A)}\nmodel:\n  self: {M}\nlinks:\n  files: {url(A)}/files\nstatus: Running\n",
        {A: "Running"},
    ),
    "format-custom": (
        f"class PSCustomObject\n{{\n  self = {url(A)}\n  model = \n    class PSCustomObject\n    {{\n      self = {M}\n    }}\n    \n  status = Running\n}}\n",
        {A: "Running"},
    ),
    "two pretty docs": (P + "\n" + J(body(2), indent=4), {A: "Failed", B: "Running"}),
    "cut then whole": (P[:300] + "\n" + J(body(2), indent=4), {B: "Running"}),
    "cut in model": (P[:60] + "\n" + J(body(2), indent=4), {B: "Running"}),
    "json seq": ("\x1e" + J(body(1)) + "\n\x1e" + J(body(2)) + "\n", {A: "Running", B: "Running"}),
    "concatenated": (J(body(1)) + J(last(2)), {A: "Running", B: "Failed"}),
    "serilog": (f"2026-01-05 10:00:00 [INF] Body: {P}\n2026-01-05 10:00:01 [INF] done\n", {A: "Failed"}),
    "logger 2 docs a line": (
        f"req={J({'model': {'self': M}, 'contentUrls': ['x']})} resp={J(body(1))}\n",
        {A: "Running"},
    ),
    "okhttp": (
        f"D/OkHttp: --> POST {HOST}/transcriptions:submit\nD/OkHttp: {J({'model': {'self': M}})}\nD/OkHttp: <-- 201 {HOST}/transcriptions:submit (300ms)\nD/OkHttp: location: {url(A)}\nD/OkHttp: {J(body(1))}\n",
        {A: "Running"},
    ),
    "js console.log nested string": (f"response: {{ statusCode: 200, body: '{J(body(1))}' }}\n", {A: "Running"}),
    "ts template": ("const x = `" + P + "`;\n", {A: "Failed"}),
    "python dict multi": ("resp = " + pprint.pformat(body(1), width=40) + "\n", {A: "Running"}),
    "java okhttp toString": (
        f"Response{{protocol=h2, code=200, url={url(C)}}} body={J(body(1))}\n",
        {A: "Running", C: None},
    ),
    "json string top": (J(J(body(1))), {A: "Running"}),
    "escaped pretty w/ n": (J(P)[1:-1], {A: "Failed"}),
    "logfmt escaped": (f"level=info body={J(P)} x=1\n", {A: "Failed"}),
    "csharp verbatim": ('var s = @"' + P.replace('"', '""') + '";\n', {A: "Failed"}),
    "powershell gm": (f"PS C:\\> $r | ConvertTo-Json\n{P}\nPS C:\\> \n", {A: "Failed"}),
    "ps @{ lines": (
        f"@{{self={url(A)}; model=@{{self={M}}}; status=Running}}\n@{{self={url(B)}; status=Failed}}\n",
        {A: "Running", B: "Failed"},
    ),
    "ps status first": (
        f"status : Running\nself   : {url(A)}\n\nstatus : Failed\nself   : {url(B)}\n",
        {A: "Running", B: "Failed"},
    ),
    "md list url": (f"- {url(A)}\n- {url(B)}\n", {A: None, B: None}),
    "spx urls": (f"{url(A, 'transcriptions', '')}\n", {A: None}),
    "csv crlf": (f"id,self,status \n1,{url(A)},Running \n", {A: "Running"}),
    "csv excel sep": (f"sep=;\nself;status\n{url(A)};Running\n", {A: "Running"}),
    "jq -r tsv": (f"{A}\tSucceeded\t{url(A)}\n", {A: "Succeeded"}),
    "jq @csv": (f'"{url(A)}","Succeeded"\n', {A: "Succeeded"}),
    "kusto table": (f"| timestamp | message |\n|---|---|\n| 2026 | {J(body(1))} |\n", {A: "Running"}),
    "bad GUID": (J({"self": HOST + "/projects/def47g44-1111-2222-3333-444455556666", "status": "x"}), {}),
    "trailing text json": (J(body(1)) + " <- this one\n" + J(body(2)) + " ok\n", {A: "Running", B: "Running"}),
    "single quoted json shell": ("curl -d '" + J({"model": {"self": M}}) + "' x\n" + J(body(1)), {A: "Running"}),
    "webhook log kv": (
        f"event=TranscriptionDeletion X-MicrosoftSpeechServices-Event: TranscriptionDeletion payload: {J({'self': url(A)})}\n",
        {A: "Deleted"},
    ),
    "aspnet hdr": (
        f"Request Headers:\n  Host: x\n  X-MicrosoftSpeechServices-Event: [TranscriptionDeletion]\nBody:\n{J({'self': url(A)})}\n",
        {A: "Deleted"},
    ),
    "flask hdr": (
        f"headers=EnvironHeaders([('Host', 'x'), ('X-MicrosoftSpeechServices-Event', 'TranscriptionDeletion')]) body=b'{J({'self': url(A)})}'\n",
        {A: "Deleted"},
    ),
    "arr of arr": (J([[body(1)], [body(2)]]), {A: "Running", B: "Running"}),
    "map by id": (J({A: body(1), B: body(2)}), {A: "Running", B: "Running"}),
    "null model": (J({**body(1), "model": None, "project": None}), {A: "Running"}),
    "nested full model in wrapper": (J({"job": {"transcription": body(1), "note": "x"}}), {A: "Running"}),
    "self obj": (J({"_links": {"self": {"href": url(A)}}}), {}),
    "latin1 bytes": (P.replace("My Job", "M\u00fc").encode("latin-1"), {A: "Failed"}),
    "single entity long desc": (J({"description": "x" * 100000, **last(1)}), {A: "Failed"}),
    "many contentUrls before self": (J({"contentUrls": AUDIO, **last(1)}), {A: "Failed"}),
    "many contentUrls pretty": (J({"model": {"self": M}, "contentUrls": AUDIO, **last(1)}, indent=2), {A: "Failed"}),
    "contentUrls after self": (J({**body(1), "contentUrls": AUDIO, "status": "Failed"}, indent=2), {A: "Failed"}),
    "status far": (J({"self": url(A), "contentUrls": AUDIO, "status": "Failed"}, indent=2), {A: "Failed"}),
}


@pytest.mark.parametrize("name", CASES)
def test_a_variant_gives_exactly_its_entities(name: str) -> None:
    text, wanted = CASES[name]
    whole = scan(text)
    assert whole.ids == wanted
    pieces = scan(text, 7)
    assert (pieces.sightings, pieces.near_misses, pieces.format) == (whole.sightings, whole.near_misses, whole.format)
