"""Whether the app does its work, for monitors and for whoever looks after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.web.http import Answer, json_answer

if TYPE_CHECKING:
    from shared.web.operation import Call


def ready(call: Call) -> Answer:
    """503 when a check failed, with the same body, so that a monitor need not read it."""
    from shared.app.readiness import checks

    found = checks(call.app)
    good = all(check.ok for check in found)
    body = {"status": "ready" if good else "notReady", "checks": [check.to_json() for check in found]}
    return json_answer(body, 200 if good else 503)
