"""Writes Diagnostics logs of the JavaScript SDK: one line for each event, as versions 1.21 and later do."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tests.extract.forms import KEY, A, R

ZERO = datetime(2026, 11, 22, 5, 0, 0, tzinfo=UTC)
STT = "wss://westeurope.stt.speech.microsoft.com/speech/recognition/interactive/cognitiveservices/v1"
TTS = "wss://westeurope.tts.speech.microsoft.com/cognitiveservices/websocket/v1"


def iso(ms: int) -> str:
    return (ZERO + timedelta(milliseconds=ms)).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def event_id(ms: int, n: int = 0) -> str:
    """Another ID of the same make on every line."""
    return f"{ms:08X}{n:04X}4E5F8A6B0C1D2E3F4A5B"


@dataclass(frozen=True)
class JsLog:
    id: str = A.upper()
    start: int = 0
    url: str = STT
    query: str = "language=de-DE&format=simple"
    version: str = "1.52.0"
    doubled: bool = True  # `connectionId=` beside `X-ConnectionId=`: later versions

    def line(self, ms: int, name: str, *fields: str, kind: int = 1) -> str:
        at = iso(self.start + ms)
        parts = (
            at,
            name,
            f"privName: {name}",
            f"privEventId: {event_id(self.start + ms)}",
            f"privEventTime: {at}",
            f"privEventType: {kind}",
            "privMetadata: {}",
            *fields,
        )
        return " | ".join(parts)

    def on_request(self, ms: int, name: str, session: str | None, *fields: str) -> str:
        return self.line(ms, name, f"privRequestId: {R.upper()}", f"privSessionId: {session or '<NULL>'}", *fields)

    def source(self) -> tuple[str, str]:
        return f"privAudioSourceId: {event_id(1, 1)}", f"privAudioNodeId: {event_id(2, 2)}"

    def connection(self, ms: int, name: str, *fields: str, kind: int = 1) -> str:
        return self.line(ms, name, f"privConnectionId: {self.id}", *fields, kind=kind)

    def begin(self, ms: int = 10) -> str:
        doubled = f"&connectionId={self.id}" if self.doubled else ""
        return self.connection(
            ms,
            "ConnectionStartEvent",
            f"privUri: {self.url}?{self.query}&Ocp-Apim-Subscription-Key={KEY}&X-ConnectionId={self.id}{doubled}",
        )

    def message(self, ms: int, direction: str, body: object, path: str) -> str:
        headers = (
            {"Path": path, "X-RequestId": R.upper()}
            if direction == "Sent"
            else {"x-requestid": R.upper(), "path": path}
        )
        sent = json.dumps(
            {
                "privBody": json.dumps(body),
                "privMessageType": 0,
                "privHeaders": headers,
                "privId": event_id(ms, 3),
                "privSize": 1,
            },
            separators=(",", ":"),
        )
        return self.connection(
            ms,
            f"ConnectionMessage{direction}Event",
            f"privNetwork{direction}Time: {iso(self.start + ms)}",
            f"privMessage: {sent}",
        )

    def opening(self) -> list[str]:
        return [
            self.on_request(0, "RecognitionTriggeredEvent", None, *self.source()),
            self.on_request(1, "ConnectingToServiceEvent", self.id, f"privAuthFetchEventid: {event_id(3, 4)}"),
            self.begin(),
            self.on_request(11, "ListeningStartedEvent", self.id, *self.source()),
        ]

    def ok(self) -> list[str]:
        system = {
            "context": {
                "system": {"name": "SpeechSDK", "version": self.version, "build": "JavaScript", "lang": "JavaScript"},
                "os": {"platform": "NodeJS", "name": "unknown", "version": "unknown"},
            }
        }
        return [
            *self.opening(),
            self.connection(20, "ConnectionEstablishedEvent"),
            self.on_request(21, "RecognitionStartedEvent", self.id, *self.source()),
            self.message(22, "Sent", system, "speech.config"),
            self.message(30, "Received", {"context": {"serviceTag": event_id(30, 5)}}, "turn.start"),
            self.message(
                40,
                "Received",
                {"Id": event_id(40, 6).lower(), "RecognitionStatus": "Success", "DisplayText": "x"},
                "speech.phrase",
            ),
            self.message(50, "Received", {}, "turn.end"),
            self.connection(60, "ConnectionClosedEvent", "privReason: Normal closure", "privStatusCode: 1000", kind=0),
        ]

    def refused(self, message: str, attempts: int = 5) -> list[str]:
        tries: list[str] = []
        for n in range(attempts):
            tries += [
                self.begin(20 + 2 * n),
                self.connection(
                    21 + 2 * n, "ConnectionErrorEvent", f"privMessage: {message}", "privType: error", kind=0
                ),
            ]
        first = [line for line in self.opening() if "ConnectionStartEvent" not in line]
        return [*first, *tries]

    def synthesis(self) -> list[str]:
        return [
            self.line(
                0,
                "SynthesisTriggeredEvent",
                f"privRequestId: {R.upper()}",
                "privSessionAudioDestinationId: <NULL>",
                "privTurnAudioDestinationId: <NULL>",
            ),
            self.line(
                1,
                "ConnectingToSynthesisServiceEvent",
                f"privRequestId: {R.upper()}",
                f"privAuthFetchEventId: {event_id(4, 7)}",
            ),
            self.begin(2),
            self.connection(9, "ConnectionEstablishedEvent"),
            self.message(9, "Sent", {"synthesis": {"audio": {}}}, "synthesis.context"),
            self.message(9, "Sent", "<speak/>", "ssml"),
            self.message(10, "Received", {"context": {"serviceTag": event_id(5, 8)}}, "turn.start"),
            self.message(12, "Received", {"Metadata": []}, "audio.metadata"),
            self.connection(30, "ConnectionClosedEvent", "privReason: Normal closure", "privStatusCode: 1000", kind=0),
        ]
