"""A deployed app, over HTTP. The key comes from the environment, goes to the given host only, and is never shown."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Final, Self
from urllib.parse import urlsplit

import requests
from requests.auth import AuthBase

from shared.cli.client import NOT_THE_APP, Reply, Unreachable, WrongUsage, operation, path
from shared.web.operation import Operation

KEY: Final = "SPEECH_IDS_KEY"
_NO_ADDRESS: Final = "{} is not a valid address; use a form like https://NAME.azurewebsites.net"
_LOOPBACK: Final = {"localhost", "127.0.0.1", "::1"}
_TRIES: Final = 10
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
    """`given_as` is the option or variable that `url` is from. Raises WrongUsage if it is not a URL or not safe."""

    def __init__(
        self,
        url: str,
        key: str | None = None,
        *,
        given_as: str = "--url",
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._sleep = sleep
        self._base, loopback = _checked(url, given_as)
        if key is not None and not key.strip().isascii():
            raise WrongUsage(f"{KEY} is not a function key: it contains characters that no key has.")
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
        """The app's reply. An app that is busy with other large bodies is asked again after the time that it names."""
        for _ in range(_TRIES - 1):
            reply = self._call(name, params, query, body, headers)
            if reply.headers.get("x-ms-error-code") != "Busy":
                return reply
            self._sleep(float(reply.headers["retry-after"]))
        return self._call(name, params, query, body, headers)

    def _call(
        self,
        name: str,
        params: Mapping[str, str] | None,
        query: Mapping[str, str] | None,
        body: bytes,
        headers: Mapping[str, str] | None,
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
            raise Unreachable(f"{self._base} is not responding: {_reason(error)}.") from None
        reply = Reply(answer.status_code, answer.content, {n.lower(): v for n, v in answer.headers.items()})
        if reply.status < 300 and not _is_from_the_app(reply, called):
            raise Unreachable(NOT_THE_APP)
        return reply


def _is_from_the_app(reply: Reply, called: Operation) -> bool:
    """Any web server answers 200 to something; only the app marks its answers and sends the types of the operation."""
    kind = reply.headers.get("content-type", "").partition(";")[0].strip()
    return "x-ms-request-id" in reply.headers and any(kind in expected.types for expected in called.replies)


def _reason(error: requests.RequestException) -> str:
    """Their own messages hold the whole URL, and reasons behind reasons."""
    if isinstance(error, requests.exceptions.SSLError):
        return "its certificate is not trusted on this machine"
    if isinstance(error, requests.exceptions.ProxyError):
        return "the proxy (HTTPS_PROXY) is not responding"
    if isinstance(error, requests.exceptions.Timeout):
        return "the request timed out"
    text = str(error)
    if "resolve" in text or "getaddrinfo" in text or "Name or service" in text:
        return "its name cannot be resolved; check the spelling"
    if "refused" in text:
        return "connection refused"
    return "the connection was lost"


def _checked(url: str, given_as: str) -> tuple[str, bool]:
    """The address without a slash at its end, and whether it is this machine. Nothing of a wrong one is repeated:
    people paste addresses with their key."""
    try:
        parts = urlsplit(url.strip())
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise WrongUsage(_NO_ADDRESS.format(given_as)) from None
    if parts.scheme not in ("http", "https") or not host:
        raise WrongUsage(_NO_ADDRESS.format(given_as))
    if parts.query or parts.fragment or parts.username or parts.password:
        raise WrongUsage(
            f"{given_as} must be the plain address, without ?code= and the like; the key belongs in {KEY}."
        )
    loopback = host in _LOOPBACK
    if parts.scheme == "http" and not loopback:
        raise WrongUsage(f"{given_as}: http is accepted for this machine only, because it exposes the key; use https.")
    return f"{parts.scheme}://{parts.netloc}{parts.path}".rstrip("/").removesuffix("/api"), loopback
