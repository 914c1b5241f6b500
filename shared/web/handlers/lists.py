"""The lists, newest first: sessions, transcriptions, sources."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from shared.core import times
from shared.core.errors import BadRequest, NotFound
from shared.web import csv_export
from shared.web.http import Answer, json_answer
from shared.web.paging import list_answer, next_link, shown_answer
from shared.web.query_params import Param

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shared.index.source_record import SourceRecord
    from shared.web.operation import Call

WINDOW: Final = (
    Param(
        "from",
        "At or after this time: ISO 8601 (UTC unless an offset is given), or relative: 2h, 3d, today, yesterday.",
        "time",
    ),
    Param("to", "Before this time, in the same forms.", "time"),
)
SESSION_FILTERS: Final = (
    Param("source", "Name (blob:container/path) or ID of a source."),
    Param("reached", "Whether the session reached the service.", "choice", ("yes", "no", "unknown")),
    Param("region", "Azure region, like westeurope."),
    Param("errorCode", "Exact error code."),
    Param("sdkVersion", "Exact version of the Speech SDK."),
)
TRANSCRIPTION_FILTERS: Final = (
    Param("resource", "Name of a configured Speech resource."),
    Param("status", "Status, like Failed."),
    Param("locale", "Locale, like en-US."),
    Param("name", "Exact display name."),
    Param("state", "Whether the service still lists it (live) or not (gone).", "choice", ("all", "live", "gone")),
)
SOURCE_FILTERS: Final = (
    Param("status", "Status of the source.", "choice", ("running", "done", "failed")),
    Param("name", "Exact name of the source, with or without blob:container/."),
)
KIND: Final = Param(
    "kind",
    "Kind of entity, like dataset, model, base_model, endpoint, evaluation, project, webhook, operation, "
    "transcription_file, or unknown for a bare GUID.",
    max_length=40,
    required=True,
)
_KIND: Final = re.compile(r"[A-Za-z0-9_.-]{1,40}")
_COLUMN: Final = {"name": "displayName"}


def sessions(call: Call) -> Answer:
    where = _where(call, SESSION_FILTERS)
    if "source" in where:
        where["source"] = _source_id(where["source"])
    return _sightings(call, "session", where, csv_export.SESSIONS)


def transcriptions(call: Call) -> Answer:
    return _entities(call, "transcription")


def entities(call: Call) -> Answer:
    """The other kinds of the service: datasets, models, endpoints and whatever else was seen."""
    kind = call.text(KIND.name) or ""
    if kind in ("session", "source") or not _KIND.fullmatch(kind):
        instead = "; see GET /api/sessions and GET /api/sources" if kind in ("session", "source") else ""
        raise KIND.wrong(f"is not a kind of entity{instead}")
    return _entities(call, kind)


def _entities(call: Call, kind: str) -> Answer:
    where = {_COLUMN.get(name, name): value for name, value in _where(call, TRANSCRIPTION_FILTERS).items()}
    if where.get("state") == "all":
        del where["state"]
    return _sightings(call, kind, where, csv_export.TRANSCRIPTIONS)


def sources(call: Call) -> Answer:
    from shared.index import query

    where = _where(call, SOURCE_FILTERS)
    named = _named(call, where) if "name" in where and call.text("token") is None else None
    if named is not None:
        return list_answer(call, [named.to_json()], None, csv_export.SOURCES)
    page = query.list_sources(
        call.app.index,
        since=call.time("from"),
        until=call.time("to"),
        where=where,
        top=call.top,
        token=call.text("token"),
    )
    return list_answer(call, [record.to_json() for record in page.items], page.token, csv_export.SOURCES)


def _named(call: Call, where: Mapping[str, str]) -> SourceRecord | None:
    """A blob of the watched container by its name, without a search. None: perhaps it is of another container."""
    from shared.index import keys, query

    name = where["name"]
    full = name if name.startswith("blob:") else f"blob:{call.app.settings.logs_container}/{name}"
    found = query.get_source(call.app.index, keys.source_id(full))
    moment = times.try_parse(found.modified) if found is not None else None
    if found is None or moment is None or where.get("status", found.status) != found.status:
        return None
    since, until = call.time("from"), call.time("to")
    return found if (since is None or since <= moment) and (until is None or moment < until) else None


def source(call: Call) -> Answer:
    """One source: its record, and a page of the IDs that it held."""
    from shared.index import query

    index, source_id = call.app.index, known_source_id(call)
    record = query.get_source(index, source_id)
    if record is None:
        raise NotFound(f"No source has the ID {source_id}. GET /api/sources lists them.", target="sourceId")
    page = query.source_sightings(index, source_id, call.top, call.text("token"), known=record)
    body = {**record.to_json(), "sightings": [item.to_json() for item in page.items]}
    if page.token is not None:
        body["nextLink"] = next_link(call, page.token)
    return json_answer(body)


def known_source_id(call: Call) -> str:
    value = call.param("sourceId").lower()
    if len(value) != 16 or value.strip("0123456789abcdef"):
        raise BadRequest("A source ID has 16 hex digits; GET /api/sources lists them.", target="sourceId")
    return value


def _sightings(call: Call, kind: str, where: dict[str, str], columns: tuple[str, ...]) -> Answer:
    from shared.index import query

    page = query.list_shown(
        call.app.index,
        kind,
        since=call.time("from"),
        until=call.time("to"),
        where=where,
        top=call.top,
        token=call.text("token"),
    )
    return shown_answer(call, page, columns)


def _where(call: Call, filters: tuple[Param, ...]) -> dict[str, str]:
    return {param.name: value for param in filters if (value := call.text(param.name)) is not None}


def _source_id(value: str) -> str:
    """The ID of a source given by name or by ID."""
    from shared.index import keys

    is_id = len(value) == 16 and not value.lower().strip("0123456789abcdef")
    return value.lower() if is_id else keys.source_id(value)
