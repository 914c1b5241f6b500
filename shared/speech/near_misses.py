"""Values that look like an ID but are not one: every reason, what it means, and what support asks for instead."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, Self

if TYPE_CHECKING:
    from shared.core.records import NearMiss

PLACEHOLDER_MEANING: Final = "An example value from the documentation, or filler digits. It identifies nothing."
_OWN_SELF: Final = "Use the ID that ends the path of the entity's own self URL."


def _reference(kind: str, noun: str) -> tuple[str, str, str]:
    meaning = f"The ID of {noun} that another entity refers to, not of the entity that was saved here."
    return f"{kind}-reference", meaning, _OWN_SELF


class NearMissReason(StrEnum):
    """The value is the `reason` of answers. `next_step` is empty where there is nothing to do."""

    meaning: str
    next_step: str

    def __new__(cls, value: str, meaning: str, next_step: str = "") -> Self:
        reason = str.__new__(cls, value)
        reason._value_, reason.meaning, reason.next_step = value, meaning, next_step
        return reason

    # sessions
    TEXT_TO_SPEECH = (
        "text-to-speech",
        "The connection ID of a speech synthesizer (text to speech), not a speech to text session.",
        (
            "For text to speech, support asks for the result ID: ResultId of the synthesis result and its events, or "
            "X-RequestId in the log."
        ),
    )
    NEVER_STARTED = (
        "never-started",
        "The application created this session but never started it, so nothing of it reached the service.",
        "Use the ID of a session that started.",
    )
    DASHED_CONNECTION_ID = (
        "dashed-connection-id",
        (
            "An X-ConnectionId that was sent with dashes or braces. The service discards such a value, so the session "
            "has another ID, which the caller does not learn."
        ),
        "Send 32 hex digits without dashes in the next request.",
    )
    OWN_CONNECTION_ID = (
        "own-connection-id",
        "An X-ConnectionId that was set in the URL of an SDK connection. The SDK sends its own session ID as well.",
        "Use the session ID of the SDK.",
    )
    INTERACTION_ID = (
        "interaction-id",
        (
            "A GUID with dashes where a session ID was expected: the interaction ID of a DialogServiceConnector, the "
            "ID of another product, or a session ID that was reformatted (then the same digits are suggested)."
        ),
        "Use the session ID of the same moment in the SDK's log: 32 hex digits without dashes.",
    )
    CONVERSATION_ID = (
        "conversation-id",
        "The ID of a conversation (meeting transcription), not of a session.",
        "Use the session ID in the SDK's log.",
    )
    RESULT_ID = (
        "result-id",
        "The ID of a single result, not of a session.",
        "Use the session ID next to it; only for text to speech does support ask for the result ID.",
    )
    APPLICATION_SESSION_ID = (
        "application-session-id",
        "The application's own session_id: an event of the SDK on the same line names another session.",
        "Use the session ID of the SDK's event.",
    )
    PLACEHOLDER = "placeholder", PLACEHOLDER_MEANING
    WRONG_LENGTH = (
        "wrong-length",
        "Hex digits where an ID was expected, but not exactly 32: the value was truncated or joined with other text.",
        "Get the ID from the original log.",
    )
    # entities
    PLACEHOLDER_ID = "placeholder-id", PLACEHOLDER_MEANING
    PLACEHOLDER_SELF = (
        "placeholder-self",
        "An entity whose self is not a URL of the Speech to text REST API, for example a placeholder.",
        "Save the response of the API unchanged.",
    )
    BLANK_SELF = (
        "blank-self",
        "An entity whose self is empty, so its ID is not known.",
        "Save the response of the API unchanged.",
    )
    SELF_WITHOUT_ID = (
        "self-without-id",
        "A self URL that does not end with an ID: it is truncated, or it is the address of a list.",
        "Save the response of the API unchanged.",
    )
    LONE_SELF = (
        "lone-self",
        "A self URL without the other fields of its entity. It may be the entity itself or a model it refers to.",
        "Drop the whole response of the API.",
    )
    TRANSCRIPTION_REFERENCE = _reference("transcription", "a transcription")
    TRANSCRIPTION_FILE_REFERENCE = _reference("transcription-file", "a transcription file")
    DATASET_REFERENCE = _reference("dataset", "a dataset")
    MODEL_REFERENCE = _reference("model", "a custom model")
    BASE_MODEL_REFERENCE = _reference("base-model", "a base model")
    ENDPOINT_REFERENCE = _reference("endpoint", "a custom endpoint")
    EVALUATION_REFERENCE = _reference("evaluation", "an evaluation")
    PROJECT_REFERENCE = _reference("project", "a project")
    WEBHOOK_REFERENCE = _reference("webhook", "a web hook")
    OPERATION_REFERENCE = _reference("operation", "an operation")
    ACCURACY_TEST_REFERENCE = _reference("accuracy-test", "an accuracy test")
    ENTITY_REFERENCE = _reference("entity", "an entity")  # of a collection that is not known here

    @property
    def explanation(self) -> str:
        """The meaning and the next step: the one wording of the command line, HTTP answers and cases."""
        return f"{self.meaning} {self.next_step}".rstrip()


_REASONS: Final = {str(reason): reason for reason in NearMissReason}
_UNKNOWN: Final = "It looks like an ID but is not one that support accepts."


def reference_to(kind: str) -> NearMissReason:
    """The reason for a `self` that only refers to an entity of this kind."""
    return _REASONS.get(f"{kind.replace('_', '-')}-reference", NearMissReason.ENTITY_REFERENCE)


def explain(reason: str) -> str:
    """The explanation of a stored reason; rows of another version may have one that is not known here."""
    known = _REASONS.get(reason)
    return known.explanation if known is not None else _UNKNOWN


@dataclass(frozen=True, slots=True)
class FoundMiss:
    """A near miss and the source it was found in."""

    miss: NearMiss
    source: str
    source_id: str

    def to_json(self) -> dict[str, Any]:
        return {
            **self.miss.to_json(),
            "meaning": explain(self.miss.reason),
            "source": self.source,
            "sourceId": self.source_id,
        }
