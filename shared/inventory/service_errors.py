"""What a Speech resource can say against us, and what a person should do about it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from shared.core.errors import ServiceRefused, ServiceUnavailable
from shared.core.redaction import clean
from shared.speech.error_phrases import LEFT_OUT, recognised

NO_ACCESS: Final = frozenset({"Unauthorized", "Forbidden", "KeysDisabled", "CustomDomainMissing", "NoToken"})


@dataclass(frozen=True, slots=True)
class Problem:
    """`message` says what happened, `advice` what to do. Shown by GET /api/resources, so neither holds a key."""

    code: str
    message: str
    advice: str = ""

    def to_json(self) -> dict[str, str]:
        found = {"code": self.code, "message": self.message, "advice": self.advice}
        return {name: value for name, value in found.items() if value}


class Refused(ServiceRefused):
    """Asking again cannot help until a person changes something."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(f"{problem.message} {problem.advice}".strip(), code=problem.code)
        self.problem = problem


class Unavailable(ServiceUnavailable):
    """Busy, throttled, down, or an answer that makes no sense: the next run asks again."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(f"{problem.message} {problem.advice}".strip(), code=problem.code)
        self.problem = problem


_KEY_REFUSED: Final = (
    "Check that the setting named by keySetting holds KEY 1 or KEY 2 of this Speech resource, and that the endpoint or "
    "region is the one shown beside the keys: a key works only in its own region."
)
_ROLE: Final = (
    "Give the app's identity the role 'Cognitive Services Speech User' on the Speech resource (Owner and Contributor "
    "do not include it); it takes effect within minutes."
)
_DOMAIN: Final = (
    "Entra ID works only with the resource's custom domain: create one (this cannot be undone) and set the endpoint to "
    "https://NAME.cognitiveservices.azure.com, or set a keySetting to use a key."
)
_FREE_TIER: Final = (
    "Batch transcription requires a Standard (S0) resource: change the pricing tier, or remove this resource "
    "from SPEECH_RESOURCES."
)
_VERSION: Final = (
    "The API version is retired or not available there: set SPEECH_API_VERSION to 2025-10-15 (the default), and check "
    "that the endpoint is that of a Speech resource."
)
_NOT_THERE: Final = (
    "Check that the endpoint is the address of the Speech resource itself, without a path (the portal shows one that "
    "ends with /sts/v1.0/issuetoken) and not a host of speech.microsoft.com. If it is, the API version is not "
    "available there: set SPEECH_API_VERSION to 2025-10-15 (the default)."
)
_NO_KEYS: Final = (
    "Key authentication is disabled for this resource: omit keySetting to use Entra ID, with the resource's custom "
    "domain."
)
_NETWORK: Final = (
    "Check the resource's network rules (selected networks, private endpoint) and that the key or role may read "
    "transcriptions."
)
_MOST_READ: Final = 4000
_CODE: Final = re.compile(r"[A-Za-z][A-Za-z0-9._-]{0,63}|[0-9]{1,9}")  # stands in the log and in the record


def refusal(status: int, body: object, *, by_key: bool, regional: bool) -> Problem:
    """The problem behind a 4xx (or a redirect) answer to a list call."""
    codes, text = _said(body)
    lower = text.lower()
    shown = recognised(text, 300)
    told = f"The service responded with {status}" + (f": {shown}" if shown not in ("", LEFT_OUT) else ".")
    if 300 <= status < 400:
        return Problem(
            "Redirected",
            f"The service responded with a redirect ({status}), which was not followed.",
            "Check the endpoint: it must be the address of the Speech resource itself.",
        )
    if "InvalidSubscription" in codes or "standard subscription" in lower:
        return Problem("FreeTier", told, _FREE_TIER)
    if "subdomain" in lower or "custom domain" in lower:
        return Problem("CustomDomainMissing", told, _DOMAIN)
    if status == 404:
        return Problem("NotFound", told, _NOT_THERE)
    if "api version" in lower or "api-version" in lower or status in (405, 410):
        return Problem("ApiVersionRefused", told, _VERSION)
    if not by_key and status in (401, 403):
        return Problem("Unauthorized" if status == 401 else "Forbidden", told, _DOMAIN if regional else _ROLE)
    if status == 401:
        return Problem("Unauthorized", told, _KEY_REFUSED)
    if status == 403:
        disabled = "AuthenticationTypeDisabled" in codes or "authentication is disabled" in lower
        return Problem("KeysDisabled" if disabled else "Forbidden", told, _NO_KEYS if disabled else _NETWORK)
    return Problem(
        next(iter(codes), "Refused"), told, "The service rejected the request. Report this, with the app's version."
    )


def _said(body: object) -> tuple[list[str], str]:
    """Error codes from outside in, and the outermost message as it was sent, not to be shown so.

    Gateway bodies nest in `error`.
    """
    node = body.get("error", body) if isinstance(body, Mapping) else None
    codes: list[str] = []
    message = ""
    while isinstance(node, Mapping) and len(codes) < 5:
        code, text = node.get("code"), node.get("message")
        plain = isinstance(code, str) and _CODE.fullmatch(code) and clean(code, 64) == code
        codes += [str(code)] if plain else []
        message = message or (text[:_MOST_READ] if isinstance(text, str) else "")
        node = node.get("innerError")
    return codes, message
