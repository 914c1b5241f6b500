"""Every log of the corpus yields its session IDs and no other."""

from __future__ import annotations

import pytest

from shared.extract import Extraction, extract_bytes
from shared.extract.engines import PLAIN
from tests.extract.corpus import LogFile, files


def found_in(extraction: Extraction) -> set[str]:
    with extraction:
        return {sighting.id for sighting in extraction.sightings if sighting.kind == "session"}


@pytest.mark.parametrize("log", files(), ids=str)
def test_no_session_id_is_missed_and_none_is_wrong(log: LogFile) -> None:
    found = found_in(extract_bytes(log.read(), log.path.name))
    assert log.wanted - found == set(), "missed"
    assert found - log.allowed == set(), "wrong"
    assert not found & log.forbidden


@pytest.mark.parametrize("log", files()[::7], ids=str)
def test_the_standard_library_alone_finds_the_same(log: LogFile) -> None:
    """Without the wheels of Vectorscan and isal, the answer is the same to the byte."""
    data = log.read()[:400_000]
    with extract_bytes(data, engines=PLAIN) as plain, extract_bytes(data) as fast:
        assert plain.to_json("x") == fast.to_json("x")
