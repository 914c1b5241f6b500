"""What is known of each ID during a pass, in a temporary database: a million jobs cost no more memory than a few.

SQLite keeps the database of an empty name in its cache, writes to disk only what does not fit there, and leaves no file
behind, however the process ends.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import Final, NamedTuple, Self

SEEN: Final = 1  # listed in this pass
GONE: Final = 2  # stored as gone
MISSED: Final = 4  # noted as missing: by the full pass before, or by this one
KNOWN: Final = 8  # was stored before this pass
NOTED: Final = 16  # noted as missing by this pass, in a run before this one
_CACHE_KIB: Final = 4096
_PAGE: Final = 500
NO_PRINT: Final = bytes(8)


class Entry(NamedTuple):
    print: bytes  # fingerprint of what is stored
    flags: int


class IdTable:
    """ID (16 bytes) -> fingerprint, status and flags. To be closed, by the thread that made it."""

    def __init__(self) -> None:
        self._db = sqlite3.connect("", isolation_level=None)
        self._do = self._db.execute
        for setting in ("journal_mode=OFF", "synchronous=OFF", f"cache_size=-{_CACHE_KIB}"):
            self._do(f"PRAGMA {setting}")
        self._do("CREATE TABLE t (id BLOB PRIMARY KEY, print BLOB, status TEXT, flags INTEGER) WITHOUT ROWID")
        self._do("BEGIN")  # never ended: one transaction for each change would be slower

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._db.close()

    def __len__(self) -> int:
        return int(self._do("SELECT count(*) FROM t").fetchone()[0])

    def get(self, key: bytes) -> Entry | None:
        found = self._do("SELECT print, flags FROM t WHERE id = ?", (key,)).fetchone()
        return Entry(*found) if found is not None else None

    def fill(self, known: Iterable[tuple[bytes, bytes, str, int]]) -> None:
        """Many at once: ID, fingerprint, status, flags."""
        self._db.executemany("INSERT OR REPLACE INTO t VALUES (?, ?, ?, ?)", known)

    def put(self, key: bytes, *, print_: bytes, status: str | None, flags: int) -> None:
        self.fill([(key, print_, status or "", flags)])

    def mark(self, key: bytes, flag: int) -> None:
        """Add a flag to an ID, if it is in the table."""
        self._do("UPDATE t SET flags = flags | ? WHERE id = ?", (flag, key))

    def mark_all(self, keys: Iterable[bytes], flag: int) -> None:
        self._db.executemany("UPDATE t SET flags = flags | ? WHERE id = ?", ((flag, key) for key in keys))

    def unmark_all(self, flag: int) -> None:
        self._do("UPDATE t SET flags = flags & ~?", (flag,))

    def having(self, flags: int, *, without: int = 0) -> Iterator[tuple[bytes, int]]:
        """ID and flags of those that have all of these and none of those, by ID. They may be changed meanwhile."""
        last = b""
        question = "SELECT id, flags FROM t WHERE id > ? AND flags & ? = ? AND NOT flags & ? ORDER BY id LIMIT ?"
        while found := self._do(question, (last, flags, flags, without, _PAGE)).fetchall():
            yield from found
            last = found[-1][0]

    def counts(self) -> dict[str, int]:
        """How many IDs have each status and are not gone."""
        found = self._do("SELECT status, count(*) FROM t WHERE NOT flags & ? GROUP BY status", (GONE,))
        return dict(found.fetchall())
