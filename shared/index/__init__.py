"""The index: what is stored of sources and IDs, and how it is found again.

keys            names of rows                    secondary_index  rows for rare values that lists filter on
rows            a sighting as rows, and back     query            look-ups and lists
source_record   the status of a source           pages            a bounded page of a range, with its token
source_lease    who may work on a source         time_window      several kinds merged by time
source_attempt  one attempt at a source          fuzzy_match      known IDs that differ in one character
stale_rows      removal of older attempts' rows  sighting_json    stored JSON on its way into an answer
notes           notes of people, and the register of generated X-ConnectionId values
"""

from shared.storage.errors import ConditionFailed
from shared.storage.tables import Index

__all__ = ["ConditionFailed", "Index"]
