"""X-ConnectionId: the session ID that a caller of the REST API for short audio generates.

The documented rule: a GUID without dashes or other separators. The service discards any other value; the session then
has an ID that the caller does not learn, and support cannot find it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import combinations
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote
from uuid import UUID

from shared.core import ids, times
from shared.speech import clouds
from shared.support import escaping

if TYPE_CHECKING:
    from shared.core.stored import StoredSighting

LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}")
REGION: Final = re.compile(r"[a-z][a-z0-9]{1,30}")
_PATH: Final = "/speech/recognition/conversation/cognitiveservices/v1"
_HEX: Final = re.compile(r"(?<![0-9A-Fa-f])[0-9A-Fa-f]{32}(?![0-9A-Fa-f])")
_DASHED: Final = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_ANY_GUID: Final = re.compile(rf"{_HEX.pattern}|(?<![0-9A-Fa-f-]){_DASHED.pattern}(?![0-9A-Fa-f-])")
_KEY: Final = re.compile(r"[0-9A-Za-z+/=_-]{60,}")
_COMPARED: Final = 50  # sightings, each with each
_UNRELATED: Final = timedelta(hours=1)
_DISCARDED: Final = "The service discards such a value."
_NEXT_TIME: Final = (
    "Use the corrected value in the next request; the request that was sent with this one cannot be found by it."
)
_RIGHT: Final = "A GUID without dashes or other separators: accepted. It is the session ID."
_EXAMPLE: Final = (
    "The form is valid, but this is an example from the documentation, or filler digits: others send it too, so "
    "support cannot tell whose session it is. Generate one: POST /api/connection-ids"
)
_NOT_RANDOM: Final = (
    "32 hex digits without separators: accepted. It is not a version 4 (random) GUID, so make sure that it is unique "
    "for each request, and that it is not a key: keys of older Speech resources have the same form."
)
_LIKE_A_KEY: Final = (
    "It looks like a key, not an ID. If it is one, it has been exposed in a URL: regenerate it in the Azure portal."
)


@dataclass(frozen=True, slots=True)
class Judgement:
    """`corrected` is what to send: for an accepted value its canonical form."""

    accepted: bool
    code: str
    reason: str
    corrected: str | None = None
    hex32: str | None = None

    def to_json(self) -> dict[str, Any]:
        found = {"accepted": self.accepted, "code": self.code, "reason": self.reason, "corrected": self.corrected}
        return {name: value for name, value in found.items() if value is not None}


def mint(count: int, random_bytes: Callable[[int], bytes]) -> list[str]:
    """Version 4 GUIDs without dashes, all different."""
    made: dict[str, None] = {}
    while len(made) < count:
        made[UUID(bytes=random_bytes(16), version=4).hex] = None
    return list(made)


def judge(value: str) -> Judgement:
    """Would the service accept this value as X-ConnectionId? If not, why, and what to send instead."""
    if _HEX.fullmatch(value):
        return _of_the_right_form(value.lower())
    bare = unquote(value).strip(" \t\"'`")
    hex32 = ids.digits(bare) if "-" in bare or bare[:1] in "{(<" or _HEX.fullmatch(bare) else None
    if hex32 is not None:
        return _with_dividers(bare, hex32)
    return _no_guid(bare)


def _of_the_right_form(hex32: str) -> Judgement:
    if hex32 in ids.PLACEHOLDERS:
        return Judgement(accepted=True, code="example", reason=_EXAMPLE, hex32=hex32)
    if not ids.is_version_4(hex32):
        return Judgement(accepted=True, code="not-version-4", reason=_NOT_RANDOM, corrected=hex32, hex32=hex32)
    return Judgement(accepted=True, code="accepted", reason=_RIGHT, corrected=hex32, hex32=hex32)


def _with_dividers(bare: str, hex32: str) -> Judgement:
    if bare[:1] in "{(<":
        return _refused("braces", f"It is enclosed in braces. {_DISCARDED} {_NEXT_TIME}", hex32)
    if "-" in bare:
        return _refused("dashes", f"It has dashes. {_DISCARDED} {_NEXT_TIME}", hex32)
    return _refused("not-exact", f"It is enclosed in quotes, spaces or percent signs. {_DISCARDED} {_NEXT_TIME}", hex32)


def _no_guid(bare: str) -> Judgement:
    if not bare:
        return _refused("empty", "It is empty; the service generates an ID of its own and does not return it.")
    if _KEY.fullmatch(bare):
        return _refused("looks-like-a-key", _LIKE_A_KEY)
    inside = {found.replace("-", "").lower() for found in _ANY_GUID.findall(bare)}
    if len(inside) == 1:
        reason = f"It contains more than the GUID. {_DISCARDED} {_NEXT_TIME}"
        return _refused("not-a-guid", reason, inside.pop(), known=False)
    digits = bare.replace("-", "")
    if not digits.lower().strip("0123456789abcdef"):
        return _refused("wrong-length", f"It has {len(digits)} hex digits instead of 32. {_DISCARDED}")
    return _refused("not-a-guid", f"It is not a GUID, which consists of hex digits only. {_DISCARDED}")


def _refused(code: str, reason: str, corrected: str | None = None, *, known: bool = True) -> Judgement:
    return Judgement(accepted=False, code=code, reason=reason, corrected=corrected, hex32=corrected if known else None)


def shown(value: str) -> str:
    """The value as an answer may repeat it: never in full if it may be a key."""
    line = escaping.plain(value, 80)
    return f"{line[:4]}..." if _KEY.fullmatch(unquote(value).strip()) else line


@dataclass(frozen=True, slots=True)
class Seen:
    """Whether logs contain a value: `never`, `seen`, or `reused` if the sightings cannot belong to one session."""

    state: str
    why: str


def seen(found: Sequence[StoredSighting]) -> Seen:
    """Reused: in different regions, or more than an hour apart according to the logs."""
    sightings = [f for f in found if f.sighting.kind in ("session", "unknown")]
    if not sightings:
        return Seen("never", "No indexed log or saved response contains it.")
    for one, other in combinations(sightings[:_COMPARED], 2):
        why = _unrelated(one, other)
        if why:
            return Seen("reused", f"{why} A value identifies one session: generate a new one for each request.")
    return Seen("seen", f"Found in {_sources(sightings)}.")


def _unrelated(one: StoredSighting, other: StoredSighting) -> str | None:
    a, b = one.sighting, other.sighting
    if a.region and b.region and a.region != b.region:
        return f"Two sources show it in two regions ({escaping.plain(a.region, 40)}, {escaping.plain(b.region, 40)})."
    spans = [span for span in map(_logged, (one, other)) if span is not None]
    if len(spans) == 2:
        (_, first_end), (second_start, _) = sorted(spans)
        if second_start - first_end > _UNRELATED:
            return f"Two sources show it {_hours(second_start - first_end)} apart."
    return None


def _logged(found: StoredSighting) -> tuple[datetime, datetime] | None:
    span = found.sighting.time
    start = times.try_parse(span.start) if span and span.basis == "log" else None
    if span is None or start is None:
        return None
    return start, max(start, times.try_parse(span.end) or start)


def _hours(gap: timedelta) -> str:
    hours = int(gap.total_seconds() // 3600)
    return f"{hours // 24} days" if hours >= 48 else f"{hours} hours" if hours > 1 else "more than an hour"


def _sources(found: Iterable[StoredSighting]) -> str:
    count = len({f.source for f in found})
    return "one source" if count == 1 else f"{count} sources"


def example(value: str, region: str, language: str) -> dict[str, str]:
    """A request that uses it. The key comes from the environment; a URL never holds one."""
    host = clouds.of_region(region).recognition_host(region)
    query = f"language={language}&format=detailed&X-ConnectionId={value}"
    url = f"https://{host}{_PATH}?{query}"
    curl = (
        f'curl -s -X POST "{url}" -H "Ocp-Apim-Subscription-Key: $SPEECH_KEY" '
        '-H "Content-Type: audio/wav; codecs=audio/pcm; samplerate=16000" --data-binary @audio.wav'
    )
    socket = f"wss://{host}{_PATH}?{query}"
    return {"region": region, "language": language, "url": url, "webSocketUrl": socket, "curl": curl}
