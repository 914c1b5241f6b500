"""What a value looks like that nothing is known of, and where the right one may be found instead.

A value that may be a key is told apart first: it is never repeated in an answer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from shared.core import ids

# Of the whole word: a signal or a keyword is no key.
_KEY_LABEL: Final = re.compile(r"keys?\d?$|^sig$|signature$|bearer|authorization|password|passwd|secret|tokens?$|pwd$")
_LONG: Final = re.compile(r"[0-9A-Za-z+/_.=-]{40,}")
_DOCUMENTED: Final = re.compile(r"(?:([0-9a-f])\1{3}){8}")  # aaaabbbb-0000-cccc-1111-dddd2222eeee and its like


@dataclass(frozen=True, slots=True)
class Likeness:
    """`name` is for programs, `advice` for people. `secret`: do not repeat the value."""

    name: str
    advice: str
    secret: bool = False


KEY: Final = Likeness(
    "key",
    "It may be a key: keys of Speech resources look like this. It is not repeated here. If it is one, it has "
    "now been pasted: make a new one in the Azure portal (Keys and Endpoint, Regenerate). Otherwise look at the label "
    "in front of it: session IDs of the SDKs are version 4 GUIDs, and this value is none.",
    secret=True,
)
SESSION: Final = Likeness(
    "session-id",
    "It has the form of a session ID, but result IDs, request IDs and trace IDs have it too. In a log "
    "the session ID follows the words SessionId, session_id or X-ConnectionId. Drop the log that shows it into the "
    "container; GET /api/sources shows what was read.",
)
_GUID: Final = Likeness(
    "guid",
    "A GUID with dashes: a transcription or another entity (its ID ends the path of its self URL), the "
    "interaction ID of a DialogServiceConnector, a request ID of the REST API, or an X-ConnectionId that the service "
    "discards because of its dashes. For a transcription, sync its Speech resource: POST /api/resources/{name}/sync",
)
_EXAMPLE: Final = Likeness(
    "documentation-example", "It is an example of the documentation, or a filler. It identifies nothing."
)
_HASH: Final = Likeness(
    "hash",
    "It has the length of a checksum, a commit or a trace ID. A session ID has 32 hex digits and follows the "
    "words SessionId or X-ConnectionId.",
)
_CUT: Final = Likeness(
    "cut-id",
    "It has fewer than 32 hex digits: it was cut, or a digit was lost. GET /api/ids/{beginning} lists the "
    "IDs that begin with 8 or more digits.",
)
_LONGER: Final = Likeness(
    "too-long", "It has more than 32 hex digits: two values ran together, or a digit was typed twice."
)
_OTHER: Final = Likeness("other", ids.why_not("x"))
_SHOWN: Final = "Take the session ID beside it instead: 32 hex digits after SessionId, session_id or X-ConnectionId."
# The label in front of a value, without case and dividers -> what the value is.
_LABELS: Final = (
    (
        re.compile(r"resultid$|synthesisstarted$"),
        Likeness(
            "result-id",
            f"The label says that it is the ID of one result. {_SHOWN} (For text to speech the result ID is "
            "what support asks for.)",
        ),
    ),
    (
        re.compile(r"requestid$|clientrequest$"),
        Likeness("request-id", f"The label says that it is the ID of one request or turn. {_SHOWN}"),
    ),
    (
        re.compile(r"(?:^cid|model|modelid|endpointid|deploymentid)$"),
        Likeness(
            "model-id",
            "The label says that it is a model or a custom endpoint. GET /api/entities?kind=model lists what "
            "is known of models. For a failed recognition support asks for the session or transcription ID.",
        ),
    ),
    (
        re.compile(r"(?:interaction|conversation)(?:id)?$"),
        Likeness("interaction-id", f"The label says that it is the ID of an interaction or a conversation. {_SHOWN}"),
    ),
    (
        re.compile(r"(?:trace|operation|span|correlation|activity)(?:id)?$"),
        Likeness("trace-id", f"The label says that it is an ID of tracing. {_SHOWN}"),
    ),
    (
        re.compile(r"(?:audiosession|stream|servicetag|device|event|message)(?:id)?$"),
        Likeness("other-id", f"The label says that it is an ID of something else. {_SHOWN}"),
    ),
)


def likeness(value: str, label: str = "") -> Likeness:
    """What `value` looks like; `label` is the word in front of it, if there is one."""
    name = re.sub(r"[^a-z0-9]", "", label.lower())
    if _KEY_LABEL.search(name):
        return KEY
    hex32 = ids.digits(value)
    if hex32 is None:
        return _of_other_length(value)
    if hex32 in ids.PLACEHOLDERS or len(set(hex32)) < 4 or _DOCUMENTED.fullmatch(hex32):
        return _EXAMPLE
    labelled = next((found for pattern, found in _LABELS if pattern.search(name)), None)
    if labelled is not None:
        return labelled
    if "-" in value:
        return _GUID
    if ids.is_version_4(hex32):
        return SESSION
    return KEY if value == value.lower() else _HASH


def _of_other_length(value: str) -> Likeness:
    bare = re.sub(r"[-{}()<>\"'`\s]", "", value).lower()
    if bare and not bare.strip("0123456789abcdef"):
        return _CUT if len(bare) < 32 else _LONGER if len(bare) < 40 else _HASH
    return KEY if _LONG.fullmatch(value.strip()) else _OTHER
