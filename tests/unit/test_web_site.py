"""The page needs no third party and runs only its own script; health tells names, never values."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from pathlib import Path

from shared import __version__
from shared.app.clients import Services
from shared.web.handlers import public
from shared.web.http import Answer, Request
from shared.web.operation import Call

HTML = (Path(public.__file__).parent / "page.html").read_text(encoding="utf-8")


def call(**env: str) -> Call:
    return Call(Request("GET", "/"), Services(env))


def directives(given: Answer) -> dict[str, str]:
    parts = (part.strip().partition(" ") for part in given.headers["Content-Security-Policy"].split(";"))
    return {name: value for name, _, value in parts}


def test_the_policy_lets_exactly_the_page_s_own_script_and_style_run() -> None:
    given = public.page(call())
    assert given.content_type == "text/html; charset=utf-8"
    policy = directives(given)
    assert policy["default-src"] == "'none'"
    assert policy["connect-src"] == "'self'"
    assert "unsafe" not in given.headers["Content-Security-Policy"]
    for tag in ("script", "style"):
        (content,) = re.findall(rf"<{tag}>(.*?)</{tag}>", given.body.decode(), re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert policy[f"{tag}-src"] == f"'sha256-{digest}'"


def test_the_page_asks_no_other_host_and_has_nothing_that_the_policy_would_stop() -> None:
    assert not re.search(r"https?://|//[a-z]", HTML.replace("// ", ""))
    assert not re.search(r"<[^>]+\s(on\w+|style|src)=", HTML)


def test_the_page_writes_text_only_as_text() -> None:
    """A log may hold markup, and what is shown comes from logs."""
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function|DOMParser", HTML)
    assert "textContent" in HTML


def test_every_field_of_the_page_has_a_label_and_the_page_a_language() -> None:
    assert '<html lang="en">' in HTML
    labelled = set(re.findall(r'<label for="(\w+)"', HTML))
    assert labelled == set(re.findall(r'<input[^>]* id="(\w+)"', HTML))


def test_the_key_stays_in_the_tab() -> None:
    assert "localStorage" not in HTML
    assert "x-functions-key" in HTML


def test_health_says_the_version_and_that_all_is_well() -> None:
    body = json.loads(public.health(call(AzureWebJobsStorage="UseDevelopmentStorage=true")).body)
    assert body == {"status": "ok", "version": __version__, "settings": {"ok": True, "problems": []}}


def test_health_names_wrong_settings_without_their_values() -> None:
    given = public.health(call(AzureWebJobsStorage="sec-ret", MAX_UPLOAD_MIB="sec-ret", SPEECH_RESOURCES="sec-ret"))
    assert given.status == 200
    body = json.loads(given.body)
    assert body["status"] == "degraded"
    assert body["settings"]["problems"] == ["AzureWebJobsStorage", "MAX_UPLOAD_MIB", "SPEECH_RESOURCES"]
    assert b"sec-ret" not in given.body
