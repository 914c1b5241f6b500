"""Which rows a request asks for: a table, bounds of the two keys, and what columns must hold.

    RowRange.of(SOURCES, source_id).starting("history:")
    RowRange.between(TIMELINE, "session:0", "session:9").rows(low, high).equal("region", "westeurope")

Only this module writes filters. Values never stand in a filter's text: storage gets them as parameters.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b


@dataclass(frozen=True, slots=True)
class RowRange:
    """Each method returns a narrower range. Lower bounds are inclusive and upper ones exclusive, unless stated."""

    table: str
    filter: str
    parameters: Mapping[str, str]

    @classmethod
    def of(cls, table: str, partition: str) -> RowRange:
        """All rows of one partition."""
        return cls(table, "PartitionKey eq @partition", {"partition": partition})

    @classmethod
    def between(cls, table: str, first: str, last: str) -> RowRange:
        """Rows of the partitions from `first` to `last`, both included."""
        filter_ = "PartitionKey ge @first and PartitionKey le @last"
        return cls(table, filter_, {"first": first, "last": last})

    @classmethod
    def partitions_starting(cls, table: str, prefix: str) -> RowRange:
        """Rows of the partitions whose keys start with `prefix`."""
        filter_ = "PartitionKey ge @first and PartitionKey lt @last"
        return cls(table, filter_, {"first": prefix, "last": successor(prefix)})

    def rows(self, low: str, high: str) -> RowRange:
        """Row keys from `low` to before `high`."""
        return self._and("RowKey ge @low and RowKey lt @high", low=low, high=high)

    def rows_after(self, low: str, high: str) -> RowRange:
        """Row keys behind `low` and before `high`: to go on from a row that was read."""
        return self._and("RowKey gt @low and RowKey lt @high", low=low, high=high)

    def starting(self, prefix: str) -> RowRange:
        """Row keys that start with `prefix`."""
        return self.rows(prefix, successor(prefix))

    def starting_with_any(self, prefixes: Sequence[str]) -> RowRange:
        """At most 7 prefixes: storage takes 15 comparisons in a filter."""
        parts = " or ".join(f"(RowKey ge @low{n} and RowKey lt @high{n} )" for n in range(len(prefixes)))
        lows = {f"low{n}": prefix for n, prefix in enumerate(prefixes)}
        highs = {f"high{n}": successor(prefix) for n, prefix in enumerate(prefixes)}
        return self._and(f"({parts} )", **lows, **highs)

    def not_starting(self, prefix: str) -> RowRange:
        """Without the row keys that start with `prefix`."""
        return self._and("not (RowKey ge @without and RowKey lt @behind )", without=prefix, behind=successor(prefix))

    def equal(self, column: str, value: str) -> RowRange:
        return self._and(f"{column} eq @{column}", **{column: value})

    def unequal(self, column: str, value: str) -> RowRange:
        return self._and(f"{column} ne @{column}", **{column: value})

    def below(self, column: str, value: str) -> RowRange:
        return self._and(f"{column} lt @{column}", **{column: value})

    def true(self, column: str) -> RowRange:
        """A boolean column."""
        return self._and(f"{column} eq true")

    def any_equal(self, columns: Sequence[str], value: str) -> RowRange:
        """At least one of these columns."""
        parts = " or ".join(f"{column} eq @{columns[0]}" for column in columns)
        return self._and(f"({parts} )", **{columns[0]: value})

    def resumed(self, partition: str, row: str) -> RowRange:
        """Of `between(...).rows(...)`: not before this partition, nor before this row key."""
        moved = {"first": max(partition, self.parameters["first"]), "low": max(row, self.parameters["low"])}
        return RowRange(self.table, self.filter, {**self.parameters, **moved})

    @property
    def first_partition(self) -> str:
        """Of `between(...)`."""
        return self.parameters["first"]

    @property
    def digest(self) -> str:
        """Stands for the range where it is too long: in continuation tokens."""
        text = json.dumps([self.table, self.filter, dict(self.parameters)], sort_keys=True)
        return blake2b(text.encode(), digest_size=8).hexdigest()

    def _and(self, condition: str, **parameters: str) -> RowRange:
        return RowRange(self.table, f"{self.filter} and {condition}", {**self.parameters, **parameters})


def successor(prefix: str) -> str:
    """The first key behind all that start with `prefix`."""
    return prefix[:-1] + chr(ord(prefix[-1]) + 1)
