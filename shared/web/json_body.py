"""JSON bodies of requests: parsed strictly, so that a typo is reported and never ignored. One definition of the fields
serves the check and the description of the API.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, NoReturn

from shared.core.errors import BadRequest, TooLarge, UnsupportedMedia
from shared.web.http import Request

MOST_BYTES: Final = 256 * 1024
Kind = Literal["text", "count", "texts"]


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a body. `most`: characters of a text, the largest count, or how many texts."""

    name: str
    summary: str
    kind: Kind = "text"
    most: int = 256
    required: bool = False

    def parse(self, value: Any) -> str | int | list[str]:
        match self.kind:
            case "text":
                return self._text(value, self.most)
            case "count":
                return self._count(value)
        return self._texts(value)

    def _text(self, value: Any, most: int) -> str:
        if not isinstance(value, str):
            self.wrong("must be a string")
        if len(value) > most:
            self.wrong(f"is longer than {most} characters")
        return value

    def _count(self, value: Any) -> int:
        if isinstance(value, float) and value.is_integer():  # 1.0 is a whole number in JSON
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= self.most:
            self.wrong(f"must be a whole number from 1 to {self.most}")
        return value

    def _texts(self, value: Any) -> list[str]:
        if not isinstance(value, list) or not 1 <= len(value) <= self.most:
            self.wrong(f"must be a list of 1 to {self.most} strings")
        return [self._text(one, 512) for one in value]

    def wrong(self, what: str) -> NoReturn:
        raise BadRequest(f"Field '{self.name}' {what}.", code="InvalidField", target=self.name)


def read(request: Request, fields: tuple[Field, ...], *, optional: bool = False) -> dict[str, Any]:
    """The checked fields that are given (null counts as not given). `optional`: no body at all is an empty object."""
    _check_headers(request)
    if optional and not request.body.strip():
        return {}
    given = _parsed(request.body)
    known = {field.name: field for field in fields}
    for name in given:
        if name not in known:
            raise BadRequest(
                f"Unknown field '{name[:40]}'; the known fields are {', '.join(known)}.",
                code="UnknownField",
                target=name[:40],
            )
    for field in fields:
        if field.required and given.get(field.name) is None:
            field.wrong("is missing")
    return {name: known[name].parse(value) for name, value in given.items() if value is not None}


def _check_headers(request: Request) -> None:
    kind, _, rest = request.headers.get("content-type", "").lower().partition(";")
    kind = kind.strip()
    if kind and kind != "application/json" and not (kind.startswith("application/") and kind.endswith("+json")):
        raise UnsupportedMedia("Send JSON: -H 'Content-Type: application/json'", target="Content-Type")
    if "charset" in rest and "utf-8" not in rest and "utf8" not in rest:
        raise UnsupportedMedia("JSON is always UTF-8; omit the charset.", target="Content-Type")
    if request.headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise UnsupportedMedia("Send the JSON uncompressed, without Content-Encoding.", target="Content-Encoding")
    if len(request.body) > MOST_BYTES:
        raise TooLarge(f"The body is larger than {MOST_BYTES // 1024} KiB.")


def _parsed(body: bytes) -> Mapping[str, Any]:
    try:
        given = json.loads(body.decode("utf-8-sig"), object_pairs_hook=_unique, parse_constant=_no_number)
    except UnicodeDecodeError:
        raise BadRequest("The body is not UTF-8.", code="InvalidJson") from None
    except RecursionError:
        raise BadRequest("The body is nested too deeply.", code="InvalidJson") from None
    except ValueError as error:
        where = f" (line {error.lineno}, column {error.colno})" if isinstance(error, json.JSONDecodeError) else ""
        raise BadRequest(f"The body is not JSON{where}.", code="InvalidJson") from None
    if not isinstance(given, dict):
        raise BadRequest('The body must be a JSON object like {"name": "value"}.', code="InvalidJson")
    return given


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise BadRequest("A field is given more than once.", code="InvalidJson")
    return found


def _no_number(name: str) -> NoReturn:
    raise ValueError(name)
