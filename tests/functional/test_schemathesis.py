"""schemathesis makes up requests from the OpenAPI document and holds the running app against it, a bounded run.

What it must not find: a status 500, a status, type, header or body that the document does not promise, and a request
against the document that is taken. It runs as a program of its own, as anybody would run it.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import requests

from tests.functional.running import READY, Run

_EXAMPLES = 4  # for each operation, beside the hundreds that its coverage phase makes up
_SEED = 20261122
_SKIPPED = {
    "unsupported_method": "the Functions host answers other methods, with 404 and no body; the app never sees them",
    "allow_header_conformance": "the same",
    "ignored_auth": "the Functions host checks keys; the development host checks none",
    "positive_data_acceptance": "no schema can say which tokens were handed out, nor that 'from' is before 'to'",
}
_CONFIG = """
[checks]
negative_data_rejection.expected-statuses = [400, 404, 409, 412, 413, 415]
not_a_server_error.expected-statuses = ["2xx", "3xx", "4xx", 503]  # 503: busy, or not ready, as documented
"""


def _without_keys(document: dict[str, Any]) -> dict[str, Any]:
    """The document as it holds on one's own machine. Else every request without a key would count as wrong."""
    del document["security"], document["components"]["securitySchemes"]
    for methods in document["paths"].values():
        for operation in methods.values():
            operation.pop("security", None)
    return document


def test_made_up_requests_find_nothing_that_the_document_does_not_promise(tmp_path: Path) -> None:
    with Run(tmp_path / "log", "--port", "0", "--demo", "--data", "memory", "--host", "dev") as run:
        run.wait_for(READY)
        document = _without_keys(requests.get(f"{run.url}/api/openapi.json", timeout=30).json())
        (tmp_path / "openapi.json").write_text(json.dumps(document))
        (tmp_path / "schemathesis.toml").write_text(_CONFIG)
        command = [
            sys.executable,
            "-m",
            "schemathesis.cli",
            "run",
            "openapi.json",
            "--url",
            run.url,
            "--seed",
            str(_SEED),
            "--max-examples",
            str(_EXAMPLES),
            "--workers",
            "2",
            "--checks",
            "all",
            "--warnings",
            "off",
            "--no-color",
            "--exclude-checks",
            ",".join(_SKIPPED),
        ]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False)
    told = re.sub(r"(.)\1{99,}", r"\1...", done.stdout)[-8000:]  # bodies of 256 KiB are among what it makes up
    assert done.returncode == 0, told + done.stderr[-2000:]
    operations = sum(len(methods) for methods in document["paths"].values())
    assert f"Tested: {operations}" in done.stdout, told
    made = re.search(r"(\d+) generated, (\d+) passed", done.stdout)
    assert made, told
    assert int(made[1]) == int(made[2]) > 10 * operations
