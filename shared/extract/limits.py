"""How much work one source may cause. Every limit that was hit leaves a notice; what was read until then is kept."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Defaults fit a function instance with 2 GB of memory and logs of up to some hundred gigabytes.

    `max_decoded_bytes`  bytes after decompression, over all members of an archive (0 = no limit)
    `max_ratio`          decompressed over compressed size, looked at from 32 MiB of output on; real logs compress
                         20 to 40 times, a bomb 1,000 times and more
    `max_depth`          archives in archives, and parts of mails: a zip of gzipped logs is depth 2
    `max_members`        files in archives and mails, over the whole source
    `open_sightings`     sightings kept in memory; more go to a temporary SQLite file
    `near_misses`        near misses that are kept

    Memory does not grow with the size, but packers that look far back need their window: xz -9 64 MiB, zstd --long 128.
    """

    max_decoded_bytes: int = 64 * 1024**3
    max_ratio: int = 300
    max_depth: int = 4
    max_members: int = 10_000
    open_sightings: int = 50_000
    near_misses: int = 100
