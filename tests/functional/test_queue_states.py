"""What waits in the queues, against the real emulator; and the line that an alert on poison messages reads."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest
from azure.core.exceptions import ResourceExistsError

from shared.app import triggers
from shared.app.clients import services
from shared.app.queues import QueueState, states
from shared.core.events import Event


@pytest.fixture
def poison(app_settings: dict[str, str]) -> Iterator[str]:
    """The app's poison queue with two messages. All tests of a run share the emulator, so it is emptied afterwards."""
    name = "speech-sync-poison"
    queue = services().queue(name)
    try:
        queue.create_queue()
    except ResourceExistsError:
        queue.clear_messages()
    queue.send_message("one")
    queue.send_message("two")
    yield name
    queue.clear_messages()


def _of(name: str) -> QueueState:
    return next(state for state in states(services().queues) if state.name == name)


def test_messages_are_counted_and_the_oldest_has_its_time(poison: str) -> None:
    state = _of(poison)
    assert (state.messages, state.poison) == (2, True)
    assert state.oldest is not None
    services().queue(poison).clear_messages()
    assert _of(poison) == QueueState(poison, 0, None)


def test_a_sweep_says_what_the_host_gave_up_on_in_the_form_that_alerts_read(
    poison: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        triggers.sweep()
    lines = [message.split(" ", 1) for message in caplog.messages if message.split(" ", 1)[0] in set(Event)]
    given_up = [json.loads(fields) for event, fields in lines if event == Event.QUEUE_POISON]
    assert {"queue": poison, "messages": 2} in given_up  # other tests leave messages in other queues
    assert [json.loads(fields)["finished"] for event, fields in lines if event == Event.SWEEP_DONE] == [True]
