"""A case as a document: first what goes into the support form, then what is meant for the sender."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from shared.core import ids
from shared.core.records import ErrorInfo, Sighting, TimeSpan
from shared.speech.near_misses import explain
from shared.support.advice import Step
from shared.support.case import REACHED, Case
from shared.support.completeness import Item
from shared.support.document import Block, Code, Part, heading, item, paragraph, quote
from shared.support.merged import MergedId, Seen

MOST_SOURCES: Final = 20
MOST_REQUESTS: Final = 20
_KINDS: Final = {
    "session": "Session ID",
    "transcription": "Transcription ID",
    "dataset": "Dataset ID",
    "model": "Model ID",
    "base_model": "Base model ID",
    "endpoint": "Endpoint ID",
    "evaluation": "Evaluation ID",
    "project": "Project ID",
    "webhook": "Web hook ID",
    "operation": "Operation ID",
    "transcription_file": "Transcription file ID",
}
_BASES: Final = {"log": "from the log", "created": "time of creation"}
_NAMES: Final = {
    "id": "ID",
    "region": "Region",
    "time": "Exact time",
    "reached": "Proof that it reached the service",
    "whatHappened": "What went wrong",
    "sdkVersion": "SDK version",
    "sdkLanguage": "SDK language",
    "os": "Operating system",
    "language": "Recognition language",
    "status": "Status",
    "self": "Address (self)",
    "apiVersion": "API version",
    "locale": "Locale",
    "model": "Model",
}


def report(case: Case, level: int = 1) -> list[Block]:
    """The whole document; `level` is the heading level of its title, for several cases in one."""
    known = case.merged.sighting
    name = _KINDS.get(known.kind, f"ID ({known.kind})") if case.accepted else "Not a session ID"
    blocks = [heading(level, f"{name} ", Code(known.id))]
    blocks += [paragraph(warning) for warning in case.warnings]
    if not case.accepted:  # what is missing does not matter then
        return [*blocks, *_near(case, level + 1), *_note(case, level + 1)]
    blocks += [heading(level + 1, "For the support case"), *_details(case, name)]
    blocks += _errors(case, level + 1)
    blocks += _note(case, level + 1)
    blocks += _sources(case.merged.seen, level + 1)
    return [*blocks, *_missing(case, level + 1)]


def several(title: str, cases: Sequence[Case], unknown: Sequence[str]) -> list[Block]:
    """Several IDs in one case."""
    blocks = [heading(1, title)]
    blocks += [item(Code(case.merged.sighting.id), f" {_summary(case)}") for case in cases]
    if unknown:
        blocks.append(heading(2, "Not in the index"))
        blocks += [item(Code(value), " no sighting, no note") for value in unknown]
    for case in cases:
        blocks += report(case, 2)
    return blocks


def _summary(case: Case) -> str:
    sighting, score = case.merged.sighting, case.score
    parts = [sighting.kind, sighting.region or "region not known"]
    parts += [sighting.time.start] if sighting.time and sighting.time.start else []
    parts += [sighting.status] if sighting.status else []
    parts += [_error_name(sighting.error)] if sighting.error else []
    return f"{', '.join(parts)}; {score.present} of {score.of} known"


def _details(case: Case, name: str) -> Iterator[Block]:
    sighting, merged = case.merged.sighting, case.merged
    yield _field(name, sighting.id)
    yield item("Region: ", *_region(merged))
    rows: list[Block | None] = [
        _maybe("Speech resource", merged.resource),
        item("Time (UTC): ", *_time(sighting.time)) if sighting.time else None,
        item(f"Reached the service: {REACHED.get(sighting.reached or '', 'not known')}") if merged.is_session else None,
        _maybe("Status", sighting.status),
        _maybe("Listed by the service", merged.state),
        _maybe("Display name", sighting.display_name),
        _error(sighting.error),
        *_program(sighting),
        _maybe("Custom model", sighting.custom_model),
        _maybe("Model", sighting.model),
        _maybe("Locale", sighting.locale),
        _maybe("API version", sighting.api_version),
        _maybe("Address", sighting.self_url),
        _maybe("Created", sighting.created),
        _maybe("Last action", sighting.last_action),
        _maybe("Expires", sighting.expires),
        _maybe("Part of", sighting.parent_id),
        _number("Attempts to connect", sighting.attempts),
        _number("Latency (ms)", sighting.latency_ms),
        item("Events: ", ", ".join(sighting.events)) if sighting.events else None,
        _requests(sighting.request_ids),
    ]
    yield from (row for row in rows if row is not None)


def _region(merged: MergedId) -> list[Part]:
    """All of them if they contradict each other: picking one of two would be wrong half of the time."""
    if not merged.sighting.region:
        return ["not known"]
    others = [region for region in merged.regions if region != merged.sighting.region]
    return [Code(merged.sighting.region), *(part for region in others[:5] for part in (" or ", Code(region)))]


def _program(known: Sighting) -> Iterator[Block | None]:
    sdk = known.sdk
    if sdk is not None:
        named = [part for part in (sdk.language, sdk.version) if part]
        yield item("Speech SDK: ", Code(" ".join(named))) if named else None
        yield _maybe("Operating system", sdk.os)
    endpoint = [part for part in (known.endpoint_kind, known.mode) if part]
    yield item("Endpoint: ", ", ".join(endpoint)) if endpoint else None
    yield _maybe("Host", known.host)
    yield _maybe("Recognition language", known.language)


def _errors(case: Case, level: int) -> list[Block]:
    blocks: list[Block] = []
    for error, meant in case.explanations[:10]:
        blocks.append(paragraph(f"{_error_name(error)}: {meant.meaning}"))
        blocks += [item(advice) for advice in meant.advice]
    return [heading(level, "What happened"), *blocks] if blocks else []


def _near(case: Case, level: int) -> list[Block]:
    blocks: list[Block] = []
    for found in case.near_misses[:10]:
        blocks.append(paragraph(explain(found.miss.reason)))
        line = f", line {found.miss.line}" if found.miss.line else ""
        blocks.append(item("Found in ", Code(found.source), f"{line}: ", Code(found.miss.value)))
        if found.miss.suggestion and ids.digits(found.miss.suggestion) == ids.digits(found.miss.value):
            blocks.append(item("For the next request, not the ID of this one: ", Code(found.miss.suggestion)))
        elif found.miss.suggestion:
            blocks.append(item("Instead: ", Code(found.miss.suggestion)))
            blocks.append(item("Look it up: ", Code(f"GET /api/ids/{found.miss.suggestion}/case")))
    return [heading(level, "What this value is"), *blocks] if blocks else []


def _note(case: Case, level: int) -> list[Block]:
    blocks: list[Block] = []
    if case.note is not None:
        blocks += [_field("Case number", case.note.case_number)] if case.note.case_number else []
        blocks += [quote(line) for line in case.note.note.split("\n") if line.strip()]
    if case.minted is not None:
        blocks.append(item("X-ConnectionId generated by this app: ", Code(case.minted.minted)))
        blocks += [item("Owner: ", case.minted.owner)] if case.minted.owner else []
        blocks += [item("For: ", case.minted.note)] if case.minted.note else []
    return [heading(level, "Note"), *blocks] if blocks else []


def _sources(seen: Sequence[Seen], level: int) -> list[Block]:
    if not seen:
        return []
    blocks = [heading(level, "Where it was found")]
    blocks += [item(Code(one.source), _lines(one)) for one in seen[:MOST_SOURCES]]
    rest = len(seen) - MOST_SOURCES
    return [*blocks, item(f"and {rest} more")] if rest > 0 else blocks


def _missing(case: Case, level: int) -> list[Block]:
    score = case.score
    blocks = [heading(level, f"Complete: {score.present} of {score.of} ({score.points} of {score.of_points} points)")]
    missing = sorted((i for i in case.items if not i.present), key=lambda i: -i.weight)
    if not missing:
        return [*blocks, paragraph("Nothing is missing that support usually asks for.")]
    blocks.append(paragraph("Missing, most important first:"))
    shown: dict[Step, str] = {}
    for one in missing:
        blocks += _how(one, shown)
    return blocks


def _how(missing: Item, shown: dict[Step, str]) -> Iterator[Block]:
    """Steps that several items share appear once."""
    name = _NAMES.get(missing.name, missing.name)
    yield item(f"{name} (weight {missing.weight}). {missing.why}")
    before: dict[str, None] = {}
    for step in missing.how:
        if step in shown:
            before[shown[step]] = None
            continue
        shown[step] = name
        yield item(f"{step.text.rstrip('.')}: ", Code(step.code), depth=1) if step.code else item(step.text, depth=1)
    if before:
        yield item(f"As above for: {', '.join(before)}.", depth=1)


def _lines(seen: Seen) -> str:
    if seen.first is None:
        return ""
    first, last = seen.first.line, (seen.last or seen.first).line
    return f", line {first}" if first == last else f", lines {first} to {last}"


def _time(span: TimeSpan) -> list[Part]:
    if span.start is None:
        bound: list[Part] = ["not later than ", Code(span.not_later_than)] if span.not_later_than else ["not known"]
        if span.local is None:
            return ["not known", " (", *bound, ")"] if span.not_later_than else bound
        return [Code(span.local), " (as in the log, zone not stated; ", *bound, ")"]
    to: list[Part] = [" to ", Code(span.end)] if span.end else []
    return [Code(span.start), *to, f" ({_BASES.get(span.basis, span.basis)})"]


def _error(error: ErrorInfo | None) -> Block | None:
    if error is None:
        return None
    return item("Error: ", Code(_error_name(error)), ": " if error.message else "", Code(error.message or ""))


def _error_name(error: ErrorInfo) -> str:
    status = f" (HTTP {error.http_status})" if error.http_status else ""
    return f"{error.code or 'Error'}{status}"


def _requests(values: tuple[str, ...]) -> Block | None:
    if not values:
        return None
    parts: list[Part] = ["Request IDs: "]
    for value in values[:MOST_REQUESTS]:
        parts += [Code(value), ", "]
    rest = len(values) - MOST_REQUESTS
    return item(*parts[:-1], f" and {rest} more" if rest > 0 else "")


def _number(name: str, value: float | None) -> Block | None:
    return None if value is None else item(f"{name}: {value}")


def _field(name: str, value: str) -> Block:
    return item(f"{name}: ", Code(value))


def _maybe(name: str, value: str | None) -> Block | None:
    return _field(name, value) if value else None
