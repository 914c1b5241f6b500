"""What the Functions host leaves out of a request is read from its URL."""

from __future__ import annotations

import pytest

from shared.web.http import Request
from shared.web.operation import Operation
from shared.web.operations import OPERATIONS
from shared.web.pipeline import answer

_TAKING = [operation for operation in OPERATIONS if operation.query]


@pytest.mark.parametrize("given", ["?{}=", "?{}", "?top=5&{}="])
@pytest.mark.parametrize("operation", _TAKING, ids=lambda operation: operation.name)
def test_a_parameter_without_a_value_is_400_in_every_call(operation: Operation, given: str) -> None:
    """The host drops it from the parameters; a filter that is ignored would answer with all rows."""
    name = operation.query[0].name
    url = f"http://localhost/api/x{given.format(name)}"
    query = {"top": "5"} if "top=5" in given and any(p.name == "top" for p in operation.query) else {}
    found = answer(operation, Request.of(operation.method, url, {}, query, {}, b""))
    assert found.status == 400
    assert name.encode() in found.body


def test_what_no_call_knows_is_the_hosts_business() -> None:
    """Such as an empty function key."""
    (health,) = [operation for operation in OPERATIONS if operation.name == "health"]
    assert answer(health, Request.of("GET", "http://localhost/api/health?code=", {}, {}, {}, b"")).status == 200
