"""Import time of function_app beside that of the bare packages it cannot do without; this is most of a cold start.

Each is imported in fresh interpreters, alternating, after one round that fills the file cache; medians are compared.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = 9
BARE = "import azure.functions, azurefunctions.extensions.bindings.blob, azure.data.tables, requests"
PROGRAMS = {"an empty program": "pass", "the bare packages": BARE, "function_app": "import function_app"}


def _milliseconds(program: str) -> float:
    env = {"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(ROOT)}
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, env=env, check=True)
    return (time.perf_counter() - start) * 1000


def main() -> None:
    """Print the medians and the ratio."""
    parser = argparse.ArgumentParser(prog="scripts/bench import", description=__doc__)
    parser.add_argument("--tiny", action="store_true", help="sizes that only show that it works")
    rounds = 1 if parser.parse_args().tiny else ROUNDS
    times: dict[str, list[float]] = {name: [] for name in PROGRAMS}
    for measured in [False] + [True] * rounds:
        for name, program in PROGRAMS.items():
            taken = _milliseconds(program)
            if measured:
                times[name].append(taken)
    empty, bare, app = (statistics.median(times[name]) for name in PROGRAMS)
    for name, all_of_it in times.items():
        print(f"{name:18} {statistics.median(all_of_it):7.0f} ms  ({min(all_of_it):.0f} to {max(all_of_it):.0f})")
    print(
        f"function_app / bare packages: {(app - empty) / (bare - empty):.2f} without the interpreter's own start, "
        f"{app / bare:.2f} with it (aim: 1.2)"
    )


if __name__ == "__main__":
    main()
