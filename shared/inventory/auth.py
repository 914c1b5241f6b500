"""How a request proves who asks: the resource's key, or a token of Entra ID."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, Protocol

from requests.auth import AuthBase

from shared.inventory.service_errors import Problem, Refused
from shared.settings import SpeechResource

if TYPE_CHECKING:
    from requests import PreparedRequest

_NO_TOKEN: Final = Problem(
    "NoToken",
    "No Entra ID token could be had for this resource.",
    "In Azure, give the app a managed identity with the role 'Cognitive Services Speech User'; on your machine, sign "
    "in with `az login`; or set a keySetting to use a key.",
)


class _Token(Protocol):
    @property
    def token(self) -> str: ...


class Credential(Protocol):
    """The part of an azure-identity credential that is used."""

    def get_token(self, *scopes: str) -> _Token: ...


class KeyAuth(AuthBase):
    """As requests' own auth object, so that a .netrc of the machine can never take its place."""

    def __init__(self, key: str) -> None:
        self._key = key

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        request.headers["Ocp-Apim-Subscription-Key"] = self._key
        return request


class TokenAuth(AuthBase):
    """A bearer token; the credential keeps it until it is about to expire."""

    def __init__(self, make: Callable[[], Credential], scope: str) -> None:
        self._make, self._scope = make, scope
        self._credential: Credential | None = None
        self._lock = threading.Lock()

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        # azure-identity raises errors of azure.core; both are imported only here, where they are used
        from azure.core.exceptions import AzureError

        with self._lock:
            self._credential = self._credential or self._make()
        try:
            token = self._credential.get_token(self._scope).token
        except AzureError:  # its message may name tenants and addresses
            raise Refused(_NO_TOKEN) from None
        request.headers["Authorization"] = f"Bearer {token}"
        return request


def auth_for(resource: SpeechResource, credential: Callable[[], Credential] | None = None) -> AuthBase:
    """By key if there is one, else by Entra ID in the cloud of the endpoint."""
    if resource.key is not None:
        return KeyAuth(resource.key)
    cloud = resource.cloud
    return TokenAuth(credential or (lambda: _default_credential(cloud.authority)), cloud.scope)


def _default_credential(authority: str) -> Credential:
    # azure-identity takes 0.3 s to import: only who uses Entra ID pays for it
    from azure.identity import DefaultAzureCredential

    return DefaultAzureCredential(authority=authority)
