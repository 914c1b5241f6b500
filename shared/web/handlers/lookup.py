"""`GET /ids/{id}`: everything known about an ID, in any notation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.core import ids
from shared.core.errors import BadRequest, NotFound
from shared.web import csv_export, id_lookup
from shared.web.http import Answer, json_answer
from shared.web.inventory_view import inventory_json
from shared.web.paging import list_answer, shown_answer, wants_csv

if TYPE_CHECKING:
    from shared.core.stored import Noted
    from shared.web.operation import Call


def one_id(call: Call) -> Answer:
    """A whole ID gives its sightings; 8 to 31 hex digits give the list of IDs that begin so."""
    value = call.param("id")
    hex32 = ids.digits(value)
    if hex32 is not None:
        return _whole(call, hex32)
    beginning = ids.prefix(value)
    if beginning is None:
        raise BadRequest(ids.why_not(value), code="InvalidId", target="id")
    return _prefix(call, beginning)


def _whole(call: Call, hex32: str) -> Answer:
    for name in ("top", "token"):
        if name in call.values:
            raise BadRequest(
                f"Query parameter '{name}' is for a search by prefix only.",
                code="InvalidParameter",
                target=name,
            )
    found, written = id_lookup.known_json(call.app.index, hex32)
    if found is None:
        raise NotFound(_searched(call, hex32, written), target="id")
    if wants_csv(call):
        return list_answer(call, found["sightings"], None, csv_export.SIGHTINGS)
    remembered = inventory_json(call.app.index, hex32, found["sightings"])
    return json_answer(found | ({"inventory": remembered} if remembered else {}))


def _prefix(call: Call, beginning: str) -> Answer:
    from shared.index import query

    page = query.find_prefix_shown(call.app.index, beginning, call.top, call.text("token"))
    return shown_answer(call, page, csv_export.SIGHTINGS)


def _searched(call: Call, hex32: str, written: Noted) -> str:
    """What was searched, what the value looks like, and which known IDs are similar."""
    settings, index = call.app.settings, call.app.index
    resources = ", ".join(r.name for r in settings.resources) or "none is configured"
    miss = next(iter(id_lookup.near_misses(index, [hex32]).get(hex32, ())), None)
    reason = miss.miss.reason if miss else ""
    told = id_lookup.unknown(index, call.param("id"), reason=reason, written=written)
    shown = "this value" if told.like.secret else f"{hex32} (or {ids.dashed(hex32)})"
    where = f" It was found in {miss.source}." if miss else ""
    return (
        f"No sighting of {shown}, as a session or as any entity.{where} {told.sentence()} Searched: all logs and saved "
        f"responses in container {settings.logs_container}, and the Speech resources ({resources}). If the log is "
        "newer, GET /api/sources shows whether it was processed."
    )
