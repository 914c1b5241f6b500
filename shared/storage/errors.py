"""What the storage SDKs raise: may it pass, and what it means to a caller of this app."""

from __future__ import annotations

from typing import Any, Final

from shared.core.errors import AppError, StorageUnavailable, TryAgain
from shared.settings import STORAGE

_PASSING: Final = frozenset({408, 429, 500, 502, 503, 504})


class ConditionFailed(TryAgain):
    """A conditional write was refused: another worker was faster. `row` is the current one, with its metadata."""

    code = "ConditionFailed"

    def __init__(self, row: dict[str, Any] | None) -> None:
        super().__init__("Another worker changed this row first. Try again.")
        self.row = row


def is_passing(error: BaseException) -> bool:
    """May the same request succeed a moment later? (The SDK is imported by whoever got one of its errors.)"""
    from azure.core import exceptions as sdk

    if isinstance(error, sdk.HttpResponseError) and not isinstance(error, sdk.DecodeError):
        return error.status_code is None or error.status_code in _PASSING
    return isinstance(error, sdk.ServiceRequestError | sdk.ServiceResponseError | sdk.DecodeError | ConnectionError)


def as_app_error(error: BaseException) -> AppError | None:
    """The meaning of an SDK error for a caller, or None for an error that is not of storage or that nobody expected.

    Their messages are not passed on: they hold addresses and what the server wrote.
    """
    from azure.core import exceptions as sdk

    status = getattr(error, "status_code", None)
    told = status if isinstance(status, int) else type(error).__name__
    if isinstance(error, sdk.ClientAuthenticationError) or status in (401, 403):
        # 503 and not 500: a role that was just given takes minutes to arrive.
        return StorageUnavailable(
            f"Storage denied access ({told}). Check {STORAGE}, or the roles of the app's identity: Storage Blob "
            "Data Owner, Storage Queue Data Contributor, Storage Table Data Contributor.",
            code="StorageRefused",
            target=STORAGE,
        )
    if is_passing(error):
        return StorageUnavailable(
            f"Storage is not responding ({told}). Nothing was lost; try again in a few seconds, or check {STORAGE}."
        )
    return None
