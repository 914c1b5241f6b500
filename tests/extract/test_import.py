"""Extraction is pure, and cheap to import: it is part of every cold start."""

from __future__ import annotations

import subprocess
import sys

HEAVY = ("azure", "requests", "pyperscan", "isal", "backports", "sqlite3", "asyncio", "http.client")


def test_importing_it_loads_nothing_of_azure_or_the_network_and_no_wheel(unmeasured: dict[str, str]) -> None:
    code = "import sys, shared.extract; print(' '.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=unmeasured)
    loaded = done.stdout.split()
    assert [name for name in loaded if name in HEAVY or name.startswith(tuple(f"{heavy}." for heavy in HEAVY))] == []
