"""Free text cannot break out: of Markdown, of a line, of a code span."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.core.redaction import user_line, user_text
from shared.support import document, escaping
from shared.support.document import Code, heading, item, paragraph, quote

NASTY = (
    "`x` ``y`` ```",
    "a|b|c",
    "line\nline\r\nline\u2028x",
    "<script>alert(1)</script>",
    "<!-- x",
    "&lt;",
    "[x]: http://y",
    "[a](http://x)",
    "](http://evil)",
    "![i](http://x/y.png)",
    "# heading",
    "1. one",
    "1) one",
    "- item",
    "+ item",
    "* * *",
    "---",
    "===",
    "> quote",
    "~~~ code",
    "    code",
    "\\",
    "a\\",
    "__b__",
    "*i*",
    "~s~",
    "https://x/?key=1",
    "www.evil.example",
    "a@b.example",
    "mailto:x",
    "\u202eabc\u202c",
    "\u200bx\ufeff",
    "\x00\x1b[31mred",
    "\ud800",
    "`",
)
anything = st.text(max_size=80) | st.sampled_from(NASTY) | st.lists(st.sampled_from(NASTY)).map("".join)
_ESCAPED = re.compile(r"\\[!-/:-@\[-`{-~]")


def naked(markdown: str) -> str:
    """Prose without what is escaped: nothing in it may mean anything."""
    return _ESCAPED.sub("", markdown)


@given(anything)
def test_prose_keeps_no_markup_and_no_link(value: str) -> None:
    made = escaping.at_start(escaping.markdown(value))
    bare = naked(made)
    assert not re.search(r"[\\`*\[\]<>|~&@]", bare)
    assert not re.search(r"(?<![^\W_])_|_(?![^\W_])", made.replace("\\_", "x"))
    assert not re.search(r"://|www\.|mailto:", bare, re.IGNORECASE)
    assert not re.match(r"(#|[-+=]|\d+[.)])", made)
    assert made.isprintable()


@given(anything)
def test_what_is_escaped_reads_as_it_was(value: str) -> None:
    shown = escaping.at_start(escaping.markdown(value, 10_000))
    assert re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", shown) == escaping.plain(value, 10_000)


@given(anything)
def test_a_code_span_ends_only_at_its_own_end(value: str) -> None:
    made = escaping.code(value)
    if not made:
        return
    fence = re.match(r"`+", made)
    assert fence is not None
    inner = made[len(fence[0]) : -len(fence[0])]
    assert made.endswith(fence[0])
    assert fence[0] not in re.findall(r"`+", inner)
    assert inner.strip() == escaping.plain(value)
    assert made.isprintable()


@given(anything)
def test_plain_text_is_one_printable_line_of_limited_length(value: str) -> None:
    line = escaping.plain(value, 40)
    assert line.isprintable()
    assert len(line) <= 40
    assert escaping.plain(line, 40) == line


@given(st.lists(anything, min_size=1, max_size=6))
def test_a_document_has_exactly_the_blocks_that_were_put_in(values: list[str]) -> None:
    """Whatever the values hold: no heading, item, quote or line more than there are blocks."""
    blocks = [
        heading(1, "T"),
        *(item("A: ", Code(v), v) for v in values),
        paragraph("P"),
        *(quote(f"q{v}") for v in values),
    ]
    lines = document.to_markdown(blocks).splitlines()
    assert sum(line.startswith("#") for line in lines) == 1
    assert sum(line.startswith("- ") for line in lines) == len(values)
    assert sum(line.startswith("> q") for line in lines) == len(values)
    assert all(line.startswith(("# T", "- A:", "P", "> q")) for line in lines if line not in ("", ">"))
    shown = document.to_text(blocks)
    assert all(line.isprintable() for line in shown.split("\n"))


@pytest.mark.parametrize("value", NASTY)
def test_items_and_headings_of_hostile_text_stay_user_line(value: str) -> None:
    for made in (document.to_markdown([item(value)]), document.to_markdown([heading(2, value)])):
        assert made.count("\n") == 1
        assert not re.match(r"(- |## )(#|[-+*=>]|\d+[.)]|~~~|```)", made)


def test_pieces_of_a_sentence_keep_their_blanks() -> None:
    assert document.to_markdown([item("From ", Code("a"), " to ", Code("b"), ".")]) == "- From `a` to `b`.\n"
    assert document.to_text([item("From ", Code("a"), " to ", Code("b"), ".", depth=1)]) == "  - From a to b.\n"


KEY = "0123456789abcdef0123456789abcdef"
SESSION = "9c9145db22a4462db58835a1ff33d4a0"


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        (f"key {KEY}!", "key [redacted]!"),
        (f"session {SESSION.upper()}.", f"session {SESSION}."),
        (f"key={SESSION}", "key=[redacted]"),
        ("https://a.blob.core.windows.net/x.wav?sv=1&sig=abc", "https://a.blob.core.windows.net/x.wav"),
        ("say Bearer abcdefghijk", "say Bearer [redacted]"),
        ("one\r\n\r\n\x00two\u202e\nthree", "one\ntwo\nthree"),
        ("\ue000537216f8-0620-4a10-ae2d-00bdb423b36f\ue001", "537216f8-0620-4a10-ae2d-00bdb423b36f"),
        ("", ""),
    ],
)
def test_what_people_write_is_kept_without_keys_and_controls(said: str, kept: str) -> None:
    assert user_text(said, 500) == kept


@given(st.text())
def test_what_is_kept_is_capped_and_storable(said: str) -> None:
    kept = user_text(said, 50)
    assert len(kept) <= 50
    assert all(line.isprintable() for line in kept.split("\n"))
    kept.encode()
    assert "\n" not in user_line(said, 50)
