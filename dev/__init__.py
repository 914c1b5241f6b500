"""Development only, never deployed: runs the whole app on one machine without Azure.

`run` is scripts/run and `drop` is scripts/drop; `host` stands in for the Functions host; `azurite` starts the storage
emulator; `demo` fills the app with made-up material.
"""
