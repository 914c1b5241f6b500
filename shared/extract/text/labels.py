"""The words in front of a session ID, which the pattern table and the carriers look for."""

from __future__ import annotations

SESSION_ID = (b"sessionid", b"session id", b"session_id", b"session-id", b"session.id", b"session\xc2\xa0id")
CONNECTION_ID = (b"x-connectionid", b"x-connection-id")
SESSION_EVENT = tuple(
    b"session" + gap + event
    for gap in (b"", b" ", b"_", b"-")
    for event in (b"started", b"stopped", b"canceled", b"cancelled", b"ended", b"connected", b"disconnected")
)
# "session id is ...", "name": .., "value": .., SQL and OData, Swift, PHP
SAY = (
    rb"(?:is|was|are|were|lautet|ist|est|es|value|of|guid|uuid|in|eq|like|optional|string\(32\))[^0-9A-Za-z]{0,15}"
    rb"[^0-9A-Za-z%]"
)
