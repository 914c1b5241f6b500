"""The documents say what the code does: every route, parameter and setting stands in the README, and nothing else."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

import pytest

from shared.cli import listing, parser
from shared.cli.client import STATUSES
from shared.cli.remote import KEY
from shared.settings import NAMES
from shared.web.operation import Operation
from shared.web.operations import OPERATIONS

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
_OWN = ("token", "format", "top")  # of every list; told once, below the table


def _route_rows() -> dict[str, str]:
    """`METHOD /route` -> its row of the table."""
    return {m[1]: m[2] for m in re.finditer(r"^\| `((?:GET|PUT|POST|DELETE) /\S*)` \| (.*) \|$", README, re.MULTILINE)}


def _called(method: str, route: str) -> str:
    return f"{method} /{route.lstrip('/')}"


def test_the_readme_lists_exactly_the_routes_of_the_app() -> None:
    assert set(_route_rows()) == {_called(op.method, op.route) for op in OPERATIONS}


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda op: op.name)
def test_every_query_parameter_of_a_route_stands_in_its_row_or_below_the_table(operation: Operation) -> None:
    row = _route_rows()[_called(operation.method, operation.route)]
    missing = [p.name for p in operation.query if p.name not in _OWN and not re.search(rf"\b{p.name}\b", row)]
    assert missing == []


def _command_line() -> str:
    return README[README.index("## Command line") : README.index("## Settings")]


def test_the_readme_lists_exactly_the_commands_and_the_lists() -> None:
    (commands,) = [a for a in parser()._actions if isinstance(a, argparse._SubParsersAction)]
    rows = dict(re.findall(r"^\| `(\w+)[^`]*` \| (.*) \|$", _command_line(), re.MULTILINE))
    assert set(rows) == set(commands.choices)
    assert set(re.findall("`([a-z][a-z-]*)`", rows["list"])) == set(listing.lists())
    assert f"`{KEY}`" in _command_line()


def test_the_readme_lists_exactly_the_exit_statuses() -> None:
    assert dict(re.findall(r"^\| (\d) \| (.*) \|$", _command_line(), re.MULTILINE)) == {
        str(number): meaning for number, meaning in STATUSES.items()
    }


def test_the_readme_lists_exactly_the_settings_with_their_defaults() -> None:
    table = README[README.index("## Settings") : README.index("An entry of `SPEECH_RESOURCES`")]
    told = {m[1]: m[2].strip().strip("`") for m in re.finditer(r"^\| `(\w+)` \|(.*?)\|", table, re.MULTILINE)}
    assert told == NAMES


@pytest.mark.parametrize("document", sorted(p.name for p in ROOT.glob("*.md")))
def test_files_that_the_documents_name_exist(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    named = set(re.findall(r"`((?:shared|scripts|tests|infra|dev)/[\w./-]*)`", text))
    named |= {m for m in re.findall(r"\]\(([\w./-]+)\)", text) if not m.startswith("http")}
    assert [n for n in sorted(named) if not (ROOT / n).exists()] == []
