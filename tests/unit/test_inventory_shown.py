"""What people are told of a resource: a run that died, an address that cannot work."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from shared.inventory import resource_states
from shared.inventory.resource_run import ResourceRun
from shared.settings import SpeechResource
from tests.fakes.bench import Bench, watched


@pytest.fixture
def bench() -> Iterator[Bench]:
    with watched() as found:
        yield found


def test_a_run_that_died_is_shown_as_interrupted_when_its_lease_is_over(bench: Bench) -> None:
    assert ResourceRun.begin(bench.index, "prod", "dies") is not None
    assert resource_states(bench.index, bench.settings)[0]["status"] == "running"
    bench.clock.advance(minutes=11)
    assert resource_states(bench.index, bench.settings)[0]["status"] == "interrupted"


@pytest.mark.parametrize(
    ("endpoint", "key", "told"),
    [
        ("https://westeurope.api.cognitive.microsoft.com", None, True),
        ("https://chinaeast2.api.cognitive.azure.cn", None, True),
        ("https://westeurope.api.cognitive.microsoft.com", "not-a-real-key", False),
        ("https://calls.cognitiveservices.azure.com", None, False),
    ],
)
def test_entra_id_at_a_regional_address_is_noticed_before_the_first_sync(
    bench: Bench, endpoint: str, key: str | None, *, told: bool
) -> None:
    bench.settings = replace(bench.settings, resources=(SpeechResource("prod", endpoint, None, key),))
    [state] = resource_states(bench.index, bench.settings)
    assert ("custom domain" in state.get("notice", "")) is told
