"""Rerail: start, restart and run a direct cross-border passenger train."""

__version__ = "0.1.0"
