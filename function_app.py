"""The triggers of the function app. Each binds and calls one function in `shared/`; there is no logic here.

Settings that the decorators need are read from the environment with their defaults. A binding expression like %NAME%
would leave Azure without the function when the setting is not there.
"""

from __future__ import annotations

import os

import azure.functions as func
import azurefunctions.extensions.bindings.blob as blob  # type: ignore[import-untyped]

from shared.app import triggers
from shared.app.clients import SYNC_QUEUE
from shared.settings import STORAGE, Settings
from shared.web.http import Request
from shared.web.operation import Operation
from shared.web.operations import OPERATIONS
from shared.web.pipeline import answer

app = func.FunctionApp(http_auth_level=func.AuthLevel.FUNCTION)
settings = Settings.load(os.environ)


@app.function_name("index_blob")
@app.blob_trigger(
    arg_name="client",
    path=f"{settings.logs_container}/{{name}}",
    connection=STORAGE,
    source=func.BlobSource(settings.blob_trigger_source),
)
def index_blob(client: blob.BlobClient) -> None:
    triggers.index_blob(client.container_name, client.blob_name)


@app.function_name("sync_timer")
@app.timer_trigger(arg_name="timer", schedule=settings.sync_schedule)
def sync_timer(timer: func.TimerRequest) -> None:  # noqa: ARG001  the binding's name
    triggers.queue_syncs()


@app.function_name("sweep_timer")
@app.timer_trigger(arg_name="timer", schedule=settings.sweep_schedule)
def sweep_timer(timer: func.TimerRequest) -> None:  # noqa: ARG001  the binding's name
    triggers.sweep()


@app.function_name("sync_resource")
@app.queue_trigger(arg_name="message", queue_name=SYNC_QUEUE, connection=STORAGE)
def sync_resource(message: func.QueueMessage) -> None:
    triggers.sync_resource(message.get_body())


def bind(operation: Operation) -> None:
    """Register one HTTP function for an operation of the table."""

    def handle(req: func.HttpRequest) -> func.HttpResponse:
        given = answer(
            operation,
            Request.of(req.method, req.url, req.route_params, req.params, req.headers, req.get_body()),
        )
        return func.HttpResponse(given.body, status_code=given.status, headers=given.headers)

    level = func.AuthLevel.ANONYMOUS if operation.anonymous else func.AuthLevel.FUNCTION
    route = app.route(route=operation.route, methods=operation.methods, auth_level=level)
    app.function_name(operation.name)(route(handle))


for _operation in OPERATIONS:
    bind(_operation)
