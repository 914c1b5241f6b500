"""Fake secrets and personal data, and every place of a log or a body from which a value could reach a record."""

from __future__ import annotations

import json

FAKE = "N0tARealSecret"
_KEY = "0123456789abcdef0123456789abcdee"  # as long as a key, and no GUID of version 4
_NEW_KEY = "FakeKey9" * 10 + "ABCD"
SESSION = "1e6f0a4c7d2b4f3a9c5d8e7f60718293"
ENTITY = "a1a1a1a1-1234-4000-8000-0000000000ab"
HOST = "https://eastus.api.cognitive.microsoft.com/"
API = f"{HOST}speechtotext/v3.2/transcriptions/"

# What it is: the text, and the part of it that must stand nowhere.
SECRETS: dict[str, tuple[str, str]] = {
    "key of the old form": (_KEY, _KEY),
    "key of the new form": (_NEW_KEY, _NEW_KEY),
    "subscription key, header": (f"Ocp-Apim-Subscription-Key: {_KEY}", _KEY),
    "subscription key, query": (f"https://x.example/a?Ocp-Apim-Subscription-Key={_KEY}&b=1", _KEY),
    "bearer": (f"Authorization: Bearer {FAKE}", FAKE),
    "basic": (f"Authorization: Basic {FAKE}==", FAKE),
    "digest": (f'Authorization: Digest username="bob", response="{FAKE}"', FAKE),
    "basic of a proxy": (f"Proxy-Authorization Basic {FAKE}==", FAKE),
    "web token": (f"eyJhbGciOiJub25lIn0.eyJmYWtlIjoxfQ.{FAKE}", FAKE),
    "SAS": (f"https://x.blob.core.windows.net/c/a.wav?sv=2024&sig={FAKE}%3D", FAKE),
    "signature": (f"sv=2024&sig={FAKE}", FAKE),
    "user of an URL": (f"https://bob:{FAKE}@example.com/a", FAKE),
    "user with an at sign": (f"wss://bob:p@{FAKE}@host.example/x", FAKE),
    "user of another scheme": (f"ftp://bob:{FAKE}@example.com/a", FAKE),
    "password": (f"password={FAKE}", FAKE),
    "password with a colon": (f"passwd: {FAKE}", FAKE),
    "password of a connection": (f"Uid=bob;Pwd={FAKE};", FAKE),
    "passphrase": (f"passphrase={FAKE}", FAKE),
    "password in a sentence": (f"my password is {FAKE}", FAKE),
    "client secret": (f"client_secret={FAKE}", FAKE),
    "client secret, quoted": (f"clientSecret: '{FAKE}'", FAKE),
    "access token": (f"access_token={FAKE}", FAKE),
    "refresh token": (f"refresh_token={FAKE}", FAKE),
    "storage key": (f"DefaultEndpointsProtocol=https;AccountName=x;AccountKey={FAKE};EndpointSuffix=x", FAKE),
    "shared access key": (f"Endpoint=sb://x/;SharedAccessKeyName=r;SharedAccessKey={FAKE}", FAKE),
    "function key": (f"x-functions-key: {FAKE}", FAKE),
    "function key, query": (f"https://x.example/api/a?code={FAKE}", FAKE),
    "variable": (f"SPEECH_KEY={FAKE}", FAKE),
    "cookie": (f"Cookie: ARRAffinity={FAKE}", FAKE),
    "new cookie": (f"Set-Cookie: session={FAKE}; Path=/", FAKE),
    "private key": (f"-----BEGIN PRIVATE KEY-----{FAKE}-----END PRIVATE KEY-----", FAKE),
    "token of a code host": ("ghp_" + FAKE * 2, FAKE),
    "key of another cloud": ("AKIA" + "FAKE1234FAKE5678", "FAKE1234"),
    "phone number of a file": ("call_+491701234567.wav", "1701234567"),
    "phone number": ("+49 170 1234567", "1234567"),
    "phone number with dashes": ("(555) 010-4477", "010-4477"),
    "mail address": ("jane.roe@patients.example", "jane.roe"),
    "patient": ("patient Jane Roe born 1970-01-01", "Jane Roe"),
    "card": ("4111 1111 1111 1111", "1111 1111"),
    "bank account": ("DE00 1234 5678 9012 3456 00", "1234 5678"),
    "social security": ("SSN 078-05-1120", "078-05-1120"),
    "transcript": ('Text="the words are swordfish feathers"', "swordfish"),
    "SSML": ("<speak><voice>swordfish feathers</voice></speak>", "swordfish"),
    "path of Windows": (r"C:\Users\JaneRoe\call.wav", "JaneRoe"),
    "path of a home": ("/home/janeroe/call.wav", "janeroe"),
}
_PREFIX = "[7]: 57ms SPX_DBG_TRACE_VERBOSE:  a.cpp:1 "
_STARTED = f"{_PREFIX}[0x1]X::FireSessionStartedEvent: Firing SessionStarted event: SessionId: {SESSION}\n"
_JS = "2026-11-22T05:25:15.206Z | {name} | privName: {name} | privEventTime: 2026-11-22T05:25:15.206Z | "
_JS += f"privConnectionId: {SESSION} | "
_BODY = {"self": API + ENTITY, "displayName": "x", "status": "Failed", "createdDateTime": "2026-01-05T10:00:00Z"}


def _body(**fields: object) -> str:
    return json.dumps({**_BODY, **fields})


def _error(code: str, message: str) -> str:
    return _body(properties={"error": {"code": code, "message": message}})


def _request(path: str, *headers: str) -> str:
    return "\n".join((f"GET {path} HTTP/1.1", *headers, ""))


def _capture(config: dict[str, object]) -> str:
    return _request(f"/speech/recognition/x/v1?X-ConnectionId={SESSION}") + json.dumps({"context": config})


def _sessions(text: str) -> dict[str, str]:
    canceled = "CANCELED: ErrorDetails="
    return {
        "before the error": f"ERROR: {text}: connection timed out. SessionId: {SESSION}",
        "behind the error": f"{canceled}WebSocket upgrade failed: Bad request (400). {text} SessionId: {SESSION}",
        "within the error": f"{canceled}Connection failed (no connection to the remote host). Internal error: 1. "
        f"Error details: {text} Failed. SessionId: {SESSION}",
        "in front of the reason": f"{canceled}{text}: timed out SessionId: {SESSION}",
        "error of a certificate": json.dumps({"sessionId": SESSION, "errorDetails": f"certificate {text}"}),
        "error as JSON": json.dumps({"sessionId": SESSION, "errorMessage": f"{text} timed out"}),
        "native details": f"{_PREFIX}x: this=0x1; name='RESULT-ErrorDetails'; value='timed out {text} SessionId: {SESSION}'",
        "native error": f"{_STARTED}{_PREFIX}Response: On Error: Code:1, Message: {text} timed out",
        "native URL": f"{_STARTED}{_PREFIX}connectionUrl=wss://eastus.stt.speech.microsoft.com/speech/{text}/v1"
        f"?language={text}&cid={text}",
        "native properties": f"{_STARTED}{_PREFIX}x: this=0x1; name='SPEECH-RecoMode'; value='{text}'\n"
        f"{_PREFIX}x: this=0x1; name='SPEECH-SDK-Version'; value='{text}'\n"
        f"{_PREFIX}x: this=0x1; name='SPEECH-RecoLanguage'; value='{text}'",
        "host": f"wss://{text}/speech/recognition/interactive/v1?X-ConnectionId={SESSION}",
        "language": f"wss://eastus.stt.speech.microsoft.com/speech/recognition/interactive/v1?language={text}"
        f"&X-ConnectionId={SESSION}",
        "agent": _request(
            f"/speech/recognition/x/v1?X-ConnectionId={SESSION}", f"User-Agent: SpeechSDK-{text}/1.2 {text}"
        ),
        "SDK": _capture({"system": {"name": "SpeechSDK", "version": text, "lang": text}, "os": {"platform": text}}),
        "JavaScript error": _JS.format(name="ConnectionErrorEvent") + f"privMessage: {text} timed out | x",
        "JavaScript reason": _JS.format(name="ConnectionClosedEvent") + f"privReason: {text} | privStatusCode: 1007",
        "browser": f"WebSocket connection to 'wss://eastus.stt.speech.microsoft.com/x?X-ConnectionId={SESSION}' failed: "
        f"net::ERR_TIMED_OUT {text}",
        "table": f"SessionId,Region,Error\n{SESSION},{text},{text} timed out",
        "region": f"SessionId: {SESSION} region: {text}",
        "ID with more": f"SessionId: {SESSION[:20]}{text}",
        "beside an ID": f"session {text} token {SESSION}",
        "request ID": f"SessionId: {SESSION} requestId={text}",
    }


def _entities(text: str) -> dict[str, str]:
    return {
        "display name": _body(displayName=text),
        "in a display name": _body(displayName=f"Job {text} of today"),
        "name": _body(name=text, displayName=None),
        "message": _error("InvalidData", text),
        "in a message": _error("InvalidData", f"The recordings URI contains invalid data. {text}"),
        "code": _error(text, "x"),
        "status": _body(status=text),
        "locale": _body(locale=text),
        "model": _body(model={"self": text}),
        "message of v2.0": json.dumps(
            {"id": ENTITY, "status": "Failed", "createdDateTime": _BODY["createdDateTime"], "recordingsUrl": "x"}
            | {"statusMessage": text}
        ),
        "collection": _body(self=f"{HOST}speechtotext/v3.2/{text}/{ENTITY}"),
        "query of self": _body(self=f"{API}{ENTITY}?{text}"),
        "user of self": _body(
            self=f"https://{text}@eastus.api.cognitive.microsoft.com/speechtotext/v3.2/models/{ENTITY}"
        ),
        "path of self": _body(self=f"{HOST}{text}/speechtotext/v3.2/transcriptions/{ENTITY}"),
        "host of self": _body(self=f"https://{text}.example/speechtotext/v3.2/transcriptions/{ENTITY}"),
        "version of self": _body(self=f"{HOST}speechtotext/v3{text}/transcriptions/{ENTITY}"),
        "version in the query": _body(self=f"{HOST}speechtotext/transcriptions/{ENTITY}?api-version={text}"),
        "self alone": json.dumps({"m": json.dumps({"self": text})}),
        "self alone in a line": '{"log":"{\\n"}\n' + json.dumps({"log": f'  "self": "{text}"\n'}) + "\n",
        "self that ends so": json.dumps({"m": f'"self": "{API}{text}"'}),
        "self that is none": json.dumps({"self": text, "status": "Running", "createdDateTime": "2026-01-05T10:00:00Z"}),
        "event": f"X-MicrosoftSpeechServices-Event: {text}\n\n{_body()}",
        "event in a list": json.dumps(
            {"headers": [{"name": "X-MicrosoftSpeechServices-Event", "value": text}], "body": _BODY}
        ),
        "status beside an ID": json.dumps({"transcriptionId": ENTITY, "status": text}),
        "status beside an URL": f"Transcription {API}{ENTITY} status: {text}",
        "region beside an ID": f"Created new transcription with id '{ENTITY}' in region {text}",
        "name of a file": json.dumps({"self": f"{API}{ENTITY}/files/{ENTITY}", "name": text, "kind": "Transcription"}),
        "name of a log": json.dumps(
            {"self": f"{HOST}speechtotext/v3.2/endpoints/{ENTITY}/files/logs/{text}", "name": text}
        ),
        "header": _request(f"/speechtotext/v3.2/transcriptions/{ENTITY}", "Host: x.example", f"X-Secret: {text}"),
    }


def slots(text: str) -> dict[str, str]:
    """A short log or body for each place in which `text` may stand."""
    return _sessions(text) | _entities(text)
