"""`POST /find`: IDs in whatever was pasted. In the body, since URLs end up in telemetry and pasted text holds keys.

Nothing of the text is logged, kept or repeated but the IDs in it; of what looks like a key not even that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

from shared.core import ids
from shared.core.errors import BadRequest, TooLarge, UnsupportedMedia
from shared.speech.lookalikes import likeness
from shared.web import id_lookup, json_body
from shared.web.http import Answer, json_answer
from shared.web.json_body import Field

if TYPE_CHECKING:
    from shared.core.records import Sighting
    from shared.core.stored import Noted
    from shared.storage.tables import Index
    from shared.web.operation import Call

MOST_IDS: Final = 50
BODY: Final = (
    Field("text", "The pasted text: an ID, a self URL, log lines, a mail.", most=json_body.MOST_BYTES, required=True),
)
_PLAIN: Final = ("", "text/plain", "application/x-www-form-urlencoded")  # the last is what curl -d sends
_MOST_SIMILAR: Final = 3  # unknown values for which similar IDs are looked for, up to 40 small requests each
_WORKERS: Final = 8
_ALONE: Final = 80  # characters of a text that may be one ID in an odd spelling
_VALUE: Final = re.compile(
    r"(?<![0-9A-Za-z])(?:[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}|[0-9A-Fa-f]{20,40})(?![0-9A-Za-z])"
)
_LABEL: Final = re.compile(r"([A-Za-z][A-Za-z0-9_.-]{1,39})[\"'\\]{0,4}\s{0,3}[:=(]?[\"'\\\s({<]{0,4}$")
_LONG: Final = re.compile(
    r"(?<![0-9A-Za-z+/=_.-])(?=[^\s]{0,60}\d)[0-9A-Za-z+=_]{43,}(?![0-9A-Za-z])|\beyJ[0-9A-Za-z_-]{20,}"
)
_PASTED: Final = "the pasted text"
_NOT_STORED: Final = "What the text tells of unknown IDs is not stored. To keep it, drop the log into the container."
_KEY_NOTICE: Final = (
    "The text contains something that looks like a key or a token. It was neither looked up nor stored. If others have "
    "seen it, regenerate it in the Azure portal (Keys and Endpoint)."
)


@dataclass(slots=True)
class _Pasted:
    """What a text holds: `values` are the written form and the label by 32 digits, in order of appearance."""

    values: dict[str, tuple[str, str]] = field(default_factory=dict)
    odd: dict[str, str] = field(default_factory=dict)  # hex digits that are not 32, and their label
    reasons: dict[str, str] = field(default_factory=dict)  # of near misses, by 32 digits
    sightings: dict[str, list[Sighting]] = field(default_factory=dict)  # what a reader of logs makes of it
    has_key: bool = False


def find(call: Call) -> Answer:
    """Every ID in the text with all that is known of it; for the others what they look like."""
    pasted = _read(_text(call))
    index = call.app.index
    wanted = list(pasted.values)[:MOST_IDS]
    found = _known(index, wanted)
    missing = {hex32: written for hex32, (item, written) in found.items() if item is None}
    answer: dict[str, Any] = {
        "value": [item for item, _ in found.values() if item is not None],
        "notFound": list(_not_found(index, pasted, missing)),
    }
    notices = list(_notices(pasted, answer))
    return json_answer(answer | ({"notices": notices} if notices else {}))


def _known(index: Index, wanted: list[str]) -> dict[str, tuple[dict[str, Any] | None, Noted]]:
    """The requests of several IDs run side by side."""
    if len(wanted) == 1:
        return {wanted[0]: id_lookup.known_json(index, wanted[0])}
    with ThreadPoolExecutor(_WORKERS) as pool:
        return dict(zip(wanted, pool.map(lambda hex32: id_lookup.known_json(index, hex32), wanted), strict=True))


def _text(call: Call) -> str:
    kind = call.request.headers.get("content-type", "").lower().partition(";")[0].strip()
    if kind in ("application/json", "text/json"):
        return str(json_body.read(call.request, BODY)["text"])
    if kind not in _PLAIN:
        raise UnsupportedMedia('Send the text as text/plain, or JSON like {"text": "..."}.', target="Content-Type")
    if len(call.request.body) > json_body.MOST_BYTES:
        raise TooLarge(
            f"The text is larger than {json_body.MOST_BYTES // 1024} KiB. Send a whole log to POST "
            "/api/extract, or drop it into the container."
        )
    text = call.request.body.decode("utf-8-sig", "replace")
    if not text.strip():
        raise BadRequest("The body is empty: send an ID, a URL or some log lines.", code="EmptyBody")
    return text


def _read(text: str) -> _Pasted:
    pasted = _Pasted()
    alone = ids.digits(text) if len(text) <= _ALONE else None
    if alone is not None:
        pasted.values[alone] = (text.strip(), "")
        return pasted
    beginning = ids.prefix(text) if len(text) <= _ALONE else None
    if beginning is not None:
        pasted.odd[beginning] = ""
        return pasted
    _bare_values(unquote(text, errors="replace"), pasted)
    _extracted(text, pasted)
    return pasted


def _extracted(text: str, pasted: _Pasted) -> None:
    """What a log's reader makes of it: IDs in forms that a search for digits misses, and why some are none."""
    from shared.extract import extract_bytes

    with extract_bytes(text.encode("utf-8", "replace"), "pasted") as found:
        for sighting in found.sightings:
            hex32 = ids.digits(sighting.id)
            if hex32 is not None:
                pasted.values.setdefault(hex32, (sighting.id, ""))
                pasted.sightings.setdefault(hex32, []).append(sighting)
        for miss in found.near_misses:
            hex32 = ids.digits(miss.value)
            if hex32 is not None:
                pasted.reasons.setdefault(hex32, miss.reason)
        pasted.has_key = pasted.has_key or bool(found.redacted)


def _bare_values(text: str, pasted: _Pasted) -> None:
    pasted.has_key = _LONG.search(text) is not None
    for match in _VALUE.finditer(text):
        value, label = match[0], _label(text, match.start())
        hex32 = ids.digits(value)
        if likeness("", label).secret:
            pasted.has_key = True
        elif hex32 is None:
            pasted.odd.setdefault(value.lower(), label)
        else:
            pasted.values.setdefault(hex32, (value, label))


def _label(text: str, start: int) -> str:
    """The word in front of a value: a name, not the end of a sentence."""
    found = _LABEL.search(text[max(0, start - 48) : start])
    return found[1] if found else ""


def _not_found(index: Index, pasted: _Pasted, missing: Mapping[str, Noted]) -> Iterator[dict[str, Any]]:
    records = id_lookup.near_misses(index, missing)
    looks = 0
    for hex32, written in missing.items():
        value, label = pasted.values[hex32]
        miss = next(iter(records.get(hex32, ())), None)
        reason = pasted.reasons.get(hex32) or (miss.miss.reason if miss else "")
        told = id_lookup.unknown(index, value, label, reason=reason, look=looks < _MOST_SIMILAR, written=written)
        looks += 1
        pasted.has_key = pasted.has_key or told.like.secret
        understood = {} if told.like.secret else _understood(index, hex32, pasted.sightings.get(hex32, ()))
        yield told.to_json() | ({"foundIn": miss.to_json()} if miss else {}) | understood
    for value, label in list(pasted.odd.items())[:MOST_IDS]:
        yield _odd(index, value, label, look=looks < _MOST_SIMILAR)
        looks += 1


def _understood(index: Index, hex32: str, found: Sequence[Sighting]) -> dict[str, Any]:
    """What the text itself tells of an ID that is not stored, and the support case that can be made of it."""
    from shared.support import case_document, document
    from shared.support.case import from_files

    if not found:
        return {}
    case = from_files(hex32, [(_PASTED, sighting) for sighting in found], index.clock())
    return {
        "understood": case.merged.sighting.to_json(),
        "case": document.to_markdown(case_document.report(case)),
    }


def _odd(index: Index, value: str, label: str, *, look: bool) -> dict[str, Any]:
    """Too many digits or too few: the IDs that begin so, or differ in one character."""
    from shared.index import query

    told = id_lookup.unknown(index, value, label, look=look and 31 <= len(value) <= 33)
    begun = query.find_prefix(index, value, 20).items if look and 8 <= len(value) < 32 else []
    near = {one.sighting.id: one.sighting.kind for one in begun} | {one.id: one.kind for one in told.similar}
    return told.to_json() | {"similar": [{"id": id_, "kind": kind} for id_, kind in near.items()]}


def _notices(pasted: _Pasted, answer: dict[str, Any]) -> Iterator[str]:
    if pasted.has_key:
        yield _KEY_NOTICE
    if any("understood" in unknown for unknown in answer["notFound"]):
        yield _NOT_STORED
    if len(pasted.values) > MOST_IDS:
        yield (
            f"The text contains {len(pasted.values)} values that look like IDs; the first {MOST_IDS} were looked up. "
            "Send a whole log to POST /api/extract."
        )
    if not pasted.has_key and not answer["value"] and not answer["notFound"]:
        yield f"No ID was found in the text. An ID is 32 hex digits, with or without dashes, like {ids.EXAMPLE}."
