"""Writes native SDK logs of any version: the real lines around a session, with its prefix, thread and object.

The lines are those of logs that the SDK wrote (versions 1.8 to 1.53), shortened to what a reader can use.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import zip_longest

from tests.extract.forms import A, R

ZERO = datetime(2026, 11, 22, 5, 0, 0, tzinfo=UTC)  # when the library of these logs was loaded
OK_URL = "wss://westeurope.stt.speech.microsoft.com/speech/recognition/interactive/cognitiveservices/v1?language=de-DE"
TTS_URL = "wss://westeurope.tts.speech.microsoft.com/cognitiveservices/websocket/v1"
TEXT_401 = (
    "WebSocket upgrade failed: Authentication error (401). Please check subscription information and region name."
)
TEXT_429 = "WebSocket upgrade failed: Too many requests (429). Please check subscription information and region name."
TEXT_503 = "WebSocket upgrade failed: Service unavailable (503). Please try the request again."
TEXT_REFUSED = "Connection failed (no connection to the remote host). Internal error: 1. Error details: Failed with error: WS_OPEN_ERROR_UNDERLYING_IO_OPEN_FAILED"
TEXT_1007 = "Connection was closed by the remote host. Error code: 1007. Error details: Quota exceeded."
TEXT_1011 = "Connection was closed by the remote host. Error code: 1011. Error details: Internal server error."
TEXT_DROPPED = "WebSocket operation failed. Internal error: 3. Error details: WS_ERROR_UNDERLYING_IO_ERROR"


def stamp(ms: int) -> str:
    return (ZERO + timedelta(milliseconds=ms)).strftime("%Y-%m-%dT%H:%M:%S.%f") + "7Z"


def iso(ms: int) -> str:
    """The time of a line as the API tells it."""
    return (ZERO + timedelta(milliseconds=ms)).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


@dataclass(frozen=True)
class Log:
    """One session of one recognizer. `style`: `old` to 1.5, `round` 1.8 to 1.13, `square` from 1.15 on."""

    id: str = A
    thread: int = 63930
    start: int = 1000
    style: str = "square"
    version: str = "1.53.0"
    language: str | None = "Python"
    windows: bool = False
    object: int = 0x5613507B9D40
    url: str = OK_URL
    request: str = R

    def line(
        self, ms: int, place: str, text: str, title: str = "SPX_DBG_TRACE_VERBOSE", thread: int | None = None
    ) -> str:
        number = self.thread if thread is None else thread
        prefix = f"[{number}]" if self.style == "square" else f"({number})"
        if self.style == "old":
            return f"{prefix}: {ms}ms {title}: {text}"
        return f"{prefix}: {ms}ms {title}:  {place} {text}"

    @property
    def pointer(self) -> str:
        return f"[{self.object:016X}]" if self.windows else f"[{self.object:#x}]"

    def bag(self, name: str, value: str, offset: int = 0x88, how: str = "ISpxPropertyBagImpl::SetStringValue") -> str:
        this = f"{self.object + offset:016X}" if self.windows else f"{self.object + offset:#x}"
        return f"{how}: this={this}; name='{name}'; value='{value}'"

    # -- the parts of a session

    def mode(self, mode: str = "INTERACTIVE") -> str:
        return self.line(self.start - 1, "named_properties.h:484", self.bag("SPEECH-RecoMode", mode), thread=129943)

    def started(self) -> str:
        return self.line(self.start, "audio_stream_session.cpp:1599", self._event("Started"))

    def begun(self, ms: int = -1) -> list[str]:
        """Where level Info says that a recognition begins: a scope that is entered and left on its thread."""
        enter, leave = (f"SPX_DBG_TRACE_SCOPE_{way}" for way in ("ENTER", "EXIT"))
        return [
            self.line(
                self.start + ms,
                "audio_stream_session.cpp:1064",
                "*** CSpxAudioStreamSession::RecognizeAsync kicked-off THREAD started ***",
                enter,
            ),
            self.line(self.start + ms, "audio_stream_session.cpp:1318", "StartRecognizing", enter),
            self.line(self.start + ms + 2, "audio_stream_session.cpp:1318", "StartRecognizing", leave),
        ]

    def ending(self, ms: int) -> str:
        return self.line(
            self.start + ms,
            "audio_stream_session.cpp:3667",
            "*** CSpxAudioStreamSession::AdapterCompletedSetFormatStop kicked-off THREAD started ***",
            "SPX_DBG_TRACE_SCOPE_ENTER",
        )

    def stopped(self, ms: int) -> str:
        return self.line(self.start + ms, "audio_stream_session.cpp:1611", self._event("Stopped"))

    def _event(self, event: str) -> str:
        where = "" if self.style == "old" else f"{self.pointer}CSpxAudioStreamSession::FireSession{event}Event: "
        return f"{where}Firing Session{event} event: SessionId: {self.id}"

    def chunk(self, ms: int) -> str:
        at = self.start + ms
        return self.line(
            at,
            "audio_stream_session.cpp:496",
            f"Received audio chunk: time: {stamp(at)}, size:3200.",
            "SPX_TRACE_VERBOSE",
            self.thread + 7,
        )

    def named(self, ms: int = 2) -> str:
        """Form C: from 1.17 on."""
        how = "ISpxNamedProperties::GetStringValue"
        return self.line(self.start + ms, "named_properties.h:484", self.bag("SessionId", self.id, 0x90A00, how))

    def configured(self, ms: int = 3) -> str:
        """Form D: from 1.43 on."""
        return self.line(
            self.start + ms,
            "usp_connection.cpp:149",
            f"CSpxUspConnection::SetConfiguration Set UspConnection Configuration with SessionId: {self.id}",
        )

    def agent(self, ms: int = 3) -> str:
        return self.line(
            self.start + ms,
            "usp_connection.cpp:577",
            f"Set a user defined HTTP header 'User-agent':'SpeechSDK-{self.language}/{self.version} Linux Linux 6.1.0 #1 SMP x86_64 glibc/2.36 6.1.0'",
            "SPX_TRACE_INFO",
        )

    def connecting(self, ms: int = 4) -> str:
        return self.line(self.start + ms, "usp_connection.cpp:607", f"connectionUrl={self.url}", "SPX_TRACE_INFO")

    def config(self, ms: int = 5) -> str:
        lang = f',"lang":"{self.language}"' if self.language else ""
        return self.line(
            self.start + ms,
            "usp_reco_engine_adapter.cpp:1268",
            f'speech.config {{"context":{{"system":{{"version":"{self.version}","name":"SpeechSDK","build":"Linux-x64"{lang}}},"os":{{"name":"Linux 6.1.0","version":"6.1.0","platform":"Linux"}},"audio":{{"source":{{"type":"File","samplerate":"16000"}}}}}}}}',
        )

    def requested(self, ms: int = 6) -> str:
        return self.line(self.start + ms, "usp_connection.cpp:690", f"RequestId: '{self.request}'", "SPX_TRACE_INFO")

    def connected(self, ms: int = 20) -> list[str]:
        at = self.start + ms
        return [
            self.line(
                at,
                "web_socket.cpp:997",
                f"Opening websocket completed. TransportRequest: [0x7f72740472a0], wsio handle: 0x0x7f7274048d00, time: {stamp(at)}",
                "SPX_TRACE_INFO",
            ),
            self.line(
                at, "usp_connection.cpp:1075", "TS:11, OnConnected: connection:0x0x7f7274001e90", "SPX_TRACE_INFO"
            ),
            self.line(
                at,
                "audio_stream_session.cpp:1658",
                f"{self.pointer}CSpxAudioStreamSession::AdapterConnected to {self.url}",
            ),
        ]

    def phrase(self, ms: int = 30) -> str:
        return self.line(
            self.start + ms,
            "usp_reco_engine_adapter.cpp:1698",
            "Response: Speech.Phrase message. Status: 0, Text: The quick brown fox., starts at 100000, with duration 14000000 (100ns).",
        )

    def telemetry(self, ms: int = 40, *, old: bool = False) -> str:
        first, last = iso(self.start + 10), iso(self.start + 20)
        pair = (
            f'"End":"{last}","Id":"{self.id}","Name":"Connection","Start":"{first}"'
            if old
            else f'"Name":"Connection","Id":"{self.id}","Start":"{first}","End":"{last}"'
        )
        return self.line(
            self.start + ms,
            "usp_metrics.cpp:409",
            f'SendSerializedTelemetry: Send telemetry (requestId:{self.request}): {{"Metrics":[{{{pair}}},{{"PhraseLatencyMs":[21]}}]}}',
            "SPX_TRACE_INFO",
        )

    def refused(self, text: str, code: int, ms: int = 12, status: int | None = None) -> list[str]:
        """The lines of one attempt that failed."""
        at = self.start + ms
        bad = (
            [
                self.line(
                    at,
                    "uws_client.c:1318",
                    f"Bad status ({status}) received in WebSocket Upgrade response",
                    "SPX_TRACE_ERROR: AZ_LOG_ERROR",
                )
            ]
            if status
            else []
        )
        why = (
            f"result=14(WS_OPEN_ERROR_BAD_RESPONSE_STATUS), code={status}[0x00000191]"
            if status
            else "result=1(WS_OPEN_ERROR_UNDERLYING_IO_OPEN_FAILED), code=111[0x0000006f]"
        )
        return [
            *bad,
            self.line(
                at,
                "web_socket.cpp:1023",
                f"WS [0x0x7f21640472d0] open operation failed with {why}, time={stamp(at)}, details=x",
                "SPX_TRACE_ERROR",
            ),
            self.line(
                at,
                "usp_reco_engine_adapter.cpp:2169",
                f"Response: On Error: Code:{code}, Message: {text}.",
                "SPX_TRACE_ERROR",
            ),
        ]

    def canceled(self, text: str, ms: int = 14) -> str:
        return self.line(
            self.start + ms,
            "named_properties.h:484",
            self.bag("RESULT-ErrorDetails", f"{text} SessionId: {self.id}", 0x99000),
        )

    # -- whole sessions

    def ok(self) -> list[str]:
        return [
            self.mode(),
            self.started(),
            self.chunk(1),
            self.named(),
            self.configured(),
            self.agent(),
            self.connecting(),
            self.config(),
            self.requested(),
            *self.connected(),
            self.phrase(),
            self.telemetry(),
            self.stopped(50),
        ]

    def fails(self, text: str, code: int, status: int | None = None, attempts: int = 1) -> list[str]:
        tries: list[str] = []
        for n in range(attempts):
            at = replace(self, start=self.start + 100 * n)
            tries += [
                at.named(),
                at.configured(),
                at.agent(),
                at.connecting(),
                at.config(),
                at.requested(),
                *at.refused(text, code, status=status),
            ]
        end = 100 * (attempts - 1)
        return [
            self.mode(),
            self.started(),
            self.chunk(1),
            *tries,
            self.canceled(text, end + 14),
            self.stopped(end + 15),
        ]


def text(*parts: str | list[str]) -> str:
    lines = [line for part in parts for line in ([part] if isinstance(part, str) else part)]
    return "\n".join(lines) + "\n"


def at_level_info(lines: list[str]) -> list[str]:
    return [line for line in lines if " SPX_TRACE_INFO" in line or " SPX_TRACE_ERROR" in line or "_SCOPE_" in line]


def unstamped(lines: list[str]) -> list[str]:
    """To 1.17: the end of the opening has no time."""
    return [line.split(", time: ")[0] if "Opening websocket" in line else line for line in lines]


def an_hour_later(lines: list[str]) -> list[str]:
    return [line.replace("T05:00", "T06:00") for line in lines]


def interleaved(*sessions: list[str]) -> str:
    """One line of each in turn, as threads write at the same time."""
    return text([line for row in zip_longest(*sessions) for line in row if line is not None])
