"""The package `speech_id_keeper` of an installation: the command `speech-ids`, and `shared` inside this folder.

In a clone it is scripts/installed.py, which nothing imports; pyproject.toml says how the wheel is laid out.
"""

from __future__ import annotations

import signal
import sys
from pathlib import Path


def main() -> int:
    """The command line. Ctrl-C ends it at once, as in shared/__main__.py."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    sys.path.insert(0, str(Path(__file__).resolve().parent))
    from shared.cli import main as run

    return run(sys.argv[1:])
