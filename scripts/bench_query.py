"""Look-ups and lists over 1,000,000 sightings of 90 days: requests, rows looked at, and time beside a bare query.

    scripts/bench query [--sightings N] [--azurite N] [--rounds N] [--tiny]

The big index is a table double that counts (storage emulators filter in memory, so their times say nothing about a
scan); a smaller one stands in Azurite, so that the time has real HTTP and the real SDK in it. The bare query asks for
the same rows with the same filter by the SDK alone.
"""

from __future__ import annotations

import argparse
import gc
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from azure.core.exceptions import ResourceNotFoundError

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from shared.app.clients import Services  # noqa: E402
from shared.storage.row_range import RowRange  # noqa: E402
from shared.storage.tables import Index  # noqa: E402  the path comes first
from shared.web.http import Answer, Request  # noqa: E402
from shared.web.operations import OPERATIONS  # noqa: E402
from shared.web.pipeline import answer  # noqa: E402
from tests.fakes.big_tables import MOST_SCANNED  # noqa: E402
from tests.fakes.many_sightings import Many  # noqa: E402


@dataclass(frozen=True)
class Case:
    """`most`: table requests of the first page."""

    name: str
    url: str
    most: int
    body: bytes = b""


@dataclass
class Asked:
    """One request that the app sent, to be sent again without the app."""

    table: str
    arguments: tuple[Any, ...]
    options: dict[str, Any]


class Watched(Index):
    """An index that remembers what it asks."""

    asked: list[Asked]

    def get(self, table: str, partition: str, row: str) -> Any:
        self.asked.append(Asked(table, (partition, row), {}))
        return super().get(table, partition, row)

    def query(self, wanted: RowRange, *arguments: Any, **options: Any) -> Any:
        named = dict(zip(("select", "page_size", "place"), arguments, strict=False))
        self.asked.append(Asked(wanted.table, (), {"wanted": wanted, **named, **options}))
        return super().query(wanted, *arguments, **options)


class Bench(Services):
    """The app's services over any tables."""

    def __init__(self, tables: Any, prefix: str = "") -> None:
        super().__init__({"AzureWebJobsStorage": "UseDevelopmentStorage=true"})
        self.tables, self.prefix = tables, prefix
        self.watched = Watched(tables, prefix)
        self.watched.asked = []
        self._bare: dict[str, Any] = {}

    @property
    def index(self) -> Index:
        return self.watched

    def ask(self, case: Case) -> Answer:
        parts = urlsplit(case.url)
        path = parts.path.strip("/").split("/")
        method = "POST" if case.body else "GET"
        for operation in OPERATIONS:
            route = operation.route.split("/")
            if (
                operation.method == method
                and len(route) == len(path)
                and all(r == p or r.startswith("{") for r, p in zip(route, path, strict=True))
            ):
                params = {r.strip("{}"): unquote(p) for r, p in zip(route, path, strict=True) if r.startswith("{")}
                headers = {"content-type": "text/plain"} if case.body else {}
                request = Request(method, parts.path, params, dict(parse_qsl(parts.query)), headers, case.body)
                return answer(operation, request, services=lambda: self)
        raise LookupError(case.url)

    def bare(self, asked: list[Asked]) -> int:
        """The same requests by the SDK alone; how many rows came."""
        count = 0
        for one in asked:
            name = self.prefix + one.table
            client = self._bare.setdefault(name, self._bare.get(name) or self.tables.get_table_client(name))
            if one.arguments:
                with suppress(ResourceNotFoundError):  # an ID that is not known was asked for too
                    client.get_entity(*one.arguments)
                    count += 1
                continue
            o = one.options
            wanted, place = o["wanted"], o.get("place")
            pages = client.query_entities(
                wanted.filter,
                parameters=wanted.parameters,
                select=o.get("select"),
                results_per_page=o.get("page_size"),
            ).by_page(continuation_token=place and {"PartitionKey": place.partition, "RowKey": place.row})
            count += len(list(next(pages, iter(()))))
        return count


def cases(many: Many) -> list[Case]:
    """Each endpoint and each filter; windows are days of the 90."""
    session, transcription = many.id_of("session"), many.id_of("transcription")
    day, week = "from=2026-11-10&to=2026-11-11", "from=2026-11-03&to=2026-11-10"
    pasted = f"SessionId: {session}\nGET https://x/speechtotext/transcriptions/{transcription}".encode()
    unknown = session[:-1] + ("0" if session[-1] != "0" else "1")
    return [
        Case("ids/{id}", f"/api/ids/{session}", 1),
        Case("ids/{transcription}", f"/api/ids/{transcription.upper()}", 3),  # and its history and reports
        Case("ids/{8 digits}", f"/api/ids/{session[:8]}", 1),
        Case("ids/{unknown}, with similar", f"/api/ids/{unknown}", 43),
        Case("find, 2 IDs", "/api/find", 2, pasted),
        Case("sessions", "/api/sessions", 1),
        Case("sessions of a day", f"/api/sessions?{day}", 1),
        Case("sessions top=1000", f"/api/sessions?top=1000&{day}", 1),
        Case("  region 70 %", f"/api/sessions?region=westeurope&{week}", 2),
        Case("  region 1 %", f"/api/sessions?region=brazilsouth&{week}", 2),
        Case("  reached=yes", f"/api/sessions?reached=yes&{week}", 2),
        Case("  reached=no 2 %", f"/api/sessions?reached=no&{week}", 2),
        Case("  errorCode 3 %", f"/api/sessions?errorCode=AuthenticationFailure&{week}", 2),
        Case("  errorCode 0.01 %, 90 days", "/api/sessions?errorCode=RuntimeError", 2),
        Case("  sdkVersion 0.1 %, 90 days", "/api/sessions?sdkVersion=1.20.0", 2),
        Case("  source", f"/api/sessions?source={quote(many.source_of('session'))}", 2),
        Case(
            "  all five",
            f"/api/sessions?errorCode=AuthenticationFailure&region=westeurope&reached=yes&sdkVersion=1.40.0&{week}",
            2,
        ),
        Case("transcriptions", "/api/transcriptions", 1),
        Case("  status=Failed 3 %", f"/api/transcriptions?status=Failed&{week}", 2),
        Case("  status=Running, 90 days", "/api/transcriptions?status=Running", 2),
        Case("  name, 90 days", f"/api/transcriptions?name={quote(many.name)}", 2),
        Case("  resource 1 %, 90 days", "/api/transcriptions?resource=rare", 2),
        Case("  locale 10 %", f"/api/transcriptions?locale=de-DE&{week}", 2),
        Case("  state=live, week", f"/api/transcriptions?state=live&{week}", 2),
        Case("entities?kind=dataset", "/api/entities?kind=dataset", 1),
        Case("around, 15 minutes", "/api/around?time=2026-11-10T10:00:00Z", 2),
        Case("sessions as CSV", f"/api/sessions?format=csv&{day}", 1),
    ]


def milliseconds(action: Callable[[], object]) -> float:
    start = time.perf_counter()
    action()
    return (time.perf_counter() - start) * 1000


def measure(bench: Bench, case: Case, rounds: int) -> tuple[list[float], list[float], list[Asked]]:
    """Times of the endpoint and of the bare query, in turns."""
    bench.watched.asked = []
    given = bench.ask(case)
    asked = list(bench.watched.asked)
    if given.status not in (200, 404):
        raise RuntimeError(f"{case.name}: {given.status} {given.body[:200]!r}")
    app, bare = [], []
    for _ in range(rounds):
        app.append(milliseconds(lambda: bench.ask(case)))
        bare.append(milliseconds(lambda: bench.bare(asked)))
    return app, bare, asked


def quantiles(times: list[float]) -> tuple[float, float]:
    return statistics.median(times), sorted(times)[min(len(times) - 1, round(len(times) * 0.95))]


def big(count: int, rounds: int) -> bool:
    """Requests and rows on the double. True if all stayed within their requests."""
    started = time.perf_counter()
    many = Many(count)
    tables = many.big_tables()
    bench = Bench(tables)
    rows = ", ".join(f"{name} {len(table.keys):,}" for name, table in tables.tables.items() if name != "notes")
    seconds = time.perf_counter() - started
    print(f"{count:,} sightings of 90 days in a double that counts ({rows}; made in {seconds:.0f} s)")
    print(f"{'first page of':34}{'requests':>9}{'rows':>6}{'looked at':>10}{'per row':>9}{'p50 ms':>8}{'p95':>8}")
    gc.collect()
    gc.freeze()
    fine = True
    for case in cases(many):
        tables.scanned = 0
        bench.watched.requests.clear()
        bench.ask(case)
        requests, scanned = sum(bench.watched.requests.values()), tables.scanned
        app, _, asked = measure(bench, case, rounds if scanned < MOST_SCANNED else 3)
        found = bench.bare(asked)
        p50, p95 = quantiles(app)
        mark = "" if requests <= case.most else f"  more than {case.most} requests"
        fine = fine and not mark
        print(
            f"{case.name:34}{requests:9}{found:6}{scanned:10,}{scanned / max(1, found):9.1f}{p50:8.2f}{p95:8.2f}{mark}"
        )
    return fine


def small(count: int, rounds: int) -> None:
    """Times on Azurite."""
    from azure.data.tables import TableServiceClient

    from dev.azurite import Azurite

    many = Many(count)
    with tempfile.TemporaryDirectory() as folder, Azurite(log=Path(folder) / "azurite.log") as azurite:
        tables = TableServiceClient.from_connection_string(azurite.connection_string)
        bench = Bench(tables, "bench")
        for table, rows in many.all_rows().items():
            bench.watched.upsert_rows(table, rows)
        print(
            f"\n{count:,} sightings in Azurite, {rounds} rounds\n{'first page of':34}{'p50 ms':>8}{'p95':>8}"
            f"{'bare p50':>10}{'p95':>8}{'ratio':>7}"
        )
        ratios = []
        for case in cases(many):
            app, bare, _ = measure(bench, case, rounds)
            (p50, p95), (base, base95) = quantiles(app), quantiles(bare)
            ratios.append(p50 / base)
            print(f"{case.name:34}{p50:8.2f}{p95:8.2f}{base:10.2f}{base95:8.2f}{p50 / base:7.2f}")
        print(f"ratio: median {statistics.median(ratios):.2f}, highest {max(ratios):.2f} (aim: 1.3)")


def main() -> int:
    """Print both tables. 1 if a list took more requests than it may."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sightings", type=int, default=1_000_000)
    parser.add_argument("--azurite", type=int, default=3_000, help="how many in Azurite; 0 leaves it out")
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--tiny", action="store_true", help="sizes that only show that it works")
    given = parser.parse_args()
    rounds = 2 if given.tiny else given.rounds
    fine = big(2_000 if given.tiny else given.sightings, rounds)
    if given.azurite:
        small(100 if given.tiny else given.azurite, rounds)
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
