"""Which app a command asks: a deployed one with `--url`, else the storage that the environment names."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from textwrap import fill
from typing import Any

from shared.cli.client import EXIT_STATUS, Client, WrongUsage
from shared.settings import STORAGE

WHERE = (
    "Which app: --url ADDRESS asks a deployed one, with the function key in the environment variable SPEECH_IDS_KEY. "
    "Without it the command works straight on the storage that AzureWebJobsStorage names."
)


def parser_for(
    commands: Any,
    name: str,
    summary: str,
    description: str,
    examples: str,
    *,
    formats: tuple[str, ...] = ("json", "table"),
) -> argparse.ArgumentParser:
    """A parser with the options that all such commands have. `examples`: lines without `speech-ids`."""
    lines = "\n".join(f"  speech-ids {line}" for line in examples.splitlines())
    word = "examples" if "\n" in examples else "example"
    parser: argparse.ArgumentParser = commands.add_parser(
        name,
        help=summary,
        description=fill(f"{description} {WHERE}", 100),
        epilog=f"{word}:\n{lines}\n\n{fill(EXIT_STATUS, 100)}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--url", help="address of a deployed app, like https://NAME.azurewebsites.net")
    parser.add_argument("--format", choices=formats, help="default: table in a terminal, json when piped")
    return parser


def connect(chosen: argparse.Namespace) -> Client:
    """Use it in `with`. Imports only what is needed: the SDKs of storage take a while."""
    if chosen.url:
        from shared.cli.remote import KEY, Remote

        return Remote(chosen.url, os.environ.get(KEY))
    if not any(name == STORAGE or name.startswith(f"{STORAGE}__") for name in os.environ):
        raise WrongUsage(f"Say which app: --url https://NAME.azurewebsites.net, or set {STORAGE} to its storage.")
    from shared.cli.local import Local

    # Warnings of the app are told by the answer; what nobody expected has its place in the log.
    logging.basicConfig(level=logging.ERROR, format="%(message)s", stream=sys.stderr)
    return Local()
