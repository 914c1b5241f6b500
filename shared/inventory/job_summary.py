"""What is kept of the files of a finished job: counts and errors, no content."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any, Final

from shared.core.redaction import clean
from shared.inventory.body import AudioDetail, TranscriptionReport

_MOST_KINDS: Final = 20
_MOST_ERRORS: Final = 50
_MOST_MESSAGES: Final = 20
_MESSAGE_CHARS: Final = 300


@dataclass(frozen=True, slots=True)
class JobSummary:
    """`kinds` has one entry per file. `gone`: the service has deleted them; `refused`: the code of its refusal."""

    kinds: tuple[str, ...] = ()
    report: TranscriptionReport | None = None
    gone: bool = False
    refused: str | None = None

    @property
    def details(self) -> tuple[AudioDetail, ...]:
        return self.report.details if self.report is not None else ()

    def to_json(self, *, keep_names: bool) -> dict[str, Any]:
        """As stored and shown. Error messages may quote names of audio files, so they are kept only with these."""
        if self.refused is not None:
            return {"refused": self.refused}
        if self.gone:
            return {"gone": True}
        found: dict[str, Any] = {"files": len(self.kinds), "kinds": dict(Counter(self.kinds).most_common(_MOST_KINDS))}
        if self.report is None:
            return found
        errors = Counter(detail.error_kind for detail in self.details if detail.error_kind)
        found["errors"] = dict(errors.most_common(_MOST_ERRORS))
        counts = {
            "successfulTranscriptionsCount": self.report.succeeded,
            "failedTranscriptionsCount": self.report.failed,
        }
        found |= {name: count for name, count in counts.items() if count is not None}
        if keep_names:
            messages = {clean(detail.error_message, _MESSAGE_CHARS) for detail in self.details}
            found["messages"] = sorted(message for message in messages if message)[:_MOST_MESSAGES]
        return found
