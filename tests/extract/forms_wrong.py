"""What looks like a session ID and is none, where it really stands: alone, and beside a real one."""

from __future__ import annotations

from tests.extract.forms import DASHED, KEY, MD5, A, Form, R, X, dashed
from tests.extract.js_lines import TTS
from tests.extract.native_lines import TEXT_401, TEXT_REFUSED

Y = X.upper()
REAL = f"SESSION STARTED: SessionEventArgs(session_id={A})"


def none(kind: str, *texts: str) -> list[Form]:
    """Each alone, and once more with a real session on the lines around it."""
    found = []
    for text in texts:
        found.append(Form(f"{kind}: {text[:70]!r}", text, found=(), never=(X, KEY)))
        found.append(
            Form(
                f"{kind} beside a session: {text[:70]!r}",
                f"{REAL}\n{text}\n{REAL.replace('STARTED:', 'STOPPED')}\n",
                never=(X, KEY),
            )
        )
    return found


WEB_SESSIONS = none(
    "web session",
    f"Cookie: JSESSIONID={Y}",
    f"Set-Cookie: JSESSIONID={Y}; Path=/; HttpOnly",
    f";jsessionid={Y}?x=1",
    f"Cookie: PHPSESSID={X}",
    f"HttpSession sessionId={Y} created",
    f"HttpSession created, sessionId: {Y}",
    f"redis session:{X}",
    f"GET session:{X} HTTP",
    f"ASP.NET SessionId: {X}",
    f"ASP.NET_SessionId={X}",
    f"Cookie: ASP.NET_SessionId={X}",
    f"Django sessionid={X}",
    f"login session id: {X}",
    f"browser session id: {X}",
    f"sess:{X}",
    f"session_hash={X}",
    f"session token: {X}",
    f"session key {X}",
    f"SessionCookie={X}",
    f"Changed session id from {Y}",
    f"o.a.c.session.StandardSession[{Y}]",
    f"Servlet session ID = {Y}",
    f"Tomcat session id {Y} expired",
)

OTHER_SESSIONS = none(
    "other session",
    f"    Session-ID: {X.upper()}{R.upper()}\n    Session-ID-ctx: \n",
    f"SSL session id: {X}{R}",
    f"Session establishment complete on server zk1, session id = 0x{X[:16]}, negotiated timeout = 40000",
    f'"audioSessionId":"{Y}"',
    f'\\"audioSessionId\\":\\"{Y}\\"',
    f"audioSessionId={X}",
    f"projects/contoso/agent/sessions/{X}",
    f"session.trace_id={X}",
    f"session (trace {X})",
    f"SSH session ID: {X}",
    f"TLS session id {X}",
    f"aws_session_id={X}",
    f"x-amzn-session-id: {X}",
    f"Mcp-Session-Id: {X}",
    f'"vscode.sessionId": "{X}"',
    f"selenium session id: {X}",
    f"TTS session ID: {X}",
    f"tts_session_id={X}",
    f"SpeechSynthesizer session id: {X}",
    f"text-to-speech session id: {X}",
    f"avatar session id {X}",
    f"Session key: {KEY}",
    f"terminal session {X[:8]}",
    f"session-{X}.json",
    f"/tmp/session_{X}/audio.wav",
    f"/var/lib/php/sessions/sess_{X}",
)

IDS = none(
    "other ID",
    f"result_id={X}",
    f"ResultId: {X}",
    f"X-RequestId: {X}",
    f"requestId={X}",
    f"RequestId: '{X}'",
    f"Context.ServiceTag: {Y}",
    f'"serviceTag":"{Y}"',
    f'{{"Id":"{X}","RecognitionStatus":"Success"}}',
    f"X-StreamId: {X}",
    f"privEventId: {Y}",
    f"privRequestId: {Y}",
    f"privAuthFetchEventid: {Y}",
    f"privAudioNodeId: {Y}",
    f'"privResultId":"{Y}"',
    f"SYNTHESIS STARTED: {X}",
    f"(synthesisStarted) resultId={Y}",
    f"SpeechSynthesisEventArgs(result=SpeechSynthesisResult(result_id={X}, reason=ResultReason.SynthesizingAudioStarted))",
    f"interaction id: {dashed(X)}",
    f"Conversation ID: {dashed(X)}",
    f"conversationId: {X}",
    f"cid={dashed(X)}",
    f"DeviceId: {dashed(X)}",
    f"the key is {KEY}",
    f"Ocp-Apim-Subscription-Key: {KEY}",
    f"SPEECH_KEY={KEY}",
    f"apiKey: {X}",
    f"Key 1: {X}",
    f"trace_id={X} span_id={X[:16]}",
    f"traceparent: 00-{X}-{X[:16]}-01",
    f"operation_Id: {X}",
    f"operation_ParentId: |{X}.1.",
    f"Request-Id: |{X}.2_",
    f"md5: {MD5}  audio.wav",
    f"{X}  audio.wav",
    f'ETag: "{X}"',
    f"commit {X}{X[:8]}",
    f"docker.io/library/speech@sha256:{X}{R}",
    f"Created container {X}{R}",
    f"container {X[:12]}",
    f"x-ms-client-request-id: {dashed(X)}",
    f"apim-request-id: {dashed(X)}",
    f"ConnectionId: {X}",
    f"connection id {X}",
    f"correlationId={X}",
    f"callId: {X}",
    f"uuid: {X}",
    f"[0x{X[:12]}]",
    f"[{Y[:16]}]",
    f"file {X}.wav was recognized in this session",
    f"recording-{X}.wav",
    "SessionId: 00000000000000000000000000000000",
    "SessionId: 0b734c41faf8430380d493127bd44631",
    "X-ConnectionId: 9f4ffa51-13a8-46eb-a289-aa98b28e766f",
    "X-ConnectionId=9f4ffa5113a846eba289aa98b28e766f",
    f"SessionId: {X[:31]}",
    f"SessionId: {X}0",
    f"SessionId: {X[:20]}...",
    f"SessionId: {X[:28]}****",
    "SessionId: <redacted>",
    "SessionId: ********************************",
    "privSessionId: <NULL>",
    "name='SessionId'; value=''",
    f"Session ended. Trace: {X}",
)

SYNTHESIS = [
    *none(
        "text to speech",
        f"{TEXT_REFUSED}\n{TTS}\nX-ConnectionId: {X} USP state: Sending. Received audio size: 0 bytes.",
        f"CANCELED: ErrorDetails=[{TEXT_REFUSED}\n{TTS}\nX-ConnectionId: {X}]",
        f"Error details: {TEXT_REFUSED}\nwss://contoso.cognitiveservices.azure.com/tts/cognitiveservices/websocket/v1\nX-ConnectionId: {X} USP state: Sending. Received audio size: 0 bytes.",
        f"> GET /cognitiveservices/websocket/v1?X-ConnectionId={X} HTTP/1.1",
        f"{TTS}?X-ConnectionId={X}",
        f"wss://westeurope.tts.speech.microsoft.com/cognitiveservices/websocket/v2?X-ConnectionId={X}",
        f"wss://westeurope.tts.speech.microsoft.com/cognitiveservices/websocket/v1?enableTalkingAvatar=true&X-ConnectionId={X}",
        f"wss://westeurope.voice.speech.microsoft.com/cognitiveservices/websocket/v1?X-ConnectionId={X}",
    ),
    Form(
        "an error of each kind",
        f"Error details: {TEXT_REFUSED}\n{TTS}\nX-ConnectionId: {X} USP state: Sending. Received audio size: 0 bytes.\nCANCELED: ErrorDetails={TEXT_401} SessionId: {A}",
        never=(X,),
        says={A: {"error.code": "AuthenticationFailure"}},
    ),
    Form(
        "an error of each kind, the other way round",
        f"CANCELED: ErrorDetails={TEXT_401} SessionId: {A}\nError details: {TEXT_REFUSED}\n{TTS}\nX-ConnectionId: {X} USP state: Sending. Received audio size: 0 bytes.",
        never=(X,),
        says={A: {"error.code": "AuthenticationFailure"}},
    ),
]

BESIDE = [
    Form(
        "key beside a session",
        f"SessionId: {A} key: {KEY}\nOcp-Apim-Subscription-Key: {KEY}\nX-ConnectionId: {A}",
        never=(KEY,),
    ),
    Form("trace beside a session", f"trace_id={X} SessionId={A} span_id={X[:16]}", never=(X,)),
    Form(
        "everything in one JSON",
        f'{{"operation_Id":"{X}","sessionId":"{A}","resultId":"{R}","key":"{KEY}","md5":"{MD5}"}}',
        never=(X, R, KEY, MD5),
    ),
    Form("a web session and a speech session", f"HttpSession sessionId={Y} created\nSESSION STARTED: {A}", never=(X,)),
    Form("CSV, no session", f"SessionId,RequestId\n,{R}\n", found=(), never=(R,)),
    Form("JSON, a list without a session", f'{{"sessionId": null, "ids": ["{R}"]}}', found=(), never=(R,)),
    Form("PHP, no session", f"[sessionId] => \n[requestId] => {R}", found=(), never=(R,)),
    Form("the next line is a hash", f"SessionId:\n{MD5}  audio.wav\n", found=(), never=(MD5,)),
    Form(
        "dialog: dashed and bare",
        f"SESSION STARTED: SessionEventArgs(session_id={DASHED.replace('1e6f', '2e6f')})\nRECOGNIZED: SpeechRecognitionEventArgs(session_id={A}, result=x)",
        never=("2e6f0a4c7d2b4f3a9c5d8e7f60718293",),
    ),
]

REAL_SYSTEMS = [
    *none("Selenium", f"DevTools listening\n[1795323600.123][INFO]: [{X}] COMMAND InitSession"),
    *none("Hive and Spark", f"Hive Session ID = {dashed(X)}", f"SparkSession {X} started"),
    *none("OpenTelemetry", f'"session.id": "{dashed(X)}"', f'"attributes": {{"session.previous_id": "{X}"}}'),
    *none("SignalR", f"X-SignalR-ConnectionId: {X}", f"connectionId={X}", f"HubConnection ConnectionId: {X}"),
]

FORMS = WEB_SESSIONS + OTHER_SESSIONS + IDS + SYNTHESIS + BESIDE + REAL_SYSTEMS
