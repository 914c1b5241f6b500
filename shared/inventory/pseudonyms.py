"""Display names of jobs that tell the name of an audio file, which often is a phone number.

A display name is what people called their job, and lists filter by it: it is kept as it is. But many clients call a job
after its audio file. While names of audio files are not to be stored, such a name is replaced by a label, the same for
the same name: `[audio 3f2a9c01]`. It is known

    when the job is listed       by the ending of a file (call-17.wav)
    when its report is read      by the names in there; a mark is left, and who has the lease replaces what was stored
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from shared.core.records import Sighting
from shared.core.stored import StoredSighting
from shared.index.rows import INVENTORY_COLUMNS
from shared.inventory import rows
from shared.inventory.audio_index import AudioNames
from shared.inventory.resource_run import ResourceRun
from shared.inventory.rows import Change
from shared.speech.collections import TRANSCRIPTIONS
from shared.storage import tables
from shared.storage.tables import Key, Row

LABEL: Final = "label"  # column of `sources`: what stands there instead of the display name
_ENDING: Final = re.compile(
    r"\.(wave?|mp[234]|m4[ab]|og[ag]|opus|flac|wma|amr|webm|aac|aiff?|spx|gsm|pcm|[au]law|mulaw|vox|3gpp?|"
    r"mk[av]|caf|speex|raw|avi|mov|wmv)(?![a-z0-9])",
    re.IGNORECASE,
)
_LEAST: Final = 6  # characters of a name that count when they stand inside of another one
_LEAST_DIGITS: Final = 7  # of a phone number, however it is written
_LAST_DIGITS: Final = 8  # those before may differ: 0170... is +49170... too
_KEPT: Final = ("firstSeen", "lastAction", "openRow", "todoRow", "rescued", "missed", LABEL)


def hidden(sighting: Sighting, names: AudioNames) -> Sighting:
    """As it may be stored."""
    told = sighting.display_name
    if names.keep or not told or sighting.kind != TRANSCRIPTIONS.kind or not _ENDING.search(told):
        return sighting
    return replace(sighting, display_name=names.label(told))


def tells(display: str, names: Iterable[str]) -> bool:
    """Does a display name tell one of these (normalized) names of audio files?"""
    shown = unicodedata.normalize("NFKC", display.casefold())  # also wide letters and digits
    digits = re.sub(r"\D", "", shown)
    for name in (unicodedata.normalize("NFKC", name) for name in names):
        stem = name.rpartition(".")[0] or name
        number = re.sub(r"\D", "", stem)
        if shown in (name, stem) or (len(stem) >= _LEAST and stem in shown):
            return True
        if len(number) >= _LEAST_DIGITS and number[-_LAST_DIGITS:] in digits:
            return True
    return False


def mark(source: str, hex32: str) -> Row:
    return tables.row_at(Key(source, f"{rows.LABELS}{hex32}"), {"kind": TRANSCRIPTIONS.kind})


def apply(run: ResourceRun) -> None:
    """Replace the display names that are marked. Raises LeaseLost."""
    if not run.state.names_pending:
        return
    while marked := run.marked(rows.LABELS):
        for hex32 in marked:
            _apply(run, hex32)
    run.state = replace(run.state, names_pending=False)


def _apply(run: ResourceRun, hex32: str) -> None:
    kind = TRANSCRIPTIONS.kind
    held, stored = run.held(kind, hex32), run.stored(kind, hex32)
    if held is not None and stored is not None and held.get(LABEL):
        run.write([_labelled(held, stored)], {hex32: held})
    # last: a crash must not lose it
    run.drop([tables.drop(Key(run.source_id, f"{rows.LABELS}{hex32}"))])


def _labelled(held: Row, stored: StoredSighting) -> Change:
    """The same but for the name. Its print stays that of what the service lists: it does not count as changed."""
    return Change(
        replace(stored.sighting, display_name=held[LABEL]),
        held.get("state", rows.LIVE),
        {name: held[name] for name in INVENTORY_COLUMNS if name in held},
        {name: held[name] for name in _KEPT if held.get(name)},
        known_print=bytes.fromhex(held.get("print") or ""),
    )
