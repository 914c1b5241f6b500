"""What is deployed: built here as azd has it built, and loaded in the Python that Azure runs, with nothing else at hand."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any, Final

import pytest

from scripts import lock, package
from shared.web.operations import OPERATIONS
from tests.infra.template import ROOT, snapshot
from tests.unit.test_dependencies import pins

TRIGGERS: Final = {"index_blob", "sync_timer", "sweep_timer", "sync_resource"}
# Prints the functions that the host would index, and the files of all modules that this takes.
LOAD: Final = """
import json, sys
sys.path += sys.argv[1:]
import function_app
names = [f.get_function_name() for f in function_app.app.get_functions()]
from shared.extract import Extractor
import azure.data.tables, azure.identity, azure.storage.blob, azure.storage.queue, isal, pyperscan, stringzilla
files = [m.__file__ for m in sys.modules.values() if getattr(m, "__file__", None)]
print(json.dumps({"names": names, "files": files, "prefix": sys.base_prefix}))
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from the lock; the index is the one that pip is configured for."""
    app = tmp_path_factory.mktemp("package") / "app"
    done = subprocess.run([ROOT / "scripts/package", app], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return app


def azure_python() -> str:
    """A Python of Azure's version on this machine; without one the test is skipped, in CI it fails."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    named = [os.environ.get("PY313"), *sorted(map(str, pyenv.glob(f"{package.PYTHON}*/bin/python")))]
    for python in (*named, shutil.which(f"python{package.PYTHON}")):
        if python and subprocess.run([python, "--version"], capture_output=True, check=False).returncode == 0:
            return python
    why = f"no Python {package.PYTHON}: install it, or name it with PY313=/path/to/python"
    if os.environ.get("CI"):
        pytest.fail(why)
    pytest.skip(why)


def load(app: Path) -> dict[str, Any]:
    done = subprocess.run(
        [azure_python(), "-I", "-S", "-B", "-c", LOAD, str(app / package.PACKAGES), str(app)],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": os.defpath},
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_it_holds_the_app_and_the_locked_packages_and_nothing_else(built: Path) -> None:
    assert {path.name for path in built.iterdir()} == {*package.OURS, ".python_packages"}
    listing = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "shared"]
    tracked = subprocess.run(listing, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    ours = {str(p.relative_to(built)) for p in (built / "shared").rglob("*") if p.is_file()}
    assert ours == set(tracked.splitlines())

    installed = [re.match(r"(.+)-(.+)\.dist-info", p.name) for p in (built / package.PACKAGES).glob("*.dist-info")]
    found = {(m[1].lower().replace("_", "-").replace(".", "-"), m[2]) for m in installed if m}
    assert found == {(name.replace(".", "-"), version) for name, version in pins("requirements.txt")}


def test_every_function_is_found_in_the_python_of_azure_without_other_packages(built: Path) -> None:
    """One missing or wrongly built package, and the host finds none of them."""
    loaded = load(built)
    assert set(loaded["names"]) == TRIGGERS | {operation.name for operation in OPERATIONS}
    base = (str(built), loaded["prefix"])
    assert not [file for file in loaded["files"] if not file.startswith(base)]


def test_native_modules_are_for_azure(built: Path) -> None:
    """Of its Python or of the stable ABI, for Linux x86_64: a wheel of this machine would not load there."""
    suffix = f"cpython-{package.PYTHON.replace('.', '')}-x86_64-linux-gnu.so"
    native = [p.name for p in built.rglob("*.so")]
    assert native
    assert [name for name in native if not name.endswith((suffix, ".abi3.so"))] == []


def test_the_zip_holds_the_same_files(built: Path) -> None:
    with zipfile.ZipFile(built.with_name("app.zip")) as archive:
        assert set(archive.namelist()) == {str(p.relative_to(built)) for p in built.rglob("*") if p.is_file()}


def test_a_directory_that_is_no_package_is_not_replaced(tmp_path: Path) -> None:
    kept = tmp_path / "mine.txt"
    kept.write_text("mine")
    done = subprocess.run([ROOT / "scripts/package", tmp_path], capture_output=True, text=True, check=False)
    assert (done.returncode, kept.read_text()) == (1, "mine")
    assert "name another directory" in done.stderr


def test_azd_deploys_this_package_and_builds_nothing_in_azure() -> None:
    text = (ROOT / "azure.yaml").read_text(encoding="utf-8")
    runtime = snapshot().one("Microsoft.Web/sites")["properties"]["functionAppConfig"]["runtime"]
    assert runtime == {"name": "python", "version": package.PYTHON}
    assert package.PYTHON in lock.AZURE
    assert re.search(r"^ +dist: dist/app\b", text, re.MULTILINE)
    assert re.search(r"^ +remoteBuild: false\b", text, re.MULTILINE)
    assert re.search(r'^requiredVersions:\n +azd: ">= 1\.23\.5"', text, re.MULTILINE)
    assert re.findall(r"^ +run: (.*scripts/.*)$", text, re.MULTILINE) == [
        "./scripts/package",
        "python scripts/package.py",
    ]
