"""The app's own retry of storage requests and of lost races: jittered, bounded in tries and in seconds.

The SDKs do not repeat transactions, inserts and merges on dropped connections, because they cannot know whether that is
safe. Here it is: keys and values are made of the content, and a conditional write knows its own answer again
(`store.Index.submit`). So the SDKs' retries are switched off per request, and one place decides.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from azure.core.exceptions import AzureError
from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception,
    retry_if_exception_type,
    stop_after_attempt,
    stop_before_delay,
)
from tenacity.wait import wait_chain, wait_none, wait_random_exponential

from shared.storage.errors import ConditionFailed, as_app_error, is_passing

T = TypeVar("T")
log = logging.getLogger(__name__)

# Per request: no retries of the SDK; a host that swallows packets costs seconds, not minutes.
REQUEST_OPTIONS: Final[dict[str, Any]] = {"retry_total": 0, "connection_timeout": 4, "read_timeout": 20}


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a request is repeated before storage counts as not there."""

    tries: int = 5
    seconds: float = 8.0
    longest_wait: float = 2.0


PATIENCE: Final = Patience()
_RACES: Final = 10
_LONGEST_TURN: Final = 0.5


def call(action: Callable[[], T], *, sleep: Callable[[float], None], patience: Patience = PATIENCE) -> T:
    """`action()`, repeated while its error is a passing one. Raises StorageUnavailable in the end, else its error."""
    retrying = Retrying(
        stop=stop_after_attempt(patience.tries) | stop_before_delay(patience.seconds),
        wait=_wait(patience),
        retry=retry_if_exception(is_passing),
        sleep=sleep,
        before_sleep=_tell,
        reraise=True,
    )
    try:
        return retrying(action)
    except (AzureError, ConnectionError) as error:
        known = as_app_error(error)
        if known is not None:
            raise known from error
        raise


def race(action: Callable[[dict[str, Any] | None], T], *, sleep: Callable[[float], None]) -> T:
    """`action(None)`, then with the row that refused it, while another worker changes that row first.

    The first refusal is often how a worker learns what is stored, so it costs no wait. Raises ConditionFailed in the
    end.
    """
    refused: list[dict[str, Any] | None] = [None]

    def turn() -> T:
        try:
            return action(refused[0])
        except ConditionFailed as failed:
            refused[0] = failed.row
            raise

    retrying = Retrying(
        stop=stop_after_attempt(_RACES),
        wait=wait_chain(wait_none(), wait_random_exponential(multiplier=0.02, max=_LONGEST_TURN)),
        retry=retry_if_exception_type(ConditionFailed),
        sleep=lambda seconds: sleep(seconds) if seconds else None,
        reraise=True,
    )
    return retrying(turn)


def _wait(patience: Patience) -> Callable[[RetryCallState], float]:
    jittered = wait_random_exponential(multiplier=0.2, max=patience.longest_wait)

    def wait(state: RetryCallState) -> float:
        told = _retry_after(state.outcome.exception() if state.outcome else None)
        return max(told, jittered(state))

    return wait


def _retry_after(error: BaseException | None) -> float:
    response = getattr(error, "response", None)
    value = response.headers.get("Retry-After", "") if response is not None else ""
    return float(value) if value.isascii() and value.isdigit() else 0.0


def _tell(state: RetryCallState) -> None:
    error = state.outcome.exception() if state.outcome else None
    log.info("storage request failed (%s), try %d follows", type(error).__name__, state.attempt_number + 1)
