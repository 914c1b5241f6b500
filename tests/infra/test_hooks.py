"""The second phase of a deployment, against an `az` that fails in each way it can."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.infra.template import INFRA

HOOK = INFRA / "hooks" / "postdeploy.sh"
# Each line of FAKE_AZ_FAIL names a command that fails; every call is written down.
FAKE_AZ = """#!/bin/sh
echo "az $*" >>"$CALLS"
case "$1 $2" in
  "account show") what=account ;;
  "functionapp keys") what=keys ;;
  "deployment group") what=deployment ;;
  "functionapp function") what=functions ;;
  *) echo "unexpected: $*" >&2; exit 2 ;;
esac
case " $FAKE_AZ_FAIL " in *" $what "*) echo "ERROR: $what refused for a reason" >&2; exit 1 ;; esac
case $what in
  keys) echo "${FAKE_KEY:-true}" ;;
  functions) printf '%b' "$FAKE_FUNCTIONS" ;;
esac
"""
FAKE_CURL = '#!/bin/sh\necho "curl $*" >>"$CALLS"\n'


class Hook:
    """Runs the hook with programs of our own in front of PATH."""

    def __init__(self, folder: Path) -> None:
        self._bin = folder / "bin"
        self._bin.mkdir()
        self._calls = folder / "calls"
        self._calls.touch()
        for name, text in (("az", FAKE_AZ), ("curl", FAKE_CURL)):
            (self._bin / name).write_text(text)
            (self._bin / name).chmod(0o755)

    def run(self, **fake: str) -> subprocess.CompletedProcess[str]:
        names = (
            "AZURE_SUBSCRIPTION_ID",
            "AZURE_RESOURCE_GROUP",
            "AZURE_FUNCTION_APP_NAME",
            "AZURE_STORAGE_ACCOUNT_NAME",
            "EVENT_GRID_TOPIC_NAME",
            "LOGS_CONTAINER",
            "DEAD_LETTER_CONTAINER",
        )
        env = {name: f"the-{name.lower().replace('_', '-')}" for name in names}
        env |= {"SERVICE_API_URI": "https://func.example", "RETRY_SECONDS": "0", "CALLS": str(self._calls)}
        env |= {"PATH": f"{self._bin}:{os.environ['PATH']}", "FAKE_FUNCTIONS": "func/index_blob\\nfunc/health\\n"}
        return subprocess.run(["/bin/sh", str(HOOK)], env=env | fake, capture_output=True, text=True, check=False)

    @property
    def calls(self) -> list[str]:
        return self._calls.read_text().splitlines()


@pytest.fixture
def hook(tmp_path: Path) -> Hook:
    return Hook(tmp_path)


def test_it_subscribes_and_lists_the_functions(hook: Hook) -> None:
    done = hook.run()
    assert done.returncode == 0, done.stderr
    assert "func/index_blob" in done.stdout
    (deployment,) = [call for call in hook.calls if call.startswith("az deployment group create")]
    assert "logsContainer=the-logs-container" in deployment


def test_who_is_not_signed_in_is_told_so_before_any_waiting(hook: Hook) -> None:
    done = hook.run(FAKE_AZ_FAIL="account")
    assert done.returncode == 1
    assert "az login" in done.stderr
    assert "account refused for a reason" in done.stderr
    assert [call.split()[1] for call in hook.calls] == ["account"]


def test_each_try_wakes_the_host_and_the_last_error_is_shown(hook: Hook) -> None:
    done = hook.run(FAKE_AZ_FAIL="keys")
    assert done.returncode == 1
    assert [call for call in hook.calls if "/api/health" in call] == [
        "curl -sS -o /dev/null --max-time 30 https://func.example/api/health"
    ] * 30
    assert "has no key yet, but the host knows these functions: func/index_blob func/health" in done.stderr


def test_code_in_which_the_host_finds_no_function_is_named_as_the_reason(hook: Hook) -> None:
    done = hook.run(FAKE_KEY="false", FAKE_FUNCTIONS="")
    assert done.returncode == 1
    assert "found no functions" in done.stderr


def test_a_refused_subscription_is_tried_again_and_its_reason_is_shown(hook: Hook) -> None:
    done = hook.run(FAKE_AZ_FAIL="deployment")
    assert done.returncode == 1
    assert len([call for call in hook.calls if call.startswith("az deployment")]) == 3
    assert "deployment refused for a reason" in done.stderr
