"""What it costs to index a log: storage requests by kind, time until it can be found, memory by size.

    scripts/bench ingest [--mib N] [--tiny]     all three; the big log is 1 GiB (--mib 64 for a quick look)

Against Azurite, whose times prove nothing about Azure; the counts of requests and the memory do.
"""

from __future__ import annotations

import argparse
import os
import resource
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from azure.data.tables import TableServiceClient
from azure.storage.blob import BlobServiceClient

from dev.azurite import Azurite
from dev.processes import ROOT, Child
from shared.index import Index, query
from shared.ingest import ingest_blob

MEMORY_AIM_MIB: Final = 64
REQUESTS_AIM: Final = 10
_ROUNDS: Final = 5
_READY: Final = "Press Ctrl-C to stop everything."
_MIB: Final = 2**20
_START = (
    "[601613]: 55ms SPX_DBG_TRACE_VERBOSE:  audio_stream_session.cpp:1599 [0x5601f3b6cae0]CSpxAudioStreamSession::"
    "FireSessionStartedEvent: Firing SessionStarted event: SessionId: {}\n"
)
_NOISE = (
    "[901814]: 55ms SPX_DBG_TRACE_VERBOSE:  named_properties.h:484 ISpxNamedProperties::GetStringValue: "
    "this=0x5601f3b70538; name='UnsupportedV2ServiceProperties'; value=''\n"
)


def session_id() -> str:
    """A version 4 GUID without dashes."""
    digits = secrets.token_hex(16)
    return f"{digits[:12]}4{digits[13:16]}a{digits[17:]}"


def log_of(size: int, session: str) -> bytes:
    """A native log of about this size with one session."""
    text = (_NOISE * 20 + _START.format(session)).encode()
    return (text + _NOISE.encode() * (size // len(_NOISE) + 1))[: max(size, len(text))]


def pieces(mib: int) -> Iterator[bytes]:
    """A log of many sessions, one for each MiB."""
    for _ in range(mib):
        yield log_of(_MIB, session_id())


def clients(connection: str) -> tuple[BlobServiceClient, Index]:
    tables = TableServiceClient.from_connection_string(connection)
    return BlobServiceClient.from_connection_string(connection), Index(tables, "bench")


def requests_of_a_small_log(connection: str) -> None:
    blobs, index = clients(connection)
    container = blobs.create_container("small")
    index.ensure_tables()
    for what, force in (
        ("a small log with one session", False),
        ("the same content once more", False),
        ("a replay of it", True),
    ):
        blob = container.get_blob_client("sdk.log")
        if not blob.exists():
            blob.upload_blob(log_of(20_000, session_id()))
        index.requests.clear()
        record = ingest_blob(blob, index, worker="bench", force=force)
        told = ", ".join(f"{count} {kind}" for kind, count in sorted(index.requests.items()))
        aim = f" (aim: at most {REQUESTS_AIM})" if record.attempt == 1 and what.startswith("a small") else ""
        print(f"{what:30} {sum(index.requests.values()):3} requests{aim}: {told}")


def time_to_find(connection: str, rounds: int) -> None:
    """From the begin of the upload to the answer, without a trigger."""
    blobs, index = clients(connection)
    container = blobs.create_container("timed")
    taken = []
    for number in range(rounds):
        session = session_id()
        content = log_of(20_000, session)
        start = time.perf_counter()
        blob = container.upload_blob(f"{number}.log", content)
        ingest_blob(blob, index, worker="bench")
        assert query.find(index, session)
        taken.append((time.perf_counter() - start) * 1000)
    print(f"upload, index, find            {statistics.median(taken):5.0f} ms ({min(taken):.0f} to {max(taken):.0f})")


def time_through_the_app(folder: Path, rounds: int) -> None:
    """From the drop into the container of the running app to its answer: most of it is the trigger's polling."""
    log = folder / "run.log"
    app = Child([ROOT / "scripts/run", "--port", "0", "--data", "memory"], log=log)
    try:
        until = time.monotonic() + 120
        while _READY not in log.read_text():
            if app.poll() is not None or time.monotonic() > until:
                print(f"the app did not start:\n{log.read_text()[-1000:]}")
                return
            time.sleep(0.1)
        url = next(word for word in log.read_text().split() if word.startswith("http://127.0.0.1:"))
        port = url.split(":")[2].split("/")[0]
        taken = [_drop_and_find(folder, port, number) for number in range(rounds)]
    finally:
        app.stop()
    print(
        f"drop to answer of the app      {statistics.median(taken):5.0f} ms ({min(taken):.0f} to {max(taken):.0f}), "
        "with the start of scripts/drop"
    )


def _drop_and_find(folder: Path, port: str, number: int) -> float:
    session = session_id()
    file = folder / f"{number}.log"
    file.write_bytes(log_of(20_000, session))
    start = time.perf_counter()
    subprocess.run([ROOT / "scripts/drop", "--port", port, file], check=True, stdout=subprocess.DEVNULL)
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/ids/{session}", timeout=10):
                return (time.perf_counter() - start) * 1000
        except urllib.error.HTTPError:
            time.sleep(0.02)


def memory_by_size(connection: str, most: int) -> None:
    """Peak memory of a process of its own for each size."""
    blobs, _ = clients(connection)
    container = blobs.create_container("sized", timeout=60)
    peaks = {}
    for mib in (1, most):
        blob = container.get_blob_client(f"{mib}.log")
        blob.upload_blob(pieces(mib), length=mib * _MIB, max_concurrency=1)
        done = subprocess.run(
            [sys.executable, __file__, "read", f"{mib}.log"],
            check=True,
            capture_output=True,
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT), "BENCH_CONNECTION": connection},
        )
        peak, seconds, sessions = done.stdout.split()
        peaks[mib] = float(peak)
        print(
            f"a log of {mib:5} MiB: {sessions:>5} sessions, peak memory {peaks[mib]:6.1f} MiB, "
            f"{float(seconds):6.1f} s, {mib / float(seconds):5.1f} MiB/s"
        )
    print(f"{most} MiB over 1 MiB: {peaks[most] - peaks[1]:+.1f} MiB of memory (aim: under {MEMORY_AIM_MIB})")


def read(name: str) -> None:
    """In the child: index one blob, tell peak memory in MiB, seconds, sessions."""
    blobs, index = clients(os.environ["BENCH_CONNECTION"])
    start = time.perf_counter()
    record = ingest_blob(blobs.get_blob_client("sized", name), index, worker="bench")
    assert record.status == "done", record
    seconds = time.perf_counter() - start
    print(f"{peak_mib():.1f} {seconds:.2f} {record.counts.get('session', 0)}")


def peak_mib() -> float:
    """Of this process. (`ru_maxrss` would begin with the size of the parent that started it.)"""
    status = Path("/proc/self/status")
    if status.exists():
        return int(status.read_text().split("VmHWM:")[1].split()[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform != "darwin" else _MIB)


def main() -> None:
    """Print all figures."""
    parser = argparse.ArgumentParser(prog="scripts/bench ingest", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--mib", type=int, default=1024, help="size of the big log")
    parser.add_argument("--tiny", action="store_true", help="sizes that only show that it works")
    options = parser.parse_args()
    rounds, most = (1, 2) if options.tiny else (_ROUNDS, options.mib)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with Azurite(log=folder / "azurite.log", data=folder / "data") as azurite:
            requests_of_a_small_log(azurite.connection_string)
            time_to_find(azurite.connection_string, rounds)
            memory_by_size(azurite.connection_string, most)
        time_through_the_app(folder, rounds)


if __name__ == "__main__":
    if sys.argv[1:2] == ["read"]:
        read(sys.argv[2])
    else:
        main()
