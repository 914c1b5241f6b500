"""No secret of any kind passes, whichever text it stands in."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from shared.core.redaction import clean, clean_name, user_line, user_text
from shared.inventory.service_errors import refusal
from shared.speech.entity import entity_from_json
from shared.speech.sdk_errors import sdk_message

SELF = "https://eastus.api.cognitive.microsoft.com/speechtotext/transcriptions/537216f8-0620-4a10-ae2d-00bdb423b36f"
SECRET = "N0tARealSecret"
OLD_KEY = "0123456789abcdef0123456789abcdee"  # not a version 4 GUID
NEW_KEY = "FakeKey9" * 10 + "ABCD"
SECRETS = [
    (f"Authorization: Bearer {SECRET}", SECRET),
    (f"Basic {SECRET}==", SECRET),
    (f"eyJhbGciOiJub25lIn0.eyJmYWtlIjoxfQ.{SECRET}", SECRET),
    (f"https://x.blob.core.windows.net/c/a?sv=2024&sig={SECRET}%3D", SECRET),
    (f"https://user:{SECRET}@example.com/a", SECRET),
    (f"sv=2024&sig={SECRET}", SECRET),
    (f"Ocp-Apim-Subscription-Key: {SECRET}", SECRET),
    (f"SPEECH_KEY={SECRET}", SECRET),
    (f"client_secret={SECRET}", SECRET),
    (f"clientSecret: '{SECRET}'", SECRET),
    (f"access_token={SECRET}", SECRET),
    (f"AccountName=x;AccountKey={SECRET};EndpointSuffix=core.windows.net", SECRET),
    (f"Endpoint=sb://x/;SharedAccessKey={SECRET}", SECRET),
    (f"SharedAccessSignature=sr%3Dx%26{SECRET}", SECRET),
    (f"password={SECRET}", SECRET),
    (f"x-functions-key: {SECRET}", SECRET),
    (f"si\u200bg={SECRET}8 key={SECRET}", f"key={SECRET}"),
    (OLD_KEY, OLD_KEY),
    (OLD_KEY.upper(), OLD_KEY.upper()),
    (NEW_KEY, NEW_KEY),
]


def _display_name(text: str) -> str:
    found = entity_from_json({"self": SELF, "displayName": text})
    assert found is not None
    return found.display_name or ""


def _job_error(text: str) -> str:
    found = entity_from_json({"self": SELF, "properties": {"error": {"code": "InvalidData", "message": text}}})
    assert found is not None
    assert found.error is not None
    return found.error.message or ""


def _refused(text: str) -> str:
    return str(refusal(400, {"error": {"code": "Bad", "message": text}}, by_key=True, regional=False))


USERS: dict[str, Callable[[str], str]] = {
    "clean": lambda text: clean(text, 500) or "",
    "name": lambda text: clean_name(text, 500) or "",
    "note": lambda text: user_text(f"first line\n{text}", 500),
    "owner": lambda text: user_line(text, 200),
    "display name": _display_name,
    "error of a job": _job_error,
    "answer of a Speech resource": _refused,
    "error of an SDK": lambda text: sdk_message(f"WebSocket upgrade failed: Bad request (400). {text}") or "",
}


@pytest.mark.parametrize("user", USERS)
@pytest.mark.parametrize(("text", "secret"), SECRETS)
def test_no_secret_passes(user: str, text: str, secret: str) -> None:
    shown = USERS[user](f"before {text} after")
    assert secret not in shown
    assert "efore" in shown or user in ("error of a job", "error of an SDK", "answer of a Speech resource")


@pytest.mark.parametrize("user", ["note", "owner"])
def test_what_a_person_writes_holds_no_half_characters_and_no_controls(user: str) -> None:
    assert "a b c" in USERS[user]("a\ud800b\u202ec")


@pytest.mark.parametrize("user", ["note", "owner"])
def test_session_ids_stay_readable_in_what_a_person_writes(user: str) -> None:
    session_id = "9c9145db22a4462db58835a1ff33d4a0"
    assert session_id in USERS[user](f"the failing one was {session_id}")
    assert session_id not in USERS["display name"](session_id)


@pytest.mark.parametrize("text", ["Keyboard: Dvorak", "Monkey: banana", "tokenizer: fast", "Signal: lost", "tokens=5"])
def test_a_word_that_only_contains_the_name_of_a_secret_is_kept(text: str) -> None:
    assert clean(text, 100) == text
