"""Erasure by rule, with a signed record; rotation of keys."""

from __future__ import annotations

from rerail.desk.border_desk import BorderDesk


class Erasing(BorderDesk):
    """The acts by which data goes."""
