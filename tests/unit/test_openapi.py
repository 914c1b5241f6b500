"""The OpenAPI document says what the code does. That answers fit it, `tests.webclient.ask` checks in every test."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from shared import __version__
from shared.core import errors, ids, records
from shared.core.errors import AppError, BadRequest
from shared.core.records import Record, Sighting
from shared.web import path_params
from shared.web.http import Answer, Request
from shared.web.json_body import Field, read
from shared.web.openapi import document as openapi
from shared.web.openapi.document import document
from shared.web.operation import JSON_TYPE, Operation
from shared.web.operations import OPERATIONS
from shared.web.query_params import Param
from tests import contract
from tests.webclient import ask

DOCUMENT = document(OPERATIONS)
SCHEMAS: dict[str, Any] = DOCUMENT["components"]["schemas"]
each_operation = pytest.mark.parametrize("operation", OPERATIONS, ids=lambda o: o.name)


def described(operation: Operation) -> dict[str, Any]:
    found: dict[str, Any] = DOCUMENT["paths"][openapi.path_of(operation)][operation.method.lower()]
    return found


def nodes(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
        for inner in node.values():
            yield from nodes(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from nodes(inner)


def test_it_has_exactly_the_operations_of_the_app() -> None:
    told = {(method.upper(), path) for path, methods in DOCUMENT["paths"].items() for method in methods}
    assert told == {(method, openapi.path_of(o)) for o in OPERATIONS for method in o.methods}
    names = [o["operationId"] for methods in DOCUMENT["paths"].values() for o in methods.values()]
    assert len(names) == len(set(names))
    assert DOCUMENT["info"]["version"] == __version__


@each_operation
def test_an_operation_has_exactly_its_parameters(operation: Operation) -> None:
    told = {(p["in"], p["name"]) for p in described(operation).get("parameters", ())}
    in_route = {("path", name) for name in re.findall(r"\{\*?(\w+)\}", operation.route)}
    assert told == in_route | {("query", p.name) for p in operation.query} | {
        ("header", h.name) for h in operation.headers
    }
    for parameter in described(operation).get("parameters", ()):
        assert parameter["description"]
        Draft202012Validator.check_schema(parameter["schema"])
        if "example" in parameter:
            Draft202012Validator(parameter["schema"]).validate(parameter["example"])


@each_operation
def test_an_operation_has_all_its_statuses_and_an_error_object_for_each_bad_one(operation: Operation) -> None:
    responses = described(operation)["responses"]
    assert set(responses) == {str(s) for s in openapi.statuses(operation)} | (set() if operation.anonymous else {"401"})
    for status, response in responses.items():
        if status == "401":  # of the host, bodyless
            assert "content" not in response
            continue
        assert "x-ms-request-id" in response["headers"]
        own = {reply.status for reply in operation.replies}  # GET /api/ready says what is wrong in its own form
        if int(status) >= 400 and int(status) not in own:
            assert response["content"] == {JSON_TYPE: {"schema": {"$ref": "#/components/schemas/Error"}}}


@pytest.mark.parametrize("operation", [o for o in OPERATIONS if o.method == "GET"], ids=lambda o: o.name)
def test_head_is_described_as_get_without_bodies(operation: Operation) -> None:
    get, head = described(operation), DOCUMENT["paths"][openapi.path_of(operation)]["head"]
    assert {status: r["description"] for status, r in head["responses"].items()} == {
        status: r["description"] for status, r in get["responses"].items()
    }
    assert head.get("parameters") == get.get("parameters")
    assert not [r for r in head["responses"].values() if "content" in r]


@each_operation
def test_every_good_answer_is_described(operation: Operation) -> None:
    assert operation.replies
    for reply in operation.replies:
        assert (reply.schema in SCHEMAS) == (JSON_TYPE in reply.types)
        assert reply.summary


@each_operation
def test_only_open_operations_need_no_key(operation: Operation) -> None:
    assert (described(operation).get("security") == []) == operation.anonymous
    assert DOCUMENT["security"] == [{"key": []}]
    assert DOCUMENT["components"]["securitySchemes"]["key"]["name"] == "x-functions-key"


def test_every_reference_leads_somewhere_and_every_schema_is_used() -> None:
    references = {node["$ref"] for node in nodes(DOCUMENT) if isinstance(node.get("$ref"), str)}
    named = {f"#/components/{kind}/{name}" for kind in ("schemas", "headers") for name in DOCUMENT["components"][kind]}
    assert references <= named
    assert {name for name in named if "/schemas/" in name} <= references
    for schema in SCHEMAS.values():
        Draft202012Validator.check_schema(schema)


def test_every_error_status_of_the_code_is_described() -> None:
    def tree(cls: type[AppError]) -> Iterator[type[AppError]]:
        yield cls
        for inner in cls.__subclasses__():
            yield from tree(inner)

    known = {cls.http_status for cls in tree(AppError) if cls.__module__ == errors.__name__}
    told = {status for operation in OPERATIONS for status in openapi.statuses(operation) if status >= 400}
    assert known <= told


def test_the_records_are_described_field_by_field() -> None:
    described_records: list[Any] = [c for c in Record.__subclasses__() if c.__module__ == records.__name__]
    assert Sighting in described_records
    for cls in described_records:
        names = {wire for _, wire in records.wire_names(cls)}
        assert set(SCHEMAS[cls.__name__]["properties"]) == names
        assert len(names) == len(fields(cls))


def test_a_whole_record_and_a_bare_one_fit_their_schema() -> None:
    validator = contract._validator("Sighting")
    validator.validate(Sighting("session", "9" * 32).to_json())
    place, span, sdk = records.Place(1, 0), records.TimeSpan("2026-11-22T05:10:42.061Z"), records.Sdk("1", "C#", "x")
    whole = Sighting(
        "session",
        "9" * 32,
        "a@1",
        place,
        place,
        span,
        "eastus",
        "host",
        ("started",),
        "yes",
        "turn",
        "kind",
        "en-US",
        "interactive",
        "model",
        sdk,
        1,
        2,
        ("r",),
        records.ErrorInfo("c", 401, "m"),
        "https://x",
        "Failed",
        "v",
        "en-US",
        "name",
        "t",
        "t",
        1.5,
        "t",
        "m",
        "p",
    )
    assert len(whole.to_json()) == len(fields(Sighting))
    validator.validate(whole.to_json())


# what the schemas take is what the code takes


@given(st.text(alphabet="0123456789abcdefABCDEFgz-{}()<>\"'` \t\r\né", max_size=45) | st.text(max_size=45))
def test_the_patterns_of_ids_take_what_the_code_takes(value: str) -> None:
    assert bool(re.search(path_params.WHOLE_ID.pattern, value)) == (ids.digits(value) is not None)
    known = ids.digits(value) is not None or ids.prefix(value) is not None
    assert bool(re.search(path_params.ID.pattern, value)) == known


QUERY = sorted({param.name: param for o in OPERATIONS for param in o.query}.values(), key=lambda p: p.name)


@pytest.mark.parametrize("param", QUERY, ids=lambda p: p.name)
def test_the_limits_of_a_query_parameter_are_those_of_the_code(param: Param) -> None:
    schema = openapi.param_schema(param)
    if param.kind == "count":
        for value in (schema["minimum"], schema["maximum"]):
            assert param.parse(str(value)) == value
        for value in (schema["minimum"] - 1, schema["maximum"] + 1):
            with pytest.raises(BadRequest):
                param.parse(str(value))
    elif param.kind == "choice":
        assert [param.parse(choice) for choice in schema["enum"]] == schema["enum"]
        with pytest.raises(BadRequest):
            param.parse("none of them")
    elif param.kind == "text":
        assert param.parse("x" * schema["maxLength"])
        for wrong in ("", "x" * (schema["maxLength"] + 1)):
            with pytest.raises(BadRequest):
                param.parse(wrong)


FIELDS = [(o, field) for o in OPERATIONS if o.body for field in o.body.fields]


@pytest.mark.parametrize(("operation", "field"), FIELDS, ids=lambda x: x.name)
def test_the_limits_of_a_field_are_those_of_the_code(operation: Operation, field: Field) -> None:
    def takes(value: Any) -> bool:
        body = json.dumps({field.name: value}).encode()
        try:
            read(Request("POST", "/", body=body), (field,))
        except AppError:
            return False
        return True

    schema = openapi.field_schema(field)
    validator = Draft202012Validator(schema)
    samples: list[Any] = [
        "",
        "x",
        "x" * min(field.most, 1000),
        "x" * 1000 + "x" * field.most,
        0,
        1,
        field.most,
        field.most + 1,
        True,
        [],
        ["x"],
        ["x" * 512],
        ["x" * 513],
        [1],
        {},
        1.5,
    ]
    samples += [["x"] * n for n in (field.most, field.most + 1) if n < 1000]
    if field.most < 200_000:
        assert [takes(sample) for sample in samples] == [validator.is_valid(sample) for sample in samples]
    assert takes(None) == validator.is_valid(None)


def test_the_examples_of_bodies_fit_their_schemas() -> None:
    for operation in OPERATIONS:
        if operation.body and operation.body.fields:
            media = described(operation)["requestBody"]["content"][JSON_TYPE]
            Draft202012Validator(media["schema"]).validate(media["example"])


# how it is served


def test_it_is_served_without_a_key_and_holds_nothing_of_the_app_s_settings(app_settings: dict[str, str]) -> None:
    given = ask("GET", "/api/openapi.json")
    assert given.json == DOCUMENT
    text = given.answer.body.decode()
    assert not [value for value in app_settings.values() if value in text]


def test_the_contract_of_the_tests_sees_what_it_is_there_for() -> None:
    health = next(o for o in OPERATIONS if o.name == "health")
    good: dict[str, Any] = {"status": "ok", "version": "1", "settings": {"ok": True, "problems": []}}
    headers = {"x-ms-request-id": "x"}
    contract.check(health, Answer(200, json.dumps(good).encode(), headers))
    for wrong in (
        Answer(404, b"{}", headers),
        Answer(200, b"{}", headers),
        Answer(200, json.dumps(good).encode(), {}),
        Answer(200, json.dumps(good | {"more": 1}).encode(), headers),
        Answer(200, b"x", headers, "text/plain"),
        Answer(200, json.dumps(good).encode(), headers | {"X-New": "1"}),
    ):
        with pytest.raises(AssertionError):
            contract.check(health, wrong)
