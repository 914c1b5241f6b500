"""The one line of code that makes a program report what support asks for, per language of the Speech SDK.

The property `Speech_LogFilename` works in every version; the newer FileLogger classes write the same log.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class SdkLines:
    """`log`: write the whole log to a file. `session`: print the session ID. `error`: print why it failed."""

    name: str
    aliases: frozenset[str]
    log: str
    session: str
    error: str


def _row(name: str, aliases: str, log: str, session: str, error: str) -> SdkLines:
    return SdkLines(name, frozenset(aliases.split()), log, session, error)


LANGUAGES: Final = (
    _row(
        "Python",
        "python py",
        'speech_config.set_property(speechsdk.PropertyId.Speech_LogFilename, "speech.log")',
        'recognizer.session_started.connect(lambda e: print("SessionId:", e.session_id))',
        "recognizer.canceled.connect(lambda e: print(e.cancellation_details.error_details))",
    ),
    _row(
        "C#",
        "csharp c# cs dotnet",
        'speechConfig.SetProperty(PropertyId.Speech_LogFilename, "speech.log");',
        'recognizer.SessionStarted += (s, e) => Console.WriteLine($"SessionId: {e.SessionId}");',
        'recognizer.Canceled += (s, e) => Console.WriteLine($"{e.ErrorCode} {e.ErrorDetails}");',
    ),
    _row(
        "Java",
        "java android",
        'speechConfig.setProperty(PropertyId.Speech_LogFilename, "speech.log");',
        'recognizer.sessionStarted.addEventListener((s, e) -> System.out.println("SessionId: " + e.getSessionId()));',
        "recognizer.canceled.addEventListener((s, e) -> System.out.println(e.getErrorDetails()));",
    ),
    _row(
        "JavaScript",
        "javascript js node nodejs typescript",
        'sdk.Diagnostics.SetLoggingLevel(sdk.LogLevel.Debug); sdk.Diagnostics.SetLogOutputPath("speech.log");',
        'recognizer.sessionStarted = (s, e) => console.log("SessionId: " + e.sessionId);',
        "recognizer.canceled = (s, e) => console.log(e.errorCode, e.errorDetails);",
    ),
    _row(
        "C++",
        "cpp c++ cplusplus native",
        'speechConfig->SetProperty(PropertyId::Speech_LogFilename, "speech.log");',
        'recognizer->SessionStarted.Connect([](const SessionEventArgs& e) { cout << "SessionId: " << e.SessionId; });',
        "recognizer->Canceled.Connect([](const SpeechRecognitionCanceledEventArgs& e) { cout << e.ErrorDetails; });",
    ),
    _row(
        "Go",
        "go golang",
        'speechConfig.SetProperty(common.SpeechLogFilename, "speech.log")',
        "recognizer.SessionStarted(func(e speech.SessionEventArgs) "
        '{ defer e.Close(); fmt.Println("SessionId:", e.SessionID) })',
        "recognizer.Canceled(func(e speech.SpeechRecognitionCanceledEventArgs) "
        "{ defer e.Close(); fmt.Println(e.ErrorCode, e.ErrorDetails) })",
    ),
    _row(
        "Objective-C",
        "objectivec objc",
        '[speechConfig setPropertyTo:@"speech.log" byId:SPXSpeechLogFilename];',
        "[recognizer addSessionStartedEventHandler:^(SPXRecognizer *r, SPXSessionEventArgs *e) "
        '{ NSLog(@"SessionId: %@", e.sessionId); }];',
        "[recognizer addCanceledEventHandler:^(SPXSpeechRecognizer *r, SPXSpeechRecognitionCanceledEventArgs *e) "
        '{ NSLog(@"%@", e.errorDetails); }];',
    ),
    _row(
        "Swift",
        "swift",
        'speechConfig.setPropertyTo("speech.log", by: SPXPropertyId.speechLogFilename)',
        'recognizer.addSessionStartedEventHandler { _, e in print("SessionId: \\(e.sessionId)") }',
        'recognizer.addCanceledEventHandler { _, e in print(e.errorDetails ?? "") }',
    ),
    _row(
        "Speech CLI (spx)",
        "spx speechcli cli",
        "spx recognize --file audio.wav --log speech.log",
        "spx recognize --file audio.wav   # without --quiet it prints SESSION STARTED: and the ID",
        "spx recognize --file audio.wav   # prints CANCELED: ErrorCode= and ErrorDetails=",
    ),
)
PYTHON, JAVASCRIPT = (next(row for row in LANGUAGES if row.name == name) for name in ("Python", "JavaScript"))
_NAME: Final = re.compile(r"[^a-z0-9+#]")
_BY_NAME: Final = {alias: row for row in LANGUAGES for alias in row.aliases}


def of(language: str | None) -> SdkLines | None:
    """The lines for a language as a log names it (`CSharp`, `Objective-C`, `Python`), None if it is not known."""
    return _BY_NAME.get(_NAME.sub("", language.lower())) if language else None


def wanted(language: str | None) -> tuple[SdkLines, ...]:
    """The lines for the language, or for all while it is not known."""
    found = of(language)
    return LANGUAGES if found is None else (found,)
