"""Crossing lists: closed at their deadline, amended, delivered, received."""

from __future__ import annotations

from rerail.desk.border_desk import BorderDesk


class CrossingLists(BorderDesk):
    """The acts about lists."""
