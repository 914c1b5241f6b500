"""A table gives named cells, whatever tool drew it: text, names and places of the cells are those of the source."""

from __future__ import annotations

import json

import pytest

from shared.extract import extract_bytes
from shared.extract.tables import Row, Tables

A = "1e6f0a4c7d2b4f3a9c5d8e7f60718293"
B = "7a1b2c3d4e5f4a6b8c9d0e1f2a3b4c5d"
U = "https://eastus.api.cognitive.microsoft.com/speechtotext/transcriptions/a1a1a1a1-0000-4000-8000-000000000001"
V = U[:-1] + "2"


def rows(text: str, *wanted: str) -> list[dict[str, str]]:
    """All rows; every cell must stand where it says."""
    data, found, at = text.encode(), list[Row](), 0
    tables = Tables(lambda name: name in wanted)
    for line in data.split(b"\n"):
        found += tables.feed(line, at)
        at += len(line) + 1
    found += tables.flush()
    for row in found:
        for cell in row.values():
            assert data[cell.position :].startswith(cell.text[:4]), cell
    return [{name: cell.text.decode() for name, cell in row.items()} for row in found]


WIDE = len(U)
TABLES = {
    "CSV": f"job,self,status\n1,{U},Running\n2,{V},Failed\n",
    "CSV with quotes": f'"job","self","status"\n"a, b","{U}","Running"\n"2","{V}","Failed"\n',
    "semicolons": f"job;self;status\n1;{U};Running\n2;{V};Failed\n",
    "TSV": f"job\tself\tstatus\n1\t{U}\tRunning\n2\t{V}\tFailed\n",
    "CSV with an index": f",self,status\n0,{U},Running\n1,{V},Failed\n",
    "psql": f" self | status\n------+-------\n {U} | Running\n {V} | Failed\n(2 rows)\n",
    "mysql": f"+------+--------+\n| self | status |\n+------+--------+\n| {U} | Running |\n| {V} | Failed |\n+----+---+\n",
    "Markdown": f"| job | self | status |\n|:---|---|---:|\n| a | `{U}` | Running |\n| b | {V} | **Failed** |\n",
    "Jira": f"||self||status||\n|{U}|Running|\n|{V}|Failed|\n",
    "box": f"┌──┬──┐\n│ self │ status │\n├──┼──┤\n│ {U} │ Running │\n│ {V} │ Failed │\n└──┴──┘\n",
    "box of rich": f"┏━━┳━━┓\n┃ self ┃ status ┃\n┡━━╇━━┩\n│ {U} │ Running │\n│ {V} │ Failed │\n└──┴──┘\n",
    "console.table": (
        f"┌─────────┬──┬──┐\n│ (index) │ self │ status │\n├─────────┼──┼──┤\n"
        f"│ 0       │ '{U}' │ 'Running' │\n│ 1       │ '{V}' │ 'Failed'  │\n└─────────┴──┴──┘\n"
    ),
    "grid of tabulate": f"+---+---+\n| self | status |\n+===+===+\n| {U} | Running |\n+---+---+\n| {V} | Failed |\n+---+---+\n",
    "az and PowerShell": f"self{' ' * WIDE} status\n----{' ' * WIDE} ------\n{U}     Running\n{V}     Failed\n\n",
    "column -t": f"job  self{' ' * WIDE}status\n1    {U}    Running\n2    {V}    Failed\n",
    "pandas": f"{'self':>{WIDE + 3}}   status\n0  {U}  Running\n1  {V}   Failed\n",
    "quoted mail": f"> self;status\n> {U};Running\n> {V};Failed\n",
    "HTML": f"<table><tr><th>self</th><th>status</th></tr><tr><td>{U}</td><td>Running</td></tr><tr><td>{V}</td><td>Failed</td></tr></table>\n",
    "HTML of pandas": (
        '<table border="1">\n<thead>\n<tr style="x">\n<th></th>\n<th>self</th>\n<th>status</th>\n</tr>\n</thead>\n<tbody>\n'
        f"<tr>\n<th>0</th>\n<td>{U}</td>\n<td>Running</td>\n</tr>\n<tr>\n<th>1</th>\n<td>\n  {V}\n</td>\n<td><b>Failed</b></td>\n"
        "</tr>\n</tbody>\n</table>\n"
    ),
    "INSERT": f"INSERT INTO jobs(id,self,status) VALUES(1,'{U}','Running');\nINSERT INTO jobs(id,self,status) VALUES(2,'{V}','Failed');\n",
    "INSERT of many rows": f"insert into `jobs` (`self`, `status`) values ('{U}', 'Running'), ('{V}', 'Failed');\n",
    "JSON of Log Analytics": json.dumps(
        {
            "tables": [
                {
                    "name": "PrimaryResult",
                    "columns": [{"name": "self", "type": "string"}, {"name": "status", "type": "string"}],
                    "rows": [[U, "Running"], [V, "Failed"]],
                }
            ]
        }
    ),
    "JSON on many lines": json.dumps(
        {"Columns": [{"ColumnName": "self"}, {"ColumnName": "status"}], "Rows": [[U, "Running"], [V, "Failed"]]},
        indent=2,
    ),
    "JSON of pandas": json.dumps(
        {"columns": ["self", "status"], "index": [0, 1], "data": [[U, "Running"], [V, "Failed"]]}
    ),
}
WRAPPED = {
    "under columns": f"status   self\n-------  ----\nRunning  {U[:60]}\n         {U[60:]}\nFailed   {V[:60]}\n         {V[60:]}\n\n",
    "the first column": (
        f"self{' ' * 56}  status\n{'-' * 60}  -------\n{U[:60]}  Running\n{U[60:]}\n{V[:60]}  Failed\n{V[60:]}\n"
    ),
    "in a box": (
        f"│ status  │ self{' ' * 56} │\n├─────────┼─{'─' * 60}─┤\n│ Running │ {U[:60]} │\n│         │ {U[60:]}{' ' * 20} │\n"
        f"├─────────┼─{'─' * 60}─┤\n│ Failed  │ {V[:60]} │\n│         │ {V[60:]}{' ' * 20} │\n└─────────┴─{'─' * 60}─┘\n"
    ),
}


@pytest.mark.parametrize("name", TABLES | WRAPPED)
def test_a_table_gives_its_cells_by_name(name: str) -> None:
    text = (TABLES | WRAPPED)[name]
    found = [(row["self"], row["status"]) for row in rows(f"some words\n{text}", "self")]
    assert found == [(U, "Running"), (V, "Failed")]


@pytest.mark.parametrize("name", TABLES)
def test_a_table_of_session_ids_gives_its_sessions(name: str) -> None:
    for label in ("Session ID", "session_id", "sessionId"):
        if name in ("pandas", "column -t", "INSERT", "INSERT of many rows") and " " in label:
            continue
        text = TABLES[name].replace("self", label).replace(U, A).replace(V, B)
        data = f"some words\n{text}".encode()
        with extract_bytes(data) as found:
            places = {s.id: s.first for s in found.sightings}
        assert places.keys() == {A, B}, text
        for id_, place in places.items():
            assert place is not None
            assert data[place.offset :].startswith(id_.encode())


def test_a_table_ends_where_its_rows_do() -> None:
    text = f"self,status\n{U},Running\nnothing more\nself,b,c\n{V},1,2\n"
    assert [row["self"] for row in rows(text, "self")] == [U, V]


def test_a_line_that_is_no_header_begins_no_table() -> None:
    for text in ("the self, the status: x\n1,2\n", "self\nword\n", f"{U}, self\n1,2\n"):
        assert rows(text, "self") == []


def test_columns_under_a_ruler_may_be_narrower_than_their_values() -> None:
    text = "Time Session ID Status\n---- ---------- ------\n10:00 1e6f0a4c Failed\n"
    assert rows(text, "sessionid") == [{"time": "10:00", "sessionid": "1e6f0a4c", "status": "Failed"}]


def test_a_row_with_an_empty_cell_is_a_row() -> None:
    text = f"| sessionid | state | error |\n|---|---|---|\n| {A} | a | some |\n|  |  | more |\n| {B} | b | |\n"
    assert rows(text, "sessionid") == [
        {"sessionid": A, "state": "a", "error": "some more"},
        {"sessionid": B, "state": "b"},
    ]
