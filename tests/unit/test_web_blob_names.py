"""Names of uploads: odd ones are kept as they are, impossible ones are refused with the reason."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.core.errors import BadRequest
from shared.storage.blob_names import checked


@pytest.mark.parametrize(
    "name",
    [
        "sdk.log",
        "2026/11/22/sdk log #1 100%.log",
        "größe/日志/🎙.log",
        "a" * 900,
        "x" * 1024,
        "100%25",
        "?query=1&a=b",
        "+plus+",
        " leading",
        "..hidden",
        "a..b",
        "file.tar.gz",
        "~",
        "'quote\"",
        "é" * 900,
        "a:b|c*d<e>",
    ],
)
def test_odd_names_are_kept(name: str) -> None:
    assert checked(name) == name


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("", "empty"),
        ("a" * 1100, "longer than 1024"),
        ("🎙" * 513, "longer than 1024"),
        ("a/../b", ". or .."),
        ("..", ". or .."),
        ("./a", ". or .."),
        ("a/...", ". or .."),
        ("folder/", "ends with /"),
        ("/root", "begins or ends with /"),
        ("a//b", "empty folder"),
        ("folder//", "extra slash"),
        ("a%2Fb", "separate folders with /"),
        ("..%2fb", "separate folders with /"),
        ("ends.", "dot"),
        ("a./b", "dot"),
        ("C:\\logs\\sdk.log", "backslash"),
        ("a\nb", "control"),
        ("a\x00", "control"),
        ("a\x85b", "control"),
        ("\ud83d", "control"),
        ("a\ufffe", "control"),
        ("/".join("a" * 255), "254 folders"),
    ],
)
def test_names_that_storage_cannot_keep_are_refused_with_the_reason(name: str, reason: str) -> None:
    with pytest.raises(BadRequest, match="cannot be stored") as caught:
        checked(name)
    assert reason in caught.value.message
    assert caught.value.target == "name"


@given(st.text(max_size=60))
def test_any_name_is_kept_or_refused(name: str) -> None:
    try:
        assert checked(name) == name
    except BadRequest:
        return
    name.encode("utf-8")
