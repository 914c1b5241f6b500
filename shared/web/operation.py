"""What an HTTP operation is: the one definition behind its binding, its check and its description."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Final

from shared.core.errors import TooLarge, UnsupportedMedia
from shared.web.query_params import DEFAULT_TOP, Param, Value

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from shared.app.clients import Services
    from shared.web.http import Answer, Request
    from shared.web.json_body import Field


@dataclass(frozen=True, slots=True)
class Call:
    """A checked request on its way to its handler."""

    request: Request
    app: Services
    values: Mapping[str, Value] = field(default_factory=dict)

    def param(self, name: str) -> str:
        """A part of the route; empty where a catch-all matched nothing."""
        return self.request.params.get(name) or ""

    def text(self, name: str) -> str | None:
        value = self.values.get(name)
        return value if isinstance(value, str) else None

    def time(self, name: str) -> datetime | None:
        value = self.values.get(name)
        return value if isinstance(value, datetime) else None

    @property
    def top(self) -> int:
        value = self.values.get("top")
        return value if isinstance(value, int) else DEFAULT_TOP

    def content(self, direct_way: str) -> bytes:
        """The request's body, checked. `direct_way` tells how a bigger file gets in."""
        kind = self.request.headers.get("content-type", "").lower()
        if kind.startswith("multipart/"):
            raise UnsupportedMedia(
                "Send the file itself as the body, not a form: curl --data-binary @FILE", target="Content-Type"
            )
        coding = self.request.headers.get("content-encoding", "identity").strip().lower()
        if coding not in ("identity", "gzip", "x-gzip"):
            raise UnsupportedMedia("Content-Encoding must be gzip or omitted.", target="Content-Encoding")
        limit = self.app.settings.max_upload_bytes
        if len(self.request.body) > limit:
            raise TooLarge(f"The body is larger than {limit // 2**20} MiB (setting MAX_UPLOAD_MIB). {direct_way}")
        return self.request.body


JSON_TYPE: Final = "application/json"
CSV_TYPE: Final = "text/csv"
HTML_TYPE: Final = "text/html"


@dataclass(frozen=True, slots=True)
class RouteParam:
    """A part of the route. `pattern` is what it takes after percent-decoding; the handler says what is wrong."""

    name: str
    summary: str
    pattern: str = ""
    example: str = ""


@dataclass(frozen=True, slots=True)
class Header:
    """A header that an operation reads, beside those that every HTTP client sends by itself."""

    name: str
    summary: str


@dataclass(frozen=True, slots=True)
class Body:
    """What a request carries: JSON with these fields, or bytes of any kind where there are none.

    `text`: the first field may also be the whole body, as text/plain.
    """

    summary: str
    fields: tuple[Field, ...] = ()
    required: bool = True
    text: bool = False
    example: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """One good answer. `schema` names the schema (`shared.web.openapi.schemas`) of its JSON; other types are texts."""

    summary: str
    schema: str = ""
    status: int = 200
    types: tuple[str, ...] = (JSON_TYPE,)
    headers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)  # by identity: what is made of the table is cached by it
class Operation:
    """`name` is the function's name in Azure. The host routes in the order of names, so routes must not overlap.

    `errors` are the statuses of error objects beside 400 and 500, which every operation may answer. `heavy` may take
    seconds of processor time: few of them run at once (`shared.web.admission`).
    """

    name: str
    method: str
    route: str
    summary: str
    handler: Callable[[Call], Answer]
    query: tuple[Param, ...] = ()
    anonymous: bool = False
    params: tuple[RouteParam, ...] = ()
    headers: tuple[Header, ...] = ()
    body: Body | None = None
    replies: tuple[Reply, ...] = ()
    errors: tuple[int, ...] = ()
    heavy: bool = False

    @property
    def methods(self) -> tuple[str, ...]:
        """All that the host routes here. HEAD (monitors use it) is GET without the body of the answer."""
        return ("GET", "HEAD") if self.method == "GET" else (self.method,)
