"""The register of X-ConnectionId values: mint, judge, list."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from shared.web.http import Answer, json_answer
from shared.web.json_body import Field, read
from shared.web.paging import list_answer

if TYPE_CHECKING:
    from shared.web.operation import Call

MINT_BODY: Final = (
    Field("count", "How many; default 1.", "count", 100),
    Field("note", "What they are for.", most=500),
    Field("owner", "Who uses them.", most=100),
    Field("region", "Azure region of the example request, like westeurope.", most=32),
    Field("language", "Language of the example request, like en-US.", most=32),
)
COLUMNS: Final = ("id", "minted", "owner", "note")
_REGION: Final = "westeurope"
_LANGUAGE: Final = "en-US"


def mint(call: Call, *, random_bytes: Callable[[int], bytes] = secrets.token_bytes) -> Answer:
    """Make values, keep who they are for, and show a request that uses the first."""
    from shared.core.redaction import user_line
    from shared.index import notes
    from shared.support import connection_ids

    body = read(call.request, MINT_BODY, optional=True)
    region, language = _place(call, body)
    values = connection_ids.mint(body.get("count", 1), random_bytes)
    note, owner = user_line(body.get("note", ""), 500), user_line(body.get("owner", ""), 100)
    minted = notes.register(call.app.index, values, note=note, owner=owner, moment=call.app.index.clock())
    answer = {
        "value": [one.to_json() for one in minted],
        "example": connection_ids.example(values[0], region, language),
    }
    headers = {"Location": f"/api/connection-ids/{values[0]}"} if len(values) == 1 else {}
    return json_answer(answer, 201, headers)


def judge(call: Call) -> Answer:
    """Would the service take it; was it minted here; which logs show it."""
    from shared.index import notes, query
    from shared.support import connection_ids

    value = call.param("value")
    judged = connection_ids.judge(value)
    answer: dict[str, Any] = {"value": connection_ids.shown(value), **judged.to_json()}
    if judged.hex32 is not None:
        minted = notes.notes_for(call.app.index, judged.hex32).minted
        found = query.find(call.app.index, judged.hex32)
        seen = connection_ids.seen(found)
        answer |= {"minted": minted.to_json() if minted else None, "seen": {"state": seen.state, "why": seen.why}}
        answer["sightings"] = [f.to_json() for f in found if f.sighting.kind in ("session", "unknown")]
    return json_answer(answer)


def listed(call: Call) -> Answer:
    """What was minted here, newest first."""
    from shared.index import notes

    page = notes.list_minted(call.app.index, call.top, call.text("token"))
    return list_answer(call, [one.to_json() for one in page.items], page.token, COLUMNS)


def _place(call: Call, body: dict[str, Any]) -> tuple[str, str]:
    """Region and language of the example; by default the region of the first Speech resource that has one."""
    from shared.support import connection_ids

    known = next((r.region for r in call.app.settings.resources if r.region), None)
    region, language = body.get("region") or known or _REGION, body.get("language") or _LANGUAGE
    if not connection_ids.REGION.fullmatch(region):
        _field("region").wrong("must be an Azure region as the portal writes it, like westeurope")
    if not connection_ids.LANGUAGE.fullmatch(language):
        _field("language").wrong("must be a language like en-US")
    return region, language


def _field(name: str) -> Field:
    return next(field for field in MINT_BODY if field.name == name)
