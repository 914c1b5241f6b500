"""A row of the pattern table: how its form is found, where it was seen, and what is done with a hit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from shared.extract.sessions.session import Evidence

if TYPE_CHECKING:
    from shared.extract.sessions.candidate import Candidate
    from shared.extract.sessions.native_origin import Origin
    from shared.extract.sessions.reading import Reading
    from shared.extract.sessions.session import Session
    from shared.extract.text.window import Window

VERSION = 4


class Basis(StrEnum):
    """Where a form was seen."""

    CORPUS = "corpus"
    DOCUMENTATION = "documentation"
    FIELD = "field"  # public reports, real loggers
    INVENTED = "invented"


class Found(NamedTuple):
    """An ID that was taken. `same_line`: the record of the native log begins on the ID's own line."""

    row: IdPattern
    session: Session
    window: Window
    start: int
    end: int
    origin: Origin | None
    same_line: bool


class BlockIds(NamedTuple):
    """For IDs that come with every message of a block: where each stands first and last; what else one says."""

    row: IdPattern  # as whose hits they count
    places: Callable[[bytes], tuple[dict[bytes, int], dict[bytes, int]]]
    synthesizes: Callable[[Window, bytes, int], bool]


IdReader = Callable[["Reading", Found], object]
ContextReader = Callable[["Reading", "ContextPattern", "Window", int], object]
Accepts = Callable[["Window", int, int], bool]
More = Callable[["Window", int, int], Iterator[tuple[int, "Candidate"]]]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Pattern:
    """`examples`: text that yields the ID `A` by this row. `counter_examples`: text that yields no session ID at all.

    `caseless`: for keywords and tail. `per_block`: the first hit of a block is enough, it says how to read the block.
    """

    name: str
    keywords: tuple[bytes, ...]
    tail: bytes = b""
    source: str
    evidence: Basis
    examples: tuple[str, ...] = ()
    counter_examples: tuple[str, ...] = ()
    caseless: bool = False
    per_block: bool = False

    @property
    def found_by(self) -> str:
        return f"{self.name}@{VERSION}"


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class IdPattern(Pattern):
    """`speech_only`: the form belongs to the SDK or the service alone, so any 32 digits count. Elsewhere only version 4
    GUIDs do, as every SDK makes them: that keeps out web sessions, hashes and trace IDs.

    identity         how sure the form makes that the ID is that of a session of speech to text
    event            what the line says of the session
    connection_id    the service discards its dashed values
    own_value        on a line of the native log it is a value that the user made up
    bare             its label is `session` alone
    repeats          comes again and again with the same words in front: the first time tells all
    accepts          do the words around speak of a session of speech? Window, start and end of the ID
    more             further IDs that share the label
    names_the_only   an event of the SDK: another labelled ID on its line is one of the application
    read_in_line     on lines of the Diagnostics log it says nothing more
    """

    speech_only: bool = False
    names_the_only: bool = False
    identity: Evidence = Evidence.STRONG
    event: str | None = None
    connection_id: bool = False
    own_value: bool = False
    bare: bool = False
    repeats: bool = False
    read_in_line: bool = False
    accepts: Accepts | None = None
    more: More | None = None
    reader: IdReader | None = None  # None: an application printed it


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class ContextPattern(Pattern):
    """A line that says more of a session. `entities`: the entity scanner must look at this block. `ids`: per block."""

    reader: ContextReader | None = None
    entities: bool = False
    ids: BlockIds | None = None


@dataclass(frozen=True, eq=False)
class PatternTable:
    """The rows in the order of the search: rows of IDs first."""

    ids: tuple[IdPattern, ...]
    contexts: tuple[ContextPattern, ...]
    rows: tuple[Pattern, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "rows", self.ids + self.contexts)

    @cached_property
    def repeated(self) -> frozenset[int]:
        return frozenset(n for n, row in enumerate(self.ids) if row.repeats)

    @cached_property
    def about_entities(self) -> frozenset[int]:
        return frozenset(n for n, row in enumerate(self.contexts, len(self.ids)) if row.entities)

    @cached_property
    def per_block(self) -> tuple[tuple[int, ContextPattern, BlockIds], ...]:
        rows = enumerate(self.contexts, len(self.ids))
        return tuple((n, row, row.ids) for n, row in rows if row.ids is not None)

    def without(self, name: str) -> PatternTable:
        """The table as if this row had never been written."""
        return PatternTable(
            tuple(row for row in self.ids if row.name != name),
            tuple(row for row in self.contexts if row.name != name),
        )
