"""Values that look like an ID and are none: what each is, and what support wants instead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from shared.core.records import NearMiss


@dataclass(frozen=True, slots=True)
class FoundMiss:
    """A near miss and the source that it stands in."""

    miss: NearMiss
    source: str
    source_id: str

    def to_json(self) -> dict[str, Any]:
        return {
            **self.miss.to_json(),
            "meaning": meaning(self.miss.reason),
            "source": self.source,
            "sourceId": self.source_id,
        }


_MEANINGS: Final = {
    "text-to-speech": "This is the connection of a speech synthesizer (text to speech), not a speech to text session. "
    "For text to speech, support asks for the result ID: the SDK shows it as ResultId of the synthesis result and its "
    "events, the log as X-RequestId. Send that instead.",
    "never-started": "The program made this session and never started it. Nothing of it reached the service.",
    "dashed-connection-id": "This X-ConnectionId was sent with dashes or braces. The service discards such a value, so "
    "the session has another ID, which nobody knows. Send 32 hex digits the next time.",
    "own-connection-id": "This value stood in the URL of an SDK connection. The SDK sends a session ID of its own "
    "beside it: support wants that one.",
    "interaction-id": "This is the interaction ID of a DialogServiceConnector, which its events show. Support wants "
    "the session ID of the same moment: 32 hex digits without dashes, in the SDK's log. Where the same digits without "
    "dashes are suggested, somebody only wrote the session ID in another way.",
    "conversation-id": "This is the ID of a conversation (transcription of meetings). Support asks for the session ID.",
    "result-id": "This is the ID of one result. Support asks for the session ID that stands beside it (for text to "
    "speech the result ID is right).",
    "placeholder": "This is an example of the documentation. It identifies nothing.",
    "placeholder-id": "This is an example of the documentation. It identifies nothing.",
    "not-a-version-4-guid": "The SDKs make version 4 GUIDs only, so this is no session ID of theirs.",
    "wrong-length": "It has not exactly 32 hex digits: it was cut or joined with something on its way.",
}
_OTHER: Final = "This looks like an ID and is none that support takes."


def meaning(reason: str) -> str:
    return _MEANINGS.get(reason, _OTHER)
