"""What an error means in plain words, and what to try. One table; the first row that fits wins.

Codes of sessions are the SDK's CancellationErrorCode; codes of batch are those of the REST API's error objects
(`code` and `innerError.code`). The texts say what is known of the code, never what one case may have been.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from shared.core.records import ErrorInfo


@dataclass(frozen=True, slots=True)
class Explanation:
    """`advice` is in the order of trying."""

    meaning: str
    advice: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Row:
    """`status`, `reached` (did the service see the session) and `says` (in the message) narrow a code down."""

    codes: frozenset[str]
    explanation: Explanation
    status: int | None = None
    reached: str | None = None
    says: str = ""

    def fits(self, code: str, error: ErrorInfo, reached: str | None) -> bool:
        return (
            code in self.codes
            and self.status in (None, error.http_status)
            and self.reached in (None, reached)
            and self.says in (error.message or "")
        )


def _row(
    codes: str, meaning: str, *advice: str, status: int | None = None, reached: str | None = None, says: str = ""
) -> _Row:
    return _Row(frozenset(codes.lower().split()), Explanation(meaning, advice), status, reached, says)


_NETWORK: Final = (
    "Check that the region or endpoint is spelled right, and that its host name resolves where the program runs.",
    "Check that port 443 is open to it, with WebSockets, through proxies and firewalls; tell the SDK of the proxy.",
    "With a private endpoint or an own domain: check the DNS record and the certificates that the machine trusts.",
)
_THROTTLED: Final = (
    "Ask for fewer recognitions at once, and raise the load slowly; repeat with growing pauses.",
    "If it lasts, ask support to raise the limit of concurrent requests: they need the resource and the region.",
)
_AUDIO: Final = (
    "Check the audio: WAV or a format that the service lists, not empty, not encrypted, its header true.",
    "Convert one file to 16 kHz, 16 bit, mono WAV and send that: if it works, the format was the reason.",
)
_SAS: Final = (
    "Check that the audio's address can be read without a login, or that its SAS was still valid when the job began.",
    "Jobs may wait 30 minutes and more before they begin: let the SAS last for a day.",
    "For containers the signature needs the rights to read and to list.",
)

ROWS: Final = (
    # real-time sessions
    _row(
        "ConnectionFailure",
        "The program could not connect: nothing answered, so the service never saw this session.",
        *_NETWORK,
        reached="no",
    ),
    _row(
        "AuthenticationFailure",
        "The service refused the key or the token (it answered 401 or 403).",
        "Check that the key is one of the two keys of this Speech resource, and the region that of the resource: a "
        "key works in its own region only.",
        "With a token: it lasts 10 minutes; renew it before. With Entra ID: the resource needs a custom domain, and "
        "the identity the role Cognitive Services Speech User.",
    ),
    _row(
        "Forbidden",
        "The service knows who asks and does not allow it.",
        "Check the resource's network rules (selected networks, private endpoint), and whether keys are switched off.",
        "With Entra ID: give the identity the role Cognitive Services Speech User; Owner and Contributor lack it.",
    ),
    _row(
        "BadRequest BadRequestParameters",
        "The connection was closed because of what was sent in its messages (WebSocket code 1007).",
        "Check the audio format that the program declares against the bytes it sends.",
        "Check the language, phrase lists and other settings for values that the service does not know.",
        says="1007",
    ),
    _row(
        "BadRequest BadRequestParameters",
        "The service did not accept the request: a wrong parameter, language, model or audio format.",
        "Check the language (like en-US) and, with a custom model, that the endpoint ID is of this resource.",
        "Check the endpoint's address, and the audio format that the program declares.",
    ),
    _row(
        "TooManyRequests", "More requests at once than the resource allows (429, or WebSocket code 4429).", *_THROTTLED
    ),
    _row(
        "ServiceUnavailable",
        "The service was not able to answer for the moment (503).",
        "Try again after some seconds; the SDK had tried several times by itself.",
        "If it lasts, look at Azure status for the region, and hand this case to support.",
    ),
    _row(
        "ServiceError",
        "No such endpoint, model or deployment at this address (404).",
        "Check the endpoint's address and path, and the custom endpoint ID if there is one: it is of one region only.",
        status=404,
    ),
    _row(
        "ServiceError",
        "The service failed while it worked on the request.",
        "Try again once. If it fails again, hand this case to support: they can see the reason by the session ID.",
    ),
    _row(
        "ServiceTimeout",
        "The service or the network was silent for too long, so the connection was given up.",
        "Check that audio keeps flowing: long pauses without any bytes end a session.",
        "Compare the latency of the network; if it happens often, hand this case to support.",
    ),
    _row(
        "RuntimeError",
        "The SDK itself failed on this machine, before or beside the service.",
        "Check what the SDK needs here (OpenSSL version, Visual C++ runtime, certificates) and update the SDK.",
        "Send the whole log: the error code in it (SPXERR_...) says which part failed.",
    ),
    _row(
        "ServiceRedirectTemporary ServiceRedirectPermanent",
        "The service sent the connection to another address.",
        "Use the endpoint that the portal shows for this resource; containers and private links have their own.",
    ),
    _row(
        "EmbeddedModelError",
        "The model on the device (embedded speech) could not be loaded or used.",
        "Check the model's path, its key, and that its version fits the SDK. The service knows nothing of it.",
    ),
    _row(
        "NoError EndOfStream",
        "The audio ended: this is a normal end and no error.",
        "If the result was wrong all the same, write down what was expected (PUT /api/ids/{id}/note).",
    ),
    _row(
        "ConnectionFailure",
        "The connection broke after the service had answered, or the service refused to open it.",
        "If it happens often: look at proxies and time-outs between the program and the service.",
        "If the log names an HTTP status, that status is the reason: 401 is the key, 429 is the load.",
        reached="yes",
    ),
    _row(
        "ConnectionFailure",
        "The connection failed; from this log it cannot be told whether the service answered.",
        *_NETWORK,
    ),
    # batch and custom speech
    _row(
        "InvalidSubscription",
        "The resource's pricing tier cannot do this: batch transcription needs Standard (S0).",
        "Change the pricing tier from F0 to S0, or use a Standard resource.",
    ),
    _row(
        "InvalidTimeToLive",
        "timeToLiveHours is missing or out of range; API version 2024-11-15 and later need it.",
        "Set properties.timeToLiveHours from 6 to 744 (48 is advised).",
    ),
    _row(
        "InvalidPayload InvalidRequestBodyFormat InvalidParameterValue InvalidParameter InvalidArgument EmptyRequest",
        "The request's body or one of its values is not what this API version takes.",
        "Compare the body with the API version in the address; names and required fields changed between versions.",
    ),
    _row(
        "InvalidLocale UnsupportedLanguageCode",
        "The locale is not one that this operation or model takes.",
        "Use a locale of the list of supported languages (like en-US), and a model of the same locale.",
    ),
    _row(
        "InvalidModel InvalidBaseModel ModelDeprecated ModelMismatch InvalidModelUri",
        "The model does not exist here, is retired, or does not fit the locale or the resource.",
        "List the models of this resource and region and use the address (self) of one that is not deprecated.",
    ),
    _row(
        "InvalidRecordingsUri InaccessibleCustomerStorage InvalidUri BlobNotFound InvalidSasValidityDuration",
        "The service could not read the audio (or not write the result) at the address it was given.",
        *_SAS,
    ),
    _row(
        "InvalidAudioFormat BadChannelConfiguration InvalidChannelSpecification InvalidChannels EmptyAudioFile",
        "The audio could not be decoded, is empty, or its channels are not as told.",
        *_AUDIO,
    ),
    _row(
        "AudioLengthLimitExceeded ExceededNumberOfRecordingsUris QuotaViolation SkuLimitsExist",
        "A limit was passed: size or length of a file, number of files, or a quota of the resource.",
        "Split the job: at most 1000 addresses and 1 GB a file, 240 minutes with diarization.",
    ),
    _row(
        "NoLanguageIdentified MultipleLanguagesIdentified",
        "Language identification had no single result.",
        "Name the candidate locales that are really spoken, or set the locale.",
    ),
    _row(
        "DeleteNotAllowed InUseViolation",
        "It cannot be deleted while it runs or is in use.",
        "Wait until its status is Succeeded or Failed, and delete what uses it first.",
    ),
    _row(
        "Unauthorized",
        "The service refused the key or token of the call.",
        "Use a key of this resource, against the endpoint or region of this resource.",
    ),
    _row(
        "NotFound",
        "The service has no such entity (any more): jobs vanish at the end of their time to live.",
        "Check the region and the resource: an ID exists in one only. If it is gone, support may still find it.",
    ),
    _row(
        "Conflict",
        "The entity is in a state in which this is not possible.",
        "Get it, look at its status, then repeat.",
    ),
    _row("UnsupportedMediaType", "The body's Content-Type is not the one expected.", "Send application/json."),
    _row(
        "InvalidRequest UnprocessableEntity",
        "The service understood the request and refused it.",
        "Read the message and the inner error: they name the field.",
    ),
    _row(
        "InternalServerError PipelineError InternalCommunicationFailed UnexpectedError",
        "The service failed while it worked on the job. That is not the caller's fault.",
        "Create the job once more. If it fails again, hand both IDs to support.",
    ),
)
_BY_STATUS: Final = {
    400: "BadRequest",
    401: "AuthenticationFailure",
    403: "Forbidden",
    404: "NotFound",
    409: "Conflict",
    415: "UnsupportedMediaType",
    429: "TooManyRequests",
    500: "ServiceError",
    503: "ServiceUnavailable",
}
UNKNOWN: Final = Explanation(
    "This code has no explanation here; support knows it, so quote it with the message as they are."
)


def explain(error: ErrorInfo, reached: str | None = None) -> Explanation:
    """By code, else by HTTP status. A connection that was refused with a status failed for that reason."""
    code = (error.code or "").lower()
    by_status = _status_code(error.http_status)
    codes = (by_status, code) if code in ("connectionfailure", "") else (code, by_status)
    fitting = (row for wanted in codes if wanted for row in ROWS if row.fits(wanted, error, reached))
    return next((row.explanation for row in fitting), UNKNOWN)


def _status_code(status: int | None) -> str:
    if status is not None and status >= 500:
        return _BY_STATUS.get(status, "ServiceError").lower()
    return _BY_STATUS.get(status or 0, "").lower()
