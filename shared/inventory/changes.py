"""An entity of the service as a change of the index: its sighting, flags, history, and what is still to be done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from shared.core import ids, times
from shared.core.records import Sighting
from shared.inventory import rows
from shared.inventory.pseudonyms import LABEL
from shared.inventory.rows import Change
from shared.speech.collections import FINAL_STATUS, OPEN_STATUS
from shared.storage import tables
from shared.storage.tables import Key, Operation, Row

_FAR: Final = timedelta(days=31)  # the longest time to live that the service takes


def last_action(sighting: Sighting) -> datetime | None:
    return times.try_parse(sighting.last_action) or times.try_parse(sighting.created)


def flag(sighting: Sighting, now: datetime, stuck_after: timedelta) -> dict[str, str]:
    """`failed`, or `stuck` for what waits or runs longer than it should."""
    if sighting.status == "Failed":
        return {"flag": "failed"}
    since = last_action(sighting)
    stuck = sighting.status in OPEN_STATUS and since is not None and now - since >= stuck_after
    return {"flag": "stuck"} if stuck else {}


def live(
    sighting: Sighting, source: str, old: Row | None, *, extra: Mapping[str, Any], now: datetime, print_: bytes = b""
) -> Change:
    """The entity as the service lists it now; `old` is its row of `sources`, if it has one."""
    hex32 = ids.digits(sighting.id) or ""
    held = {"firstSeen": (old or {}).get("firstSeen") or times.text(now), "lastAction": sighting.last_action or ""}
    if label := (old or {}).get(LABEL):
        held[LABEL] = label
        print_ = print_ or rows.fingerprint(sighting, rows.LIVE, extra)
        sighting = replace(sighting, display_name=label)
    entered = _entered(sighting, old, now)
    also: list[Operation] = []
    if _is_news(sighting, old):
        row = rows.history_row(source, sighting, hex32, moment=entered, seen=now)
        also.append(tables.put(row))
    _open_row(held, also, sighting, source, hex32, old, extra)
    _todo_row(held, also, sighting, source, hex32, old)
    return Change(sighting, rows.LIVE, dict(extra), held, tuple(also), print_)


def gone(sighting: Sighting, source: str, old: Row, *, cause: str, now: datetime) -> Change:
    """The entity as it was last seen, with the cause why it is no longer listed."""
    hex32 = ids.digits(sighting.id) or ""
    held = {name: old[name] for name in ("firstSeen", "lastAction", "rescued", LABEL) if old.get(name)}
    sighting = replace(sighting, display_name=old[LABEL]) if old.get(LABEL) else sighting
    told = {"state": rows.GONE, "cause": cause}
    also: list[Operation] = [tables.put(rows.history_row(source, sighting, hex32, moment=now, seen=now, **told))]
    also += [tables.drop(Key(source, old[name])) for name in ("openRow", "todoRow") if old.get(name)]
    extra = {"goneAt": times.text(now), "cause": cause}
    if sighting.status == "Failed":
        extra["flag"] = "failed"
    return Change(sighting, rows.GONE, extra, held, tuple(also))


def _is_news(sighting: Sighting, old: Row | None) -> bool:
    return old is None or old.get("status") != sighting.status or old.get("state") == rows.GONE


def _entered(sighting: Sighting, old: Row | None, now: datetime) -> datetime:
    """When the status was entered. The service writes whole seconds: two in one second must not share a key."""
    moment = last_action(sighting) or now
    same = old is not None and old.get("lastAction") == sighting.last_action and old.get("status") != sighting.status
    return moment + timedelta(milliseconds=1) if same else moment


def _open_row(
    held: dict[str, str],
    also: list[Operation],
    sighting: Sighting,
    source: str,
    hex32: str,
    old: Row | None,
    extra: Mapping[str, Any],
) -> None:
    """`~open:` for what waits or runs and is not flagged yet; dropped with the state that made it."""
    since = last_action(sighting)
    wanted = ""
    if sighting.status in OPEN_STATUS and since is not None and "flag" not in extra:
        wanted = f"{rows.OPEN}{times.epoch_ms(since):013d}:{hex32}"
        also.append(tables.put(tables.row_at(Key(source, wanted), {"kind": sighting.kind})))
    before = (old or {}).get("openRow")
    if before and before != wanted:
        also.append(tables.drop(Key(source, before)))
    held["openRow"] = wanted


def _todo_row(
    held: dict[str, str], also: list[Operation], sighting: Sighting, source: str, hex32: str, old: Row | None
) -> None:
    """`~todo:` for a finished transcription whose files were not read yet; the first to expire comes first."""
    since = last_action(sighting)
    rescued = (old or {}).get("rescued") or ""
    wanted = ""
    if sighting.kind == "transcription" and sighting.status in FINAL_STATUS and since is not None and not rescued:
        until = times.try_parse(sighting.expires) or since + _FAR
        wanted = f"{rows.UNREAD}{times.epoch_ms(until):013d}:{hex32}"
        also.append(tables.put(tables.row_at(Key(source, wanted), {"kind": sighting.kind})))
    before = (old or {}).get("todoRow")
    if before and before != wanted:
        also.append(tables.drop(Key(source, before)))
    held["todoRow"] = wanted
    held["rescued"] = rescued
