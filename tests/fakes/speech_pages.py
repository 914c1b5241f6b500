"""One page of a list as the fake serves it, and the faults that spoil a page."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

from tests.fakes.speech_faults import Fault, FaultPlan
from tests.fakes.speech_filter import FilterError, parse_filter
from tests.fakes.speech_shapes import Address

DEFAULT_TOP = 100


class BadQuery(ValueError):
    """A query parameter that the service refuses; `code` is the inner error code."""

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.code = code


def whole(query: dict[str, str], name: str, default: int) -> int:
    """A non-negative number of the query."""
    value = query.get(name, str(default))
    if not value.isascii() or not value.isdigit():
        raise BadQuery(f"{name} must be a whole number", "UnsupportedPagination")
    return int(value)


def checked_filter(expression: str, properties: frozenset[str]) -> Any:
    """The check, or a BadQuery."""
    try:
        return parse_filter(expression, properties)
    except FilterError as error:
        raise BadQuery(f"The filter is not supported: {error}.", "UnsupportedFilter") from None


def page_body(
    values: list[dict[str, Any]], *, skip: int, top: int, total: int, address: Address, path: str, query: dict[str, str]
) -> dict[str, Any]:
    """`values` and, while more remain, an `@nextLink` on the fake's own host."""
    body: dict[str, Any] = {"values": values}
    if skip + len(values) < total and values:
        rest = {"skip": str(skip + len(values)), "top": str(top)}
        rest |= {k: query[k] for k in ("filter",) if k in query}
        body["@nextLink"] = address(path, urlencode(rest, quote_via=quote))
    return body


def spoil(body: dict[str, Any], fault: Fault, plan: FaultPlan, *, url: str, last: dict[str, Any] | None) -> Any:
    """The page after the fault; counted only when something changed."""
    before = repr(body)
    if fault.kind == "repeat" and last is not None:
        body["values"] = last["values"]
    elif fault.kind in ("loop", "foreign", "other-form", "null-link"):
        _spoil_link(body, fault, url)
    else:
        _spoil_values(body, body["values"], fault)
    if repr(body) != before:
        plan.count(fault.kind)
    return body


def _spoil_link(body: dict[str, Any], fault: Fault, url: str) -> None:
    if fault.kind == "loop":
        body["@nextLink"] = url
    elif fault.kind == "null-link":
        body.setdefault("@nextLink", None)
    elif "@nextLink" in body:
        path = body["@nextLink"].split("/", 3)[3]
        body["@nextLink"] = (fault.value or "https://evil.example") + "/" + path


def _spoil_values(body: dict[str, Any], values: list[dict[str, Any]], fault: Fault) -> None:
    if fault.kind == "no-self" and values:
        values[len(values) // 2].pop("self", None)
    elif fault.kind == "nulls":
        for value in values:
            value |= {"description": None, "customProperties": None, "project": None}
    elif fault.kind == "unknown":
        for value in values:
            value |= {"brandNew": {"self": "https://elsewhere.example/x"}, "number": 7}
    elif fault.kind == "huge":
        body["padding"] = "x" * (fault.value or 1_000_000)
