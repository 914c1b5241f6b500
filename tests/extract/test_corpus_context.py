"""What is said of a session agrees with what the SDK and the service knew: a table, and a floor under it.

Compared for every native and JavaScript case: `reached` with whether the service saw the connection ID, the error
code and HTTP status with the cancellation, start and end (50 ms) with the SDK's events, attempts with the upgrades.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from datetime import datetime
from typing import Any

from shared.core.records import Sighting
from shared.extract import extract_bytes
from tests.extract.corpus import cases, interactions

NEAR_MS = 50
# What no log tells: the SDK's own words are missing there, or the clock of the case is not that of its log
UNKNOWABLE = {
    "js-1.52.0/drop1_reconnect",
    "js-1.52.0/drop_mid",
    "js-1.44.0/drop1_reconnect",
    "js-1.44.0/drop_mid",
    "js-1.36.0/reuse_recognizer",
    "js-1.44.0/reuse_recognizer",
    "js-1.52.0/reuse_recognizer",
}


def near(found: str | None, wanted: str | None) -> bool | None:
    if found is None or wanted is None:
        return None
    first, second = (datetime.fromisoformat(value) for value in (found, wanted))
    return abs((first - second).total_seconds()) * 1000 <= NEAR_MS


def first_start(truth: dict[str, Any], session: dict[str, Any]) -> str | None:
    """A recognizer keeps its ID: the truth names its last start, the events its first."""
    starts = [
        event["t"]
        for event in truth.get("events", ())
        if event.get("type") == "sessionStarted" and (event.get("session_id") or "").lower() == session["session_id"]
    ]
    return starts[0] if starts else session.get("started_utc")


def compare(truth: dict[str, Any], session: dict[str, Any], found: Sighting) -> dict[str, bool | None]:
    """True: agrees, False: does not, None: the log says nothing."""
    cancellation = session.get("cancellation") or {}
    details = cancellation.get("error_details") or ""
    failed = cancellation.get("reason") == "Error"
    status = re.search(r"\((\d{3})\)|response: (\d{3})", details)
    error = found.error
    upgrades = sum(
        1
        for c in truth.get("server_connections") or ()
        if c.get("ev") == "upgrade" and (c.get("connection_id") or "").lower() == session["session_id"]
    )
    seen = session["seen_by_server_as_x_connectionid"]
    code = cancellation["code"] if failed else None
    return {
        "reached": None if found.reached == "unknown" else (found.reached == "yes") == seen,
        "error code": None if details and not failed else (error.code if error else None) == code,
        "HTTP status": (error.http_status if error else None) == int(status[1] or status[2]) if status else None,
        "start": near(found.time.start if found.time else None, first_start(truth, session)),
        "end": near(found.time.end if found.time else None, session.get("stopped_utc")),
        "attempts": found.attempts == upgrades if upgrades and found.attempts else None,
    }


def test_context_agrees_with_the_ground_truth() -> None:
    table: dict[str, Counter[str]] = defaultdict(Counter)
    wrong: list[str] = []
    for folder, truth in cases():
        case = f"{folder.parent.name}/{folder.name}"
        if not folder.parent.name.startswith(("native-", "js-")):
            continue
        for name in truth["files"]:
            if name == "app.log" or not (folder / name).is_file():
                continue  # consoles often lack the error text: what they tell is tested with their forms
            with extract_bytes((folder / name).read_bytes()) as extraction:
                sightings = {sighting.id: sighting for sighting in extraction.sightings}
            for session in truth["sessions"]:
                found = sightings.get(session["session_id"])
                if found is None or session["session_id"] in interactions(truth) or name == "stdout.log":
                    continue
                for field, agrees in compare(truth, session, found).items():
                    verdict = {True: "agrees", False: "differs", None: "not told"}[agrees]
                    table[field][verdict] += 1
                    if agrees is False:
                        wrong.append(f"{case}/{name} {field}: {found.to_json()}")
    print()
    for field, counts in table.items():
        print(f"{field:12} {dict(sorted(counts.items()))}")
    assert all(counts["agrees"] for counts in table.values())
    unexpected = [line for line in wrong if not expected_to_differ(line)]
    assert unexpected == []


def expected_to_differ(line: str) -> bool:
    case = line.split("/sdk.log")[0]
    old_clock = line.startswith("native-1.1") and (" start:" in line or " end:" in line)
    return case in UNKNOWABLE or old_clock
