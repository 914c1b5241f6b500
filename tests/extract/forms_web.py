"""JavaScript Diagnostics logs, browsers, network captures, proxies and clients of the REST API for short audio."""

from __future__ import annotations

import json
from dataclasses import replace
from urllib.parse import quote

from tests.extract.forms import DASHED, KEY, A, B, C, Form, R, X, dashed
from tests.extract.js_lines import STT, TTS, JsLog, event_id, iso
from tests.extract.native_lines import interleaved, text

U, V, Y = A.upper(), B.upper(), X.upper()
JS = JsLog()
SPOKEN = JsLog(id=Y, start=500, url=TTS, query="x=1")
JS_OK = {
    "reached": "yes",
    "region": "westeurope",
    "language": "de-DE",
    "mode": "interactive",
    "error": None,
    "time.start": iso(21),
    "sdk.version": "1.52.0",
    "attempts": 1,
}
V5 = "3945ec11e0e15f22899815fdf39bf8f5"  # users make REST IDs of any version
SHORT = "/speech/recognition/conversation/cognitiveservices/v1?language=en-US&format=detailed&X-ConnectionId="
HOST = "westeurope.stt.speech.microsoft.com"
URL = f"https://{HOST}{SHORT}"
SOCKET = f"{STT}?language=en-US&format=simple&Ocp-Apim-Subscription-Key={KEY}&X-ConnectionId="


def har(url: str, messages: list[str] | None = None, status: int = 101) -> str:
    entry = {
        "startedDateTime": "2026-11-22T05:00:00.123Z",
        "time": 12,
        "connection": X,
        "_initiator": {"type": "script"},
        "request": {
            "method": "GET",
            "url": url,
            "headers": [{"name": "Sec-WebSocket-Key", "value": "AAAAAAAAAAAAAAAAAAAAAA=="}],
            "queryString": [],
        },
        "response": {"status": status, "statusText": "Switching Protocols", "headers": []},
        "_resourceType": "websocket",
        "_webSocketMessages": [
            {"type": "send", "time": 1795323600.1, "opcode": 1, "data": data} for data in messages or []
        ],
    }
    return json.dumps({"log": {"version": "1.2", "creator": {"name": "WebInspector"}, "entries": [entry]}}, indent=2)


DIAGNOSTICS = [
    Form("JS: all right", text(JS.ok()), never=(KEY, event_id(30, 5)), says={A: {**JS_OK, "requestIds": (R,)}}),
    *(
        Form(
            f"JS {version}",
            text(replace(JS, version=version, doubled=False).ok()),
            says={A: {**JS_OK, "sdk.version": version}},
        )
        for version in ("1.21.0", "1.24.0", "1.36.0", "1.44.0")
    ),
    Form(
        "JS: 401",
        text(JS.refused("Unexpected server response: 401")),
        says={A: {"reached": "yes", "error.code": "ConnectionFailure", "error.httpStatus": 401, "attempts": 5}},
    ),
    Form("JS: 429", text(JS.refused("Unexpected server response: 429")), says={A: {"error.httpStatus": 429}}),
    Form(
        "JS: refused",
        text(JS.refused("connect ECONNREFUSED 127.0.0.1:9")),
        says={A: {"reached": "no", "error.code": "ConnectionFailure", "error.httpStatus": None}},
    ),
    Form(
        "JS: DNS",
        text(JS.refused("getaddrinfo ENOTFOUND westeurop.stt.speech.microsoft.com")),
        says={A: {"reached": "no", "error.code": "ConnectionFailure"}},
    ),
    Form("JS: TLS", text(JS.refused("self-signed certificate in certificate chain")), says={A: {"reached": "no"}}),
    Form(
        "JS: in the browser no reason is reported",
        text(JS.refused("undefined")),
        says={A: {"reached": "unknown", "error.code": "ConnectionFailure"}},
    ),
    Form(
        "JS: closed with 1007",
        text(
            JS.ok()[:-2],
            JS.connection(60, "ConnectionClosedEvent", "privReason: Quota exceeded.", "privStatusCode: 1007", kind=0),
        ),
        says={A: {"reached": "yes", "error.code": "BadRequestParameters"}},
    ),
    Form(
        "JS: closed with 1006 and connected again",
        text(
            JS.ok()[:-2],
            JS.connection(60, "ConnectionClosedEvent", "privReason: ", "privStatusCode: 1006", kind=0),
            JS.begin(70),
            JS.connection(80, "ConnectionEstablishedEvent"),
        ),
        says={A: {"attempts": 2, "error": None}},
    ),
    Form(
        "JS: two at once",
        interleaved(
            JS.ok(),
            replace(JS, id=V, start=5, url=STT.replace("westeurope", "eastus"), query="language=fr-FR").refused(
                "Unexpected server response: 403"
            ),
        ),
        found=(A, B),
        says={A: JS_OK, B: {"region": "eastus", "language": "fr-FR", "error.httpStatus": 403}},
    ),
    Form("JS: text to speech", text(SPOKEN.synthesis()), found=(), never=(X,), misses=((X, "text-to-speech", None),)),
    Form(
        "JS: text to speech, refused", text(SPOKEN.refused("Unexpected server response: 401")[3:]), found=(), never=(X,)
    ),
    Form("JS: speech both ways", interleaved(JS.ok(), SPOKEN.synthesis()), never=(X,), says={A: JS_OK}),
    Form("JS: text to speech, then speech to text", text(SPOKEN.synthesis(), replace(JS, start=1000).ok()), never=(X,)),
    Form("JS: the beginning is cut", text(JS.ok()[7:]), says={A: {"reached": "yes"}}),
    Form(
        "JS: level Info",
        text([line for line in JS.ok() if "privEventType: 1" in line and "Message" not in line]),
        says={A: {"reached": "yes"}},
    ),
    Form("JS: console of a browser", text([f"sdk.js:5468 {line}" for line in JS.ok()]), says={A: JS_OK}),
    Form(
        "JS: console with local times",
        text([f"06:00:00.{n:03} ConsoleLoggingListener.js:42 {line}" for n, line in enumerate(JS.ok())]),
        says={A: JS_OK},
    ),
    Form(
        "JS: chrome_debug.log",
        text(
            [
                f'[4242:4301:1122/060000.{n:06}:INFO:CONSOLE:12] "{line}", source: https://contoso.example/sdk.js (12)'
                for n, line in enumerate(JS.ok())
            ]
        ),
        says={A: {"reached": "yes", "region": "westeurope"}},
    ),
    Form("JS: only a triggered event", text(JS.opening()[:1]), found=()),
    Form(
        "JS: conversation transcriber",
        text(replace(JS, url=f"wss://{HOST}/speech/universal/v2", query="language=de-DE").ok()),
        says={A: {"region": "westeurope", "language": "de-DE"}},
    ),
    Form(
        "JS: diarization",
        text(
            JS.ok(),
            JS.connection(
                61,
                "ConnectionMessageReceivedEvent",
                f'privMessage: {{"privBody":"{{\\"audioSessionId\\":\\"{Y}\\",\\"streamId\\":\\"{V}\\"}}"}}',
            ),
        ),
        never=(X, B),
    ),
]

BROWSER = [
    Form(
        "Chrome: refused five times",
        text([f"sdk.js:5468 WebSocket connection to '{SOCKET}{U}&connectionId={U}' failed: "] * 5),
        says={A: {"region": "westeurope"}},
    ),
    Form(
        "Chrome: shortened URL",
        f"WebSocket connection to 'wss://westeurope.stt.speech.microsoft.com/speech/recognition/interactive/cognitiveserv…E6B&X-ConnectionId={U}' failed: ",
    ),
    Form(
        "Chrome: shortened in the ID",
        f"WebSocket connection to 'wss://westeurope.stt.speech.microsoft.com/speech/…X-ConnectionId={U[:12]}…{U[-4:]}' failed: ",
        found=(),
    ),
    Form(
        "Firefox: refused socket",
        f"Firefox can’t establish a connection to the server at {SOCKET}{U}. microsoft.cognitiveservices.speech.sdk.bundle.js:1:4242",
        says={A: {"region": "westeurope"}},
    ),
    Form(
        "Safari: refused socket",
        f"[Error] WebSocket connection to '{SOCKET}{U}' failed: There was a bad response from the server.",
    ),
    Form(
        "Edge: network copy as cURL",
        f"curl '{SOCKET.replace('wss', 'https')}{U}' \\\n  -H 'Upgrade: websocket' \\\n  -H 'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA=='",
        never=(KEY,),
    ),
    Form("Chrome: copy as fetch", f'fetch("{SOCKET}{U}", {{"headers": {{}}}});'),
    Form(
        "Chrome: text to speech", f"WebSocket connection to '{TTS}?X-ConnectionId={Y}' failed: ", found=(), never=(X,)
    ),
    Form(
        "Chrome: text to speech, shortened",
        f"WebSocket connection to 'wss://westeurope.tts.speech.microsoft.com/cognitiveservices/webso…&X-ConnectionId={Y}' failed: ",
        found=(),
        never=(X,),
    ),
    Form(
        "Chrome: both ways",
        f"WebSocket connection to '{TTS}?X-ConnectionId={Y}' failed: \nWebSocket connection to '{SOCKET}{U}' failed: ",
        never=(X,),
    ),
    Form(
        "chrome_debug.log: sample",
        f'[4242:4301:1122/060000.123456:INFO:CONSOLE:12] "(sessionStarted) SessionId: {U}", source: http://127.0.0.1/sdk.js (12)',
        says={A: {"events": ("started",)}},
    ),
    Form("HAR: socket", har(SOCKET + U), never=(KEY, X), says={A: {"region": "westeurope", "language": "en-US"}}),
    Form(
        "HAR: telemetry among the messages",
        har(
            SOCKET + U,
            [
                f'X-Timestamp: {iso(1)}\r\nPath: telemetry\r\nX-RequestId: {R.upper()}\r\nContent-Type: application/json\r\n\r\n{{"ReceivedMessages":[],"Metrics":[{{"Name":"Connection","Id":"{U}","Start":"{iso(1)}","End":"{iso(2)}"}}]}}'
            ],
        ),
        never=(R,),
        says={A: {"reached": "yes"}},
    ),
    Form("HAR: text to speech", har(f"{TTS}?Ocp-Apim-Subscription-Key={KEY}&X-ConnectionId={Y}"), found=(), never=(X,)),
    Form(
        "HAR: query as pairs",
        json.dumps(
            {
                "request": {
                    "url": STT,
                    "queryString": [{"name": "language", "value": "en-US"}, {"name": "X-ConnectionId", "value": U}],
                }
            }
        ),
    ),
]

REST = [
    Form(
        "curl",
        f"$ curl -v -X POST '{URL}{V5}' -H 'Ocp-Apim-Subscription-Key: {KEY}'\n> POST {SHORT}{V5} HTTP/1.1\n> Host: {HOST}\n> Ocp-Apim-Subscription-Key: {KEY}\n< HTTP/1.1 200 OK\n",
        found=(V5,),
        never=(KEY,),
        says={V5: {"region": "westeurope", "language": "en-US"}},
    ),
    Form(
        "curl: HTTP/2",
        f"* [HTTP/2] [1] [:path: {SHORT}{A}]\n> POST {SHORT}{A} HTTP/2\n> Host: {HOST}\n",
        says={A: {"language": "en-US"}},
    ),
    Form(
        "curl: header",
        f"> POST /speech/recognition/conversation/cognitiveservices/v1?language=en-US HTTP/1.1\n> Host: {HOST}\n> X-ConnectionId: {A}\n",
        says={A: {"region": "westeurope"}},
    ),
    Form("curl: lower-case header", f"> x-connectionid: {A}"),
    Form(
        "urllib3",
        f'2026-11-22 06:00:00,123 DEBUG urllib3.connectionpool: https://{HOST}:443 "POST {SHORT}{A} HTTP/1.1" 200 None',
        says={A: {"language": "en-US"}},
    ),
    Form(
        "http.client",
        f"send: b'POST {SHORT}{A} HTTP/1.1\\r\\nHost: {HOST}\\r\\nOcp-Apim-Subscription-Key: {KEY}\\r\\n\\r\\n'\nreply: 'HTTP/1.1 401 PermissionDenied\\r\\n'",
        never=(KEY,),
        says={A: {"region": "westeurope"}},
    ),
    Form("httpx", f'INFO:httpx:HTTP Request: POST {URL}{A} "HTTP/1.1 200 OK"', says={A: {"region": "westeurope"}}),
    Form("aiohttp: repr", f"<ClientResponse({URL}{A}) [200 OK]>"),
    Form(
        "requests: exception",
        f"requests.exceptions.HTTPError: 401 Client Error: PermissionDenied for url: {URL}{A}",
        says={A: {"region": "westeurope"}},
    ),
    Form(
        ".NET HttpClient",
        f"info: System.Net.Http.HttpClient.Default.LogicalHandler[100]\n      Start processing HTTP request POST {URL}{A}",
        says={A: {"region": "westeurope"}},
    ),
    Form("Java HttpClient", f"DEBUG o.a.h.headers - http-outgoing-0 >> POST {SHORT}{A} HTTP/1.1"),
    Form("OkHttp", f"--> POST {URL}{A} h2"),
    Form(
        "nginx access",
        f'192.0.2.4 - - [22/Nov/2026:06:00:00 +0100] "POST {SHORT}{A} HTTP/1.1" 200 512 "-" "curl/8.5.0"',
    ),
    Form(
        "nginx error",
        f'2026/11/22 06:00:00 [error] 42#42: *7 connect() failed (111: Connection refused) while connecting to upstream, request: "POST {SHORT}{A} HTTP/1.1", upstream: "https://192.0.2.9:443{SHORT}{A}", host: "proxy.example"',
    ),
    Form("Apache", f'proxy.example:443 192.0.2.4 - - [22/Nov/2026:06:00:00 +0100] "POST {SHORT}{A} HTTP/1.1" 200 512'),
    Form(
        "Envoy",
        f'[2026-11-22T05:00:00.123Z] "POST {SHORT}{A} HTTP/1.1" 200 - 128044 512 410 409 "192.0.2.4" "curl/8.5.0" "{dashed(X)}" "{HOST}" "192.0.2.9:443"',
        never=(X,),
    ),
    Form(
        "Squid",
        f"1795323600.123    410 192.0.2.4 TCP_MISS/200 512 POST {URL}{A} - HIER_DIRECT/192.0.2.9 application/json",
        says={A: {"region": "westeurope"}},
    ),
    Form(
        "HAProxy",
        f'haproxy[42]: 192.0.2.4:4242 [22/Nov/2026:06:00:00.123] fe be/s1 0/0/1/2/3 200 512 - - ---- 1/1/0/0/0 0/0 "POST {SHORT}{A} HTTP/1.1"',
    ),
    Form(
        "Fiddler",
        f"POST {URL}{A} HTTP/1.1\nHost: {HOST}\nOcp-Apim-Subscription-Key: {KEY}\n\n\nHTTP/1.1 200 OK\nX-RequestId: {R}\n",
        never=(R, KEY),
        says={A: {"region": "westeurope"}},
    ),
    Form("mitmproxy", f"192.0.2.4:4242: POST {URL}{A} HTTP/2.0\n    << HTTP/2.0 200 OK 512b"),
    Form(
        "IIS",
        f"2026-11-22 05:00:00 192.0.2.4 POST /speech/recognition/conversation/cognitiveservices/v1 language=en-US&X-ConnectionId={A} 443 - 192.0.2.4 curl/8.5.0 - 200 0 0 410",
    ),
    Form(
        "Azure API Management",
        json.dumps(
            {"time": iso(1), "properties": {"url": f"{URL}{A}", "responseCode": 200}, "correlationId": dashed(X)}
        ),
        says={A: {"region": "westeurope"}},
    ),
    Form(
        "Application Gateway",
        json.dumps(
            {
                "properties": {
                    "requestUri": "/speech/recognition/conversation/cognitiveservices/v1",
                    "requestQuery": f"language=en-US&X-ConnectionId={A}",
                    "transactionId": X,
                }
            }
        ),
        never=(X,),
    ),
    Form("URL-encoded in a URL", f"GET /proxy?target={quote(URL + A, safe='')} HTTP/1.1"),
    Form("REST sample", f"II Session ID: {A}\nII URL: {URL}{A}", says={A: {"region": "westeurope"}}),
    Form("dashed value", f"POST {SHORT}{DASHED} HTTP/1.1", found=(), misses=((DASHED, "dashed-connection-id", A),)),
    Form("dashed header", f"X-ConnectionId: {DASHED}", found=(), misses=((DASHED, "dashed-connection-id", A),)),
    Form(
        "braced value",
        f"POST {SHORT}%7B{DASHED}%7D HTTP/1.1",
        found=(),
        misses=(("{" + DASHED + "}", "dashed-connection-id", A),),
    ),
    Form("31 digits", f"POST {SHORT}{A[:-1]} HTTP/1.1", found=(), misses=((A[:-1], "wrong-length", None),)),
    Form("33 digits", f"POST {SHORT}{A}0 HTTP/1.1", found=(), misses=((A + "0", "wrong-length", None),)),
    Form("no hex", f"POST {SHORT}g{A[1:]} HTTP/1.1", found=()),
    Form("32 of which the last is no hex", f"POST {SHORT}{A[:-1]}z HTTP/1.1", found=()),
    Form(
        "REST text to speech",
        f"> POST /cognitiveservices/v1?X-ConnectionId={X} HTTP/1.1\n> Host: westeurope.tts.speech.microsoft.com",
        found=(),
        never=(X,),
    ),
    Form(
        "two requests of one file",
        f"POST {SHORT}{A} HTTP/1.1\nPOST /cognitiveservices/v1?X-ConnectionId={X} HTTP/1.1\nPOST {SHORT}{C} HTTP/1.1",
        found=(A, C),
        never=(X,),
    ),
]

FORMS = DIAGNOSTICS + BROWSER + REST
