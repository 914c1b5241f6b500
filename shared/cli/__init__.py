"""The command line. Each subcommand is a module with `add(subparsers)`; it sets `run`, which returns the exit status.

Exit statuses: see `shared.cli.client`. `extract` has only the first three, since it asks no app.
"""

from __future__ import annotations

import argparse
import os
import sys
from typing import TYPE_CHECKING, Final

from shared import __version__
from shared.cli import case, connection_ids, extract, find, listing, sync, upload
from shared.cli.client import FAILED, CommandError
from shared.cli.table import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

_COMMANDS: Final = (extract, find, case, listing, connection_ids, upload, sync)
_INTERRUPTED: Final = 130
_OF_STORAGE: Final = {"azure", "tenacity"}
_NO_STORAGE: Final = "Working directly on storage requires more packages: pip install 'speech-id-keeper[storage]'"


def parser() -> argparse.ArgumentParser:
    """The parser of all commands."""
    made = argparse.ArgumentParser(
        prog="speech-ids",
        description="Finds and keeps the session and transcription IDs of Azure Speech to text, for support cases.",
        epilog="example: speech-ids extract sdk.log",
    )
    made.add_argument("--version", action="version", version=__version__)
    commands = made.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in _COMMANDS:
        command.add(commands)
    return made


def main(arguments: Sequence[str]) -> int:
    """Run one command; the exit status."""
    chosen = parser().parse_args(arguments)
    try:
        status: int = chosen.run(chosen)
        sys.stdout.flush()
    except CommandError as error:
        print(f"speech-ids: {plain(error, 4000)}", file=sys.stderr)
        return error.exit_status
    except ModuleNotFoundError as error:
        if str(error.name).partition(".")[0] not in _OF_STORAGE:
            raise
        print(f"speech-ids: {_NO_STORAGE}", file=sys.stderr)
        return FAILED
    except BrokenPipeError:
        # The reader (head, less) has enough. Python would complain once more when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        return _INTERRUPTED
    return status
