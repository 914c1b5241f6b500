"""Query parameters: what is wrong is said, nothing is ignored."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.core.errors import BadRequest
from shared.web.handlers.lists import TRANSCRIPTION_FILTERS, WINDOW
from shared.web.paging import PAGING
from shared.web.query_params import parse_all

DECLARED = (*WINDOW, *TRANSCRIPTION_FILTERS, *PAGING)


def test_values_are_parsed_by_their_kind() -> None:
    values = parse_all(
        DECLARED,
        {"from": "2026-11-22", "to": "2026-11-22T05:10:42+01:00", "top": "1000", "state": "LIVE", "name": "ü #1"},
    )
    assert values == {
        "from": datetime(2026, 11, 22, tzinfo=UTC),
        "to": datetime(2026, 11, 22, 4, 10, 42, tzinfo=UTC),
        "top": 1000,
        "state": "live",
        "name": "ü #1",
    }


def test_an_unescaped_plus_of_a_time_zone_is_understood() -> None:
    """In a query string + means a space, and few people escape it."""
    assert parse_all(DECLARED, {"to": "2026-11-22T05:10:42 01:00"}) == parse_all(
        DECLARED, {"to": "2026-11-22T05:10:42+01:00"}
    )


@pytest.mark.parametrize(
    ("query", "target"),
    [
        ({"limit": "5"}, "limit"),
        ({"TOP": "5"}, "TOP"),
        ({"top": "0"}, "top"),
        ({"top": "1001"}, "top"),
        ({"top": "-1"}, "top"),
        ({"top": "ten"}, "top"),
        ({"top": "1e2"}, "top"),
        ({"top": "٣"}, "top"),
        ({"top": "9" * 5000}, "top"),
        ({"top": ""}, "top"),
        ({"from": "tomorrow"}, "from"),
        ({"from": "2 hours"}, "from"),
        ({"from": "-2h"}, "from"),
        ({"from": "99999w2h"}, "from"),
        ({"from": "1h", "to": "2h"}, "from"),
        ({"from": "2026-02-30"}, "from"),
        ({"from": "2026-11-23", "to": "2026-11-22"}, "from"),
        ({"state": "dead"}, "state"),
        ({"status": ""}, "status"),
        ({"status": "a\x00b"}, "status"),
        ({"name": "x" * 1025}, "name"),
    ],
)
def test_what_is_wrong_is_a_bad_request_that_names_the_parameter(query: dict[str, str], target: str) -> None:
    with pytest.raises(BadRequest) as caught:
        parse_all(DECLARED, query)
    assert caught.value.target == target
    assert target in caught.value.message


def test_the_function_key_is_allowed_and_not_read() -> None:
    assert parse_all((), {"code": "secret"}) == {}


def test_an_unknown_parameter_is_told_what_there_is() -> None:
    with pytest.raises(BadRequest, match="accepts top, token"):
        parse_all(PAGING, {"page": "2"})
    with pytest.raises(BadRequest, match="accepts none"):
        parse_all((), {"page": "2"})


@given(st.dictionaries(st.sampled_from([p.name for p in DECLARED]) | st.text(max_size=8), st.text(max_size=40)))
def test_any_query_is_either_read_or_refused(query: dict[str, str]) -> None:
    try:
        values = parse_all(DECLARED, query)
    except BadRequest:
        return
    assert set(values) <= set(query)
