"""A small app with every trigger that the development host knows. It keeps what it was given; GET api/seen tells."""

from __future__ import annotations

import json
import threading
import time
from typing import Any

import azure.functions as func
import azurefunctions.extensions.bindings.blob as blob  # type: ignore[import-untyped]

app = func.FunctionApp(http_auth_level=func.AuthLevel.FUNCTION)
seen: list[dict[str, Any]] = []
running = threading.Semaphore()


def answer(what: object) -> func.HttpResponse:
    return func.HttpResponse(json.dumps(what), mimetype="application/json", headers={"X-Sample": "yes"})


@app.route(route="api/seen", methods=["GET"])
def tell_seen(req: func.HttpRequest) -> func.HttpResponse:
    return answer(seen)


@app.route(route="api/echo/{id}", methods=["GET", "POST"])
def echo_any(req: func.HttpRequest) -> func.HttpResponse:
    return answer(
        {
            "by": "echo_any",
            "method": req.method,
            "url": req.url,
            "route": dict(req.route_params),
            "query": dict(req.params),
            "header": req.headers.get("x-given"),
            "body": req.get_body().decode(),
        }
    )


@app.route(route="api/echo/special", methods=["GET", "PUT"])
def special(req: func.HttpRequest) -> func.HttpResponse:
    return answer({"by": "special"})


@app.route(route="api/files/{*name}", methods=["PUT"])
def files(req: func.HttpRequest) -> func.HttpResponse:
    return answer({"route": dict(req.route_params), "size": len(req.get_body())})


@app.route(route="/", methods=["GET"])
def home(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("home")


@app.route(route="api/boom")
def boom(req: func.HttpRequest) -> str:
    raise RuntimeError("a secret detail")


@app.blob_trigger(arg_name="client", path="sample-logs/{name}", connection="AzureWebJobsStorage")
def take_blob(client: blob.BlobClient) -> None:
    content = client.download_blob().readall()
    seen.append({"blob": client.blob_name, "content": content.decode()})
    if content.startswith(b"bad"):
        raise RuntimeError("cannot take this blob")


@app.queue_trigger(arg_name="message", queue_name="sample-queue", connection="AzureWebJobsStorage")
def take_message(message: func.QueueMessage) -> None:
    text = message.get_body().decode()
    seen.append({"message": text, "count": message.dequeue_count})
    if text == "bad":
        raise RuntimeError("cannot take this message")


@app.timer_trigger(arg_name="timer", schedule="* * * * * *")
def tick(timer: func.TimerRequest) -> None:
    alone = running.acquire(blocking=False)
    time.sleep(1.2)  # longer than the schedule's step
    if alone:
        running.release()
    seen.append({"tick": timer.past_due, "alone": alone})


@app.timer_trigger(arg_name="timer", schedule="0 0 0 1 January *")
def yearly(timer: func.TimerRequest) -> None:
    seen.append({"yearly": timer.past_due})
