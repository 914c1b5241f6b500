"""How much work one source may cause. Every limit that was hit leaves a notice; what was read until then is kept."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Defaults fit a function instance with 2 GB of memory and logs of up to some hundred gigabytes.

    `max_decoded_bytes`  bytes after decompression, over all members of an archive (0 = no limit)
    `max_ratio`          decompressed over compressed size, looked at from 64 MiB of output on; real logs compress
                         20 to 40 times, a bomb 1,000 times and more
    `max_depth`          archives in archives: a zip of gzipped logs is depth 2
    `max_members`        files in one archive
    `open_sightings`     sightings kept in memory; more go to a temporary SQLite file
    `near_misses`        near misses that are kept
    """

    max_decoded_bytes: int = 64 * 1024**3
    max_ratio: int = 300
    max_depth: int = 4
    max_members: int = 10_000
    open_sightings: int = 50_000
    near_misses: int = 100
