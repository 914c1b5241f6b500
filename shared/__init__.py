"""Keeps the session and transcription IDs of Azure Speech to text for the support case."""

__version__ = "0.1.0"
