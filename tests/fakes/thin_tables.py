"""Tables that keep of each job only what a full pass reads again, and on disk: memory measured is the app's own."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import Any, Final

from azure.data.tables import TableEntity

from tests.fakes.tables import Client, Pages, Row, TableDouble

_JOB: Final = "transcription:"
_COLUMNS: Final = ("print", "status", "state", "missed")


class ThinTables(TableDouble):
    """Records and the like as they are; of a job its row in `sources`, as far as `_COLUMNS` go; nothing else."""

    def get_table_client(self, name: str) -> _ThinClient:
        return _ThinClient(self, name)


class _ThinClient(Client):
    def __init__(self, double: TableDouble, name: str) -> None:
        super().__init__(double, name)
        self._is_sources = name.endswith("sources")
        self._db = sqlite3.connect("", isolation_level=None)
        self._db.execute("PRAGMA journal_mode=OFF")
        self._db.execute(f"CREATE TABLE job (row TEXT PRIMARY KEY, {', '.join(_COLUMNS)}) WITHOUT ROWID")
        self._db.execute("BEGIN")
        self.keep = lambda row: self._is_sources and row["RowKey"].startswith((".", "~seen:"))

    def page(self, pages: Pages) -> list[TableEntity]:
        low = pages.parameters.get("low", "")
        if not low.startswith(_JOB):
            return super().page(pages)
        found: list[TableEntity] = self._double.request("query", lambda: self._jobs(pages, low))
        return found

    def _jobs(self, pages: Pages, low: str) -> list[TableEntity]:
        start = (pages.continuation_token or {}).get("RowKey", low)
        found = self._db.execute(
            "SELECT * FROM job WHERE row >= ? AND row < ? ORDER BY row LIMIT ?",
            (start, pages.parameters["high"], pages.size + 1),
        ).fetchall()
        more = found[pages.size :]
        pages.continuation_token = {"PartitionKey": "", "RowKey": more[0][0]} if more else None
        return [
            TableEntity(
                PartitionKey=pages.parameters["partition"],
                RowKey=row,
                **{n: v for n, v in zip(_COLUMNS, values, strict=True) if v is not None},
            )
            for row, *values in found[: pages.size]
        ]

    def _apply(
        self,
        rows: dict[tuple[str, str], TableEntity],
        number: int,
        verb: str,
        row: Row,
        options: Mapping[str, Any] | None = None,
    ) -> dict[str, str]:
        if not (self._is_sources and row["RowKey"].startswith(_JOB)):
            known = (row["PartitionKey"], row["RowKey"]) in rows
            return super()._apply(rows, number, verb, row, options) if known or self.keep(row) else {"etag": "none"}
        told = {name: row[name] for name in _COLUMNS if name in row}
        if getattr((options or {}).get("mode"), "value", "") == "merge":
            self._db.execute("INSERT OR IGNORE INTO job (row) VALUES (?)", (row["RowKey"],))
            for name, value in told.items():
                self._db.execute(f"UPDATE job SET {name} = ? WHERE row = ?", (value, row["RowKey"]))
        else:
            marks = ", ".join("?" * (1 + len(_COLUMNS)))
            self._db.execute(
                f"INSERT OR REPLACE INTO job VALUES ({marks})", (row["RowKey"], *(told.get(name) for name in _COLUMNS))
            )
        return {"etag": "none"}

    def close(self) -> None:
        self._db.close()
