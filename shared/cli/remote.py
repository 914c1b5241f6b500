"""A deployed app, over HTTP. The key comes from the environment, goes to the given host only, and is never shown."""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType
from typing import Final, Self
from urllib.parse import urlsplit

import requests
from requests.auth import AuthBase

from shared.cli.client import Reply, Unreachable, WrongUsage, operation, path

KEY: Final = "SPEECH_IDS_KEY"
_LOOPBACK: Final = {"localhost", "127.0.0.1", "::1"}
_TIMEOUT: Final = (5, 120)  # to connect; between two bytes (an upload is read before it is answered)


class _Key(AuthBase):
    """As `auth`, requests takes neither .netrc nor anything else of the environment in its place."""

    def __init__(self, key: str | None) -> None:
        self._key = key

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self._key:
            request.headers["x-functions-key"] = self._key
        return request


class Remote:
    """`url` is as given on the command line. Raises WrongUsage for one that is none, or not safe."""

    def __init__(self, url: str, key: str | None = None) -> None:
        self._base, loopback = _checked(url)
        if key is not None and not key.strip().isascii():
            raise WrongUsage(f"{KEY} holds no function key: it has characters that no key has.")
        self._auth = _Key(key.strip() if key else None)
        self._session = requests.Session()
        # Not through a proxy: it would see the key of a plain http request.
        self._session.trust_env = not loopback

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._session.close()

    def call(
        self,
        name: str,
        *,
        params: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        called = operation(name)
        url = self._base + path(called, params or {})
        try:
            answer = self._session.request(
                called.method,
                url,
                params=query,
                data=body or None,
                headers=headers,
                auth=self._auth,
                timeout=_TIMEOUT,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            raise Unreachable(f"{self._base} does not answer: {_reason(error)}.") from None
        return Reply(answer.status_code, answer.content, {n.lower(): v for n, v in answer.headers.items()})


def _reason(error: requests.RequestException) -> str:
    """Their own messages hold the whole URL, and reasons behind reasons."""
    if isinstance(error, requests.exceptions.SSLError):
        return "its certificate is not trusted by this machine"
    if isinstance(error, requests.exceptions.ProxyError):
        return "the proxy (HTTPS_PROXY) does not answer"
    if isinstance(error, requests.exceptions.Timeout):
        return "it takes too long"
    text = str(error)
    if "resolve" in text or "getaddrinfo" in text or "Name or service" in text:
        return "its name is not known; check the spelling"
    if "refused" in text:
        return "nothing listens there"
    return "the connection broke"


def _checked(url: str) -> tuple[str, bool]:
    """The address without a slash at its end, and whether it is this machine. Nothing of a wrong one is repeated:
    people paste addresses with their key."""
    try:
        parts = urlsplit(url.strip())
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise WrongUsage("--url is not an address; write it like https://NAME.azurewebsites.net") from None
    if parts.scheme not in ("http", "https") or not host:
        raise WrongUsage("--url is not an address; write it like https://NAME.azurewebsites.net")
    if parts.query or parts.fragment or parts.username or parts.password:
        raise WrongUsage(f"--url takes the bare address, without ?code= and the like; the key goes into {KEY}.")
    loopback = host in _LOOPBACK
    if parts.scheme == "http" and not loopback:
        raise WrongUsage("--url: http is for this machine only, since it would show the key to the network; use https.")
    return f"{parts.scheme}://{parts.netloc}{parts.path}".rstrip("/").removesuffix("/api"), loopback
