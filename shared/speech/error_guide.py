"""What an error means and what to try. One table; the first matching row wins.

Codes of sessions are the SDK's CancellationErrorCode; codes of batch are those of the REST API's error objects
(`code` and `innerError.code`). The texts state what is known of the code, never a guess about one case.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from shared.core.records import ErrorInfo


@dataclass(frozen=True, slots=True)
class Explanation:
    """`advice` is in the order in which to try it."""

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
    "Check the spelling of the region or endpoint, and that its host name resolves where the application runs.",
    "Check that proxies and firewalls allow port 443 and WebSockets to it; configure the proxy in the SDK.",
    "With a private endpoint or a custom domain: check the DNS record and the certificates the machine trusts.",
)
_THROTTLED: Final = (
    "Run fewer recognitions at once, increase the load gradually, and retry with exponential backoff.",
    "If it persists, ask support to raise the concurrency limit: they need the resource and the region.",
)
_AUDIO: Final = (
    "Check the audio: WAV or another supported format, not empty, not encrypted, with a correct header.",
    "Convert one file to 16 kHz, 16-bit, mono WAV and send that: if it works, the format was the cause.",
)
_SAS: Final = (
    "Check that the audio URL can be read without a login, or that its SAS was still valid when the job started.",
    "Jobs may wait 30 minutes or more before they start: use a SAS that is valid for a day.",
    "For containers, the SAS needs the read and list permissions.",
)

ROWS: Final = (
    # real-time sessions
    _row(
        "ConnectionFailure",
        "The application could not connect: nothing answered, so this session never reached the service.",
        *_NETWORK,
        reached="no",
    ),
    _row(
        "AuthenticationFailure",
        "The service rejected the key or the token (401 or 403).",
        "Check that the key is one of the two keys of this Speech resource, and that the region is that of the "
        "resource: a key works in its own region only.",
        "With a token: it is valid for 10 minutes; renew it earlier. With Entra ID: the resource needs a custom "
        "domain, and the identity needs the role Cognitive Services Speech User.",
    ),
    _row(
        "Forbidden",
        "The caller is authenticated but not allowed to do this.",
        "Check the resource's network rules (selected networks, private endpoint), and whether keys are disabled.",
        "With Entra ID: assign the role Cognitive Services Speech User; Owner and Contributor do not include it.",
    ),
    _row(
        "BadRequest BadRequestParameters",
        "The service closed the connection because of the content of a message (WebSocket code 1007).",
        "Check that the audio format the application declares matches the bytes it sends.",
        "Check the language, phrase lists and other parameters for values the service does not support.",
        says="1007",
    ),
    _row(
        "BadRequest BadRequestParameters",
        "The service rejected the request: an invalid parameter, language, model or audio format.",
        "Check the language (like en-US) and, with a custom model, that the endpoint ID belongs to this resource.",
        "Check the endpoint URL, and the audio format the application declares.",
    ),
    _row(
        "TooManyRequests",
        "More concurrent requests than the resource allows (429, or WebSocket code 4429).",
        *_THROTTLED,
    ),
    _row(
        "ServiceUnavailable",
        "The service was temporarily unavailable (503).",
        "Retry after a few seconds; the SDK has already retried several times.",
        "If it persists, check Azure status for the region, and open a support case.",
    ),
    _row(
        "ServiceError",
        "No such endpoint, model or deployment at this address (404).",
        "Check the URL and path of the endpoint, and the custom endpoint ID, if any: it exists in one region only.",
        status=404,
    ),
    _row(
        "ServiceError",
        "The service failed while processing the request.",
        "Retry once. If it fails again, open a support case: support finds the cause by the session ID.",
    ),
    _row(
        "ServiceTimeout",
        "The service or the network did not respond in time, so the connection was closed.",
        "Check that audio keeps flowing: long gaps without data end a session.",
        "Check the network latency; if it happens often, open a support case.",
    ),
    _row(
        "RuntimeError",
        "The SDK failed on this machine, not because of the service.",
        "Check what the SDK needs here (OpenSSL version, Visual C++ runtime, certificates) and update the SDK.",
        "Send the full log: its error code (SPXERR_...) shows which part failed.",
    ),
    _row(
        "ServiceRedirectTemporary ServiceRedirectPermanent",
        "The service redirected the connection to another URL.",
        "Use the endpoint shown in the portal for this resource; containers and private endpoints have their own.",
    ),
    _row(
        "EmbeddedModelError",
        "The model on the device (embedded speech) could not be loaded or used.",
        "Check the path, the key and the version of the model. The service is not involved.",
    ),
    _row(
        "NoError EndOfStream",
        "The audio ended: this is a normal end, not an error.",
        "If the result was wrong, note what was expected (PUT /api/ids/{id}/note).",
    ),
    _row(
        "ConnectionFailure",
        "The connection was lost after the service had answered, or the service refused it.",
        "If it happens often: check proxies and timeouts between the application and the service.",
        "If the log shows an HTTP status, that is the cause: 401 means the key, 429 the load.",
        reached="yes",
    ),
    _row(
        "ConnectionFailure",
        "The connection failed; the log does not show whether the service answered.",
        *_NETWORK,
    ),
    # batch and custom speech
    _row(
        "InvalidSubscription",
        "The pricing tier of the resource does not support this: batch transcription needs Standard (S0).",
        "Change the pricing tier from F0 to S0, or use a Standard resource.",
    ),
    _row(
        "InvalidTimeToLive",
        "timeToLiveHours is missing or out of range; API version 2024-11-15 and later require it.",
        "Set properties.timeToLiveHours to a value from 6 to 744 (48 is recommended).",
    ),
    _row(
        "InvalidPayload InvalidRequestBodyFormat InvalidParameterValue InvalidParameter InvalidArgument EmptyRequest",
        "The request body or one of its values is not valid in this API version.",
        "Compare the body with the API version in the URL; names and required fields changed between versions.",
    ),
    _row(
        "InvalidLocale UnsupportedLanguageCode",
        "This operation or model does not support the locale.",
        "Use a supported locale (like en-US), and a model of the same locale.",
    ),
    _row(
        "InvalidModel InvalidBaseModel ModelDeprecated ModelMismatch InvalidModelUri",
        "The model does not exist here, is retired, or does not match the locale or the resource.",
        "List the models of this resource and region and use the URL (self) of one that is not deprecated.",
    ),
    _row(
        "InvalidRecordingsUri InaccessibleCustomerStorage InvalidUri BlobNotFound InvalidSasValidityDuration",
        "The service could not read the audio, or write the result, at the given URL.",
        *_SAS,
    ),
    _row(
        "InvalidAudioFormat BadChannelConfiguration InvalidChannelSpecification InvalidChannels EmptyAudioFile",
        "The audio could not be decoded, is empty, or its channels are not as specified.",
        *_AUDIO,
    ),
    _row(
        "AudioLengthLimitExceeded ExceededNumberOfRecordingsUris QuotaViolation SkuLimitsExist",
        "A limit was exceeded: file size or length, number of files, or a quota of the resource.",
        "Split the job: at most 1000 URLs, 1 GB per file, 240 minutes with diarization.",
    ),
    _row(
        "NoLanguageIdentified MultipleLanguagesIdentified",
        "Language identification did not give a single result.",
        "Specify the candidate locales that are actually spoken, or set the locale.",
    ),
    _row(
        "DeleteNotAllowed InUseViolation",
        "It cannot be deleted while it runs or is in use.",
        "Wait until its status is Succeeded or Failed, and first delete what uses it.",
    ),
    _row(
        "Unauthorized",
        "The service rejected the key or token of the request.",
        "Use a key of this resource with its own endpoint or region.",
    ),
    _row(
        "NotFound",
        "The entity does not exist, or no longer: jobs are deleted when their time to live ends.",
        "Check the region and the resource: an ID exists in one only. Support may still find a deleted one.",
    ),
    _row(
        "Conflict",
        "The current status of the entity does not allow this.",
        "Get the entity, check its status, then retry.",
    ),
    _row("UnsupportedMediaType", "The Content-Type of the body is not supported.", "Send application/json."),
    _row(
        "InvalidRequest UnprocessableEntity",
        "The service understood the request and rejected it.",
        "Check the message and the inner error: they name the field.",
    ),
    _row(
        "InternalServerError PipelineError InternalCommunicationFailed UnexpectedError",
        "The service failed while processing the job. The caller is not at fault.",
        "Create the job again. If it fails again, give both IDs to support.",
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
UNKNOWN: Final = Explanation("This code is not explained here. Give it to support, with the unchanged message.")


def explain(error: ErrorInfo, reached: str | None = None) -> Explanation:
    """By code, else by HTTP status. A connection refused with an HTTP status failed for that reason."""
    code = (error.code or "").lower()
    by_status = _status_code(error.http_status)
    codes = (by_status, code) if code in ("connectionfailure", "") else (code, by_status)
    fitting = (row for wanted in codes if wanted for row in ROWS if row.fits(wanted, error, reached))
    return next((row.explanation for row in fitting), UNKNOWN)


def _status_code(status: int | None) -> str:
    if status is not None and status >= 500:
        return _BY_STATUS.get(status, "ServiceError").lower()
    return _BY_STATUS.get(status or 0, "").lower()
