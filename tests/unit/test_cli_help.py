"""`--help` of every command: an example that parses, and the exit statuses."""

from __future__ import annotations

import argparse
import re
import shlex
from collections.abc import Iterator

import pytest

from shared.cli import listing, parser
from shared.cli.client import STATUSES
from shared.web.operations import OPERATIONS
from shared.web.paging import FORMAT


def commands(of: argparse.ArgumentParser, name: str = "") -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """Every command that does something, `list sessions` too."""
    inner = [action for action in of._actions if isinstance(action, argparse._SubParsersAction)]
    if not inner:
        yield name, of
    for action in inner:
        for word, chosen in action.choices.items():
            yield from commands(chosen, f"{name} {word}".strip())


ALL = dict(commands(parser()))


def test_there_are_the_commands_that_the_documents_promise() -> None:
    names = {name.partition(" ")[0] for name in ALL}
    assert names == {"extract", "find", "case", "list", "mint", "check", "upload", "sync"}


@pytest.mark.parametrize("name", sorted(ALL))
def test_help_shows_an_example_that_parses_and_the_exit_statuses(name: str) -> None:
    text = ALL[name].format_help()
    examples = re.findall(r"^ *(?:.*\| )?speech-ids (.*)$", text, re.MULTILINE)
    assert examples
    for example in examples:
        words = shlex.split(re.split(r" [|<>] ", example)[0])
        assert " ".join(words).startswith(name)
        assert parser().parse_args(words).run
    assert "exit status: 0 " in text


@pytest.mark.parametrize("name", sorted(set(ALL) - {"extract"}))
def test_every_exit_status_stands_in_the_help(name: str) -> None:
    text = " ".join(ALL[name].format_help().split())
    assert all(f"{number} {meaning}" in text for number, meaning in STATUSES.items())


def test_every_list_of_the_app_can_be_asked_for_with_every_filter() -> None:
    served = {o.route.removeprefix("api/"): o for o in OPERATIONS if o.name.startswith("list_")}
    assert set(served) <= set(listing.lists())
    for name, operation in listing.lists().items():
        options = {option for action in ALL[f"list {name}"]._actions for option in action.option_strings}
        assert {listing.option(param) for param in operation.query if param is not FORMAT} <= options


def test_no_option_takes_a_key() -> None:
    """What stands on a command line stands in histories and in the list of processes."""
    options = {o for made in ALL.values() for action in made._actions for o in action.option_strings}
    assert not [option for option in options if re.search("key|secret|code$", option) and option != "--error-code"]
