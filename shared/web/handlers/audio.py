"""`GET /audio`: which transcription a file was in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from shared.web.http import Answer
from shared.web.paging import list_answer
from shared.web.query_params import Param

if TYPE_CHECKING:
    from shared.web.operation import Call

NAME: Final = Param(
    "name", "Name of the audio file; of a path or a URL, only the last part is used. Not case-sensitive.", required=True
)
COLUMNS: Final = ("transcription", "resource", "sourceId", "status", "error", "name")


def audio(call: Call) -> Answer:
    """Without stored names too: only a keyed hash of each is kept unless KEEP_AUDIO_NAMES is set."""
    from shared.inventory.audio_index import find_audio

    settings = call.app.settings.require("AUDIO_NAMES_KEY")
    found = find_audio(call.app.index, call.text(NAME.name) or "", settings.audio_names_keys)
    return list_answer(call, [match.to_json() for match in found], None, COLUMNS)
