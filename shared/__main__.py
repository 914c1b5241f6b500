"""`python -m shared`: the command line without an installed `speech-ids`."""

from __future__ import annotations

import sys

from shared.cli import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
