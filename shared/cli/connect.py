"""Which app a command asks: a deployed one with `--url`, else the storage that the environment names."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from textwrap import fill
from typing import Any, Final

from shared.cli.client import EXIT_STATUS, Client, WrongUsage
from shared.settings import STORAGE

URL: Final = "SPEECH_IDS_URL"
_WHERE: Final = (
    f"--url, or else the environment variable {URL}, selects a deployed app; its function key is read from "
    "SPEECH_IDS_KEY. Without an address, the command works directly on the storage account that AzureWebJobsStorage "
    "names."
)


def parser_for(
    commands: Any,
    name: str,
    summary: str,
    description: str,
    examples: str,
    *,
    formats: tuple[str, ...] = ("table", "json"),
    in_terminal: str = "table",
    when_piped: str = "json",
    asks_the_app: bool = True,
    statuses: str = EXIT_STATUS,
) -> argparse.ArgumentParser:
    """A parser with what all commands have. `examples`: whole lines.

    `in_terminal` and `when_piped` are the formats without `--format`.
    """
    lines = "\n".join(f"  {line}" for line in examples.splitlines())
    word = "examples" if "\n" in examples else "example"
    parser: argparse.ArgumentParser = commands.add_parser(
        name,
        help=summary,
        description=fill(f"{description} {_WHERE if asks_the_app else ''}".strip(), 100),
        epilog=f"{word}:\n{lines}\n\n{fill(statuses, 100)}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    if asks_the_app:
        parser.add_argument("--url", help="address of a deployed app, such as https://NAME.azurewebsites.net")
    both = in_terminal == when_piped
    default = in_terminal if both else f"{in_terminal} in a terminal, {when_piped} otherwise"
    parser.add_argument("--format", choices=formats, help=f"default: {default}")
    parser.set_defaults(in_terminal=in_terminal, when_piped=when_piped)
    return parser


def connect(chosen: argparse.Namespace) -> Client:
    """Use it in `with`. Imports only what is needed: the SDKs of storage take a while."""
    url = os.environ.get(URL) if chosen.url is None else chosen.url
    if url:
        from shared.cli.remote import KEY, Remote

        return Remote(url, os.environ.get(KEY), given_as="--url" if chosen.url else URL)
    if not any(name == STORAGE or name.startswith(f"{STORAGE}__") for name in os.environ):
        raise WrongUsage(
            f"Specify the app: --url https://NAME.azurewebsites.net (or {URL}), or set {STORAGE} to its storage."
        )
    from shared.cli.local import Local

    # Warnings of the app are told by the answer; what nobody expected has its place in the log.
    logging.basicConfig(level=logging.ERROR, format="%(message)s", stream=sys.stderr)
    return Local()
