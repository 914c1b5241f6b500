"""The support case of one ID or of many, and the note that a person keeps with an ID."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from shared.core import ids
from shared.core.errors import BadRequest, NotFound
from shared.speech.lookalikes import likeness
from shared.web import id_lookup
from shared.web.http import JSON, Answer, json_answer
from shared.web.json_body import Field, read
from shared.web.operation import Header
from shared.web.query_params import Param

if TYPE_CHECKING:
    from shared.core.stored import Note, Noted, StoredSighting
    from shared.index import Index
    from shared.support.case import Case
    from shared.support.document import Block
    from shared.web.operation import Call

FORMATS: Final = ("markdown", "text", "json")
FORMAT: Final = Param("format", "Format of the case; by default markdown, or what Accept requests.", "choice", FORMATS)
MOST_IDS: Final = 50
CASES_BODY: Final = (
    Field("ids", "The IDs of the case, in any notation.", "texts", MOST_IDS, required=True),
    Field("format", "markdown (default), text or json.", most=20),
    Field("title", "What the case is about.", most=200),
)
NOTE_BODY: Final = (
    Field("note", "The note. It replaces the previous one; omit it to delete the note.", most=4000),
    Field("caseNumber", "The number of the support case.", most=64),
)
IF_MATCH: Final = Header("If-Match", "ETag of the note to replace, or * for any. Without it, the last writer wins.")
_TYPES: Final = {"markdown": "text/markdown; charset=utf-8", "text": "text/plain; charset=utf-8", "json": JSON}
_ACCEPTED: Final = {"application/json": "json", "text/markdown": "markdown", "text/plain": "text"}
_CASE_NUMBER: Final = re.compile(r"[0-9A-Za-z#][0-9A-Za-z #._:/-]{0,63}")
_WORKERS: Final = 8


def case(call: Call) -> Answer:
    """The case of one ID."""
    from shared.support import case_document

    hex32 = whole_id(call.param("id"), "id")
    (found,) = known_cases(call.app.index, [hex32])
    if found is None:
        told = id_lookup.unknown(call.app.index, call.param("id"))
        raise NotFound(
            f"Nothing is known about {_shown(call.param('id'), hex32)}, so there is no case. {told.sentence()} "
            f"Drop the log that contains it into container {call.app.settings.logs_container}; GET /api/sources shows "
            "what was processed.",
            target="id",
        )
    form = call.text("format") or _asked(call.request.headers)
    return _answer(form, found.to_json, lambda: case_document.report(found))


def cases(call: Call) -> Answer:
    """Several IDs in one case. IDs of which nothing is known are named in it."""
    from shared.core.redaction import user_line
    from shared.support import case_document

    body = read(call.request, CASES_BODY)
    form = _format(body.get("format")) or _asked(call.request.headers)
    wanted = {whole_id(value, f"ids[{n}]"): value for n, value in enumerate(body["ids"])}
    found = known_cases(call.app.index, list(wanted))
    written = [one for one in found if one is not None]
    unknown = [_shown(value, h) for (h, value), one in zip(wanted.items(), found, strict=True) if one is None]
    if not written:
        raise NotFound(
            "Nothing is known about any of these IDs. GET /api/sources shows what was processed.", target="ids"
        )
    title = user_line(body.get("title") or "", 200) or "Speech to text support case"

    def as_json() -> dict[str, Any]:
        return {"title": title, "value": [one.to_json() for one in written], "unknown": unknown}

    return _answer(form, as_json, lambda: case_document.several(title, written, unknown))


def get_note(call: Call) -> Answer:
    from shared.index import notes

    hex32 = whole_id(call.param("id"), "id")
    found = notes.notes_for(call.app.index, hex32).note
    if found is None:
        raise NotFound(f"No note exists for {_shown(call.param('id'), hex32)}. Create it with PUT.", target="id")
    return _note_answer(found)


def put_note(call: Call) -> Answer:
    """Keep a note with an ID, known or not yet known."""
    from shared.core.redaction import user_line, user_text
    from shared.index import notes

    hex32 = whole_id(call.param("id"), "id")
    body = read(call.request, NOTE_BODY)
    number = user_line(body.get("caseNumber") or "", 64)
    if number and not _CASE_NUMBER.fullmatch(number):
        raise BadRequest(
            "A case number consists of letters, digits and # . _ : / - only.", code="InvalidField", target="caseNumber"
        )
    text = user_text(body.get("note") or "", notes.NOTE_CHARS)
    if_match = _etag(call.request.headers.get("if-match"))
    return _note_answer(notes.put_note(call.app.index, hex32, text, number, if_match=if_match))


def whole_id(value: str, target: str) -> str:
    """The 32 digits of an ID in any spelling; a beginning is not enough."""
    hex32 = ids.digits(value)
    if hex32 is not None:
        return hex32
    if ids.prefix(value) is not None:
        raise BadRequest(
            "The whole ID is required here; GET /api/ids/{prefix} lists the IDs with this prefix.",
            code="InvalidId",
            target=target,
        )
    raise BadRequest(ids.why_not(value), code="InvalidId", target=target)


def _shown(value: str, hex32: str) -> str:
    """A value that nothing is known of, as an answer may repeat it."""
    return "a value that may be a key (not shown)" if likeness(value).secret else hex32


def known_cases(index: Index, wanted: Sequence[str]) -> list[Case | None]:
    """One case per ID, None where nothing is known; the requests of many IDs run side by side."""
    from concurrent.futures import ThreadPoolExecutor

    from shared.support.case import build

    with ThreadPoolExecutor(min(len(wanted), _WORKERS)) as pool:
        looked = list(pool.map(lambda hex32: _look(index, hex32), wanted))
    nothing = {hex32 for hex32, (found, _) in zip(wanted, looked, strict=True) if not found}
    misses = id_lookup.near_misses(index, nothing)
    now = index.clock()
    made: list[Case | None] = []
    for hex32, (found, noted) in zip(wanted, looked, strict=True):
        near = misses.get(hex32, [])
        anything = found or near or noted.note or noted.minted
        made.append(build(hex32, found, noted, now, near) if anything else None)
    return made


def _look(index: Index, hex32: str) -> tuple[list[StoredSighting], Noted]:
    from shared.index import notes, query

    return query.find(index, hex32), notes.notes_for(index, hex32)


def _answer(form: str, as_json: Callable[[], Mapping[str, Any]], blocks: Callable[[], list[Block]]) -> Answer:
    from shared.support import document

    if form == "json":
        return json_answer(as_json(), headers={"Vary": "Accept"})
    text = document.to_markdown(blocks()) if form == "markdown" else document.to_text(blocks())
    return Answer(200, text.encode("utf-8", "replace"), {"Vary": "Accept"}, _TYPES[form])


def _format(value: str | None) -> str | None:
    if value is None:
        return None
    form = value.lower()
    if form not in FORMATS:
        raise BadRequest(f"Field 'format' must be one of {', '.join(FORMATS)}.", code="InvalidField", target="format")
    return form


def _asked(headers: Mapping[str, str]) -> str:
    """By the first type of Accept that we have; Markdown for browsers, curl and everybody else."""
    for part in headers.get("accept", "").split(","):
        form = _ACCEPTED.get(part.partition(";")[0].strip().lower())
        if form is not None:
            return form
    return "markdown"


def _note_answer(note: Note) -> Answer:
    return json_answer({"id": note.id, **note.to_json()}, headers={"ETag": f'"{note.etag}"'})


def _etag(header: str | None) -> str | None:
    if header is None:
        return None
    value = header.strip()
    if value != "*" and not re.fullmatch(r'"[^"]*"|[0-9a-zA-Z]+', value):
        raise BadRequest("If-Match accepts one ETag, as returned by GET, or *.", target="If-Match")
    return value.strip('"')
