"""First half of the sweep: records that are still open. The original, not the copy, shows what each needs."""

from __future__ import annotations

from functools import partial

from azure.data.tables import TableEntity

from shared.index import query, source_record, stale_rows
from shared.index.source_attempt import MOST_FAILURES, give_up
from shared.index.source_record import DONE, RUNNING, SourceRecord
from shared.ingest.sweep_context import Round
from shared.storage import tables
from shared.storage.errors import ConditionFailed
from shared.storage.lease import is_later
from shared.storage.tables import TIMELINE


def see_to_open(work: Round, *, until: float) -> None:
    """All open records of the container, as long as more than `until` seconds are left."""
    for row in work.copies(only_open=True):
        if work.late(until):
            return
        copy = source_record.from_row(row)
        if copy.source.startswith(work.prefix) and not is_later(copy.not_before, work.index.clock()):
            work.safely(copy.source_id, partial(_see_to, work, row, copy.source_id))


def _see_to(work: Round, row: TableEntity, source_id: str) -> None:
    now = work.index.clock()
    known = query.get_source(work.index, source_id)
    if known is None or known.timeline_key() != tables.key_of(row):
        work.index.delete_rows(TIMELINE, [tables.key_of(row)])  # the copy of an older content
        work.report.mended += 1
    elif not known.open:
        _mend(work, row, known)
    elif known.leased(now) or is_later(known.not_before, now):
        return
    elif known.status == DONE and not known.newer_etag:
        _tidy(work, known)
    elif known.status == RUNNING and known.failures + 1 >= MOST_FAILURES:
        give_up(work.index, known)
        work.report.given_up += 1
    else:
        _replay(work, known, force=False)


def _mend(work: Round, row: TableEntity, known: SourceRecord) -> None:
    """The original is closed, its copy was not written any more."""
    try:
        work.index.submit(TIMELINE, [tables.replace(known.timeline_row(), tables.etag_of(row))])
    except ConditionFailed:
        return  # somebody works on it
    work.report.mended += 1


def _tidy(work: Round, known: SourceRecord) -> None:
    """Done, but older rows are left, or a worker that lost its lease may have written after all."""
    alive = is_later(known.alive_until, work.index.clock())
    if alive and not known.older_rows:
        return  # too early
    if known.stale and not alive:
        known = _replay(work, known, force=True)
    lease = stale_rows.take(work.index, known.source_id) if known.open else None
    if lease is not None:
        stale_rows.finish(lease)
        work.report.tidied += 1


def _replay(work: Round, known: SourceRecord, *, force: bool) -> SourceRecord:
    work.report.replayed += 1
    return work.ingest(known.source.removeprefix(work.prefix), force)
