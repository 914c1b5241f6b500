"""A case as a document: first what goes into the support form, then what is for the person who sends it."""

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
from shared.support.merged import Facts, Seen

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
_BASES: Final = {"log": "from the log", "created": "when it was created", "blob": "when the file was stored"}
_NAMES: Final = {
    "id": "ID",
    "region": "Region",
    "time": "Exact time",
    "reached": "Proof that the service saw it",
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
    """The whole document; `level` is that of its title, for several cases in one."""
    known = case.facts.known
    name = _KINDS.get(known.kind, f"ID ({known.kind})") if case.accepted else "Not a session ID"
    blocks = [heading(level, f"{name} ", Code(known.id))]
    blocks += [paragraph(warning) for warning in case.warnings]
    if not case.accepted:  # what is missing of it does not matter
        return [*blocks, *_near(case, level + 1), *_note(case, level + 1)]
    blocks += [heading(level + 1, "For the support case"), *_facts(case, name)]
    blocks += _errors(case, level + 1)
    blocks += _note(case, level + 1)
    blocks += _sources(case.facts.seen, level + 1)
    return [*blocks, *_missing(case, level + 1)]


def several(title: str, cases: Sequence[Case], unknown: Sequence[str]) -> list[Block]:
    """Many IDs in one case."""
    blocks = [heading(1, title)]
    blocks += [item(Code(case.facts.known.id), f" {_summary(case)}") for case in cases]
    if unknown:
        blocks.append(heading(2, "Not in the index"))
        blocks += [item(Code(value), " no sighting, no note") for value in unknown]
    for case in cases:
        blocks += report(case, 2)
    return blocks


def _summary(case: Case) -> str:
    known, told = case.facts.known, case.score
    parts = [known.kind, known.region or "region not known"]
    parts += [known.time.start] if known.time else []
    parts += [known.status] if known.status else []
    parts += [_error_name(known.error)] if known.error else []
    return f"{', '.join(parts)}; {told.present} of {told.of} known"


def _facts(case: Case, name: str) -> Iterator[Block]:
    known, facts = case.facts.known, case.facts
    yield _field(name, known.id)
    yield item("Region: ", *_region(facts))
    rows: list[Block | None] = [
        _maybe("Speech resource", facts.resource),
        item("Time (UTC): ", *_time(known.time)) if known.time else None,
        item(f"Reached the service: {REACHED.get(known.reached or '', 'not known')}") if facts.is_session else None,
        _maybe("Status", known.status),
        _maybe("Listed by the service", facts.state),
        _maybe("Display name", known.display_name),
        _error(known.error),
        *_program(known),
        _maybe("Custom model", known.custom_model),
        _maybe("Model", known.model),
        _maybe("Locale", known.locale),
        _maybe("API version", known.api_version),
        _maybe("Address", known.self_url),
        _maybe("Created", known.created),
        _maybe("Last action", known.last_action),
        _maybe("Expires", known.expires),
        _maybe("Part of", known.parent_id),
        _number("Attempts to connect", known.attempts),
        _number("Latency (ms)", known.latency_ms),
        item("Events: ", ", ".join(known.events)) if known.events else None,
        _requests(known.request_ids),
    ]
    yield from (row for row in rows if row is not None)


def _region(facts: Facts) -> list[Part]:
    """All of them if they contradict each other: a document with one of two is wrong as often as right."""
    if not facts.known.region:
        return ["not known"]
    others = [region for region in facts.regions if region != facts.known.region]
    return [Code(facts.known.region), *(part for region in others[:5] for part in (" or ", Code(region)))]


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
            blocks.append(item("Right for the next request, but not what this one had: ", Code(found.miss.suggestion)))
        elif found.miss.suggestion:
            blocks.append(item("Instead: ", Code(found.miss.suggestion)))
            blocks.append(item("What is known of that: ", Code(f"GET /api/ids/{found.miss.suggestion}/case")))
    return [heading(level, "What this value is"), *blocks] if blocks else []


def _note(case: Case, level: int) -> list[Block]:
    blocks: list[Block] = []
    if case.note is not None:
        blocks += [_field("Case number", case.note.case_number)] if case.note.case_number else []
        blocks += [quote(line) for line in case.note.note.split("\n") if line.strip()]
    if case.minted is not None:
        blocks.append(item("X-ConnectionId, minted here: ", Code(case.minted.minted)))
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
    told = case.score
    blocks = [heading(level, f"Complete: {told.present} of {told.of} ({told.points} of {told.of_points} points)")]
    missing = sorted((i for i in case.items if not i.present), key=lambda i: -i.weight)
    if not missing:
        return [*blocks, paragraph("Nothing that support usually asks for is missing.")]
    blocks.append(paragraph("Missing, the most important first:"))
    shown: dict[Step, str] = {}
    for one in missing:
        blocks += _how(one, shown)
    return blocks


def _how(missing: Item, shown: dict[Step, str]) -> Iterator[Block]:
    """Steps that several items share are written once."""
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
