"""Every near miss has a meaning, and whoever shows one uses the same sentence."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import pytest
from azure.data.tables import TableServiceClient

from shared.cli import extract as cli_extract
from shared.core import ids
from shared.core.records import NearMiss
from shared.core.stored import Noted
from shared.extract import extract_bytes
from shared.speech.collections import KIND_OF
from shared.speech.near_misses import FoundMiss, NearMissReason, explain, reference_to
from shared.storage.tables import Index
from shared.support import case_document, document
from shared.support.case import build
from shared.web import id_lookup
from tests.fakes.tables import TableDouble

DASHED = "9f4ffa51-13a8-46eb-a289-aa98b28e7c1d"
DIGITS = DASHED.replace("-", "")
WITHOUT_NEXT_STEP = {NearMissReason.PLACEHOLDER, NearMissReason.PLACEHOLDER_ID}


@pytest.mark.parametrize("reason", NearMissReason)
def test_every_reason_has_a_meaning_and_a_next_step_where_there_is_one(reason: NearMissReason) -> None:
    assert reason.meaning.endswith(".")
    assert bool(reason.next_step) is (reason not in WITHOUT_NEXT_STEP)
    assert reason.explanation == f"{reason.meaning} {reason.next_step}".strip()
    assert explain(str(reason)) == reason.explanation


@pytest.mark.parametrize("kind", sorted(set(KIND_OF.values())))
def test_every_kind_of_entity_can_be_referred_to(kind: str) -> None:
    assert reference_to(kind) is not NearMissReason.ENTITY_REFERENCE
    assert reference_to(kind) == f"{kind.replace('_', '-')}-reference"


def test_a_reference_to_an_unknown_collection_and_an_unknown_reason_are_explained_too() -> None:
    assert reference_to("voices") is NearMissReason.ENTITY_REFERENCE
    assert explain("reason-of-a-newer-version").endswith("not one that support accepts.")


def test_the_command_line_http_and_the_case_show_the_same_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = tmp_path / "request.log"
    log.write_text(f"POST https://eastus.stt.speech.microsoft.com/x?X-ConnectionId={DASHED} HTTP/1.1\n")
    with extract_bytes(log.read_bytes(), "request.log") as found:
        (miss,) = found.near_misses
    sentence = NearMissReason.DASHED_CONNECTION_ID.explanation
    in_source = FoundMiss(miss, "blob:speech-logs/request.log", "0" * 16)

    cli_extract.run(argparse.Namespace(files=[str(log)], format="table"))
    case = build(DIGITS, [], Noted(), datetime.now(UTC), [in_source])
    unknown = id_lookup.unknown(Index(cast(TableServiceClient, TableDouble())), DASHED, reason=miss.reason, look=False)

    assert sentence in capsys.readouterr().out
    assert in_source.to_json()["meaning"] == sentence
    assert sentence in document.to_text(case_document.report(case))
    assert unknown.to_json()["advice"] == sentence
    assert ids.digits(miss.value) == DIGITS
    assert miss == NearMiss(DASHED, NearMissReason.DASHED_CONNECTION_ID, 1, DIGITS)
