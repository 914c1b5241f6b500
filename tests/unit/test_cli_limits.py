"""The limits of unpacking are settings, and what stopped at one says so."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from shared.cli import main

SESSION = "3f2a7c1e9b4d4a6f8e0d1c2b3a495867"
LOG = f"Session started event. SessionId: {SESSION}\n".encode()


@pytest.mark.parametrize(("depth", "found"), [("4", [SESSION]), ("1", [])])
def test_the_depth_of_archives_is_a_setting(
    depth: str, found: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "twice.gz"
    file.write_bytes(gzip.compress(gzip.compress(LOG)))
    monkeypatch.setenv("UNPACK_MAX_DEPTH", depth)
    assert main(["extract", str(file)]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert [s["id"] for s in answer["sightings"]] == found
    assert bool(answer.get("notices")) is (not found)
