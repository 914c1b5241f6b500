"""`python -m shared`: the command line without an installed `speech-ids`."""

from __future__ import annotations

import signal
import sys

if __name__ == "__main__":
    # Ctrl-C ends the program at once, also while it is still loading: nothing that a command does needs a farewell.
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from shared.cli import main

    sys.exit(main(sys.argv[1:]))
