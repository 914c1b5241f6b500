"""Speed and memory of extraction, beside ripgrep on the same file with the same forms of an ID.

    scripts/bench extract [--size MB] [--tiny]

Real verbose logs (of `SPEECH_CORPUS`, else the project's own) are concatenated to the size asked for in a temporary
folder. Each figure is a whole process, started three times, the best counts. Nothing here is a test: figures depend
on the machine.
"""

from __future__ import annotations

import argparse
import gzip
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
MB = 1_000_000
# The same union of forms as the pattern table, for ripgrep
FORMS = (
    r"(?i)session[ _.-]?ids?[^0-9a-z]{1,16}[0-9a-f]{32}|x-connection-?id[^0-9a-z]{1,12}[0-9a-f]{32}"
    r"|privconnectionid: [0-9a-f]{32}|session[ _-]?(started|stopped)[^0-9a-z\n]{1,12}[0-9a-f]{32}"
    r"|name'?=?'sessionid'; value='[0-9a-f]{32}"
    r'|"connection","id":"[0-9a-f]{32}|"id":"[0-9a-f]{32}","name":"connection"'
)
READ = """
import sys
from shared.extract import Extractor
extractor = Extractor()
if sys.argv[1] != "-":
    with open(sys.argv[1], "rb") as file:
        while chunk := file.read(256 * 1024):
            extractor.feed(chunk)
with extractor.finish() as found:
    try:  # the peak since this program began: what getrusage tells includes the program that started it
        with open("/proc/self/status") as status:
            peak = next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmHWM"))
    except OSError:
        import resource
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 / 1024
    print(peak, len(found.sightings), found.format)
"""


@dataclass(frozen=True)
class Run:
    seconds: float
    cpu: float
    output: str

    @property
    def peak_mb(self) -> float:
        """The first word that `READ` prints."""
        return float(self.output.split()[0])


def run(command: list[str]) -> Run:
    """One process: wall-clock and processor time, its peak memory."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT, text=True)
    output = process.stdout.read() if process.stdout else ""
    process.wait()
    seconds = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Run(seconds, cpu, output.strip())


def best(command: list[str], rounds: int) -> Run:
    return min((run(command) for _ in range(rounds)), key=lambda r: r.cpu)


def material() -> bytes:
    named = os.environ.get("SPEECH_CORPUS")
    root = Path(named) / "logs" if named else ROOT / "tests" / "data" / "logs"
    paths = sorted([*root.glob("native-*/*/*.log"), *root.glob("js-*/*/*.log")])
    return b"".join(path.read_bytes() for path in paths)


def build(folder: Path, size: int) -> tuple[Path, Path]:
    plain, packed = folder / "big.log", folder / "big.log.gz"
    once = material()
    with plain.open("wb") as target:
        for _ in range(max(1, size * MB // len(once))):
            target.write(once)
    with plain.open("rb") as source, gzip.open(packed, "wb", compresslevel=6) as zipped:
        shutil.copyfileobj(source, zipped, 1024 * 1024)
    return plain, packed


def report(name: str, size: int, result: Run, idle: Run) -> None:
    more = result.peak_mb - idle.peak_mb
    print(
        f"{name:10} {size / MB / result.seconds:7.0f} MB/s  {size / MB / result.cpu:7.0f} MB/s of processor time"
        f"  +{more:.0f} MB over the idle process  {result.output.partition(' ')[2]}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="scripts/bench extract", description=__doc__)
    parser.add_argument("--size", type=int, default=1000, help="megabytes of log")
    parser.add_argument("--tiny", action="store_true", help="sizes that only show that it works")
    arguments = parser.parse_args()
    megabytes, rounds = (2, 1) if arguments.tiny else (arguments.size, 3)
    with tempfile.TemporaryDirectory(prefix="bench-extract-") as name:
        plain, packed = build(Path(name), megabytes)
        size = plain.stat().st_size
        python = [sys.executable, "-c", READ]
        idle, on_plain, on_gzip = (best([*python, read], rounds) for read in ("-", str(plain), str(packed)))
        report("plain", size, on_plain, idle)
        report("gzip", size, on_gzip, idle)
        ripgrep = shutil.which("rg", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}")
        if ripgrep is None:
            print("ripgrep is not installed: no ratio")
            return
        search = best([ripgrep, "-j1", "--no-mmap", "-a", "-o", "--no-line-number", FORMS, str(plain)], rounds)
        print(f"{'ripgrep':10} {size / MB / search.seconds:7.0f} MB/s")
        times, processor = search.seconds / on_plain.seconds, search.cpu / on_plain.cpu
        print(f"speed over that of ripgrep: {times:.2f} by whole-process time, {processor:.2f} by processor time")


if __name__ == "__main__":
    main()
