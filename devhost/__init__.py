"""Development only, never deployed: runs the app on a machine without Azure Functions Core Tools.

`run` starts everything (storage emulator, host), `host` is the stand-in for the Functions host.
"""
