"""The table of HTTP operations: bindings, checks, command line and the description of the API all come from here."""

from __future__ import annotations

from typing import Final

from shared.web import actions, bodies, cases, connection_ids, described, lists, lookup, site
from shared.web.operation import CSV_TYPE, HTML_TYPE, JSON_TYPE, Body, Operation, Reply
from shared.web.paging import LIST, PAGING
from shared.web.route_params import BLOB_NAME, CONNECTION_ID, ID, RESOURCE, SOURCE_ID, WHOLE_ID

_BOTH: Final = (JSON_TYPE, CSV_TYPE)
_WRITTEN: Final = (JSON_TYPE, "text/markdown", "text/plain")
_FILE: Final = "A log or a saved answer, as it is or compressed; what it is, its content tells."

OPERATIONS: Final = (
    Operation("page", "GET", "/", "The page for people.", site.page, anonymous=True,
              replies=(Reply("The page.", types=(HTML_TYPE,)),)),
    Operation("health", "GET", "api/health", "Is the app alive, which version, are its settings fine.", site.health,
              anonymous=True, replies=(Reply("It is alive.", "Health"),)),
    Operation("openapi", "GET", "api/openapi.json", "This description of the API.", described.openapi, anonymous=True,
              replies=(Reply("An OpenAPI 3.1 document.", "Document"),)),
    Operation("docs", "GET", "api/docs", "The description of the API for people.", described.docs, anonymous=True,
              replies=(Reply("A page.", types=(HTML_TYPE,)),)),
    Operation("get_id", "GET", "api/ids/{id}", "All that is known of an ID; 8 to 31 digits search by prefix.",
              lookup.one_id, LIST, params=(ID,), errors=(404, 503),
              replies=(Reply("What is known of the ID, or the IDs that begin so.", "KnownOrList", types=_BOTH),)),
    Operation("list_sessions", "GET", "api/sessions", "Real-time sessions, newest first.", lists.sessions,
              (*lists.WINDOW, *lists.SESSION_FILTERS, *LIST), errors=(503,),
              replies=(Reply("A page of sessions.", "SightingList", types=_BOTH),)),
    Operation("list_transcriptions", "GET", "api/transcriptions", "Batch transcriptions, newest first.",
              lists.transcriptions, (*lists.WINDOW, *lists.TRANSCRIPTION_FILTERS, *LIST), errors=(503,),
              replies=(Reply("A page of transcriptions.", "SightingList", types=_BOTH),)),
    Operation("list_sources", "GET", "api/sources", "What was read and how it ended, newest first.", lists.sources,
              (*lists.WINDOW, *lists.SOURCE_FILTERS, *LIST), errors=(503,),
              replies=(Reply("A page of sources.", "SourceList", types=_BOTH),)),
    Operation("get_source", "GET", "api/sources/{sourceId}", "One source: how it ended and the IDs it held.",
              lists.source, PAGING, params=(SOURCE_ID,), errors=(404, 503),
              replies=(Reply("The source and a page of its IDs.", "SourceWithIds"),)),
    Operation("replay_source", "POST", "api/sources/{sourceId}/replay", "Read a source again.", actions.replay,
              params=(SOURCE_ID,), errors=(404, 409, 503),
              replies=(Reply("It was read again.", "Source", headers=("Location",)),
                       Reply("It is being read, or queued.", "SourceOrQueued", 202, headers=("Location",)))),
    Operation("put_upload", "PUT", "api/uploads/{*name}", "Store a log in the container and read it now.",
              bodies.upload, params=(BLOB_NAME,), headers=(bodies.IF_MATCH, bodies.CODING), body=Body(_FILE),
              errors=(409, 412, 413, 415, 503),
              replies=(Reply("Stored and read.", "Uploaded", 201, headers=("ETag", "Location")),)),
    Operation("extract", "POST", "api/extract", "Find the IDs in the body; nothing is stored.", bodies.extract,
              (bodies.NAME,), headers=(bodies.CODING,), body=Body(_FILE), errors=(413, 415),
              replies=(Reply("What was found.", "Extracted"),)),
    Operation("list_resources", "GET", "api/resources", "The Speech resources and how their last sync went.",
              actions.resources, errors=(503,), replies=(Reply("All resources.", "ResourceList"),)),
    Operation("sync_resource_now", "POST", "api/resources/{name}/sync", "Queue a sync of one Speech resource.",
              actions.sync, params=(RESOURCE,), errors=(404, 503),
              replies=(Reply("It is queued.", "Queued", 202, headers=("Location",)),)),
    Operation("get_case", "GET", "api/ids/{id}/case", "The support case of an ID, ready to paste.", cases.case,
              (cases.FORMAT,), params=(WHOLE_ID,), errors=(404, 503),
              replies=(Reply("The case.", "Case", types=_WRITTEN),)),
    Operation("write_cases", "POST", "api/cases", "Several IDs in one support case.", cases.cases,
              body=Body("The IDs.", cases.CASES_BODY, example={"ids": ["9c9145db22a4462db58835a1ff33d4a0"]}),
              errors=(404, 413, 415, 503), replies=(Reply("The case.", "Cases", types=_WRITTEN),)),
    Operation("get_note", "GET", "api/ids/{id}/note", "The note that a person keeps with an ID.", cases.get_note,
              params=(WHOLE_ID,), errors=(404, 503), replies=(Reply("The note.", "Note", headers=("ETag",)),)),
    Operation("put_note", "PUT", "api/ids/{id}/note", "Keep a note and a case number with an ID.", cases.put_note,
              params=(WHOLE_ID,), headers=(cases.IF_MATCH,),
              body=Body("The note.", cases.NOTE_BODY, example={"note": "Since Friday.", "caseNumber": "24110001"}),
              errors=(412, 413, 415, 503), replies=(Reply("The note as it is kept.", "Note", headers=("ETag",)),)),
    Operation("mint_connection_ids", "POST", "api/connection-ids", "Make X-ConnectionId values and keep who uses them.",
              connection_ids.mint,
              body=Body("How many and for whom.", connection_ids.MINT_BODY, required=False, example={"count": 2}),
              errors=(413, 415, 503),
              replies=(Reply("The new values.", "NewConnectionIds", 201, headers=("Location",)),)),
    Operation("judge_connection_id", "GET", "api/connection-ids/{value}",
              "Would the service accept this X-ConnectionId; was it minted here; was it seen.", connection_ids.judge,
              params=(CONNECTION_ID,), errors=(503,), replies=(Reply("The judgement.", "Judgement"),)),
    Operation("list_connection_ids", "GET", "api/connection-ids", "What was minted here, newest first.",
              connection_ids.listed, LIST, errors=(503,),
              replies=(Reply("A page of values.", "ConnectionIdList", types=_BOTH),)),
)  # fmt: skip
