"""CSV: what was put in comes out of a reader again, and no cell is run by a spreadsheet."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.web.csv_export import cell, csv_text

ITEM = {
    "id": "9c9145db22a4462db58835a1ff33d4a0",
    "error": {"code": "X", "message": 'says "no", twice\nand again'},
    "requestIds": ["a", "b"],
    "size": 12,
}


def test_fields_of_objects_have_columns_of_their_own_and_missing_ones_are_empty() -> None:
    text = csv_text(("id", "error.code", "error.message", "error.httpStatus", "requestIds", "size", "region"), [ITEM])
    head, row = csv.reader(io.StringIO(text))
    assert head[:2] == ["id", "error.code"]
    assert row == [ITEM["id"], "X", 'says "no", twice\nand again', "", "a; b", "12", ""]


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        " =1",
        "=cmd|' /C calc'!A0",
        "\uff1d1+1",
        "\uff201",
        "\u00a0=1",
        "\v=1",
    ],
)
def test_what_begins_like_a_formula_is_marked_as_text(text: str) -> None:
    assert cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["a=b", "9c91", "2026-11-22", "", "'quoted"])
def test_what_is_no_formula_stays(text: str) -> None:
    assert cell(text) == text


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1))
def test_any_text_survives(texts: list[str]) -> None:
    items = [{"a": text, "b": "x"} for text in texts]
    rows = list(csv.reader(io.StringIO(csv_text(("a", "b"), items), newline="")))[1:]
    assert [row[0].removeprefix("'") for row in rows] == [text.removeprefix("'") for text in texts]
