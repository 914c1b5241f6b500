"""What anyone may see: the page, and whether the app is alive."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from shared import __version__
from shared.web.http import Answer, json_answer

if TYPE_CHECKING:
    from shared.web.operation import Call

_INLINE = re.compile(r"<(script|style)>(.*?)</\1>", re.DOTALL)


def health(call: Call) -> Answer:
    """No storage call, and of settings only the names: anyone may ask."""
    wrong = sorted({name for name, _ in call.app.settings.problems})
    status = "degraded" if wrong else "ok"
    return json_answer({"status": status, "version": __version__, "settings": {"ok": not wrong, "problems": wrong}})


def page(call: Call) -> Answer:  # noqa: ARG001  every handler takes the call
    body, headers = _page()
    return Answer(200, body, headers, "text/html; charset=utf-8")


def page_headers(html: str) -> dict[str, str]:
    """With a policy that lets exactly the page's own script and style run, by their hashes."""
    allowed: dict[str, list[str]] = {"script": [], "style": []}
    for kind, content in _INLINE.findall(html):
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        allowed[kind].append(f"'sha256-{digest}'")
    sources = {kind: " ".join(hashes) or "'none'" for kind, hashes in allowed.items()}
    policy = (
        f"default-src 'none'; script-src {sources['script']}; style-src {sources['style']}; "
        "connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    return {"Content-Security-Policy": policy, "Referrer-Policy": "no-referrer", "Cache-Control": "no-cache"}


@cache
def _page() -> tuple[bytes, dict[str, str]]:
    html = (Path(__file__).parent / "page.html").read_text(encoding="utf-8")
    return html.encode(), page_headers(html)
