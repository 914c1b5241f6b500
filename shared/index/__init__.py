"""The index: the only place that knows Table storage.

keys      what rows are called            store   requests, transactions, conditional writes
rows      a sighting as rows              retry   what is repeated, and for how long
ledger    what became of a source         lease   who may work on a source
run       one attempt at a source         tidy    removal of what older attempts left
query     look-ups and lists              pages   a page of a range, bounded, with its token
facets    places of rare values           shown   stored JSON on its way into an answer
around    kinds merged by time            similar known IDs that differ in one character
"""

from shared.storage.tables import ConditionFailed, Index

__all__ = ["ConditionFailed", "Index"]
