"""What `scripts/run` leaves in .data/run for other commands: where it answers and where its storage is."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from devhost.processes import ROOT

FOLDER = ROOT / ".data/run"


@dataclass(frozen=True, slots=True)
class State:
    """One running `scripts/run`."""

    pid: int
    port: int
    container: str
    connection_string: str

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def published(state: State) -> Iterator[None]:
    """`state` can be found by others inside of this."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    file = FOLDER / f"{state.port}.json"
    file.write_text(json.dumps(asdict(state)))
    try:
        yield
    finally:
        file.unlink(missing_ok=True)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def running(port: int | None = None) -> list[State]:
    """What runs now, the newest first; only on `port` if given."""
    files = sorted(FOLDER.glob("*.json"), key=lambda f: f.stat().st_mtime, reverse=True)
    states = [State(**json.loads(Path(file).read_text())) for file in files]
    return [s for s in states if _is_alive(s.pid) and port in (None, s.port)]
