"""The description as a page: all of it is there, escaped, and nothing comes from another host."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser

import pytest

from shared.web.openapi import html
from shared.web.openapi.document import document, path_of
from shared.web.operations import OPERATIONS
from tests.webclient import ask

_VOID = {"meta", "link", "br"}


class Reader(HTMLParser):
    """Ids, links and the text; fails on tags that do not close each other."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.ids += [value for name, value in attrs if name == "id" and value]
        if tag == "a":
            self.links.append(given["href"] or "")
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture
def read() -> Reader:
    reader = Reader()
    reader.feed(html.page(OPERATIONS))
    assert reader.open == []
    return reader


def test_every_operation_parameter_and_field_is_on_it(read: Reader) -> None:
    for operation in OPERATIONS:
        assert f"{operation.method} {path_of(operation)}" in read.text
        assert operation.name in read.ids
        assert all(param.summary in read.text for param in operation.query)
    for name, schema in document(OPERATIONS)["components"]["schemas"].items():
        assert f"schema-{name}" in read.ids
        assert all(field in read.text for field in schema.get("properties", ()))


def test_its_links_lead_to_itself_and_to_the_document(read: Reader) -> None:
    assert len(set(read.ids)) == len(read.ids)
    assert {link.removeprefix("#") for link in read.links if link.startswith("#")} <= set(read.ids)
    assert {link for link in read.links if not link.startswith("#")} == {"openapi.json"}


def test_it_is_served_with_a_policy_that_allows_only_its_own_style() -> None:
    given = ask("GET", "/api/docs").answer
    assert given.content_type == "text/html; charset=utf-8"
    (style,) = re.findall("<style>(.*?)</style>", given.body.decode(), re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = given.headers["Content-Security-Policy"]
    assert f"style-src 'sha256-{digest}'" in policy
    assert "script-src 'none'" in policy
    assert "default-src 'none'" in policy
    assert given.headers["X-Content-Type-Options"] == "nosniff"


def test_it_asks_no_other_host_and_runs_nothing() -> None:
    page = html.page(OPERATIONS)
    assert not re.search(r"(src|href)=\"?(https?:)?//", page)
    assert "<script" not in page
    assert not re.search(r"<[^>]+\s(on\w+|style)=", page)


def test_what_it_shows_is_escaped() -> None:
    assert html._code("<b>&\"'") == "<code>&lt;b&gt;&amp;&quot;&#x27;</code>"
    evil = {"type": "<i>", "description": "<img src=x>"}
    rows = "".join(html._schemas({"<u>": {"properties": {"<s>": evil}, "description": "<p onclick=x>"}}))
    for tag in ("<i>", "<img", "<u>", "<s>", "<p onclick"):
        assert tag not in rows


def test_it_has_a_dark_and_a_light_dress_and_a_language() -> None:
    page = html.page(OPERATIONS)
    assert "prefers-color-scheme: dark" in page
    assert '<html lang="en">' in page
    assert '<meta name="color-scheme" content="light dark">' in page
