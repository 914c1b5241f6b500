"""The hand-over to Microsoft support: texts and rules, pure (no storage, no network, no clock of its own).

merged          all sightings of an ID as one             case            the case as data
completeness    what support asks for, what is missing    case_document   the case as a document
advice          how to get what is missing                document        a document as Markdown or plain text
connection_ids  X-ConnectionId: generated, checked        escaping        free text made safe to show
"""
