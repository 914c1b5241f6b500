"""Which URLs the inventory asks. Everything goes to the configured endpoint: the key must never reach another host.

The service names its own host in `@nextLink`. A resource has several (region, custom domain), so the link may show
another form than the one configured: then only its path and query are taken. Any other host is refused.
"""

from __future__ import annotations

import hashlib
import re
from typing import Final
from urllib.parse import SplitResult, parse_qsl, quote, urlencode, urlsplit

from shared.inventory.service_errors import Problem, Refused
from shared.settings import SpeechResource
from shared.speech import clouds

PAGE_SIZE: Final = 100  # the documented default; the maximum is written nowhere
_ROOT: Final = "/speechtotext/"
FOREIGN: Final = "ForeignNextLink"
LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
# Nothing that two readers of a URL may understand differently: some end the host of `https://a\.b` before the `\`.
_PLAIN_HOST: Final = re.compile(r"[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+")


class Addresses:
    """The URLs of one resource in one API version."""

    def __init__(self, resource: SpeechResource, api_version: str) -> None:
        self._resource = resource
        self._endpoint = urlsplit(resource.endpoint)
        self.api_version = api_version
        self.region = resource.region

    def of(self, path: str, **query: str) -> str:
        """`of("transcriptions", top="100")`."""
        root = self._resource.endpoint + _ROOT
        if self.api_version.startswith("v"):
            root += f"{self.api_version}/"
        else:
            query["api-version"] = self.api_version
        return root + path + (f"?{urlencode(query, quote_via=quote)}" if query else "")

    def list(self, path: str, condition: str | None = None, *, skip: int = 0, top: int = PAGE_SIZE) -> str:
        """The first page, or the one at `skip`."""
        query = {"skip": str(skip), "top": str(top)} | ({"filter": condition} if condition else {})
        return self.of(path, **query)

    def next(self, link: str, path: str) -> str:
        """An `@nextLink` as a URL on the configured endpoint. Raises Refused for any other host or path."""
        try:
            parts = urlsplit(link)
            known = self._is_ours(parts)
        except ValueError:
            raise Refused(_foreign("it is not a URL")) from None
        if not known:
            raise Refused(_foreign(f"its host is {(parts.hostname or 'none')[:100]!r}"))
        _, root, rest = parts.path.partition(_ROOT)
        collection = rest.split("/", 1)[1] if rest.startswith("v3.") and "/" in rest else rest
        if not root or collection.rstrip("/").lower() != path.lower():
            raise Refused(_foreign("it does not go on with the same list"))
        return f"{self._resource.endpoint}{_ROOT}{rest}" + (f"?{parts.query}" if parts.query else "")

    def _is_ours(self, parts: SplitResult) -> bool:
        if not parts.netloc and not parts.scheme:
            return True  # relative
        if parts.username or parts.scheme not in ("http", "https"):
            return False
        if _origin(parts) == _origin(self._endpoint):
            return True
        return parts.scheme == "https" and self._resource.cloud.has_resource_host(parts.hostname or "")

    def may_fetch(self, url: str) -> bool:
        """May this content URL of a file be fetched (without the key)? Only from storage of the resource's cloud.

        A resource on this machine (the fake service) may also name its own address.
        """
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            return False
        host = (parts.hostname or "").lower()
        if self._endpoint.hostname in LOOPBACK and (host, port) == (self._endpoint.hostname, self._endpoint.port):
            return parts.scheme == self._endpoint.scheme
        usual = parts.scheme == "https" and port in (None, 443) and "@" not in parts.netloc
        return usual and bool(_PLAIN_HOST.fullmatch(host)) and self._resource.cloud.has_blob_host(host)

    @property
    def is_regional(self) -> bool:
        """A regional host instead of a custom domain; Entra ID does not work there."""
        return clouds.region_of(self._endpoint.hostname) is not None

    @property
    def is_loopback(self) -> bool:
        return self._endpoint.hostname in LOOPBACK


def skip_of(url: str) -> int | None:
    """Where a page begins; None if its URL does not say so in numbers."""
    value = dict(parse_qsl(urlsplit(url).query)).get("skip", "")
    return int(value) if re.fullmatch("[0-9]{1,12}", value) else None


def with_skip(url: str, skip: int) -> str:
    """The same list from another place on; nothing else of the URL is touched."""
    head, mark, query = url.partition("?")
    return head + mark + re.sub(r"(^|&)skip=\d+", rf"\g<1>skip={skip}", query)


def _origin(parts: SplitResult) -> tuple[str, str | None, int | None]:
    """Where a URL leads; the usual port is the same as none."""
    usual = {"https": 443, "http": 80}.get(parts.scheme)
    return parts.scheme, parts.hostname, parts.port or usual


def _foreign(why: str) -> Problem:
    return Problem(
        FOREIGN,
        f"The service named a next page that was not followed: {why}.",
        "Set the resource's endpoint to the host that the service names, if that host is yours.",
    )


def identity(resource: SpeechResource) -> str:
    """Changes when another resource answers under this name. Of the key only a hash of 128 random bits is hashed in."""
    told = f"{resource.endpoint}\n{resource.key or ''}"
    return hashlib.blake2b(told.encode(), digest_size=8, person=b"inventory").hexdigest()
