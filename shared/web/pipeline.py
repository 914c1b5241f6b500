"""The path of every request: check it, handle it, and turn any failure into an error object."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from shared.app.clients import services as kept_services
from shared.core.errors import AppError, LengthRequired, TryAgain, place
from shared.core.events import Event, log_event
from shared.storage.errors import as_app_error
from shared.web.admission import admitted
from shared.web.http import Answer, Request, json_answer
from shared.web.operation import Call, Operation
from shared.web.query_params import parse_all

if TYPE_CHECKING:
    from collections.abc import Callable

    from shared.app.clients import Services

_log = logging.getLogger(__name__)


def answer(
    operation: Operation,
    request: Request,
    *,
    services: Callable[[], Services] = kept_services,
    new_id: Callable[[], str] = lambda: str(uuid4()),
) -> Answer:
    """The answer to a request, also when anything fails. Never raises."""
    request_id = new_id()
    try:
        _check_length(operation, request)
        values = parse_all(operation.query, _query(operation, request), request.repeated)
        with admitted(operation, request):
            given = operation.handler(Call(request, services(), values))
    except Exception as error:  # noqa: BLE001  the edge of the app: whatever it is becomes an answer
        given = _failure(operation, error, request_id)
    headers = {
        "Content-Type": given.content_type,
        "x-ms-request-id": request_id,
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
    body = b"" if request.method == "HEAD" else given.body
    return replace(given, body=body, headers={**headers, **given.headers})


def _query(operation: Operation, request: Request) -> dict[str, str]:
    """With the parameters that have no value: one that was ignored would answer with all rows."""
    return {**{p.name: "" for p in operation.query if p.name in request.empty}, **request.query}


def _check_length(operation: Operation, request: Request) -> None:
    """The Functions host gives a function an empty body when a request has no Content-Length."""
    if operation.body is not None and "transfer-encoding" in request.headers:
        raise LengthRequired(
            "Send the body with a Content-Length, not chunked: the Functions host discards a chunked body. "
            "With curl: -T FILE or --data-binary @FILE, not -T -.",
            target="Transfer-Encoding",
        )


def error_answer(error: AppError) -> Answer:
    """`{"error": {"code", "message", "target"?}}` with the status of its class."""
    body: dict[str, Any] = {"code": error.code, "message": error.message}
    if error.target is not None:
        body["target"] = error.target
    headers = {"x-ms-error-code": error.code} | ({"Retry-After": "5"} if isinstance(error, TryAgain) else {})
    return json_answer({"error": body}, error.http_status, headers)


def _failure(operation: Operation, error: Exception, request_id: str) -> Answer:
    known = error if isinstance(error, AppError) else as_app_error(error)
    if known is None:
        # Type and place only: a message may quote what a user sent.
        log_event(
            _log,
            logging.ERROR,
            Event.REQUEST_FAILED,
            operation=operation.name,
            code="InternalError",
            type=type(error).__name__,
            place=place(error),
            requestId=request_id,
        )
        known = AppError(
            "Internal error. Find it in the log of the app by the request ID in the x-ms-request-id header."
        )
    elif known.http_status >= 500:
        log_event(
            _log,
            logging.WARNING,
            Event.REQUEST_FAILED,
            operation=operation.name,
            code=known.code,
            requestId=request_id,
        )
    return error_answer(known)
