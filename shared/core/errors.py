"""Every error this app raises on purpose, and what each caller does with it.

    AppError
    ├── CallerError             the caller can fix it; HTTP 4xx; never retried
    │   ├── BadRequest          400
    │   ├── NotFound            404
    │   ├── Conflict            409
    │   ├── PreconditionFailed  412
    │   ├── LengthRequired      411
    │   ├── TooLarge            413
    │   └── UnsupportedMedia    415
    ├── TryAgain                a transient failure; HTTP 503; the sweep or the next run retries
    │   ├── StorageUnavailable  storage did not respond within the retries
    │   ├── SourceChanged       the blob was overwritten while it was being read
    │   ├── LeaseLost           another worker owns the source now; write nothing more
    │   ├── Busy                as many large calls as this process takes are in work; nothing was done
    │   └── ServiceUnavailable  a Speech resource is busy, throttled or down
    ├── Poison                  a retry cannot help; recorded as failed
    │   ├── SourceGone          the blob no longer exists
    │   └── ServiceRefused      a Speech resource rejects the request (key, role, endpoint, version)
    └── SettingsError           settings are missing or invalid; the message names each one

A message says what happened and what to do. It never contains a key, a query string or log text.
"""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar


class AppError(Exception):
    """Base of all. `code` is the `error.code` of an HTTP answer, `target` the parameter or setting at fault."""

    http_status: ClassVar[int] = 500
    code: str = "InternalError"

    def __init__(self, message: str, *, code: str | None = None, target: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.target = target
        if code is not None:
            self.code = code


class CallerError(AppError):
    http_status = 400
    code = "BadRequest"


class BadRequest(CallerError):
    pass


class NotFound(CallerError):
    http_status = 404
    code = "NotFound"


class Conflict(CallerError):
    http_status = 409
    code = "Conflict"


class PreconditionFailed(CallerError):
    http_status = 412
    code = "PreconditionFailed"


class LengthRequired(CallerError):
    http_status = 411
    code = "LengthRequired"


class TooLarge(CallerError):
    http_status = 413
    code = "ContentTooLarge"


class UnsupportedMedia(CallerError):
    http_status = 415
    code = "UnsupportedMediaType"


class TryAgain(AppError):
    http_status = 503
    code = "TryAgain"


class StorageUnavailable(TryAgain):
    code = "StorageUnavailable"


class SourceChanged(TryAgain):
    code = "SourceChanged"


class LeaseLost(TryAgain):
    code = "LeaseLost"


class Busy(TryAgain):
    code = "Busy"


class ServiceUnavailable(TryAgain):
    code = "ServiceUnavailable"


class Poison(AppError):
    code = "Poison"


class SourceGone(Poison):
    code = "SourceGone"


class ServiceRefused(Poison):
    code = "ServiceRefused"


class SettingsError(AppError):
    code = "SettingsInvalid"


def place(error: BaseException) -> str:
    """`file.py:12`, where it was raised: what the app logs of an unexpected error, whose message may hold anything."""
    frame = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    return "?" if frame is None else f"{Path(frame.tb_frame.f_code.co_filename).name}:{frame.tb_lineno}"
