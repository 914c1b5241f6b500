"""What loggers, collectors and consoles put in front of, behind and around the lines of a native log."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable

from tests.extract.forms import A, B, Form, R, X
from tests.extract.forms_native import FAILED, NEW, SECOND, TELLS_OK
from tests.extract.native_lines import TEXT_401, interleaved, text

OK = NEW.ok()
BAD = NEW.fails(TEXT_401, 1, 401)


def _csv(value: str) -> str:
    return '"' + value.replace('"', '""') + '"'


LINES: dict[str, Callable[[int, str], str]] = {
    "logcat threadtime": lambda n, line: f"11-22 06:00:0{n % 10}.123  4242  4{n:03} D SpeechSDK: {line}",
    "logcat brief": lambda _, line: f"D/SpeechSDK( 4242): {line}",
    "logcat of Android Studio": lambda n, line: (
        f"2026-11-22 06:00:0{n % 10}.123  4242-4301  SpeechSDK               com.example.app                      V  {line}"
    ),
    "NSLog": lambda n, line: f"2026-11-22 06:00:0{n % 10}.123456+0100 App[4242:88112] {line}",
    "os_log": lambda n, line: (
        f"2026-11-22 06:00:0{n % 10}.123456+0100 0x1a2b     Default     0x0                  4242   0    App: (Speech) [com.example:speech] {line}"
    ),
    "docker JSON": lambda n, line: json.dumps(
        {"log": line + "\n", "stream": "stderr", "time": f"2026-11-22T05:00:0{n % 10}.123456789Z"}
    ),
    "docker compose": lambda _, line: f"speech-worker-1  | {line}",
    "CRI": lambda n, line: f"2026-11-22T05:00:0{n % 10}.123456789Z stderr F {line}",
    "kubectl --timestamps --prefix": lambda n, line: (
        f"[pod/speech-7d4b9c-x2x/speech] 2026-11-22T05:00:0{n % 10}.123456789Z {line}"
    ),
    "journald": lambda n, line: f"Nov 22 06:00:0{n % 10} host speech[4242]: {line}",
    "syslog 5424": lambda n, line: f"<134>1 2026-11-22T05:00:0{n % 10}.123Z host speech 4242 - - {line}",
    "Serilog console": lambda n, line: f"[06:00:0{n % 10} DBG] {line}",
    "Serilog file": lambda n, line: f"2026-11-22 06:00:0{n % 10}.123 +01:00 [DBG] {line}",
    "Serilog compact JSON": lambda n, line: json.dumps(
        {
            "@t": f"2026-11-22T05:00:0{n % 10}.123Z",
            "@mt": "{Message}",
            "Message": line,
            "@tr": "b7ad6b7169203331b7ad6b7169203331",
        }
    ),
    "NLog": lambda n, line: f"2026-11-22 06:00:0{n % 10}.1234|DEBUG|App.Speech.Recognizer|{line}",
    "log4j": lambda n, line: (
        f"2026-11-22 06:00:0{n % 10},123 [pool-1-thread-2] DEBUG com.example.Speech (Speech.java:42) - {line}"
    ),
    "Python logging": lambda n, line: f"2026-11-22 06:00:0{n % 10},516 DEBUG [MainThread] speech.sdk - {line}",
    "winston": lambda n, line: json.dumps(
        {"level": "debug", "message": line, "timestamp": f"2026-11-22T05:00:0{n % 10}.123Z"}
    ),
    "pino": lambda n, line: json.dumps(
        {"level": 20, "time": 1795323600123 + n, "pid": 4242, "hostname": "host", "msg": line}
    ),
    ".NET console": lambda _, line: f"dbug: App.Speech.Recognizer[0]\n      {line}",
    "App Insights CSV": lambda n, line: (
        f"2026-11-22T05:00:0{n % 10}.123456Z,{_csv(line)},1,{{}},trace,b7ad6b7169203331b7ad6b716920{n:04},{X}"
    ),
    "Splunk CSV": lambda n, line: (
        f'{_csv(line)},"2026-11-22T06:00:0{n % 10}.000+0100",host,main,"/var/log/speech.log",speech'
    ),
    "CloudWatch JSON": lambda n, line: json.dumps(
        {"timestamp": 1795323600123 + n, "message": line + "\n", "logStreamName": "x"}
    ),
    "GELF": lambda n, line: json.dumps(
        {"version": "1.1", "host": "h", "short_message": line, "timestamp": 1795323600.123 + n, "_traceId": X}
    ),
    "Heroku": lambda n, line: f"2026-11-22T05:00:0{n % 10}.123456+00:00 app[worker.1]: {line}",
    "tabs": lambda n, line: f"{n}\t{line}\t\t",
    "quoted mail": lambda _, line: f"> {line}",
    "Markdown quote in a list": lambda _, line: f"    > {line}",
    "numbered": lambda n, line: f"{n:6d}\t{line}",
    "grep -n": lambda n, line: f"speech.log:{n}:{line}",
    "colours": lambda _, line: f"\x1b[2m{line}\x1b[0m",
    "blank line between": lambda _, line: f"{line}\n",
    "Unity": lambda _, line: (
        f"{line}\nUnityEngine.Debug:Log (object)\nSpeech:OnLog (string) (at Assets/Speech.cs:42)\n"
    ),
    "journalctl -o json": lambda n, line: json.dumps(
        {"__REALTIME_TIMESTAMP": str(1795323600123456 + n), "_BOOT_ID": X, "_MACHINE_ID": R, "MESSAGE": line}
    ),
    "Azure Functions": lambda n, line: f"2026-11-22T05:00:0{n % 10}Z   [Information]   {line}",
    "HTML": lambda _, line: (
        line.replace("&", "&amp;").replace('"', "&quot;").replace("'", "&#39;").replace("<", "&lt;") + "<br>"
    ),
    "JSON of .NET": lambda _, line: json.dumps({"Message": line}).replace("'", "\\u0027").replace("&", "\\u0026"),
    "JSON in JSON": lambda _, line: json.dumps({"payload": json.dumps({"message": line})}),
    "Logcat JSON of Android Studio": lambda _, line: (
        json.dumps(
            {"header": {"logLevel": "DEBUG", "pid": 4242, "tid": 4301, "tag": "SpeechSDK"}, "message": line}, indent=2
        )
        + ","
    ),
}


def carried(name: str, lines: list[str]) -> str:
    return text([LINES[name](n, line) for n, line in enumerate(lines)])


FORMS = [
    *(Form(f"{name}: all right", carried(name, OK), never=(X,), says={A: TELLS_OK}) for name in LINES),
    *(Form(f"{name}: 401", carried(name, BAD), says={A: FAILED}) for name in LINES),
    Form(
        "two at once in docker JSON",
        carried("docker JSON", interleaved(OK, SECOND.fails(TEXT_401, 1, 401)).splitlines()),
        found=(A, B),
        says={A: TELLS_OK, B: {"region": "eastus", "error.httpStatus": 401}},
    ),
    Form(
        "a JSON array of messages",
        json.dumps([{"message": line} for line in OK]),
        says={A: {"reached": "yes", "region": "westeurope"}},
    ),
    Form(
        "one string with line ends as \\n",
        json.dumps({"log": "\n".join(OK)}),
        says={A: {"reached": "yes", "region": "westeurope", "time.end": TELLS_OK["time.end"]}},
    ),
    Form("UTF-16 of PowerShell", text(OK).replace("\n", "\r\n").encode("utf-16"), says={A: TELLS_OK}),
    Form(
        "console: SDK and application on one screen",
        interleaved(
            OK,
            [
                f"SESSION STARTED: SessionEventArgs(session_id={A})",
                f'RECOGNIZED: SpeechRecognitionEventArgs(session_id={A}, result=SpeechRecognitionResult(result_id={R}, text="x", reason=ResultReason.RecognizedSpeech))',
            ],
        ),
        says={A: {"reached": "yes", "time.start": TELLS_OK["time.start"]}},
    ),
    Form("base64", base64.b64encode(text(OK).encode()), says={A: TELLS_OK}),
]
