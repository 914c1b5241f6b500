"""The fake Speech service as a program of its own, for trying the app by hand and for its demo."""

from __future__ import annotations

import argparse
import threading
from datetime import timedelta

from tests.fakes.speech import KEY, FakeSpeech
from tests.fakes.speech_state import Audio, Entity, SpeechState

_STORE = "https://contosoaudio.blob.core.windows.net/calls/"


def main(argv: list[str] | None = None) -> None:
    """Serve until Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m tests.fakes.speech", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="default: a free one")
    parser.add_argument("--key", default=KEY, help="the subscription key to accept")
    parser.add_argument("--demo", action="store_true", help="hold a plausible set of made-up entities")
    parser.add_argument("--fill", type=int, default=0, metavar="N", help="hold N finished transcriptions")
    parser.add_argument("--no-quota", action="store_true", help="never answer 429")
    options = parser.parse_args(argv)
    fake = FakeSpeech(key=options.key, port=options.port, quota=None if options.no_quota else 100)
    doomed = None
    if options.demo:
        path = f"speechtotext/transcriptions/{seed_demo(fake.state).id}"
        doomed = f"{fake.endpoint}/{path}?api-version=2025-10-15"
    if options.fill:
        fake.state.fill(options.fill, age=timedelta(hours=2), status="Succeeded", ttl_hours=744)
    with fake:
        print(f"Fake Speech service at {fake.endpoint} (key: {options.key})", end="", flush=True)
        print(f", to be deleted: {doomed}" if doomed else "", flush=True)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            print("stopped", flush=True)


def seed_demo(state: SpeechState) -> Entity:
    """Succeeded, failed, running, waiting and stuck transcriptions in several locales, and one of each other kind.

    The one that is returned is for the demo to delete, so that it can show a job that is gone.
    """
    locales = ("en-US", "de-DE", "fr-FR", "es-MX", "ja-JP", "pt-BR")
    for n in range(12):
        audio = tuple(Audio(f"{_STORE}call-{n:03d}-{part}.wav") for part in range(1 + n % 3))
        state.add(
            age=timedelta(hours=40 - 3 * n),
            name=f"Calls, batch {n + 1}",
            locale=locales[n % 6],
            status="Succeeded",
            ttl_hours=(48, 168, 744)[n % 3],
            audio=audio,
        )
    failures = (
        ("InvalidUri", "The source URI could not be resolved."),
        ("InvalidAudioFormat", "Unknown audio format."),
        ("InvalidLocale", "The locale is not supported by the model."),
    )
    for n, error in enumerate(failures):
        audio = (Audio(f"{_STORE}broken-{n}.wav", error[0]), Audio(f"{_STORE}good-{n}.wav"))
        state.add(
            age=timedelta(hours=9 - 2 * n),
            name=f"Calls, retry {n + 1}",
            locale=locales[n],
            status="Failed",
            error=error,
            audio=audio,
        )
    state.add(age=timedelta(hours=11), name="Board meeting", status="Running", locale="de-DE")
    state.add(age=timedelta(minutes=8), name="Calls, batch 13", status="Running")
    state.add(age=timedelta(hours=7), name="Night run", status="NotStarted", locale="fr-FR")
    state.add(age=timedelta(minutes=2), name="Calls, batch 14")
    for collection in ("datasets", "models", "endpoints", "evaluations", "projects", "webhooks"):
        state.add(collection, age=timedelta(days=3), name=f"Contoso {collection}", status="Succeeded")
    return state.add(age=timedelta(hours=20), name="Interviews, deleted", status="Succeeded", ttl_hours=168)


if __name__ == "__main__":
    main()
