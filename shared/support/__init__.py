"""The hand-over to Microsoft support: texts and rules, pure (no storage, no network, no clock of its own).

facts         what all sightings of an ID say together      explain        what an error means and what to try
completeness  what support will ask for and what is missing advice         how to get what is missing
case          the case as data                              report         the case as a document
document      a document as Markdown or plain text          text           free text made safe to show
connection_ids  X-ConnectionId values: minted, judged       sdk_lines      lines of code per language of the SDK
"""
