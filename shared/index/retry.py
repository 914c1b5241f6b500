"""The app's own retry of storage requests: jittered, bounded in tries and in seconds.

The SDKs do not repeat transactions, inserts and merges on dropped connections, because they cannot know whether that is
safe. Here it is: keys and values are made of the content, and a conditional write knows its own answer again
(`store.Index.submit`). So the SDKs' retries are switched off per request, and one place decides.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from azure.core.exceptions import (
    AzureError,
    ClientAuthenticationError,
    DecodeError,
    HttpResponseError,
    ServiceRequestError,
    ServiceResponseError,
)
from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt, stop_before_delay
from tenacity.wait import wait_random_exponential

from shared.errors import StorageUnavailable

T = TypeVar("T")
log = logging.getLogger(__name__)

_PASSING_STATUS: Final = frozenset({408, 429, 500, 502, 503, 504})
_REFUSED_STATUS: Final = frozenset({401, 403})
# Per request: no retries of the SDK; a host that swallows packets costs seconds, not minutes.
REQUEST_OPTIONS: Final[dict[str, Any]] = {"retry_total": 0, "connection_timeout": 4, "read_timeout": 20}


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a request is repeated before storage counts as not there."""

    tries: int = 5
    seconds: float = 8.0
    longest_wait: float = 2.0


PATIENCE: Final = Patience()


def is_passing(error: BaseException) -> bool:
    """May the same request succeed a moment later?"""
    if isinstance(error, HttpResponseError) and not isinstance(error, DecodeError):
        return error.status_code is None or error.status_code in _PASSING_STATUS
    return isinstance(error, (ServiceRequestError, ServiceResponseError, DecodeError, ConnectionError))


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
        if is_passing(error) or _is_refused(error):
            raise StorageUnavailable(_explain(error)) from error
        raise


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


def _is_refused(error: BaseException) -> bool:
    return isinstance(error, ClientAuthenticationError) or getattr(error, "status_code", None) in _REFUSED_STATUS


def _explain(error: BaseException) -> str:
    """For people; without the address, which may carry a signature."""
    status = getattr(error, "status_code", None)
    if _is_refused(error):
        return (
            f"Storage refuses this app ({status or type(error).__name__}). Check the connection string, or the roles "
            "of the managed identity on the storage account."
        )
    return f"Storage does not answer ({status or type(error).__name__}). Check AzureWebJobsStorage, or try again soon."
