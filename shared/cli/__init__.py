"""The command line. Each subcommand is a module with `add(subparsers)`; it sets `run`, which returns the exit status.

Exit status: 0 all done, 1 something could not be done, 2 wrong usage.
"""

from __future__ import annotations

import argparse
import os
import sys
from typing import TYPE_CHECKING, Final

from shared import __version__
from shared.cli import extract

if TYPE_CHECKING:
    from collections.abc import Sequence

_COMMANDS: Final = (extract,)


def main(arguments: Sequence[str]) -> int:
    """Run one command; the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m shared",
        description="Session and transcription IDs of Azure Speech to text, for support cases.",
        epilog="example: python -m shared extract sdk.log",
    )
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in _COMMANDS:
        command.add(commands)
    chosen = parser.parse_args(arguments)
    try:
        status: int = chosen.run(chosen)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader (head, less) has enough. Python would complain once more when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        return 130
    return status
