"""What applications print: samples of every language, the Speech CLI, `ai`, tables and JSON of their output."""

from __future__ import annotations

from tests.extract.forms import DASHED, A, B, C, Form, R, X
from tests.extract.native_lines import TEXT_401, TEXT_429, TEXT_503, TEXT_DROPPED, TEXT_REFUSED

U = A.upper()
RESULT = f'result=SpeechRecognitionResult(result_id={R}, text="%s", reason=ResultReason.RecognizedSpeech)'
REFUSED_3 = f"{TEXT_REFUSED}\nwss://westeurope.stt.speech.microsoft.com/speech/recognition/interactive/cognitiveservices/v1?language=en-US\nX-ConnectionId: {A} SessionId: {A}"
JS_STT = "wss://westeurope.stt.speech.microsoft.com/speech/recognition/interactive/cognitiveservices/v1"
E401 = {"error.code": "AuthenticationFailure", "error.httpStatus": 401, "reached": "yes"}
NO = {"error.code": "ConnectionFailure", "reached": "no"}
TSV = "audio.input.id\trecognizer.session.started.sessionid\trecognizer.recognized.result.text"

PYTHON = [
    Form(
        "Python: all events",
        f"SESSION STARTED: SessionEventArgs(session_id={A})\nRECOGNIZED: SpeechRecognitionEventArgs(session_id={A}, {RESULT % 'Hello.'})\nCLOSING on SessionEventArgs(session_id={A})\nSESSION STOPPED SessionEventArgs(session_id={A})\n",
        never=(R,),
        says={A: {"events": ("started", "stopped"), "reached": "yes", "error": None}},
        misses=((R, "result-id", A),),
    ),
    Form(
        "Python: the text has quotes and an ID",
        f"RECOGNIZED: SpeechRecognitionEventArgs(session_id={A}, {RESULT % (chr(34) + 'the id is ' + X)})",
        never=(R, X),
    ),
    Form(
        "Python: canceled",
        f'CANCELED: SpeechRecognitionCanceledEventArgs(session_id={A}, result=SpeechRecognitionResult(result_id={R}, text="", reason=ResultReason.Canceled))\nError details: {TEXT_401} SessionId: {A}',
        never=(R,),
        says={A: {**E401, "events": ("canceled",)}},
    ),
    Form(
        "Python: error in three lines",
        f"Speech Recognition canceled: CancellationReason.Error\nError details: {REFUSED_3}\nDid you set the speech resource key and region values?",
        says={A: {**NO, "region": "westeurope"}},
    ),
    Form(
        "Python: transcriber",
        f"TRANSCRIBED: ConversationTranscriptionEventArgs(session_id={A}, result=ConversationTranscriptionResult(result_id={R}, user_id=Guest_0, utterance_id=1_Guest_0_400000, text=x, reason=ResultReason.RecognizedSpeech))",
        never=(R,),
        says={A: {"reached": "yes"}},
    ),
    Form(
        "Python: translation",
        f'TRANSLATED: TranslationRecognitionEventArgs(session_id={A}, result=TranslationRecognitionResult(result_id={R}, translations={{"de": "x"}}, reason=ResultReason.TranslatedSpeech))',
        never=(R,),
        says={A: {"reached": "yes"}},
    ),
    Form(
        "Python: intent",
        f"RECOGNIZED: IntentRecognitionEventArgs(session_id={A}, result=IntentRecognitionResult(result_id={R}, text=x, reason=ResultReason.RecognizedSpeech))",
        never=(R,),
    ),
    Form(
        "Python: meeting",
        f"TRANSCRIBED: MeetingTranscriptionEventArgs(session_id={A}, result=MeetingTranscriptionResult(result_id={R}))",
        never=(R,),
    ),
    Form("Python: speech start", f"SPEECH START: RecognitionEventArgs(session_id={A})"),
    Form("Python: connection", f"CONNECTED ConnectionEventArgs(session_id={A})", says={A: {"events": ("connected",)}}),
    Form("Python: disconnected", f"DISCONNECTED: ConnectionEventArgs(session_id={A})", says={A: {"events": None}}),
    Form(
        "Python: dialog",
        f"SESSION STARTED: SessionEventArgs(session_id={DASHED})",
        found=(),
        misses=((DASHED, "interaction-id", None),),
    ),
    Form(
        "Python: print of attributes", f"session id: {A}\nsession_id={A}\nevt.session_id = '{A}'\nsession_id: \"{A}\""
    ),
    Form("Python: dict", str({"event": "session_started", "session_id": A, "result_id": R}), never=(R,)),
    Form("Python: f-string =", f"evt.session_id='{A}'"),
    Form(
        "Python: logging of events",
        f"2026-11-22 06:00:00,123 INFO app: SESSION STARTED: SessionEventArgs(session_id={A})",
    ),
    Form(
        "Python: structlog",
        f"2026-11-22T05:00:00.123Z [info     ] session_started                session_id={A} trace_id={X}",
        never=(X,),
        says={A: {"time.start": "2026-11-22T05:00:00.123Z"}},
    ),
    Form("Python: logfmt", f'level=info msg="session started" session_id="{A}" request_id={X}', never=(X,)),
    Form(
        "Python: loguru",
        f"2026-11-22 06:00:00.123 | INFO     | app.stt:on_start:42 - Session started: {A}",
        says={A: {"events": ("started",)}},
    ),
    Form("Python: property dump", f"{{'Speech_SessionId': '{A}', 'SpeechServiceConnection_Region': 'westeurope'}}"),
]

DOTNET = [
    Form(
        "C#: started, stopped",
        f"SESSION STARTED: {A}\nRECOGNIZED: Text=Hello\nSESSION STOPPED: {A}",
        says={A: {"events": ("started", "stopped")}},
    ),
    Form(
        "C#: event and ID on one line",
        f"\n    Session started event. SessionId={A}\n    Session stopped event. SessionId={A}\n",
        says={A: {"events": ("started", "stopped")}},
    ),
    Form("C#: listening", f"Now Listening! Session started, id={A}", says={A: {"events": ("started",)}}),
    Form("C#: SESSION ID", f"SESSION ID: {A}\nSessionId: {A}"),
    Form(
        "C#: canceled",
        f"CANCELED: Reason=Error\nCANCELED: ErrorCode=AuthenticationFailure\nCANCELED: ErrorDetails={TEXT_401} SessionId: {A}\nCANCELED: Did you set the speech resource key and region values?",
        says={A: {**E401, "events": ("canceled",)}},
    ),
    Form(
        "C#: canceled in three lines",
        f"CANCELED: Reason=Error\nCANCELED: ErrorCode=ConnectionFailure\nCANCELED: ErrorDetails={REFUSED_3}\n",
        says={A: NO},
    ),
    Form(
        "C#: ToString of a result",
        f'SessionId:{A} Result:ResultId:{R} Reason:RecognizedSpeech Recognized text:<Hello.>. Json:{{"Id":"{X}","RecognitionStatus":"Success"}}.',
        never=(R, X),
        misses=((R, "result-id", A),),
    ),
    Form("C#: ToString of a session", f"SessionId: {A}."),
    Form(
        "C#: connection",
        f"Successfully connected, sessionId: {A}\nDisconnected, sessionId: {A}",
        says={A: {"events": ("connected",)}},
    ),
    Form(
        "C#: structured",
        f"info: App.Stt[0]\n      Recognition for call 42 began (SessionId: {A}, ResultId: {R})",
        never=(R,),
    ),
    Form(
        "C#: JSON of event arguments",
        f'{{"SessionId":"{A}","Offset":0,"Result":{{"ResultId":"{R}","Reason":3,"Text":"x"}}}}',
        never=(R,),
    ),
    Form("C#: Dump of LinqPad", f"SessionId\n\n{A}"),
    Form(
        "C#: exception",
        f"System.ApplicationException: Exception with an error code: 0x1b (SPXERR_GSTREAMER_NOT_FOUND) SessionId: {A}\n   at Microsoft.CognitiveServices.Speech.Internal.SpxExceptionThrower",
        says={A: {"error.code": "RuntimeError"}},
    ),
]

OTHERS = [
    Form("Java: result", f"SessionId:{A} ResultId:{R} Status:RecognizedSpeech Recognized text:<Hello.>.", never=(R,)),
    Form(
        "Java: events",
        f"\n    Session started event.Session id: {A} \n    Session stopped event. Session id: {A} ",
        says={A: {"events": ("started", "stopped")}},
    ),
    Form("Java: logcat of the application", f"11-22 06:00:00.123  4242  4242 I STT     : SESSION ID: {A}"),
    Form(
        "Go",
        f"Session Started (ID= {A} )\nRecognized: Hello\nSession Stopped (ID= {A} )",
        says={A: {"events": ("started", "stopped")}},
    ),
    Form("Go: struct", f"&{{SessionID:{A} Offset:0}}"),
    Form(
        "Go: zap",
        f'{{"level":"info","ts":1795323600.123,"msg":"session started","sessionID":"{A}","traceID":"{X}"}}',
        never=(X,),
    ),
    Form("Go: slog", f'time=2026-11-22T05:00:00.123Z level=INFO msg="session started" sessionID={A}'),
    Form(
        "C++",
        f"SESSIONSTARTED: SessionId={A}\nSESSIONSTOPPED: SessionId={A}\nSESSION: {A} stopped.",
        says={A: {"events": ("started", "stopped")}},
    ),
    Form(
        "C++: wide console",
        f"Session started event. SessionId={A}".encode("utf-16-le"),
        says={A: {"events": ("started",)}},
    ),
    Form(
        "C++: canceled",
        f'CANCELED: Reason=1\nCANCELED: ErrorCode=1\nCANCELED: ErrorDetails="{TEXT_401} SessionId: {A}"',
        says={A: E401},
    ),
    Form(
        "Objective-C: final result",
        f"Received final result event. SessionId: {A}, recognition result:Hello. Status 3. offset 100000 duration 14000000 resultid:{R}",
        never=(R,),
    ),
    Form("Swift: optional", f'Optional("{TEXT_401} SessionId: {A}")', says={A: {"error.httpStatus": 401}}),
    Form(
        "Swift: NSError",
        f'Error Domain=SPXErrorDomain Code=1 "{TEXT_401} SessionId: {A}" UserInfo={{NSDebugDescription=\\"SessionId: {A}\\"}}',
        says={A: {"error.httpStatus": 401}},
    ),
    Form("Kotlin: data class", f"SttEvent(sessionId={A}, resultId={R}, text=x)", never=(R,)),
    Form("Kotlin: Timber", f"D/SttRepository: onSessionStarted sessionId=[{A}]"),
    Form("Dart", f"flutter: [azure_stt] sessionId: {A}"),
    Form("Rust", f'SessionStarted(SessionEvent {{ session_id: "{A}" }})'),
    Form("Ruby", f'{{:session_id=>"{A}", :request_id=>"{R}"}}', never=(R,)),
    Form("PHP: print_r", f"Array\n(\n    [sessionId] => {A}\n    [requestId] => {R}\n)", never=(R,)),
    Form("YAML", f"event: started\nsessionId: {A}\nrequestId: {R}\n", never=(R,)),
    Form("XML attribute", f'<session sessionId="{A}" requestId="{R}"/>', never=(R,)),
    Form("INI", f"[last]\nsession_id = {A}\n"),
    Form("URL of a dashboard", f"https://contoso.example/calls?sessionId={A}&view=stt"),
]

JAVASCRIPT = [
    Form(
        "JS: sample",
        f"(sessionStarted) SessionId: {U}\n(recognizing) Reason: RecognizingSpeech Text: hello\n(sessionStopped) SessionId: {U}",
        says={A: {"events": ("started", "stopped"), "reached": "yes"}},
    ),
    Form("JS: no blank", f"SessionId:{U}"),
    Form("JS: STT session", f"STT session started- session id: {U}", says={A: {"events": ("started",)}}),
    Form(
        "JS: JSON", f'Session started event. SessionEventArgs: {{"privSessionId":"{U}"}}', says={A: {"reached": "yes"}}
    ),
    Form("JS: console.log of an object", f"SessionEventArgs {{ privSessionId: '{U}' }}"),
    Form(
        "JS: console.dir of an event",
        f"SpeechRecognitionEventArgs {{\n  privSessionId: '{U}',\n  privOffset: 100000,\n  privResult: SpeechRecognitionResult {{\n    privResultId: '{R.upper()}',\n    privReason: 3,",
        never=(R,),
    ),
    Form("JS: escaped twice", f'{{"msg":"{{\\"payload\\":\\"{{\\\\\\"sessionId\\\\\\":\\\\\\"{U}\\\\\\"}}\\"}}"}}'),
    Form("JS: Chrome copy", f'sessionId: "{U}"\nprivSessionId: "{U}"\n[[Prototype]]: Object'),
    Form("JS: template", f"[STT] session started → {U}"),
    Form(
        "JS: canceled, no ID",
        f"(cancel) Reason: Error: Unable to contact server. StatusCode: 1006, {JS_STT} Reason:  Unexpected server response: 401\nCANCELED: ErrorCode=4",
        found=(),
        notices=("Diagnostics",),
    ),
    Form("JS: React Native", f' LOG  sessionStarted {{"sessionId": "{U}"}}', says={A: {"events": ("started",)}}),
    Form("JS: electron", f"06:00:00.123 › sessionStarted: sessionId={U}"),
]

CLI = [
    Form(
        "spx: recognize",
        f"SESSION STARTED: {A}\n\nRECOGNIZING: hello\nRECOGNIZED: Hello.\n\nSESSION STOPPED: {A}\n",
        says={A: {"events": ("started", "stopped")}},
    ),
    Form(
        "spx: connected",
        f"Connection CONNECTED...\nSESSION STARTED: {A}\n\nConnection DISCONNECTED.\nSESSION STOPPED: {A}",
    ),
    Form(
        "spx: error",
        f"SESSION STARTED: {A}\n\nCANCELED: Reason=Error\nCANCELED: ErrorCode=AuthenticationFailure\nCANCELED: ErrorDetails={TEXT_401} SessionId: {A}\nCANCELED: Did you update the subscription info?\n\nSESSION STOPPED: {A}",
        says={A: {**E401, "events": ("started", "canceled", "stopped")}},
    ),
    Form(
        "spx: unavailable",
        f"CANCELED: ErrorCode=ServiceUnavailable\nCANCELED: ErrorDetails={TEXT_503} SessionId: {A}",
        says={A: {"error.code": "ServiceUnavailable", "error.httpStatus": 503}},
    ),
    Form(
        "spx: dropped",
        f"CANCELED: ErrorCode=ConnectionFailure\nCANCELED: ErrorDetails={TEXT_DROPPED} SessionId: {A}",
        says={A: {"error.code": "ConnectionFailure", "reached": "yes"}},
    ),
    Form(
        "spx: translate",
        f"SESSION STARTED: {A}\n\nTRANSLATING into 'de': hallo (from 'hello')\nTRANSLATED into 'de': Hallo. (from 'Hello.')\n\nSESSION STOPPED: {A}",
    ),
    Form("spx: synthesize", f"SYNTHESIS STARTED: {R}\n\nSYNTHESIS COMPLETED: {R}", found=(), never=(R,)),
    Form(
        "spx: batch of files",
        f"SESSION STARTED: {A}\n\nRECOGNIZED: a\n\nSESSION STOPPED: {A}\nSESSION STARTED: {B}\n\nCANCELED: Reason=Error\nCANCELED: ErrorCode=TooManyRequests\nCANCELED: ErrorDetails={TEXT_429} SessionId: {B}\n\nSESSION STOPPED: {B}\nSESSION STARTED: {C}\n\nSESSION STOPPED: {C}",
        found=(A, B, C),
        says={A: {"error": None}, B: {"error.httpStatus": 429}, C: {"error": None}},
    ),
    Form("spx: TSV with BOM", f"\ufeff{TSV}\r\ncall1\t{A}\tHello.\r\ncall2\t{B}\tGood bye.\r\n", found=(A, B)),
    Form(
        "spx: TSV, the result ID too",
        f"\ufeffevent\tevent.sessionid\tevent.timestamp\trecognizer.recognized.result.resultid\nSESSION STARTED\t{A}\t2026-11-22 05:04:07.0000\t\nRECOGNIZED\t{A}\t2026-11-22 05:04:08.1230\t{R}\n",
        never=(R,),
    ),
    Form("spx: TSV, only stopped", f"audio.input.id\trecognizer.session.stopped.sessionid\ncall1\t{A}\n"),
    *(
        Form(
            f"spx: JSON {key}",
            f'{{\n  "audio.input.id": "call1",\n  "{key}": "{A}",\n  "recognizer.recognized.result.resultid": "{R}"\n}}{{\n  "{key}": "{B}"\n}}',
            found=(A, B),
            never=(R,),
        )
        for key in (
            "recognizer.session.started.sessionid",
            "recognizer.session.stopped.sessionid",
            "event.sessionid",
            "recognizer.event.sessionid",
            "connection.connected.sessionid",
            "translator.session.started.sessionid",
            "recognizer.recognized.sessionid",
            "recognizer.canceled.sessionid",
            "intent.session.event.sessionid",
        )
    ),
    *(
        Form(f"spx: TSV {key}", f"\ufeffaudio.input.id\t{key}\ncall1\t{A}\ncall2\t{B}\n", found=(A, B))
        for key in (
            "recognizer.session.event.sessionid",
            "connection.connected.sessionid",
            "translator.session.started.sessionid",
            "sessionid",
        )
    ),
    Form(
        "ai: template",
        f"SESSION STARTED: {A}.\n\nRECOGNIZED: Hello.\n\nSESSION STOPPED: {A}.",
        says={A: {"events": ("started", "stopped")}},
    ),
    Form(
        "ai: JSON array output",
        f'[{{"event.sessionid":"{A}","event.timestamp":"2026-11-22 05:04:07.0000"}},\n{{"event.sessionid":"{B}"}}]',
        found=(A, B),
    ),
]

FORMS = PYTHON + DOTNET + OTHERS + JAVASCRIPT + CLI
