"""What a document is as a whole, judged by its first block."""

from __future__ import annotations

import re

from shared.speech.entity_url import GUID

_JSON = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:\s|//[^\n]*\n|/\*[^*]*\*/)*"
    rb"(?:\{\s*(?:\"|\}|\Z|//|/\*)|\[\s*(?:[\[{\"\]]|\Z|-?\d+\s*,))"
)
_LITERAL = re.compile(rb"\s*[\[{]+\s*'")
_ARCHIVE = re.compile(rb"\"log\"\s*:\s*\{")
_ENTRIES = re.compile(rb"\"(?:entries|creator)\"\s*:")
_POSTMAN = re.compile(rb"schema\.getpostman\.com|\"_postman_(?:id|exported_at)\"")
_HTTP = re.compile(rb"(?:[<>*] [^\n]*\n)*[<>]? ?(?:HTTP/\d|(?:GET|POST|PUT|PATCH|DELETE) \S+ HTTP/\d)")
_FORMAT_LIST = re.compile(rb"\s*\w+ +: [^\n]*(?:\n[^\n]*)*\n\w+ +: ")
_YAML = re.compile(rb"(?:---\s*\n)?(?:- )?['\"]?@?\w+['\"]?:(?: [^\n{]*)?\n\s*(?:- )?\w+:")
# no repeat gives back what it took: a file may begin with any number of blanks
_IDS = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*+\[?(?:\s*+[\"']?"
    + GUID.encode()
    + rb"[\"']?(?:\s*+,)?[ \t]*+(?:\n|\Z|(?=[\]\"'])))++[\s\]]*+"
)


def only_ids(head: bytes) -> bool:
    """Nothing but GUIDs, one a line or in one list: what `--output ids` and `--query` of the command lines save."""
    match = _IDS.match(head)
    return match is not None and not head[match.end() :].strip(b'0123456789abcdefABCDEF-"')


def recognise(head: bytes) -> str | None:
    """The name of the format, or None when it shows none of those known here."""
    if _JSON.match(head):
        return _of_json(head)
    if _LITERAL.match(head):
        return "python"
    if _HTTP.match(head.lstrip()):
        return "http"
    about = b"speechtotext" in head
    if about and _FORMAT_LIST.match(head):
        return "powershell"
    if about and _YAML.match(head):
        return "yaml"
    return None


def _of_json(head: bytes) -> str:
    if _ARCHIVE.search(head, 0, 4096) and _ENTRIES.search(head):
        return "har"
    if _POSTMAN.search(head):
        return "postman"
    first, _, rest = head.lstrip(b"\xef\xbb\xbf \t\r\n").partition(b"\n")
    return "ndjson" if first.rstrip().endswith((b"}", b"]")) and rest.lstrip().startswith(b"{") else "json"
