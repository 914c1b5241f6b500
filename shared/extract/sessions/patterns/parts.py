"""What the rows of the pattern table share: pieces of expressions, labels in other languages, IDs of examples."""

from __future__ import annotations

from shared.extract.text.labels import SAY

EIGHT = rb"[0-9A-Fa-f]{8}"
MAIL_EIGHT = EIGHT + rb"(?![0-9A-Fa-f]{0,23}= ?\n)"  # digits that a mail tore are another row's
# what stands between a label and its value: `: `, `="`, `\":\"`, `** `, a line end; consoles fill up with blanks
GAP = rb"(?: {8,80}(?= [^ ]))?[^0-9A-Za-z]{0,15}[^0-9A-Za-z%]"
VALUE = b"(?:" + MAIL_EIGHT + b"|" + SAY + MAIL_EIGHT + b")"
# `</td><td>`, `:</b> <code>`: what closes, then what opens. A pair with nothing in it is an empty value
TAGS = (
    rb"(?=[^0-9A-Za-z<>]{0,8}<)[^0-9A-Za-z<>]{0,8}(?:</[A-Za-z][^<>\n]{0,80}>[^0-9A-Za-z<]{0,16}){0,4}"
    rb"(?:<[A-Za-z][^<>\n]{0,80}>[^0-9A-Za-z<]{0,16}){0,4}"
)
OTHER_WORDS = (
    b"sessionld",  # as OCR reads it
    b"session identifier",
    b"sessionidentifier",
    b"session guid",
    b"sessionguid",
    b"session uuid",
    b"sessionuuid",
    b"id of the session",
    *(
        word.encode()
        for word in (
            "sitzungs-id",
            "sitzungsid",
            "sitzungskennung",
            "id de session",
            "identifiant de session",
            "id de la session",
            "id de sesión",
            "id de sesion",
            "id de la sesión",
            "identificador de sesión",
            "id da sessão",
            "id de sessão",
            "id da sessao",
            "id sessione",
            "id della sessione",
            "sessie-id",
            "id sesji",
            "id сеанса",
            "ид сеанса",
            "идентификатор сеанса",
            "id сессии",
            "oturum kimliği",
            "セッションid",
            "セッション id",
            "会话id",
            "会话 id",
            "會話id",
            "工作階段識別碼",
            "세션 id",
            "세션id",
        )
    ),
)
# not `session:` alone, which is in the class names of native logs many times
SESSION = tuple(b"session" + sign for sign in (b" ", b"#", b"[", b"(", b"'", b'"', b": ", b":[", b":(", b":'", b':"'))
SESSIONS = tuple(b"sessions" + sign for sign in (b"=", b":", b" ", b'"', b"'", b"\\"))
# in a message, in JSON in it, and in a document around it: a string of JSON, a cell of CSV
QUOTES = (
    b'":"',
    b'": "',
    b'"":""',
    rb"\":\"",
    rb"\": \"",
    rb"\\\":\\\"",
    rb"\\\": \\\"",
    rb"\\\\\\\":\\\\\\\"",
    rb"\\\\\\\": \\\\\\\"",
    rb'\"":\""',
    rb'\"": \""',
)
IN_HEADER = (b'":"', b'"":""', rb"\":\"", rb"\\\":\\\"")
A = "1e6f0a4c7d2b4f3a9c5d8e7f60718293"  # made-up version 4 GUIDs of the examples
B = "7a1b2c3d4e5f4a6b8c9d0e1f2a3b4c5d"
DASHED = "1e6f0a4c-7d2b-4f3a-9c5d-8e7f60718293"
PFX = "[703573]: 57ms SPX_DBG_TRACE_VERBOSE:  "
