"""JSON bodies are parsed strictly: every slip is told with the field at fault."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.core.errors import BadRequest, TooLarge, UnsupportedMedia
from shared.web.http import Request
from shared.web.json_body import MOST_BYTES, Field, read

FIELDS = (
    Field("name", "A text.", most=5, required=True),
    Field("count", "A number.", "count", 3),
    Field("ids", "Texts.", "texts", 2),
)


def request(body: bytes, **headers: str) -> Request:
    return Request("POST", "/", headers={name.replace("_", "-"): value for name, value in headers.items()}, body=body)


def parsed(body: Any) -> dict[str, Any]:
    return read(request(json.dumps(body).encode()), FIELDS)


def test_given_fields_come_back_and_null_counts_as_left_out() -> None:
    assert parsed({"name": "x", "count": None, "ids": ["a", "b"]}) == {"name": "x", "ids": ["a", "b"]}
    assert parsed({"name": "x", "count": 2.0}) == {"name": "x", "count": 2}
    assert read(request(b'\xef\xbb\xbf{"name": "x"}'), FIELDS) == {"name": "x"}


@pytest.mark.parametrize(
    ("body", "target"),
    [
        ({}, "name"),
        ({"name": None}, "name"),
        ({"name": 1}, "name"),
        ({"name": "123456"}, "name"),
        ({"name": "x", "count": 0}, "count"),
        ({"name": "x", "count": 4}, "count"),
        ({"name": "x", "count": 1.5}, "count"),
        ({"name": "x", "count": True}, "count"),
        ({"name": "x", "ids": []}, "ids"),
        ({"name": "x", "ids": ["a"] * 3}, "ids"),
        ({"name": "x", "ids": [None]}, "ids"),
        ({"name": "x", "Name": "y"}, "Name"),
        ({"name": "x", "y" * 99: 1}, "y" * 40),
    ],
)
def test_the_field_at_fault_is_named(body: Any, target: str) -> None:
    with pytest.raises(BadRequest) as caught:
        parsed(body)
    assert caught.value.target == target


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"   ",
        b"{",
        b"[]",
        b"null",
        b"1",
        b'"x"',
        b"{'name': 1}",
        b'{"name": "x",}',
        b'{"name": NaN}',
        b"\xff\xfe",
        b'{"name": "x", "name": "y"}',
        b'{"count": ' + b"9" * 5000 + b"}",
        b'{"name": ' + b"[" * 90_000,
    ],
)
def test_what_is_no_json_object_is_told(body: bytes) -> None:
    with pytest.raises(BadRequest):
        read(request(body), FIELDS)


def test_no_body_at_all_is_fine_where_nothing_is_required() -> None:
    assert read(request(b" \r\n"), FIELDS, optional=True) == {}


@pytest.mark.parametrize(
    "kind", ["application/json", "application/json; charset=UTF-8", "application/merge-patch+json", ""]
)
def test_json_by_any_of_its_names_is_taken(kind: str) -> None:
    assert read(request(b'{"name": "x"}', content_type=kind), FIELDS) == {"name": "x"}


@pytest.mark.parametrize(
    "headers",
    [
        {"content_type": "text/plain"},
        {"content_type": "application/x-www-form-urlencoded"},
        {"content_encoding": "gzip"},
        {"content_type": "application/json; charset=utf-16"},
    ],
)
def test_other_types_and_codings_are_refused(headers: dict[str, str]) -> None:
    with pytest.raises(UnsupportedMedia):
        read(request(b'{"name": "x"}', **headers), FIELDS)


def test_a_huge_body_is_refused_before_it_is_parsed() -> None:
    with pytest.raises(TooLarge):
        read(request(b" " * (MOST_BYTES + 1)), FIELDS)


@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_nothing_but_an_error_of_the_caller_comes_out_of_any_bytes(body: bytes) -> None:
    with contextlib.suppress(BadRequest):
        read(request(body), FIELDS)
