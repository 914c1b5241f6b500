"""Diagnostics logs of the JavaScript SDK in containers, loggers, tables and browser logs, and parts of them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable

from tests.extract.forms import A, B, Form, R, X
from tests.extract.js_lines import TTS, JsLog, iso
from tests.extract.native_lines import interleaved, text

JS = JsLog()
OTHER = JsLog(id=B.upper(), start=3)
SPOKEN = JsLog(id=X.upper(), url=TTS, query="x=1")
ENDED = {
    "reached": "yes",
    "error": None,
    "events": ("started", "connecting", "connected", "stopped"),
    "sdk.version": "1.52.0",
    "region": "westeurope",
    "language": "de-DE",
    "requestIds": (R,),
    "attempts": 1,
    "time.start": iso(21),
    "time.end": iso(50),
}
REFUSED = JS.refused("Unexpected server response: 401")
SAYS_REFUSED = {"reached": "yes", "error.code": "ConnectionFailure", "error.httpStatus": 401, "attempts": 5}
REJECTED = [
    *JS.ok()[:8],
    JS.message(40, "Received", {"Id": X, "RecognitionStatus": "BadRequest"}, "speech.phrase"),
    *JS.ok()[9:],
]
SAYS_REJECTED = {"error.code": "BadRequestParameters", "sdk.version": "1.52.0"}
DROPPED = [*JS.ok()[:-1], JS.connection(60, "ConnectionClosedEvent", "privReason: ", "privStatusCode: 1006", kind=0)]
SAYS_DROPPED = {"error.code": "ConnectionFailure", "error.message": "websocket error code: 1006"}


def docker(lines: list[str]) -> str:
    return text(
        [
            f'{{"log":{json.dumps(line)[:-1]}\\n","stream":"stderr","time":"2026-11-22T05:00:07.123456789Z"}}'
            for line in lines
        ]
    )


def winston(lines: list[str]) -> str:
    return text([json.dumps({"level": "info", "message": line, "timestamp": iso(7000)}) for line in lines])


def winston_in_docker(lines: list[str]) -> str:
    return docker(winston(lines).splitlines())


def chrome(lines: list[str]) -> str:
    return text(
        [
            f'[4242:4301:1122/060000.123456:INFO:CONSOLE:12] "{line}", source: https://contoso.example/sdk.js (12)'
            for line in lines
        ]
    )


def table(lines: list[str]) -> str:
    written = io.StringIO()
    csv.writer(written, quoting=csv.QUOTE_ALL).writerows(
        [["time", "message", "host"], *(["1", line, "web"] for line in lines)]
    )
    return written.getvalue()


def array(lines: list[str]) -> str:
    return json.dumps(lines)


CARRIERS: tuple[Callable[[list[str]], str], ...] = (docker, winston, winston_in_docker, chrome, table, array)

FORMS = [
    *(
        Form(f"JS in {carrier.__name__}: {what}", carrier(lines), says={A: says})
        for carrier in CARRIERS
        for what, lines, says in (
            ("a good end", JS.ok(), ENDED),
            ("401", REFUSED, SAYS_REFUSED),
            ("rejected", REJECTED, SAYS_REJECTED),
            ("dropped", DROPPED, SAYS_DROPPED),
        )
    ),
    *(
        Form(
            f"JS in {carrier.__name__}: two at once",
            carrier(interleaved(JS.ok(), OTHER.refused("Unexpected server response: 403")).splitlines()),
            found=(A, B),
            says={A: ENDED, B: {"error.httpStatus": 403, "attempts": 5}},
        )
        for carrier in CARRIERS
    ),
    *(
        Form(f"JS in {carrier.__name__}: text to speech", carrier(SPOKEN.synthesis()), found=(), never=(X,))
        for carrier in CARRIERS
    ),
    Form("JS: text to speech without its beginning", text(SPOKEN.synthesis()[3:]), found=(), never=(X,)),
    Form(
        "JS: text to speech, the end of its audio",
        text(SPOKEN.message(11, "Received", {}, "audio"), SPOKEN.synthesis()[-1]),
        found=(),
        never=(X,),
    ),
    Form(
        "JS in docker: text to speech, the end of its audio",
        docker([SPOKEN.message(11, "Received", {}, "audio"), SPOKEN.synthesis()[-1]]),
        found=(),
        never=(X,),
    ),
    Form(
        "JS: the beginning is cut, audio is sent",
        text(JS.message(22, "Sent", {}, "audio"), JS.ok()[7:]),
        says={A: {"reached": "yes", "requestIds": (R,)}},
    ),
    Form(
        "JS: the beginning of speech both ways is cut",
        interleaved(JS.ok()[6:], SPOKEN.synthesis()[3:]),
        never=(X,),
        says={A: {"reached": "yes"}},
    ),
]
