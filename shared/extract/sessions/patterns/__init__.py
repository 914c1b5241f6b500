"""The forms of a session ID, and the lines that say more about a session: ONE table, by where they come from.

To add a form, add a row with an example and a counter-example; the examples are the tests. A form is looked for in
two steps:

    keywords  plain text, one of which every match begins with: choose long and rare ones, in lower case if the row is
              `caseless`. All keywords of the table are looked for at once; each place where one stands costs as much
              as reading a kilobyte. With more than 300 of them, as there are now, Vectorscan takes a fifth longer
    tail      what follows: a regular expression with bounded repeats, without groups; it may look behind. Of the rows
              that share a keyword, the first that goes on counts

An ID row ends with the first eight digits of the ID, so that one look decides whether 32 digits stand there, a dashed
GUID, or something torn over two lines. Where several rows hit the same digits, the first row of the table wins: keep
the more specific ones first. No code asks for a row by its name: a row carries what is done with its hits.
"""

from __future__ import annotations

from typing import Final

from shared.extract.sessions.pattern import Basis, ContextPattern, IdPattern, PatternTable
from shared.extract.sessions.patterns import console, javascript, native, web

ID_PATTERNS: Final[tuple[IdPattern, ...]] = (
    *native.ID_PATTERNS,
    *javascript.ID_PATTERNS,
    *web.ID_PATTERNS,
    *console.ID_PATTERNS,
)
CONTEXT_PATTERNS: Final[tuple[ContextPattern, ...]] = (
    *native.CONTEXT_PATTERNS,
    *javascript.CONTEXT_PATTERNS,
    *console.CONTEXT_PATTERNS,
    *web.CONTEXT_PATTERNS,
)
TABLE: Final = PatternTable(ID_PATTERNS, CONTEXT_PATTERNS)

# Not a form but the alarm that one is missing. It costs as much as the whole table, so it looks at samples. A row
# without keywords is looked for as a whole, in the common subset of `re` and Vectorscan: no look-around, no
# back-references, no `.`, no `$`.
UNKNOWN: Final = ContextPattern(
    name="unknown-form",
    keywords=(),
    tail=rb"session[^0-9\n]{1,40}[^0-9A-Za-z\n][0-9A-Fa-f]{8}",
    source="words about a session in front of digits that no row of the table takes",
    evidence=Basis.INVENTED,
    caseless=True,
)
