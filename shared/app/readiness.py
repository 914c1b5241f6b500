"""Is the app doing its work? Each check has a limit, and what cannot be checked has failed; one never hides another."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from shared.core import times
from shared.core.errors import AppError
from shared.core.ncrontab import Schedule

if TYPE_CHECKING:
    from shared.app.clients import Services
    from shared.app.queues import QueueState

# A run that is due may wait for an instance, take its time (host.json: 30 minutes) and be continued by another.
_SLACK: Final = timedelta(hours=1)
_MOST_LAG: Final = timedelta(minutes=30)
_AT_ONCE: Final = 8
_NAMED: Final = 5  # resources in a message


@dataclass(frozen=True, slots=True)
class Check:
    """`value` is over `limit` when it failed; both count `unit`. Without a value it could not be measured."""

    name: str
    ok: bool
    message: str
    value: int | None = None
    limit: int | None = None
    unit: str | None = None

    def to_json(self) -> dict[str, Any]:
        fields = {"value": self.value, "limit": self.limit, "unit": self.unit}
        found = {"name": self.name, "status": "ok" if self.ok else "failed", "message": self.message}
        return found | {name: value for name, value in fields.items() if value is not None}


def checks(app: Services) -> list[Check]:
    """All of them; a handful of requests to storage, and one for each Speech resource."""
    every: tuple[tuple[str, Callable[[Services], Iterator[Check]]], ...] = (
        ("settings", _settings),
        ("container", _container),
        ("queues", _queues),
        ("sweep", _sweep),
        ("sync", _sync),
    )
    return [found for name, check in every for found in _guarded(name, check, app)]


def _guarded(name: str, check: Callable[[Services], Iterator[Check]], app: Services) -> list[Check]:
    from shared.storage.errors import as_app_error

    try:
        return list(check(app))
    except Exception as error:
        known = error if isinstance(error, AppError) else as_app_error(error)
        if known is None:
            raise
        return [Check(name, ok=False, message=known.message)]


def _settings(app: Services) -> Iterator[Check]:
    wrong = sorted({name for name, _ in app.settings.problems})
    message = f"Invalid: {', '.join(wrong)}; the app's log says why." if wrong else "All settings are valid."
    yield Check("settings", not wrong, message, len(wrong), 0, "settings")


def _container(app: Services) -> Iterator[Check]:
    app.container.get_container_properties()
    yield Check("container", ok=True, message="The watched container can be read.")


def _queues(app: Services) -> Iterator[Check]:
    from shared.app.queues import states

    found = list(states(app.queues))
    yield _lag([queue for queue in found if not queue.poison], app.clock())
    poison = [queue for queue in found if queue.poison and queue.messages]
    total = sum(queue.messages for queue in poison)
    names = ", ".join(queue.name for queue in poison)
    message = f"Given up after five tries: see {names}." if poison else "No message was given up."
    yield Check("poison", total == 0, message, total, 0, "messages")


def _lag(queues: list[QueueState], now: datetime) -> Check:
    """How long the oldest message waits that nobody works on."""
    waiting = [(now - queue.oldest, queue.name) for queue in queues if queue.oldest is not None]
    longest, name = max(waiting, default=(timedelta(0), ""))
    message = f"The oldest message waits in {name}." if name else "Nothing waits."
    return _within("queueLag", longest, _MOST_LAG, message)


def _sweep(app: Services) -> Iterator[Check]:
    from shared.ingest.sweep import last_sweep

    last = last_sweep(app.index)
    if last is None:
        yield Check("sweep", ok=False, message="There was no sweep yet; SWEEP_SCHEDULE says when the first one is due.")
    else:
        limit = _interval(app.settings.sweep_schedule, last) + _SLACK
        yield _within("sweep", app.clock() - last, limit, f"The last sweep ended at {times.text(last)}.")


def _sync(app: Services) -> Iterator[Check]:
    """How many resources were not listed for too long."""
    from shared.inventory.status import last_successes

    if not app.settings.resources:
        return
    now = app.clock()
    limit = _interval(app.settings.sync_schedule, now) + _SLACK
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        last = last_successes(app.index, app.settings.resources, pool.map)
    late = [name for name, moment in last.items() if moment is None or now - moment > limit]
    more = f" and {len(late) - _NAMED} more" if len(late) > _NAMED else ""
    names = ", ".join(late[:_NAMED])
    message = f"Not listed in time: {names}{more}; GET /api/resources says why." if late else "All were listed in time."
    yield Check("sync", not late, message, len(late), 0, "resources")


def _within(name: str, measured: timedelta, limit: timedelta, message: str) -> Check:
    seconds = max(0, int(measured.total_seconds()))
    return Check(name, measured <= limit, message, seconds, int(limit.total_seconds()), "seconds")


def _interval(schedule: str, moment: datetime) -> timedelta:
    """Between the next run and the one after it."""
    parsed = Schedule.parse(schedule)
    first = parsed.next_after(moment)
    second = parsed.next_after(first) if first else None
    return second - first if first and second else timedelta.max / 2
