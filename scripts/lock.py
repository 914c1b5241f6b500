"""What `scripts/lock` does: makes the requirements files of pyproject.toml, and package-lock.json of package.json.

Each requirements file opens with a hash of the dependencies it was made of, so that a change of one without the other
is noticed (by `--check`, in `scripts/check`). For package.json `npm ci` itself notices. Standard library only.
"""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
import tempfile
import tomllib
import venv
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parent.parent
UV: Final = "uv==0.13.9"  # solves for all Python versions and systems at once, which pip-tools cannot
DEPLOYED: Final = ("pyproject.toml", "--extra", "storage", "--extra", "functions")
EVERYWHERE: Final = ("--universal",)
# The Python and the system of Azure. pip, which installs for them on another system, would judge markers by its own.
AZURE: Final = ("--python-version", "3.13", "--python-platform", "x86_64-manylinux2014", "--only-binary", ":all:")
# `scripts/package` installs requirements.txt; the others hold the same versions of what they share with it.
FILES: Final = {
    "requirements-dev.txt": (*EVERYWHERE, *DEPLOYED, "--group", "dev"),
    "requirements-run.txt": (*EVERYWHERE, *DEPLOYED, "--group", "run"),
    "requirements.txt": (*AZURE, *DEPLOYED),
    "requirements-node.txt": (*EVERYWHERE, "--group", "node"),
}
_MARK: Final = "# Made by scripts/lock of pyproject.toml, whose dependencies had this hash: "


def inputs() -> str:
    """The hash of all that pyproject.toml says of dependencies; comments and line breaks do not count."""
    parsed: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())
    project = parsed["project"]
    said = [project[key] for key in ("requires-python", "dependencies", "optional-dependencies")]
    said += [parsed["dependency-groups"], FILES]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def stale() -> list[str]:
    """The files that were made of other dependencies."""
    wanted = _MARK + inputs()
    paths = [ROOT / name for name in FILES]
    return [path.name for path in paths if not path.is_file() or path.read_text().partition("\n")[0] != wanted]


def _solved(uv: Path, sets: tuple[str, ...], constraint: Path) -> str:
    command: list[str | Path] = [uv, "pip", "compile", "--quiet", "--generate-hashes", "--upgrade", "--no-header"]
    command += ["--constraint", constraint, "--no-emit-index-url", *sets]
    text = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout
    return re.sub(r"^ +# +(via )?-c .*\n", "", text, flags=re.MULTILINE)


def lock() -> None:
    """All files anew. The largest is solved first and constrains the others: what two have is the same in both."""
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python, constraint = Path(folder) / "bin/python", Path(folder) / "constraint.txt"
        subprocess.run([python, "-m", "pip", "install", "--quiet", UV], check=True)
        constraint.touch()
        for name, sets in FILES.items():
            text = _solved(python.with_name("uv"), sets, constraint)
            (ROOT / name).write_text(f"{_MARK}{inputs()}\n{text}")
            if not constraint.stat().st_size:
                constraint.write_text(text)
    npm = ["npm", "update", "--package-lock-only", "--ignore-scripts", "--omit-lockfile-registry-resolved"]
    subprocess.run([*npm, "--no-audit", "--no-fund"], cwd=ROOT, check=True)


def main(arguments: list[str]) -> int:
    """1 if `--check` finds a file that does not fit."""
    if arguments == ["--check"]:
        if found := stale():
            print(f"{', '.join(found)}: not made from this pyproject.toml; run scripts/lock", file=sys.stderr)
        return 1 if found else 0
    lock()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
