"""Saved bodies: exactly the entities that stand in them, in every wrapper."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.unit.entities_help import BODIES, CORPUS, scan, wrong


def _cases(folder: Path) -> list[tuple[Path, dict[str, Any]]]:
    index = folder / "expected.json"
    cases = json.loads(index.read_text("utf-8"))["cases"] if index.is_file() else []
    return [(folder / case["file"], case) for case in cases]


OWN = _cases(BODIES)
SAMPLE = _cases(Path(CORPUS) / "bodies") if CORPUS else []
OFFICIAL = sorted((Path(CORPUS) / "responses").glob("*/*.json")) if CORPUS else []


def test_there_is_a_corpus_of_our_own() -> None:
    assert len(OWN) >= 15


@pytest.mark.parametrize(("path", "case"), OWN + SAMPLE, ids=lambda value: getattr(value, "name", ""))
def test_a_saved_body_gives_exactly_its_entities(path: Path, case: dict[str, Any]) -> None:
    assert wrong(scan(path.read_bytes().replace(b"\r\n", b" \n")), case) == []


@pytest.mark.parametrize("size", [1, 7, 4096])
@pytest.mark.parametrize("path", [path for path, _ in OWN + SAMPLE], ids=lambda path: path.name)
def test_the_chunking_does_not_matter(path: Path, size: int) -> None:
    data = path.read_bytes()
    whole, pieces = scan(data), scan(data, size)
    assert pieces.sightings == whole.sightings
    assert pieces.near_misses == whole.near_misses
    assert pieces.redacted == whole.redacted
    assert pieces.format == whole.format


@pytest.mark.parametrize("path", OFFICIAL, ids=lambda path: path.name)
def test_an_official_example_gives_the_self_of_each_entity(path: Path) -> None:
    """The main `self` of an answer's body, or of each element of its `values`."""
    document = json.loads(path.read_text("utf-8-sig"))
    answers = document.get("responses", {"200": {"body": document}}).values()
    wanted: set[str] = set()
    for answer in answers:
        content = answer.get("body") or {}
        for element in content.get("values", [content]):
            if "self" in element and "g" not in element["self"].split("?")[0].rsplit("/", 1)[1]:
                wanted.add(element["self"].split("?")[0])
    found = {s.self_url.split("?")[0] for s in scan(path.read_bytes()).sightings if s.self_url}
    assert found == wanted
