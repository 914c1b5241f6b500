"""Only the app goes to Azure."""

from __future__ import annotations

import subprocess

from dev.processes import ROOT

DEPLOYED = {"function_app.py", "host.json", "requirements.txt", "shared", "LICENSE", ".funcignore"}


def test_everything_but_the_app_is_ignored_by_the_deployment() -> None:
    """Also what tools leave here (.gitignore lists it)."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout
    names = {line.split("/")[0] for line in listed.splitlines()} or {path.name for path in ROOT.iterdir()}
    left_behind = {line.rstrip("/") for line in (ROOT / ".gitignore").read_text().splitlines() if "*" not in line}
    left_behind -= {".python_packages", ""}  # a local build's packages do belong to the deployment
    ignored = set((ROOT / ".funcignore").read_text().split())
    assert (names | left_behind) - ignored == DEPLOYED
    assert not ignored & DEPLOYED - {".funcignore"}
