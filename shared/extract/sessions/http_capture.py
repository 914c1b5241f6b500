"""What a capture shows behind the request that has the connection ID: curl -v, proxies, access logs, browsers.

> POST /speech/recognition/...&X-ConnectionId=1e6f0a4c... HTTP/1.1
< HTTP/1.1 401 PermissionDenied            the service answered, and how
< Date: Mon, 02 Mar 2026 10:15:20 GMT      and when
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shared.extract.sessions.log_clock import Moment
from shared.extract.sessions.sdk_info import agent_fields, sdk_fields
from shared.extract.sessions.stamps import stamp
from shared.speech.sdk_errors import code_of_status

if TYPE_CHECKING:
    from shared.extract.sessions.session import Session
    from shared.extract.text.window import Window

_REACH = 2048
_NEXT = re.compile(rb"X-ConnectionId|(?<!\")\b(?:GET|POST|PUT|DELETE) (?:/|https?://|wss?://)", re.IGNORECASE)
_STATUS = re.compile(
    rb"(?:\n[< \t*]{0,40}(?:HTTP/[0-9.]{1,3} |\xe2\x86\x90 )|\A[^\s\"]{0,400} HTTP/[0-9.]{1,3}\\?\" )([1-5]\d\d)\b"
)
_DATE = re.compile(rb"\n[< \t]{0,4}date: ([^\n]{20,40})", re.IGNORECASE)
_AGENT = b"SpeechSDK-"
_TURN = re.compile(rb"\bpath: ?turn\.(?:start|end)", re.IGNORECASE)


def describe(session: Session, window: Window, end: int) -> None:
    """The answer behind the request whose ID ends at `end`, up to the next request."""
    after = window.text[end : end + _REACH]
    following = _NEXT.search(after)
    answer = after[: following.start()] if following else after
    status = _STATUS.search(answer)
    if status is not None:
        _answered(session, int(status[1]))
    if status is not None or _TURN.search(answer):
        session.answered("http-status" if status is not None else "service-message")
    date = _DATE.search(answer)
    moment = stamp(date[1]) if date is not None and session.start is None else None
    if moment is not None:
        session.at(Moment(moment))
    _sdk(session, answer)


def _answered(session: Session, status: int) -> None:
    if status < 400:
        session.events.add("connected")
        return
    session.status = session.status or status
    session.error_code = session.error_code or code_of_status(status)


def _sdk(session: Session, answer: bytes) -> None:
    at = answer.find(_AGENT)
    if at >= 0:
        session.sdk = {**agent_fields(answer[at + len(_AGENT) - 1 : at + 200] + b" "), **session.sdk}
    at = answer.find(b'"system"')
    if at >= 0:
        session.sdk = {**session.sdk, **sdk_fields(answer[at : at + 600])}
