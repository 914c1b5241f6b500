"""What the storage SDKs raise, as errors of this app."""

from __future__ import annotations

from typing import Final

from shared.errors import AppError, SettingsError, StorageUnavailable
from shared.settings import STORAGE

_PASSING: Final = frozenset({408, 429, 500, 502, 503, 504})


def as_app_error(error: BaseException) -> AppError | None:
    """The meaning of an SDK error for a caller, or None for an error that is not of storage or that nobody expected.

    Their messages are not passed on: they hold addresses and what the server wrote.
    """
    from azure.core import exceptions as sdk

    if isinstance(error, sdk.ClientAuthenticationError) or _status(error) in (401, 403):
        return SettingsError(
            f"Storage refused the app. Check {STORAGE}, or the roles of the app's identity: Storage Blob Data Owner, "
            "Storage Queue Data Contributor, Storage Table Data Contributor.",
            target=STORAGE,
        )
    unreachable = (sdk.ServiceRequestError, sdk.ServiceResponseError, sdk.IncompleteReadError)
    if isinstance(error, unreachable) or _status(error) in _PASSING:
        return StorageUnavailable("Storage does not answer. Nothing was lost; try again in a few seconds.")
    return None


def _status(error: BaseException) -> int | None:
    status = getattr(error, "status_code", None)
    return status if isinstance(status, int) else None
