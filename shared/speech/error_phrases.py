"""What the message of an error may say: only words that the SDKs and the service use in theirs.

    Connection failed (no connection to the remote host). Internal error: 1. call_17.wav: timed out
    └──── kept ─────┘ └────────────── kept ────────────┘  └─── kept ───┘  1   └── … ──┘   kept

A message is split into clauses. A clause is kept when each of its words occurs in the sentences below, or is a code, a
status or a constant; any other clause becomes "…". So names, paths, keys and spoken words do not pass, in any form.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

LEFT_OUT: Final = "…"
_LOOK: Final = 8  # only so many times the cap is read of a huge text

# Sentences of the SDKs (native ones as measured with 1.53, then JavaScript, browsers), then of the REST API
_SENTENCES: Final = """
WebSocket upgrade failed: Authentication error (401). Please check subscription information and region name.
WebSocket Upgrade failed with an authentication error. WebSocket Upgrade failed with a bad request. WebSocket
Upgrade failed with HTTP status code: 404
Bad request. Too many requests. Service unavailable. Forbidden. Internal service error. Unsupported media type.
Timeout. Temporary redirect. Permanent redirect. Permanently redirected. Unspecified connection error.
Please try the request again. Please verify the provided subscription details and language information.
WebSocket operation failed. Connection failed (no connection to the remote host). Internal error: 1. Error details:
Failed with HTTP 400 Bad Request. 404 Not Found. 500 Internal Server Error. 503 Service Unavailable. 502 Bad Gateway
[DNS] DNS resolution failed - hostname not found - Check if the hostname is spelled correctly and DNS server is
reachable
[CONNECTION] Connection refused - no service listening on the target port - Verify the service is running and the
port number is correct. Unknown error 801. [TLS] [SSL] [PROXY] [TIMEOUT] handshake failed - certificate verification
failed - self-signed self signed certificate in certificate chain. unable to get local issuer certificate.
certificate has expired, is not yet valid, cannot be verified, is not trusted. unable to verify the first
certificate
DNS connection failed (the remote host did not respond). Connection was closed by the remote host. Error code: 1011.
Internal server error. Quota exceeded. Could not validate speech context: invalid language. Reason: undefined
The speech service encountered an internal error and could not continue.
The number of parallel requests exceeded the number of allowed concurrent transcriptions for the subscription.
The recognizer is using a free subscription that ran out of quota. The service is currently unavailable.
Invalid response. Failure while sending a frame over the WebSocket connection. Unknown transport error.
Timeout: no recognition result received. Timeout while waiting for service to stop. The operation timed out.
Exceeded maximum websocket connection idle duration. Instance is shutting down.
Language identification with DetectContinuous not supported on v1. Please use the v2 endpoint.
HTTP Authentication failed; no valid credentials available. Runtime error: Failed to initialize platform
Exception with an error code. Due to service inactivity, the client buffer exceeded maximum size. Resetting the
buffer. The recognition service encountered an error and could not continue. Response text:
Invalid parameter or unsupported audio format in the request. Cannot send on connection that is in Disconnected
state. Unable to contact server. StatusCode: 1006. websocket error code: 1007. Unexpected server response: 403.
connect. getaddrinfo. Client network socket disconnected before secure TLS connection was established. socket hang
up
Error during WebSocket handshake: Unexpected response code: 403. WebSocket is closed before the connection is
established. There was a bad response from the server. Firefox can't establish a connection to the server at
The recordings URI contains invalid data. The recordings URI is invalid. The recording is empty. The audio file is
empty, corrupt, too long, too large, cannot be decoded, cannot be read, cannot be accessed, cannot be downloaded.
Authentication failed for recordings URI. Access to the recordings URI was denied. Failed to download the audio file
from the specified URI. Download timed out. The storage account container blob does not exist or is not accessible.
Transcription cannot be found. The specified entity cannot be found. Transcription id. The dataset, model, base
model, endpoint, evaluation, project, web hook, operation cannot be found.
Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for an active
subscription and use a correct regional API endpoint for your resource. No permission to access this resource.
Access denied due to Virtual Network/Firewall rules. Public access is disabled. Please configure private endpoint.
Key based authentication is disabled for this resource. Token is expired. Please provide a custom subdomain for
token authentication, otherwise API key is required. The principal lacks the required data action to perform.
Only Standard subscriptions for the region of the called service are valid. Resource not found. Access denied.
Requests to the Operation under API have exceeded call rate limit of your current pricing tier. Please retry after
59 seconds. Rate limit is exceeded. Try again later in a few minutes. An internal error occurred. Please contact
support if the problem persists. The given value has an unsupported type. One or more values are missing.
The value of transcription.properties.timeToLiveHours is invalid. The API version is not supported or retired. The
locale is not supported. The filter expression is invalid. The request body, header, parameter is not valid JSON.
No language was identified. Multiple languages were identified. No utterances speech was recognized. Invalid channel
configuration. Bad channel specification. Audio length limit exceeded. Diarization is only supported for mono audio
with one channel, not stereo. The payload is too large. The sample rate, codec, encoding, WAV header is unsupported.
Conflict. The entity, status, state does not allow this operation, was already deleted, cancelled, canceled. SAS
signature has expired, was not valid when the job started. The job, task failed, was rejected by the server.
"""
_WORD: Final = re.compile(r"[A-Za-z][A-Za-z./'-]*[A-Za-z]|[A-Za-z]")
_WORDS: Final = frozenset(word.lower() for word in _WORD.findall(_SENTENCES))
_NUMBERED: Final = frozenset({"error", "code", "statuscode", "status", "http", "after"})  # a number may follow these
_NUMBER: Final = re.compile(r"-?\d{1,5}")
_PARAMETER: Final = re.compile(
    r"code=-?\d{1,5}|0x[0-9A-Fa-f]{1,8}|(?:WS|SPXERR|UNDERLYING)_[A-Z_]{2,60}|net::ERR_[A-Z_]{2,40}"
    r"|E(?:CONN(?:REFUSED|RESET|ABORTED)|NOTFOUND|AI_AGAIN|TIMEDOUT|HOSTUNREACH|NETUNREACH|PIPE|PROTO)"
    r"|v[12]|[SF]0|[a-z]{2,3}-[A-Z]{2}|azure-c-shared|RuntimeError|(?:127\.0\.0\.1|localhost)(?::\d{1,5})?|…"
)
# Values in quotation marks, URLs and paths: the sentence around one is kept
_VALUE: Final = re.compile(r"(?<!\w)'[^']*'(?!\w)|\"[^\"]*\"|[^\s()\[\]]*[/\\][^\s()\[\]]*")
_BETWEEN: Final = re.compile(r"([.:;,!?]+(?:\s+|\Z)|\s+[-|]\s+|[()\[\]])")
_RUN: Final = re.compile(r"…(?:[\s.:;,!?|()\[\]-]*…)+")


@lru_cache(maxsize=512)
def recognised(text: str, cap: int) -> str:
    """The clauses of `text` that the table knows, each other run of them as "…"; at most `cap` characters."""
    plain = _VALUE.sub(_without_value, " ".join(text[: cap * _LOOK].split()))
    plain = plain.partition('"')[0]  # a quote that is left is the carrier's
    parts = _BETWEEN.split(plain)
    shown: list[str] = []
    worded = False  # the clause before is kept, and is no number
    for clause, separator in zip(parts[::2], [*parts[1::2], ""], strict=True):
        words = clause.split()
        if words:
            number = len(words) == 1 and _NUMBER.fullmatch(clause.strip()) is not None
            kept = worded if number else _known(words)
            worded = kept and not number
            shown.append(clause if kept else LEFT_OUT)
        shown.append(separator)
    found = _RUN.sub(LEFT_OUT, "".join(shown)).strip(" ,;:|-")
    return found if len(found) <= cap else found[: found.rfind(" ", 0, cap - 1)] + LEFT_OUT


def _without_value(found: re.Match[str]) -> str:
    return found[0] if found[0].lower() in _WORDS else LEFT_OUT


def _known(words: list[str]) -> bool:
    """Are these words of the table, codes and constants?"""
    before = ""
    for word in words:
        name = word.lower()
        number = before in _NUMBERED and _NUMBER.fullmatch(word)
        if not (name in _WORDS or number or _PARAMETER.fullmatch(word)):
            return False
        before = name
    return True
