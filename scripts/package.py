"""What `scripts/package` does: the folder that is deployed, and the same as a zip. Standard library only.

Azure's own build was seen to take another Python than the app's, and then the host finds no function. So nothing is
built there: the packages of requirements.txt, which is locked for `PYTHON` on `PLATFORM`, are installed here, from
wheels only, on any system. The folder holds what `OURS` names and these packages, nothing else.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import venv
import zipfile
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
PYTHON: Final = "3.13"  # as in infra/modules/app.bicep; a test compares them
PLATFORM: Final = "manylinux2014_x86_64"
OURS: Final = ("function_app.py", "host.json", "requirements.txt", "shared", "LICENSE")
PACKAGES: Final = ".python_packages/lib/site-packages"  # where the Functions host puts its import path


def _install(target: Path) -> None:
    """The locked packages, by a pip of its own: the Python at hand may have none."""
    with tempfile.TemporaryDirectory() as folder:
        made = venv.EnvBuilder(with_pip=True)
        made.create(folder)
        python = made.ensure_directories(folder).env_exe
        # The Python that runs pip is not the one that the packages are for, which pip would object to. What fits was
        # decided by the lock, which also names every package: nothing is left to resolve.
        options = ["--ignore-requires-python", "--no-deps", "--require-hashes", "--no-compile", "--only-binary=:all:"]
        options += ["--implementation=cp", f"--python-version={PYTHON}", f"--platform={PLATFORM}"]
        command = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *options]
        subprocess.run([*command, f"--target={target}", "-r", ROOT / "requirements.txt"], check=True)


def _copy(target: Path) -> None:
    for name in OURS:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, target / name, ignore=shutil.ignore_patterns("__pycache__", "*.py[co]"))
        else:
            shutil.copy2(ROOT / name, target / name)


def _zip(folder: Path) -> Path:
    """`folder` with `.zip` at its end, its files below no folder of their own."""
    path = folder.with_name(f"{folder.name}.zip")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(p for p in folder.rglob("*") if p.is_file()):
            archive.write(file, file.relative_to(folder))
    return path


def mebibytes(folder: Path) -> float:
    """The size of all files in it."""
    return sum(p.stat().st_size for p in folder.rglob("*") if p.is_file()) / 2**20


def package(app: Path) -> None:
    """Build it anew."""
    if app.exists():
        if not (app / "function_app.py").is_file():
            raise SystemExit(f"scripts/package: {app} exists and is no package; name another directory")
        shutil.rmtree(app)
    app.mkdir(parents=True)
    _install(app / PACKAGES)
    installed = mebibytes(app)
    _copy(app)
    archive = _zip(app)
    print(
        f"{app}: {installed:.1f} MiB of packages, {mebibytes(app) - installed:.1f} MiB of our own; "
        f"{archive.name}: {archive.stat().st_size / 2**20:.1f} MiB"
    )


if __name__ == "__main__":
    try:
        package(Path(sys.argv[1]).resolve() if sys.argv[1:] else ROOT / "dist/app")
    except subprocess.CalledProcessError:
        sys.exit("scripts/package: pip failed (its message is above). Is the package index reachable from here?")
