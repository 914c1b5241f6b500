"""The table of HTTP operations: bindings, checks and the description of the API all come from here."""

from __future__ import annotations

from typing import Final

from shared.web import actions, bodies, cases, connection_ids, lists, lookup, site
from shared.web.operation import Operation
from shared.web.paging import LIST, PAGING

OPERATIONS: Final = (
    Operation("page", "GET", "/", "The page for people.", site.page, anonymous=True),
    Operation("health", "GET", "api/health", "Is the app alive, which version, are its settings fine.", site.health,
              anonymous=True),
    Operation("get_id", "GET", "api/ids/{id}", "All that is known of an ID; 8 to 31 digits search by prefix.",
              lookup.one_id, LIST),
    Operation("list_sessions", "GET", "api/sessions", "Real-time sessions, newest first.", lists.sessions,
              (*lists.WINDOW, *lists.SESSION_FILTERS, *LIST)),
    Operation("list_transcriptions", "GET", "api/transcriptions", "Batch transcriptions, newest first.",
              lists.transcriptions, (*lists.WINDOW, *lists.TRANSCRIPTION_FILTERS, *LIST)),
    Operation("list_sources", "GET", "api/sources", "What was read and how it ended, newest first.", lists.sources,
              (*lists.WINDOW, *lists.SOURCE_FILTERS, *LIST)),
    Operation("get_source", "GET", "api/sources/{sourceId}", "One source: how it ended and the IDs it held.",
              lists.source, PAGING),
    Operation("replay_source", "POST", "api/sources/{sourceId}/replay", "Read a source again.", actions.replay),
    Operation("put_upload", "PUT", "api/uploads/{*name}", "Store a log in the container and read it now.",
              bodies.upload),
    Operation("extract", "POST", "api/extract", "Find the IDs in the body; nothing is stored.", bodies.extract,
              (bodies.NAME,)),
    Operation("list_resources", "GET", "api/resources", "The Speech resources and how their last sync went.",
              actions.resources),
    Operation("sync_resource_now", "POST", "api/resources/{name}/sync", "Queue a sync of one Speech resource.",
              actions.sync),
    Operation("get_case", "GET", "api/ids/{id}/case", "The support case of an ID, ready to paste.", cases.case,
              (cases.FORMAT,)),
    Operation("write_cases", "POST", "api/cases", "Several IDs in one support case.", cases.cases),
    Operation("get_note", "GET", "api/ids/{id}/note", "The note that a person keeps with an ID.", cases.get_note),
    Operation("put_note", "PUT", "api/ids/{id}/note", "Keep a note and a case number with an ID.", cases.put_note),
    Operation("mint_connection_ids", "POST", "api/connection-ids", "Make X-ConnectionId values and keep who uses them.",
              connection_ids.mint),
    Operation("judge_connection_id", "GET", "api/connection-ids/{value}",
              "Would the service accept this X-ConnectionId; was it minted here; was it seen.", connection_ids.judge),
    Operation("list_connection_ids", "GET", "api/connection-ids", "What was minted here, newest first.",
              connection_ids.listed, LIST),
)  # fmt: skip
