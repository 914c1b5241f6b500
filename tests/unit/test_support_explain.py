"""Every error that the extraction can name has a meaning and something to try."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from shared.core.records import ErrorInfo
from shared.speech import sdk_errors
from shared.speech.error_guide import ROWS, UNKNOWN, explain

SPEC = Path(os.environ.get("SPEECH_SPECS", "/nowhere")) / "2025-10-15" / "speechtotext.json"


@pytest.mark.parametrize("number", range(len(ROWS)))
def test_a_row_says_what_it_means_and_what_to_try(number: int) -> None:
    meant = ROWS[number].explanation
    assert meant.meaning.endswith((".", ").")), ROWS[number].codes
    assert meant.advice


def test_every_code_of_the_sdk_that_extraction_knows_is_explained() -> None:
    for _, code, reached in sdk_errors._FAILURES:
        if not code:
            continue  # a text whose record has the code
        told = {True: "yes", False: "no", None: "unknown"}[reached]
        assert explain(ErrorInfo(code), told) is not UNKNOWN, code


@pytest.mark.parametrize(
    ("error", "reached", "said"),
    [
        (ErrorInfo("AuthenticationFailure", 401), "yes", "rejected the key"),
        (ErrorInfo("ConnectionFailure"), "no", "never reached"),
        (ErrorInfo("ConnectionFailure", 401), "yes", "rejected the key"),
        (ErrorInfo("ConnectionFailure", 429), "yes", "More concurrent requests"),
        (ErrorInfo("ConnectionFailure"), "yes", "lost after"),
        (ErrorInfo("ConnectionFailure"), "unknown", "does not show"),
        (ErrorInfo("ServiceError", 404), "yes", "No such endpoint"),
        (ErrorInfo("ServiceError", 500), "yes", "failed while"),
        (ErrorInfo("BadRequest", None, "Error code: 1007."), "yes", "1007"),
        (ErrorInfo("BadRequest", 400), "yes", "rejected the request"),
        (ErrorInfo("badrequest", 400), None, "rejected the request"),
        (ErrorInfo(None, 503), None, "temporarily unavailable"),
        (ErrorInfo(None, 502), None, "failed while"),
        (ErrorInfo("InvalidSubscription"), None, "S0"),
        (ErrorInfo("InvalidRecordingsUri"), None, "could not read the audio"),
        (ErrorInfo("Brandnew", 418), None, "not explained here"),
        (ErrorInfo(), None, "not explained here"),
    ],
)
def test_an_error_is_explained_by_code_and_what_narrows_it(error: ErrorInfo, reached: str | None, said: str) -> None:
    assert said in explain(error, reached).meaning


@pytest.mark.skipif(not SPEC.is_file(), reason="needs the official OpenAPI document (SPEECH_SPECS)")
def test_codes_of_the_table_are_codes_that_exist() -> None:
    """Of the batch rows: no typing slip in a code."""
    definitions = json.loads(SPEC.read_text())["definitions"]
    real = {code.lower() for name in ("ErrorCode", "DetailedErrorCode") for code in definitions[name]["enum"]}
    ours = {code for _, code, _ in sdk_errors._FAILURES} | {"NoError", "EndOfStream", "InvalidUri", "BlobNotFound"}
    ours |= {"ServiceRedirectTemporary", "ServiceRedirectPermanent", "EmbeddedModelError"}
    assert {code for row in ROWS for code in row.codes} - real <= {code.lower() for code in ours}
