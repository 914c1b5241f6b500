"""The examples of the pattern table are its tests."""

from __future__ import annotations

import re

import pytest

from shared.extract import extract_bytes
from shared.extract.engines import PLAIN, Engines
from shared.extract.extractor import Extractor
from shared.extract.sessions.matcher import Search
from shared.extract.sessions.pattern import Pattern
from shared.extract.sessions.patterns import ID_PATTERNS, TABLE, UNKNOWN
from shared.extract.sessions.patterns.parts import A

WITH_EXAMPLES = [(pattern, text) for pattern in TABLE.rows for text in pattern.examples]
WITH_COUNTERS = [(pattern, text) for pattern in TABLE.rows for text in pattern.counter_examples]


def sessions(text: str, engines: Engines | None = None) -> dict[str, str | None]:
    with extract_bytes(text.encode(), engines=engines) as extraction:
        return {s.id: s.found_by for s in extraction.sightings if s.kind == "session"}


@pytest.mark.parametrize(("pattern", "text"), WITH_EXAMPLES, ids=lambda v: getattr(v, "name", None))
@pytest.mark.parametrize("engines", [None, PLAIN], ids=["fastest", "plain"])
def test_an_example_yields_its_id_by_its_row(pattern: Pattern, text: str, engines: Engines | None) -> None:
    found = sessions(text + "\n", engines)
    assert found == {A: pattern.found_by}


@pytest.mark.parametrize(("pattern", "text"), WITH_COUNTERS, ids=lambda v: getattr(v, "name", None))
def test_a_counter_example_yields_nothing(pattern: Pattern, text: str) -> None:
    assert sessions(text + "\n") == {}


@pytest.mark.parametrize("pattern", ID_PATTERNS, ids=lambda p: p.name)
def test_every_form_says_where_it_comes_from_and_shows_both_sides(pattern: Pattern) -> None:
    assert pattern.source
    assert pattern.examples
    assert pattern.counter_examples or pattern.name == "native-result-event"


def test_names_are_unique() -> None:
    names = [pattern.name for pattern in TABLE.rows]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("pattern", [*TABLE.rows, UNKNOWN], ids=lambda p: p.name)
def test_what_follows_is_bounded(pattern: Pattern) -> None:
    """Unbounded repeats make time quadratic; groups are the prefilter's, to tell the rows of one word apart."""
    assert not re.search(rb"(?<![\\}])[*+](?![^\[]*\])|\{\d+,\}", pattern.tail)
    assert re.compile(pattern.tail).groups == 0


@pytest.mark.parametrize("pattern", [UNKNOWN, *(row for row in TABLE.rows if not row.keywords)], ids=lambda p: p.name)
def test_what_is_looked_for_as_a_whole_is_plain(pattern: Pattern) -> None:
    """Look-around and back-references Vectorscan does not know."""
    assert not re.search(rb"\(\?[=!<]|\\[1-9]", pattern.tail)


@pytest.mark.parametrize("pattern", [row for row in TABLE.rows if row.keywords], ids=lambda p: p.name)
def test_words_are_what_the_search_expects(pattern: Pattern) -> None:
    """Without case they are written in lower case; a short word would be everywhere."""
    assert all(word == word.lower() for word in pattern.keywords if pattern.caseless)
    assert min(map(len, pattern.keywords)) >= (2 if pattern.per_block else 5)


def test_both_prefilters_give_the_same_hits() -> None:
    text = "\n".join(text for _, text in WITH_EXAMPLES + WITH_COUNTERS).encode()
    assert Search()(text) == Search(PLAIN)(text)


def test_a_new_wording_is_noticed_but_not_taken() -> None:
    """The alarm: words about a session that no row knows, reported by shape, without the ID and other words."""
    with extract_bytes(f"Session token handle of Bob: {A}\n".encode()) as extraction:
        assert len(extraction.sightings) == 0
        notice = " ".join(extraction.notices)
    assert "Session token handle of w: <id>" in notice
    assert A not in notice
    assert "Bob" not in notice


@pytest.mark.parametrize("name", [row.name for row in TABLE.rows])
def test_without_a_row_only_its_form_is_lost(name: str) -> None:
    """No code asks for a row by its name."""
    table = TABLE.without(name)
    text = "\n".join(text for pattern, text in WITH_EXAMPLES if pattern.name != name)
    extractor = Extractor(table=table)
    extractor.feed(text.encode())
    with extractor.finish() as extraction:
        assert len(table.rows) == len(TABLE.rows) - 1
        assert {s.id for s in extraction.sightings if s.kind == "session"} == {A}
        assert name not in {(s.found_by or "").partition("@")[0] for s in extraction.sightings}


def test_every_row_says_where_its_form_was_seen() -> None:
    assert all(row.source and row.evidence for row in TABLE.rows)
