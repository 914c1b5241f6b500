"""`GET /around`: from "something failed around ten" to the sessions and transcriptions of that time."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from shared.core import times
from shared.web import csv_export
from shared.web.http import Answer
from shared.web.paging import shown_answer
from shared.web.query_params import Param

if TYPE_CHECKING:
    from shared.web.operation import Call

MINUTES: Final = 15
TIME: Final = Param(
    "time", "The time: ISO 8601 (UTC unless an offset is given), or relative: 2h, 3d.", "time", required=True
)
SPAN: Final = Param("minutes", "Minutes before and after the time.", "count", most=1440, default=MINUTES)
KINDS: Final = ("session", "transcription")


def around(call: Call) -> Answer:
    """All sources and resources, merged by time, newest first."""
    from shared.index.time_window import around as look

    moment, minutes = call.time(TIME.name), call.values.get(SPAN.name, MINUTES)
    assert moment is not None
    assert isinstance(minutes, int)
    near = times.clamp(moment)
    since, until = near - timedelta(minutes=minutes), near + timedelta(minutes=minutes, milliseconds=1)
    page = look(call.app.index, KINDS, since, until, call.top, call.text("token"))
    return shown_answer(call, page, csv_export.SIGHTINGS)
