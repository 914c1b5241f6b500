"""Log lines and prose that name an entity: patterns as data.

Each row says where the form comes from and carries its examples and counter-examples, which are its tests. A row is
tried only on lines that hold the word "transcription" or an URL of the API. Adding a form is adding a row.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from shared.core.records import Sighting
from shared.extract.entities.rules import STATUSES, VERSION
from shared.speech import entity_url
from shared.speech.entity import of_url
from shared.speech.entity_url import EntityUrl

_URL = r"https?://[^\s\"'<>\\|]{1,300}/speechtotext/[^\s\"'<>\\|]{1,500}"
_VERB = "created|submitted|started|deleted|deleting|scheduled"
_LABEL = (
    r"(?:transcription[ _-]?(?:job[ _-]?)?ids?(?:\(s\))?(?![a-z])"
    r"|ids? (?:of (?:the |my |our )?|de (?:la )?)(?:batch )?transcription(?: job)?\b)"
)
_THING = r"(?P<thing>transcription|dataset|model|endpoint|evaluation|project|web ?hook)"


@dataclass(frozen=True, slots=True)
class TextForm:
    """Groups: `id`, `ids` or `url`; perhaps `region`, `thing`, `verb`. `needs` is in every line that it matches, in
    lower case: looking for it costs less than the pattern."""

    name: str
    pattern: re.Pattern[str]
    origin: str
    examples: tuple[str, ...]
    counter_examples: tuple[str, ...] = ()
    needs: str = ""


_GUID = entity_url.GUID
A = "a1a1a1a1-0000-4000-8000-000000000001"  # the ID of all examples
_EXAMPLE = "https://eastus.api.cognitive.microsoft.com/speechtotext"
FORMS: tuple[TextForm, ...] = (
    TextForm(
        "created-with-id",
        re.compile(
            rf"\b(?P<verb>{_VERB})(?: a| the)?(?: new)?(?: batch)? {_THING}"
            rf"(?: job)?,? (?:with |having )?(?:the )?id:? ?['\"(\[]?(?P<id>{_GUID})(?![\w-])['\")\]]?"
            r"(?:,? in (?:the )?region '?(?P<region>[a-z]{3,24}\d{0,2})\b)?",
            re.IGNORECASE,
        ),
        "official Python sample of batch transcription",
        (f"INFO: Created new transcription with id '{A}' in region eastus", f"Deleted transcription with id {A}."),
        (f"Transcription {A} cannot be found.", f"created request with id '{A}'"),
        needs=" id",
    ),
    TextForm(
        "created-url",
        re.compile(
            rf"\b(?P<verb>{_VERB})(?: a| the)?(?: new)?(?: batch)? {_THING}"
            rf"(?: job)?(?: at| with url| url| location)?:? ['\"(<\[]?(?P<url>{_URL})",
            re.IGNORECASE,
        ),
        "official C# sample of batch transcription",
        (f"Created transcription {_EXAMPLE}/v3.2/transcriptions/{A}",),
        (f"GET {_EXAMPLE}/v3.2/transcriptions/{A} 404",),
    ),
    TextForm(
        "ingestion-job",
        re.compile(rf"\bin job [^\n]{{1,200}}? at (?P<url>{_URL})", re.IGNORECASE),
        "official Ingestion Client: error texts and its jobs/*.txt",
        (f"Unrecoverable error in job orders_17 at {_EXAMPLE}/v3.0/Transcriptions/{A}: NotFound",),
        needs="in job ",
    ),
    TextForm(
        "location",
        re.compile(rf"\b(?:operation-)?location\"?\s*[:=]\s*\"?(?P<url>{_URL})", re.IGNORECASE),
        "response header of a create call; the only carrier of the ID in v2.0",
        (f"< Location: https://westus.cris.ai:443/api/speechtotext/v2.0/Transcriptions/{A}",),
        (f"Referer: {_EXAMPLE}/v2.0/Transcriptions/{A}",),
        needs="location",
    ),
    TextForm(
        "named-url",
        re.compile(
            rf"\b(?:transcription|batch)(?: job)?(?: url| uri| link| self| location)?(?: is| was| at)?"
            rf"[ :=]{{1,3}}['\"(<\[`]?(?P<url>{_URL})",
            re.IGNORECASE,
        ),
        "mails and issues that name a job by its URL",
        (
            f"my batch job url: {_EXAMPLE}/v3.2/transcriptions/{A}",
            f"Transcription {_EXAMPLE}/transcriptions/{A} is stuck",
        ),
        (f"GET {_EXAMPLE}/v3.2/transcriptions/{A}", f"Transcription model {_EXAMPLE}/v3.2/models/{A}"),
    ),
    TextForm(
        "url-with-status",
        re.compile(
            r"(?<!self=)(?<!self=['\"])(?<!model=)(?<!model=['\"])(?<!dataset=)(?<!project=)"
            rf"(?P<url>{_URL})[\"'`)\]>]?[ ,;:|-]"
            r"[^\n{}]{0,40}?\b(?:status|state)\b(?: is)?[ :='\"]{1,4}"
            r"(?P<status>NotStarted|Running|Succeeded|Failed)\b"
        ),
        "logs of programs that poll a job",
        (f"INFO polled {_EXAMPLE}/v3.2/transcriptions/{A} status: Running",),
        (f"polled {_EXAMPLE}/v3.2/transcriptions/{A} status 404",),
        needs="stat",
    ),
    TextForm(
        "transcription-id-label",
        re.compile(
            rf"\b{_LABEL}[\s\"'*_`]{{0,4}}(?:[:=|-]|\bis\b|\bare\b)?[\s\"'*_`(<{{\[]{{0,8}}(?:[GU]UID\(['\"])?"
            rf"(?P<ids>{_GUID}(?:(?:[,;]|,? and|\s)\s*{_GUID}){{0,99}})(?![\w-])",
            re.IGNORECASE,
        ),
        "mails and issues that name the ID as support asks for it",
        (
            f"Transcription ID: {A}",
            f"transcriptionId={A}",
            f'TranscriptionID "{A}"',
            f"* Transcription ID - {A}",
            f"**Transcription ID:** {A}",
            f"| Transcription ID | {A} |",
            f"transcription id `{A}` hangs",
            f"Transcription IDs: {A}",
            f"transcription_id=UUID('{A}')",
            f"TRANSCRIPTION ID: {A}",
            f"The id of the transcription is {A}.",
            f"ID de transcription : {A}",
        ),
        (f"Transcription {A} cannot be found.", "conversation transcription id: a1a1a1a1", f"Transcription idea: {A}"),
        needs="id",
    ),
    TextForm(
        "transcription-with-id",
        re.compile(
            rf"\btranscriptions?(?: jobs?)? (?:with |having )(?:the )?ids?:? ?['\"(\[`<]?(?P<id>{_GUID})(?![\w-])",
            re.IGNORECASE,
        ),
        "prose",
        (f"the transcription with ID {A} hangs",),
        (f"transcription with model id {A}",),
        needs=" id",
    ),
    TextForm(
        "transcription-does",
        re.compile(
            rf"\b(?:batch )?transcription(?: job)? ['\"(\[`<]?(?P<id>{_GUID})(?![\w-])['\")\]`>]?(?::| -)? "
            r"(?:is|has|was|hangs|fails|failed|stays|stuck|never|succeeded|completed|finished|timed|running|notstarted"
            r"|stat(?:us|e)\b(?: is)?[ :='\"]{1,4}(?:NotStarted|Running|Succeeded|Failed))\b",
            re.IGNORECASE,
        ),
        "prose, and logs of programs that poll a job",
        (
            f"Our transcription job {A} has been running for 3 hours",
            f"transcription job {A} status=Failed",
            f"Transcription {A}: Running",
        ),
        (f"Transcription {A} cannot be found.", f"transcription {A} status 404"),
    ),
)
# A line that holds nothing but an entity's URL, in a list or quoted, or that begins with one: cells may follow.
_ALONE = re.compile(rf"\s*(?:[-*+>]\s+|\d+[.)]\s+)*[\[(]?[\"'<`(]?({_URL}?)[\"'>`)]?[,;\])]*(?=[\s\"',;]|$)")
_GUIDS = re.compile(_GUID)
# more words stand around it in a sentence, which ends with a colon
_OTHERS = "request|result|model|file|dataset|correlation|operation|tenant|subscription|resource"
_OF_OTHERS = rf"(?!.{{0,200}}\b(?:{_OTHERS})s?\b)"
_WORDS = r"[a-z',/()]{1,16}"
_HEADING = re.compile(
    rf"[\s*#>|_-]*(?:{_LABEL}|(?:(?:affected|failed|failing|stuck|hanging|slow) )?(?:batch )?transcriptions"
    rf"|{_OF_OTHERS}(?:{_WORDS} ){{0,8}}{_LABEL}(?: {_WORDS}){{0,8}} ?:)[\s*:_`]*",
    re.IGNORECASE,
)
_ID_ALONE = re.compile(rf"\s*(?:[-*+>]\s+|\d+[.)]\s+)*[\"'<`(\[{{]*({_GUID})[\"'>`)\]}},;.]*\s*")
_BETWEEN = re.compile(r"[\s,;]+")


_LOCALE = re.compile(r"[a-z]{2,3}-[A-Z]{2}")
_MOMENT = re.compile(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z", re.ASCII)
_DELETED = re.compile(r"\bDELETE\b[^\n]{0,400}? (?:204|No Content)\b")


def mentions(line: str) -> Iterator[tuple[Sighting, EntityUrl | None]]:
    """What this line of text names."""
    lower = line.lower()
    for form in FORMS:
        if form.needs not in lower:
            continue
        for match in form.pattern.finditer(line):
            yield from _of(form, match)


def deleted(line: str) -> bool:
    """A request whose answer says so."""
    return _DELETED.search(line) is not None


def unnamed(values: Iterable[str], *, record: bool = False) -> dict[str, object]:
    """The fields of an entity whose values stand beside its URL without their names: what each can only be.

    A single moment may be that of a log line, but in a `record` of the entity alone.
    """
    found, moments = dict[str, object](), set[str]()
    for value in values:
        if value in STATUSES:
            found.setdefault("status", value)
        elif _LOCALE.fullmatch(value):
            found.setdefault("locale", value)
        elif _MOMENT.fullmatch(value):
            moments.add(value)
    if len(moments) > 1:
        found["lastactiondatetime"] = max(moments)
    if len(moments) > 1 or (moments and record):
        found["createddatetime"] = min(moments)
    return found


def alone(line: str) -> Iterator[tuple[Sighting, EntityUrl | None]]:
    """A line of nothing but an URL, or a row whose one cell is an URL."""
    match = _ALONE.match(line)
    cells = _BETWEEN.split(line[match.end() :]) if match else line.split("\t") if "\t" in line else []
    candidates = [match[1]] if match else [cell.strip("\"' ") for cell in cells]
    for candidate in candidates:
        url = entity_url.parse(candidate)
        if url is not None and not url.is_placeholder:
            yield of_url(url, unnamed(cell.strip("\"',;|") for cell in cells), f"url-line@{VERSION}"), url


def speaks(text: str) -> bool:
    """Of a transcription, whose first letter may be a capital, as may all of them."""
    return "ranscription" in text or "RANSCRIPTION" in text


def awaits_ids(line: str) -> bool:
    """A line that says of what the IDs on the lines below are."""
    return len(line) < 200 and _HEADING.fullmatch(line) is not None


def listed_id(line: str) -> Sighting | None:
    """An ID alone on a line under such a heading."""
    match = _ID_ALONE.fullmatch(line) if len(line) < 200 else None
    return Sighting("transcription", match[1].lower(), f"text-id-under-heading@{VERSION}") if match else None


def _of(form: TextForm, match: re.Match[str]) -> Iterator[tuple[Sighting, EntityUrl | None]]:
    groups, found_by = match.groupdict(), f"text-{form.name}@{VERSION}"
    status = "Deleted" if (groups.get("verb") or "").lower() == "deleted" else groups.get("status")
    if groups.get("url"):
        url = entity_url.parse(groups["url"].rstrip(".,;:)]}>"))
        if url is not None and not url.is_placeholder:
            yield replace(of_url(url, found_by=found_by), status=status), url
        return
    kind = (groups.get("thing") or "transcription").lower().replace(" ", "")
    region = groups.get("region")
    for found in _GUIDS.findall(groups.get("ids") or groups["id"]):
        yield Sighting(kind, found.lower(), found_by, region=region.lower() if region else None, status=status), None
